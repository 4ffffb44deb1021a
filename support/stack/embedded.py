"""The stack that needs nothing but this process: real servers from wheels, the app in a thread."""

import contextlib
import logging
import os
import platform
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager

from support.database import activity
from support.database.connection import SuiteConnection
from support.settings import Settings
from support.stack import app_server, cache, programs
from support.stack.base import Capability, ProviderKeys, ProviderUrls
from support.stack.clock import FrozenClock
from support.stack.postgres import PostgresServer
from support.stack.server import HOST, Server
from support.stack.valkey import ValkeyServer

PROVIDER_URLS = ProviderUrls(  # names that can never exist: what reaches the network fails
    payments="https://payments.plumbline.invalid",
    email="https://email.plumbline.invalid",
    sms="https://sms.plumbline.invalid",
)
logger = logging.getLogger(__name__)


def new_keys() -> ProviderKeys:
    """Secrets in the vendors' form, made anew."""
    return ProviderKeys(
        payment_api_key=f"sk_test_{secrets.token_hex(16)}",
        webhook_secret=f"whsec_{secrets.token_hex(16)}",
        email_api_key=f"SG.{secrets.token_hex(16)}",
        sms_account_sid=f"AC{secrets.token_hex(16)}",
        sms_auth_token=secrets.token_hex(16),
    )


class ServerFaults:
    """Stops and starts the two servers, and cuts what hangs on the database at `database_url`."""

    def __init__(self, database: Server, token_store: Server, database_url: str) -> None:
        self._database = database
        self._token_store = token_store
        self._database_url = database_url

    def stop_database(self) -> None:
        """Shut the database down; connections end."""
        self._database.stop()

    def kill_database(self) -> None:
        """End the database without any warning (SIGKILL): it has no time to put anything in order."""
        self._database.kill()

    def cut_database_connections(self) -> None:
        """End all connections to the database but the suite's own; it goes on and takes new ones."""
        suite = SuiteConnection(self._database_url)
        try:
            suite.run(activity.end_other_sessions)
        finally:
            suite.close()

    def start_database(self) -> None:
        """Bring the database back, on the same port, and wait until it answers."""
        self._database.start()

    def stop_token_store(self) -> None:
        """Shut the token store down; what it held is lost."""
        self._token_store.stop()

    def start_token_store(self) -> None:
        """Bring the token store back, empty, on the same port, and wait until it answers."""
        self._token_store.start()

    def heal(self) -> None:
        """Bring back everything that is down and wait until it answers."""
        self._database.start()
        self._token_store.start()


class EmbeddedStack:
    """PostgreSQL and Valkey as child processes, the app and the clock in this process.

    One at a time in a process: the clock and the environment variables are the process's.
    """

    name = "embedded"
    capabilities = frozenset(Capability)

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cleanup = ExitStack()
        self._app: app_server.AppServer | None = None
        self.clock = FrozenClock()
        self._log = app_server.AppLog(self.clock.now)
        self.provider_urls = PROVIDER_URLS
        self.provider_keys = new_keys()
        self.database_url = ""
        self.token_store_url = ""
        self.versions: Mapping[str, str] = {}

    @property
    def base_url(self) -> str:
        """Where the app answers."""
        if self._app is None:
            raise RuntimeError("the stack is not running: start() comes first")
        return self._app.base_url

    @property
    def faults(self) -> ServerFaults:
        """The switches that break and mend the app's stores."""
        return self._faults

    def start(self) -> None:
        """Start everything and wait until the app is healthy. Raises PlumblineError."""
        try:
            self._start_servers()
            self._start_app()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything. Idempotent, never raises."""
        try:
            self._cleanup.close()
        except Exception:
            logger.exception("The stack did not stop in order.")
        self._app = None

    def app_log(self, lines: int) -> list[str]:
        """The last lines that the app logged, oldest first, each with the app's time."""
        return self._log.last(lines)

    def replica(self) -> AbstractContextManager[str]:
        """Run a second copy of the app with a worker of its own; yields its base URL."""
        return self._replica()

    @contextmanager
    def _replica(self) -> Iterator[str]:
        app = app_server.make_app(self._settings.app)
        with app_server.listen(0) as listener:
            server = app_server.AppServer(app, self._settings.app, listener, self._log)
            try:
                server.start()
                yield server.base_url
            finally:
                server.stop()

    def _start_servers(self) -> None:
        account = cache.servers_account()
        found = programs.find(self._settings.cache_dir.absolute(), self._settings.postgres_bin, account)
        slot = cache.take_slot(found.cache, account)
        self._cleanup.callback(slot.release)
        postgres = PostgresServer(slot, found.postgres, found.initdb, found.postgres_version)
        valkey = ValkeyServer(slot, found.valkey, found.valkey_version)
        self._cleanup.callback(postgres.stop)
        self._cleanup.callback(valkey.stop)
        with ThreadPoolExecutor(1) as beside:
            token_store = beside.submit(valkey.start)
            postgres.start()
            self.database_url = postgres.create_database()
            token_store.result()
        self.token_store_url = valkey.url
        self._faults = ServerFaults(postgres, valkey, self.database_url)
        self.versions = {
            "PostgreSQL": found.postgres_version,
            "Valkey": found.valkey_version,
            "Python": platform.python_version(),
        }

    def _start_app(self) -> None:
        listener = self._cleanup.enter_context(app_server.listen(self._settings.app_port))
        self._cleanup.enter_context(_environment(self._variables(listener.getsockname()[1])))
        # Imported in real time, for a library may derive from `date`, which freezegun's does not bear;
        # started in the app's time, so that migrations and the worker see it.
        app = app_server.make_app(self._settings.app)
        self.versions = {**self.versions, "app": str(getattr(app, "version", "unknown"))}
        self.clock.start(self._settings.first_day)
        self._cleanup.callback(self.clock.stop)
        self._cleanup.enter_context(app_server.logging_to(self._log))
        server = app_server.AppServer(app, self._settings.app, listener, self._log)
        self._cleanup.callback(server.stop)
        server.start()
        self._app = server

    def _variables(self, port: int) -> dict[str, str]:
        """The settings of the contract's General section."""
        urls, keys = self.provider_urls, self.provider_keys
        message_timeout = str(self._settings.message_timeout_s)
        return {
            "PORT": str(port),
            "APP_PUBLIC_URL": f"http://{HOST}:{port}",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.token_store_url,
            "PAYMENT_API_URL": urls.payments,
            "EMAIL_API_URL": urls.email,
            "SMS_API_URL": urls.sms,
            "PAYMENT_TIMEOUT_S": str(self._settings.payment_timeout_s),
            "EMAIL_TIMEOUT_S": message_timeout,
            "SMS_TIMEOUT_S": message_timeout,
            "PAYMENT_API_KEY": keys.payment_api_key,
            "PAYMENT_WEBHOOK_SECRET": keys.webhook_secret,
            "EMAIL_API_KEY": keys.email_api_key,
            "SMS_ACCOUNT_SID": keys.sms_account_sid,
            "SMS_AUTH_TOKEN": keys.sms_auth_token,
            "SESSION_SECRET": secrets.token_hex(32),
            "WORKER_INTERVAL_MS": "50",
            "RECONCILE_GRACE_S": "60",
            # As cheap as argon2 allows: hashing is not what is tested.
            "ARGON2_TIME_COST": "1",
            "ARGON2_MEMORY_COST": "8",
            "ARGON2_PARALLELISM": "1",
        }


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for as long as the app runs."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                with contextlib.suppress(KeyError):
                    del os.environ[name]
            else:
                os.environ[name] = value
