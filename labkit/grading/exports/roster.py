"""The file that an LMS gave: who is in it, how it is written, and which student is whom."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading.results import Result
from labkit.i18n import _


@dataclass
class Exported:
    """What an export wrote, and what it did not.

    Attributes
    ----------
    text : str
        The file's content.
    filled : dict of str to float
        Points written, by student.
    awaiting : list of str
        Students with texts that await marks: their grade is not final and was not written.
    unmatched : list of str
        Students that no row of the LMS's file could be found for, or more than one.
    untouched : int
        Rows of the LMS's file without a grade here; they stay as they were.
    missing : list of str
        People in the LMS's file who have no submission here, as the file names them.
    """

    text: str
    filled: dict[str, float] = field(default_factory=dict)
    awaiting: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    untouched: int = 0
    missing: list[str] = field(default_factory=list)


@dataclass
class Roster:
    """A CSV file as an LMS wrote it, with the manner of its writing, so that it can be written back alike."""

    file: Path
    header: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    mark: bool = False
    """Whether the file begins with a byte order mark."""

    def column(self, *names: str) -> int | None:
        """Return the position of the first column that has one of these names, in any case."""
        wanted = [plain(name) for name in names]
        found = {plain(title): place for place, title in reversed(list(enumerate(self.header)))}
        return next((found[name] for name in wanted if name in found), None)

    def need(self, what: str, *names: str) -> int:
        """Return the position of a column that has to be there.

        Raises
        ------
        LabkitError
            If it is not; the message lists what is.
        """
        place = self.column(*names)
        if place is None:
            raise LabkitError(
                _("{file} has no column for {what}: expected {names}; found {found}.").format(
                    file=self.file.name, what=what, names=" / ".join(names), found=", ".join(self.header)
                )
            )
        return place

    def text(self) -> str:
        """The file's content, as it was written."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        writer.writerows([self.header, *self.rows])
        return ("\ufeff" if self.mark else "") + out.getvalue()


def read(file: Path) -> Roster:
    """Read a CSV file of an LMS: UTF-8 with or without a mark; comma, semicolon or tab.

    Raises
    ------
    LabkitError
        If there is no such file, if it is not UTF-8, or holds no table.
    """
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise LabkitError(
            _("{file} cannot be read: {reason}.").format(file=file, reason=error.strerror)
        ) from None
    except UnicodeDecodeError as error:
        raise LabkitError(
            _(
                "{file} is not UTF-8 (byte {place}). Download it from the LMS again, or save it as CSV UTF-8."
            ).format(file=file, place=error.start)
        ) from None
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    if not rows or len(rows[0]) < 2:
        raise LabkitError(
            _(
                "{file} is no table: expected the CSV file that the LMS gave, with a row of column names."
            ).format(file=file)
        )
    width = len(rows[0])
    body = [[*row, *[""] * (width - len(row))][: max(width, len(row))] for row in rows[1:]]
    return Roster(file, rows[0], body, delimiter, content.startswith(b"\xef\xbb\xbf"))


def plain(text: str) -> str:
    """A name without case, accents and doubled blanks, to compare it with another spelling."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


def matched(
    students: Iterable[str], keys: Mapping[str, Sequence[str]], rows: Mapping[int, Sequence[str]]
) -> dict[str, int]:
    """Find each student's row: the first of their keys that exactly one row has.

    Parameters
    ----------
    students : iterable of str
    keys : mapping
        What a student can be known by, strongest first, by student.
    rows : mapping
        What a row can be known by, by its number.

    Returns
    -------
    dict of str to int
        Students that no row, or more than one, could be found for are absent; so are two students of one row.
    """
    known: dict[str, set[int]] = defaultdict(set)
    for number, names in rows.items():
        for name in names:
            if name.strip():
                known[plain(name)].add(number)
    found = {}
    for student in students:
        for key in keys[student]:
            places = known.get(plain(key), set())
            if len(places) == 1:
                found[student] = next(iter(places))
                break
    taken = defaultdict(list)
    for student, number in found.items():
        taken[number].append(student)
    return {student: number for student, number in found.items() if len(taken[number]) == 1}


def without(people: Mapping[int, str], places: Mapping[str, int]) -> list[str]:
    """The people of whose rows none was found for anybody here."""
    return sorted(name for number, name in people.items() if number not in places.values())


def fill(
    results: Sequence[Result], places: Mapping[str, int], exported: Exported, total_rows: int
) -> Iterable[tuple[Result, int]]:
    """Go through the results that have a row and a final grade; account for all others in ``exported``."""
    for result in sorted(results, key=lambda each: each.student):
        if result.student not in places:
            exported.unmatched.append(result.student)
        elif result.awaiting:
            exported.awaiting.append(result.student)
        else:
            exported.filled[result.student] = result.points
            yield result, places[result.student]
    exported.untouched = total_rows - len(exported.filled)
