"""Subscribing, changing the plan and cancelling."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from reference_shop.api.dependencies import CurrentUser, Id, TheShop
from reference_shop.api.schemas import Answer, RequestBody, refusals
from reference_shop.api.submissions import CardToken, Key, submit
from reference_shop.domain import (
    idempotency,
    plan_changes,
    subscribing,
    subscription_cancellation,
    subscriptions,
)
from reference_shop.domain.idempotency import Submission

router = APIRouter(prefix="/subscriptions", tags=["subscriptions"])

LONGEST_PLAN_ID = 200

PlanId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_PLAN_ID,
        description="basic_monthly (2999 a period) or pro_monthly (9999); a period has 30 days.",
        examples=["basic_monthly", "pro_monthly"],
    ),
]


class NewSubscription(RequestBody):
    """What to subscribe to, and the card that is charged now and at every renewal."""

    plan_id: PlanId
    card_token: CardToken


class PlanChange(RequestBody):
    """The plan to change to."""

    plan_id: PlanId


class Subscription(Answer):
    """A subscription; `activating` while its first payment is being looked up."""

    id: str
    status: Literal["activating", "active", "past_due", "cancelled"]
    plan_id: str
    renewal_date: Annotated[
        str | None,
        Field(description="When the next period is charged.", json_schema_extra={"format": "date-time"}),
    ]


class Cancellation(Answer):
    """A subscription that has ended, and what was paid back, in minor units."""

    id: str
    status: Literal["cancelled"]
    refund_amount: int


@router.post(
    "",
    status_code=201,
    response_model=Subscription,
    responses=refusals(
        {
            401: "unauthorized",
            402: "card_declined, with details.declineCode",
            403: "banned",
            404: "not_found: no such plan",
            409: "already_subscribed; in_progress: ask again after Retry-After; "
            "already_cancelled: paid too late, and paid back",
            422: "validation_failed, idempotency_key_reused",
            502: "payment_provider_error",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout: the outcome is being looked up",
        }
    ),
)
def subscribe(shop: TheShop, user: CurrentUser, asked: NewSubscription, sent_key: Key = None) -> Response:
    """Subscribe to a plan; the first period is charged at once."""

    def do(submission: Submission) -> idempotency.Answer:
        return subscribing.subscribe(shop, submission, user, asked.plan_id, asked.card_token)

    return submit(user, "POST /subscriptions", sent_key, asked.model_dump(), do)


@router.get(
    "/{subscription_id}",
    responses=refusals({401: "unauthorized", 403: "banned", 404: "not_found: also somebody else's"}),
)
def look(shop: TheShop, user: CurrentUser, subscription_id: Id) -> Subscription:
    """Look at one's own subscription."""
    return Subscription(**subscriptions.look(shop, user, subscription_id).view)


@router.patch(
    "/{subscription_id}",
    responses=refusals(
        {
            401: "unauthorized",
            402: "card_declined, with details.declineCode: the plan stays",
            403: "banned",
            404: "not_found: no such plan, no such subscription, or somebody else's",
            409: "same_plan, past_due, already_cancelled; in_progress while a payment's outcome is not known",
            502: "payment_provider_error",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout: the outcome is being looked up, the plan stays until then",
        }
    ),
)
def change_plan(shop: TheShop, user: CurrentUser, subscription_id: Id, asked: PlanChange) -> Subscription:
    """Change the plan: the rest of the period is charged for, or gives credit for the next renewals."""
    return Subscription(**plan_changes.change_plan(shop, user, subscription_id, asked.plan_id).view)


@router.delete(
    "/{subscription_id}",
    responses=refusals(
        {
            401: "unauthorized",
            403: "banned",
            404: "not_found: no such subscription, or somebody else's",
            409: "already_cancelled; in_progress while a payment's outcome is not known",
            502: "refund_refused, payment_provider_error: the subscription stays",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout",
        }
    ),
)
def cancel(shop: TheShop, user: CurrentUser, subscription_id: Id) -> Cancellation:
    """Cancel at once; the unused days of the period are paid back."""
    done = subscription_cancellation.cancel(shop, user, subscription_id)
    return Cancellation(id=done.subscription.id, status="cancelled", refund_amount=done.refund_amount)
