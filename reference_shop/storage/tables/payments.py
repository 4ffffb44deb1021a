"""Money that moved, or was meant to, and what keeps it from moving twice."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from reference_shop.storage.tables import metadata

payment_attempts = Table(
    "payment_attempts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("order_id", Text),
    Column("subscription_id", Text),
    Column("amount", Integer, nullable=False),
    Column("currency", Text, nullable=False, server_default="usd"),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("decline_code", Text),
    Column("provider_charge_id", Text),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("run_id", Text, nullable=False, server_default=""),
    Column("created_at", DateTime(timezone=True)),
    Column("started_at", DateTime(timezone=True)),
    Column("unknown_since", DateTime(timezone=True)),
    Column("checks", Integer, nullable=False, server_default="0"),
    Column("next_check_at", DateTime(timezone=True)),
)
Index("payment_attempts_user", payment_attempts.c.user_id)
Index("payment_attempts_pending", payment_attempts.c.id, postgresql_where=text("status = 'pending'"))
Index(
    "payment_attempts_unknown", payment_attempts.c.next_check_at, postgresql_where=text("status = 'unknown'")
)

payments = Table(
    "payments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("payment_attempt_id", Text, ForeignKey("payment_attempts.id"), nullable=False, unique=True),
    Column("order_id", Text),
    Column("subscription_id", Text),
    Column("amount", Integer, nullable=False),
    Column("currency", Text, nullable=False, server_default="usd"),
    Column("refunded_amount", Integer, nullable=False, server_default="0"),
    Column("status", Text, nullable=False, server_default="succeeded"),
    Column("status_as_of", BigInteger, nullable=False, server_default="0"),
    Column("provider_charge_id", Text, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True)),
    Column("pay_back_at", DateTime(timezone=True)),
)
Index("payments_user", payments.c.user_id)
Index("payments_order", payments.c.order_id)
Index("payments_pay_back", payments.c.pay_back_at, postgresql_where=text("pay_back_at IS NOT NULL"))

refunds = Table(
    "refunds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("payment_id", Text, ForeignKey("payments.id"), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("provider_refund_id", Text, unique=True),
    Column("told", Boolean, nullable=False, server_default="false"),
    Column("cause", Text),
    Column("created_at", DateTime(timezone=True)),
)
Index("refunds_payment", refunds.c.payment_id)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
    Column("endpoint", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="in_progress"),
    Column("payment_attempt_id", Text, ForeignKey("payment_attempts.id"), unique=True),
    Column("answer_status", Integer),
    Column("answer_body", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("created", BigInteger, nullable=False, server_default="0"),
    Column("provider_charge_id", Text),
    Column("object", JSON),
    Column("received_at", DateTime(timezone=True)),
    Column("applied_at", DateTime(timezone=True)),
)
Index(
    "webhook_events_waiting",
    webhook_events.c.provider_charge_id,
    postgresql_where=text("applied_at IS NULL"),
)
