"""The payment provider's objects, field by field as Stripe's API reference lists them."""

import uuid
from collections.abc import Mapping
from typing import Any

from support.providers.payments.cards import BRAND_NAMES, Decline, TestCard

API_VERSION = "2026-10-28.endive"

Object = dict[str, Any]


def new_id(prefix: str) -> str:
    """An id that no other object of any run has."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


def charge(
    card: TestCard,
    created: int,
    amount: int,
    currency: str,
    decline: Decline | None,
    given: Mapping[str, Any],
) -> Object:
    """A charge that succeeded, or failed by `decline`; it repeats what the caller sent (`given`)."""
    identity = new_id("ch")
    paid = decline is None
    return {
        "id": identity,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": new_id("txn") if paid else None,
        "billing_details": billing_details(),
        "calculated_statement_descriptor": "PLUMBLINE",
        "captured": paid,
        "created": created,
        "currency": currency,
        "customer": None,
        "description": given.get("description"),
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None if decline is None else decline.code,
        "failure_message": None if decline is None else decline.message,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(given.get("metadata") or {}),
        "on_behalf_of": None,
        "outcome": outcome(decline),
        "paid": paid,
        "payment_intent": None,
        "payment_method": (source := card_source(card))["id"],
        "payment_method_details": {"card": card_details(card, source, amount, decline), "type": "card"},
        "radar_options": {},
        "receipt_email": given.get("receipt_email"),
        "receipt_number": None,
        "receipt_url": f"https://pay.stripe.com/receipts/{identity}" if paid else None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": source,
        "source_transfer": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": None,
    }


def billing_details() -> Object:
    """Nothing is known of the card's holder."""
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": None, "name": None, "phone": None, "tax_id": None}


def outcome(decline: Decline | None) -> Object:
    """How the charge was decided, by the network or before it."""
    if decline is None:
        return _outcome("approved_by_network", None, "Payment complete.", "authorized")
    if decline.blocked:
        return _outcome(
            "not_sent_to_network", "highest_risk_level", "Payment blocked as too risky.", "blocked"
        )
    reason = decline.decline_code or decline.code
    message = f"The bank returned the decline code `{reason}`."
    return {
        **_outcome("declined_by_network", reason, message, "issuer_declined"),
        "advice_code": decline.advice_code,
    }


def _outcome(network_status: str, reason: str | None, seller_message: str, kind: str) -> Object:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network_status,
        "reason": reason,
        "risk_level": "highest" if kind == "blocked" else "normal",
        "risk_score": 89 if kind == "blocked" else 12,
        "seller_message": seller_message,
        "type": kind,
    }


def card_source(card: TestCard) -> Object:
    """The card as the charge's `source`."""
    address = ("city", "country", "line1", "line1_check", "line2", "state", "zip", "zip_check")
    return {
        "id": new_id("card"),
        "object": "card",
        **{f"address_{part}": None for part in address},
        "brand": BRAND_NAMES[card.brand],
        "country": "US",
        "customer": None,
        "cvc_check": None,
        "dynamic_last4": None,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"{card.brand}{card.last4}",
        "funding": card.funding,
        "last4": card.last4,
        "metadata": {},
        "name": None,
        "tokenization_method": None,
    }


def card_details(card: TestCard, source: Object, amount: int, decline: Decline | None) -> Object:
    """The card as the charge's `payment_method_details.card`."""
    wrong_cvc = decline is not None and decline.code == "incorrect_cvc"
    checks = {"address_line1_check": None, "address_postal_code_check": None}
    return {
        "amount_authorized": amount if decline is None else None,
        "authorization_code": None,
        "brand": card.brand,
        "checks": {**checks, "cvc_check": "fail" if wrong_cvc else None},
        "country": source["country"],
        "exp_month": source["exp_month"],
        "exp_year": source["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": source["fingerprint"],
        "funding": card.funding,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }


def refund(of: Object, created: int, amount: int, reason: str | None, metadata: dict[str, str]) -> Object:
    """A refund that went through."""
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": of["id"],
        "created": created,
        "currency": of["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {"card": card, "type": "card"},
        "metadata": dict(metadata),
        "payment_intent": None,
        "payment_method": of["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def search_result(found: list[Object], limit: int) -> Object:
    """One page of a search."""
    return {
        "object": "search_result",
        "url": "/v1/charges/search",
        "has_more": len(found) > limit,
        "data": found[:limit],
        "next_page": new_id("page") if len(found) > limit else None,
    }


_EVIDENCE = """
access_activity_log appeal billing_address cancellation_policy cancellation_policy_disclosure
cancellation_rebuttal customer_communication customer_email_address customer_name
customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation
duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure
refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier
shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text
"""


def dispute(of: Object, created: int, reason: str) -> Object:
    """A chargeback of the whole charge, open for evidence."""
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": of["amount"],
        "balance_transactions": [],
        "charge": of["id"],
        "created": created,
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE.split()), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": created + 7 * 86_400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": None,
        "reason": reason,
        "status": "needs_response",
    }


def event(kind: str, thing: Object, created: int, identity: str) -> Object:
    """A webhook's event about `thing`."""
    return {
        "id": identity,
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
