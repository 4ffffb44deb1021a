"""The payment provider."""

from reference_shop.settings import Settings


class PaymentProvider:
    """Charges and refunds cards."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
