"""One process at a time: a lock on a file, let go of by the system itself when its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if os.name == "nt":
    import msvcrt

    def _take(handle: int, wait: bool) -> None:
        msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

    def _leave(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(handle: int, wait: bool) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

    def _leave(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def held(file: Path, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a file for the length of a ``with`` block; the file stays, empty.

    Raises
    ------
    BlockingIOError
        If another process holds it and `wait` is false.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _take(handle, wait)
        except OSError as error:  # Windows says "permission denied" where others say "would block"
            raise BlockingIOError(str(error)) from None
        try:
            yield
        finally:
            _leave(handle)
    finally:
        os.close(handle)
