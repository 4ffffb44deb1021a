"""The vendor's test cards, and the ways in which a card is declined.

Source: Stripe's public pages on testing (cards and tokens) and on error and decline codes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """Why a charge failed: the error's `code`, and the issuer's `decline_code` where it gives one."""

    code: str
    message: str
    decline_code: str | None = None
    param: str | None = None
    advice_code: str | None = None
    blocked: bool = False
    """Refused by the provider's own fraud checks and never sent to the card network."""


@dataclass(frozen=True)
class TestCard:
    """One of the vendor's test cards."""

    __test__ = False  # not a test class, whatever its name

    brand: str
    last4: str
    funding: str = "credit"
    decline: Decline | None = None


DECLINED = "Your card was declined."


def _issuer(decline_code: str, message: str = DECLINED, advice: str = "try_again_later") -> Decline:
    return Decline("card_declined", message, decline_code, advice_code=advice)


DECLINES: dict[str, Decline] = {
    "generic_decline": _issuer("generic_decline"),
    "insufficient_funds": _issuer("insufficient_funds", "Your card has insufficient funds."),
    "lost_card": _issuer("lost_card", advice="do_not_try_again"),
    "stolen_card": _issuer("stolen_card", advice="do_not_try_again"),
    "do_not_honor": _issuer("do_not_honor"),
    "pickup_card": _issuer("pickup_card", advice="do_not_try_again"),
    "transaction_not_allowed": _issuer(
        "transaction_not_allowed", "Your card does not support this type of purchase."
    ),
    "card_not_supported": _issuer("card_not_supported", "Your card is not supported."),
    "try_again_later": _issuer("try_again_later"),
    "card_velocity_exceeded": _issuer(
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    "fraudulent": Decline("card_declined", DECLINED, "fraudulent", blocked=True),
    "expired_card": Decline("expired_card", "Your card has expired.", param="exp_month"),
    "incorrect_cvc": Decline("incorrect_cvc", "Your card's security code is incorrect.", param="cvc"),
    "processing_error": Decline(
        "processing_error", "An error occurred while processing your card. Try again in a little bit."
    ),
}
"""By the word that names the reason best: the issuer's decline code, else the error's code."""


def _declined(last4: str, reason: str) -> TestCard:
    return TestCard("visa", last4, decline=DECLINES[reason])


TEST_CARDS: dict[str, TestCard] = {
    "tok_visa": TestCard("visa", "4242"),
    "tok_visa_debit": TestCard("visa", "5556", "debit"),
    "tok_mastercard": TestCard("mastercard", "4444"),
    "tok_mastercard_debit": TestCard("mastercard", "8210", "debit"),
    "tok_mastercard_prepaid": TestCard("mastercard", "5100", "prepaid"),
    "tok_amex": TestCard("amex", "8431"),
    "tok_discover": TestCard("discover", "1117"),
    "tok_diners": TestCard("diners", "0004"),
    "tok_jcb": TestCard("jcb", "0505"),
    "tok_unionpay": TestCard("unionpay", "0005"),
    "tok_chargeDeclined": _declined("0002", "generic_decline"),
    "tok_chargeDeclinedInsufficientFunds": _declined("9995", "insufficient_funds"),
    "tok_chargeDeclinedLostCard": _declined("9987", "lost_card"),
    "tok_chargeDeclinedStolenCard": _declined("9979", "stolen_card"),
    "tok_chargeDeclinedVelocityLimitExceeded": _declined("6975", "card_velocity_exceeded"),
    "tok_chargeDeclinedFraudulent": _declined("0019", "fraudulent"),
    "tok_chargeDeclinedExpiredCard": _declined("0069", "expired_card"),
    "tok_chargeDeclinedIncorrectCvc": _declined("0127", "incorrect_cvc"),
    "tok_chargeDeclinedProcessingError": _declined("0119", "processing_error"),
    "tok_chargeCustomerFail": _declined("0341", "generic_decline"),
}

BRAND_NAMES = {
    "visa": "Visa",
    "mastercard": "MasterCard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}
"""A card's brand as a charge's `source` spells it; `payment_method_details` has the lower-case word."""


def find_card(token: str) -> TestCard | None:
    """The test card behind a token; `tok_visa_charge…` and `tok_charge…` are two names of the same card."""
    return TEST_CARDS.get(token.replace("tok_visa_charge", "tok_charge", 1))
