"""The error a user of labkit can do something about."""

from __future__ import annotations


class LabkitError(Exception):
    """Something is not as expected; the message says what was found, what was expected, and what to do.

    In a notebook it shows as its message alone, without a traceback through labkit; on the command
    line likewise, with exit status 2.
    """

    def _render_traceback_(self) -> list[str]:  # IPython asks for this instead of a traceback
        return [f"{type(self).__name__}: {self}"]
