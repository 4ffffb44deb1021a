"""Links in e-mails: those a person was sent, and those that somebody made up or spoiled."""

import re

from support.data.people import Person
from support.data.values import pattern
from support.drivers.notifications import Notifications
from support.evidence.redaction import register_secret

NEWEST = "the link"
EARLIER = "the earlier link"
CONFIRMATION = "the link that confirms an address"
MADE_UP = {
    "a made-up link": "made-up_" + "0" * 35,
    "a link cut short": "x" * 19,
    "a link that is too long": "x" * 201,
    "a link with a blank in it": "x" * 20 + " " + "x" * 20,
    "an empty link": "",
}
"""Links that nobody was ever sent; the contract calls 20 to 200 characters of [A-Za-z0-9_-] well-formed."""

_TOKEN = re.compile(r"https?://[^\s\"'<>]*[?&]token=([A-Za-z0-9_-]+)")


@pattern("|".join(map(re.escape, (NEWEST, EARLIER, CONFIRMATION, *MADE_UP))))
def link(words: str) -> str:
    """Read which link is meant, such as "the earlier link"."""
    return words


class Links:
    """The links of one scenario, out of the e-mails as they arrived."""

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications
        self._kept: dict[tuple[str, str], list[str]] = {}

    def keep(self, person: Person, template: str) -> str:
        """Wait for the newest e-mail of that kind, and return the token of its link."""
        kept = self._kept.setdefault((person.email, template), [])
        mail = self._notifications.delivered(person, template)
        found = _TOKEN.search(mail.body)
        assert found, f"The e-mail {mail.subject!r} to {person.email} has no absolute link with a token."
        token = found[1]
        register_secret(token)
        if token not in kept:
            kept.append(token)
        return token

    def token(self, person: Person, template: str, which: str) -> str:
        """Return the token of the link that a feature calls `which`; `template` is the kind of e-mail."""
        if which in MADE_UP:
            return MADE_UP[which]
        if which == CONFIRMATION:
            return self.keep(person, "verify_email")
        newest = self.keep(person, template)
        if which == NEWEST:
            return newest
        earliest = self._kept[person.email, template][0]
        assert earliest != newest, f"{person} was sent only one link by the e-mail {template!r}."
        return earliest
