"""Waiting: for a condition, and never longer than said."""

import time

import pytest

from support import wait


def test_returns_the_first_truthy_value_at_once() -> None:
    started = time.monotonic()
    assert wait.until(lambda: "there", 5, "it") == "there"
    assert time.monotonic() - started < 0.5


def test_asks_again_until_it_is_there() -> None:
    answers = iter([0, 0, 7])
    assert wait.until(lambda: next(answers), 5, "a number") == 7


def test_says_what_it_waited_for_and_what_it_last_saw() -> None:
    with pytest.raises(wait.StillWaiting, match=r"Waited 0\.0 s for two e-mails; last saw: \[\]\."):
        wait.until(lambda: [], 0.01, lambda: "two e-mails")
