"""Canvas: grades into the CSV file of its gradebook.

*Gradebook ▸ Export* gives a file with one row a student; *Gradebook ▸ Import* takes it back, and changes the
columns of assignments that it finds in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading.exports import roster
from labkit.grading.exports.roster import Exported, Roster
from labkit.grading.results import Result
from labkit.i18n import _

STUDENT, NUMBER = "Student", "ID"
KEPT = (STUDENT, NUMBER, "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
TEST_STUDENT = "Student, Test"
"""Nobody: Canvas's own."""

POINTS_POSSIBLE = "Points Possible"

_FILE = re.compile(r"^(?P<name>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_")
"""How Canvas names what a student handed in: name, LATE, user's number, submission's number, file."""

_TITLED = re.compile(r"^(?P<title>.*?)\s*\(\d+\)$")
"""A column of an assignment: its title, and its number in brackets."""


def to_canvas(results: Sequence[Result], gradebook: Path, column: str) -> Exported:
    """Write final grades into one column of a Canvas gradebook.

    The file written has the columns that name the student and the assignment's own, no other: Canvas would
    take the old grades of other assignments back as well. A student's row is found by the user's number in
    the name of the file that Canvas gave; else by login, SIS number or name. Points are scaled to the points
    possible in Canvas, and written with a decimal point, as Canvas reads them.

    Parameters
    ----------
    results : sequence of Result
    gradebook : Path
        The file exported from Canvas.
    column : str
        Title of the assignment in Canvas, with or without its number; a title that is not there makes Canvas
        ask whether to create the assignment.

    Raises
    ------
    LabkitError
        If the file cannot be read, is no Canvas gradebook, or has two columns of that title.
    """
    book = roster.read(gradebook)
    named = [place for name in KEPT if (place := book.column(name)) is not None]
    number = book.need(_("the user's number"), NUMBER)
    place = _column(book, column)
    head = [row for row in book.rows if not row[number].strip()]
    students = {i: row for i, row in enumerate(book.rows) if row[number].strip()}
    points = next((row for row in head if POINTS_POSSIBLE in row[0]), None)
    most = _most(book, points, place)
    rows = {i: _names(book, row, named) for i, row in students.items()}
    keys = {result.student: _keys(result.student) for result in results}
    exported = Exported("")
    cells = {i: (row[place] if place is not None else "") for i, row in enumerate(book.rows)}
    places = roster.matched(keys, keys, rows)
    name = book.need(_("the student"), STUDENT)
    people = {i: row[name] for i, row in students.items() if row[name] != TEST_STUDENT}
    exported.missing = roster.without(people, places)
    for result, i in roster.fill(results, places, exported, len(students)):
        cells[i] = f"{result.points * (most or result.maximum) / result.maximum:g}"
    if points is not None and place is None and results:
        cells[book.rows.index(points)] = f"{results[0].maximum:g}"
    title = book.header[place] if place is not None else column
    exported.text = Roster(
        book.file,
        [*(book.header[i] for i in named), title],
        [[*(row[i] for i in named), cells[number]] for number, row in enumerate(book.rows)],
        book.delimiter,
        book.mark,
    ).text()
    return exported


def points_in(gradebook: Path, column: str) -> dict[str, float]:
    """Read the grades of one column by the user's number; empty cells are left out."""
    book = roster.read(gradebook)
    number, place = book.need(_("the user's number"), NUMBER), _column(book, column)
    if place is None:
        book.need(_("the assignment"), column)
    return {row[number]: float(row[place]) for row in book.rows if row[number].strip() and row[place].strip()}


def _column(book: Roster, title: str) -> int | None:
    wanted = roster.plain(title)
    found = [
        place
        for place, name in enumerate(book.header)
        if roster.plain(name) == wanted
        or ((numbered := _TITLED.match(name)) and roster.plain(numbered["title"]) == wanted)
    ]
    if len(found) > 1:
        raise LabkitError(
            _("{file} has {n} columns called {title!r}. Say which with its number: {names}.").format(
                file=book.file.name, n=len(found), title=title, names=", ".join(book.header[i] for i in found)
            )
        )
    return found[0] if found else None


def _most(book: Roster, points: list[str] | None, place: int | None) -> float | None:
    if points is None or place is None or not points[place].strip():
        return None
    try:
        return float(points[place])
    except ValueError:
        raise LabkitError(
            _("{file}: {column} is {found!r}; expected a number.").format(
                file=book.file.name, column=POINTS_POSSIBLE, found=points[place]
            )
        ) from None


def _names(book: Roster, row: list[str], named: Sequence[int]) -> list[str]:
    """What a student is known by: numbers, login, and the name in both orders and as Canvas joins it in file names."""
    name = row[book.need(_("the student"), STUDENT)]
    last, comma, first = name.partition(",")
    turned = f"{first.strip()} {last.strip()}" if comma else name
    joined = "".join(c for c in roster.plain(f"{last}{first}") if c.isalnum())
    who = [row[place] for place in named if book.header[place] not in {"Section", "Root Account", STUDENT}]
    return [*who, name, turned, joined]


def _keys(student: str) -> list[str]:
    file = _FILE.match(student)
    return [file["number"], file["name"]] if file else [student]
