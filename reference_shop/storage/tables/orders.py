"""What is sold, what was ordered, and who changed an order."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)

from reference_shop.storage.tables import metadata

products = Table(
    "products",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("price", Integer, nullable=False),
    Column("currency", Text, nullable=False, server_default="usd"),
    Column("quantity", Integer, nullable=False, server_default="0"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("total", Integer, nullable=False),
    Column("currency", Text, nullable=False, server_default="usd"),
    Column("tracking_number", Text),
    Column("created_at", DateTime(timezone=True)),
)
Index("orders_user", orders.c.user_id)

order_items = Table(
    "order_items",
    metadata,
    Column("order_id", Text, ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Column("product_id", Text, ForeignKey("products.id"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", Integer, nullable=False),
)

order_audit_log = Table(
    "order_audit_log",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("order_id", Text, ForeignKey("orders.id"), nullable=False),
    Column("actor_id", Text, ForeignKey("users.id"), nullable=False),
    Column("action", Text, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
Index("order_audit_log_order", order_audit_log.c.order_id)
