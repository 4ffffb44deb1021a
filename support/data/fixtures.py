"""JSON fixtures: what is always the same, read once a run."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from support.errors import PlumblineError

FIXTURES = Path(__file__).parents[2] / "fixtures"


@cache
def load(name: str, folder: Path = FIXTURES) -> dict[str, dict[str, Any]]:
    """Return `fixtures/<name>.json`: an object whose keys are names and whose values are their fields.

    Raises PlumblineError with file and line where the file is missing, is not JSON, or holds something else.
    """
    path = folder / f"{name}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlumblineError(f"Fixture {path} cannot be read ({error.strerror}): restore it.") from None
    except UnicodeDecodeError as error:
        raise PlumblineError(f"Fixture {path} is not UTF-8 ({error}): save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise PlumblineError(
            f"Fixture {path}, line {error.lineno}, column {error.colno} is not valid JSON: {error.msg}."
        ) from None
    if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
        raise PlumblineError(f'Fixture {path} must be an object of objects: {{"name": {{…}}, …}}.')
    return content


def field(name: str, key: str, entry: dict[str, Any], field_name: str) -> Any:
    """Return one required field of an entry. Raises PlumblineError that names file, entry and field."""
    if field_name not in entry:
        raise PlumblineError(f"Fixture {FIXTURES / name}.json: {key!r} has no {field_name!r}: add it.")
    return entry[field_name]
