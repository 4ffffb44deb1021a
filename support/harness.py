"""What behave's hooks do: start the stack once, clean before a scenario, look for leftovers after it."""

import gc
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from urllib.parse import urlsplit

from support import invariants, wait
from support import stack as stacks
from support.data import people
from support.data.factories import People
from support.database import leaks
from support.database.changes import ChangeWatch
from support.database.database import Database
from support.database.reset import Resetter
from support.database.snapshot import Snapshots
from support.database.token_store import TokenStore
from support.drivers import Drivers
from support.drivers.client import Client
from support.evidence import run
from support.evidence.meter import measure
from support.evidence.recorder import Evidence, Recorder
from support.evidence.redaction import register_secret
from support.invariants import Facts, Given
from support.providers import Providers
from support.settings import Settings
from support.stack.base import Stack
from support.world import World

NEEDS = "needs."
SETTLING_S = 2.0  # how long the app may take to finish what a scenario started
LOG_LINES = 40  # of the app's log, kept as evidence of a failure


class LeftBehind(AssertionError):
    """A scenario ended with work of its own still under way, or asked a third party what nobody modelled."""


class PromiseBroken(AssertionError):
    """Something does not hold at a scenario's end that must always hold."""


@dataclass
class Harness:
    """One run: the stack, the stub providers and the connections that all its scenarios share."""

    settings: Settings
    stack: Stack
    providers: Providers
    database: Database
    resetter: Resetter
    snapshots: Snapshots
    changes: ChangeWatch
    token_store: TokenStore
    client: Client
    recorder: Recorder
    mail_shown: int = 0

    @classmethod
    def start(cls, settings: Settings) -> "Harness":
        """Start the stack and the stubs. Whatever was started is stopped again if anything fails.

        Raises PlumblineError for what the person at the keyboard can mend.
        """
        people.everybody()  # a broken fixture is told before servers are started
        stack = stacks.create(settings)
        try:
            stack.start()
            _spare_the_collector()
            return cls._around(stack, settings)
        except BaseException:
            stack.stop()
            raise

    @classmethod
    def _around(cls, stack: Stack, settings: Settings) -> "Harness":
        _mask_secrets_of(stack)
        recorder = Recorder()
        snapshots = Snapshots(stack.database_url)
        providers = Providers(stack.clock.now, stack.provider_urls, stack.provider_keys)
        providers.start(passthrough=[stack.base_url])
        run.describe(run.RunFacts(settings.seed, stack.name, stack.versions))
        return cls(
            settings=settings,
            stack=stack,
            providers=providers,
            database=Database(stack.database_url, recorder.rows),
            resetter=Resetter(stack.database_url),
            snapshots=snapshots,
            changes=ChangeWatch(snapshots),
            token_store=TokenStore(stack.token_store_url),
            client=Client(stack.base_url, recorder),
            recorder=recorder,
        )

    def stop(self) -> None:
        """Stop everything that start() started, in the opposite order."""
        self.providers.release()
        self.database.close()
        self.resetter.close()
        self.snapshots.close()
        self.stack.stop()
        self.providers.stop()  # last: until the app is down, nothing it asks may reach the network

    def lacks(self, tags: Collection[str]) -> str | None:
        """Return why a scenario with these tags cannot run on this stack, or None."""
        needs = {tag.removeprefix(NEEDS) for tag in tags if tag.startswith(NEEDS)}
        missing = sorted(needs - {capability.value for capability in self.stack.capabilities})
        return f"the {self.stack.name} stack has no {' and no '.join(missing)}" if missing else None

    def begin(self) -> World:
        """Put the stack back to its first day, and return the world of a new scenario."""
        with measure("reset"):
            self.resetter.reset()
            self.token_store.empty()
            self.stack.clock.move_to(self.settings.first_day)
            self.providers.reset()
            self.database.inserted.clear()
            self.changes.begin(self.resetter.schema)
            self.recorder.drain()
            self.mail_shown = 0
            drivers = Drivers.on(
                self.client,
                self.database,
                self.token_store,
                self.stack,
                self.providers,
                self.settings.payment_timeout_s,
                self.changes,
            )
            return World(drivers, self.providers, People(self.settings.seed))

    def act_begins(self) -> None:
        """Remember what the database holds, so that it can be told what the When changed."""
        with measure("changes"):
            self.changes.act_begins()

    def evidence(self) -> Sequence[Evidence]:
        """Return what has happened since the last call: exchanges, rows, calls to third parties, and mail."""
        self.recorder.provider_calls(self.providers.journal.take_finished())
        for mail in self.providers.email.sent[self.mail_shown :]:
            self.recorder.mail(mail)
            self.mail_shown += 1
        return self.recorder.drain()

    def end(self, failed: bool) -> None:
        """Let the app finish what the scenario started, and heal what it broke.

        `failed` says that the scenario has failed already; its last words are then kept as evidence.
        Raises PromiseBroken or LeftBehind with what is wrong, in sentences.
        """
        with measure("leaks"):
            if failed:
                self.recorder.note("The app's log", "\n".join(self.stack.app_log(LOG_LINES)))
            self.stack.faults.heal()
            self.providers.recover()
            self.providers.release()
            end = self._settled()
            left = self._under_way(end) + self._unexpected()
        with measure("changes"):
            self.recorder.changes(self.changes.until(end.held), self.changes.since)
        with measure("invariants"):
            broken = invariants.breaches(end)
        told = f"This scenario left something behind. {' '.join(left)}" if left else ""
        if broken:
            raise PromiseBroken(f"What must always hold does not. {' '.join(broken)} {told}".strip())
        if left:
            raise LeftBehind(told)

    def _settled(self) -> Facts:
        """Wait until nothing is under way any more, and return what is there then, or after all this time."""
        seen: list[Facts] = []

        def quiet() -> bool:
            seen[:] = [self._facts()]
            return not self._under_way(seen[0])

        try:
            wait.until(quiet, SETTLING_S, "the app to finish")
        except wait.StillWaiting:
            self.snapshots.end_transactions()
        return seen[0]

    def _facts(self) -> Facts:
        before = Given.to(self.providers)
        held = self.snapshots.take()
        stock = {row["id"]: row["quantity"] for row in self.database.inserted.get("products", ())}
        return Facts(held, before, Given.to(self.providers), stock)

    def _unexpected(self) -> list[str]:
        return [call.unexpected for call in self.providers.journal.unexpected() if call.unexpected]

    def _under_way(self, facts: Facts) -> list[str]:
        in_flight = self.providers.journal.in_flight
        calls = [f"{in_flight} calls to third parties are still without an answer."] if in_flight else []
        return calls + leaks.find(facts.held, self.stack.clock.now())


def _spare_the_collector() -> None:
    """Leave what is loaded by now out of every later collection: a seventh of a run's time went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def _mask_secrets_of(stack: Stack) -> None:
    passwords = [urlsplit(url).password for url in (stack.database_url, stack.token_store_url)]
    for secret in (*astuple(stack.provider_keys), *passwords):
        if secret:
            register_secret(secret)
