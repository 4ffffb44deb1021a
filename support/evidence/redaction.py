"""Masking of passwords, tokens, keys and card data in everything that leaves the suite."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

MASK = "***"
SHORT = 200
SHORTEST_SECRET = 6  # a shorter literal would blacken ordinary words

_WORDS = (
    *("password", "passwd", "secret", "token", "authorization", "signature", "credential", "cookie"),
    *("apikey", "api_key", "api-key", "accesskey", "access_key", "access-key"),
    *("cardnumber", "card_number", "card-number", "cvc", "cvv"),
)
_WORD = "|".join(_WORDS)
_SECRET_KEY = re.compile(rf"{_WORD}|^source$", re.IGNORECASE)

# Names of facts about secrets, which are no secrets themselves.
_HARMLESS_KEY = re.compile(r"(?:expires?(?:_?(?:at|in))?|count|type|cost|_?ttl)$", re.IGNORECASE)

_NAMES = (*_WORDS, "source")
_NAME = rf"(?:(?:{_WORD})[\w-]*|\bsource)"


class _Pattern(NamedTuple):
    """What to mask, and the words of which at least one is there when it is: most texts hold none."""

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str


def _pattern(hints: tuple[str, ...], pattern: str, replacement: str) -> _Pattern:
    return _Pattern(hints, re.compile(pattern, re.IGNORECASE), replacement)


_PATTERNS = (
    _pattern(
        ("authorization",), r"(authorization[\"']?\s*[:=]\s*[\"']?)(?:\w+\s+)?[^\s\"',}]+", rf"\1{MASK}"
    ),
    _pattern(("bearer ",), r"\b(Bearer)\s+[\w.~+/=-]+", rf"\1 {MASK}"),
    _pattern(("sk_", "rk_", "whsec_", "tok_"), r"\b(sk|rk|whsec|tok)_\w+", rf"\1_{MASK}"),
    _pattern(("sg.",), r"\bSG\.[\w.-]{6,}", f"SG.{MASK}"),
    _pattern(("eyj",), r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*", MASK),
    _pattern(("$argon2",), r"\$argon2\w*\$[\w+/=,$.-]+", f"$argon2${MASK}"),
    _pattern(("://",), r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s@/]+@", rf"\1:{MASK}@"),
    _pattern(("v1=",), r"\b(v1=)[0-9a-f]{16,}", rf"\1{MASK}"),
    # "password": "x", 'token': 'x': JSON and the repr of a dict inside a text
    _pattern(_NAMES, rf"({_NAME}([\"'])\s*:\s*)([\"'])(?:\\.|(?!\3).)*\3", rf"\1\3{MASK}\3"),
    # password=x&token=x, password='x': forms, links, connection strings and the repr of a dataclass
    _pattern(_NAMES, rf"({_NAME}\s?=\s?)(?:\"[^\"]*\"|'[^']*'|[^\s&\"'<>,;)]+)", rf"\1{MASK}"),
)
_HINTS = ("basic ", *dict.fromkeys(hint for pattern in _PATTERNS for hint in pattern.hints))
_BASIC = re.compile(r"\bBasic\s+([A-Za-z0-9+/]{6,}={0,2})")
# The issuers' first digits keep instants in milliseconds and order numbers out.
_CARD = re.compile(r"(?<![\w.])(?:4|5[1-5]|2[2-7]|3[47]|6[045])\d(?:[ -]?\d){9,17}(?![\w.])")
_LONG_NUMBER = re.compile(r"\d{4}[ -]?\d{4}")

_word_secrets: set[str] = set()
_other_secrets: set[str] = set()
_WORDLIKE = re.compile(r"[A-Za-z0-9_-]{6,}")


def register_secret(value: str) -> None:
    """Mask this literal from now on, also percent-encoded or escaped; very short values are ignored."""
    if len(value) < SHORTEST_SECRET:
        return
    if _WORDLIKE.fullmatch(value):
        _word_secrets.add(value)  # links and sessions: many in a run, so they are looked up word by word
    else:
        _other_secrets.update({value, quote(value, safe=""), json.dumps(value)[1:-1]})


def redact(text: str) -> str:
    """The text with every secret masked; the rest is left as it is."""
    if _word_secrets and not _word_secrets.isdisjoint(_WORDLIKE.findall(text)):
        text = _WORDLIKE.sub(lambda match: MASK if match[0] in _word_secrets else match[0], text)
    for secret in _other_secrets:
        if secret in text:
            text = text.replace(secret, MASK)
    return _mask_short(text) if len(text) <= SHORT else _mask_patterns(text)


def _mask_patterns(text: str) -> str:
    lowered = text.lower()
    for hint in _HINTS:
        if hint in lowered:
            break
    else:
        return _CARD.sub(_mask_card, text) if _LONG_NUMBER.search(text) else text
    for hints, pattern, replacement in _PATTERNS:
        if any(hint in lowered for hint in hints):
            text = pattern.sub(replacement, text)
    if "Basic " in text:
        text = _BASIC.sub(_mask_basic, text)
    return _CARD.sub(_mask_card, text) if _LONG_NUMBER.search(text) else text


_mask_short = lru_cache(maxsize=4096)(_mask_patterns)  # headers, states and names come again and again


def redact_value(value: Any, key: str = "") -> Any:
    """A copy of a JSON-like value with secrets masked: by the name of their key, and by how they look."""
    if isinstance(value, str):
        return MASK if value and is_secret_key(key) else redact(value)
    if isinstance(value, Mapping):
        return {name: redact_value(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact_value(item, key) for item in value]
    if isinstance(value, bytes):
        return redact_value(value.decode("utf-8", "replace"), key)
    if isinstance(value, int) and value > 10**12:  # a card number sent as a number
        shown = redact(str(value))
        return value if shown == str(value) else shown
    return value


@lru_cache(maxsize=1024)
def is_secret_key(key: str) -> bool:
    """Whether a value with this name is masked whatever it looks like."""
    return bool(key) and bool(_SECRET_KEY.search(key)) and not _HARMLESS_KEY.search(key)


def _mask_basic(match: re.Match[str]) -> str:
    encoded = match.group(1)
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error:
        return match.group(0)
    return f"Basic {MASK}" if b":" in decoded else match.group(0)  # "Basic subscription" is no credential


def _mask_card(match: re.Match[str]) -> str:
    digits = [int(character) for character in match.group(0) if character.isdigit()]
    return f"{MASK} {''.join(map(str, digits[-4:]))}" if _passes_luhn(digits) else match.group(0)


def _passes_luhn(digits: list[int]) -> bool:
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
