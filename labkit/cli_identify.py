"""The command ``labkit identify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labkit.errors import LabkitError
from labkit.i18n import _


def register(app: typer.Typer) -> None:
    """Add ``identify``."""
    app.command()(identify)


def identify(
    sources: Annotated[
        Path | None, typer.Option(help="Folder with one CSV file a source system; needed.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The customer database (DuckDB).")] = Path("customers.duckdb"),
    layout: Annotated[
        Path | None, typer.Option(help="YAML that describes your sources; Caramelo's four if not said.")
    ] = None,
    threshold: Annotated[float | None, typer.Option(help="Bits from which two records are linked.")] = None,
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="The files are new and changed records for an existing database."),
    ] = False,
    go_on: Annotated[bool, typer.Option("--go-on", help="Leave files out that cannot be used.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="The quality report (HTML); beside the database if not said.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="With one, the same files give the same bits.")] = 2,
    example: Annotated[
        bool, typer.Option("--example", help="Print an example of a description of sources, and stop.")
    ] = False,
) -> None:
    """Find out who is who in several source systems: a customer database and a report of its quality."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from labkit.identify import describing, pipeline
    from labkit.identify.report import write_report

    if example:
        print(describing.EXAMPLE)
        return
    if sources is None:
        raise LabkitError(
            _("Say where the files are: labkit identify --sources FOLDER --out customers.duckdb")
        )
    if refresh and threshold is not None:
        raise LabkitError(
            _(
                "A refresh keeps the threshold of the database; leave --threshold out, or build the database anew."
            )
        )
    described = describing.read_description(layout) if layout else describing.BUILT_IN
    page = report or out.with_suffix(".html")
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(pipeline.STEPS) + 1)

        def tell(step: str) -> None:
            done = [*pipeline.STEPS].index(step) if step in pipeline.STEPS else len(pipeline.STEPS)
            progress.update(task, description=_(step), completed=done)

        outcome = pipeline.identify(
            sources,
            out,
            described,
            threshold=pipeline.THRESHOLD if threshold is None else threshold,
            refresh=refresh,
            go_on=go_on,
            threads=threads,
            tell=tell,
        )
        progress.update(task, description=_("Report"), completed=len(pipeline.STEPS))
        write_report(outcome, page, out)
    _say(outcome, out, page)


def _say(outcome, out: Path, page: Path) -> None:
    for note in outcome.notes:
        print(note)
    whole = int(outcome.aside["column"].isna().sum())
    if outcome.view is None and outcome.refreshed is None:
        raise LabkitError(
            "\n".join(
                [
                    _("Nothing was written to {file}. These files cannot be used as they are:").format(
                        file=out
                    ),
                    *("  " + fault for fault in outcome.faults),
                    _(
                        "Ask whoever exports them what has changed, describe the sources anew (--layout), or leave these files "
                        "out (--go-on). Report: {report}"
                    ).format(report=page),
                ]
            )
        )
    for fault in outcome.faults:
        print(_("Left out: {fault}").format(fault=fault))
    if outcome.refreshed is not None:
        done = outcome.refreshed
        print(
            _(
                "{new} new records, {changed} changed, {same} as they were; {before} customers before, {after} now."
            ).format(
                new=f"{done.new:,}",
                changed=f"{done.changed:,}",
                same=f"{done.same:,}",
                before=f"{done.customers_before:,}",
                after=f"{done.customers_after:,}",
            )
        )
    else:
        print(
            _("{records} records are {customers} customers.").format(
                records=f"{len(outcome.records):,}", customers=f"{len(outcome.view.customers):,}"
            )
        )
    print(
        _("Set aside: {rows} rows and {values} values, with their reasons.").format(
            rows=f"{whole:,}", values=f"{len(outcome.aside) - whole:,}"
        )
    )
    print(_("Database: {file}").format(file=out))
    print(_("Report: {file}").format(file=page))
