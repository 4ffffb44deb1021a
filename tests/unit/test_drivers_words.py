"""The words of the features and what the contract calls them: each means one thing."""

import re

import pytest

from support.drivers import refusals
from support.drivers.links import MADE_UP
from support.drivers.operations import STRAY, UNREADABLE
from support.drivers.refusals import BY_CODE, BY_WORDS, FIELDS, REFUSALS, Refused, granted

WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{20,200}")


def test_no_two_refusals_share_their_words_or_their_code() -> None:
    assert len(BY_WORDS) == len(BY_CODE) == len(REFUSALS)


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_the_words_of_a_refusal_are_matched_whole(reason: refusals.Refusal) -> None:
    pattern = refusals.refusal.pattern
    assert re.fullmatch(pattern, reason.words)
    assert refusals.refusal(reason.words) is reason


@pytest.mark.parametrize("words", FIELDS)
def test_the_words_of_an_entry_are_matched_whole(words: str) -> None:
    assert re.fullmatch(refusals.entry.pattern, words)


def test_what_a_scenario_builds_on_must_not_be_refused() -> None:
    refused = Refused("banned", 403, "You are banned.")
    with pytest.raises(AssertionError, match=r"The scenario cannot begin: .*the account is banned"):
        granted(refused)
    assert granted("well") == "well"


@pytest.mark.parametrize("words", MADE_UP)
def test_only_the_made_up_link_is_well_formed(words: str) -> None:
    assert bool(WELL_FORMED.fullmatch(MADE_UP[words])) == (words == "a made-up link")


@pytest.mark.parametrize("words", UNREADABLE)
def test_an_unreadable_form_is_no_json(words: str) -> None:
    import json

    with pytest.raises(ValueError):
        json.loads(UNREADABLE[words])


def test_stray_characters_cannot_be_kept_as_text() -> None:
    assert STRAY["a zero character"] == "\x00"
    with pytest.raises(UnicodeEncodeError):
        STRAY["half a character"].encode()
