"""What keeps a submission's code from the machine, and what is done where nothing can."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator

from labkit.errors import LabkitError
from labkit.grading.assignment import Assignment
from labkit.grading.kernel import NONE, SANDBOX
from labkit.i18n import N_, _

NOT_RUN = "not run"
"""Neither: no cell is run at all. Enough for an assignment that asks for texts only."""

IN_WORDS = {
    SANDBOX: N_("in a sandbox: no network, nothing of the course but its public package and data"),
    NONE: N_("without a sandbox"),
}


def settled(wanted: str, assignment: Assignment) -> str:
    """How an assignment's submissions are to be run here.

    Raises
    ------
    LabkitError
        If a sandbox is wanted and needed, and there can be none; says why, and what to do.
    """
    if wanted not in (SANDBOX, NONE):
        raise LabkitError(_("{found} is no isolation; expected sandbox or none.").format(found=repr(wanted)))
    if wanted == NONE:
        return NONE
    begin(assignment)
    problem = why_not()
    if problem is None:
        return SANDBOX
    if all(question.is_text for question in assignment.questions):
        return NOT_RUN
    raise LabkitError(
        "\n".join(
            [
                _("Submissions are run in a sandbox, and there can be none here: {reason}").format(
                    reason=problem
                ),
                _(
                    "With --isolation none they run as ordinary programs of yours, which may read your files "
                    "and use your network: only for people you trust, or in a virtual machine. "
                    "The grades will say so."
                ),
            ]
        )
    )


def best() -> str:
    """A sandbox where there can be one: for a student's own notebook on the student's own machine."""
    return SANDBOX if why_not() is None else NONE


def begin(assignment: Assignment) -> None:
    """Have the sandbox import what kernels will need, where there can be one, while other things are done."""
    from labkit.grading import sandbox

    if sandbox.begin():
        from labkit.grading.sandbox import pool

        with contextlib.suppress(LabkitError):
            pool.also(modules(assignment))


def modules(assignment: Assignment) -> list[str]:
    """What the cells of an assignment import, in its own words: ``["pandas", "statsmodels.api"]``."""
    found: dict[str, None] = {}
    for nb in assignment.notebooks.values():
        for cell in nb.cells:
            if cell.cell_type == "code":
                found |= dict.fromkeys(_imported(cell.source))
    return list(found)


def _imported(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or a command of the system
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def why_not() -> str | None:
    from labkit.grading.sandbox import bubble

    if problem := bubble.lacking():
        return problem
    from labkit.grading.sandbox import pool

    return pool.why_not()


def in_words(isolation: str) -> str:
    """Such as "without a sandbox"; empty if nothing was run."""
    return _(IN_WORDS[isolation]) if isolation in IN_WORDS else ""
