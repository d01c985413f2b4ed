"""Marks that come in with sheets, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from labkit.grading import marks, sheet
from labkit.grading.blind import Blind
from labkit.grading.marks import Marks
from labkit.grading.results import Result
from labkit.grading.rubric import Rubric
from labkit.i18n import _

Sheets = list[tuple[Path, sheet.Given]]


def given(
    out: Path, marks_file: Path | None, criteria: Rubric, students: Collection[str], blinded: Blind
) -> Sheets:
    """The sheet that lies in the folder of grades, which a marker may have filled in there, and the one named."""
    own = out / sheet.FILE
    sheets = [own] if own.is_file() else []
    if marks_file is not None and not (own.is_file() and marks_file.resolve() == own.resolve()):
        sheets.append(marks_file)
    return [(file, sheet.read(file, criteria, students, blinded.students)) for file in sheets]


def taken(sheets: Sheets, out: Path, kept: Marks, criteria: Rubric) -> tuple[Marks, list[str]]:
    """The marks with those of the sheets, and what is to be said of cells that were blanked."""
    said = []
    for place, (file, one) in enumerate(sheets):
        said += _blanks(file, one, kept, criteria, whole=place == 0 and file == out / sheet.FILE)
        kept = marks.merge(kept, one.marks, one.erased, stale=one.stale, confirmed=one.confirmed)
    return kept, said


def with_text_ids(kept: Marks, automatic: Mapping[str, Result]) -> Marks:
    """Marks from a sheet that lost its last column count for the text as it is now."""
    filled = {}
    for (student, question), mark in kept.items():
        if not mark.text_id and student in automatic:
            mark = replace(mark, text_id=marks.text_id(automatic[student].question(question)))
        filled[student, question] = mark
    return filled


def _blanks(file: Path, one: sheet.Given, kept: Marks, criteria: Rubric, whole: bool) -> list[str]:
    """Say of marks that a marker blanked that they are kept: only a dash takes one back.

    Of a sheet that is not `whole`, such as one of several markers', only rows begun are looked at.
    """
    begun = {(mark.student, mark.question) for mark in one.marks}
    said = []
    for key, names in one.blanks.items():
        had = kept[key].points if key in kept else {}
        lost = [name for name in names if name in had]
        if lost and (whole or key in begun):
            said.append(
                _(
                    "{file}: {student}, {question}: {criteria} blank: kept {marks}; '-' takes a mark back."
                ).format(
                    file=file.name,
                    student=key[0],
                    question=key[1],
                    criteria=", ".join(lost),
                    marks="/".join(f"{had[name]:g}" for name in lost),
                )
            )
    return said
