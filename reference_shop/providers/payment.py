"""The payment provider, by Stripe's interface: form-encoded requests, JSON answers."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reference_shop.providers import http
from reference_shop.providers.http import ErrorAnswer, NoAnswer, ProviderTrouble, Unreachable
from reference_shop.settings import Settings

# A second call with less time than this could only end in silence.
SHORTEST_CALL_S = 0.05


class CardDeclined(Exception):
    """The card's bank said no. `charge_id` names the failed charge where the provider kept one."""

    def __init__(self, decline_code: str, charge_id: str | None) -> None:
        super().__init__(decline_code)
        self.decline_code = decline_code
        self.charge_id = charge_id


@dataclass(frozen=True)
class ProviderRefund:
    """A refund as the provider tells it."""

    id: str
    amount: int
    status: str
    created: int | None

    @classmethod
    def parse(cls, told: Any) -> "ProviderRefund | None":
        """Read a refund object; None where it makes no sense."""
        if not isinstance(told, Mapping):
            return None
        refund_id, amount, created = told.get("id"), told.get("amount"), told.get("created")
        if not (isinstance(refund_id, str) and refund_id and isinstance(amount, int)):
            return None
        return cls(refund_id, amount, str(told.get("status")), created if isinstance(created, int) else None)

    @property
    def paid_back(self) -> bool:
        """Whether the money goes back to the card. `pending` does: the provider has taken it on."""
        return self.status in ("succeeded", "pending")


@dataclass(frozen=True)
class Charge:
    """A charge as the provider tells it, in an answer as well as in an event."""

    id: str
    status: str
    """`succeeded`, `failed` or `pending`."""
    attempt_id: str | None
    """The attempt of ours that it was made for."""
    amount_refunded: int
    decline_code: str | None
    refunds: tuple[ProviderRefund, ...]
    """The refunds, where the provider tells them along with the charge."""

    @classmethod
    def parse(cls, told: Any) -> "Charge | None":
        """Read a charge object; None where it makes no sense."""
        if not isinstance(told, Mapping) or not isinstance(told.get("id"), str) or not told["id"]:
            return None
        refunded = told.get("amount_refunded")
        attempt_id = _mapping(told.get("metadata")).get("payment_attempt_id")
        return cls(
            id=told["id"],
            status=str(told.get("status")),
            attempt_id=attempt_id if isinstance(attempt_id, str) else None,
            amount_refunded=refunded if isinstance(refunded, int) else 0,
            decline_code=_decline_code(told),
            refunds=_refunds(_mapping(told.get("refunds")).get("data")),
        )


class PaymentProvider:
    """Charges and refunds cards, and finds charges again.

    Every method raises providers.http.ProviderTrouble; NoAnswer means that nobody knows what happened.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.payment_api_url
        self._auth = http.BearerAuth(settings.payment_api_key)
        self._timeout_s = settings.payment_timeout_s

    def charge(self, *, amount: int, currency: str, card: str, attempt_id: str, key: str) -> Charge:
        """Charge a card. Raises CardDeclined as well."""
        form = {
            "amount": amount,
            "currency": currency,
            "source": card,
            "metadata[payment_attempt_id]": attempt_id,
        }
        try:
            charge = Charge.parse(self._post("/v1/charges", form, key))
        except ErrorAnswer as error:
            raise _declined(error) or error from error
        if charge is None:
            raise NoAnswer("the provider's answer holds no charge")
        return charge

    def refund(self, *, charge_id: str, amount: int, key: str) -> ProviderRefund:
        """Pay back part or all of a charge. A refusal is an ErrorAnswer with a 4xx status."""
        refund = ProviderRefund.parse(self._post("/v1/refunds", {"charge": charge_id, "amount": amount}, key))
        if refund is None:
            raise NoAnswer("the provider's answer holds no refund")
        if not refund.paid_back:
            raise ErrorAnswer(402, {"error": {"message": f"the refund is {refund.status}"}})
        return refund

    def find_charge(self, attempt_id: str) -> Charge | None:
        """Find the charge that was made for an attempt, the successful one first; None if there is none."""
        query = {"query": f"metadata['payment_attempt_id']:'{attempt_id}'"}
        found = http.call(
            "GET",
            f"{self._url}/v1/charges/search",
            timeout_s=self._timeout_s,
            auth=self._auth,
            params=query,
        )
        if not isinstance(found.get("data"), list):
            raise NoAnswer("the provider's answer holds no list of charges")
        charges = [charge for told in found["data"] if (charge := Charge.parse(told))]
        return min(charges, key=lambda charge: charge.status != "succeeded", default=None)

    def _post(self, path: str, form: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Call at most twice, with one key, in the time that one call may take.

        Silence is never followed by a second call: whoever waits is told soon, and the outcome is looked up.
        """
        began = time.monotonic()
        try:
            return self._post_once(path, form, key, self._timeout_s)
        except (Unreachable, ErrorAnswer) as trouble:
            left = self._timeout_s - (time.monotonic() - began)
            if not _worth_repeating(trouble) or left < SHORTEST_CALL_S:
                raise
        return self._post_once(path, form, key, left)

    def _post_once(self, path: str, form: Mapping[str, Any], key: str, timeout_s: float) -> dict[str, Any]:
        headers = {"Idempotency-Key": key}
        url = f"{self._url}{path}"
        try:
            return http.call("POST", url, timeout_s=timeout_s, auth=self._auth, headers=headers, data=form)
        except ErrorAnswer as error:
            if error.status < 400 or _error(error).get("code") == "idempotency_key_in_use":
                raise NoAnswer("the provider is still at work on this, or talks nonsense") from error
            raise


def _worth_repeating(trouble: ProviderTrouble) -> bool:
    return not isinstance(trouble, ErrorAnswer) or trouble.status == 429 or trouble.status >= 500


def _declined(answer: ErrorAnswer) -> CardDeclined | None:
    error = _error(answer)
    if error.get("type") != "card_error":
        return None
    code = error.get("decline_code") or error.get("code") or "generic_decline"
    charge_id = error.get("charge")
    return CardDeclined(str(code), charge_id if isinstance(charge_id, str) else None)


def _decline_code(told: Mapping[str, Any]) -> str | None:
    code = _mapping(told.get("outcome")).get("reason") or told.get("failure_code")
    return str(code) if code else None


def _error(answer: ErrorAnswer) -> Mapping[str, Any]:
    return _mapping(answer.body.get("error"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _refunds(told: Any) -> tuple[ProviderRefund, ...]:
    listed = told if isinstance(told, list) else []
    return tuple(refund for one in listed if (refund := ProviderRefund.parse(one)))
