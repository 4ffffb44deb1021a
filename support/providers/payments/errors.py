"""The payment provider's error answers, worded and shaped as Stripe's public API has them."""

from typing import Any

from support.providers.payments.cards import Decline

DOCUMENTATION = "https://docs.stripe.com/error-codes/"


class Refusal(Exception):
    """An error answer. `saved`: given while the call was carried out, so its idempotency key replays it."""

    def __init__(self, status: int, error: dict[str, Any], saved: bool = False) -> None:
        super().__init__(error["message"])
        self.status = status
        self.error = error
        self.saved = saved


def invalid(
    message: str, code: str | None = None, param: str | None = None, status: int = 400, saved: bool = False
) -> Refusal:
    """An `invalid_request_error`."""
    return Refusal(status, _error("invalid_request_error", message, code=code, param=param), saved)


def missing(param: str) -> Refusal:
    """A required parameter was not sent."""
    return invalid(f"Missing required param: {param}.", "parameter_missing", param)


def no_such(thing: str, value: str, param: str, status: int = 404) -> Refusal:
    """An id that nobody knows."""
    return invalid(f"No such {thing}: '{value}'", "resource_missing", param, status, saved=True)


def declined(decline: Decline, charge_id: str) -> Refusal:
    """A card error; the failed charge it names exists at the provider."""
    error = _error(
        "card_error",
        decline.message,
        code=decline.code,
        param=decline.param,
        charge=charge_id,
        decline_code=decline.decline_code,
        advice_code=decline.advice_code,
    )
    return Refusal(402, error, saved=True)


def unauthorized(authorization: str, key: str) -> Refusal:
    """No key, or a wrong one, which is shown masked."""
    if authorization:
        return Refusal(401, _error("invalid_request_error", f"Invalid API Key provided: {mask(key)}"))
    message = (
        "You did not provide an API key. You need to provide your API key in the Authorization header, "
        "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
    )
    return Refusal(401, _error("invalid_request_error", message))


def mask(key: str) -> str:
    """A key as the vendor shows it: its kind, stars, the last four characters."""
    kind = key[:8] if key.startswith(("sk_test_", "rk_test_", "sk_live_", "rk_live_")) else ""
    hidden = key[len(kind) : -4]
    return f"{kind}{'*' * len(hidden)}{key[len(kind) :][-4:]}"


def key_reused(key: str) -> Refusal:
    """An idempotency key came back with other parameters."""
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return Refusal(400, _error("idempotency_error", message))


def key_of_another_endpoint(key: str, path: str, first_path: str) -> Refusal:
    """An idempotency key came back at another path."""
    message = (
        "Keys for idempotent requests can only be used for the same endpoint they were first used for "
        f"('{path}' vs '{first_path}'). "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return Refusal(400, _error("idempotency_error", message))


def key_in_use(key: str) -> Refusal:
    """A call with this idempotency key is under way."""
    message = (
        "There is currently another in-progress request using this Idempotent Key (that probably means you "
        f"submitted twice, and the other request is still going through): {key}. Please try again later."
    )
    return Refusal(409, _error("idempotency_error", message, code="idempotency_key_in_use"))


def trouble(status: int) -> Refusal:
    """What the vendor answers when it cannot serve at all."""
    if status == 429:
        return Refusal(
            429, _error("invalid_request_error", "Request rate limit exceeded.", code="rate_limit")
        )
    if status < 500:
        return Refusal(
            status, _error("invalid_request_error", f"The request was refused with status {status}.")
        )
    return Refusal(status, _error("api_error", "An unknown error occurred"))


def _error(kind: str, message: str, **details: str | None) -> dict[str, Any]:
    error = {name: value for name, value in details.items() if value is not None}
    if "code" in error:
        error["doc_url"] = DOCUMENTATION + error["code"].replace("_", "-")
    return {**error, "message": message, "type": kind}
