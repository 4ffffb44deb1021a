"""Which parameters the payment provider takes, and what it says of wrong ones."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from support.providers.payments import errors
from support.providers.stub import NotModelled

LARGEST_AMOUNT = 99_999_999
"""Eight digits. The smallest charge depends on the vendor's account (often 50 cents); here it is 1 cent."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CHARGE = _words(
    """
    amount application_fee application_fee_amount capture currency customer description destination
    expand metadata on_behalf_of radar_options receipt_email shipping source statement_descriptor
    statement_descriptor_suffix transfer_data transfer_group
    """
)
MODELLED_CHARGE = _words(
    """
    amount currency description metadata receipt_email source statement_descriptor
    statement_descriptor_suffix
    """
)
REFUND = _words(
    """
    amount charge currency customer expand instructions_email metadata origin payment_intent reason
    refund_application_fee reverse_transfer
    """
)
MODELLED_REFUND = _words(
    """
    amount charge metadata reason
    """
)
SEARCH = _words(
    """
    expand limit page query
    """
)
MODELLED_SEARCH = _words(
    """
    limit query
    """
)
REFUND_REASONS = ("duplicate", "fraudulent", "requested_by_customer")

CURRENCIES = _words(
    """
    usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
    cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd
    hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad
    mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln
    pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs
    uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw
    """
)


def check_names(given: Mapping[str, Any], known: Collection[str], modelled: Collection[str]) -> None:
    """Refuse what the vendor does not know; raise NotModelled for what only the stub does not know."""
    for name in given:
        if name not in known:
            raise errors.invalid(f"Received unknown parameter: {name}", "parameter_unknown", name)
        if name not in modelled:
            raise NotModelled(f"sent the parameter '{name}', which the stub does not model.")


def amount(given: Mapping[str, Any]) -> int:
    """The `amount` in minor units."""
    number = integer(given, "amount")
    if number < 1:
        message = "This value must be greater than or equal to 1."
        raise errors.invalid(message, "parameter_invalid_integer", "amount")
    if number > LARGEST_AMOUNT:
        raise errors.invalid("Amount must be no more than $999,999.99", "amount_too_large", "amount")
    return number


def integer(given: Mapping[str, Any], name: str) -> int:
    """A whole number."""
    text = string(given, name)
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise errors.invalid(f"Invalid integer: {text}", "parameter_invalid_integer", name)
    return int(text)


def string(given: Mapping[str, Any], name: str) -> str:
    """A text that must not be missing or empty."""
    if name not in given:
        raise errors.missing(name)
    value = given[name]
    if not isinstance(value, str):
        raise errors.invalid("Invalid string", None, name)
    if value == "":
        message = (
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a "
            f"parameter; however '{name}' cannot be unset. You should remove '{name}' from your request or "
            "supply a non-empty value."
        )
        raise errors.invalid(message, "parameter_invalid_empty", name)
    return value


def currency(given: Mapping[str, Any]) -> str:
    """An ISO currency code in lower case."""
    code = string(given, "currency").lower()
    if code not in CURRENCIES:
        known = ", ".join(sorted(CURRENCIES))
        message = f"Invalid currency: {code}. Stripe currently supports these currencies: {known}"
        raise errors.invalid(message, None, "currency")
    return code


def metadata(given: Mapping[str, Any]) -> dict[str, str]:
    """Up to 50 short texts by name."""
    pairs = given.get("metadata") or {}
    if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
        raise errors.invalid("Invalid hash", None, "metadata")
    if len(pairs) > 50:
        raise errors.invalid("You can specify up to 50 metadata keys.", None, "metadata")
    for name, value in pairs.items():
        if len(name) > 40 or len(value) > 500:
            message = "Metadata keys can have up to 40 characters, and values up to 500 characters."
            raise errors.invalid(message, None, f"metadata[{name}]")
    return {name: value for name, value in pairs.items() if value}


def refund_reason(given: Mapping[str, Any]) -> str | None:
    """Why a refund is made, where it is said."""
    reason = given.get("reason")
    if reason is not None and reason not in REFUND_REASONS:
        raise errors.invalid(f"Invalid reason: must be one of {', '.join(REFUND_REASONS)}", None, "reason")
    return reason


SEARCH_CLAUSE = re.compile(
    r"""\s*metadata\[(?P<q>['"])(?P<key>.+?)(?P=q)\]:(?P<p>['"])(?P<value>.*)(?P=p)\s*"""
)


def search_clause(given: Mapping[str, Any]) -> tuple[str, str]:
    """Key and value of a query `metadata['key']:'value'`: the one form of search that is modelled."""
    query = string(given, "query")
    match = SEARCH_CLAUSE.fullmatch(query)
    value = match["value"] if match else ""
    quote = match["p"] if match else "'"
    if not match or re.search(rf"(?<!\\){quote}", value):
        raise NotModelled(f"searched for {query!r}; the stub knows only metadata['key']:'value'.")
    return match["key"], re.sub(r"\\(.)", r"\1", value)
