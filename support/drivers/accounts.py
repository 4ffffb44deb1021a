"""Accounts as a business sees them: signing up, confirming, logging in, banning, onboarding, deleting."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from support.data import people
from support.data.people import Person
from support.data.values import pattern
from support.database.database import Database
from support.database.token_store import TokenStore
from support.drivers.client import Answer, Client
from support.drivers.links import NEWEST, Links
from support.drivers.refusals import Refused
from support.drivers.time import Time
from support.drivers.together import at_once
from support.evidence.redaction import register_secret

CONFIRMATION = "verify_email"
RESET = "reset_password"
SESSION_LIFE = timedelta(days=30) - timedelta(minutes=1)  # logs in anew just before the session ends
COMPANY = {"companyName": "Difference Engines", "industry": "Manufacturing", "teamSize": "10-50"}

MAY_BE_PERSONAL: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "users": (("email", "full_name", "phone_number"), {}),
    "onboarding_profiles": (("company_name",), {}),
    "email_outbox": (("recipient", "subject", "body", "last_error"), {"status": "queued"}),
    "sms_outbox": (("recipient", "body", "last_error"), {"status": "queued"}),
}
"""Where the contract lets personal data be kept: columns by table, and which rows of it matter."""

SPOILED: dict[str, Callable[[str], str]] = {
    "forged": lambda token: token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"),
    "cut short": lambda token: token[: len(token) // 2],
    "empty": lambda token: "",
    "made up": lambda token: "made-up",
}
"""Ways in which a session is not the one that the app gave."""


@pattern("|".join(SPOILED))
def spoiled(words: str) -> str:
    """Read what is wrong with a session, such as "forged"."""
    return words


@dataclass(frozen=True)
class SignedUp:
    """A new account as the app announced it."""

    user_id: str
    email: str
    took: float

    def __str__(self) -> str:
        return "an account was opened"


@dataclass(frozen=True)
class LoggedIn:
    """A session; the token is secret."""

    token: str = field(repr=False)

    def __str__(self) -> str:
        return "logged in"


@dataclass(frozen=True)
class Noted:
    """A wish was taken down; the answer is the same for everybody and says no more."""

    told: Any

    def __str__(self) -> str:
        return f"the wish was noted, and the answer said {self.told!r}"


@dataclass(frozen=True)
class Banned:
    """A ban as the app announced it."""

    user_id: str
    until: datetime

    def __str__(self) -> str:
        return f"banned until {self.until:%-d %B %Y %H:%M:%S} UTC"


@dataclass(frozen=True)
class Done:
    """It went well, and the app had nothing more to say."""

    def __str__(self) -> str:
        return "it was done"


class Accounts:
    """Business verbs on accounts, and what the database and the token store hold of them."""

    def __init__(
        self, client: Client, database: Database, token_store: TokenStore, time: Time, links: Links
    ) -> None:
        self._client = client
        self._database = database
        self._token_store = token_store
        self._time = time
        self._links = links
        self._sessions: dict[str, str | None] = {}
        self._over: dict[str, datetime] = {}
        self._opened: set[str] = set()

    # Signing up and confirming

    def sign_up(
        self, person: Person, email: str | None = None, password: str = people.PASSWORD
    ) -> SignedUp | Refused:
        """Register with the person's own address and everybody's password unless told otherwise."""
        self._opened.discard(person.id)  # the app gives a new account an id of its own
        answer = self._client.send(
            "POST",
            "/auth/register",
            {"email": email or person.email, "password": password, "fullName": person.full_name},
        ).expect(201)
        if isinstance(answer, Refused):
            return answer
        told = answer.saying(emailVerified=False).body
        return SignedUp(told["userId"], told["email"], answer.took)

    def sign_up_and_wait(self, person: Person) -> SignedUp | Refused:
        """Register, and wait until the confirmation link has arrived."""
        outcome = self.sign_up(person)
        self._links.keep(person, CONFIRMATION)
        return outcome

    def sign_up_all(self, persons: Sequence[Person]) -> list[SignedUp | Refused]:
        """Register several people, one after the other."""
        return [self.sign_up(person) for person in persons]

    def sign_up_at_once(self, person: Person, times: int) -> list[SignedUp | Refused]:
        """Register the same address `times` times at the same moment."""
        return at_once([lambda: self.sign_up(person)] * times)

    def confirm(self, person: Person, link: str = NEWEST) -> LoggedIn | Refused:
        """Follow a link as if it were the one of the person's confirmation e-mail."""
        return self._confirm(person, self._links.token(person, CONFIRMATION, link))

    def confirm_at_once(self, person: Person, times: int) -> list[LoggedIn | Refused]:
        """Follow the same confirmation link `times` times at the same moment."""
        token = self._links.keep(person, CONFIRMATION)
        return at_once([lambda: self._confirm(person, token)] * times)

    def ask_for_confirmation(self, person: Person) -> Noted | Refused:
        """Ask for another confirmation link."""
        return self._noted("/auth/resend-verification", person.email)

    def ask_for_confirmation_and_wait(self, person: Person) -> Noted | Refused:
        """Ask for another confirmation link, and wait until it has arrived."""
        outcome = self.ask_for_confirmation(person)
        self._links.keep(person, CONFIRMATION)
        return outcome

    # Logging in

    def log_in(self, person: Person, password: str = people.PASSWORD) -> LoggedIn | Refused:
        """Log in; the session is kept for what the person does next."""
        body = {"email": person.email, "password": password}
        return self._session_from(person, self._client.send("POST", "/auth/login", body))

    def guess(self, person: Person, times: int) -> list[LoggedIn | Refused]:
        """Log in with a wrong password, one time after the other."""
        return [self.log_in(person, people.WRONG_PASSWORD) for _ in range(times)]

    def guess_apart(self, person: Person, first: int, lapse: timedelta, more: int) -> None:
        """Log in with a wrong password `first` times, and `more` times after a while."""
        self.guess(person, first)
        self._time.let_pass(lapse)
        self.guess(person, more)

    def guess_at_once(self, person: Person, times: int) -> list[LoggedIn | Refused]:
        """Log in with a wrong password `times` times at the same moment."""
        return at_once([lambda: self.log_in(person, people.WRONG_PASSWORD)] * times)

    def guess_each(self, persons: Sequence[Person]) -> list[LoggedIn | Refused]:
        """Log in with a wrong password, each person once."""
        return [self.log_in(person, people.WRONG_PASSWORD) for person in persons]

    def session(self, person: Person) -> str | None:
        """Return the person's session token, logging in where there is none, or where its 30 days are over.

        None for who has logged out.
        """
        if person.id not in self._sessions or self._is_over(person):
            outcome = self.log_in(person)
            if isinstance(outcome, Refused):
                raise AssertionError(f"{person} could not log in: {outcome}.")
        return self._sessions[person.id]

    def sessions(self, persons: Sequence[Person]) -> list[str | None]:
        """Return everybody's session token, as `session` does."""
        return [self.session(person) for person in persons]

    def log_out(self, person: Person) -> None:
        """Forget the person's session: what the person does next is done without one."""
        self._sessions[person.id] = None
        self._over.pop(person.id, None)

    def spoil_session(self, person: Person, how: str) -> None:
        """Put something that the app never gave in the place of the person's session."""
        self._sessions[person.id] = SPOILED[how](self.session(person) or "")
        self._over.pop(person.id, None)

    def try_session(self, person: Person) -> Done | Refused:
        """Ask for something that takes a session, with the one that the person holds, however old it is.

        It is a subscription that nobody has: that there is none is what somebody who is logged in is told.
        """
        held = self._sessions[person.id] if person.id in self._sessions else self.session(person)
        return _done(self._client.send("GET", "/subscriptions/nobodys", session=held), 404)

    # Forgotten passwords

    def ask_for_reset(self, person: Person, email: str | None = None) -> Noted | Refused:
        """Say that the password is forgotten, by default that of the person's own address."""
        return self._noted("/auth/forgot-password", email or person.email)

    def ask_for_reset_and_wait(self, person: Person) -> Noted | Refused:
        """Say that the password is forgotten, and wait until the link has arrived."""
        outcome = self.ask_for_reset(person)
        self._links.keep(person, RESET)
        return outcome

    def reset(
        self, person: Person, link: str = NEWEST, password: str = people.NEW_PASSWORD
    ) -> Done | Refused:
        """Set a new password through a link as if it were the one of the person's e-mail."""
        return self._reset(self._links.token(person, RESET, link), password)

    def reset_at_once(self, person: Person, times: int) -> list[Done | Refused]:
        """Set a new password through the same link `times` times at the same moment."""
        token = self._links.keep(person, RESET)
        return at_once([lambda: self._reset(token, people.NEW_PASSWORD)] * times)

    # Bans

    def ban(self, admin: Person, person: Person, length: timedelta) -> Banned | Refused:
        """Shut the person out for a number of hours."""
        user_id = self.user_id(person)
        answer = self._client.send(
            "POST",
            f"/admin/users/{user_id}/ban",
            {"hours": length // timedelta(hours=1)},
            session=self.session(admin),
        ).expect(200)
        if isinstance(answer, Refused):
            return answer
        told = answer.saying(userId=user_id).body
        return Banned(user_id, datetime.fromisoformat(told["bannedUntil"]))

    def told_end_of_ban(self, outcome: Any) -> timedelta | None:
        """Return how far away the end of the ban is, as the latest answer told it; None if it did not."""
        until = outcome.details.get("until") if isinstance(outcome, Refused) else outcome.until
        if until is None:
            return None
        return (datetime.fromisoformat(until) if isinstance(until, str) else until) - self._time.now()

    # Onboarding

    def onboard(self, person: Person, team_size: str = COMPANY["teamSize"]) -> Done | Refused:
        """Tell of the person's company."""
        return self._onboard(person, {**COMPANY, "teamSize": team_size})

    def onboard_at_once(self, person: Person, times: int) -> list[Done | Refused]:
        """Tell of the person's company `times` times at the same moment."""
        self.session(person)
        return at_once([lambda: self.onboard(person)] * times)

    # Deleting

    def delete(self, person: Person, password: str = people.PASSWORD) -> Done | Refused:
        """Delete the person's account."""
        session = self.session(person)
        return _done(self._client.send("DELETE", "/account", {"password": password}, session=session), 204)

    # What must be there before

    def open(self, persons: Sequence[Person], **overrides: Any) -> None:
        """Put confirmed accounts into the database, in one transaction; `overrides` are columns."""
        now = self._time.now()
        self._database.insert("users", [people.account_row(person, now, **overrides) for person in persons])
        self._opened.update(person.id for person in persons)

    def lose_links(self) -> int:
        """Let the token store lose every confirmation link; returns how many it lost."""
        return self._token_store.forget("verify:*")

    # What the business holds

    def account(self, person: Person) -> dict[str, Any]:
        """Return the one row of `users` with the person's address, whatever its case; deleted ones aside."""
        rows = self._rows(person)
        assert len(rows) == 1, f"{person} should have one account, but there are {len(rows)}."
        return rows[0]

    def accounts_with_address(self, person: Person) -> int:
        """Return how many accounts there are with the person's address, whatever its case."""
        return len(self._rows(person))

    def accounts(self) -> list[dict[str, Any]]:
        """Return all rows of `users`."""
        return self._database.rows("users")

    def user_id(self, person: Person) -> str:
        """Return the id of the person's account, or one that nobody has."""
        if person.id in self._opened:
            return person.id
        rows = self._rows(person)
        return str(rows[0]["id"]) if rows else person.id

    def confirmation_keys(self) -> dict[str, timedelta]:
        """Return what the token store keeps for confirmation links: key and how long it still lives."""
        keys = self._token_store.keys("verify:*")
        return {key: timedelta(seconds=seconds) for key, seconds in keys.items()}

    def ban_left(self, person: Person) -> timedelta:
        """Return how long the person is still banned for; zero for somebody who never was."""
        until = self.account(person)["banned_until"]
        return until - self._time.now() if until else timedelta()

    def profiles(self, person: Person) -> list[dict[str, Any]]:
        """Return the rows of `onboarding_profiles` of the person."""
        return self._database.rows("onboarding_profiles", user_id=self.user_id(person))

    def remains(self, person: Person) -> list[dict[str, Any]]:
        """Return the deleted accounts that were once the person's."""
        return [row for row in self._database.rows("users", id=person.id) if row["deleted_at"]]

    def traces(self, person: Person) -> list[str]:
        """Return where personal data of the person is still kept, as `table.column`.

        Looks through accounts, profiles and messages that still wait; a message that was sent is history.
        """
        personal = re.compile("|".join(_personal(person)), re.IGNORECASE)
        return [
            f"{table}.{column}"
            for table, (columns, chosen) in MAY_BE_PERSONAL.items()
            for row in self._database.rows(table, **chosen)
            for column in columns
            if personal.search(str(row[column]))
        ]

    def _is_over(self, person: Person) -> bool:
        return person.id in self._over and self._time.now() >= self._over[person.id]

    def _rows(self, person: Person) -> list[dict[str, Any]]:
        # Compared here, so that an app that keeps two spellings apart is found out.
        rows = self._database.rows("users", deleted_at=None)
        return [row for row in rows if row["email"].lower() == person.email.lower()]

    def _confirm(self, person: Person, token: str) -> LoggedIn | Refused:
        return self._session_from(person, self._client.send("POST", "/auth/verify-email", {"token": token}))

    def _reset(self, token: str, password: str) -> Done | Refused:
        body = {"token": token, "password": password}
        return _done(self._client.send("POST", "/auth/reset-password", body), 200)

    def _noted(self, path: str, email: str) -> Noted | Refused:
        answer = self._client.send("POST", path, {"email": email}).expect(202)
        return answer if isinstance(answer, Refused) else Noted(answer.body)

    def _onboard(self, person: Person, company: dict[str, str]) -> Done | Refused:
        session = self.session(person)
        answer = self._client.send("POST", "/onboarding/complete", company, session=session)
        return _done(answer, 200, onboarded=True)

    def _session_from(self, person: Person, answer: Answer) -> LoggedIn | Refused:
        accepted = answer.expect(200)
        if isinstance(accepted, Refused):
            return accepted
        token: str = accepted.body["token"]
        register_secret(token)
        self._sessions[person.id] = token
        self._over[person.id] = self._time.now() + SESSION_LIFE
        return LoggedIn(token)


def _done(answer: Answer, status: int, **promised: Any) -> Done | Refused:
    accepted = answer.expect(status)
    if isinstance(accepted, Refused):
        return accepted
    accepted.saying(**promised)
    return Done()


def _personal(person: Person) -> list[str]:
    names = [rf"\b{re.escape(name)}\b" for name in person.full_name.split()]
    return [re.escape(person.email), *names, re.escape(people.PHONE_NUMBER), COMPANY["companyName"]]
