"""Identifiers: text that tells what it names and cannot be guessed."""

import secrets


def new(prefix: str) -> str:
    """Make an id such as usr_5f0c…; the prefix says what it names."""
    return f"{prefix}_{secrets.token_hex(12)}"
