"""behave's runner with output for people: masked, one sentence for a broken feature, no hook noise."""

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from behave.parser import ParserError
from behave.runner import Runner

from support.evidence.model import is_chosen
from support.evidence.redaction import redact

LOUD_HOOKS = ("before_all", "after_all")  # what they print is meant for the terminal

_EXPLAINED = (
    ("state=steps", "a step begins with Given, When, Then, And or But"),
    ("state=taggable_statement", "tags stand above a Feature, Rule, Scenario or Examples"),
    ("state=initial", "a feature file begins with tags or with Feature:"),
    ("state=table", "a table's rows begin and end with |"),
    ("Malformed table", "a row of this table has more or fewer cells than its heading"),
    ("STEP REQUIRES", "And or But cannot come first: begin with Given, When or Then"),
    ("TABLE-START", "a table needs a step before it"),
    ("Second Background", "a feature or rule has one Background at most"),
    ("Background supports no tags", "a Background takes no tags"),
)


class PlumblineRunner(Runner):  # type: ignore[misc]
    """Set as `runner` in behave.ini."""

    def run(self) -> bool:
        """Run everything; True means failed. A feature file that cannot be read is told in one sentence."""
        with _masked_output():
            try:
                return bool(super().run())
            except ParserError as error:
                print(f"plumbline: {explain(error)}", file=sys.stderr)
                return True

    def run_model(self, features: Any = None) -> bool:
        """Refuse what would pass by doing nothing, then run."""
        problems = empty_scenarios(self.features) or self._nothing_chosen()
        if problems:
            print("\n".join(f"plumbline: {problem}" for problem in problems), file=sys.stderr)
            return True
        return bool(super().run_model(features))

    def _nothing_chosen(self) -> list[str]:
        scenarios = [scenario for feature in self.features for scenario in feature.walk_scenarios()]
        if any(is_chosen(scenario, self.config) for scenario in scenarios):
            return []
        return [f"none of the {len(scenarios)} scenarios is chosen: check the tags, names and files given."]

    def run_hook(self, hook_name: str, *args: Any) -> bool:
        """Run a hook; its failure is told by the formatters with the scenario, not between the lines."""
        if hook_name in LOUD_HOOKS:
            return bool(super().run_hook(hook_name, *args))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            passed = bool(super().run_hook(hook_name, *args))
        if not passed:
            said = [line for line in printed.getvalue().splitlines() if not line.startswith("HOOK-ERROR in")]
            print("\n".join(said), end="\n" if said else "")
        return passed


class MaskedStream:
    """A text stream that masks secrets on their way to the terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the masked text."""
        return self._stream.write(redact(text))

    def writelines(self, lines: Sequence[str]) -> None:
        """Write the masked lines."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def explain(error: ParserError) -> str:
    """A syntax error as a sentence with file, line, what stands there and what is expected."""
    message = str(error.args[0]).strip()
    reason = next((words for mark, words in _EXPLAINED if mark in message), message.splitlines()[0])
    said = f" at “{error.line_text.strip()}”" if error.line_text else ""
    return f"{_relative(error.filename)}:{error.line}: this feature cannot be read{said}: {reason}."


def empty_scenarios(features: Sequence[Any]) -> list[str]:
    """Scenarios without a step: behave reads a misspelt first keyword as description, and passes them."""
    return [
        f"{_relative(scenario.filename)}:{scenario.line}: the scenario “{scenario.name}” has no steps"
        f"{_suspect(scenario)}."
        for feature in features
        for scenario in feature.walk_scenarios()
        if not scenario.steps
    ]


def _suspect(scenario: Any) -> str:
    if not scenario.description:
        return ""
    return f"; “{scenario.description[0]}” does not begin with Given, When or Then"


def _relative(filename: object) -> str:
    try:
        return str(Path(str(filename)).resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(filename)


@contextlib.contextmanager
def _masked_output() -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = MaskedStream(sys.stdout), MaskedStream(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
