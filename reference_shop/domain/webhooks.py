"""The payment provider's events: each is recorded, and applied once, in one transaction."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.domain import payment_events, payment_settlement, payment_signature
from reference_shop.domain.payment_events import DISPUTED, REFUNDED, SUCCEEDED
from reference_shop.errors import ShopError, invalid
from reference_shop.providers.payment import Charge
from reference_shop.shop import Shop
from reference_shop.storage.database import insert_new
from reference_shop.storage.tables.payments import webhook_events as events

Word = Annotated[str, Field(min_length=1)]


class About(BaseModel):
    """What an event is about."""

    object: dict[str, Any]


class Event(BaseModel):
    """An event as the provider sends it. `created` is in seconds since 1970, by the provider's clock."""

    model_config = ConfigDict(strict=True)

    id: Word
    type: Word
    created: int
    data: About

    @property
    def charge_id(self) -> str | None:
        """The charge that it is about, if it is of a type that matters here."""
        name = {SUCCEEDED: "id", REFUNDED: "id", DISPUTED: "charge"}.get(self.type)
        charge_id = self.data.object.get(name) if name else None
        return charge_id if isinstance(charge_id, str) else None


def receive(shop: Shop, body: bytes, signature: str | None) -> None:
    """Check, record and apply an event. One that came before, or is of another type, changes nothing.

    Raises 400 `invalid_signature`, `signature_expired` or `malformed_json`, and 422 for what is no event.
    """
    payment_signature.check(shop.settings.payment_webhook_secret, signature, body, clock.now())
    event = _parse(body)
    shop.database.run(lambda connection: _take(connection, event))
    shop.worker.nudge()


def _take(connection: Connection, event: Event) -> None:
    if _record(connection, event) and event.charge_id is not None:
        _apply(connection, event, event.charge_id)


def _parse(body: bytes) -> Event:
    try:
        return Event.model_validate(json.loads(body))
    except ValidationError as error:
        wrong = {".".join(map(str, problem["loc"])) or "body": problem["msg"] for problem in error.errors()}
        raise invalid(wrong) from error
    except ValueError as error:  # text that cannot be decoded is one too
        raise ShopError(400, "malformed_json", "The request's body is not JSON.") from error


def _record(connection: Connection, event: Event) -> bool:
    """Put the event on record; False if it was there. The second of two at once waits here for the first."""
    return insert_new(
        connection,
        events,
        event_id=event.id,
        type=event.type,
        created=event.created,
        provider_charge_id=event.charge_id,
        object=event.data.object,
        received_at=clock.now(),
    )


def _apply(connection: Connection, event: Event, charge_id: str) -> None:
    payment_events.lock_charge(connection, charge_id)
    charge = Charge.parse(event.data.object) if event.type in (SUCCEEDED, REFUNDED) else None
    if charge is not None and charge.attempt_id is not None and charge.status == "succeeded":
        payment_settlement.settle_paid(connection, charge.attempt_id, charge)
    payment_events.apply_waiting(connection, charge_id)
