"""The phrases that the steps define, as a person reads them, and those nearest to an unknown one."""

import difflib
import re
from collections.abc import Sequence
from typing import Any

import behave.runner

_PARAMETER = re.compile(r"\{(?P<name>\w*)(?::(?P<type>[^}]*))?\}")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|\$?\d[\d,.:]*\S*|\b[A-Z][\w-]*\b")
_PLACEHOLDER = re.compile("<[^>]*>")
_SIMILAR = 0.5
_BUILT_IN = {"d": "number"}  # types that the step matcher brings along


def readable(pattern: str) -> str:
    """`{customer:Person} signs up` as `<person> signs up`."""
    return _PARAMETER.sub(lambda match: f"<{spoken(match['type'] or match['name'])}>", pattern)


def parameters(pattern: str) -> list[tuple[str, str]]:
    """Name and type of each parameter, in their order; the type is empty where any words will do."""
    return [(match["name"], match["type"] or "") for match in _PARAMETER.finditer(pattern)]


def spoken(name: str) -> str:
    """The name of a parameter or of its type in words: `TimeOfDay` is "time of day"."""
    return _BUILT_IN.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()


def phrasebook(registry: Any = None) -> list[str]:
    """Every phrase with its keyword, `Given <person> is signed in`, in the order of definition."""
    # behave.step_registry.registry is another one, and empty: behave replaces that when it starts
    known = registry or behave.runner.the_step_registry
    return [
        f"{keyword.capitalize()} {readable(matcher.pattern)}"
        for keyword, matchers in known.steps.items()
        for matcher in matchers
    ]


def nearest(step: Any, registry: Any = None, limit: int = 3) -> list[str]:
    """The phrases that look most like a step nobody defines, the most similar first; maybe none."""
    wanted = _skeleton(step.name, _VALUE)
    scored = []
    for phrase in phrasebook(registry):
        keyword, _, text = phrase.partition(" ")
        offered = _skeleton(text, _PLACEHOLDER)
        likeness = (_ratio(wanted, offered) + _ratio(" ".join(wanted), " ".join(offered))) / 2
        if keyword.lower() == step.step_type:
            likeness += 0.05
        scored.append((likeness, phrase))
    scored.sort(key=lambda pair: -pair[0])
    return [phrase for likeness, phrase in scored[:limit] if likeness >= _SIMILAR]


def unknown(step: Any) -> str:
    """Sentences that say which step nobody defines and what could have been meant."""
    said = f"No step says “{step.name}” ({step.filename}:{step.line})."
    near = nearest(step)
    if not near:
        return f"{said} No phrase comes near; the phrases are in steps/."
    return "\n".join([said, "Nearest phrases:", *(f"  {phrase}" for phrase in near)])


def _skeleton(text: str, values: re.Pattern[str]) -> list[str]:
    """The words of a phrase with every value replaced by one mark, so that only the wording is compared."""
    return values.sub("·", text).lower().split()


def _ratio(one: Sequence[str], other: Sequence[str]) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
