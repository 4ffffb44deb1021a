"""No secret leaves the suite, and nothing else is harmed on the way."""

import json
import random
import string

import pytest

from support.evidence import redaction
from support.evidence.redaction import MASK, redact, redact_value, register_secret

SECRET = "Zq8-private_value"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}', 'Accept': '*/*'}}",
        f"bearer {SECRET}",
        f'{{"password": "{SECRET}"}}',
        f"{{'newPassword': '{SECRET}'}}",
        f'{{"cardToken": "{SECRET}"}}',
        f'{{"paymentToken":"{SECRET}"}}',
        f'{{"source": "{SECRET}"}}',
        f"source={SECRET}&amount=4000",
        f"https://shop.test/verify?token={SECRET}&next=home",
        f"Credentials(email='ada@example.test', password='{SECRET}')",
        f"host=db password={SECRET} user=shop",
        f"sk_test_{SECRET} is refused",
        f"rk_live_{SECRET}",
        f"whsec_{SECRET}",
        f"tok_{SECRET}",
        f"SG.{SECRET}.abc",
        f"postgresql://shop:{SECRET}@127.0.0.1:5432/shop",
        f"redis://:{SECRET}@127.0.0.1:6379",
        f"api_key={SECRET}",
        f'{{"X-Api-Key": "{SECRET}"}}',
        f"$argon2id$v=19$m=65536,t=3,p=4${SECRET.replace('-', '+').replace('_', '/')}$hash",
        f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.sig",
    ],
)
def test_a_secret_is_masked_wherever_it_stands(text: str) -> None:
    assert SECRET not in redact(text)
    assert SECRET.replace("-", "+").replace("_", "/") not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ada is refused because the token has expired: invalid_token",
        "Basic subscription and basic_monthly cost $29.99",
        "order 1767604800000 at 2026-01-05T09:00:00Z",
        "POST /auth/reset-password → 400 (3 ms)",
        "a token of friendship, and a source of joy",
        "pay_7c117b3f3c979c62c599574d was refunded",
        "4111 1111 1111 1112 fails the checksum",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "number", ["4242424242424242", "4000 0000 0000 0002", "5555-5555-5555-4444", "378282246310005"]
)
def test_card_numbers_keep_their_last_four_digits(number: str) -> None:
    masked = redact(f"card {number} was declined")
    assert number not in masked
    assert masked == f"card {MASK} {number[-4:]} was declined"


def test_basic_credentials_are_told_from_the_basic_plan() -> None:
    assert redact("Basic QUMxMjM6c2VjcmV0") == f"Basic {MASK}"


def test_values_are_masked_by_the_name_of_their_key_at_any_depth() -> None:
    masked = redact_value(
        {
            "password": SECRET,
            "card": {"number": 4242424242424242, "cvc": "123"},
            "list": [{"apiKey": SECRET}],
            "signature": SECRET.encode(),
            "tokenExpires": 30,
            "idempotencyKey": "key-1",
            "empty": None,
            "token": "",
        }
    )
    assert SECRET not in json.dumps(masked)
    assert masked["card"] == {"number": f"{MASK} 4242", "cvc": MASK}
    assert masked["tokenExpires"] == 30
    assert masked["idempotencyKey"] == "key-1"
    assert masked["token"] == ""


def test_the_original_value_is_not_changed() -> None:
    original = {"password": SECRET, "list": [{"token": SECRET}]}
    redact_value(original)
    assert original == {"password": SECRET, "list": [{"token": SECRET}]}


def test_registered_literals_are_masked_in_every_spelling() -> None:
    for secret in ("registered-Word_1", 'with "quotes" & spaces'):
        register_secret(secret)
    text = redact(
        "registered-Word_1, with%20%22quotes%22%20%26%20spaces, " + json.dumps('with "quotes" & spaces')
    )
    assert text == f'{MASK}, {MASK}, "{MASK}"'
    assert redact("registered-Word_12 is another word") == "registered-Word_12 is another word"


def test_a_very_short_literal_is_not_registered() -> None:
    register_secret("the")
    assert redact("the lamp") == "the lamp"


def test_any_secret_in_any_surrounding_is_masked_and_masking_twice_changes_nothing() -> None:
    generator = random.Random(20260105)
    letters = string.ascii_letters + string.digits
    keys = ["password", "cardToken", "client_secret", "api_key", "Stripe-Signature", "source", "paymentToken"]
    for _ in range(500):
        secret = "".join(generator.choices(letters, k=generator.randint(8, 60)))
        key = generator.choice(keys)
        before = "".join(generator.choices(string.printable, k=generator.randint(0, 30))).replace('"', "")
        text = f"{before} " + generator.choice(
            [json.dumps({key: secret, "n": 1}), f"{key}={secret}&n=1", f"sk_{secret}", f"x?token={secret}"]
        )
        masked = redact(text)
        assert secret not in masked, (text, masked)
        assert redact(masked) == masked


def test_patterns_without_their_hint_would_never_run() -> None:
    for pattern in redaction._PATTERNS:
        assert pattern.hints, pattern
        assert all(hint == hint.lower() for hint in pattern.hints)
