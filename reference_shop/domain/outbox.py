"""Messages are queued in the transaction that causes them; the worker sends them afterwards."""

from sqlalchemy import case, func, insert, or_, update
from sqlalchemy.engine import Connection

from reference_shop import clock, ids
from reference_shop.domain.templates import EMAILS
from reference_shop.storage.tables.notifications import email_outbox


def queue_email(
    connection: Connection, user_id: str | None, recipient: str, template: str, **values: object
) -> None:
    """Queue an e-mail, due at once. The caller nudges the worker after the commit.

    `user_id` is the recipient's account, None where the address has none; `values` fill the template.
    """
    text = EMAILS[template]
    now = clock.now()
    connection.execute(
        insert(email_outbox).values(
            id=ids.new("eml"),
            user_id=user_id,
            recipient=recipient,
            template=template,
            subject=text.subject.format_map(values),
            body=text.body.format_map(values),
            created_at=now,
            next_attempt_at=now,
        )
    )


def forget_user(connection: Connection, user_id: str, address: str, placeholder: str) -> None:
    """Blank every message to a user; those that still wait are not sent any more."""
    waits = email_outbox.c.status == "queued"
    connection.execute(
        update(email_outbox)
        .where(
            or_(
                email_outbox.c.user_id == user_id,
                func.lower(email_outbox.c.recipient) == func.lower(address),
            )
        )
        .values(
            recipient=placeholder,
            subject="",
            body="",
            last_error=case((waits, "the account was deleted"), else_=None),
            status=case((waits, "failed"), else_=email_outbox.c.status),
            next_attempt_at=None,
        )
    )
