"""The SMS provider's stub, by its wire format."""

from email.utils import parsedate_to_datetime

import pytest
import requests

from support.providers import Providers
from support.providers.sms import segments
from tests.unit.providers_kit import KEYS, URLS, SetClock, clock_fixture, providers_fixture

__all__ = ["clock_fixture", "providers_fixture"]

SID = KEYS.sms_account_sid
SEND = f"{URLS.sms}/2010-04-01/Accounts/{SID}/Messages.json"
ADA = "+12025550123"
SHOP = "+12025550100"


def send(url: str = SEND, auth: tuple[str, str] | None = None, **form: str) -> requests.Response:
    whole = {"To": ADA, "From": SHOP, "Body": "Your parcel is on its way", **form}
    given = {name: value for name, value in whole.items() if value}
    return requests.post(url, data=given, auth=auth or (SID, KEYS.sms_auth_token), timeout=0.2)


def test_a_message_is_queued_and_lies_in_the_inbox(providers: Providers, clock: SetClock) -> None:
    answer = send()
    message = answer.json()
    assert answer.status_code == 201
    assert (message["status"], message["direction"], message["num_segments"]) == (
        "queued",
        "outbound-api",
        "1",
    )
    assert (message["to"], message["from"], message["account_sid"]) == (ADA, SHOP, SID)
    assert parsedate_to_datetime(message["date_created"]) == clock.instant
    assert message["sid"].startswith("SM") and len(message["sid"]) == 34
    assert message["uri"] == f"/2010-04-01/Accounts/{SID}/Messages/{message['sid']}.json"
    (text,) = providers.sms.to(ADA)
    assert (text.body, text.sender) == ("Your parcel is on its way", SHOP)
    assert providers.journal.calls[0].sentence() == (
        f'SMS provider: text "Your parcel is on its way" to {ADA} -> queued'
    )


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"To": "5550123"}, 21211),
        ({"To": "+1 202 555 0123"}, 21211),
        ({"To": "+15005550001"}, 21211),
        ({"To": "+15005550009"}, 21614),
        ({"From": "Shop"}, 21212),
        ({"To": SHOP}, 21266),
        ({"Body": "x" * 1601}, 21617),
    ],
)
def test_wrong_messages_are_refused(providers: Providers, form: dict[str, str], code: int) -> None:
    answer = send(**form)
    error = answer.json()
    assert (answer.status_code, error["status"], error["code"]) == (400, 400, code)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert providers.sms.sent == []


def test_a_wrong_token_or_account_is_refused(providers: Providers) -> None:
    answer = send(auth=(SID, "wrong"))
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    other = send(url=SEND.replace(SID, "AC" + "1" * 32))
    assert (other.status_code, other.json()["code"]) == (404, 20404)


def test_scripts_and_bad_numbers(providers: Providers) -> None:
    providers.sms.fail(429, times=1)
    assert (send().status_code, send().status_code) == (429, 201)
    providers.sms.reject_number(ADA)
    assert send().json()["code"] == 21211
    providers.sms.recover()
    assert send().status_code == 201


def test_what_the_stub_lacks_is_reported(providers: Providers) -> None:
    assert send(MediaUrl="https://shop.example/a.png").status_code == 404
    assert "'MediaUrl'" in str(providers.journal.unexpected()[0].unexpected)


@pytest.mark.parametrize(
    ("body", "number"), [("x" * 160, 1), ("x" * 161, 2), ("x" * 307, 3), ("é" * 70, 1), ("é" * 71, 2)]
)
def test_segments(body: str, number: int) -> None:
    assert segments(body) == number
