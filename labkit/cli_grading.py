"""The commands of :mod:`labkit.grading`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labkit import cli_gradebook
from labkit.cli_options import WORKERS, Isolated, Isolation, Workers
from labkit.i18n import _, ngettext

_QUOTE = 60
"""Characters of an added text that the preview shows."""

_WHOLE_CLASS = 40
"""Students up to whom the summary lists everybody; of a larger class, those who need a look."""


def register(app: typer.Typer) -> None:
    """Add ``grade``, ``audit``, ``preview``, ``pdf`` and ``release``, and those of :mod:`labkit.cli_gradebook`."""
    app.command()(grade)
    cli_gradebook.register(app)
    app.command()(audit)
    app.command()(preview)
    app.command()(pdf)
    app.command()(release)


def grade(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as petlove.")],
    submissions: Annotated[
        Path, typer.Argument(help="Folder with one notebook, or one sub-folder, a student.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "--grades", help="Where grades go; grades/<assignment> if not said."),
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a cell may take.")] = 60,
    total: Annotated[float, typer.Option(min=1, help="Seconds a whole notebook may take.")] = 600,
    memory: Annotated[int, typer.Option(min=256, help="Memory a notebook may use, in MB.")] = 4096,
    workers: Workers = WORKERS,
    marks: Annotated[Path | None, typer.Option(help="A marked rubric sheet (CSV) to take in.")] = None,
    key: Annotated[Path | None, typer.Option(help="The executed key, if it is not the course's own.")] = None,
    isolation: Isolation = Isolated.sandbox,
    again: Annotated[
        bool, typer.Option("--again", help="Run also what has been graded and did not change.")
    ] = False,
    blind: Annotated[
        bool | None,
        typer.Option(
            "--blind/--no-blind", help="Codes for names in the rubric sheet; as before if not said."
        ),
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(
            help="File of the secret from which each student's data follow; or set LABKIT_VARIANT_SECRET_FILE."
        ),
    ] = None,
    gradebook: cli_gradebook.Url = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write each feedback page as a PDF too.")] = False,
) -> None:
    """Grade the new submissions of a folder; an interrupted run goes on where it stopped.

    Grading again keeps every grade there is (labkit regrade changes them) and every mark that a person gave.
    The rubric sheet in the folder of grades may be filled in where it lies, or a copy be handed in with --marks.
    `labkit --lang` sets the language of these messages and tables; each feedback page is in that of the student's notebook.
    """
    _make_haste(isolation, workers)
    from rich.console import Console

    from labkit.cli_progress import progress
    from labkit.grading import variants
    from labkit.grading.grade import grade as run
    from labkit.grading.kernel import Limits

    console = Console()
    limits = Limits(cell_seconds=timeout, total_seconds=total, memory_mb=memory)
    try:
        with progress(console) as (start, graded):
            summary = run(
                assignment,
                submissions,
                out,
                limits=limits,
                workers=workers,
                marks_file=marks,
                key_file=key,
                isolated=isolation.value,
                secret=variants.secret_of(secret),
                again=again,
                blinded=blind,
                gradebook=gradebook,
                pdf=pdf,
                on_start=start,
                on_graded=graded,
            )
    except KeyboardInterrupt:
        console.print(
            _("Interrupted. What was graded is kept; the same command goes on from there."), markup=False
        )
        raise typer.Exit(130) from None
    _print_summary(console, summary)
    if summary.failed:
        raise typer.Exit(1)


def _make_haste(isolated: Isolated, workers: int) -> None:
    """Have sandbox and workers import while this process does: a third of a short run is imports."""
    from labkit.grading import sandbox, workforce

    if isolated is Isolated.sandbox:
        sandbox.begin()
    workforce.begin(workers)


def audit(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as petlove.")],
    student: Annotated[str, typer.Argument(help="The student, as the gradebook has it.")],
    out: Annotated[
        Path | None,
        typer.Option("--grades", "--out", help="Where the grades are; grades/<assignment> if not said."),
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a cell may take.")] = 60,
) -> None:
    """Repeat one grade with nbval, which knows nothing of labkit, and print the command."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from labkit.grading.audit import audit as run
    from labkit.grading.feedback import number
    from labkit.grading.results import verdict_in_words

    console = Console()
    audited = run(assignment, student, out, timeout)
    table = Table(title=escape(student), title_justify="left")
    for heading in (_("question"), _("grader"), _("points"), "nbval"):
        table.add_column(heading)
    words = {True: _("as the key"), False: _("not as the key"), None: _("does not judge it")}
    for each in audited.questions:
        points = f"{number(each.points)} / {number(each.maximum)}"
        table.add_row(each.question, verdict_in_words(each.verdict), points, words[each.passed])
    console.print(table)
    console.print(_("The two agree.") if audited.agrees else _("The two do not agree."))
    console.print(audited.command, markup=False, soft_wrap=True)
    if not audited.agrees:
        raise typer.Exit(1)


def preview(
    notebook: Annotated[Path, typer.Argument(help="Your notebook of the assignment.")],
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a cell may take.")] = 60,
) -> None:
    """Show what grading will read of your notebook. It gives no marks and needs no key."""
    from rich.console import Console

    from labkit.grading import handin
    from labkit.grading.kernel import Limits

    seen = handin.preview(notebook, Limits(cell_seconds=timeout))
    _print_preview(Console(), seen)


def pdf(
    notebook: Annotated[Path, typer.Argument(help="Your notebook of the assignment.")],
    out: Annotated[Path | None, typer.Option(help="The PDF; beside the notebook if not said.")] = None,
    name: Annotated[str, typer.Option(help="Your name, printed on the first page.")] = "",
) -> None:
    """Make the PDF that you hand in, without a network connection."""
    from labkit.grading import files, handin
    from labkit.grading import pdf as pages

    content = pages.render(handin.preview(notebook), name)
    target = files.write(out or notebook.with_suffix(".pdf"), content)
    print(_("Written: {file}").format(file=target))


def release(
    assignment: Annotated[str, typer.Argument(help="The assignment's id, such as petlove.")],
    out: Annotated[
        Path | None, typer.Option(help="Where the bundle goes; dist/<assignment> if not said.")
    ] = None,
) -> None:
    """Make the bundle that students get, as a folder and as a zip: no key, rubric or teacher's notes."""
    from labkit.grading.release import release as run

    released = run(assignment, out)
    for name in released.names:
        print(f"{released.folder / name}")
    print(released.archive)


def _print_summary(console, summary) -> None:
    from rich.markup import escape
    from rich.table import Table

    from labkit.grading import gradebook, sheet
    from labkit.grading.feedback import number

    shown = [result for result in summary.results if len(summary.results) <= _WHOLE_CLASS or _looks(result)]
    table = Table(title=_("Grades"), title_justify="left", show_lines=False)
    # A long name wraps; it does not take the room of the other columns.
    table.add_column(_("student"), max_width=max(16, console.width // 3), overflow="fold")
    for heading in (_("points"), _("out of"), _("awaiting marks")):
        table.add_column(heading, justify="right", min_width=6)
    table.add_column(_("look at it, because"), ratio=1, min_width=20)
    for result in shown:
        table.add_row(
            escape(result.student),
            number(result.points),
            number(result.maximum),
            str(len(result.awaiting) or ""),
            escape("\n".join(_looks(result))),
        )
    console.print(table)
    for said in [*_counted(summary, len(summary.results) - len(shown)), *_outdated_said(summary)]:
        console.print(said, markup=False, soft_wrap=True)
    if summary.variants:
        said = ngettext(
            "Data and key of {n} variant: {seconds} s.",
            "Data and key of {n} variants: {seconds} s.",
            len(summary.variants),
        )
        console.print(
            said.format(n=len(summary.variants), seconds=f"{summary.prepared_seconds:.0f}"), markup=False
        )
    for said in _isolation_said(summary):
        console.print(said, markup=False, soft_wrap=True)
    for name in summary.passed_over:
        console.print(_("Not a submission, passed over: {name}").format(name=name), markup=False)
    for said in summary.said:
        console.print(said, markup=False, soft_wrap=True)
    console.print(
        _("Gradebook: {file}").format(file=summary.out / gradebook.FILE), markup=False, soft_wrap=True
    )
    if summary.gradebook:
        console.print(_("Database: {url}").format(url=summary.gradebook), markup=False, soft_wrap=True)
    if summary.awaiting:
        said = ngettext(
            "{n} text awaits its marks: fill in {file}, then grade again.",
            "{n} texts await their marks: fill in {file}, then grade again.",
            summary.awaiting,
        )
        console.print(
            said.format(n=summary.awaiting, file=summary.out / sheet.FILE), markup=False, soft_wrap=True
        )


def _looks(result) -> list[str]:
    """Why somebody should look at a submission."""
    return [str(note) for note in result.notes if note.look]


def _counted(summary, left_out: int) -> list[str]:
    """How many were graded now, how many were kept, how many need a look."""
    new, look = len(summary.graded) - len(summary.kept), sum(bool(_looks(each)) for each in summary.results)
    said = [
        ngettext("{n} submission was graded now", "{n} submissions were graded now", new).format(n=new),
        ngettext("{n} kept from before", "{n} kept from before", len(summary.kept)).format(
            n=len(summary.kept)
        ),
        ngettext("{n} needs a look", "{n} need a look", look).format(n=look),
    ]
    lines = [f"{'; '.join(said)}."]
    if left_out:
        lines.append(
            ngettext(
                "{n} student without anything to look at is not listed here.",
                "{n} students without anything to look at are not listed here.",
                left_out,
            ).format(n=left_out)
        )
    return lines


def _outdated_said(summary) -> list[str]:
    """Which grades rest on something that is another now, and how to have them made anew."""
    from labkit.grading import basis

    by_reason: dict[str, int] = {}
    for names in summary.outdated.values():
        reason = basis.in_words(names)
        by_reason[reason] = by_reason.get(reason, 0) + 1
    said = [
        ngettext("{n} grade was kept although {why}.", "{n} grades were kept although {why}.", n).format(
            n=n, why=reason
        )
        for reason, n in sorted(by_reason.items())
    ]
    return [*said, _("labkit regrade shows what would change, and asks.")] if said else []


def _isolation_said(summary) -> list[str]:
    """How the submissions were run, of this run and of earlier ones."""
    from labkit.grading import isolation

    counts: dict[str, int] = {}
    for result in summary.results:
        if result.isolation:
            counts[result.isolation] = counts.get(result.isolation, 0) + 1
    return [
        ngettext("{n} notebook was run {how}.", "{n} notebooks were run {how}.", n).format(
            n=n, how=isolation.in_words(name)
        )
        for name, n in sorted(counts.items())
    ]


def _print_preview(console, seen) -> None:
    from rich.markup import escape
    from rich.table import Table

    from labkit.grading.pdf import extra_title

    table = Table(title=seen.assignment.title(seen.language), title_justify="left")
    table.add_column(_("question"), max_width=max(16, console.width // 4), overflow="fold")
    table.add_column(_("what would be recorded"), ratio=1)
    for each in seen.seen:
        table.add_row(escape(each.question.id), escape(_recorded(each)))
    for cell, text in seen.extra.items():
        table.add_row(escape(extra_title(cell, seen)), escape(_short(text)))
    console.print(table)
    for note in seen.notes:
        console.print(f"- {note}", markup=False)
    if not seen.pristine_found:
        console.print(
            _(
                "The assignment as it was handed out was not found, so your notebook stood in for it: "
                "whether a locked cell was changed could not be told."
            ),
            markup=False,
        )
    console.print(_("This is what grading would read. No marks were given."), markup=False)


def _short(text: str, most: int = 400) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _recorded(seen) -> str:
    from labkit.exercises import structure
    from labkit.grading import handin
    from labkit.grading.pdf import recorded
    from labkit.grading.results import verdict_in_words

    beside = [_added(seen)] if seen.beside else []
    if seen.state == handin.BLANK:
        return "\n".join([_("not answered"), *beside])
    if seen.state == handin.FAILED:
        error = f" ({seen.error})" if seen.error else ""
        return _("no answer: {verdict}").format(verdict=verdict_in_words(seen.failure)) + error
    if seen.state == handin.RECORDED:
        return recorded(seen)
    return "\n".join([structure.in_words(seen.found), *seen.lacking, *beside])


def _added(seen) -> str:
    """What is said of text that a student added outside of the answer cell."""
    start = " ".join(seen.beside.split())
    start = start if len(start) <= _QUOTE else f"{start[:_QUOTE]}…"
    return _("text added beside {question} is kept: “{start}”").format(question=seen.question.id, start=start)
