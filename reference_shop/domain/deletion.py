"""Deleting an account: the row stays for the books, everything personal goes."""

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.domain import links, lockout, outbox, subscription_cancellation, subscriptions, users
from reference_shop.domain.accounts import bad_credentials
from reference_shop.domain.idempotency import in_progress
from reference_shop.domain.payment_attempts import OPEN
from reference_shop.domain.users import User
from reference_shop.shop import Shop
from reference_shop.storage.tables.accounts import invitations, onboarding_profiles, project_members
from reference_shop.storage.tables.accounts import users as users_table
from reference_shop.storage.tables.payments import payment_attempts

NO_PASSWORD = "!"  # noqa: S105  no hash looks like this, so no password matches it


def delete_account(shop: Shop, user: User, password: str) -> None:
    """Cancel what the user still pays for, make the account anonymous, end its sessions and free its address.

    Raises 401 `bad_credentials` where the password is wrong, 409 `in_progress` while the outcome of one of
    the user's payments is not known, 502 `refund_refused`, and 502 to 504 for the provider's trouble; the
    account is then kept.
    """
    with shop.database.transaction() as connection:
        held = users.find(connection, user.id)
        if held is None or not shop.passwords.matches(password, held.password_hash):
            raise bad_credentials()
        _refuse_open_payments(connection, held)
    subscription_cancellation.cancel_whatever_lives(shop, held)
    shop.database.run(lambda connection: _delete(connection, held))


def _delete(connection: Connection, seen: User) -> None:
    held = users.find(connection, seen.id, lock=True)
    if held is None or held.password_hash != seen.password_hash:
        raise bad_credentials()
    _refuse_open_payments(connection, held)
    if subscriptions.of_user(connection, held.id) is not None:  # subscribed meanwhile
        raise in_progress()
    _forget(connection, held)


def _refuse_open_payments(connection: Connection, user: User) -> None:
    is_open = and_(payment_attempts.c.user_id == user.id, payment_attempts.c.status.in_(OPEN))
    if connection.scalar(select(exists().where(is_open))):
        raise in_progress()


def _forget(connection: Connection, user: User) -> None:
    placeholder = f"{user.id}@deleted.invalid"
    connection.execute(
        update(users_table)
        .where(users_table.c.id == user.id)
        .values(
            email=placeholder,
            full_name="Deleted user",
            phone_number=None,
            password_hash=NO_PASSWORD,
            session_epoch=user.session_epoch + 1,
            deleted_at=clock.now(),
        )
    )
    connection.execute(delete(onboarding_profiles).where(onboarding_profiles.c.user_id == user.id))
    connection.execute(delete(project_members).where(project_members.c.user_id == user.id))
    connection.execute(
        update(invitations)
        .where(func.lower(invitations.c.email) == func.lower(user.email))
        .values(email=placeholder)
    )
    links.forget_owner(connection, user.id)
    lockout.forget(connection, user.email)
    outbox.forget_user(connection, user, placeholder)
