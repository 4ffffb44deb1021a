"""Fixtures, people and values: what is said of a bad one, and that good ones come out right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from support.data import fixtures, people, values
from support.data.factories import People
from support.data.values import Money
from support.errors import PlumblineError


def test_broken_json_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text('{\n  "Ada": {"email": "ada@example.test",}\n}\n')
    with pytest.raises(PlumblineError, match=r"people\.json, line 2, column \d+ is not valid JSON"):
        fixtures.load("people", tmp_path)


def test_a_missing_fixture_and_one_of_another_shape_are_told(tmp_path: Path) -> None:
    with pytest.raises(PlumblineError, match=r"plans\.json cannot be read \(No such file"):
        fixtures.load("plans", tmp_path)
    (tmp_path / "list.json").write_text("[1, 2]")
    with pytest.raises(PlumblineError, match="must be an object of objects"):
        fixtures.load("list", tmp_path)


def test_a_missing_field_is_told_with_file_and_entry() -> None:
    with pytest.raises(PlumblineError, match=r"people\.json: 'Ada' has no 'email': add it"):
        fixtures.field("people", "Ada", {}, "email")


def test_an_unknown_person_is_told_with_the_nearest_name() -> None:
    with pytest.raises(PlumblineError, match=r"did you mean Ada\?"):
        people.find("Adda")
    with pytest.raises(PlumblineError, match="there are Ada, Linus"):
        people.find("Zzyzx")


def test_everybodys_password_fits_its_hash_and_the_hash_is_made_once() -> None:
    assert PasswordHasher().verify(people.password_hash(), people.PASSWORD)
    assert people.password_hash() is people.password_hash()


def test_strangers_are_different_people_and_the_same_ones_for_the_same_seed() -> None:
    made = People(7).many(50, role="admin")
    assert len({person.email for person in made}) == 50
    assert {person.role for person in made} == {"admin"}
    assert made == People(7).many(50, role="admin") != People(8).many(50, role="admin")


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [("$40.00", 4000, "usd"), ("$1,299.05", 129_905, "usd"), ("-$5.00", -500, "usd"), ("€0.01", 1, "eur")],
)
def test_money_is_read_and_written_alike(text: str, minor: int, currency: str) -> None:
    assert values.money(text) == Money(minor, currency)
    assert str(Money(minor, currency)) == text


def test_durations_days_and_counts_are_read() -> None:
    assert values.duration("24 hours and 1 second") == timedelta(hours=24, seconds=1)
    assert values.day("31 January 2028") == datetime(2028, 1, 31, 9, tzinfo=UTC)
    assert values.day("1 March 2028 14:30") == datetime(2028, 3, 1, 14, 30, tzinfo=UTC)
    assert [values.times(text) for text in ("never", "once", "twice", "12 times")] == [0, 1, 2, 12]
