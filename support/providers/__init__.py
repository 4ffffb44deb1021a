"""Stub third parties: payments (Stripe), e-mail (SendGrid), SMS (Twilio), and the journal of their calls."""

from collections.abc import Callable, Sequence
from datetime import datetime

from support.providers.email import EmailProvider, Mail
from support.providers.interception import Interception
from support.providers.journal import Journal, ProviderCall
from support.providers.payments import PaymentProvider, SignedEvent, Taken
from support.providers.sms import Sms, SmsProvider
from support.stack.base import ProviderKeys, ProviderUrls

__all__ = [
    "EmailProvider",
    "Journal",
    "Mail",
    "PaymentProvider",
    "ProviderCall",
    "Providers",
    "SignedEvent",
    "Sms",
    "SmsProvider",
    "Taken",
]


class Providers:
    """All third parties of one run. `now` gives the app's time (aware)."""

    def __init__(self, now: Callable[[], datetime], urls: ProviderUrls, keys: ProviderKeys) -> None:
        self.journal = Journal()
        self.payments = PaymentProvider(
            urls.payments, keys.payment_api_key, keys.webhook_secret, now, self.journal
        )
        self.email = EmailProvider(urls.email, keys.email_api_key, now, self.journal)
        self.sms = SmsProvider(urls.sms, keys.sms_account_sid, keys.sms_auth_token, now, self.journal)
        self._stubs = (self.payments, self.email, self.sms)
        self._interception = Interception(self._stubs, self.journal, now)

    def start(self, passthrough: Sequence[str] = ()) -> None:
        """Take the place of the network for this process; base URLs in `passthrough` still reach it."""
        for base_url in passthrough:
            self.let_through(base_url)
        self._interception.start()

    def let_through(self, base_url: str) -> None:
        """Let calls to one more address reach the network, such as a second copy of the app."""
        self._interception.let_through(base_url)

    def stop(self) -> None:
        """End all waiting and give the network back. Idempotent."""
        self.release()
        self._interception.stop()

    def reset(self) -> None:
        """As on the first day: no state, no scripts, an empty journal. Wakes whoever is kept waiting."""
        for stub in self._stubs:
            stub.reset()
        self.journal.reset()
        self._interception.forget_calls()

    def recover(self) -> None:
        """Let all third parties behave normally from now on."""
        for stub in self._stubs:
            stub.recover()

    def release(self) -> None:
        """Wake every call that is kept waiting, at once; each fails as if its time-out had passed."""
        for stub in self._stubs:
            stub.release()
