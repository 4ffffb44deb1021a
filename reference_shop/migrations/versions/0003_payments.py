"""Payments: attempts, payments, refunds, idempotency keys and the provider's events."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _payment_attempts()
    _payments()
    _refunds()
    _idempotency_keys()
    _webhook_events()


def _instant(name: str, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _payment_attempts() -> None:
    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("order_id", sa.Text),
        sa.Column("subscription_id", sa.Text),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False, server_default="usd"),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("decline_code", sa.Text),
        sa.Column("provider_charge_id", sa.Text),
        sa.Column("idempotency_key", sa.Text, nullable=False, unique=True),
        sa.Column("run_id", sa.Text, nullable=False, server_default=""),
        _instant("created_at"),
        _instant("started_at"),
        _instant("unknown_since"),
        sa.Column("checks", sa.Integer, nullable=False, server_default="0"),
        _instant("next_check_at"),
        sa.CheckConstraint(
            "purpose IN ('charge', 'order', 'subscription', 'plan_change', 'renewal')",
            name="payment_attempts_purpose",
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'succeeded', 'failed', 'unknown')", name="payment_attempts_status"
        ),
        sa.CheckConstraint("amount > 0", name="payment_attempts_amount"),
    )
    op.create_index("payment_attempts_user", "payment_attempts", ["user_id"])
    op.create_index(
        "payment_attempts_pending", "payment_attempts", ["id"], postgresql_where=sa.text("status = 'pending'")
    )
    op.create_index(
        "payment_attempts_unknown",
        "payment_attempts",
        ["next_check_at"],
        postgresql_where=sa.text("status = 'unknown'"),
    )


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), nullable=False),
        sa.Column(
            "payment_attempt_id", sa.Text, sa.ForeignKey("payment_attempts.id"), nullable=False, unique=True
        ),
        sa.Column("order_id", sa.Text),
        sa.Column("subscription_id", sa.Text),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False, server_default="usd"),
        sa.Column("refunded_amount", sa.Integer, nullable=False, server_default="0"),
        sa.Column("status", sa.Text, nullable=False, server_default="succeeded"),
        sa.Column("status_as_of", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("provider_charge_id", sa.Text, nullable=False, unique=True),
        _instant("created_at"),
        sa.CheckConstraint(
            "status IN ('succeeded', 'partially_refunded', 'refunded', 'disputed')", name="payments_status"
        ),
        sa.CheckConstraint("refunded_amount BETWEEN 0 AND amount", name="payments_refunded_amount"),
    )
    op.create_index("payments_user", "payments", ["user_id"])


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("payment_id", sa.Text, sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("provider_refund_id", sa.Text, unique=True),
        sa.Column("told", sa.Boolean, nullable=False, server_default="false"),
        _instant("created_at"),
        sa.CheckConstraint("status IN ('pending', 'succeeded', 'failed', 'unknown')", name="refunds_status"),
        sa.CheckConstraint("amount > 0", name="refunds_amount"),
    )
    op.create_index("refunds_payment", "refunds", ["payment_id"])


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="in_progress"),
        sa.Column("payment_attempt_id", sa.Text, sa.ForeignKey("payment_attempts.id"), unique=True),
        sa.Column("answer_status", sa.Integer),
        sa.Column("answer_body", sa.LargeBinary),
        _instant("created_at", nullable=False),
        sa.CheckConstraint("state IN ('in_progress', 'finished', 'free')", name="idempotency_keys_state"),
    )


def _webhook_events() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("provider_charge_id", sa.Text),
        sa.Column("object", sa.JSON),
        _instant("received_at"),
        _instant("applied_at"),
    )
    op.create_index(
        "webhook_events_waiting",
        "webhook_events",
        ["provider_charge_id"],
        postgresql_where=sa.text("applied_at IS NULL"),
    )
