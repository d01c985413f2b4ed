"""Grade again what has been graded, and look at what would change before anything does.

New grades are made in a folder of their own. Only when they are taken do they go into the journal, with the
reason; marks that people gave are entries of their own and stay.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading import basis, grade, intake, isolation, marks, output, rubric, variants, workforce
from labkit.grading.assignment import Assignment
from labkit.grading.journal import FILE, Journal
from labkit.grading.kernel import SANDBOX, Limits
from labkit.grading.results import Result
from labkit.i18n import _

_SCRATCH = ".regrade-"


@dataclass(frozen=True)
class Change:
    """One question whose grade would be another.

    Attributes
    ----------
    old, new : float or None
        Points; None while a text awaits its marks.
    old_verdict, new_verdict : str
    why : list of str
        Names in :data:`labkit.grading.basis.IN_WORDS`.
    """

    student: str
    question: str
    old: float | None
    new: float | None
    old_verdict: str
    new_verdict: str
    why: list[str]


@dataclass
class Proposal:
    """What grading again would change.

    Attributes
    ----------
    results : dict of str to Result
        The new grades, without marks.
    changes : list of Change
    why : dict of str to list of str
        Why each was graded again.
    untouched : list of str
        Students whose grades rest on nothing that changed; they were not run again.
    unknown : list of str
        Students in the folder who have no grade yet; ``labkit grade`` is for them.
    failed : list of str
        Students whose notebook could not be graded now; their grade stays.
    """

    results: dict[str, Result] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    why: dict[str, list[str]] = field(default_factory=dict)
    bases: dict[str, dict[str, Any]] = field(default_factory=dict)
    untouched: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Regrading:
    """A folder of grades, being graded again; see :func:`regrade`."""

    def __init__(self, assignment: Assignment, out: Path, proposed: Path, journal: Journal) -> None:
        self.assignment, self.out, self.proposed, self.journal = assignment, out, proposed, journal
        self.proposal = Proposal()

    def take(self, gradebook: str | None = None) -> list[Result]:
        """Let the new grades hold, and make all that comes of them; returns the results with their marks."""
        for student, result in sorted(self.proposal.results.items()):
            output.move_run(self.proposed, self.out, result)
            kept = self.journal.grade(result, self.proposal.bases[student], self.proposal.why[student])
            output.keep(self.out, kept)
        return grade.refresh(self.assignment, self.out, self.journal, gradebook)


@contextmanager
def regrade(
    name: str,
    folder: Path,
    out: Path | None = None,
    *,
    limits: Limits | None = None,
    workers: int = 1,
    key_file: Path | None = None,
    isolated: str = SANDBOX,
    secret: bytes | None = None,
    again: bool = False,
    students: Collection[str] = (),
    on_start: Callable[[int], None] = lambda total: None,
    on_graded: Callable[[Result], None] = lambda result: None,
) -> Iterator[Regrading]:
    """Grade again, and give what would change; nothing does until :meth:`Regrading.take` is called.

    Parameters
    ----------
    again : bool
        Also grades that rest on nothing that changed.
    students : collection of str
        Only these, and then also if nothing changed; all if empty.

    Raises
    ------
    LabkitError
        If there are no grades yet, or one of `students` has none or is not in the folder; else as
        :func:`labkit.grading.grade.grade` does.
    """
    assignment = assignments.find(name)
    isolated = isolation.settled(isolated, assignment)
    key, limits = assignments.load_key(assignment, key_file), limits or Limits()
    criteria = rubric.load(assignment)
    out = output.folder_of(assignment, out)
    found, _passed_over = intake.submissions(folder, leave_out=out)
    if not ((out / FILE).is_file() or (out / output.RESULTS).is_dir()):
        raise LabkitError(_("There are no grades in {out} yet; labkit grade makes them.").format(out=out))
    with output.alone(out), _scratch(out) as proposed:
        journal = Journal(out, assignment.id)
        grade.adopt(journal, out, assignment)
        _all_there(students, {each.student for each in found} & set(journal.state.results))
        work = Regrading(assignment, out, proposed, journal)
        proposal, now = work.proposal, basis.of(assignment, key, limits, isolated)
        pool = variants.Pool(assignment, key, secret, limits, isolated)
        todo = []
        for each in found:
            student = each.student
            if students and student not in students:
                continue
            if student not in journal.state.results:
                proposal.unknown.append(student)
                continue
            why = basis.changes(journal.state.bases[student], {**now, "parameters": pool.parameters(student)})
            if not basis.is_of(journal.state.results[student], intake.read(each, assignment)):
                why.insert(0, "submission")
            if why or again or students:
                proposal.why[student] = why
                todo.append(each)
            else:
                proposal.untouched.append(student)
        output.prepare(proposed, assignment)
        pool.prepare(each.student for each in todo)
        on_start(len(todo))
        job = partial(
            grade.job,
            folder=assignment.folder,
            key_file=key_file,
            limits=limits,
            out=proposed,
            isolated=isolated,
            secret=secret,
        )
        for result in workforce.each(
            job, lambda one, error: grade.failed(one, assignment, error), todo, workers, isolated == SANDBOX
        ):
            on_graded(result)
            if basis.is_unfinished(result):
                proposal.failed.append(result.student)
                continue
            proposal.results[result.student] = result
            proposal.bases[result.student] = {
                **now,
                "parameters": pool.parameters(result.student),
            }
        proposal.failed.sort()
        for student in sorted(proposal.results):
            old, new = (
                marks.apply(result, journal.state.marks, criteria)
                for result in (journal.state.results[student], proposal.results[student])
            )
            proposal.changes += _changes(old, new, proposal.why[student] or ["nothing"])
        yield work


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    """A folder for proposed grades; what a killed run left of one is removed."""
    for left in out.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=out) as made:
        yield Path(made)


def _all_there(students: Collection[str], known: set[str]) -> None:
    missing = sorted(set(students) - known)
    if missing:
        raise LabkitError(
            _("There is no grade and submission of {students}; there are: {known}.").format(
                students=", ".join(missing), known=", ".join(sorted(known)[:20])
            )
        )


def _changes(old: Result, new: Result, why: list[str]) -> Iterator[Change]:
    before = {question.id: question for question in old.questions}
    for question in new.questions:
        was = before.get(question.id)
        if was is None or (was.points, was.verdict) != (question.points, question.verdict):
            yield Change(
                new.student,
                question.id,
                was.points if was else None,
                question.points,
                was.verdict if was else "",
                question.verdict,
                why,
            )
