"""A student's own notebook, on the student's machine: what a grader would read, and the PDF to hand in.

Both use the functions that grading uses, on the assignment as it was handed out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.errors import LabkitError
from labkit.exercises import structure
from labkit.grading import assignment as assignments
from labkit.grading import compare, graft, intake, isolation, run
from labkit.grading.assignment import HIDDEN, Assignment, Question
from labkit.grading.graft import Grafted
from labkit.grading.intake import Found
from labkit.grading.kernel import Limits
from labkit.grading.notes import Note
from labkit.grading.run import Run
from labkit.i18n import _

RECORDED, BLANK, FAILED, WRITTEN = "recorded", "not answered", "failed", "written"


@dataclass(frozen=True)
class Seen:
    """What grading would read of one question.

    Attributes
    ----------
    state : str
        :data:`RECORDED`, :data:`BLANK`, :data:`FAILED` or :data:`WRITTEN` (a text).
    value : object
        The answer in canonical form; None if there is none.
    failure, error : str
        The verdict and the exception of an answer that failed.
    text : str
        A written answer, Markdown.
    beside : str
        Text added in other cells that is kept with it.
    found : Structure or None
    lacking : tuple of str
        What the form of a text still lacks.
    """

    question: Question
    state: str
    value: Any = None
    failure: str = ""
    error: str = ""
    text: str = ""
    beside: str = ""
    found: structure.Structure | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What grading would read of a notebook."""

    assignment: Assignment
    language: str
    seen: tuple[Seen, ...]
    notes: tuple[Note, ...]
    extra: dict[str, str]
    pristine_found: bool
    """Whether the assignment as handed out was there to graft onto; else the notebook stood in for it."""


def preview(file: Path, limits: Limits | None = None) -> Preview:
    """Graft and run a student's notebook as grading will; needs no key and gives no marks.

    Raises
    ------
    LabkitError
        If the file is no notebook of a known assignment.
    """
    if not file.is_file():
        raise LabkitError(_("There is no file {file}.").format(file=file))
    assignment, pristine_found = handed_out(file)
    submission = intake.read(Found(file.stem, file), assignment)
    if not submission.gradable:
        raise LabkitError("\n".join(str(note) for note in submission.notes))
    grafted = graft.graft(submission, assignment)
    done = run.run(grafted.nb, assignment, limits, isolation=isolation.best())
    if not done.ran:
        raise LabkitError("\n".join(str(note) for note in done.notes))
    notes: list[Note] = []
    seen = tuple(_seen(question, assignment, grafted, done, notes) for question in assignment.questions)
    untouched = {cell.source.strip() for nb in assignment.notebooks.values() for cell in nb.cells}
    extra = {
        name: grafted.answers[name]
        for name in assignment.extra_answers
        if grafted.answers.get(name, "").strip() not in {"", *untouched}
    }
    return Preview(
        assignment,
        grafted.nb.metadata.labkit.get("language", "en"),
        seen,
        (*submission.notes, *grafted.notes, *done.notes, *notes),
        extra,
        pristine_found,
    )


def handed_out(file: Path) -> tuple[Assignment, bool]:
    """The assignment a notebook belongs to, as it was handed out.

    Looked for in the bundle that was released, then in the course. Where it is nowhere, the notebook
    itself stands in for it, and what was changed in locked cells cannot be told.
    """
    name = _assignment_named_in(file)
    case = next((place for place in (file.parent / "case",) if place.is_dir()), None)
    for folder in (file.parent / HIDDEN, paths.ASSIGNMENTS / name):
        if (folder / "assignment.ipynb").is_file():
            found = assignments.load(folder)
            if found.id == name:
                return found if case is None else _with_case(found, case), True
    nb = assignments.read_notebook(file)
    for cell in nb.cells:
        if "answer" in assignments.tags(cell):  # what the student wrote is no prompt of the assignment
            cell.source = ""
    return assignments.from_notebooks(
        {nb.metadata.labkit.get("language", "en"): nb}, file.parent, case
    ), False


def _with_case(assignment: Assignment, case: Path) -> Assignment:
    return Assignment(assignment.id, assignment.folder, assignment.notebooks, assignment.questions, case)


def _assignment_named_in(file: Path) -> str:
    try:
        name = json.loads(file.read_text(encoding="utf-8-sig"))["metadata"]["labkit"]["assignment"]
    except (OSError, ValueError, KeyError, TypeError):
        name = None
    if not isinstance(name, str) or not name.isidentifier():
        raise LabkitError(
            _(
                "{file} is not a notebook of an assignment; give the .ipynb file in which you wrote your answers."
            ).format(file=file)
        )
    return name


def _seen(question: Question, assignment: Assignment, grafted: Grafted, done: Run, notes: list[Note]) -> Seen:
    if question.is_text:
        result = compare.written(question, assignment, grafted, notes)
        if result.structure.blank:
            return Seen(question, BLANK, text=result.text, beside=result.beside)
        counted = result.structure
        lacking = (*structure.missing(counted, question.expected), *structure.unread_in_words(counted))
        return Seen(
            question,
            WRITTEN,
            text=result.text,
            beside=result.beside,
            found=result.structure,
            lacking=lacking,
        )
    value, failure, error = compare.recorded(question, done, notes)
    if failure:
        return Seen(question, FAILED, failure=failure, error=error)
    compare.name_no_options(question, value, assignments.options(assignment.prompt(question)), notes)
    return Seen(question, BLANK if value is None else RECORDED, value)
