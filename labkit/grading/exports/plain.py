"""Grades as a table that any program reads, the same bytes for the same grades."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from labkit.grading.exports.roster import Exported
from labkit.grading.results import Result

HEADER = (
    "student",
    "points",
    "maximum",
    "final",
    "question",
    "question_points",
    "question_maximum",
    "verdict",
)


def to_csv(results: Sequence[Result]) -> Exported:
    """Write one row a student and question: codes and decimal points, in no language.

    Points are empty while a text awaits its marks; ``final`` says whether any of the student's does.
    """
    exported = Exported("")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for result in sorted(results, key=lambda each: each.student):
        final = not result.awaiting
        exported.filled[result.student] = result.points
        if not final:
            exported.awaiting.append(result.student)
        for question in result.questions:
            writer.writerow(
                [
                    result.student, f"{result.points:g}", f"{result.maximum:g}", "yes" if final else "no",
                    question.id, "" if question.points is None else f"{question.points:g}",
                    f"{question.maximum:g}", question.verdict,
                ]
            )  # fmt: skip
    exported.text = out.getvalue()
    return exported
