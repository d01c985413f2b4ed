"""What the tests of a lesson's stories begin with: its words, and its names once everything in it has run."""

from __future__ import annotations

import re

import pytest

from labkit.authoring import variants
from labkit.lessons import lesson_file, read


def prose(number: str) -> str:
    """All text of a lesson, code too, with one blank between words."""
    cells = read(lesson_file(number).path).cells
    return re.sub(r"\s+", " ", " ".join(cell.source for cell in cells))


def solved(number: str) -> dict:
    """Every name of a lesson after its cells have run in this process, exercises answered by their solutions."""
    import IPython.display
    import matplotlib

    matplotlib.use("Agg")
    names: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IPython.display, "display", lambda *_a, **_k: None)
        for cell in variants.solved(read(lesson_file(number).path)).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, cell.id, "exec"), names)
    return names
