"""The phrasebook: what it says of a phrase, and which phrases it complains of."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.data import values
from support.data.values import pattern
from support.drivers import refusals
from support.errors import PlumblineError
from support.evidence import editor, phrasebook, phrasebook_pages
from support.evidence.phrasebook import Noun, Phrase, Phrasebook, Use

ROOT = Path(__file__).parents[2]
USE = Use(Path("features/shop/paying.feature"), "Paying", "When Ada pays $40.00 with an empty card")
KINDS = phrasebook.kinds({"Person": values.person, "Money": values.money, "Card": values.card})


def phrase(wording: str, *keywords: str, line: int = 1, uses: tuple[Use, ...] = (USE,)) -> Phrase:
    return Phrase(keywords or ("When",), wording, Path("steps/shop_steps.py"), line, "It happens.", uses)


def book(*phrases: Phrase) -> Phrasebook:
    return Phrasebook((Noun("Shop", "Buying things.", phrases),), KINDS, 7)


def test_a_phrase_is_shown_with_its_values_an_example_and_who_uses_it() -> None:
    text = phrasebook_pages.markdown(book(phrase("{buyer:Person} pays {price:Money} with {card:Card}")))
    assert "### When `<person> pays <money> with <card>`\n\nIt happens.\n" in text
    assert "- `<person>`: [a first name from fixtures/people.json](#person)\n" in text
    assert "- Example: `When Ada pays $40.00 with an empty card`\n" in text
    assert "- Used by: [Paying](../features/shop/paying.feature)\n" in text
    assert "### Card\n" in text and "\n- an empty card\n" in text


def test_the_page_shows_the_same_and_escapes_it() -> None:
    text = phrasebook_pages.page(book(phrase('{buyer:Person} <b>pays</b> "{what}"')))
    assert "<b>pays</b>" not in text and "&lt;person&gt;" in text
    assert "&lt;what&gt;</var>: any words" in text


def test_a_choice_of_words_is_told_in_full() -> None:
    kind = phrasebook.kinds({"Refusal": refusals.refusal})["Refusal"]
    assert kind.choices == tuple(refusal.words for refusal in refusals.REFUSALS)
    assert phrasebook.kinds({"Times": values.times})["Times"].choices == ()


def test_a_value_that_says_nothing_of_itself_is_named() -> None:
    @pattern("x")
    def silent(text: str) -> str:
        return text

    with pytest.raises(PlumblineError, match=r"The value 'Silent' does not say what it reads"):
        phrasebook.kinds({"Silent": silent})


def test_a_phrase_of_no_feature_is_dead() -> None:
    dead = phrase("{buyer:Person} sings", line=12, uses=())
    assert phrasebook.unused(book(phrase("{buyer:Person} pays"), dead)) == [
        "steps/shop_steps.py:12: no feature uses the phrase “<person> sings”: use it or delete it."
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{buyer:Person} pays the order", "{owner:Person} pays an order"),
        ("{buyer:Person} pays for 2 orders", "{buyer:Person} pays for 2 order"),
        ("the order of {buyer:Person} is paid", "{buyer:Person} the order is paid of"),
    ],
)
def test_two_phrases_for_one_thing_are_found(one: str, other: str) -> None:
    (problem,) = phrasebook.doubles(book(phrase(one), phrase(other, line=9)))
    assert problem.startswith("steps/shop_steps.py:9: ") and problem.endswith("keep one of them.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (phrase("{buyer:Person} is logged in", "Given"), phrase("{buyer:Person} is logged in", "Then")),
        (phrase("{buyer:Person} pays {price:Money}"), phrase("{buyer:Person} pays {card:Card}")),
        (phrase("{buyer:Person} pays"), phrase("{buyer:Person} and {other:Person} pay")),
    ],
)
def test_phrases_for_different_things_are_left_alone(one: Phrase, other: Phrase) -> None:
    assert phrasebook.doubles(book(one, other)) == []


def test_nearly_the_same_is_shown_but_the_opposite_is_not() -> None:
    paid = phrase("{buyer:Person} has paid for the order", "Then")
    near = phrase("{buyer:Person} has paid the order", "Then", line=5)
    opposite = phrase("{buyer:Person} has not paid for the order", "Then", line=9)
    assert phrasebook.look_alikes(book(paid, near, opposite)) == [(paid, near)]


def test_the_editor_is_told_every_value_under_its_full_name(tmp_path: Path) -> None:
    told = json.loads(editor.settings(book(phrase('{buyer:Person} has {n:d} "{what}"')), tmp_path / "none"))
    assert told["cucumber.glue"] == ["steps/**/*.py"]
    assert told["cucumber.parameterTypes"] == [
        {"name": "buyer:Person", "regexp": "[A-Z][a-z]+"},
        {"name": "n:d", "regexp": r"-?\d+"},
        {"name": "what", "regexp": ".+"},
    ]


def test_other_settings_of_the_editor_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"editor.rulers": [110]}')
    assert json.loads(editor.settings(book(), path))["editor.rulers"] == [110]
    path.write_text("{ // mine\n}")
    with pytest.raises(PlumblineError, match="mend or delete it"):
        editor.settings(book(), path)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one step and one scenario."""
    (tmp_path / "features/shop").mkdir(parents=True)
    (tmp_path / "steps").mkdir()
    (tmp_path / "behave.ini").write_text("[behave]\npaths = features\n")
    (tmp_path / "environment.py").write_text("")
    (tmp_path / "steps/shop_steps.py").write_text(
        '"""Shop: buying things."""\n\nfrom behave import given, when\n\n\n'
        '@given("a {thing} is for sale")\n@when("a {thing} is for sale")\n'
        'def for_sale(context, thing):\n    """It is on the shelf."""\n'
    )
    (tmp_path / "features/shop/buying.feature").write_text(
        "Feature: Buying\n  Background:\n    Given a lamp is for sale\n\n"
        "  Scenario Outline: More\n    When a <thing> is for sale\n\n"
        "    Examples:\n      | thing |\n      | chair |\n"
    )
    return tmp_path


def run(suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "support.evidence.phrasebook", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True)


def test_it_is_out_of_date_until_it_is_written(suite: Path) -> None:
    checked = run(suite, "--check")
    assert checked.returncode == 1
    assert "docs/phrasebook.md is out of date: run make phrasebook.\n" in checked.stdout
    written = run(suite)
    assert written.stdout.startswith("1 phrases serve 1 scenarios."), written.stderr
    assert run(suite, "--check").returncode == 0
    text = (suite / "docs/phrasebook.md").read_text()
    assert "### Given / When `a <thing> is for sale`" in text
    assert "- Example: `Given a lamp is for sale`" in text
    assert (suite / "reports/phrasebook.html").is_file()


def test_a_broken_feature_is_one_sentence(suite: Path) -> None:
    broken = "Feature: Buying\n  Scenario: x\n    Given y\n    z\n"
    (suite / "features/shop/buying.feature").write_text(broken)
    checked = run(suite, "--check")
    assert checked.returncode == 1
    assert checked.stderr.startswith("plumbline: features/shop/buying.feature:4: this feature cannot be read")
    assert "Traceback" not in checked.stderr
