"""Everything that a request or a job needs, made once at start."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reference_shop.domain.passwords import PasswordHasher
from reference_shop.providers.email import EmailProvider
from reference_shop.providers.payment import PaymentProvider
from reference_shop.providers.sms import SmsProvider
from reference_shop.settings import Settings
from reference_shop.storage.database import Database
from reference_shop.storage.token_store import TokenStore

if TYPE_CHECKING:
    from reference_shop.worker.loop import Worker


@dataclass
class Shop:
    """The settings, stores, providers and worker of one running copy."""

    settings: Settings
    database: Database
    token_store: TokenStore
    passwords: PasswordHasher
    payment_provider: PaymentProvider
    email_provider: EmailProvider
    sms_provider: SmsProvider
    worker: "Worker" = field(init=False)

    @classmethod
    def open(cls, settings: Settings) -> "Shop":
        """Make the shop from its settings; nothing is connected before it is used."""
        return cls(
            settings=settings,
            database=Database(settings.database_url),
            token_store=TokenStore(settings.redis_url),
            passwords=PasswordHasher(settings),
            payment_provider=PaymentProvider(settings),
            email_provider=EmailProvider(settings),
            sms_provider=SmsProvider(settings),
        )

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()
        self.token_store.close()
