"""Third parties as the business meets them: in trouble, in which way, and well again."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from support.data.values import pattern
from support.errors import PlumblineError
from support.providers import Providers

T = TypeVar("T")

PROVIDERS = {"the payment provider": "payments", "the e-mail provider": "email", "the SMS provider": "sms"}

TROUBLES: dict[str, tuple[str, dict[str, Any]]] = {
    "does not answer": ("be_slow", {}),
    "takes its time": ("be_slow", {"seconds": 0.01}),
    "takes long to answer": ("be_slow", {"seconds": 0.12}),  # two looks of the worker, less than a time-out
    "takes a moment": ("be_slow", {"seconds": 0.05}),
    "is down": ("be_down", {}),
    "has a fault": ("fail", {"status": 500}),
    "is overloaded": ("fail", {"status": 503}),
    "asks for fewer calls": ("fail", {"status": 429}),
    "does not accept the shop's key": ("fail", {"status": 401}),
    "does not let the shop in": ("fail", {"status": 403}),
    "is not where it should be": ("fail", {"status": 404}),
    "finds the address impossible": ("fail", {"status": 400}),
    "finds the number impossible": ("fail", {"status": 400}),
    "finds the message impossible": ("fail", {"status": 422}),
    "refuses refunds": ("refuse_refunds", {}),
    "declines every card": ("decline_next", {"code": "insufficient_funds", "times": None}),
    "takes the money but its answer never arrives": ("lose_the_answer", {}),
    "says no but its answer never arrives": ("lose_the_answer", {}),
    "hangs up after the work": ("drop_connection", {}),
}
"""What can be the matter, and by which verb of a stub it is played."""


@pattern("|".join(PROVIDERS))
def provider(words: str) -> str:
    """Read "the payment provider", "the e-mail provider" or "the SMS provider"."""
    return PROVIDERS[words]


@pattern("|".join(map(re.escape, TROUBLES)))
def trouble(words: str) -> str:
    """Read what is the matter with a third party, such as "has a fault"."""
    return words


class ThirdParties:
    """Tells the stub third parties how to behave."""

    def __init__(self, providers: Providers) -> None:
        self._providers = providers

    def be_in_trouble(self, provider: str, trouble: str, times: int | None = None) -> None:
        """Play the trouble, for the next `times` calls or until all is well again.

        Raises PlumblineError for trouble which that provider cannot have, or cannot have a number of times.
        """
        verb, details = TROUBLES[trouble]
        counted = {"times": times} if times else {}
        try:
            getattr(getattr(self._providers, provider), verb)(**{**details, **counted})
        except (AttributeError, TypeError):
            how_often = f" {times} times" if times else ""
            raise PlumblineError(
                f"The stub of {provider!r} cannot play “{trouble}”{how_often}: use another word of "
                "support/drivers/third_parties.py."
            ) from None

    def during(self, provider: str, trouble: str, act: Callable[[], T]) -> T:
        """Do something while the provider is in that trouble; it is well again right after."""
        self.be_in_trouble(provider, trouble)
        outcome = act()
        self.recover(provider)
        return outcome

    def meanwhile(self, provider: str, act: Callable[[], None], then_silent: bool = True) -> None:
        """Let `act` happen while the provider carries out the next change; after that it may fall silent."""
        getattr(self._providers, provider).meanwhile(act, then_silent)

    def recover(self, provider: str) -> None:
        """Let the provider be well again."""
        getattr(self._providers, provider).recover()
