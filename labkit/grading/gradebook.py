"""The gradebook: one row a student, the same bytes for the same grades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from labkit.grading import files, tables
from labkit.grading.assignment import Assignment
from labkit.grading.results import Result, verdict_in_words
from labkit.i18n import _

FILE = "gradebook.csv"


def write(file: Path, assignment: Assignment, results: Iterable[Result]) -> Path:
    """Write ``gradebook.csv``: points and verdict of each question, total, what awaits marks, notes.

    The total counts the points there are; as long as ``awaiting`` is not empty it is not the last word.
    """
    names = [question.id for question in assignment.questions]
    header = ["student", "total", "max", "awaiting", *names, *(f"{name}_verdict" for name in names)]
    header += ["isolation", "notes"]
    rows: list[Sequence[object]] = [header]
    for result in sorted(results, key=lambda each: each.student):
        questions = [result.question(name) for name in names]
        rows.append(
            [
                result.student,
                result.points,
                result.maximum,
                " ".join(result.awaiting),
                *(_("awaiting marks") if question.awaiting else question.points for question in questions),
                *(_verdict(question) for question in questions),
                result.isolation,
                " | ".join(str(note) for note in result.notes),
            ]
        )
    return files.write(file, tables.write(rows))


def _verdict(question) -> str:
    words = verdict_in_words(question.verdict)
    return f"{words} ({question.error})" if question.error else words
