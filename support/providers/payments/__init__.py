"""The payment provider: a stand-in for Stripe's charges and refunds.

Modelled: POST /v1/charges, GET /v1/charges/{id}, GET /v1/charges/search by one metadata field,
POST /v1/refunds, GET /v1/refunds/{id}, idempotency keys, test cards, signed webhook events. Everything else
is refused and fails the scenario.
Source: Stripe's public API reference and its pages on errors, testing, idempotency, search and webhooks.
"""

import base64
import binascii
import copy
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from support.errors import PlumblineError
from support.providers import wire
from support.providers.journal import Journal, ProviderCall
from support.providers.money import money
from support.providers.payments import errors, objects, parameters, webhooks
from support.providers.payments.cards import DECLINES, Decline, find_card
from support.providers.payments.errors import Refusal
from support.providers.payments.idempotency import IdempotencyKeys
from support.providers.payments.objects import Object, new_id
from support.providers.payments.webhooks import SignedEvent
from support.providers.script import Rule
from support.providers.stub import Asked, Route, Stub
from support.providers.wire import Answer, parse_form

__all__ = ["DECLINES", "PaymentProvider", "SignedEvent", "Taken"]

REFUSALS = {
    "charge_disputed": "Charge {id} has been charged back; cannot issue a refund.",
    "charge_already_refunded": "Charge {id} has already been refunded.",
    "charge_not_refundable": "Charge {id} is not refundable.",
    "insufficient_funds": "Insufficient funds in your Stripe balance to refund this amount.",
}


class Taken(NamedTuple):
    """A charge that took money: how much, what of it was given back, and the attempt it names."""

    id: str
    amount: int
    refunded: int
    attempt_id: str | None


class PaymentProvider(Stub):
    """Stripe, as far as charges and refunds go. Objects handed out are copies."""

    name = "payments"
    title = "payment provider"
    setting = "PAYMENT_API_URL"
    writes = frozenset({"charge", "refund"})

    def __init__(
        self, url: str, api_key: str, webhook_secret: str, now: Callable[[], datetime], journal: Journal
    ) -> None:
        super().__init__(url, now, journal)
        self.api_key = api_key
        self.webhook_secret = webhook_secret
        self.routes = (
            Route("POST", re.compile("/v1/charges"), "charge", self._charge),
            Route("GET", re.compile("/v1/charges/search"), "find charges", self._search),
            Route("GET", re.compile("/v1/charges/([^/]+)"), "look up charge", self._look_up_charge),
            Route("POST", re.compile("/v1/refunds"), "refund", self._refund),
            Route("GET", re.compile("/v1/refunds/([^/]+)"), "look up refund", self._look_up_refund),
        )
        self.clear()

    def clear(self) -> None:
        self._charges: dict[str, Object] = {}
        self._refunds: dict[str, Object] = {}
        self._keys = IdempotencyKeys()
        self._search_delay = timedelta()

    # ---- what is at the provider -------------------------------------------------------------------------

    @property
    def charges(self) -> list[Object]:
        """All charges, failed ones too, oldest first."""
        with self._lock:
            return copy.deepcopy(list(self._charges.values()))

    @property
    def succeeded(self) -> list[Object]:
        """The charges that took money."""
        return [charge for charge in self.charges if charge["status"] == "succeeded"]

    @property
    def taken(self) -> list[Taken]:
        """The gist of `succeeded`, without copying the charges: asked after every scenario."""
        with self._lock:
            return [
                Taken(c["id"], c["amount"], c["amount_refunded"], c["metadata"].get("payment_attempt_id"))
                for c in self._charges.values()
                if c["status"] == "succeeded"
            ]

    @property
    def refunds(self) -> list[Object]:
        """All refunds, oldest first."""
        with self._lock:
            return copy.deepcopy(list(self._refunds.values()))

    def charge(self, charge_id: str) -> Object:
        """One charge as it is now. Raises AssertionError where there is none."""
        with self._lock:
            assert charge_id in self._charges, f"The payment provider knows no charge {charge_id!r}."
            return copy.deepcopy(self._charges[charge_id])

    def charges_for(self, payment_attempt_id: str) -> list[Object]:
        """The charges that the app made for one payment attempt."""
        return [c for c in self.charges if c["metadata"].get("payment_attempt_id") == payment_attempt_id]

    # ---- what happens there without the app --------------------------------------------------------------

    def refund_by_hand(self, charge_id: str, amount: int | None = None) -> Object:
        """Refund in the provider's dashboard, all that is left or `amount` cents; gives the charge."""
        with self._lock:
            charge = self._charges[charge_id]
            self._take_back(charge, amount or charge["amount"] - charge["amount_refunded"], None, {})
            return copy.deepcopy(charge)

    def dispute(self, charge_id: str, reason: str = "fraudulent") -> Object:
        """The card's holder disputes a charge; gives the dispute. The charge cannot be refunded any more."""
        with self._lock:
            charge = self._charges[charge_id]
            charge["disputed"] = True
            return objects.dispute(charge, self._seconds(), reason)

    def webhook(
        self,
        event_type: str,
        thing: Object,
        created: datetime | None = None,
        event_id: str | None = None,
        signed_at: datetime | None = None,
        secret: str | None = None,
    ) -> SignedEvent:
        """A webhook about `thing` (a charge, a dispute, …): body and headers, ready to be posted to the app.

        Without more said it happened, and was signed, at the app's present time with the shared secret.
        """
        at = int((created or self.now()).timestamp())
        event = objects.event(event_type, thing, at, event_id or new_id("evt"))
        body = json.dumps(event, indent=2).encode()
        return webhooks.sign(body, secret or self.webhook_secret, signed_at or self.now())

    # ---- scripts -----------------------------------------------------------------------------------------

    def decline_next(self, code: str = "generic_decline", times: int | None = 1) -> None:
        """Decline the next charges, or (None) all until `recover`, whatever the card. `code`: of DECLINES."""
        if code not in DECLINES:
            raise PlumblineError(
                f"The payment provider knows no decline {code!r}; use one of {', '.join(DECLINES)}."
            )
        self.script.verdicts.add(Rule(code, frozenset({"charge"}), times))

    def refuse_refunds(self, code: str = "charge_disputed") -> None:
        """Refuse every refund until `recover`."""
        if code not in REFUSALS:
            raise PlumblineError(
                f"The payment provider knows no refusal {code!r}; use one of {', '.join(REFUSALS)}."
            )
        self.script.verdicts.add(Rule(code, frozenset({"refund"})))

    def find_late(self, delay: timedelta) -> None:
        """Let search find charges only `delay` after they were made, as the vendor warns."""
        with self._lock:
            self._search_delay = delay

    def recover(self) -> None:
        """Behave normally from now on."""
        super().recover()
        self.find_late(timedelta())

    # ---- serving -----------------------------------------------------------------------------------------

    def reserve(self, asked: Asked) -> Answer | None:
        """Check the key of the account, then what is known of the idempotency key."""
        try:
            self._authorize(asked)
            key = self._key(asked)
            if key is None:
                return None
            return self._keys.begin(key, asked.call.path, asked.call.body, self.now(), asked)
        except Refusal as refusal:
            return self._refuse(refusal)

    def handle(self, route: Route, asked: Asked) -> Answer:
        """Carry the call out and keep its answer for its idempotency key."""
        saved = True
        try:
            answer = route.handler(asked)
        except Refusal as refusal:
            answer, saved = self._refuse(refusal), refusal.saved
        key = self._key(asked)
        if key is None:
            return answer
        answer = Answer(answer.status, {**answer.headers, "Idempotency-Key": key}, answer.body)
        if saved:
            self._keys.keep(key, asked.call.path, asked.call.body, self.now(), answer)
        return answer

    def finish(self, asked: Asked) -> None:
        """Free the idempotency key for the next call."""
        key = self._key(asked)
        if key is not None:
            self._keys.end(key, asked)

    def error(self, status: int) -> Answer:
        """An `api_error`, or the rate limit's error."""
        return self._refuse(errors.trouble(status))

    def not_modelled(self, asked: Asked, sentence: str) -> Answer:
        """An `invalid_request_error` that says so."""
        return self._refuse(errors.invalid(sentence, status=404))

    def _key(self, asked: Asked) -> str | None:
        return asked.entry.idempotency_key if asked.call.method == "POST" else None

    def _authorize(self, asked: Asked) -> None:
        authorization = asked.call.headers.get("Authorization", "")
        key = _key_of(authorization)
        if key != self.api_key:
            raise errors.unauthorized(authorization, key)

    def _refuse(self, refusal: Refusal) -> Answer:
        return self._answer({"error": refusal.error}, refusal.status)

    def _answer(self, value: Any, status: int = 200) -> Answer:
        return wire.json_answer(
            status, value, {"Request-Id": new_id("req"), "Stripe-Version": objects.API_VERSION}
        )

    # ---- operations --------------------------------------------------------------------------------------

    def _charge(self, asked: Asked) -> Answer:
        given = _form(asked)
        parameters.check_names(given, parameters.CHARGE, parameters.MODELLED_CHARGE)
        amount, currency = parameters.amount(given), parameters.currency(given)
        metadata = parameters.metadata(given)
        if "source" not in given:
            raise errors.invalid("Must provide source or customer.", "parameter_missing")
        token = parameters.string(given, "source")
        card = find_card(token)
        if card is None:
            raise errors.no_such("token", token, "source", status=400)
        decline = self._decline() or card.decline
        charge = objects.charge(
            card, self._seconds(), amount, currency, decline, {**given, "metadata": metadata}
        )
        self._charges[charge["id"]] = charge
        if decline is not None:
            raise errors.declined(decline, charge["id"])
        return self._answer(charge)

    def _decline(self) -> Decline | None:
        code = self.script.verdicts.next("charge")
        return DECLINES[code] if code else None

    def _refund(self, asked: Asked) -> Answer:
        given = _form(asked)
        parameters.check_names(given, parameters.REFUND, parameters.MODELLED_REFUND)
        charge_id = parameters.string(given, "charge")
        reason, metadata = parameters.refund_reason(given), parameters.metadata(given)
        amount = parameters.amount(given) if "amount" in given else None
        charge = self._charges.get(charge_id)
        if charge is None:
            raise errors.no_such("charge", charge_id, "charge")
        left = charge["amount"] - charge["amount_refunded"]
        self._check_refund(charge, amount, left)
        return self._answer(self._take_back(charge, amount or left, reason, metadata))

    def _check_refund(self, charge: Object, amount: int | None, left: int) -> None:
        code = self._refusal(charge, left)
        if code:
            raise errors.invalid(REFUSALS[code].format(id=charge["id"]), code, saved=True)
        if amount is not None and amount > left:
            asked, rest = (money(number, charge["currency"]) for number in (amount, left))
            message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
            raise errors.invalid(message, None, "amount", saved=True)

    def _refusal(self, charge: Object, left: int) -> str | None:
        if charge["disputed"]:
            return "charge_disputed"
        if charge["status"] != "succeeded":
            return "charge_not_refundable"
        if left == 0:
            return "charge_already_refunded"
        return self.script.verdicts.next("refund")

    def _take_back(self, charge: Object, amount: int, reason: str | None, metadata: dict[str, str]) -> Object:
        refund = objects.refund(charge, self._seconds(), amount, reason, metadata)
        self._refunds[refund["id"]] = refund
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        return refund

    def _search(self, asked: Asked) -> Answer:
        given = asked.call.query
        parameters.check_names(given, parameters.SEARCH, parameters.MODELLED_SEARCH)
        name, value = parameters.search_clause(given)
        limit = parameters.integer(given, "limit") if "limit" in given else 10
        if not 1 <= limit <= 100:
            raise errors.invalid(
                "Invalid limit: must be between 1 and 100", "parameter_invalid_integer", "limit"
            )
        latest = self._seconds() - self._search_delay.total_seconds()
        found = [
            c for c in self._charges.values() if c["metadata"].get(name) == value and c["created"] <= latest
        ]
        return self._answer(objects.search_result(found[::-1], limit))

    def _look_up_charge(self, asked: Asked) -> Answer:
        return self._look_up("charge", self._charges, asked)

    def _look_up_refund(self, asked: Asked) -> Answer:
        return self._look_up("refund", self._refunds, asked)

    def _look_up(self, thing: str, known: Mapping[str, Object], asked: Asked) -> Answer:
        parameters.check_names(asked.call.query, {"expand"}, ())
        identity = asked.arguments[0]
        if identity not in known:
            raise errors.no_such(thing, identity, "id")
        return self._answer(known[identity])

    def _seconds(self) -> int:
        return int(self.now().timestamp())

    # ---- the journal's words -----------------------------------------------------------------------------

    def phrase(self, entry: ProviderCall) -> tuple[str, str]:
        """`charge $40.00 to tok_visa` and `succeeded`."""
        return _asked(entry), _told(entry)


def _form(asked: Asked) -> dict[str, Any]:
    body = asked.call.body
    if body is None:
        return {}
    if not isinstance(body, dict) or asked.call.content_type != wire.FORM:
        raise errors.invalid(f"Invalid request (check that your POST content type is {wire.FORM}).")
    return body


def _key_of(authorization: str) -> str:
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "basic":
        return value.strip()
    try:
        return base64.b64decode(value).decode("latin-1").partition(":")[0]
    except binascii.Error:
        return value


def _asked(entry: ProviderCall) -> str:
    body = entry.body if isinstance(entry.body, dict) else {}
    if entry.operation == "charge":
        return f"charge {money(body.get('amount'), body.get('currency'))} to {body.get('source')}"
    if entry.operation == "refund":
        return f"refund {_refund_amount(entry, body)} of {body.get('charge')}"
    parts = urlsplit(entry.url)
    if entry.operation == "find charges":
        return f"find charges {parse_form(parts.query).get('query')}"
    return f"{entry.operation} {entry.method} {parts.path}"


def _refund_amount(entry: ProviderCall, body: Mapping[str, Any]) -> str:
    if "amount" not in body:
        return "all that is left"
    response = entry.response if isinstance(entry.response, dict) else {}
    return money(body["amount"], response.get("currency", "usd"))


def _told(entry: ProviderCall) -> str:
    response = entry.response if isinstance(entry.response, dict) else {}
    error = response.get("error")
    if error:
        reason = error.get("decline_code") or error.get("code") or error["type"]
        word = "declined" if error["type"] == "card_error" else f"refused with {entry.status}"
        return f"{word} ({reason})"
    if response.get("object") == "search_result":
        return f"found {len(response['data'])}"
    return str(response.get("status") or "")
