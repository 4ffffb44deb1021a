"""The formatter for the terminal: what a QA person reads while a run goes on and when it is over."""

import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from behave.formatter.base import Formatter

from support.evidence import baselines, model, outcome, phrases, run
from support.evidence.meter import meter
from support.evidence.outcome import Outcome, Result
from support.evidence.recorder import Evidence
from support.evidence.redaction import redact

MARKS = {Result.PASSED: "✓", Result.FAILED: "✗", Result.BROKEN: "✗", Result.SKIPPED: "–"}
PLAIN_MARKS = {Result.PASSED: "ok", Result.FAILED: "FAILED", Result.BROKEN: "FAILED", Result.SKIPPED: "-"}
COLOURS = {Result.PASSED: "32", Result.FAILED: "31", Result.BROKEN: "31", Result.SKIPPED: "33"}
LAST_SEEN = 3
_EXCHANGE = re.compile(r"[A-Z]+ /")


class ConsoleFormatter(Formatter):  # type: ignore[misc]
    """One line a scenario, a block for each failure at the end, and a summary in plain sentences."""

    name = "plumbline.console"
    description = "One line a scenario, failures explained at the end"

    def __init__(self, stream_opener: Any, config: Any) -> None:
        super().__init__(stream_opener, config)
        self.stream = self.open()
        self._colour = _wants_colour(self.stream, config)
        self._marks = MARKS if _can_show(self.stream, "✓✗–→") else PLAIN_MARKS
        self._started = time.perf_counter()
        self._feature: Any = None
        self._heading_shown = False
        self._scenario: Any = None
        self._scenario_started = 0.0
        self._evidence: list[str] = []
        self._seen: set[int] = set()
        self._counts: Counter[Result] = Counter()
        self._reasons: Counter[str] = Counter()
        self._failures: list[tuple[Any, Outcome, list[str]]] = []
        self._undefined: dict[tuple[str, str], Any] = {}
        run.subscribe(self._note_evidence)

    def uri(self, uri: str) -> None:
        """Nothing to tell: the heading names the feature."""

    def feature(self, feature: Any) -> None:
        self._feature = feature
        self._heading_shown = False

    def rule(self, rule: Any) -> None:
        self._finish()

    def background(self, background: Any) -> None:
        """Nothing to tell: its steps belong to the scenarios."""

    def scenario(self, scenario: Any) -> None:
        self._finish()
        if not model.is_chosen(scenario, self.config):
            return
        meter.next_scenario()
        self._seen.add(id(scenario))
        self._scenario, self._evidence = scenario, []
        self._scenario_started = time.perf_counter()

    def step(self, step: Any) -> None:
        """Nothing to tell: a step is named when it fails."""

    def match(self, match: Any) -> None:
        """Nothing to tell."""

    def result(self, step: Any) -> None:
        """Nothing to tell: the scenario's line comes when its hooks have run."""

    def rule_finished(self) -> None:
        self._finish()

    def eof(self) -> None:
        self._finish()
        if self._feature is not None:
            self._tell_of_hooks(self._feature)

    def close(self) -> None:
        self._finish()
        run.unsubscribe(self._note_evidence)
        self._tell_failures()
        self._tell_undefined()
        self._tell_summary()
        if meter.scenarios and not self.config.dry_run:
            meter.save()
        self.close_stream()

    def _finish(self) -> None:
        scenario, self._scenario = self._scenario, None
        if scenario is not None:
            took = time.perf_counter() - self._scenario_started
            self._tell(scenario, self._ending(scenario), took)
            self._evidence = []

    def _ending(self, scenario: Any) -> Outcome:
        for step in scenario.all_steps:
            if step.status.name in ("undefined", "untested_undefined"):
                self._undefined.setdefault((step.step_type, step.name), step)
        ending = outcome.of_scenario(scenario)
        if self.config.dry_run and not ending.bad and scenario.status.name == "untested":
            return Outcome(Result.PASSED)  # every step is known: that is all a dry run can say
        return ending

    def _tell(self, scenario: Any, ending: Outcome, seconds: float) -> None:
        self._show_heading()
        self._counts[ending.result] += 1
        line = f"  {self._mark(ending.result)} {redact(model.title_of(scenario))}"
        if ending.result is Result.SKIPPED:
            self._reasons[ending.message] += 1
            line += f": {ending.message}"
        elif not self.config.dry_run:
            line += self._dim(f" ({_duration(seconds)})")
        if ending.bad:
            self._failures.append((scenario, ending, self._evidence))
        self._say(line)

    def _tell_of_hooks(self, feature: Any) -> None:
        """A feature's or rule's hook that failed: the scenarios that it kept from running, or itself."""
        for container in (feature, *feature.rules):
            problem = outcome.of_container(container)
            if problem is None:
                continue
            kept_from_running = [
                scenario
                for scenario in container.walk_scenarios()
                if id(scenario) not in self._seen and model.is_chosen(scenario, self.config)
            ]
            for scenario in kept_from_running:
                self._seen.add(id(scenario))
                self._tell(scenario, outcome.of_scenario(scenario), 0.0)
            if not kept_from_running:
                self._show_heading()
                self._counts[problem.result] += 1
                self._failures.append((container, problem, []))
                self._say(f"  {self._mark(problem.result)} {problem.message.splitlines()[0]}")

    def _tell_failures(self) -> None:
        for number, (failed, ending, evidence) in enumerate(self._failures, start=1):
            self._say("")
            trouble = f" {ending.trouble.value}" if ending.trouble else ""
            self._say(self._bold(f"{number}){trouble}: {failed.location}"))
            for label, text in _facts(failed, ending, evidence):
                self._say(f"   {self._dim(f'{label:<10}')}{_indented(text, 13)}")

    def _tell_undefined(self) -> None:
        if not self._undefined:
            return
        self._say("")
        self._say(self._bold("Steps that nobody has defined"))
        for step in self._undefined.values():
            self._say(f"   {step.location}: {redact(model.steps_line(step))}")
            for phrase in phrases.nearest(step):
                self._say(self._dim(f"      perhaps: {phrase}"))

    def _tell_summary(self) -> None:
        failed = self._counts[Result.FAILED] + self._counts[Result.BROKEN]
        self._say("")
        self._say(self._bold(f"{self._verdict(failed)}"))
        for reason, number in self._reasons.most_common():
            self._say(f"  {number} skipped: {reason}")
        if not self.config.dry_run:
            for line in self._particulars(failed):
                self._say(line)
            self._tell_baselines()

    def _tell_baselines(self) -> None:
        for verdict in baselines.told:
            self._say(self._dim(f"{verdict}."))
            for warning in filter(None, (verdict.warning, verdict.trouble)):
                self._say(self._painted(f"Warning: {warning}", COLOURS[Result.SKIPPED]))

    def _verdict(self, failed: int) -> str:
        passed, skipped = self._counts[Result.PASSED], self._counts[Result.SKIPPED]
        if not sum(self._counts.values()):
            return "No scenario was run: none is chosen by the tags and names given, or the start failed."
        if self.config.dry_run:
            complete = f"Dry run, nothing was executed: {_number(passed, 'scenario')} can run"
            return f"{complete}, {failed} cannot." if failed else f"{complete}."
        parts = [f"{_number(passed, 'scenario')} passed"]
        parts += [f"{failed} failed"] if failed else []
        parts += [f"{skipped} skipped"] if skipped else []
        return ", ".join(parts) + "."

    def _particulars(self, failed: int) -> list[str]:
        facts = run.facts()
        lines = [f"Took {_duration(time.perf_counter() - self._started)}"]
        if facts.stack:
            lines[0] += f" on the {facts.stack} stack"
        if facts.seed is not None:
            lines[0] += f", seed {facts.seed}"
        lines[0] += "."
        if meter.median():
            lines.append(f"The harness cost {meter.median():.1f} ms a scenario (median).")
        if sum(self._counts.values()):
            lines.append(
                f"Evidence: {facts.results} (python -m support.evidence.report makes {facts.report})."
            )
        return lines

    def _show_heading(self) -> None:
        if not self._heading_shown and self._feature is not None:
            self._heading_shown = True
            self._say("")
            self._say(self._bold(f"{model.capability(self._feature)}: {self._feature.name}"))

    def _note_evidence(self, evidence: Sequence[Evidence]) -> None:
        if self._scenario is not None:
            self._evidence.extend(piece.name for piece in evidence)

    def _say(self, line: str) -> None:
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        self.stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
        self.stream.flush()

    def _mark(self, result: Result) -> str:
        return self._painted(self._marks[result], COLOURS[result])

    def _bold(self, text: str) -> str:
        return self._painted(text, "1")

    def _dim(self, text: str) -> str:
        return self._painted(text, "2")

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def _facts(failed: Any, ending: Outcome, evidence: Sequence[str]) -> list[tuple[str, str]]:
    """What a reader needs to judge a failure, each with its label."""
    feature = failed if failed.type == "feature" else failed.feature
    facts = [("Feature", feature.name)]
    rule = failed if failed.type == "rule" else model.rule_of(failed)
    if rule is not None:
        facts.append(("Rule", rule.name))
    if failed.type == "scenario":
        facts.append(("Scenario", model.title_of(failed)))
    if ending.step is not None:
        facts.append(("Step", f"{model.steps_line(ending.step)} (line {ending.step.line})"))
    facts = [(label, redact(text)) for label, text in facts]
    facts.append(("Because", ending.message))
    if evidence:
        facts.append(("Last seen", "\n".join(_last_seen(evidence))))
    if ending.place:
        facts.append(("Where", ending.place))
    if failed.type == "scenario":
        facts.append(("Alone", f"behave {failed.location}"))
    return facts


def _last_seen(evidence: Sequence[str]) -> list[str]:
    """The last exchange with the app and the last of everything else, in their order."""
    exchanges = [number for number, name in enumerate(evidence) if _EXCHANGE.match(name)]
    shown = {*exchanges[-1:], *range(max(0, len(evidence) - LAST_SEEN), len(evidence))}
    return [evidence[number] for number in sorted(shown)]


def _indented(text: str, columns: int) -> str:
    return ("\n" + " " * columns).join(text.splitlines())


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {seconds % 60:.0f} s"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _wants_colour(stream: Any, config: Any) -> bool:
    if os.environ.get("NO_COLOR") or str(config.color) in ("never", "off"):
        return False
    return bool(getattr(stream, "isatty", lambda: False)())


def _can_show(stream: Any, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
