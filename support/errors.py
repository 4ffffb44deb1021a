"""The one exception for trouble that the person at the keyboard can mend."""

import sys
from types import TracebackType


class PlumblineError(Exception):
    """One sentence that says what is wrong, where, and what to do. Shown without a traceback."""


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, PlumblineError):
        print(f"plumbline: {error}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


# A fixture is read when the phrases are: behave lets what goes wrong then end the process.
sys.excepthook = _tell
