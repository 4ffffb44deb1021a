"""How long workflows take, kept run after run: what is usual on this machine, and what is slower than that.

`reports/baselines.json` holds `{"version": 1, "machines": {<fingerprint>: {"machine": {…}, "workflows":
{<name>: [{"at", "calls", "counted", "counted_ms", "median_ms"}, …]}}}}`, the oldest run first. Runs are
compared with runs of the same machine only. `make clean` removes the file with everything else in reports/:
keep a copy to go on from.
"""

import contextlib
import fcntl
import hashlib
import json
import math
import os
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.errors import PlumblineError
from support.evidence import baseline_chart, run
from support.evidence.recorder import HTML, TEXT, Evidence

VERSION = 1
KEPT_RUNS = 100  # of a workflow on one machine
KEPT_MACHINES = 20
COMPARED_RUNS = 10
FEWEST_RUNS = 3  # before them, nobody knows what is usual
SLOWER = 1.3  # from this multiple of what is usual on, there is a warning
NOTICEABLE_MS = 5.0  # a busy machine alone makes a call of a few milliseconds slower by less than this


@dataclass(frozen=True)
class Figures:
    """One run of a workflow of so many calls.

    The quickest `counted` of them took at most `counted_ms`: for 19 of 20, this is the 95th percentile.
    """

    at: str
    calls: int
    counted: int
    counted_ms: float
    median_ms: float

    @classmethod
    def of(cls, milliseconds: Sequence[float], counted: int, at: str) -> "Figures":
        """The figures of calls that took so long; `at` is when, in UTC."""
        if not 1 <= counted <= len(milliseconds):
            raise PlumblineError(f"{counted} of {len(milliseconds)} calls cannot be counted: mend the step.")
        counted_ms, median_ms = sorted(milliseconds)[counted - 1], statistics.median(milliseconds)
        return cls(at, len(milliseconds), counted, round(counted_ms, 2), round(median_ms, 2))


@dataclass(frozen=True)
class Verdict:
    """One run beside its limit and beside the runs before it, the oldest first."""

    workflow: str
    limit_ms: float
    this: Figures
    before: tuple[Figures, ...] = ()
    trouble: str | None = None
    """Why the figures, or those of earlier runs, are not where they should be."""

    @property
    def within_limit(self) -> bool:
        """Whether the calls that count were quick enough."""
        return self.this.counted_ms <= self.limit_ms

    @property
    def usual_ms(self) -> float | None:
        """The median of the last ten runs before, of their medians; None while there are too few."""
        recent = self.before[-COMPARED_RUNS:]
        return statistics.median(one.median_ms for one in recent) if len(recent) >= FEWEST_RUNS else None

    @property
    def warning(self) -> str | None:
        """What to say where this run was slower than usual by 30 % or more."""
        usual, now = self.usual_ms, self.this.median_ms
        if not usual or now < SLOWER * usual or now - usual < NOTICEABLE_MS:
            return None
        runs = min(len(self.before), COMPARED_RUNS)
        return (
            f"{self._name} was {100 * (now / usual - 1):.0f} % slower than usual on this machine: "
            f"{now:.0f} ms, where the last {runs} runs took {usual:.0f} ms (medians)."
        )

    def __str__(self) -> str:
        usual = f", usually {self.usual_ms:.0f} ms" if self.usual_ms else ""
        return (
            f"{self._name}: {self.this.counted} of {self.this.calls} within {self.this.counted_ms:.0f} ms "
            f"(limit {self.limit_ms:.0f} ms), median {self.this.median_ms:.0f} ms{usual}"
        )

    @property
    def _name(self) -> str:
        return self.workflow[:1].upper() + self.workflow[1:]


class Baselines:
    """The figures of one machine in one file."""

    def __init__(self, path: Path, machine: dict[str, str]) -> None:
        self._path = path
        self._machine = machine
        self._fingerprint = fingerprint(machine)

    def keep(self, workflow: str, limit: timedelta, counted: int, milliseconds: Sequence[float]) -> Verdict:
        """Add a run of a workflow, and judge it by the runs that were there.

        A file that cannot be read is put aside, one that cannot be written is left: the verdict says so.
        """
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time()))
        this = Figures.of(milliseconds, counted, at)
        before: tuple[Figures, ...] = ()
        try:
            with self._alone():
                content, trouble = self._read()
                before = self._append(content, workflow, this)
                self._write(content)
        except OSError as error:
            trouble = f"The baselines could not be kept in {self._path}: {error.strerror}."
        return Verdict(workflow, limit / timedelta(milliseconds=1), this, before, trouble)

    def _append(self, content: dict[str, Any], workflow: str, this: Figures) -> tuple[Figures, ...]:
        """Add the run to its workflow, forget what is too old, and return the runs before it."""
        machines = content["machines"]
        mine = machines.pop(self._fingerprint, {"machine": self._machine, "workflows": {}})
        machines[self._fingerprint] = mine  # last, so that machines long gone are dropped first
        for stale in list(machines)[:-KEPT_MACHINES]:
            del machines[stale]
        runs = mine["workflows"].setdefault(workflow, [])
        before = tuple(Figures(**one) for one in runs)
        runs.append(asdict(this))
        del runs[:-KEPT_RUNS]
        return before

    def _read(self) -> tuple[dict[str, Any], str | None]:
        """What the file holds, or nothing and why."""
        empty = {"version": VERSION, "machines": {}}
        if not self._path.exists():
            return empty, None
        try:
            return _checked(json.loads(self._path.read_text("utf-8"))), None
        except ValueError as error:
            aside = self._put_aside()
            kept = f"it is kept as {aside.name}, and new baselines are begun"
            return empty, f"{self._path} could not be read ({error}): {kept}."

    def _put_aside(self) -> Path:
        number = 1
        while (aside := self._path.with_name(f"{self._path.stem}.broken-{number}.json")).exists():
            number += 1
        return self._path.rename(aside)

    def _write(self, content: dict[str, Any]) -> None:
        part = self._path.with_name(f"{self._path.name}.part")
        part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
        part.replace(self._path)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the file for this process alone; the system lets go of it if the process dies."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_name(f".{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def keep(workflow: str, limit: timedelta, counted: int, milliseconds: Sequence[float]) -> Verdict:
    """Add a run to the baselines beside this run's report, and show it with the step under way."""
    facts = run.facts()
    path = facts.report.parent / "baselines.json"
    verdict = Baselines(path, machine(facts.stack)).keep(workflow, limit, counted, milliseconds)
    told.append(verdict)
    run.attach(evidence(verdict))
    return verdict


def evidence(verdict: Verdict) -> list[Evidence]:
    """The trend as a chart, and what there is to warn of."""
    shown = [Evidence(f"Baseline of {verdict.workflow}", HTML, baseline_chart.page(verdict))]
    if verdict.warning:
        shown.append(Evidence("Warning: slower than usual", TEXT, verdict.warning))
    if verdict.trouble:
        shown.append(Evidence("Warning: baselines in trouble", TEXT, verdict.trouble))
    return shown


def machine(stack: str) -> dict[str, str]:
    """What has to be the same for times to be comparable. Names nobody: two machines alike are one."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": ".".join(platform.python_version_tuple()[:2]),
        "stack": stack,
    }


def fingerprint(machine: dict[str, str]) -> str:
    """A short name for a machine."""
    return hashlib.sha256(json.dumps(machine, sort_keys=True).encode()).hexdigest()[:12]


told: list[Verdict] = []
"""What was kept in this process, for the summary at the end of the run."""


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.lower().startswith(("model name", "hardware")):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _checked(content: Any) -> dict[str, Any]:
    """The file's content; ValueError that says what is wrong with it."""
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise ValueError(f"its version is not {VERSION}")
    try:
        runs = [
            Figures(**one)
            for kept in content["machines"].values()
            for workflow in kept["workflows"].values()
            for one in workflow
        ]
        sound = all(math.isfinite(figure) for one in runs for figure in (one.counted_ms, one.median_ms))
    except (TypeError, KeyError, AttributeError):
        sound = False
    if not sound:
        raise ValueError("a run in it lacks its figures")
    return content
