"""The commands on grades that there are: grade again, mark, export, compare."""

from __future__ import annotations

from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from labkit.cli_options import WORKERS, Isolated, Isolation, Workers
from labkit.i18n import _, ngettext

Assignment = Annotated[str, typer.Argument(help="The assignment's id, such as petlove.")]
Grades = Annotated[Path | None, typer.Option(help="Where the grades are; grades/<assignment> if not said.")]
Url = Annotated[
    str | None,
    typer.Option(
        envvar="LABKIT_GRADEBOOK",
        help="SQLAlchemy URL of the gradebook; a SQLite file beside the grades if not said.",
    ),
]

_LONGEST = 40
"""Names or rows of a list that are printed."""


class Format(StrEnum):
    """What grades can be exported to."""

    csv = "csv"
    moodle = "moodle"
    canvas = "canvas"


class Report(StrEnum):
    """What a report can be written as."""

    html = "html"
    csv = "csv"


def register(app: typer.Typer) -> None:
    """Add ``regrade``, ``export``, ``sheet``, ``agreement`` and ``similar``."""
    for command in (regrade, export, sheet, agreement, similar):
        app.command()(command)


def regrade(
    assignment: Assignment,
    submissions: Annotated[Path, typer.Argument(help="The folder of submissions.")],
    student: Annotated[
        list[str] | None,
        typer.Option(help="Only this student, whatever changed; may be given several times."),
    ] = None,
    grades: Grades = None,
    again: Annotated[bool, typer.Option("--again", help="Also what rests on nothing that changed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: let the new grades hold.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a cell may take.")] = 60,
    total: Annotated[float, typer.Option(min=1, help="Seconds a whole notebook may take.")] = 600,
    memory: Annotated[int, typer.Option(min=256, help="Memory a notebook may use, in MB.")] = 4096,
    workers: Workers = WORKERS,
    key: Annotated[Path | None, typer.Option(help="The executed key, if it is not the course's own.")] = None,
    isolation: Isolation = Isolated.sandbox,
    secret: Annotated[
        Path | None,
        typer.Option(
            help="File of the secret from which each student's data follow; or set LABKIT_VARIANT_SECRET_FILE."
        ),
    ] = None,
    gradebook: Url = None,
) -> None:
    """Grade again what rests on a key, versions or limits that changed; show what would change, and ask.

    Marks that people gave stay as they are. Until you say yes, nothing is overwritten.
    """
    from rich.console import Console

    from labkit.cli_progress import progress
    from labkit.grading import variants
    from labkit.grading.kernel import Limits
    from labkit.grading.regrade import regrade as run

    console = Console()
    with ExitStack() as stack:
        with progress(console) as (start, done):
            regrading = stack.enter_context(
                run(
                    assignment,
                    submissions,
                    grades,
                    limits=Limits(cell_seconds=timeout, total_seconds=total, memory_mb=memory),
                    workers=workers,
                    key_file=key,
                    isolated=isolation.value,
                    secret=variants.secret_of(secret),
                    again=again,
                    students=student or (),
                    on_start=start,
                    on_graded=done,
                )
            )
        proposal = regrading.proposal
        _print_proposal(console, proposal)
        if proposal.results:
            if yes or typer.confirm(_("Let the new grades hold?"), default=False):
                regrading.take(gradebook)
                said = ngettext("{n} grade was written.", "{n} grades were written.", len(proposal.results))
                console.print(said.format(n=len(proposal.results)), markup=False)
            else:
                console.print(_("Nothing was changed."), markup=False)
        elif not proposal.failed:
            console.print(_("There is nothing to grade again."), markup=False)
    if proposal.failed:
        raise typer.Exit(1)


def export(
    assignment: Assignment,
    format: Annotated[Format, typer.Option(help="csv, or the file of an LMS filled in.")] = Format.csv,
    roster: Annotated[
        Path | None, typer.Option(help="The file that the LMS gave: Moodle's worksheet, Canvas's gradebook.")
    ] = None,
    column: Annotated[
        str | None, typer.Option(help="Canvas: the assignment's title there. Moodle: the column of grades.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file written; export-<format>.csv beside the grades if not said.")
    ] = None,
    grades: Grades = None,
) -> None:
    """Write the grades for another program, and say whose are missing and whose await marks."""
    from rich.console import Console

    from labkit.grading import files
    from labkit.grading.export import export as run

    console = Console()
    exported, folder = run(assignment, format.value, roster, column, grades)
    file = files.write(out or folder / f"export-{format.value}.csv", exported.text)
    n = len(exported.filled)
    said = ngettext("{n} grade was written to {file}.", "{n} grades were written to {file}.", n)
    console.print(said.format(n=n, file=file), markup=False, soft_wrap=True)
    not_written = format is not Format.csv
    for names, words in (
        (
            exported.awaiting,
            _("Awaiting marks, and not written: {names}.") if not_written else _("Awaiting marks: {names}."),
        ),
        (exported.unmatched, _("Graded here, but not found in {roster}, or not for certain: {names}.")),
        (exported.missing, _("In {roster}, but without a submission here: {names}.")),
    ):
        if names:
            shown = words.format(names=_listed(names), roster=roster.name if roster else "")
            console.print(shown, markup=False, soft_wrap=True)


def sheet(
    assignment: Assignment,
    out: Annotated[Path, typer.Option(help="The sheet to write (CSV).")],
    blind: Annotated[bool, typer.Option("--blind", help="With codes for names.")] = False,
    grades: Grades = None,
) -> None:
    """Write a sheet without marks, for one of several markers who mark on their own."""
    from labkit.grading.double import blank_sheet

    n = blank_sheet(assignment, out, blind, grades)
    said = ngettext("{n} text to mark: {file}", "{n} texts to mark: {file}", n)
    print(said.format(n=n, file=out))


def agreement(
    assignment: Assignment,
    first: Annotated[Path, typer.Argument(help="The sheet of one marker.")],
    second: Annotated[Path, typer.Argument(help="The sheet of the other.")],
    third: Annotated[Path | None, typer.Option(help="The sheet in which a third marker has decided.")] = None,
    take: Annotated[
        bool, typer.Option("--take", help="Take the marks that are final into the gradebook.")
    ] = False,
    grades: Grades = None,
    gradebook: Url = None,
) -> None:
    """Compare two markers' sheets: weighted kappa, every disagreement, and what is final.

    Final is what both gave, and what a third marker decided; nothing is averaged.
    """
    from rich.console import Console

    from labkit.grading.double import double

    done = double(assignment, first, second, third, grades, take=take, gradebook=gradebook)
    _print_agreement(Console(), done, take)


def similar(
    assignment: Assignment,
    format: Annotated[Report, typer.Option(help="A page to read, or a table.")] = Report.html,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="List pairs that share at least this much of what is rare.")
    ] = 0.5,
    out: Annotated[
        Path | None, typer.Option(help="The report; similar.<format> beside the grades if not said.")
    ] = None,
    grades: Grades = None,
) -> None:
    """List answers that are more alike than the assignment and the class explain. A reason to read, no proof."""
    from labkit.grading import alike, files, output, similarity, tables

    found = alike.find(assignment, grades, least)
    folder = output.folder_of(found.assignment, grades)
    rows = similarity.table(found.pairs)
    content = (
        alike.page(found)
        if format is Report.html
        else tables.write([list(rows.columns), *rows.values.tolist()])
    )
    file = files.write(out or folder / f"similar.{format.value}", content)
    n = len(found.pairs)
    print(
        ngettext("{n} pair of answers to read: {file}", "{n} pairs of answers to read: {file}", n).format(
            n=n, file=file
        )
    )
    print(alike.caution(found))


def _print_proposal(console, proposal) -> None:
    from rich.markup import escape
    from rich.table import Table

    from labkit.grading import basis
    from labkit.grading.results import verdict_in_words

    if proposal.changes:
        table = Table(title=_("What would change"), title_justify="left")
        for heading in (_("student"), _("question"), _("old"), _("new"), _("why")):
            table.add_column(heading, overflow="fold")
        for each in proposal.changes:
            old, new = (
                "" if not verdict else f"{_shown(points)} ({verdict_in_words(verdict)})"
                for points, verdict in ((each.old, each.old_verdict), (each.new, each.new_verdict))
            )
            table.add_row(
                escape(each.student), each.question, escape(old), escape(new), basis.in_words(each.why)
            )
        console.print(table)
    same = len(proposal.results) - len({each.student for each in proposal.changes})
    lines = [
        (same, ngettext("{n} grade stays the same.", "{n} grades stay the same.", same)),
        (
            len(proposal.untouched),
            ngettext(
                "{n} rests on nothing that changed and was not run again.",
                "{n} rest on nothing that changed and were not run again.",
                len(proposal.untouched),
            ),
        ),
    ]
    for n, words in lines:
        if n:
            console.print(words.format(n=n), markup=False)
    if proposal.unknown:
        said = _("Not graded yet, labkit grade does that: {names}.").format(names=_listed(proposal.unknown))
        console.print(said, markup=False, soft_wrap=True)
    if proposal.failed:
        said = _("The grader failed on these; their grades stay: {names}.").format(
            names=_listed(proposal.failed)
        )
        console.print(said, markup=False, soft_wrap=True)


def _print_agreement(console, done, take: bool) -> None:
    from math import isnan

    from rich.markup import escape
    from rich.table import Table

    found = done.agreement
    table = Table(title=_("How far the two markers agree"), title_justify="left")
    headings = (
        _("question"),
        _("criterion"),
        _("texts"),
        _("same level"),
        _("weighted kappa"),
        _("first higher by"),
    )
    for heading in headings:
        table.add_column(heading)
    for row in found.by_criterion.itertuples():
        kappa = "–" if isnan(row.kappa) else f"{row.kappa:.2f}"
        name = _("all") if row.criterion == "all" and not row.question else row.criterion
        table.add_row(
            row.question, name, str(row.texts), f"{row.same:.0%}", kappa, f"{row.first_higher_by:+.2f}"
        )
    console.print(table)
    apart = found.disagreements
    if len(apart):
        table = Table(title=_("Where they differ, the widest first"), title_justify="left")
        for heading in (_("question"), _("student"), _("criterion"), _("first"), _("second")):
            table.add_column(heading)
        for row in apart.head(_LONGEST).itertuples():
            student = done.names.get(row.student, row.student)
            table.add_row(row.question, escape(student), row.criterion, f"{row.first:g}", f"{row.second:g}")
        console.print(table)
    for line in done.said:
        console.print(line, markup=False, soft_wrap=True)


def _shown(points: float | None) -> str:
    from labkit.grading.feedback import number

    return "–" if points is None else number(points)


def _listed(names: list[str]) -> str:
    rest = len(names) - _LONGEST
    shown = ", ".join(names[:_LONGEST])
    return shown if rest <= 0 else _("{names} and {n} more").format(names=shown, n=rest)
