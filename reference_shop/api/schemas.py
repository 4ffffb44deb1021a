"""What requests and answers have in common: camelCase, strict types, and the one shape of an error."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, StringConstraints
from pydantic.alias_generators import to_camel

from reference_shop import clock

MAX_TEXT = 200


class RequestBody(BaseModel):
    """Input: keys in camelCase, no number where a text belongs nor the other way round."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True)


class Answer(BaseModel):
    """Output: keys in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


class Nothing(Answer):
    """An empty object."""


class ErrorBody(Answer):
    """Every error: a machine's word, a sentence for a person, and what else there is to know."""

    code: str
    message: str
    details: dict[str, Any]


def _one_line(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError("It must not hold line breaks or control characters.")
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT),
    AfterValidator(_one_line),
]
"""A name or a title: one line of text that is not empty."""

Instant = Annotated[Any, PlainSerializer(clock.iso, return_type=str)]
"""An instant, written in ISO 8601 UTC."""


def refusals(codes: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """Describe an endpoint's errors for OpenAPI: status -> code words."""
    return {status: {"model": ErrorBody, "description": words} for status, words in codes.items()}
