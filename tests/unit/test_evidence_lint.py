"""The lint finds each kind of trouble, names its line, and is content with a good feature."""

from pathlib import Path

import pytest

from support.evidence.lint import lint, main

GOOD = """\
@orders @critical
Feature: Cancelling an order
  A customer can withdraw an order.

  Why it matters
  - Revenue impact: medium, refunds
  - Failure cost: $40 per incident (assumption)
  - Frequency: 60 a day (assumption)
  - Depends on: payment provider
  - Fails when (refunded-twice): the refund is paid twice

  Background:
    Given Ada has paid $40.00 for a lamp

  Rule: An order can be cancelled until it is shipped

    @smoke
    Scenario: Ada cancels before shipping
      When Ada cancels the order
      Then Ada is refunded $40.00
      And the lamp is back on sale

    @failure @mode.refunded-twice @needs.mocks
    Scenario Outline: Ada cancels twice
      Given Ada has cancelled the order
      When Ada cancels the order <times> more times
      Then Ada is refused because the order is cancelled

      Examples:
        | times | why     |
        | 1     | at once |
"""


def problems(tmp_path: Path, text: str, steps: str = "") -> list[str]:
    folder = tmp_path / "features" / "orders"
    folder.mkdir(parents=True)
    (tmp_path / "steps").mkdir()
    (folder / "one.feature").write_text(text)
    (tmp_path / "steps" / "order_steps.py").write_text(steps)
    found = lint(tmp_path / "features", tmp_path / "steps")
    return [problem.removeprefix(f"{tmp_path}/") for problem in found]


def test_a_good_feature_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("Ada cancels before shipping", "Ada sends a request", 18, "“request” is a technical word"),
        (
            "And the lamp is back on sale",
            "And the status code is fine",
            21,
            "“status code” is a technical word",
        ),
        ("When Ada cancels the order\n", "When Ada calls /orders/cancel\n", 19, "“/orders/cancel” is a path"),
        ("And the lamp is back on sale", "And the JSON is fine", 21, "“JSON” is a technical word"),
        ("And the lamp is back on sale", "And a DELETE is sent", 21, "“DELETE” is a technical word"),
        ("And the lamp is back on sale", "And email_verified holds", 21, "a name out of the code"),
        ("And the lamp is back on sale", "And emailVerified holds", 21, "a name out of the code"),
        ("until it is shipped", "until its row says so", 15, "“row” is a technical word"),
        ("A customer can withdraw", "The endpoint can withdraw", 2, "“endpoint” is a technical word"),
        ("@orders @critical", "@critical", 2, "lacks the tag of its capability, @orders"),
        ("@smoke", "@smok", 17, "nobody knows the tag @smok"),
        ("@needs.mocks", "@needs.luck", 23, "nobody knows the tag @needs.luck"),
        ("@failure @mode.refunded-twice", "@mode.refunded-twice", 24, "tag the scenario @failure"),
        ("@mode.refunded-twice", "@failure", 2, "no scenario has the tag @mode.refunded-twice"),
        ("@mode.refunded-twice", "@mode.refunded-thrice", 24, "is no way to fail of this feature's header"),
        ("@failure @mode.refunded-twice", "@smoke", 2, "only 0 of 2 scenarios are @failure"),
        ("      When Ada cancels the order\n", "", 18, "has one When, this one has 0"),
        ("And the lamp is back on sale", "When Ada looks again", 18, "has one When, this one has 2"),
        ("      Then Ada is refunded $40.00\n      And the", "      And the", 18, "has no Then"),
        ("And the lamp is back on sale", "Given a lamp", 18, "the steps go back"),
        ("      And the lamp is back on sale\n", "      But a\n      But b\n", 22, "one But a scenario"),
        (
            "    Given Ada has paid",
            "    Given a\n    And b\n    And c\n    And Ada has paid",
            12,
            "at most 3 steps",
        ),
        ("    Given Ada has paid", "    When Ada has paid", 12, "holds only what is given"),
        ("    @smoke\n", "    # Scenario: Ada waits\n    @smoke\n", 17, "a commented-out line"),
        ("$40 per incident", "much per incident", 7, "does not read like"),
        ("When Ada cancels the order\n", "Whn Ada cancels\n", 19, "cannot be read at “Whn Ada cancels”"),
    ],
)
def test_each_kind_of_trouble_is_found(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if said.startswith("cannot"):
        text = text.replace("Scenario: Ada", "Scenario: Ada", 1).replace(
            "      Whn", "      Given x\n      Whn", 1
        )
        line += 1
    found = problems(tmp_path, text)
    assert any(f"one.feature:{line}: " in problem and said in problem for problem in found), found


def test_too_many_and_too_few_steps(tmp_path: Path) -> None:
    many = GOOD.replace("And the lamp is back on sale", "\n".join(["And the lamp is back on sale"] * 5))
    assert problems(tmp_path, many) == [
        "features/orders/one.feature:18: 7 steps are too many to follow: 6 at most."
    ]


def test_a_scenario_without_steps(tmp_path: Path) -> None:
    empty = GOOD + "\n    @failure\n    Scenario: Nothing\n      Givn nothing\n"
    assert any(": the scenario has no steps" in problem for problem in problems(tmp_path, empty))


def test_step_functions_have_names_of_their_own(tmp_path: Path) -> None:
    steps = "@given('a')\ndef cancel(c): ...\n@when('b')\ndef cancel(c): ...\n"
    (problem,) = problems(tmp_path, GOOD, steps)
    assert "order_steps.py:4: the step function 'cancel' is there already" in problem


def test_the_command_prints_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "features").mkdir()
    assert main([str(tmp_path / "features"), str(tmp_path)]) == 1
    assert "there is no feature here" in capsys.readouterr().out


JOURNEY = """\
@journey
Feature: All the way
  A customer goes through the shop.

  Why it matters
  - Revenue impact: medium, sales
  - Failure cost: $40 per incident (assumption)
  - Frequency: 60 a day (assumption)
  - Depends on: payment provider
  - Fails when (stuck): the customer cannot go on

  @failure @mode.stuck
  Scenario: Ada goes all the way
    Given Ada has an account
    When Ada pays for a lamp
    Then Ada has paid $40.00
    When Ada cancels the order
    Then Ada is refunded $40.00
    Given the shop is closed
    When Ada pays for a lamp
    Then Ada is refused because the shop is closed
"""


def journey_problems(tmp_path: Path, text: str) -> list[str]:
    folder = tmp_path / "features" / "journey"
    folder.mkdir(parents=True)
    (tmp_path / "steps").mkdir()
    (folder / "one.feature").write_text(text)
    return [problem.partition(": ")[2] for problem in lint(tmp_path / "features", tmp_path / "steps")]


def test_a_journey_goes_through_many_workflows(tmp_path: Path) -> None:
    assert journey_problems(tmp_path, JOURNEY) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (JOURNEY.replace("    Then Ada is refunded $40.00\n", ""), "no Then says how this When came out."),
        (JOURNEY.replace("    Then Ada is refused because the shop is closed\n", ""), "no Then says how"),
        (JOURNEY + "    And Ada goes on\n" * 60, "68 steps: a journey has 60 at most."),
    ],
)
def test_a_journey_says_how_each_step_on_its_way_came_out(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = journey_problems(tmp_path, text)
    assert problem.startswith(said)
