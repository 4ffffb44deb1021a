"""The one exception for trouble that the person at the keyboard can mend."""


class PlumblineError(Exception):
    """One sentence that says what is wrong, where, and what to do. Shown without a traceback."""
