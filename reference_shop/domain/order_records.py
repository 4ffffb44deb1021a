"""The rows behind orders, and taking turns on an order."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Row

from reference_shop import clock, ids
from reference_shop.domain.payment_lock import one_at_a_time
from reference_shop.domain.users import User
from reference_shop.shop import Shop
from reference_shop.storage.tables.orders import order_audit_log, order_items, orders

Status = Literal["pending", "confirmed", "packed", "shipped", "delivered", "cancelled"]


@dataclass(frozen=True)
class Order:
    """An order as it was read; `total` in minor units."""

    id: str
    user_id: str
    status: Status
    total: int
    currency: str
    tracking_number: str | None


COLUMNS = tuple(orders.c[name] for name in Order.__dataclass_fields__)


@contextmanager
def taking_turns(shop: Shop, order_id: str) -> Iterator[None]:
    """Keep others from changing the order until the block ends, also while a provider is asked.

    Raises 409 `in_progress` where the turn does not come in time: a cancellation may have to wait for another
    refund and then for its own.
    """
    patience_s = 2 * (shop.settings.payment_timeout_s + 1)
    with one_at_a_time(shop.database, f"order {order_id}", patience_s):
        yield


def add(
    connection: Connection,
    user_id: str,
    total: int,
    currency: str,
    pieces: Mapping[str, int],
    products: Mapping[str, Row[Any]],
) -> Order:
    """Put a pending order on record, with so many pieces of each of the products."""
    order = Order(ids.new("ord"), user_id, "pending", total, currency, tracking_number=None)
    connection.execute(insert(orders).values(**vars(order), created_at=clock.now()))
    connection.execute(
        insert(order_items),
        [
            {
                "order_id": order.id,
                "product_id": product_id,
                "quantity": count,
                "unit_price": products[product_id].price,
            }
            for product_id, count in pieces.items()
        ],
    )
    return order


def find(connection: Connection, order_id: str, lock: bool = False) -> Order | None:
    """Find an order by id; `lock` keeps the row to this transaction."""
    query = select(*COLUMNS).where(orders.c.id == order_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return Order(**row._mapping) if row else None


def items(connection: Connection, order_id: str) -> list[Row[Any]]:
    """Return the order's items by product."""
    query = select(order_items).where(order_items.c.order_id == order_id).order_by(order_items.c.product_id)
    return list(connection.execute(query))


def pieces(connection: Connection, order_id: str) -> dict[str, int]:
    """Return how many pieces of each product the order holds."""
    return {item.product_id: item.quantity for item in items(connection, order_id)}


def change(connection: Connection, order_id: str, **values: Any) -> None:
    """Change an order's row."""
    connection.execute(update(orders).where(orders.c.id == order_id).values(**values))


def remove(connection: Connection, order_id: str) -> None:
    """Delete an order that came to nothing; its items go with it."""
    connection.execute(delete(orders).where(orders.c.id == order_id))


def audit(connection: Connection, order: Order, actor: User, status: Status, **more: str) -> None:
    """Write down who takes the order from the status that it has to another one."""
    connection.execute(
        insert(order_audit_log).values(
            order_id=order.id,
            actor_id=actor.id,
            action="status_changed",
            changes={"from": order.status, "to": status, **more},
            created_at=clock.now(),
        )
    )
