"""Grade a folder of submissions, from files to gradebook."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import labkit
from labkit.grading import assignment as assignments
from labkit.grading import (
    basis,
    blind,
    compare,
    feedback,
    intake,
    isolation,
    marking,
    marks,
    output,
    rubric,
    variants,
    workforce,
)
from labkit.grading.assignment import Assignment, Key
from labkit.grading.intake import Found
from labkit.grading.journal import Journal
from labkit.grading.kernel import SANDBOX, Limits
from labkit.grading.notes import note
from labkit.grading.output import EXECUTED, FEEDBACK, GRADED, RESULTS
from labkit.grading.results import BLANK, QuestionResult, Result

if TYPE_CHECKING:
    from labkit.grading.database import Gradebook

__all__ = [
    "EXECUTED",
    "FEEDBACK",
    "GRADED",
    "RESULTS",
    "Summary",
    "adopt",
    "failed",
    "grade",
    "grade_one",
    "job",
    "refresh",
]


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
    kept : list of str
        The students whose submissions had been graded before, and were not run again.
    outdated : dict of str to list of str
        Of those, the ones whose grades rest on something that is another now, and on what.
    variants : list of int
        On which the submissions of this run were graded; empty for the public data.
    prepared_seconds : float
        What it took to make their data and to run the key on them, before the first submission.
    awaiting : int
        Texts that await marks.
    """

    out: Path
    results: list[Result]
    graded: set[str]
    passed_over: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    outdated: dict[str, list[str]] = field(default_factory=dict)
    gradebook: str = ""
    variants: list[int] = field(default_factory=list)
    prepared_seconds: float = 0.0

    @property
    def awaiting(self) -> int:
        return sum(len(result.awaiting) for result in self.results)

    @property
    def failed(self) -> list[Result]:
        """Submissions on which the grader itself failed."""
        return [result for result in self.results if basis.is_unfinished(result)]


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
    secret: bytes | None = None,
    again: bool = False,
    blinded: bool | None = None,
    gradebook: str | None = None,
    pdf: bool = False,
    on_start: Callable[[int], None] = lambda total: None,
    on_graded: Callable[[Result], None] = lambda result: None,
) -> Summary:
    """Grade every new submission in a folder and write all that comes of it to `out`.

    A submission that was graded before is not run again, unless it changed: a run that was interrupted goes on
    where it stopped, and a grade stays what it is. What else a grade rests on may have changed since; then
    the summary says so, and :func:`labkit.grading.regrade.regrade` is there to have them graded anew.

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
    secret : bytes, optional
        From which the data follow that each student is graded on, see :mod:`labkit.grading.variants`; without,
        all are graded on the public data.
    again : bool
        Run all of them again.
    blinded : bool, optional
        Whether the sheet has codes for names; as it was if not said.
    gradebook : str, optional
        SQLAlchemy URL of the gradebook; a SQLite file in `out` if not said.
    pdf : bool
        Whether each feedback page is written as a PDF too.

    Raises
    ------
    LabkitError
        If assignment, key, rubric, folder or a marked sheet cannot be used, or there can be no sandbox
        here; nothing is written then.
    """
    from labkit.grading.database import Gradebook  # not with this module: workers import that, and have none

    assignment = assignments.find(name)
    isolated = isolation.settled(isolated, assignment)
    key = assignments.load_key(assignment, key_file)  # before an hour of work, not after
    criteria = rubric.load(assignment)
    out = output.folder_of(assignment, out)
    limits = limits or Limits()
    found, passed_over = intake.submissions(folder, leave_out=out)
    journal = Journal(out, assignment.id)
    earlier = output.earlier(out, assignment)
    codes = blind.load(out)
    codes.on = codes.on if blinded is None else blinded
    students = {each.student for each in found} | set(earlier) | set(journal.state.results)
    sheets = marking.given(out, marks_file, criteria, students, codes)
    book = Gradebook(gradebook or output.default_gradebook(out))

    with output.alone(out):
        output.prepare(out, assignment)
        book.open()
        journal.read_on()
        adopt(journal, out, assignment)
        kept, said = marking.taken(sheets, out, journal.state.marks, criteria)
        journal.mark(kept, ", ".join(file.name for file, _given in sheets))
        now = basis.of(assignment, key, limits, isolated)
        pool = variants.Pool(assignment, key, secret, limits, isolated)
        todo = [each for each in found if again or not _is_graded(each, assignment, journal, out)]
        begun = time.monotonic()
        made = pool.prepare(each.student for each in todo)
        prepared = time.monotonic() - begun
        # Those of one variant after each other: its world is made once.
        todo.sort(key=lambda each: (pool.number(each.student) or 0, each.student))
        on_start(len(todo))
        feedback.get_ready()  # while the sandbox imports
        one_job = functools.partial(
            job,
            folder=assignment.folder,
            key_file=key_file,
            limits=limits,
            out=out,
            isolated=isolated,
            secret=secret,
        )
        for result in workforce.each(
            one_job, lambda one, error: failed(one, assignment, error), todo, workers, isolated == SANDBOX
        ):
            result = journal.grade(result, {**now, "parameters": pool.parameters(result.student)})
            output.keep(out, result)
            on_graded(result)
        run_now = {each.student for each in todo}
        before = [each.student for each in found if each.student not in run_now]
        changed = {
            student: basis.changes(
                journal.state.bases[student], {**now, "parameters": pool.parameters(student)}
            )
            for student in before
        }
        current = {each.student for each in found}
        journal.mark(marking.with_text_ids(journal.state.marks, journal.state.results))
        marked = _write(out, assignment, journal, criteria, codes, book, current, pdf)
    return Summary(
        out,
        marked,
        current,
        passed_over,
        said,
        kept=before,
        outdated={student: names for student, names in changed.items() if names},
        gradebook=book.shown,
        variants=made,
        prepared_seconds=prepared,
    )


def refresh(
    assignment: Assignment, out: Path, journal: Journal, gradebook: str | None = None
) -> list[Result]:
    """Make everything in a folder of grades again from its journal; nothing is run."""
    from labkit.grading.database import Gradebook

    criteria, book = rubric.load(assignment), Gradebook(gradebook or output.default_gradebook(out))
    output.prepare(out, assignment)
    book.open()
    return _write(out, assignment, journal, criteria, blind.load(out), book)


def grade_one(
    found: Found,
    assignment: Assignment,
    key: Key,
    limits: Limits,
    out: Path | None = None,
    isolated: str = SANDBOX,
    secret: bytes | None = None,
) -> Result:
    """Grade one submission; never raises for what it holds.

    With `out`, the executed notebook (the student's own outputs) and the graded one (the key's outputs
    in its report cells) are written there. With `secret`, it is graded on data of its own, if that is how
    the assignment is graded.
    """
    from labkit.grading import graft, run, sitting

    submission = intake.read(found, assignment)
    hashes = {
        "submission": submission.sha256,
        "assignment": assignment.sha256,
        "key": key.sha256,
        "lock": basis.lock(),
    }
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
    pool = variants.Pool(assignment, key, secret, limits, isolated)
    variant, key = pool.of(submission.student)
    if isolated == isolation.NOT_RUN:
        sat = sitting.Sitting(
            run.Run(grafted.nb), *compare.judge(assignment, grafted, run.Run(grafted.nb), key)
        )
    else:
        sat = sitting.sit(grafted, assignment, key, variant, limits, isolated)
    done = sat.run
    result = replace(
        result,
        limits=done.limits,
        isolation=done.isolation,
        parameters=pool.parameters(submission.student),
        extra={name: grafted.answers[name] for name in _extra(grafted, assignment)},
        notes=(*result.notes, *grafted.notes, *pool.notes(submission.student), *sat.notes),
        seconds=done.seconds + (sat.second.seconds if sat.second else 0.0),
    )
    if not done.ran and isolated != isolation.NOT_RUN:
        return result
    if out is not None and done.ran:
        output.write_run(out, result, done.nb, run.graded_notebook(done, key), variant.data)
    return replace(result, graded=True, questions=sat.questions)


def job(
    found: Found,
    folder: Path,
    key_file: Path | None,
    limits: Limits,
    out: Path,
    isolated: str,
    secret: bytes | None = None,
) -> Result:
    """One submission, in whatever process; the grader's own failures become a note too."""
    assignment, key = _loaded(folder, key_file)
    try:
        return grade_one(found, assignment, key, limits, out, isolated, secret)
    except Exception as error:
        return failed(found, assignment, error)


@functools.cache
def _loaded(folder: Path, key_file: Path | None) -> tuple[Assignment, Key]:
    assignment = assignments.load(folder)
    return assignment, assignments.load_key(assignment, key_file)


def failed(found: Found, assignment: Assignment, error: BaseException) -> Result:
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


def _is_graded(found: Found, assignment: Assignment, journal: Journal, out: Path) -> bool:
    """Whether the journal holds the grade of this very submission."""
    result = journal.state.results.get(found.student)
    return (
        result is not None
        and basis.is_of(result, intake.read(found, assignment))
        and output.is_whole(out, result)
    )


def adopt(journal: Journal, out: Path, assignment: Assignment) -> None:
    """Take over the grades and marks of a folder from before there was a journal in it."""
    from_before, given = output.earlier(out, assignment), marks.load(out, assignment.id)
    for student in sorted(set(from_before) - set(journal.state.results)):
        journal.grade(from_before[student], basis.recorded(from_before[student]))
    unknown = {key: mark for key, mark in given.items() if key not in journal.state.marked}
    journal.mark({**journal.state.marks, **unknown}, marks.FILE)


def _write(
    out: Path,
    assignment: Assignment,
    journal: Journal,
    criteria: rubric.Rubric,
    codes: blind.Blind,
    book: Gradebook,
    current: set[str] | None = None,
    pdf: bool = False,
) -> list[Result]:
    """All that is made from the journal; returns the results with their marks."""
    kept, automatic = journal.state.marks, journal.state.results
    marked = []
    for student in sorted(automatic):
        result = automatic[student]
        output.keep(out, result)
        if current is not None and student not in current:
            result = replace(result, notes=(*result.notes, note("earlier run")))
        marked.append(marks.apply(result, kept, criteria))
    output.write(out, assignment, marked, criteria, kept, codes, pdf)
    book.take(journal, criteria)
    return marked
