"""Subscriptions: plans, who subscribes to them, what each charge is for, and credit of plan changes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables, and let a refund tell what it is for."""
    _plans()
    _subscriptions()
    _subscription_charges()
    _proration_credits()
    _causes_of_refunds()


def _instant(name: str, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("price", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False, server_default="usd"),
        sa.Column("period_days", sa.Integer, nullable=False),
        sa.CheckConstraint("price > 0", name="plans_price"),
        sa.CheckConstraint("period_days > 0", name="plans_period_days"),
    )


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("plan_id", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="activating"),
        _instant("period_started_at"),
        _instant("renewal_date"),
        _instant("cancelled_at"),
        sa.Column("credit_balance", sa.Integer, nullable=False, server_default="0"),
        sa.Column("card_token", sa.Text),
        sa.Column("declines", sa.Integer, nullable=False, server_default="0"),
        _instant("first_declined_at"),
        _instant("next_renewal_at"),
        _instant("created_at"),
        sa.CheckConstraint(
            "status IN ('activating', 'active', 'past_due', 'cancelled')", name="subscriptions_status"
        ),
        sa.CheckConstraint("credit_balance >= 0", name="subscriptions_credit_balance"),
        sa.CheckConstraint(
            "status NOT IN ('active', 'past_due') OR (period_started_at IS NOT NULL AND "
            "renewal_date IS NOT NULL AND next_renewal_at IS NOT NULL AND card_token IS NOT NULL)",
            name="subscriptions_living",
        ),
    )
    op.create_index(
        "subscriptions_one_each",
        "subscriptions",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('activating', 'active', 'past_due')"),
    )
    op.create_index("subscriptions_user", "subscriptions", ["user_id"])
    op.create_index(
        "subscriptions_due",
        "subscriptions",
        ["next_renewal_at"],
        postgresql_where=sa.text("status IN ('active', 'past_due')"),
    )


def _subscription_charges() -> None:
    op.create_table(
        "subscription_charges",
        sa.Column("payment_attempt_id", sa.Text, sa.ForeignKey("payment_attempts.id"), primary_key=True),
        sa.Column("subscription_id", sa.Text, nullable=False),
        _instant("period_starts_at"),
        sa.Column("begins_period", sa.Boolean, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("to_plan_id", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("credit_used", sa.Integer, nullable=False, server_default="0"),
        sa.Column("took_effect", sa.Boolean, nullable=False, server_default="false"),
    )
    # Two workers cannot both begin the same try to renew, …
    op.create_index(
        "subscription_charges_one_try",
        "subscription_charges",
        ["subscription_id", "period_starts_at", "number"],
        unique=True,
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    # … and no period is paid for twice, whoever learns of the payment.
    op.create_index(
        "subscription_charges_one_payment",
        "subscription_charges",
        ["subscription_id", "period_starts_at"],
        unique=True,
        postgresql_where=sa.text("begins_period AND took_effect"),
    )
    op.create_index("subscription_charges_subscription", "subscription_charges", ["subscription_id"])
    op.create_index(
        "payment_attempts_open_subscription",
        "payment_attempts",
        ["subscription_id"],
        postgresql_where=sa.text("status IN ('pending', 'unknown')"),
    )


def _proration_credits() -> None:
    op.create_table(
        "proration_credits",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subscription_id", sa.Text, sa.ForeignKey("subscriptions.id"), nullable=False),
        sa.Column("from_plan_id", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("to_plan_id", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("credit_amount", sa.Integer, nullable=False, server_default="0"),
        sa.Column("charged_amount", sa.Integer, nullable=False, server_default="0"),
        _instant("created_at"),
        sa.CheckConstraint("credit_amount >= 0", name="proration_credits_credit_amount"),
        sa.CheckConstraint("charged_amount >= 0", name="proration_credits_charged_amount"),
    )
    op.create_index("proration_credits_subscription", "proration_credits", ["subscription_id"])


def _causes_of_refunds() -> None:
    op.add_column("refunds", sa.Column("cause", sa.Text))
