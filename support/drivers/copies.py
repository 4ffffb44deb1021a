"""Further copies of the shop that work on the same books."""

from collections.abc import Callable
from contextlib import ExitStack

from support.providers import Providers
from support.stack.base import Stack


class Copies:
    """Starts copies of the app beside the first."""

    def __init__(self, stack: Stack, providers: Providers) -> None:
        self._stack = stack
        self._providers = providers

    def start_another(self) -> Callable[[], None]:
        """Start one more copy with a worker of its own; return what stops it."""
        running = ExitStack()
        self._providers.let_through(running.enter_context(self._stack.replica()))
        return running.close
