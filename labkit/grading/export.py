"""Grades of a folder, for another program."""

from __future__ import annotations

from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading import exports, marks, output, rubric
from labkit.grading.assignment import Assignment
from labkit.grading.exports import Exported
from labkit.grading.journal import Journal
from labkit.grading.results import Result
from labkit.grading.rubric import Rubric
from labkit.i18n import _, language, speaking

CSV, MOODLE, CANVAS = "csv", "moodle", "canvas"


def graded(name: str, out: Path | None = None) -> tuple[Assignment, Path, Journal, Rubric, list[Result]]:
    """An assignment, its folder of grades, and the results in it with their marks, by student.

    Raises
    ------
    LabkitError
        If there are no grades in it.
    """
    assignment = assignments.find(name)
    folder = output.folder_of(assignment, out)
    journal, criteria = Journal(folder, assignment.id), rubric.load(assignment)
    found = journal.state.results
    if not found:
        raise LabkitError(_("There are no grades in {out} yet; labkit grade makes them.").format(out=folder))
    marked = [marks.apply(found[student], journal.state.marks, criteria) for student in sorted(found)]
    return assignment, folder, journal, criteria, marked


def export(
    name: str,
    format: str = CSV,
    roster: Path | None = None,
    column: str | None = None,
    out: Path | None = None,
) -> tuple[Exported, Path]:
    """The grades in a format, and the folder they are in.

    Parameters
    ----------
    format : {"csv", "moodle", "canvas"}
    roster : Path, optional
        The file that the LMS gave, for the last two.
    column : str, optional
        Canvas: the assignment's title there, that of its notebook if not said. Moodle: the column of grades.

    Raises
    ------
    LabkitError
        If there are no grades, or the file is missing or cannot be used.
    """
    assignment, folder, journal, criteria, marked = graded(name, out)
    if format == CSV:
        return exports.to_csv(marked), folder
    if roster is None:
        raise LabkitError(
            _(
                "For {format}, give the file that it is to be written into: --roster FILE, as {lms} gave it."
            ).format(format=format, lms={MOODLE: "Moodle", CANVAS: "Canvas"}[format])
        )
    if format == MOODLE:
        said = {result.student: _comments(result, journal, criteria) for result in marked}
        return exports.to_moodle(marked, roster, said, column), folder
    return exports.to_canvas(marked, roster, column or assignment.title(language())), folder


def _comments(result: Result, journal: Journal, criteria: Rubric) -> str:
    """What markers wrote to a student, in the student's language."""
    lang = result.language or language()
    kept = output.spoken(journal.state.marks, criteria, lang)
    with speaking(lang):
        return "\n\n".join(
            f"{rubric.say(criteria.questions[name].title, lang)}: {kept[result.student, name].comment}"
            for name in criteria.questions
            if (result.student, name) in kept and kept[result.student, name].comment
        )
