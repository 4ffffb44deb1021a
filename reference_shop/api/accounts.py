"""Signing up, logging in, and what one does with an account."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from reference_shop.api.dependencies import CurrentAdmin, CurrentUser, Id, TheShop
from reference_shop.api.schemas import (
    Address,
    Answer,
    Instant,
    Line,
    NewPassword,
    Nothing,
    RequestBody,
    refusals,
)
from reference_shop.domain import accounts, deletion

router = APIRouter(tags=["accounts"])

LONGEST_BAN_H = 100 * 366 * 24

LINK_REFUSALS = refusals({400: "malformed_json, malformed_token, invalid_token", 410: "token_expired"})


class Registration(RequestBody):
    """Who signs up."""

    email: Address
    password: NewPassword
    full_name: Line


class Registered(Answer):
    """The new account."""

    user_id: str
    email: str
    email_verified: bool


class LinkToken(RequestBody):
    """The token of a link in an e-mail."""

    token: str


class SomeAddress(RequestBody):
    """An address of which nothing is told, be it known, unknown or none at all."""

    email: str


class Credentials(RequestBody):
    """Who logs in."""

    email: str
    password: str


class SessionToken(Answer):
    """A session: to be sent as a bearer token."""

    token: str


class PasswordReset(LinkToken):
    """The token of the link, and the password to set."""

    password: NewPassword


class Ban(RequestBody):
    """How long somebody is kept out."""

    hours: Annotated[float, Field(gt=0, le=LONGEST_BAN_H, allow_inf_nan=False)]


class Banned(Answer):
    """Until when somebody is kept out."""

    user_id: str
    banned_until: Instant


class Profile(RequestBody):
    """What a user tells about the company."""

    company_name: Line
    industry: Line
    team_size: Literal["1-9", "10-50", "51-200", "201+"]


class Onboarded(Answer):
    """The profile is complete."""

    onboarded: bool


class Farewell(RequestBody):
    """The password, to make sure."""

    password: str


@router.post("/auth/register", status_code=201, responses=refusals({409: "email_taken"}))
def register(shop: TheShop, body: Registration) -> Registered:
    """Sign up; a link to verify the address follows by e-mail."""
    user_id = accounts.register(shop, body.email, body.password, body.full_name)
    return Registered(user_id=user_id, email=body.email, email_verified=False)


@router.post("/auth/verify-email", responses=LINK_REFUSALS)
def verify_email(shop: TheShop, body: LinkToken) -> SessionToken:
    """Verify the address by the link's token, and log in."""
    return SessionToken(token=accounts.verify_email(shop, body.token))


@router.post("/auth/resend-verification", status_code=202)
def resend_verification(shop: TheShop, body: SomeAddress) -> Nothing:
    """Send another link to an address that is yet to be verified."""
    accounts.resend_verification(shop, body.email)
    return Nothing()


@router.post(
    "/auth/login",
    responses=refusals({401: "bad_credentials", 403: "email_not_verified, banned", 429: "too_many_attempts"}),
)
def log_in(shop: TheShop, body: Credentials) -> SessionToken:
    """Begin a session."""
    return SessionToken(token=accounts.log_in(shop, body.email, body.password))


@router.post("/auth/forgot-password", status_code=202)
def forgot_password(shop: TheShop, body: SomeAddress) -> Nothing:
    """Send a link for choosing a new password."""
    accounts.forgot_password(shop, body.email)
    return Nothing()


@router.post("/auth/reset-password", responses=LINK_REFUSALS)
def reset_password(shop: TheShop, body: PasswordReset) -> Nothing:
    """Choose a new password by the link's token; old sessions end."""
    accounts.reset_password(shop, body.token, body.password)
    return Nothing()


@router.post(
    "/admin/users/{user_id}/ban",
    responses=refusals({401: "unauthorized", 403: "forbidden, banned", 404: "not_found"}),
)
def ban(shop: TheShop, admin: CurrentAdmin, user_id: Id, body: Ban) -> Banned:
    """Keep a user out for some hours."""
    return Banned(user_id=user_id, banned_until=accounts.ban(shop, user_id, timedelta(hours=body.hours)))


@router.post(
    "/onboarding/complete",
    responses=refusals({401: "unauthorized", 403: "banned", 409: "already_onboarded"}),
)
def complete_onboarding(shop: TheShop, user: CurrentUser, body: Profile) -> Onboarded:
    """Complete the profile."""
    accounts.complete_onboarding(shop, user, body.company_name, body.industry, body.team_size)
    return Onboarded(onboarded=True)


@router.delete(
    "/account",
    status_code=204,
    responses=refusals(
        {
            401: "unauthorized, bad_credentials",
            403: "banned",
            409: "in_progress while a payment's outcome is not known",
            502: "refund_refused, payment_provider_error: the account and its subscription stay",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout",
        }
    ),
)
def delete_account(shop: TheShop, user: CurrentUser, body: Farewell) -> None:
    """Delete the account for good; an active subscription is cancelled and its unused days are paid back."""
    deletion.delete_account(shop, user, body.password)
