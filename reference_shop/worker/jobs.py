"""Everything the worker does, and how it sees that there is something to do."""

from typing import Any

from sqlalchemy import Select, Table, or_, select
from sqlalchemy.sql.elements import ColumnElement

from reference_shop.domain.late_payments import pay_back_late_payments
from reference_shop.domain.reconciliation import settle_unknown_payments
from reference_shop.domain.subscriptions import LIVING
from reference_shop.storage.tables.notifications import email_outbox, sms_outbox
from reference_shop.storage.tables.payments import payment_attempts, payments
from reference_shop.storage.tables.subscriptions import subscriptions
from reference_shop.worker.loop import NOW, Job
from reference_shop.worker.outbox import send_emails, send_texts
from reference_shop.worker.renewals import renew_subscriptions


def _rows(table: Table, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.id).where(*conditions)


def _due(outbox: Table) -> Select[Any]:
    return _rows(outbox, outbox.c.status == "queued", outbox.c.next_attempt_at <= NOW)


_attempts = payment_attempts.c

JOBS = (
    Job("send e-mails", _due(email_outbox), send_emails),
    Job("send texts", _due(sms_outbox), send_texts),
    Job(
        "settle unknown payments",
        # A pending attempt may have lost its request; only the job can tell.
        _rows(
            payment_attempts,
            or_(
                _attempts.status == "pending",
                (_attempts.status == "unknown") & (_attempts.next_check_at <= NOW),
            ),
        ),
        settle_unknown_payments,
    ),
    Job("pay back late payments", _rows(payments, payments.c.pay_back_at <= NOW), pay_back_late_payments),
    Job(
        "renew subscriptions",
        _rows(subscriptions, subscriptions.c.status.in_(LIVING), subscriptions.c.next_renewal_at <= NOW),
        renew_subscriptions,
    ),
)
