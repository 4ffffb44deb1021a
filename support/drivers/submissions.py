"""What people sent under keys of their own, and how each was answered."""

from support.data.people import Person


class Submissions:
    """Keeps the answers, so that those to one key can be compared. Shared by all drivers that send keys."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str | None], list[bytes]] = {}
        self._last: dict[str, str | None] = {}

    def note(self, person: Person, key: str | None, answer: bytes) -> None:
        """Keep the whole answer that the person got under a key."""
        self._answers.setdefault((person.id, key), []).append(answer)
        self._last[person.id] = key

    def answers_to_last_key(self, person: Person) -> list[bytes]:
        """Return all answers that the person got under the key used last, oldest first."""
        return self._answers.get((person.id, self._last.get(person.id)), [])
