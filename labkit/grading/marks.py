"""The marks that people give, kept apart from what the grader computes, so that grading again never touches them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading import files
from labkit.grading.notes import note
from labkit.grading.results import AWAITING, MARKED, QuestionResult, Result
from labkit.grading.rubric import Rubric
from labkit.i18n import _

FILE = "marks.json"


@dataclass(frozen=True)
class Mark:
    """The marks of one text of one student.

    Attributes
    ----------
    points : dict
        By criterion; a criterion that is not marked yet is absent.
    text_id : str
        Of the text they were given to, see :func:`text_id`.
    """

    student: str
    question: str
    points: Mapping[str, float] = field(default_factory=dict)
    comment: str = ""
    text_id: str = ""


Marks = dict[tuple[str, str], Mark]


def text_id(question: QuestionResult) -> str:
    """Tells one version of a text from the next; empty for no text."""
    # A break or a blank more is the same text.
    written = " ".join(f"{question.text} {question.beside}".split())
    # The letter keeps a spreadsheet from reading it as a number.
    return f"t{files.sha256(written.encode())[:12]}" if written else ""


def changed(mark: Mark, question: QuestionResult) -> bool:
    """Whether the text is another one than that which was marked."""
    return bool(mark.points and mark.text_id) and mark.text_id != text_id(question)


def load(folder: Path, assignment: str) -> Marks:
    """The marks kept in a folder of grades.

    Raises
    ------
    LabkitError
        If they cannot be read or belong to another assignment.
    """
    file = folder / FILE
    if not file.is_file():
        return {}
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        marks = {(each["student"], each["question"]): Mark(**each) for each in data["marks"]}
        found = data["assignment"]
    except (ValueError, KeyError, TypeError) as error:
        raise LabkitError(
            _(
                "The marks in {file} cannot be read ({reason}). Restore the file from a copy; it is not overwritten."
            ).format(file=file, reason=error)
        ) from None
    if found != assignment:
        raise LabkitError(
            _(
                "{file} holds marks of {found}; expected marks of {expected}. Choose another folder with --out."
            ).format(file=file, found=found, expected=assignment)
        )
    return marks


def save(folder: Path, assignment: str, marks: Marks) -> None:
    data = {"assignment": assignment, "marks": [plain(marks[key]) for key in sorted(marks)]}
    files.write(folder / FILE, json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def merge(
    marks: Marks,
    given: Iterable[Mark],
    erased: Iterable[tuple[str, str, str]] = (),
    *,
    stale: Mapping[tuple[str, str], str] | None = None,
    confirmed: Collection[tuple[str, str]] = (),
) -> Marks:
    """Marks with those of a sheet added; a criterion left empty in the sheet keeps what it had.

    A mark belongs to the text it was given to. A sheet that repeats the points there are is no new
    decision, even if it shows a new text beside them: the mark keeps the text it was given to until
    its points change or the marker confirms it.

    Parameters
    ----------
    erased : iterable of (student, question, criterion or "comment")
        What the marker took back.
    stale : mapping of (student, question) to str
        Rows that the sheet itself says to hold marks of an earlier text, with that text's id.
    confirmed : collection of (student, question)
        Rows whose marks the marker said to hold for the text shown.
    """
    merged = dict(marks)
    stale = stale or {}
    for new in given:
        key = (new.student, new.question)
        old = merged.get(key, Mark(*key))
        points = {**old.points, **new.points}
        if key in confirmed or (old.points and points != old.points):
            text = new.text_id
        elif old.points:
            text = old.text_id or new.text_id
        else:
            text = stale.get(key, new.text_id)
        merged[key] = replace(old, points=points, comment=new.comment or old.comment, text_id=text)
    for student, question, name in erased:
        key = (student, question)
        if key in merged:
            old = merged[key]
            points = {criterion: value for criterion, value in old.points.items() if criterion != name}
            merged[key] = replace(old, points=points, comment="" if name == "comment" else old.comment)
    return {key: mark for key, mark in merged.items() if mark.points or mark.comment}


def apply(result: Result, marks: Marks, rubric: Rubric) -> Result:
    """A result with the marks that its texts have been given so far."""
    questions, notes = [], list(result.notes)
    for question in result.questions:
        mark = marks.get((result.student, question.id))
        if mark is not None and mark.points and question.id in rubric.questions:
            criteria = [criterion.id for criterion in rubric.questions[question.id].criteria]
            done = [name for name in criteria if name in mark.points]
            if len(done) == len(criteria):
                total = round(sum(mark.points[name] for name in criteria), 2)
                question = replace(question, points=total, verdict=MARKED)
            else:
                question = replace(question, points=None, verdict=AWAITING)
                notes.append(
                    note("marks incomplete", question=question.id, done=len(done), all=len(criteria))
                )
            if changed(mark, question):
                notes.append(note("answer changed", question=question.id))
        questions.append(question)
    return replace(result, questions=tuple(questions), notes=tuple(notes))


def plain(mark: Mark) -> dict[str, object]:
    """A mark as data for JSON."""
    return {**vars(mark), "points": dict(sorted(mark.points.items()))}
