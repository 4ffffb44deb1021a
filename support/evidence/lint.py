"""The lint of the features: `python -m support.evidence.lint [features] [steps]`.

Prints one `file:line: sentence` for each thing that a reader would trip over, and exits with 1 if any.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behave.parser import ParserError, parse_file

from support.evidence import risk
from support.evidence.terminal import explain

FEATURES = Path("features")
STEPS = Path("steps")

FEWEST_STEPS, MOST_STEPS = 3, 6
MOST_BACKGROUND_STEPS = 3
JOURNEY = "journey"  # the capability whose scenarios tell a whole story
MOST_JOURNEY_STEPS = 60
FAILURE_SHARE = 0.5

PLAIN_TAGS = {"smoke", "critical", "failure", "performance", "synthetic"}
NEEDS = {"mocks", "clock", "database", "faults", "replicas"}
TAG_FAMILIES = ("mode.", "needs.", "fixture.")

_TECHNICAL = (
    (r"(?i)\b(endpoint|request|response|payload|header|query|backend|frontend)s?\b", "a technical word"),
    (r"(?i)\b(status code|null|boolean|timestamp|row|table|column)s?\b", "a technical word"),
    (r"\b(JSON|SQL|HTML|XML|URLs?|URIs?|HTTPS?|API|UUID|TTL|REST|SDK|CSV)\b", "a technical word"),
    (r"\b(GET|POST|PUT|PATCH|DELETE|SELECT|INSERT|UPDATE)\b", "a technical word"),
    (r"(?<![\w/])/[a-z]+(?:/[\w{}-]+)*", "a path"),
    (r"\bhttps?://\S+", "a link's address"),
    (r"\b[a-z]+_[a-z_]+\b|\b[a-z]+[A-Z]\w*\b", "a name out of the code"),
    (r"[{}\[\]]|==|!=|\(\)", "code"),
    (r"\b[45]\d\d\b(?! \w)", "a status code"),
)
_TECHNICAL_PATTERNS = [(re.compile(pattern), kind) for pattern, kind in _TECHNICAL]
_COMMENTED_OUT = re.compile(
    r"\s*#\s*(?:@\w|(?:Scenario|Scenario Outline|Feature|Rule|Given|When|Then|And|But|Examples|Background)\b)"
)


def lint(features: Path = FEATURES, steps: Path = STEPS) -> list[str]:
    """Every problem as `file:line: sentence`, file by file; an empty list means that all is well."""
    files = sorted(features.rglob("*.feature"))
    if not files:
        return [f"{features}:1: there is no feature here."]
    problems: list[str] = []
    for path in files:
        problems += _lint_file(path)
    return problems + _lint_step_names(steps)


def _lint_file(path: Path) -> list[str]:
    problems = [
        f"{path}:{number}: a commented-out line hides a promise: mend it or delete it."
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if _COMMENTED_OUT.match(line)
    ]
    try:
        feature = parse_file(str(path))
    except ParserError as error:
        return [*problems, explain(error)]
    if feature is None:
        return [*problems, f"{path}:1: there is no feature in this file."]
    return problems + list(_FeatureLint(path, feature).problems())


@dataclass
class _FeatureLint:
    """The checks of one parsed feature."""

    path: Path
    feature: Any

    def problems(self) -> Iterator[str]:
        yield from self._words()
        yield from self._tags()
        yield from self._modes()
        yield from self._shares()
        for background in self._backgrounds():
            yield from self._background(background)
        for scenario in self._written():
            yield from self._shape(scenario)

    def _written(self) -> list[Any]:
        """Scenarios and outlines as they stand in the file, an outline once."""
        containers = [self.feature, *self.feature.rules]
        return [scenario for container in containers for scenario in container.scenarios]

    def _backgrounds(self) -> list[Any]:
        return [
            container.background
            for container in (self.feature, *self.feature.rules)
            if container.background is not None and container.background.steps
        ]

    def _words(self) -> Iterator[str]:
        for line, text in self._texts():
            for pattern, kind in _TECHNICAL_PATTERNS:
                match = pattern.search(text)
                if match:
                    yield self._at(line, f"“{match[0]}” is {kind}: say it as a customer would.")
                    break

    def _texts(self) -> Iterator[tuple[int, str]]:
        yield self.feature.line, self.feature.name
        prose = [line for line in self.feature.description if not line.startswith("- ")]
        yield from ((self.feature.line, line) for line in prose)
        for rule in self.feature.rules:
            yield rule.line, rule.name
        for background in self._backgrounds():
            yield from ((step.line, step.name) for step in background.steps)
        for scenario in self._written():
            yield scenario.line, scenario.name
            yield from ((scenario.line, line) for line in scenario.description)
            yield from ((step.line, step.name) for step in scenario.steps)

    def _tags(self) -> Iterator[str]:
        folder = self.path.parent.name
        if folder not in self.feature.tags:
            yield self._at(self.feature.line, f"the feature lacks the tag of its capability, @{folder}.")
        tagged = [self.feature, *self.feature.rules, *self._written()]
        for model in tagged:
            for tag in model.tags:
                if not self._is_known(tag, folder):
                    yield self._at(getattr(tag, "line", model.line), f"nobody knows the tag @{tag}.")

    def _is_known(self, tag: str, capability: str) -> bool:
        if tag in PLAIN_TAGS or tag == capability:
            return True
        if tag.startswith("needs."):
            return tag.removeprefix("needs.") in NEEDS
        return any(tag.startswith(family) and tag != family for family in TAG_FAMILIES)

    def _modes(self) -> Iterator[str]:
        try:
            modes = risk.parse(self.feature).modes
        except risk.RiskHeaderError as error:
            yield from error.problems
            return
        covered: set[str] = set()
        for scenario in self._written():
            for tag in scenario.tags:
                if tag.startswith("mode."):
                    name = tag.removeprefix("mode.")
                    covered.add(name)
                    if name not in modes:
                        yield self._at(scenario.line, f"@{tag} is no way to fail of this feature's header.")
                    if "failure" not in scenario.effective_tags:
                        yield self._at(
                            scenario.line, f"@{tag} is a way to fail: tag the scenario @failure, too."
                        )
        for name in modes:
            if name not in covered:
                yield self._at(self.feature.line, f"no scenario has the tag @mode.{name} of the header.")

    def _shares(self) -> Iterator[str]:
        scenarios = self.feature.walk_scenarios()
        if not scenarios:
            yield self._at(self.feature.line, "the feature has no scenario.")
            return
        failures = sum("failure" in scenario.effective_tags for scenario in scenarios)
        if failures < FAILURE_SHARE * len(scenarios):
            share = f"only {failures} of {len(scenarios)} scenarios are @failure"
            yield self._at(self.feature.line, f"{share}: at least half have to be.")

    def _background(self, background: Any) -> Iterator[str]:
        if len(background.steps) > MOST_BACKGROUND_STEPS:
            yield self._at(background.line, f"a Background has at most {MOST_BACKGROUND_STEPS} steps.")
        if any(step.step_type != "given" for step in background.steps):
            yield self._at(background.line, "a Background holds only what is given.")

    def _shape(self, scenario: Any) -> Iterator[str]:
        if not scenario.steps:
            yield self._at(scenario.line, "the scenario has no steps.")
            return
        if not any(step.step_type == "then" for step in scenario.steps):
            yield self._at(scenario.line, "the scenario has no Then, so it promises nothing.")
        if JOURNEY in self.feature.tags:
            yield from self._journey(scenario)
        else:
            yield from self._example(scenario)
        buts = [step for step in scenario.steps if step.keyword.strip() == "But"]
        if len(buts) > 1:
            yield self._at(buts[1].line, "one But a scenario: another one is another promise.")

    def _journey(self, scenario: Any) -> Iterator[str]:
        """A journey goes through many workflows, but says after each step on the way how it came out."""
        if len(scenario.steps) > MOST_JOURNEY_STEPS:
            yield self._at(
                scenario.line, f"{len(scenario.steps)} steps: a journey has {MOST_JOURNEY_STEPS} at most."
            )
        steps = [step for step in scenario.steps if step.step_type != "given"]
        for step, after in zip(steps, [*steps[1:], None], strict=True):
            if step.step_type == "when" and (after is None or after.step_type != "then"):
                yield self._at(step.line, "no Then says how this When came out.")

    def _example(self, scenario: Any) -> Iterator[str]:
        inherited = len(scenario.background.all_steps) if scenario.background else 0
        own = len(scenario.steps)
        if own > MOST_STEPS:
            yield self._at(scenario.line, f"{own} steps are too many to follow: {MOST_STEPS} at most.")
        if own + inherited < FEWEST_STEPS:
            yield self._at(
                scenario.line, f"{own} steps are too few to follow: {FEWEST_STEPS} with the background's."
            )
        whens = [step for step in scenario.steps if step.step_type == "when"]
        if len(whens) != 1:
            yield self._at(scenario.line, f"a scenario has one When, this one has {len(whens)}.")
        order = [("given", "when", "then").index(step.step_type) for step in scenario.steps]
        if order != sorted(order):
            yield self._at(scenario.line, "the steps go back: first Given, then When, then Then.")

    def _at(self, line: int, sentence: str) -> str:
        return f"{self.path}:{line}: {sentence}"


def _lint_step_names(steps: Path) -> list[str]:
    seen: dict[str, str] = {}
    problems = []
    for path in sorted(steps.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                here = f"{path}:{node.lineno}"
                if node.name in seen:
                    problems.append(
                        f"{here}: the step function {node.name!r} is there already: {seen[node.name]}."
                    )
                seen.setdefault(node.name, here)
    return problems


def main(arguments: Sequence[str]) -> int:
    """Print every problem; 1 if there is one."""
    problems = lint(*(Path(argument) for argument in arguments))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
