"""What a folder of grades holds beside its journal; all of it can be made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading import blind, feedback, files, gradebook, locking, marks, results, rubric, sheet
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
    import nbformat

    files.write(folder / f"{student}.ipynb", nbformat.writes(nb) + "\n")


def keep(out: Path, result: Result) -> None:
    """Write a result's own file; of a submission that could not be run no earlier notebook stays."""
    files.write_changed(out / RESULTS / f"{result.student}.json", results.dumps(result))
    if not result.graded:
        for folder in (EXECUTED, GRADED):
            (out / folder / f"{result.student}.ipynb").unlink(missing_ok=True)


def is_whole(out: Path, result: Result) -> bool:
    """Whether the notebooks that belong to a result are there."""
    ran = result.graded and bool(result.isolation)
    return not ran or all((out / name / f"{result.student}.ipynb").is_file() for name in (EXECUTED, GRADED))


def write(
    out: Path,
    assignment: Assignment,
    marked: list[Result],
    criteria: rubric.Rubric,
    kept: Marks,
    blinded: blind.Blind,
) -> None:
    """Marks, sheet, gradebook and pages.

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
            page = feedback.page(result, assignment, criteria, said)
            files.write_changed(out / FEEDBACK / f"{result.student}.html", page)
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
