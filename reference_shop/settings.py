"""The shop's settings, all from the environment, checked before anything is started."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting is missing or malformed; the sentence names it."""


@dataclass(frozen=True)
class Settings:
    """What an operator decides. Each field is the environment variable of the same name in upper case."""

    database_url: str
    """PostgreSQL, as libpq takes it: postgresql://…"""
    redis_url: str
    """Token store: redis://…"""
    session_secret: str
    payment_api_key: str
    payment_webhook_secret: str
    email_api_key: str
    sms_account_sid: str
    sms_auth_token: str
    sms_sender: str
    """The number that text messages come from; unless it is set, the one of the vendor's test mode."""
    app_public_url: str
    """Where customers reach the shop's pages; links in e-mails begin with it."""
    payment_api_url: str
    email_api_url: str
    sms_api_url: str
    payment_timeout_s: float
    email_timeout_s: float
    sms_timeout_s: float
    worker_interval_ms: int
    """How long the worker rests when nobody wakes it."""
    reconcile_grace_s: float
    """How long a payment that the provider does not know may stay unknown."""
    argon2_time_cost: int
    argon2_memory_cost: int
    """In KiB."""
    argon2_parallelism: int
    host: str
    port: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read all settings. Raises SettingsError naming the first that is missing or malformed."""
        read = _Reader(environment)
        return cls(
            database_url=read.url("DATABASE_URL", schemes=("postgresql", "postgres")),
            redis_url=read.url("REDIS_URL", schemes=("redis", "rediss", "unix")),
            session_secret=read.text("SESSION_SECRET"),
            payment_api_key=read.text("PAYMENT_API_KEY"),
            payment_webhook_secret=read.text("PAYMENT_WEBHOOK_SECRET"),
            email_api_key=read.text("EMAIL_API_KEY"),
            sms_account_sid=read.text("SMS_ACCOUNT_SID", ""),
            sms_auth_token=read.text("SMS_AUTH_TOKEN", ""),
            sms_sender=read.text("SMS_SENDER", "+15005550006"),
            app_public_url=read.url("APP_PUBLIC_URL"),
            payment_api_url=read.url("PAYMENT_API_URL", "https://api.stripe.com"),
            email_api_url=read.url("EMAIL_API_URL", "https://api.sendgrid.com"),
            sms_api_url=read.url("SMS_API_URL", "https://api.twilio.com"),
            payment_timeout_s=read.number("PAYMENT_TIMEOUT_S", 3.0),
            email_timeout_s=read.number("EMAIL_TIMEOUT_S", 3.0),
            sms_timeout_s=read.number("SMS_TIMEOUT_S", 3.0),
            worker_interval_ms=read.whole("WORKER_INTERVAL_MS", 50),
            reconcile_grace_s=read.number("RECONCILE_GRACE_S", 60.0),
            argon2_time_cost=read.whole("ARGON2_TIME_COST", 3),
            argon2_memory_cost=read.whole("ARGON2_MEMORY_COST", 65536),
            argon2_parallelism=read.whole("ARGON2_PARALLELISM", 4),
            host=read.text("HOST", "127.0.0.1"),
            port=read.whole("PORT", 8000),
        )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, default)
        if value is None or (value == "" and default is None):
            raise SettingsError(f"{name} is not set: the shop cannot start without it.")
        return value

    def url(self, name: str, default: str | None = None, schemes: tuple[str, ...] = ("http", "https")) -> str:
        value = self.text(name, default)
        if urlsplit(value).scheme not in schemes:
            raise SettingsError(f"{name} must be a URL that begins with {schemes[0]}://.")
        return value.rstrip("/")

    def number(self, name: str, default: float) -> float:
        text = self.text(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 < value < 86_400:
            raise SettingsError(f"{name} is {text!r}: it must be a number of seconds above 0.")
        return value

    def whole(self, name: str, default: int) -> int:
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise SettingsError(f"{name} is {text!r}: it must be a whole number above 0.")
        return int(text)
