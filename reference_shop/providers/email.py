"""The e-mail provider, by SendGrid's v3 interface."""

from urllib.parse import urlsplit

from reference_shop.providers import http
from reference_shop.settings import Settings

SENDER_NAME = "The Shop"


class EmailProvider:
    """Sends plain-text e-mails."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.email_api_url}/v3/mail/send"
        self._auth = http.BearerAuth(settings.email_api_key)
        self._timeout_s = settings.email_timeout_s
        self._sender = f"no-reply@{urlsplit(settings.app_public_url).hostname}"

    def send(self, recipient: str, subject: str, body: str) -> None:
        """Hand a message to the provider. Raises providers.http.ProviderTrouble."""
        message = {
            "personalizations": [{"to": [{"email": recipient}]}],
            "from": {"email": self._sender, "name": SENDER_NAME},
            "subject": subject,
            "content": [{"type": "text/plain", "value": body}],
        }
        http.call("POST", self._url, timeout_s=self._timeout_s, auth=self._auth, json=message)
