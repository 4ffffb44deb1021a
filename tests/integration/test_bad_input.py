"""Whatever somebody gets wrong is told in one clear sentence, with an exit code that is not 0."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("behave.ini", "environment.py", "fixtures", "reference_shop", "steps", "support")

FEATURE = """\
@accounts
Feature: One sign-up

  Scenario: Ada signs up
    When Ada signs up
    Then Ada has one account
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the suite with one small feature, to be broken."""
    tree = tmp_path / "suite"
    tree.mkdir()
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tree / part)
    (tree / "features").mkdir()
    (tree / "features" / "one.feature").write_text(FEATURE)
    return tree


def behave(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "behave", *arguments],
        cwd=tree,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def assert_told(result: subprocess.CompletedProcess[str], *words: str) -> None:
    told = result.stdout + result.stderr
    assert result.returncode != 0, told
    assert "Traceback" not in told, told
    for word in words:
        assert word in told, told


def test_the_small_suite_itself_is_green(tree: Path) -> None:
    result = behave(tree)
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_unknown_setting(tree: Path) -> None:
    result = behave(tree, "-D", "ordr=random")
    assert_told(result, "plumbline: Unknown setting 'ordr' from -D ordr: did you mean 'order'?")


def test_a_malformed_setting(tree: Path) -> None:
    assert_told(behave(tree, PLUMBLINE_SEED="many"), "PLUMBLINE_SEED is 'many'; it takes a whole number")


def test_a_port_that_is_taken(tree: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_told(behave(tree, "-D", f"app_port={port}"), port, "plumbline: ")


def test_a_database_server_that_is_not_there(tree: Path) -> None:
    result = behave(tree, POSTGRES_BIN="/nowhere/bin")
    assert_told(result, "plumbline: ", "/nowhere/bin", "POSTGRES_BIN")


def test_a_cache_folder_that_cannot_be_written(tree: Path) -> None:
    (tree / "occupied").write_text("a file where a folder should be")
    result = behave(tree, PLUMBLINE_CACHE_DIR=str(tree / "occupied"))
    assert_told(result, "plumbline: ", str(tree / "occupied"))


def test_an_app_that_does_not_come_up_shows_its_last_words(tree: Path) -> None:
    (tree / "broken_app.py").write_text("def create_app():\n    raise RuntimeError('the stars are wrong')\n")
    result = behave(tree, "-D", "app=broken_app:create_app")
    assert_told(result, "plumbline: ", "the stars are wrong")


def test_an_app_that_is_not_there(tree: Path) -> None:
    assert_told(behave(tree, "-D", "app=nowhere.app:create_app"), "plumbline: ", "nowhere.app:create_app")


def test_migrations_that_fail(tree: Path) -> None:
    (tree / "reference_shop/migrations/versions/0999_broken.py").write_text(
        "revision = '0999'\n"
        f"down_revision = '{newest_migration()}'\n"
        "def upgrade():\n    raise RuntimeError('no such column: colour')\n"
    )
    assert_told(behave(tree), "plumbline: ", "no such column: colour")


def newest_migration() -> str:
    versions = sorted((ROOT / "reference_shop/migrations/versions").glob("0*.py"))
    line = next(line for line in versions[-1].read_text().splitlines() if line.startswith("revision"))
    return line.split("=")[1].strip().strip("'\"")


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("When Ada signs up\n    Whenever it rains", ("two.feature:6", "Given, When, Then, And or But")),
        ("Whenever it rains", ("two.feature:4", "has no steps", "does not begin with Given, When or Then")),
    ],
)
def test_a_feature_with_broken_syntax(tree: Path, scenario: str, words: tuple[str, ...]) -> None:
    feature = f"@accounts\nFeature: Two\n\n  Scenario: X\n    {scenario}\n"
    (tree / "features" / "two.feature").write_text(feature)
    assert_told(behave(tree), *words)


@pytest.mark.parametrize("fixture", sorted(path.name for path in (ROOT / "fixtures").glob("*.json")))
def test_a_broken_fixture(tree: Path, fixture: str) -> None:
    path = tree / "fixtures" / fixture
    first, second, *rest = path.read_text().splitlines(keepends=True)
    path.write_text("".join([first, second.replace(":", "", 1), *rest]))
    assert_told(behave(tree), "plumbline: ", f"{fixture}, line 2", "is not valid JSON")


def test_an_unknown_person(tree: Path) -> None:
    (tree / "features/one.feature").write_text(FEATURE.replace("Ada signs", "Adda signs"))
    assert_told(behave(tree), "Nobody is called 'Adda'", "did you mean Ada?")


def test_a_phrase_that_nobody_defined_is_answered_with_the_nearest_ones(tree: Path) -> None:
    (tree / "features/one.feature").write_text(FEATURE.replace("Ada signs up", "Ada sings up"))
    for arguments in ((), ("--dry-run",)):
        assert_told(behave(tree, *arguments), "signs up")
