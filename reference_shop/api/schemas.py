"""What requests and answers have in common: camelCase, strict types, and the one shape of an error."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)
from pydantic.alias_generators import to_camel

from reference_shop import clock
from reference_shop.domain.passwords import refuse_weak
from reference_shop.domain.users import is_address

MAX_TEXT = 200


class RequestBody(BaseModel):
    """Input: keys in camelCase, no number where a text belongs nor the other way round."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True)

    @field_validator("*")
    @classmethod
    def _can_be_written(cls, value: Any) -> Any:
        """Refuse half a surrogate pair: JSON can spell one, but it is no character."""
        if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("It holds something that is not a character.")
        return value


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

Instant = Annotated[
    Any,
    PlainSerializer(clock.iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant, written in ISO 8601 UTC."""


def refusals(codes: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """Describe an endpoint's errors for OpenAPI: status -> code words."""
    return {status: {"model": ErrorBody, "description": words} for status, words in codes.items()}


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError("This is not an e-mail address.")
    return text


Address = Annotated[str, AfterValidator(_address)]
"""An e-mail address that can be written to."""

NewPassword = Annotated[str, AfterValidator(refuse_weak)]
"""A password that somebody chooses, which must not be weak."""
