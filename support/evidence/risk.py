"""The header of a feature: what the workflow is worth, how it fails, and who owns it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from support.errors import PlumblineError

HEADING = "Why it matters"
_KNOWN = ("Revenue impact", "Failure cost", "Frequency", "Depends on", "Owner")
_REQUIRED = ("Revenue impact", "Failure cost", "Frequency", "Depends on")
_ENTRY = re.compile(r"-\s*(?P<name>[^:(]+?)\s*(?:\((?P<mode>[^)]*)\))?\s*:\s*(?P<text>.*)")
_SOURCED = re.compile(r"(?P<figure>.*?)\s*\((?P<source>[^()]+)\)")
_COST = re.compile(r"\$(?P<amount>\d{1,3}(?:,\d{3})*(?:\.\d\d)?|\d+(?:\.\d\d)?) per incident")
_FREQUENCY = re.compile(r"(?P<number>\d{1,3}(?:,\d{3})*|\d+(?:\.\d+)?)(?: times)? a day")
_MODE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class RiskHeader:
    """What a feature's header says. Amounts are in US dollars; a source is what stands in parentheses."""

    revenue_impact: str
    failure_cost: Decimal
    cost_source: str
    frequency_per_day: float
    frequency_source: str
    depends_on: str
    owner: str | None
    modes: dict[str, str]


class RiskHeaderError(PlumblineError):
    """What is wrong with a header; `problems` holds one `file:line: sentence` each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def parse(feature: Any) -> RiskHeader:
    """Read the header of a parsed feature (behave's model).

    Raises RiskHeaderError naming the file and line of everything that is wrong or missing.
    """
    reader = _Reader(feature)
    header = reader.header()
    if reader.problems or header is None:
        raise RiskHeaderError(reader.problems)
    return header


def owner(feature: Any) -> str | None:
    """The team on the header's `- Owner:` line, whatever state the rest of the header is in."""
    for name, _, text in _entries(feature.description):
        if name == "Owner" and text:
            return text
    return None


def as_markdown(description: Sequence[str]) -> str:
    """A feature's description laid out for a reader: prose, then the header as a list under its heading."""
    lines: list[str] = []
    for line in description:
        if line == HEADING:
            lines += ["", f"**{HEADING}**", ""]
        elif line.startswith("- ") and _ENTRY.fullmatch(line):
            name, _, text = line[2:].partition(":")
            lines.append(f"- **{name}:**{text}")
        else:
            lines.append(f"  {line}" if lines and lines[-1].startswith(("- ", "  ")) else line)
    return "\n".join(lines).strip()


def _entries(description: Sequence[str]) -> list[tuple[str, str | None, str]]:
    """The header's lines as (name, mode, text); a line that goes on is joined to the one before."""
    if HEADING not in description:
        return []
    joined: list[str] = []
    for line in description[list(description).index(HEADING) + 1 :]:
        if line.startswith("-") or not joined:
            joined.append(line)
        else:
            joined[-1] += f" {line}"
    matches = [(line, _ENTRY.fullmatch(line)) for line in joined]
    return [(m["name"], m["mode"], m["text"].strip()) if m else ("", None, line) for line, m in matches]


class _Reader:
    """Collects the problems of one header while reading it."""

    def __init__(self, feature: Any) -> None:
        self.feature = feature
        self.problems: list[str] = []
        self.values: dict[str, str] = {}
        self.modes: dict[str, str] = {}

    def header(self) -> RiskHeader | None:
        if HEADING not in self.feature.description:
            self._problem(
                "",
                f"the feature has no block {HEADING!r} that says what it is worth and how it fails.",
            )
            return None
        for name, mode, text in _entries(self.feature.description):
            self._entry(name, mode, text)
        for name in _REQUIRED:
            if not self.values.get(name):
                self._problem(HEADING, f"the line '- {name}: …' is missing.")
        if not self.modes:
            self._problem(HEADING, "there is no '- Fails when (name): …': name at least one way to fail.")
        cost, cost_source = self._figure("Failure cost", _COST, "$40 per incident (assumption)")
        often, often_source = self._figure("Frequency", _FREQUENCY, "60 a day (assumption)")
        if self.problems:
            return None
        return RiskHeader(
            revenue_impact=self.values["Revenue impact"],
            failure_cost=Decimal(cost),
            cost_source=cost_source,
            frequency_per_day=float(often),
            frequency_source=often_source,
            depends_on=self.values["Depends on"],
            owner=self.values.get("Owner"),
            modes=self.modes,
        )

    def _entry(self, name: str, mode: str | None, text: str) -> None:
        if name == "Fails when":
            self._mode(mode, text)
        elif name not in _KNOWN:
            self._problem(
                name or text, f"{name or text!r} is no line of the header; it takes: {', '.join(_KNOWN)}."
            )
        elif name in self.values:
            self._problem(name, f"the line '- {name}: …' is there twice.")
        else:
            self.values[name] = text

    def _mode(self, mode: str | None, text: str) -> None:
        if not mode or not _MODE_NAME.fullmatch(mode):
            self._problem(
                f"Fails when ({mode})" if mode else "Fails when",
                "a way to fail needs a short name: '- Fails when (refunded-twice): …'.",
            )
        elif mode in self.modes:
            self._problem(f"({mode})", f"the way to fail {mode!r} is there twice.")
        elif not text:
            self._problem(f"({mode})", f"the way to fail {mode!r} is not described.")
        else:
            self.modes[mode] = text

    def _figure(self, name: str, pattern: re.Pattern[str], example: str) -> tuple[str, str]:
        text = self.values.get(name)
        if not text:
            return "0", ""
        sourced = _SOURCED.fullmatch(text)
        figure = pattern.fullmatch(sourced["figure"]) if sourced else None
        if sourced is None or figure is None:
            self._problem(name, f"the line '- {name}: {text}' does not read like '- {name}: {example}'.")
            return "0", ""
        return figure.group(1).replace(",", ""), sourced["source"]

    def _problem(self, near: str, sentence: str) -> None:
        self.problems.append(f"{self.feature.filename}:{self._line_of(near)}: {sentence}")

    def _line_of(self, near: str) -> int:
        path = Path(str(self.feature.filename))
        if near and path.is_file():
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                if number > self.feature.line and near in line:
                    return number
        return int(self.feature.line)
