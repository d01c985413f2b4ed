"""Moodle: grades into the worksheet of its offline grading.

In the assignment's settings, *Offline grading worksheet* is switched on; *Download grading worksheet* then gives
a CSV file with one row a student, and *Upload grading worksheet* takes it back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading.exports import roster
from labkit.grading.exports.roster import Exported
from labkit.grading.results import Result
from labkit.i18n import _

IDENTIFIER = ("Identifier", "Identificador")
GRADE = ("Grade", "Nota", "Avaliação")
MAXIMUM = ("Maximum Grade", "Nota máxima")
FEEDBACK = ("Feedback comments", "Comentários de feedback")
WHO = (
    "Full name", "Nome completo", "Email address", "Endereço de email", "ID number", "Número de identificação",
    "Username", "Identificação de usuário",
)  # fmt: skip

_FOLDER = re.compile(r"^(?P<name>.*?)_(?P<number>\d+)_assignsubmission_")
"""How Moodle names what a student handed in: full name, participant number, kind."""


def to_moodle(
    results: Sequence[Result],
    worksheet: Path,
    comments: dict[str, str] | None = None,
    grade_column: str | None = None,
) -> Exported:
    """Write final grades into a Moodle grading worksheet.

    A student's row is found by the participant number in the name of the folder that Moodle gave; else by
    full name, e-mail address, ID number or username. Points are scaled to the worksheet's maximum grade, and
    written with the decimal sign that it uses. All else stays as it was.

    Parameters
    ----------
    results : sequence of Result
    worksheet : Path
        The file downloaded from Moodle.
    comments : dict, optional
        Text for *Feedback comments*, by student; a worksheet without the column gets none.
    grade_column : str, optional
        Name of the column of grades, where the worksheet is in another language than English or Portuguese.

    Raises
    ------
    LabkitError
        If the worksheet cannot be read or lacks its columns.
    """
    sheet = roster.read(worksheet)
    who = [place for name in WHO if (place := sheet.column(name)) is not None]
    identifier = sheet.column(*IDENTIFIER)
    grade = sheet.need(_("the grade"), *([grade_column] if grade_column else GRADE))
    maximum, feedback = sheet.column(*MAXIMUM), sheet.column(*FEEDBACK)
    if identifier is None and not who:
        sheet.need(_("the student"), *IDENTIFIER, *WHO)
    rows = {
        number: [
            *(row[place] for place in who),
            *([_digits(row[identifier])] if identifier is not None else []),
        ]
        for number, row in enumerate(sheet.rows)
    }
    keys = {result.student: _keys(result.student) for result in results}
    exported = Exported("")
    places = roster.matched(keys, keys, rows)
    name = who[0] if who else identifier
    exported.missing = roster.without({number: row[name] for number, row in enumerate(sheet.rows)}, places)
    comma = any("," in row[maximum] for row in sheet.rows) if maximum is not None else sheet.delimiter == ";"
    for result, number in roster.fill(results, places, exported, len(sheet.rows)):
        row = sheet.rows[number]
        most = _number(sheet, row, maximum) if maximum is not None else result.maximum
        points = f"{result.points * most / result.maximum:.2f}"
        row[grade] = points.replace(".", ",") if comma else points
        if feedback is not None and comments and comments.get(result.student):
            row[feedback] = comments[result.student]
    exported.text = sheet.text()
    return exported


def points_in(worksheet: Path, grade_column: str | None = None) -> dict[str, float]:
    """Read the grades of a worksheet by identifier, else by full name; rows without a grade are left out."""
    sheet = roster.read(worksheet)
    who = sheet.need(_("the student"), *IDENTIFIER, *WHO)
    grade = sheet.need(_("the grade"), *([grade_column] if grade_column else GRADE))
    return {row[who]: _number(sheet, row, grade) for row in sheet.rows if row[grade].strip() not in {"", "-"}}


def _keys(student: str) -> list[str]:
    folder = _FOLDER.match(student)
    return [folder["number"], folder["name"]] if folder else [student]


def _digits(identifier: str) -> str:
    return "".join(c for c in identifier if c.isdigit())


def _number(sheet: roster.Roster, row: list[str], place: int) -> float:
    try:
        return float(row[place].strip().replace(",", "."))
    except ValueError:
        raise LabkitError(
            _("{file}: {column} is {found!r}; expected a number.").format(
                file=sheet.file.name, column=sheet.header[place], found=row[place]
            )
        ) from None
