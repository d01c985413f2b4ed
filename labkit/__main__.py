"""``python -m labkit``, and the command ``labkit``."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys

_status: list[int] = []


def _leave() -> None:
    """End the process where it ended well: to take down all that was imported, object by object, takes half a second."""
    if _status:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(_status[0])


atexit.register(_leave)  # before anything else is imported, so that it comes after whatever that registers

from labkit import cli  # noqa: E402


def main() -> None:
    """Run the command."""
    try:
        cli.main()
        _status.append(0)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            _status.append(end.code or 0)
        raise


if __name__ == "__main__":
    main()
