"""What everything that takes money has in common: a card, and a key that makes it safe to send again."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import StringConstraints

from reference_shop.domain import idempotency
from reference_shop.domain.idempotency import Answer, Submission
from reference_shop.domain.users import User
from reference_shop.errors import ShopError

CardToken = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
Key = Annotated[
    str | None,
    Header(
        alias=idempotency.HEADER,
        description="Makes it safe to send this again. Kept for 24 h; made by the shop where none is sent.",
    ),
]


def submit(
    user: User,
    endpoint: str,
    sent_key: str | None,
    content: dict[str, Any],
    do: Callable[[Submission], Answer],
) -> Response:
    """Do what was asked for under the key that was sent, or a new one; the answer and errors tell the key."""
    key = idempotency.key_or_new(sent_key)
    submission = Submission(
        user_id=user.id,
        endpoint=endpoint,
        key=key,
        fingerprint=idempotency.fingerprint(content),
    )
    try:
        answer = do(submission)
    except ShopError as error:
        error.headers[idempotency.HEADER] = key  # whoever sent none needs it to ask again
        raise
    return Response(answer.body, answer.status, {idempotency.HEADER: key}, "application/json")
