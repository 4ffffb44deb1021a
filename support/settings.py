"""Every setting of a run, read once and checked before anything is started.

A setting comes from, strongest first: `-D name=value` on behave's command line, the environment variable
`PLUMBLINE_NAME`, `[behave.userdata]` in behave.ini, the default below. Names that nobody knows are refused,
so that a typing error never runs the suite in another way than was meant.
"""

import difflib
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from support.errors import PlumblineError

ENVIRONMENT_PREFIX = "PLUMBLINE_"
FOREIGN_PREFIXES = ("allureformatter.", "behave.")  # settings that belong to somebody else


def _default_cache_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/var/cache/plumbline")  # root's home is closed to the user the servers run as
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plumbline"


@dataclass(frozen=True)
class Settings:
    """What a run needs to know; each field is a setting and its default what holds when nobody speaks."""

    stack: str = "embedded"
    """Where the app, its database and its token store run: `embedded`."""
    app: str = "reference_shop.app:create_app"
    """Import string of the app's zero-argument factory (embedded stack)."""
    app_port: int = 0
    """Loopback port of the app; 0 takes a free one."""
    order: str = "given"
    """Order of features and scenarios: `given` or `random`."""
    seed: int = 0
    """Seed of the random order and of generated data; 0 draws one, which is printed."""
    cache_dir: Path = Path()
    """Where the servers' data is kept warm between runs; empty means the user's cache folder."""
    postgres_bin: Path | None = None
    """Folder with `initdb` and `postgres` where the wheel has none for this platform (also POSTGRES_BIN)."""
    payment_timeout_s: float = 0.1
    """Time-out that the app is given for the payment provider, in seconds. Scenarios wait for it to pass."""
    message_timeout_s: float = 0.3
    """Time-out that the app is given for e-mail and SMS, in seconds; they are sent while nobody waits."""
    first_day: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    """The instant at which every scenario begins, ISO 8601 with a zone."""


CHOICES = {"stack": ("embedded",), "order": ("given", "random")}


def load(
    userdata: Mapping[str, Any],
    defines: Sequence[tuple[str, str]] = (),
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read and check all settings.

    `userdata` is behave's merged userdata (behave.ini and -D), `defines` what came by -D alone (names and
    values), `environment` the process environment. Raises PlumblineError naming the setting, where it came
    from and what it takes.
    """
    found: dict[str, tuple[str, str]] = {}
    for name, value in userdata.items():
        found[name.lower()] = (str(value), "behave.ini")
    if "POSTGRES_BIN" in environment:
        found["postgres_bin"] = (environment["POSTGRES_BIN"], "the environment variable POSTGRES_BIN")
    for variable, value in environment.items():
        if variable.startswith(ENVIRONMENT_PREFIX):
            name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
            found[name] = (value, f"the environment variable {variable}")
    for name, value in defines:
        found[name.lower()] = (str(value), f"-D {name}")
    given = {name: _parse(name, text, origin) for name, (text, origin) in found.items() if _is_ours(name)}
    given.setdefault("cache_dir", _default_cache_dir())
    if not given.get("seed"):
        given["seed"] = random.SystemRandom().randrange(1, 2**31)
    return Settings(**given)


def _is_ours(name: str) -> bool:
    return not name.startswith(FOREIGN_PREFIXES)


def _parse(name: str, text: str, origin: str) -> Any:
    known = {field.name: field.type for field in fields(Settings)}
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {nearest[0]!r}?" if nearest else f"known settings: {', '.join(known)}."
        raise PlumblineError(f"Unknown setting {name!r} from {origin}: {hint}")
    if name in CHOICES and text not in CHOICES[name]:
        raise PlumblineError(
            f"Setting {name!r} from {origin} is {text!r}; it takes one of: {', '.join(CHOICES[name])}."
        )
    try:
        return _port(text) if name == "app_port" else _convert(known[name], text)
    except ValueError as error:
        raise PlumblineError(
            f"Setting {name!r} from {origin} is {text!r}; it takes {_wanted(name)} ({error})."
        ) from None


def _convert(kind: Any, text: str) -> Any:
    if Path in (kind, *get_args(kind)):
        return _path(text)
    if kind is datetime:
        return _instant(text)
    if kind is int:
        return _whole_number(text)
    if kind is float:
        return _positive_number(text)
    return text


def _path(text: str) -> Path:
    if not text:
        raise ValueError("it is empty")
    return Path(text).expanduser()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("the zone is missing")
    return instant.astimezone(UTC)


def _whole_number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("it is below 0")
    return number


def _port(text: str) -> int:
    number = _whole_number(text)
    if number > 65_535:
        raise ValueError("it is above 65535")
    return number


def _positive_number(text: str) -> float:
    number = float(text)
    if not 0 < number < 3600:
        raise ValueError("it is not between 0 and 3600")
    return number


def _wanted(name: str) -> str:
    return {
        "app_port": "a port from 1 to 65535, or 0 for a free one",
        "seed": "a whole number",
        "payment_timeout_s": "a number of seconds",
        "message_timeout_s": "a number of seconds",
        "first_day": "an instant such as 2026-01-05T09:00:00Z",
    }.get(name, "a path")
