"""Time as the business feels it: it passes for the app and for what the token store forgets."""

from datetime import datetime, timedelta

from support.database.token_store import TokenStore
from support.errors import PlumblineError
from support.stack.base import Clock


class Time:
    """Lets time pass without waiting for it."""

    def __init__(self, clock: Clock, token_store: TokenStore) -> None:
        self._clock = clock
        self._token_store = token_store

    def let_pass(self, lapse: timedelta) -> None:
        """Move the app's clock on, and let the token store forget what expires in the meantime."""
        self._clock.advance(lapse)
        self._token_store.age(lapse)

    def go_to(self, instant: datetime) -> None:
        """Let time pass until `instant` (aware), which must not be in the past."""
        lapse = instant - self.now()
        if lapse < timedelta():
            raise PlumblineError(f"It is {self.now():%-d %B %Y} already: time does not go back.")
        self.let_pass(lapse)

    def now(self) -> datetime:
        """Return the app's time."""
        return self._clock.now()
