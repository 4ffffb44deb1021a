"""What behave itself prints, made fit for people: masked, one sentence for a broken feature, no hook noise.

behave has no setting for any of this, and environment.py is the first code of ours that it loads: it calls
`take_over` when it is loaded, and `check` before anything is started.
"""

import contextlib
import functools
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

import behave.runner
from behave.parser import ParserError

from support.errors import PlumblineError
from support.evidence.model import is_chosen
from support.evidence.redaction import redact

BROKEN_FEATURE = 2
"""Exit code for a feature file that cannot be read."""

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


def take_over() -> None:
    """Mask everything printed, explain broken features, and leave failed hooks to the formatters."""
    if isinstance(sys.stdout, MaskedStream):
        return
    sys.stdout, sys.stderr = MaskedStream(sys.stdout), MaskedStream(sys.stderr)
    behave.runner.parse_features = _explaining(behave.runner.parse_features)
    behave.runner.ModelRunner.run_hook = _quiet(behave.runner.ModelRunner.run_hook)


def check(features: Sequence[Any], config: Any) -> None:
    """Refuse what would be green by doing nothing.

    Raises PlumblineError for a scenario without steps, and where no scenario is chosen at all.
    """
    empty = empty_scenarios(features)
    if empty:
        raise PlumblineError("\n".join(empty))
    scenarios = [scenario for feature in features for scenario in feature.walk_scenarios()]
    if not any(is_chosen(scenario, config) for scenario in scenarios):
        raise PlumblineError(
            f"None of the {len(scenarios)} scenarios is chosen: check the tags, names and files given."
        )


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


def _explaining(parse_features: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(parse_features)
    def parse(*args: Any, **options: Any) -> Any:
        try:
            return parse_features(*args, **options)
        except ParserError as error:
            print(f"plumbline: {explain(error)}", file=sys.stderr)
            sys.exit(BROKEN_FEATURE)  # nothing is started yet

    return parse


def _quiet(run_hook: Callable[..., bool]) -> Callable[..., bool]:
    @functools.wraps(run_hook)
    def run(runner: Any, hook_name: str, *args: Any) -> bool:
        if hook_name in LOUD_HOOKS:
            return run_hook(runner, hook_name, *args)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            passed = run_hook(runner, hook_name, *args)
        if not passed:
            said = [line for line in printed.getvalue().splitlines() if not line.startswith("HOOK-ERROR in")]
            print("\n".join(said), end="\n" if said else "")
        return passed

    return run
