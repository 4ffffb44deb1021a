"""What one can subscribe to."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from reference_shop.errors import not_found
from reference_shop.storage.database import Database
from reference_shop.storage.tables.subscriptions import plans


@dataclass(frozen=True)
class Plan:
    """A plan; its price, in minor units, pays for one period."""

    id: str
    price: int
    currency: str
    period_days: int


OFFERED = (Plan("basic_monthly", 2999, "usd", 30), Plan("pro_monthly", 9999, "usd", 30))

COLUMNS = tuple(plans.c[name] for name in Plan.__dataclass_fields__)


def offer(database: Database) -> None:
    """Make the plans that the shop offers; those that are there stay as they are."""
    with database.transaction() as connection:
        rows = [vars(plan) for plan in OFFERED]
        connection.execute(insert(plans).values(rows).on_conflict_do_nothing())


def find(connection: Connection, plan_id: str) -> Plan:
    """Find a plan. Raises 404 if there is none."""
    row = connection.execute(select(*COLUMNS).where(plans.c.id == plan_id)).one_or_none()
    if row is None:
        raise not_found("plan")
    return Plan(**row._mapping)
