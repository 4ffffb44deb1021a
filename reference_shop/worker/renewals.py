"""Renewing whatever is due."""

from reference_shop.domain import renewals
from reference_shop.shop import Shop

AT_ONCE = 20


def renew_subscriptions(shop: Shop) -> None:
    """Renew the subscriptions that are due, each for as many periods as have elapsed."""
    with shop.database.transaction() as connection:
        due = renewals.due(connection, AT_ONCE)
    for subscription_id in due:
        while not shop.worker.stopping and renewals.renew(shop, subscription_id):
            pass
    if due:
        shop.worker.nudge()  # for what is now in the outbox
