"""Blind ids: a marker sees a code where a name would stand.

The codes are drawn once a student and kept in the folder of grades, so that a sheet handed out today fits the
names of next week. Whoever marks blind gets the sheet alone, not the folder.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading import files
from labkit.i18n import _

FILE = "blind.json"
_LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowels: no words; nothing a spreadsheet takes for a number or a date
_LENGTH = 6


@dataclass
class Blind:
    """Codes by student.

    Attributes
    ----------
    on : bool
        Whether the folder's own sheet is blind.
    """

    on: bool = False
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def students(self) -> dict[str, str]:
        """Students by code."""
        return {code: student for student, code in self.codes.items()}

    def draw(self, students: Iterable[str]) -> None:
        """A code for everybody who has none, that says nothing of who it is."""
        everybody = set(students)
        taken = {*self.codes.values(), *self.codes, *everybody}
        for student in sorted(everybody - set(self.codes)):
            code = ""
            while not code or code in taken:
                code = "".join(secrets.choice(_LETTERS) for _place in range(_LENGTH))
            taken.add(code)
            self.codes[student] = code


def load(folder: Path) -> Blind:
    """The codes of a folder of grades; none if nobody has been blinded there.

    Raises
    ------
    LabkitError
        If they cannot be read: sheets that are out could not be told apart any more.
    """
    file = folder / FILE
    if not file.is_file():
        return Blind()
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return Blind(bool(data["on"]), {str(k): str(v) for k, v in data["codes"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabkitError(
            _(
                "The blind ids in {file} cannot be read ({reason}). Restore the file from a copy; it is not overwritten."
            ).format(file=file, reason=error)
        ) from None


def save(folder: Path, blind: Blind) -> None:
    if blind.codes or blind.on:
        data = {"on": blind.on, "codes": blind.codes}
        files.write_changed(folder / FILE, json.dumps(data, indent=1, sort_keys=True) + "\n")
