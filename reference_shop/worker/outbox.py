"""Sending what waits in the outbox, and trying again what did not go through."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Row

from reference_shop import clock
from reference_shop.providers.http import ErrorAnswer, ProviderTrouble
from reference_shop.shop import Shop
from reference_shop.storage.tables.notifications import email_outbox

log = logging.getLogger(__name__)

# After the first failure, the second and so on; the failure after the last of these is the end.
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125))

# The message itself is bad (its address, its size): it would be refused for ever.
HOPELESS_STATUSES = (400, 413, 422)

DUE_EMAIL = (
    select(email_outbox)
    .where(email_outbox.c.status == "queued")
    .order_by(email_outbox.c.next_attempt_at, email_outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def send_emails(shop: Shop) -> None:
    """Send every e-mail that is due, oldest first."""
    while not shop.worker.stopping and _send_one(shop):
        pass


def _send_one(shop: Shop) -> bool:
    """Send one message within one transaction; False when none is due.

    Its row stays locked meanwhile, so that no other worker sends it too; a crash before the commit leaves it
    queued, so that it is sent again rather than lost.
    """
    with shop.database.transaction() as connection:
        due = DUE_EMAIL.where(email_outbox.c.next_attempt_at <= clock.now())
        message = connection.execute(due).one_or_none()
        if message is None:
            return False
        try:
            shop.email_provider.send(message.recipient, message.subject, message.body)
        except ProviderTrouble as trouble:
            _note(connection, message, _after_failure(message, trouble, clock.now()))
        else:
            _note(connection, message, {"status": "sent", "sent_at": clock.now(), "next_attempt_at": None})
    return True


def _after_failure(message: Row[Any], trouble: ProviderTrouble, now: datetime) -> dict[str, Any]:
    log.warning("e-mail %s (%s): %s", message.id, message.template, trouble)
    hopeless = isinstance(trouble, ErrorAnswer) and trouble.status in HOPELESS_STATUSES
    if hopeless or message.attempts >= len(RETRY_DELAYS):
        return {"status": "failed", "last_error": str(trouble), "next_attempt_at": None}
    return {"last_error": str(trouble), "next_attempt_at": now + RETRY_DELAYS[message.attempts]}


def _note(connection: Connection, message: Row[Any], outcome: dict[str, Any]) -> None:
    connection.execute(
        update(email_outbox)
        .where(email_outbox.c.id == message.id)
        .values(attempts=message.attempts + 1, **outcome)
    )
