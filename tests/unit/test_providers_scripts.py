"""Scripts, journal and the patched network, which all stubs share."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests

from support.errors import PlumblineError
from support.providers import Providers, script
from support.wait import until
from tests.unit.providers_kit import BEARER, CHARGES, URLS, charge, clock_fixture, providers_fixture, search

__all__ = ["clock_fixture", "providers_fixture"]


def outcomes(providers: Providers) -> list[str]:
    return [call.outcome for call in providers.journal.calls]


def test_slow_waits_the_clients_time_out_and_does_nothing(providers: Providers) -> None:
    providers.payments.be_slow()
    started = time.perf_counter()
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.05)
    assert 0.05 <= time.perf_counter() - started < 0.15
    assert providers.payments.charges == []
    assert outcomes(providers) == ["no answer"]
    providers.payments.recover()
    assert charge().status_code == 200


def test_slow_by_a_little_answers_late(providers: Providers) -> None:
    providers.payments.be_slow(seconds=0.03)
    assert charge(timeout=1).elapsed.total_seconds() >= 0.03
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.02)
    assert len(providers.payments.charges) == 1


def test_down_refuses_everything_until_recovery(providers: Providers) -> None:
    providers.payments.be_down()
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            charge()
    providers.payments.recover()
    assert charge().status_code == 200
    assert outcomes(providers) == ["refused connection", "refused connection", "answered"]


def test_failing_so_often(providers: Providers) -> None:
    providers.payments.fail(status=503, times=2)
    assert [charge().status_code for _ in range(3)] == [503, 503, 200]
    providers.payments.fail()
    assert [charge().status_code for _ in range(3)] == [500, 500, 500]
    assert len(providers.payments.charges) == 1
    with pytest.raises(PlumblineError, match="200 is not an error status"):
        providers.payments.fail(200)


def test_a_lost_answer_is_followed_by_silence(providers: Providers) -> None:
    providers.payments.lose_the_answer()
    assert search("metadata['a']:'b'").status_code == 200  # a look is not what is waited for
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.02)
    with pytest.raises(requests.ReadTimeout):
        requests.get(CHARGES, headers=BEARER, timeout=0.02)
    assert len(providers.payments.charges) == 1
    assert [call.executed for call in providers.journal.calls] == [True, True, False]
    providers.payments.recover()
    assert charge().status_code == 200


def test_a_lost_answer_alone(providers: Providers) -> None:
    providers.payments.lose_the_answer(then_silent=False)
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.02)
    assert charge().status_code == 200
    assert len(providers.payments.charges) == 2


def test_a_connection_lost_after_sending(providers: Providers) -> None:
    providers.payments.drop_connection()
    with pytest.raises(requests.ConnectionError, match="Connection aborted"):
        charge()
    assert len(providers.payments.charges) == 1
    assert outcomes(providers) == ["connection lost"]


def test_something_happens_between_the_charge_and_its_answer(providers: Providers) -> None:
    seen: list[int] = []
    providers.payments.meanwhile(lambda: seen.append(len(providers.payments.charges)), then_silent=False)
    assert [charge().status_code for _ in range(2)] == [200, 200]
    assert seen == [1]


def test_something_happens_and_then_the_provider_is_silent_until_it_recovers(providers: Providers) -> None:
    providers.payments.meanwhile(lambda: None)
    assert charge().status_code == 200
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.02)
    providers.payments.recover()
    assert charge().status_code == 200


def test_slow_and_down_for_a_while(providers: Providers) -> None:
    providers.payments.be_slow(times=1)
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.02)
    providers.payments.be_down(times=1)
    with pytest.raises(requests.ConnectionError):
        charge()
    assert charge().status_code == 200


def test_scripts_follow_each_other_and_the_last_lasting_one_holds(providers: Providers) -> None:
    providers.payments.be_slow()
    providers.payments.fail_then_recover(503)
    providers.payments.be_down()
    assert charge().status_code == 503
    with pytest.raises(requests.ConnectionError):
        charge()


def test_a_declined_card_whose_answer_is_lost(providers: Providers) -> None:
    providers.payments.decline_next("lost_card")
    providers.payments.lose_the_answer()
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.02)
    assert [one["status"] for one in providers.payments.charges] == ["failed"]


def test_one_provider_down_leaves_the_others_up(providers: Providers) -> None:
    providers.email.be_down()
    assert charge().status_code == 200


def send(pool: ThreadPoolExecutor, timeout: float, **form: object) -> "Future[requests.Response]":
    return pool.submit(charge, timeout=timeout, **form)


def test_release_wakes_all_who_wait(providers: Providers) -> None:
    providers.payments.be_slow()
    with ThreadPoolExecutor(3) as pool:
        waiting = [send(pool, 30) for _ in range(3)]
        until(lambda: providers.journal.in_flight == 3, 1, "three calls to wait")
        providers.release()
        for call in waiting:
            with pytest.raises(requests.ReadTimeout):
                call.result(timeout=1)
    assert providers.journal.in_flight == 0


def test_calls_after_a_release_wait_again(providers: Providers) -> None:
    providers.payments.be_slow()
    providers.release()
    started = time.perf_counter()
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=0.05)
    assert time.perf_counter() - started >= 0.05


def test_a_call_kept_over_a_reset_changes_nothing(providers: Providers) -> None:
    providers.payments.hold(calls=5)
    with ThreadPoolExecutor(1) as pool:
        waiting = send(pool, 30)
        until(lambda: providers.journal.in_flight == 1, 1, "the call to come in")
        providers.reset()
        with pytest.raises(requests.ReadTimeout):
            waiting.result(timeout=1)
    assert providers.payments.charges == []
    assert providers.journal.calls == []


def test_no_time_out_at_all_is_reported(providers: Providers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "LONGEST_SILENCE_S", 0.02)
    providers.payments.be_slow()
    with pytest.raises(requests.ReadTimeout):
        charge(timeout=None)
    (call,) = providers.journal.unexpected()
    assert "no time-out" in str(call.unexpected)


def test_hold_makes_calls_meet(providers: Providers) -> None:
    providers.payments.hold(calls=2)
    with ThreadPoolExecutor(2) as pool:
        first = send(pool, 5)
        until(lambda: providers.journal.in_flight == 1, 1, "the first call to come in")
        assert not first.done()
        second = send(pool, 5)
        assert {first.result(1).status_code, second.result(1).status_code} == {200}


def test_hold_gives_up_before_the_client_does(providers: Providers) -> None:
    providers.payments.hold(calls=2)
    answer = charge(timeout=0.1)
    assert answer.status_code == 200
    assert 0.05 <= answer.elapsed.total_seconds() < 0.1


# ---- journal -----------------------------------------------------------------------------------------------


def test_the_journal_speaks_of_business(providers: Providers) -> None:
    charge("k")
    charge("k")
    charge(source="tok_chargeDeclinedInsufficientFunds")
    search("metadata['a']:'b'")
    providers.payments.drop_connection()
    with pytest.raises(requests.ConnectionError):
        charge(amount=5, currency="jpy")
    providers.payments.be_down()
    with pytest.raises(requests.ConnectionError):
        charge(currency="eur")
    assert [call.sentence().removeprefix("payment provider: ") for call in providers.journal.calls] == [
        "charge $40.00 to tok_visa -> succeeded",
        "charge $40.00 to tok_visa -> succeeded, as before",
        "charge $40.00 to tok_chargeDeclinedInsufficientFunds -> declined (insufficient_funds)",
        "find charges metadata['a']:'b' -> found 0",
        "charge 5 jpy to tok_visa -> carried out, but the app got no answer (connection lost)",
        "charge 40.00 eur to tok_visa -> refused connection",
    ]
    assert providers.journal.describe().splitlines()[0].startswith("1. payment provider: charge $40.00")


def test_the_journal_keeps_what_evidence_needs(providers: Providers) -> None:
    charge("k", **{"metadata[payment_attempt_id]": "pa_1"})
    (call,) = providers.journal.of("payments", "charge")
    assert (call.method, call.url, call.status, call.outcome) == ("POST", CHARGES, 200, "answered")
    assert call.body["metadata"] == {"payment_attempt_id": "pa_1"}
    assert call.response["id"].startswith("ch_")
    assert call.headers["Authorization"] == BEARER["Authorization"]
    assert (call.idempotency_key, call.executed, call.replayed) == ("k", True, False)
    assert call.at.isoformat() == "2026-01-05T09:00:00+00:00"
    assert call.milliseconds > 0
    assert providers.journal.of("email") == []
    assert providers.journal.take_finished() == [call]
    assert providers.journal.take_finished() == []


# ---- the network -------------------------------------------------------------------------------------------


def test_an_unknown_host_is_no_network_and_reported(providers: Providers) -> None:
    with pytest.raises(requests.ConnectionError, match=r"nobody plays api\.stripe\.com"):
        requests.get("https://api.stripe.com/v1/charges", timeout=1)
    (call,) = providers.journal.unexpected()
    assert call.provider == "api.stripe.com"
    assert f"PAYMENT_API_URL={URLS.payments}" in str(call.unexpected)


def test_the_apps_own_address_reaches_the_network(providers: Providers) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        base_url = f"http://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(requests.ConnectionError):
            requests.get(base_url, timeout=1)
        providers.let_through(base_url[:-1])  # another port that begins alike
        with pytest.raises(requests.ConnectionError):
            requests.get(base_url, timeout=1)
        providers.let_through(base_url)
        providers.reset()
        assert requests.get(base_url, timeout=1).status_code == 204
        assert requests.get(f"{base_url}/path", timeout=1).status_code == 204
        server.shutdown()
    assert len(providers.journal.calls) == 0


def test_a_reset_forgets_everything(providers: Providers) -> None:
    charge("k")
    providers.payments.be_down()
    providers.email.reject_address("a@b.example")
    providers.reset()
    assert (providers.payments.charges, providers.journal.calls) == ([], [])
    assert "Idempotent-Replayed" not in charge("k").headers


def test_stop_gives_the_network_back(providers: Providers) -> None:
    patched = requests.adapters.HTTPAdapter.send
    providers.stop()
    providers.stop()
    assert requests.adapters.HTTPAdapter.send is not patched
    providers.start()


def test_ids_never_repeat(providers: Providers) -> None:
    first = charge().json()["id"]
    providers.reset()
    assert charge().json()["id"] != first


def test_a_defect_of_the_stub_is_reported_as_such(
    providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers.payments, "_take_back", None)
    paid = charge().json()
    with pytest.raises(TypeError):
        requests.post(f"{URLS.payments}/v1/refunds", data={"charge": paid["id"]}, headers=BEARER, timeout=0.2)
    assert "defect of the suite" in str(providers.journal.unexpected()[0].unexpected)
    assert providers.journal.in_flight == 0
