"""Read what students hand in, as data, whatever it is.

Of a submitted notebook three things are believed: the source of each cell, its type, and the id it
claims. Nothing else of the file, no metadata and no output, goes any further. Nothing here raises for
what a file holds: each problem becomes a note.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labkit.errors import LabkitError
from labkit.grading.assignment import HIDDEN, Assignment
from labkit.grading.files import sha256
from labkit.grading.notes import Note, note
from labkit.grading.salvage import whole_cells
from labkit.i18n import LANGUAGES, _

SIZE_LIMIT = 10 * 1024 * 1024
"""Bytes of a notebook file that are read."""

CELL_LIMIT = 2_000
SOURCE_LIMIT = 200_000
"""Characters of one cell's source that are kept."""

_TYPES = ("code", "markdown", "raw")


@dataclass(frozen=True)
class Cell:
    """One cell as submitted: what it holds and which cells it says it is."""

    kind: str
    source: str
    id: str | None = None
    label: str | None = None
    """The id repeated in ``metadata.labkit.cell``, for front ends that drop ids."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes
    ----------
    student : str
        File stem, or the name of the student's folder.
    file : Path or None
        None if the folder held no notebook.
    cells : tuple of Cell
        Empty if the file cannot be graded; then a note says why.
    gradable : bool
    language : str or None
        The language of the notebook, if it says one that the course has.
    """

    student: str
    file: Path | None
    sha256: str = ""
    cells: tuple[Cell, ...] = ()
    gradable: bool = False
    language: str | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Found:
    """Where a submission lies, before it is read."""

    student: str
    file: Path | None
    notes: tuple[Note, ...] = ()
    others: tuple[Path, ...] = ()
    """Further notebooks of the same student."""


def submissions(folder: Path, leave_out: Path | None = None) -> tuple[list[Found], list[str]]:
    """Look through a folder: a notebook is a student, a sub-folder with notebooks is a student too.

    Parameters
    ----------
    leave_out : Path, optional
        A folder that may lie among the submissions and is none: that of the grades.

    Returns
    -------
    list of Found
        By student, in alphabetical order.
    list of str
        Names of files that were passed over.

    Raises
    ------
    LabkitError
        If the folder does not exist or holds nothing to grade.
    """
    if folder.is_file() and folder.suffix == ".ipynb":
        return [Found(_student(folder.stem), folder)], []
    if not folder.is_dir():
        raise LabkitError(_("There is no folder {folder} to read submissions from.").format(folder=folder))
    by_student: dict[str, list[Path]] = {}
    others: dict[str, list[str]] = {}
    passed_over = []
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        is_left_out = leave_out is not None and entry.resolve() == leave_out.resolve()
        if _left_by_a_system(entry) or is_left_out:
            continue
        if entry.is_dir() and not entry.is_symlink():
            files = _notebooks_in(entry)
            by_student.setdefault(_student(entry.name), []).extend(files)
            if not files:
                others[_student(entry.name)] = sorted(
                    p.name for p in entry.iterdir() if not p.name.startswith(".")
                )
        elif entry.suffix.lower() == ".ipynb":
            by_student.setdefault(_student(entry.stem), []).insert(0, entry)
        else:
            passed_over.append(entry.name)
    if not by_student:
        raise LabkitError(_("{folder} holds no notebook (.ipynb) to grade.").format(folder=folder))
    found = []
    for student, files in sorted(by_student.items()):
        if not files:
            held = ", ".join(others[student][:5]) or _("nothing")
            found.append(Found(student, None, (note("no notebook", files=held),)))
            continue
        found.append(Found(student, files[0], others=tuple(files[1:])))
    return found, passed_over


def read(found: Found, assignment: Assignment, size_limit: int = SIZE_LIMIT) -> Submission:
    """Read one submission of an assignment; never raises for what the files hold.

    Of several notebooks of one student the first that can be graded is taken: beside the assignment a
    folder may hold lessons, or a copy that is damaged.
    """
    if found.file is None:
        return Submission(found.student, None, notes=found.notes)
    files = (found.file, *found.others)
    read_so_far = []
    for file in files:
        read_so_far.append(_read(found, file, assignment, size_limit))
        if read_so_far[-1].gradable:
            break
    taken = read_so_far[-1] if read_so_far[-1].gradable else read_so_far[0]
    if found.others:
        # Named from the folder they share: two files of one name can lie in two of its folders.
        top = os.path.commonpath([file.parent for file in files])
        names = {file: file.relative_to(top).as_posix() for file in files}
        rest = ", ".join(name for file, name in names.items() if file != taken.file)
        several = note("several files", taken=names[taken.file], others=rest)
        taken = replace(taken, notes=(several, *taken.notes))
    return taken


def _read(found: Found, file: Path, assignment: Assignment, size_limit: int) -> Submission:
    notes = list(found.notes)
    content, problem = _content(file, size_limit)
    digest = sha256(content)
    if problem is None:
        nb, problem = _notebook(content, notes)
    if problem is not None:
        return Submission(found.student, file, digest, notes=(*notes, problem))
    cells = _cells(nb, notes)
    language = _own(nb).get("language")
    language = language if language in LANGUAGES else None
    gradable = _belongs(nb, cells, assignment, notes)
    cells = tuple(cells) if gradable else ()
    return Submission(found.student, file, digest, cells, gradable, language, tuple(notes))


def _left_by_a_system(entry: Path) -> bool:
    """Whether an entry was put there by a computer: hidden, unless it is a notebook whose name begins with a dot."""
    hidden = entry.name.startswith(".") and (
        entry.name.startswith(("._", ".~")) or entry.is_dir() or entry.suffix.lower() != ".ipynb"
    )
    return hidden or entry.name.startswith("__MACOSX")


def _student(name: str) -> str:
    """A student's id in one spelling: the same accents may be written in two ways."""
    return unicodedata.normalize("NFC", name).strip() or name


def _notebooks_in(folder: Path) -> list[Path]:
    files = [
        file
        for file in folder.rglob("*.ipynb")
        if not any(part.startswith((".", "__MACOSX")) for part in file.relative_to(folder).parts)
        and HIDDEN not in file.parts[len(folder.parts) :]
    ]
    return sorted(files, key=lambda file: (len(file.parts), str(file)))


def _content(file: Path, size_limit: int) -> tuple[bytes, Note | None]:
    if file.is_symlink():
        return b"", note("link")
    try:
        size = file.stat().st_size
        if size > size_limit:
            return b"", note("too large", size=round(size / 1024**2, 1), limit=round(size_limit / 1024**2, 1))
        content = file.read_bytes()
    except OSError as error:
        return b"", note("unreadable file", reason=error.strerror or str(error))
    return content, None if content.strip() else note("empty")


def _notebook(content: bytes, notes: list[Note]) -> tuple[dict[str, Any], Note | None]:
    text = _text(content, notes)
    try:
        nb = json.loads(text)
    except (ValueError, RecursionError) as error:
        line, cells = getattr(error, "lineno", 1), whole_cells(text, CELL_LIMIT)
        if not cells:
            return {}, note("not json", line=line)
        notes.append(note("breaks off", line=line, n=len(cells)))
        return {"cells": cells}, None
    if isinstance(nb, dict) and isinstance(nb.get("worksheets"), list):
        nb = {
            **nb,
            "cells": [
                c for sheet in nb["worksheets"] if isinstance(sheet, dict) for c in _list(sheet, "cells")
            ],
        }
        notes.append(note("old format", found=str(nb.get("nbformat"))[:10]))
    if not isinstance(nb, dict) or not isinstance(nb.get("cells"), list):
        return {}, note("not a notebook")
    return nb, None


def _text(content: bytes, notes: list[Note]) -> str:
    """Decode: UTF-8 with or without a mark, UTF-16 and UTF-32 by theirs, else the old Windows encoding."""
    marks = (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    )
    for mark, encoding in marks:
        if content.startswith(mark):
            notes.append(note("encoding", encoding=encoding.upper()))
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(note("encoding", encoding="Windows-1252"))
        return content.decode("cp1252", "replace")


def _cells(nb: dict[str, Any], notes: list[Note]) -> list[Cell]:
    cells, damaged = [], max(0, len(nb["cells"]) - CELL_LIMIT)
    for raw in nb["cells"][:CELL_LIMIT]:
        cell = _cell(raw)
        if cell is None:
            damaged += 1
        else:
            cells.append(cell)
    if damaged:
        notes.append(note("damaged cells", n=damaged))
    return cells


def _cell(raw: Any) -> Cell | None:
    if not isinstance(raw, dict):
        return None
    kind, source = raw.get("cell_type"), raw.get("source", raw.get("input"))
    if kind == "heading":  # nbformat 3
        kind = "markdown"
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if kind not in _TYPES or not isinstance(source, str) or len(source) > SOURCE_LIMIT:
        return None
    # One line end, and nothing that no UTF-8 file could hold.
    source = source.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    label = _own(raw).get("cell")
    return Cell(kind, source, _string(raw.get("id")), _string(label))


def _belongs(nb: dict[str, Any], cells: Iterable[Cell], assignment: Assignment, notes: list[Note]) -> bool:
    """Whether the notebook is one of this assignment."""
    own = _own(nb)
    said = own.get("assignment")
    if isinstance(said, str) and said != assignment.id:
        notes.append(note("wrong assignment", found=said[:60], expected=assignment.id))
        return False
    known = {cell.id for cell in assignment.main.cells}
    if not any(cell.id in known or cell.label in known for cell in cells):
        notes.append(note("no known cells", expected=assignment.id))
        return False
    if not isinstance(said, str):
        notes.append(note("assumed assignment", expected=assignment.id))
    version = own.get("version")
    if isinstance(version, (int, str)) and version != assignment.version:
        notes.append(note("other version", found=str(version)[:20], expected=assignment.version))
    return True


def _own(node: dict[str, Any]) -> dict[str, Any]:
    """``metadata.labkit`` of a notebook or a cell, if it is what it should be."""
    metadata = node.get("metadata")
    own = metadata.get("labkit") if isinstance(metadata, dict) else None
    return own if isinstance(own, dict) else {}


def _list(node: dict[str, Any], name: str) -> list[Any]:
    return node[name] if isinstance(node.get(name), list) else []


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 64 else None
