"""Double marking: two sheets marked apart, how far they agree, and what is final."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labkit.grading import agreement, blind, files, grade, marks, output, sheet, tables
from labkit.grading.agreement import Agreement, Decision
from labkit.grading.export import graded
from labkit.grading.marks import Marks
from labkit.i18n import _, ngettext

DISAGREEMENTS, THIRD = "disagreements.csv", "third-sheet.csv"


@dataclass(frozen=True)
class Double:
    """What came of two sheets.

    Attributes
    ----------
    names : dict
        What a student is called in what is printed: a blind code, if the sheets had them.
    said : list of str
        What was written, and what is still to do.
    """

    agreement: Agreement
    decision: Decision
    names: Mapping[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def blank_sheet(name: str, file: Path, blinded: bool = False, out: Path | None = None) -> int:
    """Write a sheet without anybody's marks; returns how many texts it holds."""
    _assignment, folder, _journal, criteria, results = graded(name, out)
    codes = blind.load(folder)
    if blinded:
        codes.draw(result.student for result in results)
        blind.save(folder, codes)
    return sheet.write(file, results, criteria, {}, codes.codes if blinded else None)


def double(
    name: str,
    first: Path,
    second: Path,
    third: Path | None = None,
    out: Path | None = None,
    *,
    take: bool = False,
    gradebook: str | None = None,
) -> Double:
    """Compare two sheets, list where they differ, and take in what is final if that is wanted.

    Beside the grades a table of disagreements is written, and, as long as some are open, a sheet that asks
    a third marker for these alone.

    Raises
    ------
    LabkitError
        If a sheet cannot be used, or no text was marked by both.
    """
    assignment, folder, journal, criteria, results = graded(name, out)
    codes = blind.load(folder)
    students = {result.student for result in results}
    given = {
        file: {
            (mark.student, mark.question): mark
            for mark in sheet.read(file, criteria, students, codes.students).marks
        }
        for file in (first, second, *([third] if third else []))
    }
    one, two, three = given[first], given[second], given[third] if third else None
    found = agreement.compare(one, two, criteria)
    texts = {
        (result.student, question.id): marks.text_id(question)
        for result in results
        for question in result.questions
        if question.id in criteria.questions
    }
    decision = agreement.decide(one, two, criteria, three, texts)
    names = codes.codes if _is_blind(first, codes) else {}
    said = _written(folder, found, decision, one, two, results, criteria, codes, names)
    if take:
        with output.alone(folder):
            journal.read_on()
            kept = marks.merge(journal.state.marks, decision.marks.values())
            n = journal.mark(kept, ", ".join(file.name for file in given))
            grade.refresh(assignment, folder, journal, gradebook)
        said.append(
            ngettext(
                "The marks of {n} text were taken in.", "The marks of {n} texts were taken in.", n
            ).format(n=n)
        )
    return Double(found, decision, names, said)


def _written(
    folder, found: Agreement, decision: Decision, one: Marks, two: Marks, results, criteria, codes, names
) -> list[str]:
    apart = found.disagreements.assign(
        student=found.disagreements["student"].map(lambda who: names.get(who, who))
    )
    table = files.write(folder / DISAGREEMENTS, tables.write([list(apart.columns), *apart.values.tolist()]))
    n, texts = len(apart), int(found.by_criterion["texts"].iloc[-1])
    said = [
        ngettext("{n} disagreement: {file}", "{n} disagreements: {file}", n).format(n=n, file=table),
        ngettext("{n} text was marked by both.", "{n} texts were marked by both.", texts).format(n=texts),
    ]
    for name, only in (("first", found.only_first), ("second", found.only_second)):
        if only:
            words = {
                "first": _("Marked in the first sheet only, and not final: {texts}."),
                "second": _("Marked in the second sheet only, and not final: {texts}."),
            }[name]
            said.append(words.format(texts="; ".join(f"{names.get(s, s)}, {q}" for s, q in only[:20])))
    if decision.decided:
        n = len(decision.decided)
        said.append(
            ngettext(
                "{n} was decided by the third marker.", "{n} were decided by the third marker.", n
            ).format(n=n)
        )
    third = folder / THIRD
    if decision.open:
        n = len(decision.open)
        if not _holds_marks(third, criteria, {result.student for result in results}, codes):
            sheet.write_open(third, results, criteria, agreement.in_dispute(decision, one, two), names)
        said.append(
            ngettext(
                "{n} is open: have a third marker fill in {file}, then give it with --third.",
                "{n} are open: have a third marker fill in {file}, then give it with --third.",
                n,
            ).format(n=n, file=third)
        )
    return said


def _holds_marks(file: Path, criteria, students, codes: blind.Blind) -> bool:
    """Whether somebody's work would be lost if the file were written again."""
    return file.is_file() and bool(sheet.read(file, criteria, students, codes.students).marks)


def _is_blind(file: Path, codes: blind.Blind) -> bool:
    rows = tables.read(file.read_bytes())
    column = [cell.strip().casefold() for cell in rows[0]].index("student")
    return any(len(row) > column and tables.plain(row[column].strip()) in codes.students for row in rows[1:])
