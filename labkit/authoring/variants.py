"""The notebooks that one authored text becomes.

A lesson is shown *blank* (exercises unfilled, solutions folded) and tested *solved*. An assignment is
handed out as the *student's* notebook, and graded against the *key*.
"""

from __future__ import annotations

import copy
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from labkit.errors import LabkitError
from labkit.i18n import N_, _, speaking
from labkit.lessons import tags

SOLUTION = "-solution"
FOLDED_SOLUTION = N_("Solution")


def check_vocabulary(nb: NotebookNode, source: Path) -> None:
    """Raise :class:`LabkitError` where tags and ids do not fit together.

    Every solution stands below its exercise or answer and is named after it, and the first code cell
    of a notebook holds its parameters.
    """
    ids = {cell.id for cell in nb.cells}
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    if not code or "parameters" not in tags(code[0]):
        raise LabkitError(f"{source}: the first code cell must carry the tag `parameters`.")
    for cell in nb.cells:
        if "solution" not in tags(cell):
            continue
        if not cell.id.endswith(SOLUTION) or cell.id.removesuffix(SOLUTION) not in ids:
            raise LabkitError(
                f"{source}: the solution {cell.id!r} belongs to no cell; name it after its exercise, with {SOLUTION!r} at the end."
            )


def blank(nb: NotebookNode, language: str = "en") -> NotebookNode:
    """The lesson as it is published: each solution becomes a block that opens on a click."""
    nb = copy.deepcopy(nb)
    with speaking(language):
        nb.cells = [_fold(cell) if "solution" in tags(cell) else cell for cell in nb.cells]
    return nb


def solved(nb: NotebookNode) -> NotebookNode:
    """The lesson with every exercise answered by its solution."""
    nb = copy.deepcopy(nb)
    return _with_answers(nb)


def student(nb: NotebookNode) -> NotebookNode:
    """The assignment as it is handed out: no solution, no outputs, everything but the answers locked.

    Nor the inputs with which the grader will call a function that is asked for.
    """
    nb = copy.deepcopy(nb)
    nb.cells = [cell for cell in nb.cells if not {"solution", "inputs"} & set(tags(cell))]
    return _locked(nb)


def key(nb: NotebookNode) -> NotebookNode:
    """The assignment with every answer filled in by its solution; to be executed."""
    return _locked(_with_answers(copy.deepcopy(nb)))


def _fold(cell: NotebookNode) -> NotebookNode:
    text = (
        f"<details>\n<summary><strong>{_(FOLDED_SOLUTION)}</strong></summary>\n\n"
        f"```python\n{cell.source}\n```\n\n</details>"
    )
    return new_markdown_cell(text, id=cell.id, metadata=cell.metadata)


def _with_answers(nb: NotebookNode) -> NotebookNode:
    solutions = {cell.id.removesuffix(SOLUTION): cell for cell in nb.cells if "solution" in tags(cell)}
    nb.cells = [cell for cell in nb.cells if "solution" not in tags(cell)]
    for cell in nb.cells:
        if cell.id in solutions:
            solution = solutions[cell.id]
            cell.source = solution.source
            if "credit" in solution.metadata.get(
                "labkit", {}
            ):  # what other answers are worth: the key's alone
                cell.metadata["labkit"] = {
                    **cell.metadata.get("labkit", {}), "credit": solution.metadata["labkit"]["credit"],
                }  # fmt: skip
    return nb


def _locked(nb: NotebookNode) -> NotebookNode:
    for cell in nb.cells:
        cell_tags = tags(cell)
        if "answer" not in cell_tags:
            # JupyterLab respects both; the grader does not rely on them.
            cell.metadata["editable"] = False
        cell.metadata["deletable"] = False
        if cell.cell_type == "code" and "report" not in cell_tags and "nbval-ignore-output" not in cell_tags:
            # nbval judges what was reported, nothing else.
            cell.metadata["tags"] = [*cell_tags, "nbval-ignore-output"]
    return nb
