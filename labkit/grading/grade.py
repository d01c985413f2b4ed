"""Grade a folder of submissions, from files to gradebook."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

import labkit
from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading import (
    compare,
    feedback,
    files,
    gradebook,
    intake,
    isolation,
    marks,
    results,
    rubric,
    sheet,
)
from labkit.grading.assignment import Assignment, Key
from labkit.grading.intake import Found
from labkit.grading.kernel import SANDBOX, Limits
from labkit.grading.notes import note
from labkit.grading.results import BLANK, QuestionResult, Result
from labkit.i18n import _

RESULTS, EXECUTED, GRADED, FEEDBACK = "results", "executed", "graded", "feedback"


@dataclass
class Summary:
    """What a run of the grader did.

    Attributes
    ----------
    results : list of Result
        With the marks given so far, by student; those of earlier runs too.
    graded : set of str
        The students whose submissions were in the folder.
    passed_over : list of str
        Files in the folder that are no submissions.
    said : list of str
        What is to be said of the marked sheets.
    awaiting : int
        Texts that await marks.
    """

    out: Path
    results: list[Result]
    graded: set[str]
    passed_over: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def awaiting(self) -> int:
        return sum(len(result.awaiting) for result in self.results)

    @property
    def failed(self) -> list[Result]:
        """Submissions on which the grader itself failed."""
        codes = {"grader failed", "not run"}
        return [result for result in self.results if codes & {each.code for each in result.notes}]


def grade(
    name: str,
    folder: Path,
    out: Path | None = None,
    *,
    limits: Limits | None = None,
    workers: int = 1,
    marks_file: Path | None = None,
    key_file: Path | None = None,
    isolated: str = SANDBOX,
    on_start: Callable[[int], None] = lambda total: None,
    on_graded: Callable[[Result], None] = lambda result: None,
) -> Summary:
    """Grade every submission in a folder and write all that comes of it to `out`.

    Parameters
    ----------
    name : str
        The assignment's id, or its folder.
    folder : Path
        Submissions, one notebook or one sub-folder a student.
    out : Path, optional
        Where to write; ``grades/<assignment>`` if not said. Marks given earlier are kept there.
    workers : int
        Submissions graded at the same time.
    marks_file : Path, optional
        A marked rubric sheet to take in.
    key_file : Path, optional
        The executed key, if it is not the assignment's own.
    isolated : {"sandbox", "none"}
        What keeps the submissions' code from the machine and from each other.

    Raises
    ------
    LabkitError
        If assignment, key, rubric, folder or a marked sheet cannot be used, or there can be no sandbox
        here; nothing is written then.
    """
    assignment = assignments.find(name)
    isolated = isolation.settled(isolated, assignment)
    assignments.load_key(assignment, key_file)  # before an hour of work, not after
    criteria = rubric.load(assignment)
    out = out or Path("grades") / assignment.id
    found, passed_over = intake.submissions(folder, leave_out=out)
    earlier = _earlier(out, assignment)
    given = _given(out, marks_file, criteria, {each.student for each in found} | set(earlier))
    kept = marks.load(out, assignment.id)
    said = []
    for place, (file, sheet_given) in enumerate(given):
        said += _blanks(file, sheet_given, kept, criteria, whole=place == 0 and file == out / sheet.FILE)
        kept = marks.merge(
            kept,
            sheet_given.marks,
            sheet_given.erased,
            stale=sheet_given.stale,
            confirmed=sheet_given.confirmed,
        )

    _prepare(out, assignment)
    on_start(len(found))
    current: dict[str, Result] = {}
    for result in _graded(found, assignment, key_file, limits or Limits(), out, workers, isolated):
        current[result.student] = result
        on_graded(result)
    gone = {
        student: replace(result, notes=(*result.notes, note("earlier run")))
        for student, result in earlier.items()
        if student not in current
    }
    automatic = {**gone, **current}
    kept = _with_text_ids(kept, automatic)
    marked = [marks.apply(automatic[student], kept, criteria) for student in sorted(automatic)]
    _write(out, assignment, marked, criteria, kept)
    return Summary(out, marked, set(current), passed_over, said)


def grade_one(
    found: Found,
    assignment: Assignment,
    key: Key,
    limits: Limits,
    out: Path | None = None,
    isolated: str = SANDBOX,
) -> Result:
    """Grade one submission; never raises for what it holds.

    With `out`, the executed notebook (the student's own outputs) and the graded one (the key's outputs
    in its report cells) are written there.
    """
    from labkit.grading import graft, run

    submission = intake.read(found, assignment)
    hashes = {"submission": submission.sha256, "assignment": assignment.sha256, "key": key.sha256}
    result = Result(
        assignment=assignment.id,
        student=submission.student,
        graded=False,
        language=submission.language,
        questions=tuple(_blank(question) for question in assignment.questions),
        notes=submission.notes,
        file=submission.file.name if submission.file else "",
        hashes=hashes,
        labkit=labkit.__version__,
    )
    if not submission.gradable:
        return result
    grafted = graft.graft(submission, assignment)
    if isolated == isolation.NOT_RUN:
        done = run.Run(grafted.nb)
    else:
        done = run.run(grafted.nb, assignment, limits, isolation=isolated)
    result = replace(
        result,
        limits=done.limits,
        isolation=done.isolation,
        extra={name: grafted.answers[name] for name in _extra(grafted, assignment)},
        notes=(*result.notes, *grafted.notes, *done.notes),
        seconds=done.seconds,
    )
    if not done.ran and isolated != isolation.NOT_RUN:
        return result
    if out is not None and done.ran:
        _write_notebook(out / EXECUTED, submission.student, done.nb)
        _write_notebook(out / GRADED, submission.student, run.graded_notebook(done, key))
    questions, notes = compare.judge(assignment, grafted, done, key)
    return replace(result, graded=True, questions=questions, notes=(*result.notes, *notes))


def _graded(
    found: list[Found],
    assignment: Assignment,
    key_file: Path | None,
    limits: Limits,
    out: Path,
    workers: int,
    isolated: str,
) -> Iterator[Result]:
    """Grade all, keeping each result as soon as it is there."""
    job = functools.partial(
        _job, folder=assignment.folder, key_file=key_file, limits=limits, out=out, isolated=isolated
    )
    if workers <= 1 or len(found) == 1:
        for each in found:
            yield _kept(job(each), out)
        return
    # Spawned, not forked: a worker starts clean, and the same way on every system.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(job, each): each for each in found}
        for future in as_completed(pending):
            try:
                result = future.result()
            except BrokenProcessPool as error:  # a worker was killed; nobody can say by whose submission
                result = _failed(pending[future], assignment, error)
            yield _kept(result, out)


def _job(
    found: Found, folder: Path, key_file: Path | None, limits: Limits, out: Path, isolated: str
) -> Result:
    """One submission, in whatever process; the grader's own failures become a note too."""
    assignment, key = _loaded(folder, key_file)
    try:
        return grade_one(found, assignment, key, limits, out, isolated)
    except Exception as error:
        return _failed(found, assignment, error)


@functools.cache
def _loaded(folder: Path, key_file: Path | None) -> tuple[Assignment, Key]:
    assignment = assignments.load(folder)
    return assignment, assignments.load_key(assignment, key_file)


def _failed(found: Found, assignment: Assignment, error: BaseException) -> Result:
    reason = f"{type(error).__name__}: {error}"[:300]
    return Result(
        assignment=assignment.id,
        student=found.student,
        graded=False,
        language=None,
        questions=tuple(_blank(question) for question in assignment.questions),
        notes=(*found.notes, note("grader failed", reason=reason)),
        file=found.file.name if found.file else "",
        labkit=labkit.__version__,
    )


def _blank(question: assignments.Question) -> QuestionResult:
    return QuestionResult(question.id, question.kind, 0.0, question.points, BLANK)


def _extra(grafted, assignment: Assignment) -> list[str]:
    """Answer cells without a question that the student wrote in."""
    pristine = {cell.source.strip() for nb in assignment.notebooks.values() for cell in nb.cells}
    return [
        name
        for name in assignment.extra_answers
        if grafted.answers.get(name, "").strip() not in {"", *pristine}
    ]


def _prepare(out: Path, assignment: Assignment) -> None:
    """The folders, and the case pack beside the graded notebooks, where nbval runs them."""
    for name in (RESULTS, EXECUTED, GRADED, FEEDBACK):
        (out / name).mkdir(parents=True, exist_ok=True)
    if assignment.case is not None:
        files.copy_tree(assignment.case, out / GRADED / "case")


def _kept(result: Result, out: Path) -> Result:
    files.write(out / RESULTS / f"{result.student}.json", results.dumps(result))
    if not result.graded:  # what an earlier submission left would not be this one's
        for folder in (EXECUTED, GRADED):
            (out / folder / f"{result.student}.ipynb").unlink(missing_ok=True)
    return result


def _write_notebook(folder: Path, student: str, nb) -> None:
    import nbformat

    files.write(folder / f"{student}.ipynb", nbformat.writes(nb) + "\n")


def _earlier(out: Path, assignment: Assignment) -> dict[str, Result]:
    """What earlier runs left in the folder of grades."""
    earlier = {}
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
        earlier[result.student] = result
    return earlier


def _given(
    out: Path, marks_file: Path | None, criteria: rubric.Rubric, students: set[str]
) -> list[tuple[Path, sheet.Given]]:
    """The sheet that lies in the folder of grades, which a marker may have filled in there, and the one named."""
    own = out / sheet.FILE
    sheets = [own] if own.is_file() else []
    if marks_file is not None and not (own.is_file() and marks_file.resolve() == own.resolve()):
        sheets.append(marks_file)
    return [(file, sheet.read(file, criteria, students)) for file in sheets]


def _blanks(
    file: Path, given: sheet.Given, kept: marks.Marks, criteria: rubric.Rubric, whole: bool
) -> list[str]:
    """Say of marks that a marker blanked that they are kept: only a dash takes one back.

    Of a sheet that is not `whole`, such as one of several markers', only rows begun are looked at.
    """
    begun = {(mark.student, mark.question) for mark in given.marks}
    said = []
    for key, names in given.blanks.items():
        had = kept[key].points if key in kept else {}
        lost = [name for name in names if name in had]
        if lost and (whole or key in begun):
            said.append(
                _(
                    "{file}: {student}, {question}: {criteria} blank: kept {marks}; '-' takes a mark back."
                ).format(
                    file=file.name,
                    student=key[0],
                    question=key[1],
                    criteria=", ".join(lost),
                    marks="/".join(f"{had[name]:g}" for name in lost),
                )
            )
    return said


def _with_text_ids(kept: marks.Marks, automatic: dict[str, Result]) -> marks.Marks:
    """Marks from a sheet that lost its last column count for the text as it is now."""
    filled = {}
    for (student, question), mark in kept.items():
        if not mark.text_id and student in automatic:
            mark = replace(mark, text_id=marks.text_id(automatic[student].question(question)))
        filled[student, question] = mark
    return filled


def _write(
    out: Path,
    assignment: Assignment,
    marked: list[Result],
    criteria: rubric.Rubric,
    kept: marks.Marks,
) -> None:
    try:
        if criteria.questions:
            marks.save(out, assignment.id, kept)
            sheet.write(out / sheet.FILE, marked, criteria, kept)
        gradebook.write(out / gradebook.FILE, assignment, marked)
        for result in marked:
            page = feedback.page(result, assignment, criteria, kept)
            files.write(out / FEEDBACK / f"{result.student}.html", page)
    except PermissionError as error:
        raise LabkitError(
            _(
                "{file} cannot be written. If it is open in a spreadsheet, close it there and grade again."
            ).format(file=error.filename)
        ) from None
