"""What trouble with the payment provider means to a customer."""

from reference_shop.errors import ShopError
from reference_shop.providers.http import ErrorAnswer, NoAnswer, ProviderTrouble, Unreachable


def error(trouble: ProviderTrouble) -> ShopError:
    """Return 504 for silence, 503 where nobody was reached, and 502 for an error answer."""
    if isinstance(trouble, NoAnswer):
        return ShopError(
            504,
            "payment_timeout",
            "The payment provider did not answer in time. Whether it went through is being looked up.",
        )
    if isinstance(trouble, Unreachable):
        return ShopError(
            503, "payment_unreachable", "The payment provider cannot be reached. Nothing was paid."
        )
    return ShopError(502, "payment_provider_error", "The payment provider is in trouble. Please try again.")


def is_refusal(trouble: ProviderTrouble) -> bool:
    """Tell whether the provider understood and said no, so that asking again is of no use."""
    return isinstance(trouble, ErrorAnswer) and 400 <= trouble.status < 500 and trouble.status != 429
