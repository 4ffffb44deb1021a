"""What is known of the run under way, and who shows its evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.evidence.recorder import Evidence

Sink = Callable[[Sequence[Evidence]], None]


@dataclass(frozen=True)
class RunFacts:
    """What a reader of the report and of the terminal wants to know about the run as a whole."""

    seed: int | None = None
    stack: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    results: Path = Path("reports/allure-results")
    report: Path = Path("reports/allure.html")

    def environment(self) -> dict[str, str]:
        """The report's table of the environment."""
        shown = {"Stack": self.stack, "Seed": "" if self.seed is None else str(self.seed), **self.versions}
        return {name: value for name, value in shown.items() if value}


_facts = RunFacts()
_sinks: list[Sink] = []


def describe(facts: RunFacts) -> None:
    """State what this run is; call it in `before_all`, once the stack is up."""
    global _facts
    _facts = facts


def facts() -> RunFacts:
    """What `describe` was told last."""
    return _facts


def attach(evidence: Sequence[Evidence]) -> None:
    """Show evidence with the step under way, or with the scenario between two steps."""
    if evidence:
        for sink in _sinks:
            sink(evidence)


def subscribe(sink: Sink) -> None:
    """Hand all evidence to this sink from now on."""
    _sinks.append(sink)


def unsubscribe(sink: Sink) -> None:
    """Stop handing evidence to this sink."""
    if sink in _sinks:
        _sinks.remove(sink)
