"""The payment provider's stub, by its wire format."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from support.errors import PlumblineError
from support.providers import Providers
from support.providers.payments import DECLINES
from tests.unit.providers_kit import (
    BEARER,
    CHARGES,
    KEYS,
    URLS,
    SetClock,
    charge,
    clock_fixture,
    providers_fixture,
    refund,
    search,
)

__all__ = ["clock_fixture", "providers_fixture"]


@pytest.mark.parametrize(
    ("form", "status", "code", "param", "message"),
    [
        ({"amount": None}, 400, "parameter_missing", "amount", "Missing required param: amount."),
        ({"amount": "ten"}, 400, "parameter_invalid_integer", "amount", "Invalid integer: ten"),
        ({"amount": "1.5"}, 400, "parameter_invalid_integer", "amount", "Invalid integer: 1.5"),
        ({"amount": 0}, 400, "parameter_invalid_integer", "amount", "greater than or equal to 1"),
        ({"amount": -1}, 400, "parameter_invalid_integer", "amount", "greater than or equal to 1"),
        ({"amount": 100_000_000}, 400, "amount_too_large", "amount", "no more than $999,999.99"),
        ({"amount": ""}, 400, "parameter_invalid_empty", "amount", "empty string"),
        ({"currency": None}, 400, "parameter_missing", "currency", "Missing required param: currency."),
        ({"currency": "zzz"}, 400, None, "currency", "Invalid currency: zzz"),
        ({"source": None}, 400, "parameter_missing", None, "Must provide source or customer."),
        ({"source": "tok_unknown"}, 400, "resource_missing", "source", "No such token: 'tok_unknown'"),
        ({"colour": "red"}, 400, "parameter_unknown", "colour", "Received unknown parameter: colour"),
        ({"metadata[x]": "y" * 501}, 400, None, "metadata[x]", "500 characters"),
    ],
)
def test_wrong_charges_are_refused_as_the_vendor_does(
    providers: Providers, form: dict[str, object], status: int, code: str | None, param: str, message: str
) -> None:
    answer = charge(**form)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error.get("code")) == (status, "invalid_request_error", code)
    assert error.get("param") == param
    assert message in error["message"]
    assert providers.payments.charges == []
    assert providers.journal.unexpected() == []


@pytest.mark.parametrize("amount", [1, 99_999_999])
def test_the_smallest_and_the_largest_charge_go_through(providers: Providers, amount: int) -> None:
    assert charge(amount=amount).json()["amount"] == amount


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("tok_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("tok_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("tok_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("tok_chargeDeclinedExpiredCard", "expired_card", None),
        ("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("tok_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_test_cards_decline(providers: Providers, token: str, code: str, decline_code: str | None) -> None:
    answer = charge(source=token)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"]) == (402, "card_error", code)
    assert error.get("decline_code") == decline_code
    (failed,) = providers.payments.charges
    assert (error["charge"], failed["status"], failed["failure_code"]) == (failed["id"], "failed", code)
    assert providers.payments.succeeded == []


def test_a_declined_charge_is_found_by_search(providers: Providers) -> None:
    charge(source="tok_chargeDeclined", **{"metadata[payment_attempt_id]": "pa_1"})
    (found,) = search("metadata['payment_attempt_id']:'pa_1'").json()["data"]
    assert (found["status"], found["paid"], found["outcome"]["type"]) == ("failed", False, "issuer_declined")


def test_decline_next_declines_one_charge_whatever_the_card(providers: Providers) -> None:
    providers.payments.decline_next("insufficient_funds")
    assert charge().json()["error"]["decline_code"] == "insufficient_funds"
    assert charge().status_code == 200
    with pytest.raises(PlumblineError, match="generic_decline"):
        providers.payments.decline_next("no_such_reason")


@pytest.mark.parametrize("code", DECLINES)
def test_every_decline_can_be_scripted(providers: Providers, code: str) -> None:
    providers.payments.decline_next(code)
    error = charge().json()["error"]
    assert code in (error["code"], error.get("decline_code"))


def test_refunds_in_parts_and_not_beyond(providers: Providers) -> None:
    paid = charge().json()
    first = refund(charge=paid["id"], amount=1500).json()
    assert (first["status"], first["amount"], first["charge"]) == ("succeeded", 1500, paid["id"])
    too_much = refund(charge=paid["id"], amount=2501).json()["error"]
    assert too_much["message"] == (
        "Refund amount ($25.01) is greater than unrefunded amount on charge ($25.00)"
    )
    assert refund(charge=paid["id"]).json()["amount"] == 2500
    after = providers.payments.charge(paid["id"])
    assert (after["amount_refunded"], after["refunded"]) == (4000, True)
    again = refund(charge=paid["id"])
    assert (again.status_code, again.json()["error"]["code"]) == (400, "charge_already_refunded")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"amount": 0}, 400, "parameter_invalid_integer"),
        ({"reason": "boredom"}, 400, None),
        ({"colour": "red"}, 400, "parameter_unknown"),
        ({"charge": "ch_none"}, 404, "resource_missing"),
    ],
)
def test_wrong_refunds_are_refused(
    providers: Providers, form: dict[str, object], status: int, code: str | None
) -> None:
    answer = refund(**{"charge": charge().json()["id"], **form})
    assert (answer.status_code, answer.json()["error"].get("code")) == (status, code)
    assert providers.payments.refunds == []


def test_refused_refunds_change_nothing(providers: Providers) -> None:
    paid = charge().json()
    providers.payments.refuse_refunds()
    assert refund(charge=paid["id"]).json()["error"]["code"] == "charge_disputed"
    assert providers.payments.charge(paid["id"])["amount_refunded"] == 0
    providers.payments.recover()
    assert refund(charge=paid["id"]).status_code == 200


def test_failed_and_disputed_charges_cannot_be_refunded(providers: Providers) -> None:
    charge(source="tok_chargeDeclined")
    (failed,) = providers.payments.charges
    assert refund(charge=failed["id"]).json()["error"]["code"] == "charge_not_refundable"
    paid = charge().json()
    assert providers.payments.dispute(paid["id"])["charge"] == paid["id"]
    assert refund(charge=paid["id"]).json()["error"]["code"] == "charge_disputed"


def test_search_takes_both_quotes_limits_and_escapes(providers: Providers) -> None:
    for _ in range(3):
        charge(**{"metadata[payment_attempt_id]": "it's"})
    answer = search('metadata["payment_attempt_id"]:"it\'s"', limit=2).json()
    assert (len(answer["data"]), answer["has_more"], answer["object"]) == (2, True, "search_result")
    assert len(search("metadata['payment_attempt_id']:'it\\'s'").json()["data"]) == 3
    assert search("metadata['payment_attempt_id']:'other'").json()["data"] == []


@pytest.mark.parametrize(
    "query", ["amount>100", "metadata['a']:'b' AND currency:'usd'", "-metadata['a']:'b'", "metadata['a']~'b'"]
)
def test_other_searches_are_unmodelled(providers: Providers, query: str) -> None:
    assert search(query).status_code == 404
    (call,) = providers.journal.unexpected()
    assert query in str(call.unexpected).replace('"', "'") or "searched for" in str(call.unexpected)


def test_search_can_lag_behind(providers: Providers, clock: SetClock) -> None:
    providers.payments.find_late(timedelta(seconds=30))
    charge(**{"metadata[payment_attempt_id]": "pa_1"})
    assert search("metadata['payment_attempt_id']:'pa_1'").json()["data"] == []
    clock.advance(timedelta(seconds=31))
    assert len(search("metadata['payment_attempt_id']:'pa_1'").json()["data"]) == 1


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({}, "You did not provide an API key."),
        (
            {"Authorization": "Bearer sk_test_wrong_key_1234"},
            "Invalid API Key provided: sk_test_**********1234",
        ),
    ],
)
def test_a_wrong_key_is_refused_and_masked(
    providers: Providers, header: dict[str, str], message: str
) -> None:
    answer = requests.post(CHARGES, data={"amount": 1}, headers=header, timeout=0.2)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert message in answer.json()["error"]["message"]


def test_basic_auth_with_the_key_as_user_is_taken(providers: Providers) -> None:
    form = {"amount": 1, "currency": "usd", "source": "tok_visa"}
    answer = requests.post(CHARGES, data=form, auth=(KEYS.payment_api_key, ""), timeout=0.2)
    assert answer.status_code == 200


def test_json_instead_of_a_form_is_refused(providers: Providers) -> None:
    answer = requests.post(CHARGES, json={"amount": 1}, headers=BEARER, timeout=0.2)
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]


# ---- idempotency keys --------------------------------------------------------------------------------------


def test_the_same_key_replays_the_answer(providers: Providers) -> None:
    first, second = charge("k"), charge("k")
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(providers.payments.charges) == 1


def test_a_decline_is_replayed_too(providers: Providers) -> None:
    providers.payments.decline_next()
    assert charge("k").content == charge("k").content
    assert len(providers.payments.charges) == 1


def test_the_same_key_with_other_parameters_or_elsewhere_is_refused(providers: Providers) -> None:
    paid = charge("k").json()
    for answer, words in (
        (charge("k", amount=1), "same parameters"),
        (refund(charge=paid["id"], key="k"), "same endpoint"),
    ):
        error = answer.json()["error"]
        assert (answer.status_code, error["type"]) == (400, "idempotency_error")
        assert words in error["message"]


def test_what_had_not_begun_is_not_kept(providers: Providers) -> None:
    assert charge("k", amount=0).status_code == 400
    providers.payments.fail_then_recover()
    assert charge("k").status_code == 500
    assert charge("k").status_code == 200
    assert len(providers.payments.charges) == 1


def test_keys_are_forgotten_after_a_day(providers: Providers, clock: SetClock) -> None:
    charge("k")
    clock.advance(timedelta(hours=23, minutes=59))
    charge("k")
    assert len(providers.payments.charges) == 1
    clock.advance(timedelta(minutes=1))
    charge("k")
    assert len(providers.payments.charges) == 2


def test_a_key_under_way_is_a_conflict(providers: Providers) -> None:
    providers.payments.hold(calls=2)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: charge("k"), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    conflict = next(answer for answer in answers if answer.status_code == 409)
    assert conflict.json()["error"]["code"] == "idempotency_key_in_use"
    assert len(providers.payments.charges) == 1
    assert charge("k").headers["Idempotent-Replayed"] == "true"


def test_the_answer_to_a_lost_charge_is_replayed(providers: Providers) -> None:
    providers.payments.lose_the_answer()
    with pytest.raises(requests.ReadTimeout):
        charge("k", timeout=0.02)
    providers.payments.recover()
    assert charge("k").headers["Idempotent-Replayed"] == "true"
    assert len(providers.payments.charges) == 1


def test_many_at_once_lose_nothing(providers: Providers) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: charge(f"k{n % 20}", timeout=5), range(60)))
    settled = [answer for answer in answers if answer.status_code == 200]
    assert len({answer.json()["id"] for answer in settled}) == len(providers.payments.charges) == 20
    assert providers.journal.in_flight == 0
    assert len(providers.journal.calls) == 60


# ---- what is not modelled ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("GET", "/v1/charges", "GET /v1/charges"),
        ("POST", "/v1/payment_intents", "POST /v1/payment_intents"),
        ("DELETE", "/v1/charges/ch_1", "DELETE /v1/charges/ch_1"),
        ("POST", "/v1/charges/ch_1/capture", "POST /v1/charges/ch_1/capture"),
    ],
)
def test_an_unknown_call_is_refused_and_reported(
    providers: Providers, method: str, path: str, names: str
) -> None:
    answer = requests.request(method, f"{URLS.payments}{path}", headers=BEARER, timeout=0.2)
    assert answer.status_code == 404
    assert names in answer.json()["error"]["message"]
    (call,) = providers.journal.unexpected()
    assert names in str(call.unexpected)
    assert "teach PaymentProvider" in str(call.unexpected)


def test_a_parameter_that_only_the_stub_lacks_is_reported(providers: Providers) -> None:
    assert charge(capture="false").status_code == 404
    (call,) = providers.journal.unexpected()
    assert "'capture'" in str(call.unexpected)
    assert providers.payments.charges == []
