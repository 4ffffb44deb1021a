"""The SMS provider, by Twilio's Messages interface: form-encoded requests, JSON answers."""

from requests.auth import HTTPBasicAuth

from reference_shop.providers import http
from reference_shop.settings import Settings


class SmsProvider:
    """Sends text messages."""

    def __init__(self, settings: Settings) -> None:
        account = settings.sms_account_sid
        self._url = f"{settings.sms_api_url}/2010-04-01/Accounts/{account}/Messages.json"
        self._auth = HTTPBasicAuth(account, settings.sms_auth_token)
        self._timeout_s = settings.sms_timeout_s
        self._sender = settings.sms_sender

    def send(self, recipient: str, body: str) -> None:
        """Hand a message to the provider. Raises providers.http.ProviderTrouble."""
        form = {"To": recipient, "From": self._sender, "Body": body}
        http.call("POST", self._url, timeout_s=self._timeout_s, auth=self._auth, data=form)
