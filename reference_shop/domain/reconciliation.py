"""Finding out what became of charges whose answer was lost, by asking the provider for them.

An attempt whose request died (the process was killed, the database was lost after the charge) counts as
unknown since it was started. A check is claimed by setting the next one, so that two workers seldom ask at
once; the attempt is settled under its lock, so that it happens once even then.
"""

import logging
from datetime import datetime, timedelta

from reference_shop import clock
from reference_shop.domain import payment_attempts, payment_settlement, payments
from reference_shop.domain.payment_attempts import Attempt
from reference_shop.providers.http import ProviderTrouble
from reference_shop.providers.payment import CardDeclined, Charge
from reference_shop.shop import Shop

log = logging.getLogger(__name__)

AT_ONCE = 20
LONGEST_REST = timedelta(minutes=1)
LEASE_MARGIN = timedelta(seconds=10)


def settle_unknown_payments(shop: Shop) -> None:
    """Settle what can be settled now. A provider in trouble is left alone until the next round."""
    _notice_orphans(shop)
    for _ in range(AT_ONCE):
        if shop.worker.stopping:
            return
        attempt = _next_check(shop)
        if attempt is None or not _check(shop, attempt):
            return


def _notice_orphans(shop: Shop) -> None:
    # Two time-outs: one to connect, one to be answered.
    lease = 2 * timedelta(seconds=shop.settings.payment_timeout_s) + LEASE_MARGIN
    with shop.database.transaction() as connection:
        for attempt in payment_attempts.pending(connection):
            # In this order: a run that ended well has committed before it counts as ended.
            orphaned = not payment_attempts.goes_on(attempt, lease)
            if orphaned and payment_attempts.lock_open(connection, attempt):
                payment_attempts.mark_unknown(connection, attempt, since=attempt.started_at)


def _next_check(shop: Shop) -> Attempt | None:
    with shop.database.transaction() as connection:
        attempt = payment_attempts.next_unknown(connection)
        if attempt is not None:
            payment_attempts.postpone_check(connection, attempt, _check_after_next(shop, attempt))
        return attempt


def _check_after_next(shop: Shop, attempt: Attempt) -> datetime:
    """Rest twice as long after each check, but look when the time of grace ends."""
    now, grace_ends = clock.now(), _grace_ends(shop, attempt)
    rest = min(payment_attempts.FIRST_CHECK_AFTER * (1 << min(attempt.checks, 10)), LONGEST_REST)
    return min(now + rest, grace_ends) if now < grace_ends else now + rest


def _grace_ends(shop: Shop, attempt: Attempt) -> datetime:
    assert attempt.unknown_since is not None
    return attempt.unknown_since + timedelta(seconds=shop.settings.reconcile_grace_s)


def _check(shop: Shop, attempt: Attempt) -> bool:
    """Ask for one attempt's charge and settle it; False if the provider is in trouble."""
    grace_is_over = clock.now() >= _grace_ends(shop, attempt)
    try:
        charge = shop.payment_provider.find_charge(attempt.id)
    except ProviderTrouble as trouble:
        log.warning("payment attempt %s stays unknown: %s", attempt.id, trouble)
        return False
    outcome = payments.outcome_of(charge) if charge else None
    if isinstance(outcome, Charge | CardDeclined):
        payments.conclude(shop.database, attempt, outcome)
    elif outcome is None and grace_is_over:
        shop.database.run(lambda connection: payment_settlement.give_up(connection, attempt))
    return True
