"""Accounts: signing up, proving an address, logging in, passwords and bans."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.engine import Connection

from reference_shop import clock, ids
from reference_shop.domain import links, lockout, sessions, users
from reference_shop.domain.outbox import queue_email
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, not_found
from reference_shop.shop import Shop
from reference_shop.storage.database import insert_new
from reference_shop.storage.tables.accounts import onboarding_profiles
from reference_shop.storage.tables.accounts import users as users_table


def register(shop: Shop, email: str, password: str, full_name: str) -> str:
    """Store a new, unverified user with the link that will verify the address; return the user's id.

    All or nothing, the token store's part included. Raises 409 `email_taken`.
    """
    user_id, password_hash = ids.new("usr"), shop.passwords.hash(password)
    new_user = {
        "id": user_id,
        "email": email,
        "full_name": full_name,
        "password_hash": password_hash,
        "created_at": clock.now(),
    }
    with shop.database.transaction() as connection:
        if not insert_new(connection, users_table, **new_user):
            raise ShopError(409, "email_taken", "There is an account with this e-mail address already.")
        _send_verification(shop, connection, user_id, email, full_name)
    shop.worker.nudge()
    return user_id


def resend_verification(shop: Shop, email: str) -> None:
    """Send a new link to somebody who has yet to verify the address; the older ones are void."""
    with shop.database.transaction() as connection:
        user = users.find_by_address(connection, email, lock=True)
        if user is None or user.email_verified:
            return
        _send_verification(shop, connection, user.id, user.email, user.full_name)
    shop.worker.nudge()


def _send_verification(shop: Shop, connection: Connection, user_id: str, email: str, full_name: str) -> None:
    link = links.issue(shop, connection, links.VERIFY, user_id)
    queue_email(connection, user_id, email, "verify_email", full_name=full_name, link=link)


def verify_email(shop: Shop, token: str) -> str:
    """Mark the address as verified and log the user in; return the session's token."""
    with shop.database.transaction() as connection:
        user = _use_link(shop, connection, links.VERIFY, token)
        _change(connection, user.id, email_verified=True)
    return _new_session(shop, user)


def _use_link(shop: Shop, connection: Connection, purpose: links.Purpose, token: str) -> User:
    link = links.find(connection, purpose, token)
    user = users.find(connection, link.owner_id, lock=True)
    if user is None:
        raise links.invalid_token()
    links.use(shop, connection, link)
    return user


def log_in(shop: Shop, email: str, password: str) -> str:
    """Return a new session's token.

    Looked at in this order: 429 `too_many_attempts`, 401 `bad_credentials`, 403 `banned`,
    403 `email_not_verified`. A right password does not clear the count of wrong ones.
    """
    with shop.database.transaction() as connection:
        lockout.take_turn(connection, email)
        now = clock.now()
        lockout.refuse_locked_out(connection, email, now)
        user = users.find_by_address(connection, email)
        right = shop.passwords.matches(password, user.password_hash if user else None)
        if not right:
            lockout.count_wrong(connection, email, now)
    if user is None or not right:
        raise bad_credentials()
    users.refuse_banned(user, now)
    if not user.email_verified:
        raise ShopError(403, "email_not_verified", "Please confirm your e-mail address first.")
    return _new_session(shop, user)


def bad_credentials() -> ShopError:
    """The password is wrong or the address unknown, which is told alike."""
    return ShopError(401, "bad_credentials", "The e-mail address or the password is wrong.")


def _new_session(shop: Shop, user: User) -> str:
    return sessions.issue(shop.settings.session_secret, user, clock.now())


def forgot_password(shop: Shop, email: str) -> None:
    """Send a link for choosing a new password, if the address is known."""
    with shop.database.transaction() as connection:
        user = users.find_by_address(connection, email, lock=True)
        if user is None:
            return
        link = links.issue(shop, connection, links.RESET, user.id)
        queue_email(connection, user.id, user.email, "reset_password", full_name=user.full_name, link=link)
    shop.worker.nudge()


def reset_password(shop: Shop, token: str, password: str) -> None:
    """Set a new password and end all sessions."""
    password_hash = shop.passwords.hash(password)
    with shop.database.transaction() as connection:
        user = _use_link(shop, connection, links.RESET, token)
        _change(connection, user.id, password_hash=password_hash, session_epoch=user.session_epoch + 1)


def ban(shop: Shop, user_id: str, length: timedelta) -> datetime:
    """Keep a user out from now on; return until when. Raises 404 `not_found`."""
    until = clock.now() + length
    with shop.database.transaction() as connection:
        if users.find(connection, user_id, lock=True) is None:
            raise not_found("user")
        _change(connection, user_id, banned_until=until)
    return until


def complete_onboarding(shop: Shop, user: User, company_name: str, industry: str, team_size: str) -> None:
    """Store what a user tells about the company. Raises 409 `already_onboarded`."""
    profile = {
        "user_id": user.id,
        "company_name": company_name,
        "industry": industry,
        "team_size": team_size,
        "completed_at": clock.now(),
    }
    with shop.database.transaction() as connection:
        if not insert_new(connection, onboarding_profiles, **profile):
            raise ShopError(409, "already_onboarded", "You have told us about your company already.")


def _change(connection: Connection, user_id: str, **values: object) -> None:
    connection.execute(update(users_table).where(users_table.c.id == user_id).values(values))
