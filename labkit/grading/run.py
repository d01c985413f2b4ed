"""Execute a grafted notebook with papermill, and bring back what it gave, in a form that repeats."""

from __future__ import annotations

import copy
import logging
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from labkit.grading import engine, files
from labkit.grading.assignment import DATA_PARAMETER, Assignment, Key, tags
from labkit.grading.kernel import DEAD, ERROR, KERNEL_NAMES, NOT_RUN, OK, SANDBOX, TIMEOUT, Limits
from labkit.grading.notes import Note, note

CASE, DATA = "case", "data"
PARAMETERS_CELL = "labkit-parameters"
_QUOTE = 60
"""Characters of a cell's first line by which it is named."""


@dataclass(frozen=True)
class Run:
    """An executed notebook.

    Attributes
    ----------
    nb : NotebookNode
        With the outputs of this run, without anything that differs from run to run.
    statuses : dict of str to dict
        By cell id: ``status``, ``error`` and ``message``, as the engine recorded them.
    limits : dict
        The limits that held, in words; empty if nothing ran.
    isolation : str
        ``sandbox`` or ``none``; empty if nothing ran.
    seconds : float
        Wall time.
    """

    nb: NotebookNode
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    notes: tuple[Note, ...] = ()
    isolation: str = ""

    @property
    def ran(self) -> bool:
        return bool(self.statuses)


def run(
    nb: NotebookNode,
    assignment: Assignment,
    limits: Limits | None = None,
    parameters: Mapping[str, Any] | None = None,
    isolation: str = SANDBOX,
    *,
    data: Path | None = None,
    shown: NotebookNode | None = None,
    known: Mapping[str, str] | None = None,
) -> Run:
    """Execute a grafted notebook, in a sandbox unless said otherwise; never raises for what it does.

    The kernel works in a folder of its own that holds what a student has: the notebook, the case
    pack, and data. Neither the key nor any grade is there.

    Parameters
    ----------
    data : Path, optional
        Folder of tables that the notebook finds as ``data``, and that its parameter ``data_dir`` names.
    shown : NotebookNode, optional
        The notebook as its own code may read it, if that is not all of what is run.
    known : mapping, optional
        How cells ended that hung or killed a kernel before, by their id; they are not run again.
    """
    limits = limits or Limits()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="labkit-") as scratch:
        folder = Path(scratch, "work")
        folder.mkdir()
        if assignment.case is not None:
            files.copy_tree(assignment.case, folder / CASE)
        own_copy = folder / f"{assignment.id}.ipynb"
        own_copy.write_text(files.notebook_text(shown or nb), encoding="utf-8")
        values = {"case_dir": CASE} if assignment.case is not None else {}
        if data is not None:
            (folder / DATA).symlink_to(data, target_is_directory=True)
            values[DATA_PARAMETER] = DATA
        values |= parameters or {}
        executed = _papermill(nb, values, folder, Path(scratch), limits, isolation, known)
        if isinstance(executed, str):
            return Run(nb, seconds=time.monotonic() - started, notes=(note("not run", reason=executed),))
        applied = dict(executed.metadata.get("labkit_limits", {}))
        executed = _settled(executed, scratch)
    statuses = {
        cell.id: dict(cell.metadata.pop(engine.RUN)) for cell in executed.cells if engine.RUN in cell.metadata
    }
    notes = tuple(_notes(executed, statuses, limits))
    return Run(executed, statuses, applied, time.monotonic() - started, notes, isolation)


def graded_notebook(run: Run, key: Key) -> NotebookNode:
    """The executed notebook with the key's outputs in its report cells: what nbval judges."""
    cells = [
        NotebookNode({**cell, "outputs": copy.deepcopy(key.outputs[cell.id])})
        if cell.id in key.outputs
        else cell
        for cell in run.nb.cells
    ]
    nb = NotebookNode({**run.nb, "cells": cells})
    _count(nb)
    return nb


def cell_name(cell: NotebookNode) -> str:
    """How a cell is called in a note: a cell of the assignment by its id, a student's by its first line."""
    if engine.STUDENT not in tags(cell):
        return cell.id
    line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f"“{line[:_QUOTE]}{'…' if len(line) > _QUOTE else ''}”"


def _papermill(
    nb: NotebookNode,
    parameters: dict[str, Any],
    folder: Path,
    scratch: Path,
    limits: Limits,
    isolation: str,
    known: Mapping[str, str] | None,
) -> NotebookNode | str:
    """Run papermill; the executed notebook, or why there is none."""
    import papermill

    engine.register()
    executed: list[NotebookNode] = []
    with _quiet("papermill", "asyncio", "traitlets", "nbclient"):
        try:
            papermill.execute_notebook(
                nb,
                None,
                parameters=parameters,
                engine_name=engine.ENGINE_NAME,
                kernel_name=KERNEL_NAMES[isolation],
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                folder=folder,
                scratch=scratch,
                limits=limits,
                isolation=isolation,
                known=known,
                executed=executed,
            )
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:300]
    return executed[0]


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """papermill and its kernel client say nothing that a note does not say better."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _settled(nb: NotebookNode, scratch: str) -> NotebookNode:
    """Take out whatever differs between two runs of the same notebook."""
    labkit = nb.metadata.get("labkit", {})
    nb.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        labkit=labkit,
        language_info={"name": "python"},
    )
    nb.nbformat, nb.nbformat_minor = 4, 5
    for cell in nb.cells:
        for name in ("papermill", "execution", "labkit_output", "labkit_cut"):
            cell.metadata.pop(name, None)
        if "injected-parameters" in tags(cell):
            cell.id = PARAMETERS_CELL
            cell.metadata = NotebookNode(tags=["injected-parameters", "nbval-ignore-output"])
        if cell.cell_type == "code":
            cell.outputs = [_without_paths(output, scratch) for output in cell.outputs]
    _count(nb)
    return nb


def _count(nb: NotebookNode) -> None:
    """Number every code cell: nbval passes over one without an execution count."""
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def _without_paths(node: Any, scratch: str) -> Any:
    """Outputs without the temporary folder and the process number that stand in tracebacks and warnings."""
    if isinstance(node, str):
        node = node.replace(scratch, "")
        return re.sub(r"[\w./\\:~-]*ipykernel_\d+[/\\]\d+\.py", "<cell>", node)
    if isinstance(node, dict):
        return NotebookNode({key: _without_paths(value, scratch) for key, value in node.items()})
    if isinstance(node, list):
        return [_without_paths(item, scratch) for item in node]
    return node


def _notes(nb: NotebookNode, statuses: Mapping[str, dict[str, Any]], limits: Limits) -> Iterator[Note]:
    over = False
    for cell in nb.cells:
        how = statuses.get(cell.id, {})
        status, name = how.get("status"), cell_name(cell)
        if status == TIMEOUT:
            yield note("cell timeout", cell=name, seconds=f"{limits.cell_seconds:g}")
        elif status == DEAD:
            yield note("dead kernel", cell=name)
        elif status == NOT_RUN and not over:
            over = True
            yield note("time over", cell=name, seconds=f"{limits.total_seconds:g}")
        elif status == ERROR and "answer" in tags(cell) and _is_bare_letter(how):
            yield note("letters need quotes", cell=name, message=_line(how["message"]))
        elif status == ERROR and _to_be_told(cell, statuses):
            yield note("cell error", cell=name, error=how["error"], message=_line(how["message"]))
        if how.get("cut"):
            yield note("output cut", cell=name)


def _to_be_told(cell: NotebookNode, statuses: Mapping[str, dict[str, Any]]) -> bool:
    """Whether an error is news: the student's own, or a report's that does not just follow from one above."""
    if "report" in tags(cell):
        return statuses.get(cell.id.removesuffix("-report"), {}).get("status") == OK
    return bool({"answer", engine.STUDENT} & set(tags(cell)))


def _is_bare_letter(how: Mapping[str, Any]) -> bool:
    """Whether a cell stopped at a letter without quotes: ``q1 = [A, C]``."""
    return how["error"] == "NameError" and bool(re.match("name '[A-Za-z]' is not defined", how["message"]))


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:200]}…"
