"""Orders: products, what was ordered, who changed it, and payments that came too late to be kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, and let a payment wait to be paid back."""
    _products()
    _orders()
    _order_items()
    _order_audit_log()
    _late_payments()


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("price", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False, server_default="usd"),
        sa.Column("quantity", sa.Integer, nullable=False, server_default="0"),
        sa.CheckConstraint("price > 0", name="products_price"),
        sa.CheckConstraint("quantity >= 0", name="products_quantity"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False, server_default="usd"),
        sa.Column("tracking_number", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "status IN ('pending', 'confirmed', 'packed', 'shipped', 'delivered', 'cancelled')",
            name="orders_status",
        ),
        sa.CheckConstraint("total > 0", name="orders_total"),
    )
    op.create_index("orders_user", "orders", ["user_id"])


def _order_items() -> None:
    op.create_table(
        "order_items",
        sa.Column("order_id", sa.Text, sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("product_id", sa.Text, sa.ForeignKey("products.id"), primary_key=True),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_price", sa.Integer, nullable=False),
        sa.CheckConstraint("quantity > 0", name="order_items_quantity"),
    )


def _order_audit_log() -> None:
    op.create_table(
        "order_audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("order_id", sa.Text, sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("actor_id", sa.Text, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("order_audit_log_order", "order_audit_log", ["order_id"])


def _late_payments() -> None:
    op.add_column("payments", sa.Column("pay_back_at", sa.DateTime(timezone=True)))
    op.create_index(
        "payments_pay_back",
        "payments",
        ["pay_back_at"],
        postgresql_where=sa.text("pay_back_at IS NOT NULL"),
    )
    op.create_index("payments_order", "payments", ["order_id"])
