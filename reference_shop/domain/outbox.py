"""Messages are queued in the transaction that causes them; the worker sends them afterwards."""

from sqlalchemy import ColumnElement, Table, case, func, insert, or_, update
from sqlalchemy.engine import Connection

from reference_shop import clock, ids
from reference_shop.domain.templates import EMAILS, TEXTS
from reference_shop.domain.users import User
from reference_shop.storage.tables.notifications import email_outbox, sms_outbox


def queue_email(
    connection: Connection, user_id: str | None, recipient: str, template: str, **values: object
) -> None:
    """Queue an e-mail, due at once. The caller nudges the worker after the commit.

    `user_id` is the recipient's account, None where the address has none; `values` fill the template.
    """
    text = EMAILS[template]
    _queue(
        connection,
        email_outbox,
        id=ids.new("eml"),
        user_id=user_id,
        recipient=recipient,
        template=template,
        subject=text.subject.format_map(values),
        body=text.body.format_map(values),
    )


def queue_sms(
    connection: Connection, user_id: str | None, recipient: str, template: str, **values: object
) -> None:
    """Queue a text message to a phone number, as `queue_email` does an e-mail."""
    _queue(
        connection,
        sms_outbox,
        id=ids.new("sms"),
        user_id=user_id,
        recipient=recipient,
        template=template,
        body=TEXTS[template].format_map(values),
    )


def _queue(connection: Connection, outbox: Table, **message: str | None) -> None:
    now = clock.now()
    connection.execute(insert(outbox).values(**message, created_at=now, next_attempt_at=now))


def forget_user(connection: Connection, user: User, placeholder: str) -> None:
    """Blank every message to a user; those that still wait are not sent any more."""
    _blank(connection, email_outbox, _to(email_outbox, user, user.email), placeholder, subject="")
    _blank(connection, sms_outbox, _to(sms_outbox, user, user.phone_number), placeholder)


def _to(outbox: Table, user: User, address: str | None) -> ColumnElement[bool]:
    return or_(outbox.c.user_id == user.id, func.lower(outbox.c.recipient) == func.lower(address))


def _blank(
    connection: Connection, outbox: Table, which: ColumnElement[bool], placeholder: str, **more: str
) -> None:
    waits = outbox.c.status == "queued"
    connection.execute(
        update(outbox)
        .where(which)
        .values(
            recipient=placeholder,
            body="",
            last_error=case((waits, "the account was deleted"), else_=None),
            status=case((waits, "failed"), else_=outbox.c.status),
            next_attempt_at=None,
            **more,
        )
    )
