"""Sending what waits in the outboxes, and trying again what did not go through."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Table, select, update
from sqlalchemy.engine import Row

from reference_shop import clock
from reference_shop.providers.http import ErrorAnswer, ProviderTrouble
from reference_shop.shop import Shop
from reference_shop.storage.tables.notifications import email_outbox, sms_outbox

log = logging.getLogger(__name__)

# After the first failure, the second and so on; the failure after the last of these is the end.
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125))

# The message itself is bad (its address, its size): it would be refused for ever.
HOPELESS_STATUSES = (400, 413, 422)

Send = Callable[[Row[Any]], None]


def send_emails(shop: Shop) -> None:
    """Send every e-mail that is due, oldest first."""

    def send(email: Row[Any]) -> None:
        shop.email_provider.send(email.recipient, email.subject, email.body)

    _send_due(shop, email_outbox, send)


def send_texts(shop: Shop) -> None:
    """Send every text message that is due, oldest first."""

    def send(message: Row[Any]) -> None:
        shop.sms_provider.send(message.recipient, message.body)

    _send_due(shop, sms_outbox, send)


def _send_due(shop: Shop, outbox: Table, send: Send) -> None:
    while not shop.worker.stopping and _send_one(shop, outbox, send):
        pass


def _send_one(shop: Shop, outbox: Table, send: Send) -> bool:
    """Send one message within one transaction; False when none is due.

    Its row stays locked meanwhile, so that no other worker sends it too; a crash before the commit leaves it
    queued, so that it is sent again rather than lost.
    """
    with shop.database.transaction() as connection:
        message = connection.execute(_most_overdue(outbox, clock.now())).one_or_none()
        if message is None:
            return False
        try:
            send(message)
        except ProviderTrouble as trouble:
            outcome = _after_failure(message, trouble, clock.now())
        else:
            outcome = {"status": "sent", "sent_at": clock.now(), "next_attempt_at": None}
        noted = update(outbox).where(outbox.c.id == message.id)
        connection.execute(noted.values(attempts=message.attempts + 1, **outcome))
    return True


def _most_overdue(outbox: Table, now: datetime) -> Select[Any]:
    return (
        select(outbox)
        .where(outbox.c.status == "queued", outbox.c.next_attempt_at <= now)
        .order_by(outbox.c.next_attempt_at, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _after_failure(message: Row[Any], trouble: ProviderTrouble, now: datetime) -> dict[str, Any]:
    log.warning("message %s (%s): %s", message.id, message.template, trouble)
    hopeless = isinstance(trouble, ErrorAnswer) and trouble.status in HOPELESS_STATUSES
    if hopeless or message.attempts >= len(RETRY_DELAYS):
        return {"status": "failed", "last_error": str(trouble), "next_attempt_at": None}
    return {"last_error": str(trouble), "next_attempt_at": now + RETRY_DELAYS[message.attempts]}
