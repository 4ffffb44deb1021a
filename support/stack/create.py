"""Chooses the stack that the settings name."""

from support.settings import Settings
from support.stack.base import Stack
from support.stack.embedded import EmbeddedStack


def create(settings: Settings) -> Stack:
    """The stack of the setting `stack`, not yet started."""
    return EmbeddedStack(settings)
