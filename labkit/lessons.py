"""Read authored lessons: MyST notebook text with an id on every cell.

jupytext keeps a cell's metadata but draws new cell ids at each read, so the author writes the id
(``:id:`` on a code cell, ``+++ {"id": "..."}`` before Markdown) and it is moved to ``cell.id`` here,
with a copy in ``metadata.labkit.cell`` for front ends that drop ids.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from labkit import paths
from labkit.errors import LabkitError

CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SOURCE_LANGUAGE = "en"


@dataclass(frozen=True)
class LessonFile:
    """One authored lesson: ``lessons/en/2_differentiate/22_future_value.md``."""

    path: Path
    number: str
    """Two digits, as text: ``"22"``."""
    module: str
    """The folder of the module, ``"2_differentiate"``; empty for the start page."""
    slug: str

    @property
    def name(self) -> str:
        return f"{self.number}_{self.slug}"

    def built(self, language: str = SOURCE_LANGUAGE, root: Path = paths.NOTEBOOKS) -> Path:
        """Where the built notebook of this lesson lies."""
        return root / language / self.module / f"{self.name}.ipynb"

    def translation(self, language: str) -> Path:
        """Where the translation file of this lesson lies (it may not exist)."""
        return paths.LESSONS / language / self.module / f"{self.name}.md"


def lesson_files() -> list[LessonFile]:
    """All authored lessons, in the order of the course."""
    root = paths.LESSONS / SOURCE_LANGUAGE
    found = []
    for path in sorted(root.rglob("*.md")):
        number, _, slug = path.stem.partition("_")
        module = "" if path.parent == root else path.parent.name
        found.append(LessonFile(path, number, module, slug))
    return sorted(found, key=lambda lesson: lesson.number)


def lesson_file(number: str) -> LessonFile:
    """The lesson of that number, such as ``"22"``; :class:`LabkitError` lists the others if there is none."""
    lessons = lesson_files()
    for lesson in lessons:
        if number in (lesson.number, lesson.name):
            return lesson
    known = ", ".join(lesson.number for lesson in lessons)
    raise LabkitError(f"There is no lesson {number!r}. Lessons: {known}.")


def read(path: Path) -> NotebookNode:
    """Read MyST notebook text into a notebook whose cells carry the author's ids.

    Raises
    ------
    LabkitError
        If a cell has no id, an id that notebooks do not allow, or an id used before.
    """
    import jupytext

    nb = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")
    nb.metadata.pop("jupytext", None)
    seen: Counter[str] = Counter()
    for position, cell in enumerate(nb.cells, start=1):
        cell_id = cell.metadata.pop("id", None)
        first_line = cell.source.strip().partition("\n")[0][:60]
        if cell_id is None:
            raise LabkitError(
                f"{path}: cell {position} has no id (it begins {first_line!r}). "
                'Write `:id: name` in a code cell, `+++ {"id": "name"}` before Markdown.'
            )
        if not CELL_ID.fullmatch(str(cell_id)):
            raise LabkitError(
                f"{path}: cell {position} has the id {cell_id!r}; letters, digits, - and _ are allowed, 64 at most."
            )
        seen[cell_id] += 1
        if seen[cell_id] > 1:
            raise LabkitError(
                f"{path}: the id {cell_id!r} stands on two cells, the second is cell {position}."
            )
        cell.id = cell_id
        cell.metadata.setdefault("labkit", {})["cell"] = cell_id
    return nb


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell, an empty list if it has none."""
    return cell.metadata.get("tags", [])
