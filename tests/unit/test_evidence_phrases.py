"""An unknown step is answered with the phrases that come nearest."""

from types import SimpleNamespace

from behave.model import Step

from support.evidence import phrases

PATTERNS = {
    "given": ["{customer:Person} has an account"],
    "when": ["{customer:Person} signs up", "{customer:Person} pays {amount:Money} with {card:Card}"],
    "then": [
        "{customer:Person} was charged {amount:Money} once",
        "{customer:Person} is refused because {reason:Refusal}",
    ],
}


def book() -> SimpleNamespace:
    steps = {
        keyword: [SimpleNamespace(pattern=pattern) for pattern in patterns]
        for keyword, patterns in PATTERNS.items()
    }
    return SimpleNamespace(steps=steps)


def step(keyword: str, name: str) -> Step:
    return Step("one.feature", 3, keyword.capitalize(), keyword, name)


def test_a_pattern_is_shown_as_a_person_reads_it() -> None:
    assert phrases.readable("{customer:Person} signs up") == "<person> signs up"
    assert phrases.readable("{n} days pass at {hour:TimeOfDay}") == "<n> days pass at <time of day>"


def test_the_nearest_phrase_comes_first() -> None:
    registry = book()
    near = phrases.nearest(step("when", "Ada signs in"), registry)
    assert near[0] == "When <person> signs up"
    near = phrases.nearest(step("then", "Ada was charged $40.00 twice"), registry)
    assert near[0] == "Then <person> was charged <money> once"


def test_nothing_is_suggested_where_nothing_comes_near() -> None:
    assert phrases.nearest(step("then", "the moon rises over the quiet sea"), book()) == []
