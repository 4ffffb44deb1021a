"""Where the payment provider tells what happened."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request

from reference_shop.api.dependencies import TheShop
from reference_shop.api.schemas import Nothing, refusals
from reference_shop.domain import webhooks

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

# Told apart from the model, because the body has to be read as it was signed.
EVENT = {
    "type": "object",
    "required": ["id", "type", "created", "data"],
    "properties": {
        "id": {"type": "string"},
        "type": {"type": "string"},
        "created": {"type": "integer", "description": "Seconds since 1970."},
        "data": {"type": "object", "required": ["object"], "properties": {"object": {"type": "object"}}},
    },
}


async def raw_body(request: Request) -> bytes:
    """Return the body as it was signed, byte for byte."""
    return await request.body()


@router.post(
    "/payments",
    responses=refusals({400: "invalid_signature, signature_expired, malformed_json"}),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": EVENT}}}},
)
def receive_payment_event(
    shop: TheShop,
    body: Annotated[bytes, Depends(raw_body)],
    stripe_signature: Annotated[str | None, Header()] = None,
) -> Nothing:
    """Take an event of the payment provider. The same one may come twice, and in any order."""
    webhooks.receive(shop, body, stripe_signature)
    return Nothing()
