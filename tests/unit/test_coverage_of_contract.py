"""Every row of the contract has a scenario, and every scenario that stands for a row is there.

tests/contract_coverage.toml says which scenario stands for which row of docs/contract.md. So a new row has to
be given a scenario, and a scenario that is removed or renamed is missed.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from behave.parser import parse_file

from support.drivers.notifications import TEMPLATES
from support.drivers.refusals import REFUSALS

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "docs" / "contract.md"
COVERAGE = ROOT / "tests" / "contract_coverage.toml"

NO_PROMISES = {"What the suite covers", "Refusals", "Settings"}
"""Sections that sum up others, or say where things are; refusals are looked for in the features by name."""
NO_ROWS = {"Columns", "What the app asks the provider", "What the app asks the providers"}
"""Subsections that say how promises look in the database and on the wire."""
RULE = re.compile(r"^- \*\*(?P<name>[^*]+)\*\*", re.MULTILINE)


@cache
def promises() -> dict[str, list[str]]:
    """By section: the rows of its tables, and the rules that begin with bold words."""
    sections = re.split(r"^## ", CONTRACT.read_text("utf-8"), flags=re.MULTILINE)[1:]
    by_title = {title: text for title, _, text in (section.partition("\n") for section in sections)}
    return {title: list(_promises(text)) for title, text in by_title.items() if title not in NO_PROMISES}


def _promises(section: str) -> Iterator[str]:
    first, *parts = re.split(r"^### ", section, flags=re.MULTILINE)
    yield from _rows("", first)
    yield from (match["name"] for match in RULE.finditer(first))
    for heading, _, text in (part.partition("\n") for part in parts):
        if heading not in NO_ROWS:
            yield from _rows(f"{heading} / ", text)
            yield from (f"{heading} / {match['name']}" for match in RULE.finditer(text))


def _rows(prefix: str, text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in map(str.strip, block.splitlines()) if line.startswith("|")]
        action = ""
        for cells in map(_cells, lines[2:]):
            action = cells[0] or action
            when = f": {cells[1]}" if _cells(lines[0])[:2] == ["Action", "When"] else ""
            yield f"{prefix}{action}{when}"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@cache
def coverage() -> dict[str, dict[str, list[str]]]:
    """By section and row: `feature: scenario`, or a test of tests/ as `file.py: test`."""
    return tomllib.loads(COVERAGE.read_text("utf-8"))


@cache
def features() -> dict[str, Any]:
    """The parsed features by the name of their file, without its ending."""
    return {path.stem: parse_file(str(path)) for path in (ROOT / "features").rglob("*.feature")}


@cache
def scenarios() -> set[str]:
    """Every scenario and every test that may stand for a row."""
    written = {
        f"{name}: {scenario.name}"
        for name, feature in features().items()
        for container in (feature, *feature.rules)
        for scenario in container.scenarios
    }
    tests = {
        f"{path.name}: {name}"
        for path in (ROOT / "tests" / "integration").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), flags=re.MULTILINE)
    }
    return written | tests


@cache
def steps() -> str:
    """All steps of all scenarios as they are run, one a line."""
    run = [scenario for feature in features().values() for scenario in feature.walk_scenarios()]
    return "\n".join(step.name for scenario in run for step in scenario.all_steps)


def test_features_have_names_of_their_own() -> None:
    assert len(features()) == len(list((ROOT / "features").rglob("*.feature")))


@pytest.mark.parametrize("section", promises())
def test_every_row_has_a_scenario(section: str) -> None:
    told = coverage().get(section, {})
    without = [row for row in promises()[section] if not told.get(row)]
    gone = [row for row in told if row not in promises()[section]]
    assert not without, f"{COVERAGE.name} names no scenario for: {without}"
    assert not gone, f"{COVERAGE.name} names what docs/contract.md does not (any more) say: {gone}"


def test_every_scenario_that_stands_for_a_row_is_there() -> None:
    named = {name for rows in coverage().values() for found in rows.values() for name in found}
    assert named <= scenarios(), f"No such scenario: {sorted(named - scenarios())}"


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_every_refusal_of_the_contract_is_met_in_a_feature(refusal: Any) -> None:
    phrases = [f"refused because {refusal.words}"]
    if refusal.code == "validation_failed":
        phrases.append("is asked to correct the")
    assert any(phrase in steps() for phrase in phrases), f"No scenario is refused because {refusal.words}."


def test_the_suite_knows_every_refusal_and_every_message_of_the_contract() -> None:
    page = CONTRACT.read_text("utf-8")
    table = page.partition("## Refusals")[2].partition("\n## ")[0]
    known = {(str(refusal.status), refusal.code) for refusal in REFUSALS}
    assert known == set(re.findall(r"^\| (\d+) \| `(\w+)`", table, flags=re.MULTILINE))
    templates = page.partition("### Templates")[2].partition("\n### ")[0]
    assert set(TEMPLATES.values()) == set(re.findall(r"^\| `(\w+)`", templates, flags=re.MULTILINE))


@pytest.mark.parametrize("words", TEMPLATES)
def test_every_message_of_the_contract_is_met_in_a_feature(words: str) -> None:
    sent = re.search(rf'(is sent the "{words}" | the "{words}" \S+ to \w+ names)', steps())
    assert sent, f"Nobody is sent the message {words!r} in any scenario."
