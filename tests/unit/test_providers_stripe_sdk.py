"""The payment provider's stub against the vendor's official SDK: its client, its types, its webhook check."""

import json
import types
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import pytest
import stripe

from support.providers import Providers
from support.providers.payments import DECLINES, REFUSALS, objects, parameters
from tests.unit.providers_kit import KEYS, URLS, SetClock, clock_fixture, providers_fixture

__all__ = ["clock_fixture", "providers_fixture"]

NOT_SENT = {
    # Fields that the vendor sends only on request (`expand`), only for other ways to pay, or no longer.
    "Charge": {"authorization_code", "level3", "presentment_details", "refunds", "transfer"},
    "Refund": {
        "description",
        "failure_balance_transaction",
        "failure_reason",
        "instructions_email",
        "next_action",
        "pending_reason",
        "presentment_details",
    },
    "Card": {
        *("account", "allow_redisplay", "available_payout_methods", "currency", "default_for_currency"),
        *("deleted", "description", "iin", "issuer", "networks", "regulated_status", "status"),
        *("capture_before", "electronic_commerce_indicator", "moto", "setup_credential_usage"),
        *("stored_credential_usage", "transaction_link_id", "reference"),
    },
    "Outcome": {"rule"},
    "FraudDetails": {"stripe_report", "user_report"},
    "RadarOptions": {"session"},
    "Dispute": {"intended_submission_method", "network_reason_code", "payment_method_details"},
    "EnhancedEvidence": {"mastercard_compliance", "visa_compelling_evidence_3", "visa_compliance"},
    "EnhancedEligibility": {"mastercard_compliance", "visa_compelling_evidence_3", "visa_compliance"},
    "Event": {"account", "context"},
    "Data": {"previous_attributes"},
}
WAYS_TO_PAY = {"PaymentMethodDetails", "DestinationDetails"}
"""These have one field for each way to pay; the stub knows cards."""


def differences(value: Any, kind: Any, where: str) -> list[str]:
    """How `value` differs from the SDK's annotation `kind`."""
    if get_origin(kind) in (Union, types.UnionType):
        return _best(value, get_args(kind), where)
    if get_origin(kind) is Literal:
        return [] if value in get_args(kind) else [f"{where}: {value!r} is none of {get_args(kind)}"]
    if get_origin(kind) is list:
        return [d for item in value for d in differences(item, get_args(kind)[0], f"{where}[]")]
    if isinstance(kind, ForwardRef) or kind is Any or get_origin(kind) is not None:
        return [] if isinstance(value, dict) else [f"{where}: {value!r} is no object"]
    if isinstance(kind, type) and issubclass(kind, stripe.StripeObject):
        return _object_differences(value, kind, where)
    right = type(value) is kind or (kind is float and type(value) is int)
    return [] if right else [f"{where}: {value!r} is no {kind}"]


def _best(value: Any, kinds: tuple[Any, ...], where: str) -> list[str]:
    closed = [kind for kind in kinds if get_origin(kind) is Literal]
    if closed and isinstance(value, str):  # the SDK adds `str` for values of the future; the stub is of today
        return differences(value, closed[0], where)
    return min((differences(value, kind, where) for kind in kinds), key=len)


def _object_differences(value: Any, kind: type, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no object"]
    fields = {name: one for name, one in kind.__annotations__.items() if name != "OBJECT_NAME"}
    expected = (
        set(value) if kind.__name__ in WAYS_TO_PAY else set(fields) - NOT_SENT.get(kind.__name__, set())
    )
    found = [f"{where}: the SDK does not know {name}" for name in set(value) - set(fields)]
    found += [f"{where}: {name} is missing" for name in expected - set(value)]
    known = set(value) & set(fields)
    return found + [d for name in known for d in differences(value[name], fields[name], f"{where}.{name}")]


@pytest.fixture(name="client")
def client_fixture(providers: Providers) -> stripe.StripeClient:
    return client_with(KEYS.payment_api_key)


def client_with(key: str, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        http_client=stripe.RequestsClient(timeout=0.2),
        base_addresses={"api": URLS.payments},
        max_network_retries=retries,
    )


def pay(client: stripe.StripeClient, token: str = "tok_visa", **options: Any) -> stripe.Charge:
    form: Any = {
        "amount": 4000,
        "currency": "usd",
        "source": token,
        "description": "a lamp",
        "metadata": {"payment_attempt_id": "pa_1"},
    }
    return client.v1.charges.create(form, options)


def test_charges_conform_to_the_sdk(providers: Providers, client: stripe.StripeClient) -> None:
    pay(client)
    for code in DECLINES:
        providers.payments.decline_next(code)
        with pytest.raises(stripe.CardError):
            pay(client)
    for one in providers.payments.charges:
        assert differences(one, stripe.Charge, "charge") == []
        assert differences(one["source"], stripe.Card, "source") == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("status", "paid"), ("amount", "4000"), ("outcome", {"type": "authorized"}), ("colour", "red")],
)
def test_the_comparison_would_notice(
    providers: Providers, client: stripe.StripeClient, field: str, wrong: object
) -> None:
    pay(client)
    assert differences({**providers.payments.charges[0], field: wrong}, stripe.Charge, "charge")


def test_refunds_conform_to_the_sdk(providers: Providers, client: stripe.StripeClient) -> None:
    paid = pay(client)
    made = client.v1.refunds.create(
        {"charge": paid.id, "amount": 1000, "reason": "requested_by_customer", "metadata": {"a": "b"}}
    )
    assert (made.object, made.status, made.amount) == ("refund", "succeeded", 1000)
    assert client.v1.refunds.retrieve(made.id).charge == paid.id
    assert client.v1.charges.retrieve(paid.id).amount_refunded == 1000
    assert differences(providers.payments.refunds[0], stripe.Refund, "refund") == []


def test_disputes_and_events_conform_to_the_sdk(providers: Providers, client: stripe.StripeClient) -> None:
    dispute = providers.payments.dispute(pay(client).id)
    assert differences(dispute, stripe.Dispute, "dispute") == []
    event = json.loads(providers.payments.webhook("charge.dispute.created", dispute).body)
    assert differences(event, stripe.Event, "event") == []


def test_search_answers_as_the_sdk_reads_it(providers: Providers, client: stripe.StripeClient) -> None:
    paid = pay(client)
    found = client.v1.charges.search({"query": "metadata['payment_attempt_id']:'pa_1'"})
    assert [one.id for one in found.auto_paging_iter()] == [paid.id]
    assert found.has_more is False


def test_declines_are_card_errors(providers: Providers, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        pay(client, "tok_visa_chargeDeclinedInsufficientFunds")
    error = caught.value
    assert (error.http_status, error.code, error.request_id[:4]) == (402, "card_declined", "req_")
    assert error.error is not None
    assert error.error.decline_code == "insufficient_funds"
    assert error.error.charge == providers.payments.charges[0]["id"]


def test_other_errors_are_of_the_sdks_classes(providers: Providers, client: stripe.StripeClient) -> None:
    paid = pay(client, idempotency_key="k")
    cases: list[tuple[type[stripe.StripeError], Callable[[], object]]] = [
        (stripe.AuthenticationError, lambda: pay(client_with("sk_test_wrong"))),
        (stripe.InvalidRequestError, lambda: pay(client, "tok_none")),
        (stripe.InvalidRequestError, lambda: client.v1.charges.retrieve("ch_none")),
        (stripe.InvalidRequestError, lambda: client.v1.refunds.create({"charge": paid.id, "amount": 9999})),
        (stripe.IdempotencyError, lambda: pay(client, "tok_mastercard", idempotency_key="k")),
    ]
    for kind, call in cases:
        with pytest.raises(kind):
            call()


@pytest.mark.parametrize(("status", "kind"), [(500, stripe.APIError), (429, stripe.RateLimitError)])
def test_scripted_failures_are_of_the_sdks_classes(
    providers: Providers, client: stripe.StripeClient, status: int, kind: type[Exception]
) -> None:
    providers.payments.fail_then_recover(status)
    with pytest.raises(kind):
        pay(client)
    assert pay(client).paid


@pytest.mark.parametrize("script", ["be_slow", "be_down", "lose_the_answer", "drop_connection"])
def test_silence_is_a_connection_error(
    providers: Providers, client: stripe.StripeClient, script: str
) -> None:
    getattr(providers.payments, script)()
    with pytest.raises(stripe.APIConnectionError) as caught:
        pay(client)
    assert caught.value.should_retry


def test_the_sdks_own_retry_charges_once(providers: Providers) -> None:
    providers.payments.drop_connection()
    retrying = client_with(KEYS.payment_api_key, retries=1)
    retrying._requestor._client._sleep_time_seconds = lambda *_: 0  # type: ignore[method-assign]
    assert pay(retrying).paid
    assert len(providers.payments.charges) == 1
    assert [call.outcome for call in providers.journal.calls] == ["connection lost", "answered"]
    assert providers.journal.calls[1].replayed


def test_codes_and_parameters_are_the_sdks() -> None:
    known = {
        code
        for kind in get_args(stripe.PaymentIntent.LastPaymentError.__annotations__["code"])
        for code in get_args(kind)
    }
    used = {decline.code for decline in DECLINES.values()} | set(REFUSALS)
    used |= {"parameter_missing", "parameter_unknown", "parameter_invalid_integer", "parameter_invalid_empty"}
    used |= {"amount_too_large", "resource_missing", "idempotency_key_in_use", "rate_limit"}
    assert used - known == set()
    for ours, theirs in (
        (parameters.CHARGE, "ChargeCreateParams"),
        (parameters.REFUND, "RefundCreateParams"),
        (parameters.SEARCH, "ChargeSearchParams"),
    ):
        sdk = getattr(stripe.params, theirs)
        options = set(stripe.RequestOptions.__annotations__)
        assert ours == set(sdk.__annotations__) - options
    assert stripe.api_version == objects.API_VERSION


# ---- webhooks ----------------------------------------------------------------------------------------------


def check(signed: tuple[bytes, dict[str, str]], tolerance: int | None = 300) -> Any:
    body, headers = signed
    return stripe.Webhook.construct_event(
        body,
        headers["Stripe-Signature"],
        KEYS.webhook_secret,
        tolerance,  # type: ignore[arg-type]
    )


def test_webhooks_pass_the_sdks_check(
    providers: Providers, client: stripe.StripeClient, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: clock().timestamp())
    paid = providers.payments.charge(pay(client).id)
    event = check(providers.payments.webhook("charge.succeeded", paid))
    assert (event.type, event.data.object.id) == ("charge.succeeded", paid["id"])
    with pytest.raises(stripe.SignatureVerificationError, match="No signatures found"):
        check(providers.payments.webhook("charge.succeeded", paid, secret="whsec_forged"))
    late = providers.payments.webhook("charge.succeeded", paid, signed_at=clock() - timedelta(seconds=301))
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        check(late)


def test_events_can_be_repeated_and_dated(
    providers: Providers, client: stripe.StripeClient, clock: SetClock
) -> None:
    paid = providers.payments.charge(pay(client).id)
    made = clock() - timedelta(hours=1)
    twins = [
        check(providers.payments.webhook("charge.succeeded", paid, made, "evt_1"), tolerance=None)
        for _ in range(2)
    ]
    assert [(one.id, one.created) for one in twins] == [("evt_1", int(made.timestamp()))] * 2
    others = {json.loads(providers.payments.webhook("x", paid).body)["id"] for _ in range(5)}
    assert len(others) == 5


def test_a_refund_by_hand_is_seen_in_the_charge(providers: Providers, client: stripe.StripeClient) -> None:
    paid = pay(client)
    assert providers.payments.refund_by_hand(paid.id, 1500)["amount_refunded"] == 1500
    assert providers.payments.refund_by_hand(paid.id)["refunded"] is True
    assert [one["amount"] for one in providers.payments.refunds] == [1500, 2500]
