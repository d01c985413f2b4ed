"""What a folder of grades holds beside its journal; all of it can be made again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading import (
    blind,
    feedback,
    files,
    gradebook,
    locking,
    marks,
    results,
    rubric,
    sheet,
    shown,
)
from labkit.grading.assignment import Assignment
from labkit.grading.marks import Marks
from labkit.grading.results import Result
from labkit.i18n import _, language

RESULTS, EXECUTED, GRADED, FEEDBACK = "results", "executed", "graded", "feedback"
_RUNNING = ".running.lock"


def folder_of(assignment: Assignment, out: Path | None) -> Path:
    """Where the grades of an assignment are, if nothing else is said."""
    return out or Path("grades") / assignment.id


def default_gradebook(out: Path) -> str:
    """The URL of the gradebook that lies in a folder of grades."""
    return f"sqlite:///{(out / 'gradebook.sqlite').absolute()}"


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep a second run out of a folder of grades.

    Raises
    ------
    LabkitError
        If one is under way there.
    """
    try:
        with locking.held(out / _RUNNING, wait=False):
            yield
    except BlockingIOError:
        raise LabkitError(
            _("Another run of labkit is at work in {out}. Wait until it has ended.").format(out=out)
        ) from None


def prepare(out: Path, assignment: Assignment) -> None:
    """The folders, and the case pack beside the graded notebooks, where nbval runs them."""
    for name in (RESULTS, EXECUTED, GRADED, FEEDBACK):
        (out / name).mkdir(parents=True, exist_ok=True)
    for left in [*out.glob(".*.new"), *out.glob("*/.*.new")]:  # of a run that was killed while writing
        left.unlink(missing_ok=True)
    if assignment.case is not None:
        files.copy_tree(assignment.case, out / GRADED / "case")


def earlier(out: Path, assignment: Assignment) -> dict[str, Result]:
    """The results that lie in a folder of grades as files.

    Raises
    ------
    LabkitError
        If one cannot be read, or is of another assignment.
    """
    found = {}
    for file in sorted((out / RESULTS).glob("*.json")):
        try:
            result = results.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise LabkitError(
                _("{file} cannot be read ({reason}). Remove it, or choose another folder with --out.").format(
                    file=file, reason=error
                )
            ) from None
        if result.assignment != assignment.id:
            raise LabkitError(
                _(
                    "{out} holds grades of {found}; expected {expected}. Choose another folder with --out."
                ).format(out=out, found=result.assignment, expected=assignment.id)
            )
        found[result.student] = result
    return found


def write_notebook(folder: Path, student: str, nb) -> None:
    files.write(folder / f"{student}.ipynb", files.notebook_text(nb))


def notebook(out: Path, which: str, result: Result) -> Path:
    """Where a notebook of a result lies, :data:`EXECUTED` or :data:`GRADED`.

    A graded one that was run on data of its own lies beside that data, where nbval can run it.
    """
    number = result.parameters.get("variant")
    apart = which == GRADED and isinstance(number, int)
    return out / which / (f"variant-{number:02d}" if apart else "") / f"{result.student}.ipynb"


def write_run(out: Path, result: Result, executed, graded, data: Path | None) -> None:
    """Write the notebook as the student's code ran it, and the one that nbval can judge."""
    write_notebook(notebook(out, EXECUTED, result).parent, result.student, executed)
    place = notebook(out, GRADED, result)
    if data is not None:
        _link(data, place.parent / "data")
        if (out / GRADED / "case").is_dir():
            _link(Path("..", "case"), place.parent / "case")
    write_notebook(place.parent, result.student, graded)


def move_run(source: Path, target: Path, result: Result) -> None:
    """Move the notebooks of a result from one folder of grades to another."""
    for which in (EXECUTED, GRADED):
        made, there = notebook(source, which, result), notebook(target, which, result)
        if not made.is_file():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        for link in [each for each in made.parent.iterdir() if each.is_symlink()]:
            _link(link.readlink(), there.parent / link.name)
        shutil.move(made, there)


def _link(to: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    new = link.with_name(f".{link.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(to, target_is_directory=True)
    new.replace(link)


def keep(out: Path, result: Result) -> None:
    """Write a result's own file; no notebook stays that is of an earlier one."""
    files.write_changed(out / RESULTS / f"{result.student}.json", results.dumps(result))
    for which in (EXECUTED, GRADED):
        own = notebook(out, which, result) if result.graded else None
        folders = [
            each for each in (out / which).glob("variant-*") if each.is_dir()
        ]  # no student of such a name
        for folder in (out / which, *folders):
            if (made := folder / f"{result.student}.ipynb") != own:
                made.unlink(missing_ok=True)


def is_whole(out: Path, result: Result) -> bool:
    """Whether the notebooks that belong to a result are there."""
    ran = result.graded and bool(result.isolation)
    return not ran or all(notebook(out, name, result).is_file() for name in (EXECUTED, GRADED))


def write(
    out: Path,
    assignment: Assignment,
    marked: list[Result],
    criteria: rubric.Rubric,
    kept: Marks,
    blinded: blind.Blind,
    pdf: bool = False,
) -> None:
    """Marks, sheet, gradebook and pages; with `pdf`, each page as a PDF too.

    A PDF that is there already is made again in any case: it must not say anything else than the page.

    Raises
    ------
    LabkitError
        If a file is open elsewhere.
    """
    try:
        if criteria.questions:
            marks.save(out, assignment.id, kept)
            if blinded.on:
                blinded.draw([result.student for result in marked])
            blind.save(out, blinded)
            names = blinded.codes if blinded.on else {}
            sheet.write(out / sheet.FILE, marked, criteria, kept, names)
        gradebook.write(out / gradebook.FILE, assignment, marked)
        for result in marked:
            said = spoken(kept, criteria, result.language or language())
            seen = shown.by_cell(notebook(out, EXECUTED, result)) if result.graded else {}
            page = out / FEEDBACK / f"{result.student}.html"
            files.write_changed(page, feedback.page(result, assignment, criteria, said, seen=seen))
            if pdf or page.with_suffix(".pdf").is_file():
                from labkit.grading import feedback_pdf

                content = feedback_pdf.render(result, assignment, criteria, said, seen=seen)
                files.write_changed(page.with_suffix(".pdf"), content)
    except PermissionError as error:
        raise LabkitError(
            _(
                "{file} cannot be written. If it is open in a spreadsheet, close it there and grade again."
            ).format(file=error.filename)
        ) from None


def spoken(kept: Mapping, criteria: rubric.Rubric, lang: str) -> Marks:
    """Marks with the reusable comments written out in a student's language."""
    from dataclasses import replace

    return {
        key: replace(mark, comment=rubric.written_out(mark.comment, criteria, lang))
        if "#" in mark.comment
        else mark
        for key, mark in kept.items()
    }
