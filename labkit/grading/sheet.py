"""The rubric sheet: free texts out to a spreadsheet, marks back in.

One row a text, all students' answers to a question together, so that a marker stays with one question;
one column a criterion. What a marker may change are the criteria and the comment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading import files, tables
from labkit.grading.marks import Mark, Marks, changed, text_id
from labkit.grading.results import BLANK, QuestionResult, Result
from labkit.grading.rubric import Criterion, Rubric, unknown_codes
from labkit.i18n import _

FILE = "rubric-sheet.csv"
NOT_ASKED = "n/a"
"""Stands where a question does not have the criterion of a column."""

ERASE = "-"
"""Typed over a mark or a comment, it takes it back; an empty cell changes nothing."""

TEXT_LIMIT = 32_000
"""Characters a spreadsheet holds in one cell, nearly."""

_FACTS = (
    "assignment",
    "question",
    "student",
    "text",
    "beside",
    "paragraphs",
    "words",
    "citations",
    "unknown_facts",
)
_COMMENT, _CHANGED, _TEXT_ID = "comment", "changed", "text_id"
_GIVEN = "first / second"

CHANGED = "changed"
"""Stands, with the id of the text that was marked, where a text is another one now."""

CONFIRM = "ok"
"""Typed over it, the marks hold for the text as it is now; so they do when one of them is changed."""


@dataclass(frozen=True)
class Given:
    """What a sheet says.

    Attributes
    ----------
    marks : tuple of Mark
    erased : tuple of (student, question, column)
        What the marker took back.
    stale : dict of (student, question) to str
        Rows that hold marks of an earlier text, and the id of that text.
    confirmed : frozenset of (student, question)
        Rows whose marks were said to hold for the text shown.
    blanks : dict of (student, question) to tuple of str
        Criteria left blank, by row.
    """

    marks: tuple[Mark, ...]
    erased: tuple[tuple[str, str, str], ...]
    stale: Mapping[tuple[str, str], str] = field(default_factory=dict)
    confirmed: frozenset[tuple[str, str]] = frozenset()
    blanks: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, compare=False)


def write(
    file: Path,
    results: Iterable[Result],
    rubric: Rubric,
    marks: Marks,
    codes: Mapping[str, str] | None = None,
) -> int:
    """Write the sheet with the marks given so far; returns how many texts it holds.

    Blank texts earn nothing and are left out, unless they have been marked all the same. With `codes`, by
    student, the sheet has codes for names, and is ordered by them.
    """
    codes = codes or {}
    header = [*_FACTS, *(_heading(rubric, name) for name in rubric.criteria), _COMMENT, _CHANGED, _TEXT_ID]
    rows: list[Sequence[object]] = [header]
    ordered = sorted(results, key=lambda result: codes.get(result.student, result.student))
    for name in rubric.questions:
        for result in ordered:
            question, who = result.question(name), codes.get(result.student, result.student)
            if question.verdict != BLANK or (result.student, name) in marks:
                rows.append(_row(result, who, question, rubric, marks.get((result.student, name))))
    files.write(file, tables.write(rows))
    return len(rows) - 1


def write_open(
    file: Path,
    results: Iterable[Result],
    rubric: Rubric,
    undecided: Mapping[tuple[str, str], Mapping[str, str]],
    codes: Mapping[str, str] | None = None,
) -> int:
    """Write a sheet for a third marker: only what two others differ on is asked; returns how many texts it holds.

    Parameters
    ----------
    undecided : mapping
        By student and question, what is said of each open criterion, such as ``2 / 1``.
    """
    codes, by_student = codes or {}, {result.student: result for result in results}
    header = [*_FACTS, *(_heading(rubric, name) for name in rubric.criteria), _COMMENT, _CHANGED, _TEXT_ID]
    rows: list[Sequence[object]] = [[*header, _GIVEN]]
    ordered = sorted(
        undecided, key=lambda key: (list(rubric.questions).index(key[1]), codes.get(key[0], key[0]))
    )
    for student, question in ordered:
        said, who = undecided[student, question], codes.get(student, student)
        row = _row(by_student[student], who, by_student[student].question(question), rubric, None)
        for place, name in enumerate(rubric.criteria, start=len(_FACTS)):
            row[place] = None if name in said else NOT_ASKED
        rows.append([*row, "; ".join(f"{name}: {given}" for name, given in said.items())])
    files.write(file, tables.write(rows))
    return len(rows) - 1


def read(
    file: Path, rubric: Rubric, students: Collection[str], by_code: Mapping[str, str] | None = None
) -> Given:
    """Read a marked sheet, with names or with blind codes (`by_code`: the students they stand for).

    Raises
    ------
    LabkitError
        Listing every row that cannot be used, and why; nothing of the sheet is taken then.
    """
    try:
        rows = tables.read(file.read_bytes())
    except OSError as error:
        raise LabkitError(
            _("{file} cannot be read: {reason}").format(file=file, reason=error.strerror)
        ) from None
    if not rows:
        raise LabkitError(_("{file} is empty; expected a rubric sheet.").format(file=file))
    columns, by_code = _columns(file, rows[0], rubric), by_code or {}
    problems: list[str] = []
    marks: dict[tuple[str, str], Mark] = {}
    erased: list[tuple[str, str, str]] = []
    stale: dict[tuple[str, str], str] = {}
    confirmed: set[tuple[str, str]] = set()
    blanks: dict[tuple[str, str], tuple[str, ...]] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        given = {name: cells[name] for name in (*rubric.criteria, _COMMENT) if name in cells}
        said = cells.get(_CHANGED, "").casefold()
        student = tables.plain(cells["student"])
        cells["student"] = by_code.get(student, student)
        row_key = (cells["student"], cells["question"])
        blanks[row_key] = tuple(name for name in rubric.criteria if not given.get(name))
        if not any(value and value.casefold() != NOT_ASKED for value in given.values()):
            continue
        reader = _Row(number, cells, rubric, students)
        mark = reader.mark(given)
        problems += reader.problems
        if mark is None:
            continue
        key = (mark.student, mark.question)
        if key in marks and marks[key] != mark:
            problems.append(reader.said(_("This text is marked twice, and differently.")))
        marks[key] = mark
        blanks[key] = blanks[row_key]
        if said == CONFIRM:
            confirmed.add(key)
        elif said.startswith(CHANGED):
            stale[key] = said.removeprefix(CHANGED).strip()
        erased += [(*key, name) for name, value in given.items() if value == ERASE]
    if problems:
        raise LabkitError(
            "\n".join(
                [
                    _("Nothing was taken from {file}; please correct:").format(file=file),
                    *(f"- {p}" for p in problems),
                ]
            )
        )
    given_marks = tuple(mark for mark in marks.values() if mark.points or mark.comment)
    return Given(given_marks, tuple(erased), stale, frozenset(confirmed), blanks)


class _Row:
    """Reads one row, collecting what is wrong with it."""

    def __init__(self, number: int, cells: dict[str, str], rubric: Rubric, students: Collection[str]) -> None:
        self.number, self.cells, self.rubric, self.students = number, cells, rubric, students
        self.problems: list[str] = []

    def said(self, problem: str) -> str:
        who = ", ".join(filter(None, (self.cells["student"], self.cells["question"])))
        return _("row {number} ({who}): {problem}").format(number=self.number, who=who, problem=problem)

    def mark(self, given: dict[str, str]) -> Mark | None:
        found = self.cells.get("assignment") or self.rubric.assignment
        if found != self.rubric.assignment:
            self._add(
                _("It is of the assignment {found}; expected {expected}.").format(
                    found=found, expected=self.rubric.assignment
                )
            )
            return None
        question = self.rubric.questions.get(self.cells["question"])
        if question is None:
            self._add(
                _("{found} is no text question; expected one of: {known}.").format(
                    found=repr(self.cells["question"]), known=", ".join(self.rubric.questions)
                )
            )
        student = self._student()
        if question is None or student is None:
            return None
        points = {}
        for name in self.rubric.criteria:
            value = given.get(name, "")
            if value in ("", ERASE) or value.casefold() == NOT_ASKED:
                continue
            criterion = question.criterion(name)
            if criterion is None:
                self._add(
                    _("{criterion} is not marked in {question}; leave it {empty}.").format(
                        criterion=name, question=question.id, empty=NOT_ASKED
                    )
                )
            elif (mark := self._points(criterion, value)) is not None:
                points[name] = mark
        comment = given.get(_COMMENT, "")
        comment = "" if comment == ERASE else tables.plain(comment)
        for code in unknown_codes(comment, self.rubric):
            self._add(
                _("There is no comment #{code}; there are: {known}.").format(
                    code=code, known=", ".join(f"#{name}" for name in self.rubric.comments)
                )
            )
        return Mark(student, question.id, points, comment, self.cells.get(_TEXT_ID, ""))

    def _student(self) -> str | None:
        """The student, also where a spreadsheet has dropped the zeros in front of a number."""
        found = self.cells["student"]
        if found in self.students:
            return found
        alike = [student for student in self.students if student.isdigit() and student.lstrip("0") == found]
        if len(alike) == 1:
            return alike[0]
        self._add(_("There is no student {found} among the submissions.").format(found=repr(found)))
        return None

    def _points(self, criterion: Criterion, value: str) -> float | None:
        levels = ", ".join(f"{level.points:g}" for level in criterion.levels)
        try:
            points = tables.number(value)
        except ValueError:
            self._add(
                _("{criterion}: {found} is not a number; the levels are {levels}.").format(
                    criterion=criterion.id, found=repr(value), levels=levels
                )
            )
            return None
        if not criterion.levels[0].points <= points <= criterion.maximum:
            self._add(
                _("{criterion}: {found} is out of range; the levels are {levels}.").format(
                    criterion=criterion.id, found=value, levels=levels
                )
            )
            return None
        if criterion.level(points) is None:
            self._add(
                _("{criterion}: there is no level of {found} points; the levels are {levels}.").format(
                    criterion=criterion.id, found=value, levels=levels
                )
            )
            return None
        return points

    def _add(self, problem: str) -> None:
        self.problems.append(self.said(problem))


def _columns(file: Path, header: Sequence[str], rubric: Rubric) -> dict[str, int]:
    """Where each column stands, by its name; columns a marker added are passed over."""
    names = [cell.split("(")[0].strip().casefold() for cell in header]
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    missing = [name for name in ("question", "student", *rubric.criteria) if name not in places]
    if missing:
        raise LabkitError(
            _(
                "{file} is no rubric sheet of {assignment}: the columns {missing} are missing; found: {found}."
            ).format(
                file=file,
                assignment=rubric.assignment,
                missing=", ".join(missing),
                found=", ".join(header)[:200],
            )
        )
    return places


def _heading(rubric: Rubric, name: str) -> str:
    """A criterion's column, with its levels if they are the same for every question."""
    levels = {
        tuple(level.points for level in criterion.levels)
        for question in rubric.questions.values()
        if (criterion := question.criterion(name)) is not None
    }
    return f"{name} ({' '.join(f'{p:g}' for p in levels.pop())})" if len(levels) == 1 else name


def _row(
    result: Result, who: str, question: QuestionResult, rubric: Rubric, mark: Mark | None
) -> list[object]:
    counted = question.structure
    beside = question.beside
    if result.extra and (
        "[R" in question.text or (counted and counted.refs)
    ):  # own research, where the text cites it
        beside = "\n\n".join(filter(None, (beside, *result.extra.values())))
    facts = (
        (counted.paragraphs, counted.words, counted.citations, counted.unknown) if counted else (0, 0, (), ())
    )
    given = mark.points if mark else {}
    criteria = [
        NOT_ASKED if rubric.questions[question.id].criterion(name) is None else given.get(name)
        for name in rubric.criteria
    ]
    return [
        rubric.assignment,
        question.id,
        who,
        _short(question.text),
        _short(beside),
        facts[0],
        facts[1],
        " ".join(map(str, facts[2])),
        " ".join(map(str, facts[3])),
        *criteria,
        mark.comment if mark else "",
        f"{CHANGED} {mark.text_id}" if mark and changed(mark, question) else "",
        text_id(question),
    ]


def _short(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]} […]"
