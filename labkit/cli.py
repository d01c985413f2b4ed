"""The command ``labkit``."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from labkit import cli_grading, cli_identify, i18n
from labkit.errors import LabkitError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="CRM Labs: open the course, build its notebooks, grade its assignments.",
)

Out = Annotated[Path | None, typer.Option(help="Where to write.")]


@app.callback()
def speak(
    lang: Annotated[str | None, typer.Option(help="Language of messages: en or pt-BR.")] = None,
) -> None:
    if lang is not None:
        try:
            os.environ["LABKIT_LANG"] = i18n.use_language(lang)  # kernels started from here speak it too
        except ValueError as error:
            raise LabkitError(str(error)) from None


@app.command()
def start(
    folder: Annotated[Path | None, typer.Argument(help="The working copy; work/ if not said.")] = None,
) -> None:
    """Make your working copy of the course, or bring it up to date. What you changed is never overwritten."""
    from labkit import workspace

    print(workspace.start(folder))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Make the working copy and open JupyterLab on it. Further options go to JupyterLab."""
    from labkit import workspace
    from labkit.lab import open_lab

    report = workspace.start()
    print(report)
    open_lab(report.folder, context.args)


@app.command()
def notebooks(
    lesson: Annotated[
        list[str] | None, typer.Argument(help="Lesson numbers; all, and the assignments, if none.")
    ] = None,
    solved: Annotated[
        bool, typer.Option("--solved", help="Run the solved variant and require every check to pass.")
    ] = False,
    out: Out = None,
) -> None:
    """Build and execute lessons and assignments from their authored text."""
    from labkit.authoring import build
    from labkit.lessons import lesson_file, lesson_files

    chosen = [lesson_file(number) for number in lesson] if lesson else None
    if solved:
        for each in chosen or lesson_files():
            build.run_solved(each, root=out)
            print(f"{each.name}: every check passes")
        return
    if out is not None:
        for each in chosen or lesson_files():
            for language in build.lesson_languages(each):
                print(build.build_lesson(each, language, root=out))
        return
    build.build_all(chosen, tell=print)


@app.command()
def assignment(
    name: Annotated[str, typer.Argument(help="The assignment's folder, such as petlove.")],
) -> None:
    """Build one assignment: the student's notebooks and the executed key."""
    from labkit.authoring import build

    for path in build.build_assignment(name):
        print(path)


@app.command()
def translations(
    stamp: Annotated[
        bool, typer.Option("--stamp", help="Write the source's hash into cells that carry none.")
    ] = False,
) -> None:
    """List what is missing or stale in the translations, and compile the message catalogues."""
    from labkit.authoring import catalogues, translate
    from labkit.lessons import read

    findings: list[object] = []
    for source, file, _language in translate.translations():
        english = read(source)
        if stamp:
            translate.stamp(english, file)
        findings += translate.review(english, file)
    findings += catalogues.update()
    for finding in findings:
        print(finding)
    if findings:
        raise typer.Exit(1)
    print("Every translation that exists is whole.")


@app.command()
def coverage() -> None:
    """Print which concepts of the inventory no exercise, check or graded question covers yet."""
    from labkit.authoring import coverage as report

    print(report.coverage())


@app.command()
def world(
    out: Annotated[
        Path, typer.Option(help="Folder for what the company could see; new, empty, or an earlier world.")
    ],
    people: Annotated[
        int | None, typer.Option(help="How many people, at least 100; the course's 12,000 if not said.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same bytes; the course's if not said.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Another folder, for the truth and the seed; not written if not said.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Threads that write files; the bytes are the same.")] = 1,
    tables: Annotated[str | None, typer.Option(help="Only these, by name, with commas between.")] = None,
) -> None:
    """Generate a Caramelo of any size."""
    from labkit.world.export import run

    run(out, people=people, seed=seed, truth=truth, workers=workers, tables=tables)


@app.command()
def data(
    action: Annotated[str, typer.Argument(help="check or restore")],
    name: Annotated[list[str] | None, typer.Argument(help="Tables; all if none.")] = None,
) -> None:
    """Check the course's datasets against their checksums and schemas, or restore damaged ones."""
    from labkit import data as datasets

    actions = {"check": datasets.verify, "restore": datasets.restore}
    if action not in actions:
        raise LabkitError(f"{action!r} is not something to do with data; check or restore is.")
    for line in actions[action](name or None):
        print(line)


def main() -> None:
    """Run the command; a :class:`LabkitError` ends it with its message alone and status 2."""
    gc.set_threshold(50_000)  # of what imports make, next to nothing is ever garbage
    cli_grading.register(app)
    cli_identify.register(app)
    try:
        app()
    except LabkitError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
