"""What the official Cucumber extension of an editor has to know: where things are, and what values look like.

The extension reads a parameter `{customer:Person}` as the value called "customer:Person", so each is listed
under its full name with the pattern that behave matches; the phrasebook keeps the list up to date.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.errors import PlumblineError

if TYPE_CHECKING:
    from support.evidence.phrasebook import Phrasebook

SETTINGS = Path(".vscode/settings.json")
ANY_WORDS = ".+"


def settings(book: "Phrasebook", path: Path = SETTINGS) -> str:
    """The text of the settings file: what it holds of other things is kept.

    Raises PlumblineError where the file is no plain JSON: it would lose its comments.
    """
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise PlumblineError(f"{path} is no JSON without comments ({error}): mend or delete it.") from None
    kept["cucumber.features"] = ["features/**/*.feature"]
    kept["cucumber.glue"] = ["steps/**/*.py"]
    kept["cucumber.parameterTypes"] = parameter_types(book)
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"


def parameter_types(book: "Phrasebook") -> list[dict[str, str]]:
    """Every parameter of the phrases under the name that the extension looks for, with its pattern."""
    known: dict[str, str] = {}
    for phrase in book.phrases:
        for name, kind in phrase.parameters:
            full_name = f"{name}:{kind}" if kind else name
            known[full_name] = book.kinds[kind].regexp if kind in book.kinds else ANY_WORDS
    return [{"name": name, "regexp": known[name]} for name in sorted(known)]
