"""What the harness itself costs: the time that is spent on a scenario without serving its steps."""

import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COSTS = Path("reports/harness-cost.json")


@dataclass
class Meter:
    """Exclusive seconds per part and scenario: what runs inside another part counts for itself alone."""

    scenarios: list[dict[str, float]] = field(default_factory=list)
    _inner: list[float] = field(default_factory=list)

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        """Count the time of the block for this part of the scenario under way."""
        self._inner.append(0.0)
        started = time.perf_counter()
        try:
            yield
        finally:
            elapsed = time.perf_counter() - started
            inside = self._inner.pop()
            if self._inner:
                self._inner[-1] += elapsed
            if self.scenarios:
                current = self.scenarios[-1]
                current[part] = current.get(part, 0.0) + elapsed - inside

    def next_scenario(self) -> None:
        """What is measured from now on belongs to a new scenario."""
        self.scenarios.append({})

    def medians(self) -> dict[str, float]:
        """Median milliseconds a scenario, by part."""
        parts = {part for scenario in self.scenarios for part in scenario}
        return {
            part: 1000 * statistics.median(scenario.get(part, 0.0) for scenario in self.scenarios)
            for part in sorted(parts)
        }

    def median(self) -> float:
        """Median milliseconds a scenario, all parts together; 0.0 before the first scenario."""
        if not self.scenarios:
            return 0.0
        return 1000 * statistics.median(sum(scenario.values()) for scenario in self.scenarios)

    def save(self, path: Path = COSTS) -> None:
        """Keep the medians for `python -m support.evidence.meter`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        figures = {"scenarios": len(self.scenarios), "median_ms": self.median(), "parts_ms": self.medians()}
        path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


meter = Meter()
"""The meter of this process."""

measure = meter.measure


def main() -> int:
    """Print what the harness cost in the last run."""
    if not COSTS.is_file():
        print(f"There is no {COSTS}: run behave first.", file=sys.stderr)
        return 1
    figures = json.loads(COSTS.read_text("utf-8"))
    print(f"The harness cost {figures['median_ms']:.2f} ms a scenario (median of {figures['scenarios']}):")
    for part, milliseconds in sorted(figures["parts_ms"].items(), key=lambda item: -item[1]):
        print(f"  {part:<12} {milliseconds:6.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
