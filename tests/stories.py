"""What the tests of a lesson begin with: its words, and what it shows and holds once everything in it has run."""

from __future__ import annotations

import functools
import re

from nbformat import NotebookNode

from labkit.authoring import build
from labkit.lessons import lesson_file, read
from tests import in_process


def prose(number: str) -> str:
    """All text of a lesson, code too, with one blank between words."""
    cells = read(lesson_file(number).path).cells
    return re.sub(r"\s+", " ", " ".join(cell.source for cell in cells))


def solved(number: str) -> dict:
    """Every name of a lesson after its cells have run in this process, exercises answered by their solutions."""
    _nb, names = _run(number)
    return names


def solved_notebook(number: str) -> NotebookNode:
    """That run as a notebook, with its outputs."""
    nb, _names = _run(number)
    return nb


@functools.cache
def _run(number: str) -> tuple[NotebookNode, dict]:
    lesson = lesson_file(number)
    nb = build.lesson_notebook(lesson, solved=True)
    names = in_process.run(nb, lesson.built().parent, f"{lesson.name} (solved)")
    return nb, names
