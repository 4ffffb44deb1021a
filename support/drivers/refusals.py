"""How the app says no: the words of the features, the machine's code, and the status that goes with it."""

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

from support.data.values import pattern

T = TypeVar("T")


@dataclass(frozen=True)
class Refusal:
    """A reason for saying no: `words` as a feature puts it, `code` and `status` as the contract does."""

    words: str
    code: str
    status: int


REFUSALS = (
    Refusal("that address is taken", "email_taken", 409),
    Refusal("the link is garbled", "malformed_token", 400),
    Refusal("the link is not valid", "invalid_token", 400),
    Refusal("the link has expired", "token_expired", 410),
    Refusal("the address or the password is wrong", "bad_credentials", 401),
    Refusal("the address is not confirmed", "email_not_verified", 403),
    Refusal("the account is banned", "banned", 403),
    Refusal("there were too many attempts", "too_many_attempts", 429),
    Refusal("nobody is logged in", "unauthorized", 401),
    Refusal("only an admin may do that", "forbidden", 403),
    Refusal("there is no such thing", "not_found", 404),
    Refusal("onboarding is already done", "already_onboarded", 409),
    Refusal("that person is already invited", "already_invited", 409),
    Refusal("the invitation was already accepted", "already_accepted", 409),
    Refusal("the form cannot be read", "malformed_json", 400),
    Refusal("the input breaks a rule", "validation_failed", 422),
    Refusal("the card is declined", "card_declined", 402),
    Refusal("that key belongs to another payment", "idempotency_key_reused", 422),
    Refusal("the payment is still in progress", "in_progress", 409),
    Refusal("the payment provider did not answer", "payment_timeout", 504),
    Refusal("the payment provider has a fault", "payment_provider_error", 502),
    Refusal("the payment provider cannot be reached", "payment_unreachable", 503),
    Refusal("it is already refunded", "already_refunded", 409),
    Refusal("the payment provider refuses the refund", "refund_refused", 502),
    Refusal("there is a subscription already", "already_subscribed", 409),
    Refusal("it is the same plan", "same_plan", 409),
    Refusal("the subscription is past due", "past_due", 409),
    Refusal("it is already cancelled", "already_cancelled", 409),
    Refusal("there is not enough in stock", "out_of_stock", 409),
    Refusal("the order cannot take that step", "invalid_transition", 409),
    Refusal("it is already shipped", "already_shipped", 409),
    Refusal("its payment is still open", "payment_pending", 409),
    Refusal("the signature is wrong", "invalid_signature", 400),
    Refusal("the signature is too old", "signature_expired", 400),
    Refusal("the shop is out of order", "service_unavailable", 503),
)
BY_WORDS = {refusal.words: refusal for refusal in REFUSALS}
BY_CODE = {refusal.code: refusal for refusal in REFUSALS}

FIELDS = {
    "e-mail address": "email",
    "password": "password",
    "full name": "fullName",
    "project name": "name",
    "hours": "hours",
    "company name": "companyName",
    "industry": "industry",
    "team size": "teamSize",
    "amount": "amount",
    "currency": "currency",
    "card": "cardToken",
    "plan": "planId",
}
"""What a customer calls an entry, and what the contract calls it."""


@pattern("|".join(re.escape(refusal.words) for refusal in REFUSALS))
def refusal(words: str) -> Refusal:
    """Read a reason for saying no, such as "the link has expired"."""
    return BY_WORDS[words]


@pattern("|".join(FIELDS))
def entry(words: str) -> str:
    """Read the name of an entry, such as "team size", as the contract calls it."""
    return FIELDS[words]


@dataclass(frozen=True)
class Refused:
    """The app said no, in the way the contract allows.

    `retry_after` in seconds, where the answer names it; `took` how long the answer took, in seconds;
    `raw` is the whole answer.
    """

    code: str
    status: int
    message: str
    details: dict[str, Any] = field(default_factory=dict)
    retry_after: int | None = None
    idempotency_key: str | None = None
    took: float = 0.0
    raw: bytes = field(default=b"", repr=False)

    @property
    def fields(self) -> set[str]:
        """Names of the entries that broke a rule (`details.fields`: a list, or an object by name)."""
        named = self.details.get("fields", [])
        return {entry.get("field", "") if isinstance(entry, dict) else str(entry) for entry in named}

    @property
    def gist(self) -> str:
        """All that a customer could tell two refusals apart by."""
        return f"{self.status} {self.code}: {self.message} {self.details}"

    @property
    def decline_reason(self) -> str | None:
        """The bank's reason as a feature puts it, such as "lost card"; None where none was told."""
        code = self.details.get("declineCode")
        return code.replace("_", " ") if isinstance(code, str) else None

    def __str__(self) -> str:
        words = (
            BY_CODE[self.code].words if self.code in BY_CODE else "a reason that the contract does not know"
        )
        return f"refused because {words} ({self.code}: {self.message})"


def granted(outcome: T) -> T:
    """Return the outcome of something that must go well for a scenario to begin; a refusal fails it here."""
    assert not isinstance(outcome, Refused), f"The scenario cannot begin: what it builds on was {outcome}."
    return outcome
