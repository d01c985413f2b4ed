"""The papermill engine ``labkit``: runs every cell, whatever the cells before it did.

papermill stops at the first error, and after a timeout or a dead kernel there is nothing left to run
in. Here an error is recorded and the next cell runs. After a timeout or a dead kernel a *fresh kernel*
takes over: it runs again every code cell above but for the reports, the checks, and the cells that
hung or killed a kernel, and then goes on. A later question so has all its student prepared, and the
looping cell never runs twice. Outputs stay those of the first time.
"""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from papermill.engines import Engine, papermill_engines

from labkit.grading.kernel import DEAD, ERROR, NOT_RUN, OK, SANDBOX, TIMEOUT, Kernel, Limits, Outcome

ENGINE_NAME = "labkit"
RUN = "labkit_run"
"""Metadata of an executed cell: how it ended."""

STUDENT = "student"
"""Tag of a cell the student added."""

NOT_AGAIN = {"report", "check", "calls"}
"""Tags of cells that a fresh kernel does not need to run again."""

_MOST_KERNELS = 25


class GradingEngine(Engine):
    """Give it to :func:`papermill.execute_notebook` as ``engine_name="labkit"``.

    Engine arguments: `folder` (working directory), `scratch` (files of the kernel), `limits`, `isolation`;
    `known`, how cells ended that an earlier run found to hang or to kill a kernel, by their id: they
    are not run again; and `executed`, a list that takes the notebook, with what its cells gave. papermill then
    has none to write to a file, which would only be read again.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        folder: Path,
        scratch: Path,
        limits: Limits,
        isolation: str = SANDBOX,
        known: Mapping[str, str] | None = None,
        executed: list[NotebookNode] | None = None,
        **_papermill: Any,
    ) -> None:
        asyncio.run(_Conductor(nb_man, folder, scratch, limits, isolation, known or {}).run())
        if executed is not None:
            executed.append(nb_man.nb)
            nb_man.nb = NotebookNode({**nb_man.nb, "cells": []})


def register() -> None:
    """Make the engine known to papermill."""
    papermill_engines.register(ENGINE_NAME, GradingEngine)


class _Conductor:
    """Runs the cells of one notebook, in as many kernels as that takes."""

    def __init__(
        self,
        nb_man: Any,
        folder: Path,
        scratch: Path,
        limits: Limits,
        isolation: str,
        known: Mapping[str, str],
    ) -> None:
        self.nb_man, self.cells = nb_man, nb_man.nb.cells
        self.folder, self.scratch, self.limits, self.isolation = folder, scratch, limits, isolation
        self.kernel: Kernel | None = None
        self.kernels_started = 0
        self.known = {place: known[cell.id] for place, cell in enumerate(self.cells) if cell.id in known}
        self.harmful: set[int] = set(self.known)
        """Cells that hung or killed a kernel; they never run again."""
        self.deadline = 0.0

    async def run(self) -> None:
        # What is left of a killed kernel's conversation is of no interest to anybody.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        try:
            await self._start_kernel()
            # The clock starts when the student's work does: a slow machine is not the student's fault.
            self.deadline = time.monotonic() + self.limits.total_seconds
            self.nb_man.nb.metadata["labkit_limits"] = dict(self.kernel.limits_applied)
            for index, cell in enumerate(self.cells):
                if _is_code(cell):
                    self.nb_man.cell_start(cell, index)
                    outcome = await self._run_cell(index)
                    self._record(index, outcome)
                    if outcome.status != OK:
                        self.nb_man.cell_exception(cell, index)
                    self.nb_man.cell_complete(cell, index)
        finally:
            await self._drop_kernel()

    async def _run_cell(self, index: int) -> Outcome:
        if index in self.known:
            return Outcome(self.known[index])
        await self._prepare(index)
        if self.kernel is None:
            return Outcome(NOT_RUN)
        cell = self.cells[index]
        left = self._left()
        outcome = await self.kernel.run(cell, index, min(self.limits.cell_seconds, left))
        if outcome.status == TIMEOUT and left < self.limits.cell_seconds:
            await self._drop_kernel()
            return Outcome(NOT_RUN)
        if outcome.exited:
            outcome = Outcome(DEAD, "SystemExit")
        if outcome.status in (TIMEOUT, DEAD):
            # Calls may hang while the function's own cell is in order: later ones may need what that defines.
            blamed = _is_students(cell) or "calls" in _tags(cell)
            self.harmful.add(index if blamed else self._last_students(index, default=index))
            await self._drop_kernel()
        return outcome

    async def _prepare(self, index: int) -> None:
        """See that there is a kernel in which everything above `index` has run; none if time is over."""
        if self.kernel is not None and not await self.kernel.alive():
            # It died after its last cell had ended well: a thread, or a process, of the student's.
            culprit = self._last_students(index, default=index)
            self.harmful.add(culprit)
            self._record(culprit, Outcome(DEAD))
            await self._drop_kernel()
        while self.kernel is None and self._left() > 0 and self.kernels_started < _MOST_KERNELS:
            await self._start_kernel()
            await self._replay(index)
        if self._left() <= 0:
            await self._drop_kernel()

    async def _replay(self, index: int) -> None:
        for earlier, cell in enumerate(self.cells[:index]):
            if earlier in self.harmful or not _is_code(cell) or _tags(cell) & NOT_AGAIN:
                continue
            seconds = min(self.limits.cell_seconds, max(self._left(), 0.01))
            outcome = await self.kernel.run(copy.deepcopy(cell), earlier, seconds)
            if outcome.status in (TIMEOUT, DEAD) or outcome.exited:
                self.harmful.add(earlier)
                await self._drop_kernel()
                return

    async def _start_kernel(self) -> None:
        self.kernels_started += 1
        kernel = Kernel(self.folder, self.scratch, self.limits, self.nb_man.nb, self.isolation)
        try:
            await kernel.start()
        except BaseException:
            await kernel.stop()
            raise
        self.kernel = kernel

    async def _drop_kernel(self) -> None:
        if self.kernel is not None:
            kernel, self.kernel = self.kernel, None
            await kernel.stop()

    def _last_students(self, index: int, default: int) -> int:
        """The nearest cell of the student's above `index` that has not been found harmful yet."""
        for earlier in range(index - 1, -1, -1):
            cell = self.cells[earlier]
            if _is_code(cell) and _is_students(cell) and earlier not in self.harmful:
                return earlier
        return default

    def _record(self, index: int, outcome: Outcome) -> None:
        cell = self.cells[index]
        cell.metadata[RUN] = {
            "status": outcome.status,
            "error": outcome.error,
            "message": outcome.message[:500],
        }
        if cell.metadata.pop("labkit_cut", False):
            cell.metadata[RUN]["cut"] = True
        said = {
            TIMEOUT: f"This cell did not end within {self.limits.cell_seconds:g} s.",
            DEAD: "The kernel died while this cell ran or because of it.",
            NOT_RUN: "This cell was not run, or not to its end: the time for the whole notebook was over.",
        }.get(outcome.status)
        if said is not None:
            error = {"output_type": "error", "ename": outcome.status, "evalue": said, "traceback": [said]}
            cell.outputs = [*cell.outputs, NotebookNode(error)]

    def _left(self) -> float:
        return self.deadline - time.monotonic()


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _is_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


def _is_students(cell: NotebookNode) -> bool:
    return bool(_tags(cell) & {"answer", STUDENT})


__all__ = [
    "DEAD",
    "ENGINE_NAME",
    "ERROR",
    "NOT_RUN",
    "OK",
    "RUN",
    "STUDENT",
    "TIMEOUT",
    "GradingEngine",
    "Limits",
    "register",
]
