"""The e-mail provider's stub, by its wire format and behind a real server by the vendor's official SDK."""

from typing import Any

import pytest
import requests
from python_http_client.exceptions import BadRequestsError, TooManyRequestsError, UnauthorizedError
from sendgrid import SendGridAPIClient
from sendgrid.helpers import mail as helpers

from support.providers import Mail, Providers
from tests.unit.providers_kit import KEYS, URLS, SetClock, clock_fixture, providers_fixture, served

__all__ = ["clock_fixture", "providers_fixture"]

SEND = f"{URLS.email}/v3/mail/send"
BEARER = {"Authorization": f"Bearer {KEYS.email_api_key}"}


def message(**changes: Any) -> dict[str, Any]:
    """A good message; a change to None leaves the field out."""
    whole = {
        "personalizations": [{"to": [{"email": "ada@shop.example", "name": "Ada"}]}],
        "from": {"email": "no-reply@shop.example", "name": "The Shop"},
        "subject": "Confirm your address",
        "content": [{"type": "text/plain", "value": "Go to https://shop.example/verify?token=abc-1_2."}],
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def send(headers: dict[str, str] = BEARER, **changes: Any) -> requests.Response:
    return requests.post(SEND, json=message(**changes), headers=headers, timeout=0.2)


def test_a_message_is_taken_and_lies_in_the_mailbox(providers: Providers, clock: SetClock) -> None:
    answer = send()
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["X-Message-Id"]
    (mail,) = providers.email.to("Ada@Shop.example")
    assert (mail.subject, mail.sender, mail.at) == (
        "Confirm your address",
        "no-reply@shop.example",
        clock.instant,
    )
    assert mail.link() == "https://shop.example/verify?token=abc-1_2"
    assert mail.token() == "abc-1_2"
    assert providers.journal.calls[0].sentence() == (
        'e-mail provider: send "Confirm your address" to ada@shop.example -> accepted'
    )


def test_a_link_is_found_in_html_and_its_lack_is_told(clock: SetClock) -> None:
    page = '<a href="https://shop.example/a?x=1&amp;token=t0k">here</a> https://shop.example/other'
    mail = Mail("ada@shop.example", "Hello", "", page, "no-reply@shop.example", clock())
    assert mail.link() == "https://shop.example/a?x=1&token=t0k"
    assert mail.body == page
    with pytest.raises(AssertionError, match="holds no link with a token"):
        Mail("ada@shop.example", "Hello", "no link", "", "no-reply@shop.example", clock()).link()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"personalizations": None}, "personalizations", "at least one personalization"),
        ({"personalizations": []}, "personalizations", "at least one personalization"),
        ({"personalizations": [{}]}, "personalizations.0.to", "The to array is required"),
        (
            {"personalizations": [{"to": [{"email": "nonsense"}]}]},
            "personalizations.0.to.0.email",
            "Does not contain a valid address.",
        ),
        (
            {"personalizations": [{"to": [{"email": "a@b.example"}, {"email": "A@b.example"}]}]},
            "personalizations.0",
            "should be unique",
        ),
        ({"personalizations": ["x"]}, "personalizations.0", "Expected: object"),
        ({"from": None}, "from.email", "The from object must be provided"),
        ({"from": {"email": "nonsense"}}, "from.email", "does not contain a valid address"),
        ({"subject": None}, "subject", "The subject is required."),
        ({"subject": ""}, "subject", "The subject is required."),
        ({"content": None}, "content", "the content parameter is required"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0.value", "at least one character"),
        (
            {
                "content": [
                    {"type": "text/html", "value": "<p>x</p>"},
                    {"type": "text/plain", "value": "x"},
                ]
            },
            "content",
            "text/plain must be first",
        ),
    ],
)
def test_wrong_messages_are_refused(
    providers: Providers, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = send(**changes)
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert [set(error) for error in errors] == [{"message", "field", "help"}] * len(errors)
    assert any(error["field"] == field and words in error["message"] for error in errors), errors
    assert providers.email.sent == []


def test_several_problems_are_told_together(providers: Providers) -> None:
    errors = send(subject=None, content=None).json()["errors"]
    assert [error["field"] for error in errors] == ["subject", "content"]


def test_an_address_can_be_bad_until_recovery(providers: Providers) -> None:
    providers.email.reject_address("ada@shop.example")
    assert send().status_code == 400
    providers.email.recover()
    assert send().status_code == 202


@pytest.mark.parametrize(
    ("headers", "words"),
    [({}, "authorization required"), ({"Authorization": "Bearer SG.bad"}, "authorization grant is invalid")],
)
def test_a_wrong_key_is_refused(providers: Providers, headers: dict[str, str], words: str) -> None:
    answer = send(headers=headers)
    assert answer.status_code == 401
    assert words in answer.json()["errors"][0]["message"]


def test_other_bodies_are_refused(providers: Providers) -> None:
    json = {**BEARER, "Content-Type": "application/json"}
    assert requests.post(SEND, data="{no", headers=json, timeout=0.2).status_code == 400
    assert requests.post(SEND, data={"a": 1}, headers=BEARER, timeout=0.2).status_code == 415
    huge = b'{"a": "' + b"x" * (31 * 1024 * 1024) + b'"}'
    assert requests.post(SEND, data=huge, headers=json, timeout=2).status_code == 413


@pytest.mark.parametrize("status", [429, 500, 503])
def test_scripted_failures(providers: Providers, status: int) -> None:
    providers.email.fail(status, times=1)
    answer = send()
    assert (answer.status_code, set(answer.json())) == (status, {"errors"})
    assert ("X-RateLimit-Reset" in answer.headers) is (status == 429)
    assert send().status_code == 202
    assert len(providers.email.sent) == 1


def test_a_lost_answer_leaves_the_mail_sent(providers: Providers) -> None:
    providers.email.lose_the_answer(then_silent=False)
    with pytest.raises(requests.ReadTimeout):
        send()
    assert len(providers.email.sent) == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"template_id": "d-1"}, "template_id"),
        ({"send_at": 1}, "send_at"),
        ({"personalizations": [{"to": [{"email": "a@b.example"}], "cc": []}]}, "personalizations.cc"),
        ({"content": [{"type": "text/calendar", "value": "x"}]}, "text/calendar"),
    ],
)
def test_what_the_stub_lacks_is_reported(providers: Providers, changes: dict[str, Any], named: str) -> None:
    assert send(**changes).status_code == 404
    assert named in str(providers.journal.unexpected()[0].unexpected)


# ---- by the official SDK -----------------------------------------------------------------------------------


def sdk_message(to: str = "ada@shop.example") -> helpers.Mail:
    return helpers.Mail(
        from_email=("no-reply@shop.example", "The Shop"),
        to_emails=to,
        subject="Hello",
        plain_text_content="Hello Ada",
        html_content="<p>Hello Ada</p>",
    )


def test_the_sdk_sends(providers: Providers) -> None:
    with served(providers.email) as url:
        answer = SendGridAPIClient(KEYS.email_api_key, host=url).send(sdk_message())
    assert answer.status_code == 202
    assert answer.headers["X-Message-Id"]
    (mail,) = providers.email.sent
    assert (mail.text, mail.html) == ("Hello Ada", "<p>Hello Ada</p>")


def test_the_sdk_understands_refusals(providers: Providers) -> None:
    with served(providers.email) as url:
        client = SendGridAPIClient(KEYS.email_api_key, host=url)
        with pytest.raises(UnauthorizedError):
            SendGridAPIClient("SG.bad", host=url).send(sdk_message())
        providers.email.reject_address("ada@shop.example")
        with pytest.raises(BadRequestsError) as caught:
            client.send(sdk_message())
        assert caught.value.to_dict["errors"][0]["message"] == "Does not contain a valid address."
        providers.email.fail(429)
        with pytest.raises(TooManyRequestsError):
            client.send(sdk_message("bob@shop.example"))
