"""Where things lie: the course's folders, seen from the installed package."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The course folder: the one that holds ``labkit/``, ``lessons/``, ``notebooks/`` and the rest."""

LESSONS = ROOT / "lessons"
NOTEBOOKS = ROOT / "notebooks"
ASSIGNMENTS = ROOT / "assignments"
WORKSPACE_MARK = ".labkit"
"""A folder of this name, holding the manifest and the progress, marks a student's working copy."""


def workspace() -> Path | None:
    """The student's working copy that the current folder lies in, or None outside of one."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / WORKSPACE_MARK / "manifest.json").is_file():
            return folder
    return None


def default_workspace() -> Path:
    """Where ``labkit start`` puts the working copy: ``LABKIT_WORK``, or ``work/`` in the course folder."""
    return Path(os.environ.get("LABKIT_WORK", ROOT / "work"))
