"""Passwords: argon2id hashes, and comparing without telling whose address is known."""

import argon2

from reference_shop.settings import Settings

MIN_LENGTH = 10
MAX_LENGTH = 1000
KINDS = {
    str.isupper: "an upper-case letter",
    str.islower: "a lower-case letter",
    str.isdigit: "a digit",
}


class PasswordHasher:
    """Hashes and compares passwords at the cost that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_cost,
            parallelism=settings.argon2_parallelism,
        )
        self._nobodys = self.hash("nobody's password")

    def hash(self, password: str) -> str:
        """Return the argon2id PHC string."""
        return self._hasher.hash(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Compare; without a hash (nobody has that address) it takes as long and is False."""
        try:
            self._hasher.verify(password_hash or self._nobodys, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return password_hash is not None


def refuse_weak(password: str) -> str:
    """Return the password, or raise ValueError with a sentence that says what it lacks."""
    if len(password) < MIN_LENGTH:
        raise ValueError(f"It must have at least {MIN_LENGTH} characters.")
    if len(password) > MAX_LENGTH:
        raise ValueError(f"It must have at most {MAX_LENGTH} characters.")
    for wanted, kind in KINDS.items():
        if not any(map(wanted, password)):
            raise ValueError(f"It must hold {kind}.")
    return password
