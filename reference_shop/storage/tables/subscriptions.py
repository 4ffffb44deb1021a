"""Plans, who subscribes to them, and what their charges are for."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, Table, Text, text

from reference_shop.storage.tables import metadata

plans = Table(
    "plans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("price", Integer, nullable=False),
    Column("currency", Text, nullable=False, server_default="usd"),
    Column("period_days", Integer, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("plan_id", Text, ForeignKey("plans.id"), nullable=False),
    Column("status", Text, nullable=False, server_default="activating"),
    Column("period_started_at", DateTime(timezone=True)),
    Column("renewal_date", DateTime(timezone=True)),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("credit_balance", Integer, nullable=False, server_default="0"),
    Column("card_token", Text),
    Column("declines", Integer, nullable=False, server_default="0"),
    Column("first_declined_at", DateTime(timezone=True)),
    Column("next_renewal_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True)),
)
Index(
    "subscriptions_one_each",
    subscriptions.c.user_id,
    unique=True,
    postgresql_where=text("status IN ('activating', 'active', 'past_due')"),
)
Index("subscriptions_user", subscriptions.c.user_id)
Index(
    "subscriptions_due",
    subscriptions.c.next_renewal_at,
    postgresql_where=text("status IN ('active', 'past_due')"),
)

subscription_charges = Table(
    "subscription_charges",
    metadata,
    Column("payment_attempt_id", Text, ForeignKey("payment_attempts.id"), primary_key=True),
    Column("subscription_id", Text, nullable=False),
    Column("period_starts_at", DateTime(timezone=True)),
    Column("begins_period", Boolean, nullable=False),
    Column("number", Integer),
    Column("to_plan_id", Text, ForeignKey("plans.id"), nullable=False),
    Column("credit_used", Integer, nullable=False, server_default="0"),
    Column("took_effect", Boolean, nullable=False, server_default="false"),
)
Index(
    "subscription_charges_one_try",
    subscription_charges.c.subscription_id,
    subscription_charges.c.period_starts_at,
    subscription_charges.c.number,
    unique=True,
    postgresql_where=text("number IS NOT NULL"),
)
Index(
    "subscription_charges_one_payment",
    subscription_charges.c.subscription_id,
    subscription_charges.c.period_starts_at,
    unique=True,
    postgresql_where=text("begins_period AND took_effect"),
)
Index("subscription_charges_subscription", subscription_charges.c.subscription_id)

proration_credits = Table(
    "proration_credits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subscription_id", Text, ForeignKey("subscriptions.id"), nullable=False),
    Column("from_plan_id", Text, ForeignKey("plans.id"), nullable=False),
    Column("to_plan_id", Text, ForeignKey("plans.id"), nullable=False),
    Column("credit_amount", Integer, nullable=False, server_default="0"),
    Column("charged_amount", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True)),
)
Index("proration_credits_subscription", proration_credits.c.subscription_id)
