"""The shop's one clock. Nothing asks the database for the time, so that all instants agree."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def iso(instant: datetime) -> str:
    """Write an instant as ISO 8601 in UTC, such as 2026-01-31T09:00:00Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
