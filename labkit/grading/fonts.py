"""matplotlib's list of the fonts it has found: looking for them again costs every kernel a second."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def lists() -> list[Path]:
    """The lists kept by matplotlib for this user, without importing it; none on Windows.

    Its cache lies where matplotlib says it does on Linux, in a folder of the environment variable
    ``MPLCONFIGDIR`` or ``XDG_CACHE_HOME``, and in ``~/.cache`` else.
    """
    if sys.platform == "win32":
        return []
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("MPLCONFIGDIR") or caches / "matplotlib")
    return sorted(folder.glob("fontlist-*.json"))
