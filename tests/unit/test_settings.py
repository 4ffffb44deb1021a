"""Settings: where they come from, and what is said of a bad one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.errors import PlumblineError
from support.settings import load


def test_defaults_hold_when_nobody_says_otherwise() -> None:
    settings = load({}, environment={})
    assert (settings.stack, settings.order) == ("embedded", "given")
    assert settings.first_day == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_the_command_line_is_stronger_than_the_environment_and_that_than_behave_ini() -> None:
    environment = {"PLUMBLINE_SEED": "2", "PLUMBLINE_APP_PORT": "2000"}
    userdata = {"seed": "3", "app_port": "1000", "cache_dir": "elsewhere"}
    settings = load(userdata, [("seed", "3")], environment)
    assert (settings.seed, settings.app_port, settings.cache_dir) == (3, 2000, Path("elsewhere"))


def test_a_seed_is_drawn_and_told_where_none_is_given() -> None:
    assert load({}, environment={}).seed > 0
    assert load({}, environment={}).seed != load({}, environment={}).seed


def test_postgres_bin_is_also_read_by_the_name_that_postgres_users_know() -> None:
    assert load({}, environment={"POSTGRES_BIN": "/opt/pg/bin"}).postgres_bin == Path("/opt/pg/bin")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ordr", "random", "did you mean 'order'?"),
        ("colour", "blue", "known settings: stack, app,"),
        ("stack", "kubernetes", "it takes one of: embedded"),
        ("order", "alphabetical", "it takes one of: given, random"),
        ("seed", "many", "it takes a whole number"),
        ("seed", "-1", "it is below 0"),
        ("app_port", "99999", "from 1 to 65535"),
        ("payment_timeout_s", "0", "a number of seconds"),
        ("payment_timeout_s", "nan", "a number of seconds"),
        ("first_day", "2026-01-05T09:00:00", "the zone is missing"),
        ("first_day", "tomorrow", "an instant such as"),
        ("cache_dir", "", "it is empty"),
    ],
)
def test_a_bad_setting_is_one_sentence_with_name_value_and_origin(name: str, value: str, words: str) -> None:
    for settings in (
        lambda: load({name: value}, [(name, value)], {}),
        lambda: load({}, [], {f"PLUMBLINE_{name.upper()}": value}),
    ):
        with pytest.raises(PlumblineError) as caught:
            settings()
        sentence = str(caught.value)
        assert words in sentence and name in sentence.lower() and "\n" not in sentence
        assert f"-D {name}" in sentence or f"PLUMBLINE_{name.upper()}" in sentence


def test_settings_of_other_tools_are_left_alone() -> None:
    assert load({"AllureFormatter.hide_excluded": "true", "seed": "5"}, environment={}).seed == 5
