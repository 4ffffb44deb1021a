"""No call of the contract is forgotten: neither where permissions are tried, nor in the app's manual."""

import re
from pathlib import Path

from support.drivers import operations, permissions

CONTRACT = Path(__file__).parents[2] / "docs" / "contract.md"
# The paths of third parties begin with a version.
CALL = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE) /(?!v?\d)[^`\s]*)`")


def calls_of_the_contract() -> set[str]:
    """All calls to the app that the page names, path parameters left blank."""
    return {re.sub(r"{[^}]*}", "{}", call) for call in CALL.findall(CONTRACT.read_text("utf-8"))}


def test_every_call_is_open_to_everybody_or_tried_without_permission() -> None:
    tried = {action.call for action in permissions.ACTIONS}
    assert tried | permissions.OPEN_TO_EVERYBODY == calls_of_the_contract()
    assert not tried & permissions.OPEN_TO_EVERYBODY


def test_the_manual_has_to_hold_every_call_but_the_one_that_shows_it() -> None:
    assert set(operations.CALLS) == calls_of_the_contract() - {"GET /openapi.json"}
