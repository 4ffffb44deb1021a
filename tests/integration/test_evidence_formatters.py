"""behave really runs a small suite, and report and terminal tell the truth about every ending."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.evidence_tree import FILES

ROOT = Path(__file__).parents[2]
SECRETS = ("hunter22", "4242 4242 4242 4242")


def plant(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def behave(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "behave", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )


class Run:
    """One run of the small suite."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = behave(folder, *arguments)
        self.output = self.process.stdout + self.process.stderr
        self.folder = folder / "reports" / "allure-results"
        files = [json.loads(path.read_text("utf-8")) for path in self.folder.glob("*-result.json")]
        self.results: dict[str, dict[str, Any]] = {result["name"]: result for result in files}
        assert len(self.results) == len(files)

    def message(self, name: str) -> str:
        return str(self.results[name]["statusDetails"]["message"])

    def labels(self, name: str, label: str) -> list[str]:
        return [one["value"] for one in self.results[name]["labels"] if one["name"] == label]

    def steps(self, name: str) -> dict[str, str]:
        return {step["name"]: step["status"] for step in self.results[name]["steps"]}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(plant(tmp_path_factory.mktemp("suite")))


@pytest.mark.parametrize(
    ("scenario", "status", "trouble", "message"),
    [
        ("Outside of a rule", "passed", None, None),
        ("Inside of a rule", "passed", None, None),
        ("A check fails", "failed", "Product defect", "Ada should have been charged $40.00"),
        (
            "A step breaks",
            "broken",
            "Suite defect",
            "RuntimeError: could not read https://shop.test/x?token=***",
        ),
        (
            "The machine is in trouble",
            "broken",
            "Environment trouble",
            "ConnectionRefusedError: nobody listens",
        ),
        ("A step is unknown", "broken", "Suite defect", "Nearest phrases:\n  Given a shop"),
        ("A check without words", "failed", "Product defect", "assert 1 == 2 (steps/some_steps.py:"),
        ("Weak passwords (password: short, ending: has an account)", "passed", None, None),
        (
            "Weak passwords (password: long, ending: was charged $1.00)",
            "failed",
            "Product defect",
            "charged $1.00",
        ),
        ("Time passes", "skipped", None, "the embedded stack has no clock"),
        (
            "The hook before fails",
            "broken",
            "Environment trouble",
            "Before the scenario: ConnectionError: could not",
        ),
        ("The hook of a tag fails", "broken", "Suite defect", "the tag's fixture is missing"),
        (
            "The hook after fails",
            "failed",
            "Product defect",
            "After the scenario: this scenario left a transaction",
        ),
        ("The clean-up fails", "broken", "Suite defect", "Cleaning up after the scenario failed."),
        ("The hook before a step fails", "broken", "Suite defect", "before the step"),
        (
            "The hook after a step fails",
            "broken",
            "Environment trouble",
            "After the step: OSError: no space left",
        ),
        (
            "Kept out by its rule",
            "broken",
            "Suite defect",
            "Not run. Before the rule: RuntimeError: the rule cannot",
        ),
        (
            "Kept out by its feature",
            "broken",
            "Suite defect",
            "Not run. Before the feature: RuntimeError: the stack",
        ),
        (
            "Preparing and cleaning up: Paying",
            "failed",
            "Product defect",
            "After the feature: the feature left a mess",
        ),
    ],
)
def test_every_ending_is_reported_as_what_it_is(
    run: Run, scenario: str, status: str, trouble: str | None, message: str | None
) -> None:
    result = run.results[scenario]
    assert result["status"] == status
    assert run.labels(scenario, "trouble") == ([trouble] if trouble else [])
    if message is None:
        assert "statusDetails" not in result
    else:
        assert message in run.message(scenario)


def test_no_scenario_is_left_out_or_told_twice(run: Run) -> None:
    written = sum(text.count("Scenario:") for text in FILES.values())
    assert (
        len(run.results) == written + 2 + 1 + 2
    )  # two rows, and a hook after a feature, a rule and a feature


def test_a_failed_check_and_a_failed_hook_are_both_told(run: Run) -> None:
    message = run.message("A check and the hook after fail")
    assert run.results["A check and the hook after fail"]["status"] == "failed"
    assert message.startswith("Ada should have been charged $2.00")
    assert "After the scenario: this scenario left a transaction open" in message


def test_steps_after_a_failure_are_skipped(run: Run) -> None:
    assert run.steps("A check fails") == {
        "Given a shop": "passed",
        "When Ada registers": "passed",
        "Then Ada was charged $40.00": "failed",
        "And Ada has an account": "skipped",
    }
    assert run.steps("A step is unknown")["Given a shopp"] == "broken"
    assert set(run.steps("Time passes").values()) == {"skipped"}


def test_evidence_is_with_its_step_and_what_came_later_with_the_scenario(run: Run) -> None:
    result = run.results["Inside of a rule"]
    step = next(step for step in result["steps"] if step["name"] == "When Ada registers")
    assert [piece["name"] for piece in step["attachments"]] == [
        "POST /auth/register → 201 (12 ms)",
        "users: 1 row",
    ]
    assert [piece["name"] for piece in result["attachments"]] == ["The app's log"]
    for piece in (*step["attachments"], *result["attachments"]):
        assert (run.folder / piece["source"]).is_file()


def test_labels_and_description_tell_what_is_at_stake(run: Run) -> None:
    name = "Inside of a rule"
    assert run.labels(name, "epic") == ["Accounts"]
    assert run.labels(name, "feature") == ["Signing up"]
    assert run.labels(name, "story") == ["An address belongs to one account"]
    assert run.labels(name, "owner") == ["Accounts team"]
    assert run.labels(name, "severity") == ["critical"]
    assert run.labels("Outside of a rule", "severity") == ["blocker"]
    assert run.labels("Ada pays", "severity") == ["normal"]
    assert "mode.taken" in run.labels("A check fails", "tag")
    description = run.results[name]["description"]
    for words in (
        "In its own words.",
        "The rule in other words.",
        "**Why it matters**",
        "- **Revenue impact:** high",
    ):
        assert words in description


def test_rows_of_an_outline_have_one_history_each_and_one_test_case(run: Run) -> None:
    rows = [result for name, result in run.results.items() if name.startswith("Weak passwords")]
    assert len({row["historyId"] for row in rows}) == 2
    assert len({row["testCaseId"] for row in rows}) == 1
    assert rows[0]["parameters"][0]["name"] == "password"


def test_a_trace_shows_only_our_own_frames_and_the_cause(run: Run) -> None:
    trace = run.results["A step breaks"]["statusDetails"]["trace"]
    assert trace.startswith("steps/some_steps.py:")
    assert "site-packages" not in trace
    assert "caused by KeyError" in trace


def test_the_run_is_described(run: Run) -> None:
    lines = (run.folder / "environment.properties").read_text().splitlines()
    assert lines == ["Stack=embedded", "Seed=4711", "PostgreSQL=18.6"]
    names = [category["name"] for category in json.loads((run.folder / "categories.json").read_text())]
    assert names == ["Product defect", "Environment trouble", "Suite defect"]


def test_no_secret_is_in_the_results_nor_on_the_terminal(run: Run) -> None:
    files = list(run.folder.iterdir())
    assert len(files) > 50
    for path in files:
        text = path.read_text("utf-8")
        for secret in SECRETS:
            assert secret not in text, path
    for secret in SECRETS:
        assert secret not in run.output


def test_the_terminal_tells_each_scenario_in_a_line_and_explains_failures(run: Run) -> None:
    assert run.process.returncode == 1
    for words in (
        "Accounts: Signing up",
        "  ✓ Inside of a rule (",
        "  ✗ A check fails (",
        "  – Time passes: the embedded stack has no clock",
        "  ✗ Kept out by its rule",
        "Product defect: features/accounts/signing_up.feature:",
        "Rule      An address belongs to one account",
        "Step      Then Ada was charged $40.00 (line",
        "Because   Ada should have been charged $40.00, but password=***",
        "Last seen POST /auth/register → 201 (12 ms)",
        "Where     steps/some_steps.py:",
        "Alone     behave features/accounts/signing_up.feature:",
        "Because   After the scenario: this scenario left a transaction open",
        "perhaps: Given a shop",
        "1 skipped: the embedded stack has no clock",
        "seed 4711",
        "python -m support.evidence.report makes reports/allure.html",
    ):
        assert words in run.output, words
    for noise in ("HOOK-ERROR", "\x1b["):
        assert noise not in run.output


def test_the_next_run_replaces_the_results_of_the_last(tmp_path: Path) -> None:
    plant(tmp_path)
    assert set(Run(tmp_path, "features/payments/paying.feature").results) == {
        "Ada pays",
        "Preparing and cleaning up: Paying",
    }
    smoke = Run(tmp_path, "--tags=@smoke")
    assert set(smoke.results) == {"Outside of a rule"}
    assert "Inside of a rule" not in smoke.output


def test_one_scenario_can_be_run_by_its_line(tmp_path: Path) -> None:
    plant(tmp_path)
    line = (
        FILES["features/accounts/signing_up.feature"].splitlines().index("    Scenario: Inside of a rule") + 1
    )
    (tmp_path / "environment.py").write_text(FILES["environment.py"].replace("hook.rule", "no.hook"))
    assert set(Run(tmp_path, f"features/accounts/signing_up.feature:{line}").results) == {"Inside of a rule"}


def test_a_dry_run_keeps_the_results_and_names_unknown_steps(tmp_path: Path) -> None:
    plant(tmp_path)
    kept = tmp_path / "reports" / "allure-results" / "kept-result.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    process = behave(tmp_path, "--dry-run")
    assert process.returncode == 1
    assert list(kept.parent.iterdir()) == [kept]
    assert "perhaps: Given a shop" in process.stdout
    assert "Dry run, nothing was executed" in process.stdout
    assert "1 cannot." in process.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Feature: x\n  Scenario: a\n    Given a shop\n   Wenn b\n",
            "one.feature:4: this feature cannot be read at “Wenn b”",
        ),
        ("Feature: x\n  Scenario: a\n    Givn a shop\n", "one.feature:2: the scenario “a” has no steps"),
        (
            "Feature: x\n  Scenario: a\n    And a shop\n",
            "one.feature:3: this feature cannot be read: And or But",
        ),
        (
            "Featur: x\n",
            "one.feature:1: this feature cannot be read at “Featur: x”: a feature file begins with",
        ),
        (
            "Feature: x\n  Scenario Outline: a\n    Given a shop\n    Examples:\n     |a|\n     |1|2|\n",
            "one.feature:6: this feature cannot be read: a row of this table has more or fewer cells",
        ),
    ],
)
def test_a_broken_feature_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    plant(tmp_path)
    (tmp_path / "features" / "one.feature").write_text(text)
    process = behave(tmp_path, "features/one.feature")
    assert process.returncode != 0
    assert told in process.stdout + process.stderr
    assert "Traceback" not in process.stdout + process.stderr


def test_a_run_of_nothing_is_not_green(tmp_path: Path) -> None:
    plant(tmp_path)
    process = behave(tmp_path, "--tags=@critcal")
    assert process.returncode != 0
    assert "None of the 20 scenarios is chosen" in process.stdout + process.stderr
