"""How a scenario ended, in one value: behave scatters it over the scenario, its steps and its hooks."""

import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from support.errors import PlumblineError
from support.evidence import phrases
from support.evidence.redaction import redact

OUR_FOLDERS = ("features", "steps", "support")
_HOOK = re.compile(r"HOOK-ERROR in (?P<hook>\w+)(?:\(tag=(?P<tag>[^)]*)\))?: (?:\w+: ?)?")
_PLACE = re.compile(r"^\S.*:\d+ in \S+$", re.MULTILINE)
_HOOK_WORDS = {
    "before_scenario": "Before the scenario",
    "after_scenario": "After the scenario",
    "before_feature": "Before the feature",
    "after_feature": "After the feature",
    "before_rule": "Before the rule",
    "after_rule": "After the rule",
    "before_step": "Before the step",
    "after_step": "After the step",
    "before_tag": "Before the scenario",
    "after_tag": "After the scenario",
}


class Result(StrEnum):
    """A scenario's result in Allure's words."""

    PASSED = "passed"
    FAILED = "failed"  # the product did something else than was promised
    BROKEN = "broken"  # the scenario could not find out
    SKIPPED = "skipped"


class Trouble(StrEnum):
    """Who has to look at a scenario that is not green."""

    PRODUCT = "Product defect"
    SUITE = "Suite defect"
    ENVIRONMENT = "Environment trouble"


@dataclass(frozen=True)
class Outcome:
    """Result, what happened in masked words, where in our code, and the step at which it happened."""

    result: Result
    message: str = ""
    trace: str = ""
    step: Any = None
    trouble: Trouble | None = None

    @property
    def bad(self) -> bool:
        """Whether somebody has to look at it."""
        return self.result in (Result.FAILED, Result.BROKEN)

    @property
    def place(self) -> str:
        """Where it happened, `steps/account_steps.py:12 in ada_signs_up`; empty where nobody knows."""
        places: list[str] = _PLACE.findall(self.trace)
        in_steps = [place for place in places if place.startswith("steps/")]
        return (in_steps or places or [""])[-1]


def of_scenario(scenario: Any) -> Outcome:
    """How a scenario ended, its hooks and clean-up included."""
    failed_step = next((step for step in scenario.all_steps if is_bad(step.status)), None)
    hook = _of_hooks(scenario)
    if failed_step is not None:
        outcome = of_step(failed_step)
        return _joined(outcome, hook) if hook else outcome
    if hook is not None:
        return hook
    return _of_status(scenario)


def of_step(step: Any) -> Outcome:
    """How a step that was reached ended."""
    status = step.status.name
    if status in ("undefined", "untested_undefined"):
        return Outcome(Result.BROKEN, redact(phrases.unknown(step)), step=step, trouble=Trouble.SUITE)
    if status in ("pending", "untested_pending"):
        return Outcome(
            Result.BROKEN, f"The step {step.name!r} is not written yet.", step=step, trouble=Trouble.SUITE
        )
    if is_bad(step.status):
        before = "After the step: " if step.hook_failed and not step.error_message else ""
        return _of_exception(step.exception, step.exc_traceback, before, step)
    return Outcome(Result.PASSED if status in ("passed", "pending_warn") else Result.SKIPPED, step=step)


def of_container(container: Any) -> Outcome | None:
    """What went wrong in the hooks of a feature or rule; None if nothing did."""
    return _of_hooks(container)


def is_bad(status: Any) -> bool:
    """Whether behave counts this status as a failure of any kind."""
    return bool(status.has_failed()) or status.name in (
        "undefined",
        "untested_undefined",
        "pending",
        "cleanup_error",
    )


def message_of(error: BaseException | None) -> str:
    """An exception in masked words: an assertion says what it says, others say of what kind they are."""
    if error is None:
        return "It failed without a message."
    text = str(error).strip()
    if isinstance(error, AssertionError | PlumblineError):
        return redact(text) if text else f"A check failed without a message{_bare_assert(error)}."
    return redact(f"{type(error).__name__}: {text}" if text else type(error).__name__)


def trace_of(error: BaseException | None, trace: TracebackType | None) -> str:
    """The masked traceback, only its frames in features, steps, support and the hooks."""
    if error is None or trace is None:
        return ""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if _is_ours(frame.filename)] or list(frames)[-3:]
    lines = [
        f"{_relative(frame.filename)}:{frame.lineno} in {frame.name}\n    {frame.line}" for frame in ours
    ]
    for cause in _causes(error):
        lines.append(f"caused by {type(cause).__name__}: {cause}")
    return redact("\n".join(lines))


def _of_exception(error: Any, trace: Any, before: str = "", step: Any = None) -> Outcome:
    result = Result.FAILED if isinstance(error, AssertionError) else Result.BROKEN
    return Outcome(result, before + message_of(error), trace_of(error, trace), step, _trouble(error))


def _trouble(error: BaseException | None) -> Trouble:
    """A failed check is the product's; what the machine or the network refused is the environment's."""
    if isinstance(error, AssertionError):
        return Trouble.PRODUCT
    chain = [error, *_causes(error)] if error else []
    names = {base.__name__ for link in chain for base in type(link).__mro__}
    if names & {"OSError", "OperationalError", "ConnectionError", "TimeoutError", "RequestException"}:
        return Trouble.ENVIRONMENT
    return Trouble.SUITE


def _of_hooks(model: Any) -> Outcome | None:
    if not model.hook_failed and model.status.name not in ("hook_error", "cleanup_error"):
        return None
    if model.exception is None:
        what = redact(model.error_message or "") or f"Cleaning up after the {model.type} failed."
        return Outcome(Result.BROKEN, _in_words(what), trouble=Trouble.SUITE)
    plain = _of_exception(model.exception, model.exc_traceback)
    told = redact(model.error_message or "")
    hooks = _HOOK.findall(told)
    message = f"{_hook_words(hooks[0][0])}: {plain.message}" if len(hooks) == 1 else _in_words(told)
    return Outcome(plain.result, message, plain.trace, trouble=plain.trouble)


def _in_words(error_message: str) -> str:
    return _HOOK.sub(lambda match: f"{_hook_words(match['hook'])}: ", error_message).strip()


def _hook_words(hook: str) -> str:
    return _HOOK_WORDS.get(hook, hook)


def _joined(outcome: Outcome, hook: Outcome) -> Outcome:
    return Outcome(
        outcome.result, f"{outcome.message}\n\n{hook.message}", outcome.trace, outcome.step, outcome.trouble
    )


def _of_status(scenario: Any) -> Outcome:
    status = scenario.status.name
    if status == "passed":
        return Outcome(Result.PASSED)
    if status == "skipped":
        return Outcome(Result.SKIPPED, redact(skip_reason(scenario) or "No reason was given."))
    for container in _containers(scenario):
        if container.hook_failed:
            hook = _of_hooks(container)
            if hook is not None:
                return Outcome(hook.result, f"Not run. {hook.message}", hook.trace, trouble=hook.trouble)
    return Outcome(Result.SKIPPED, "Not run: the run was stopped before it.")


def skip_reason(scenario: Any) -> str | None:
    """Why a scenario, its rule or its feature was skipped; None if nobody said."""
    for model in (scenario, *_containers(scenario)):
        if model.should_skip and model.skip_reason:
            return str(model.skip_reason)
    return None


def _containers(scenario: Any) -> Iterator[Any]:
    container = scenario.parent
    while container is not None:
        if hasattr(container, "hook_failed"):
            yield container
        container = container.parent


def _causes(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None:
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is not None:
            causes.append(error)
    return causes


def _bare_assert(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or not frames[-1].line:
        return ""
    return redact(f": {frames[-1].line} ({_relative(frames[-1].filename)}:{frames[-1].lineno})")


def _relative(filename: str) -> str:
    try:
        return str(Path(filename).resolve().relative_to(Path.cwd()))
    except ValueError:
        return filename


def _is_ours(filename: str) -> bool:
    parts = Path(_relative(filename)).parts
    return parts[0] in OUR_FOLDERS or parts == ("environment.py",)
