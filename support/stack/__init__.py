"""Where the app, its database and its token store run."""

from support.settings import Settings
from support.stack.base import Stack


def create(settings: Settings) -> Stack:
    """Make the stack of the setting `stack`, not yet started."""
    # Here, so that who needs only the protocols does not load servers and clients.
    from support.stack.embedded import EmbeddedStack

    return EmbeddedStack(settings)
