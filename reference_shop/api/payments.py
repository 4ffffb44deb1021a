"""Charging cards and paying back."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from reference_shop.api.dependencies import CurrentUser, Id, TheShop
from reference_shop.api.schemas import Answer, RequestBody, refusals
from reference_shop.api.submissions import CardToken, Key, submit
from reference_shop.domain import idempotency, payment_refunds, payments
from reference_shop.domain.idempotency import Submission
from reference_shop.domain.payment_attempts import Terms

router = APIRouter(prefix="/payments", tags=["payments"])

LARGEST_AMOUNT = 99_999_999

Amount = Annotated[int, Field(ge=1, le=LARGEST_AMOUNT, description="In minor units, such as cents.")]
Currency = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]


class ChargeRequest(RequestBody):
    """What is to be paid with which card."""

    amount: Amount
    currency: Currency = "usd"
    card_token: CardToken


class Charged(Answer):
    """A payment that was made."""

    payment_id: str
    status: str
    amount: int


class RefundRequest(RequestBody):
    """How much is to be paid back; all that is left where nothing is said."""

    amount: Amount | None = None


class Refunded(Answer):
    """Money that was paid back."""

    refund_id: str
    amount: int
    status: str


@router.post(
    "/charge",
    response_model=Charged,
    responses=refusals(
        {
            401: "unauthorized",
            402: "card_declined, with details.declineCode",
            409: "in_progress: ask again after Retry-After",
            422: "validation_failed, idempotency_key_reused",
            502: "payment_provider_error",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout: the outcome is being looked up",
        }
    ),
)
def charge(shop: TheShop, user: CurrentUser, asked: ChargeRequest, sent_key: Key = None) -> Response:
    """Charge a card. Sent again with the same key, it gets the same answer and nothing is charged twice."""
    terms = Terms(user_id=user.id, purpose="charge", amount=asked.amount, currency=asked.currency)

    def do(submission: Submission) -> idempotency.Answer:
        return payments.charge_card(shop, submission, terms, asked.card_token)

    return submit(user, "POST /payments/charge", sent_key, asked.model_dump(), do)


@router.post(
    "/{payment_id}/refund",
    responses=refusals(
        {
            401: "unauthorized",
            404: "not_found: no such payment, or somebody else's",
            409: "already_refunded; in_progress where another refund must be known first",
            422: "validation_failed: more than is left",
            502: "refund_refused, payment_provider_error",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout",
        }
    ),
)
def refund(shop: TheShop, user: CurrentUser, payment_id: Id, asked: RefundRequest | None = None) -> Refunded:
    """Pay back all or part of a payment. Sent again after trouble it is the same refund, and paid once."""
    amount = asked.amount if asked else None
    done = payment_refunds.refund(shop, payment_id, amount, asked_by=user)
    return Refunded(refund_id=done.id, amount=done.amount, status="succeeded")
