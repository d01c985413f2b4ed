"""Repeat one grade in public: nbval runs the graded notebook and compares it with the key's outputs.

The command is one that anybody can type: the kernel is found by name, and nbval knows nothing of labkit.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading import output, results
from labkit.grading.assignment import Assignment
from labkit.grading.kernel import JUPYTER_DIR, KERNEL_NAMES, SANDBOX
from labkit.grading.results import DEAD, TIMEOUT
from labkit.grading.sandbox import bubble
from labkit.i18n import _


@dataclass(frozen=True)
class Repeated:
    """One question, as it was graded and as nbval found it.

    Attributes
    ----------
    passed : bool or None
        Whether the report cell gave the key's outputs; None if nbval does not judge it: a question with
        a tolerance, or one below a timeout or a dead kernel, where nbval runs nothing any more.
    """

    question: str
    verdict: str
    points: float
    maximum: float
    passed: bool | None

    @property
    def agrees(self) -> bool:
        return self.passed is None or self.passed is (self.points == self.maximum)


@dataclass(frozen=True)
class Audit:
    command: str
    questions: tuple[Repeated, ...]
    said: str
    """What nbval printed."""

    @property
    def agrees(self) -> bool:
        return all(question.agrees for question in self.questions)


def audit(name: str, student: str, out: Path | None = None, cell_seconds: float = 60) -> Audit:
    """Run nbval on the graded notebook of a student.

    Raises
    ------
    LabkitError
        If there is no such grade, nothing was run for it, or nbval could not run.
    """
    assignment = assignments.find(name)
    out = out or Path("grades") / assignment.id
    file = out / "results" / f"{student}.json"
    graded = results.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    notebook = output.notebook(out, output.GRADED, graded) if graded else file
    if not notebook.is_file():
        raise LabkitError(
            _("{out} holds no graded notebook of {student}.").format(out=out, student=repr(student))
        )
    if (graded.isolation or SANDBOX) == SANDBOX and (problem := bubble.why_not()):
        raise LabkitError(problem)
    words = command(notebook.name, graded.isolation or SANDBOX, cell_seconds)
    with tempfile.TemporaryDirectory(prefix="labkit-") as kept:
        report = Path(kept, "report.xml")
        done = subprocess.run(
            [sys.executable, *words, f"--junitxml={report}"],
            cwd=notebook.parent,
            env={**os.environ, "JUPYTER_PATH": str(JUPYTER_DIR)},
            capture_output=True,
            text=True,
        )
        if done.returncode not in (0, 1) or not report.is_file():
            raise LabkitError(
                _("nbval could not run: {reason}").format(reason=done.stdout[-1000:] + done.stderr)
            )
        cases = list(ElementTree.parse(report).iter("testcase"))
    passed = {int(case.get("name").split()[1]): not list(case) for case in cases}
    shown = f"cd {shlex.quote(str(notebook.parent))} && JUPYTER_PATH={shlex.quote(str(JUPYTER_DIR))} "
    return Audit(
        shown + shlex.join(["python", *words]), _questions(assignment, graded, notebook, passed), done.stdout
    )


def command(notebook: str, isolated: str, cell_seconds: float) -> list[str]:
    """What follows ``python``, in the folder of graded notebooks."""
    return [
        *("-m", "pytest", "--nbval", f"--nbval-kernel-name={KERNEL_NAMES[isolated]}"),
        *(f"--nbval-cell-timeout={cell_seconds:g}", "-p", "no:cacheprovider", notebook),
    ]


def _questions(
    assignment: Assignment, graded: results.Result, notebook: Path, passed: dict[int, bool]
) -> tuple[Repeated, ...]:
    cells = [cell.id for cell in assignments.read_notebook(notebook).cells if cell.cell_type == "code"]
    questions, over = [], False
    for question in assignment.questions:
        if question.is_text:
            continue
        found = graded.question(question.id)
        over = over or found.verdict in (TIMEOUT, DEAD)
        elsewhere = bool(found.built_on)  # worked out in a second kernel, which nbval does not repeat
        judged = (
            None if over or elsewhere or not question.is_exact else passed.get(cells.index(question.report))
        )
        questions.append(Repeated(question.id, found.verdict, found.points or 0.0, found.maximum, judged))
    return tuple(questions)
