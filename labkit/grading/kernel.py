"""One limited kernel: start it, run a cell in it, stop it and everything it started.

In a sandbox, a kernel is one of ``labkit.grading.sandbox``, by the kernelspec ``labkit-warm``; without
one, an ordinary process, by ``labkit-grading``. Both are found by name in a folder of this package, so
that nothing is installed into the user's Jupyter.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.session import json_unpacker
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from labkit.exercises.answers import NOTEBOOK_VARIABLE
from labkit.grading import fonts, launch

SANDBOX, NONE = "sandbox", "none"
"""How a student's code is kept from the machine and from other submissions."""

KERNEL_NAMES = {SANDBOX: "labkit-warm", NONE: "labkit-grading"}
JUPYTER_DIR = Path(__file__).parent / "jupyter"
"""Put into ``JUPYTER_PATH``, it lets any Jupyter tool find the kernel by name."""

OK, ERROR, TIMEOUT, DEAD, NOT_RUN = "ok", "error", "timeout", "dead kernel", "not run"

_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "SYSTEMROOT",
    "COMSPEC",
    "PATHEXT",
)
ANSWER_BYTES = 12_000_000
"""Output kept of a cell that hands an answer out, whatever the limit is for others."""

_START_SECONDS = 60
_DRAIN_SECONDS = 20
"""How long a cell's output may still come in once the cell itself is done."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell_seconds, total_seconds : float
        Wall time of a cell, and of everything a submission runs.
    memory_mb, file_mb : int
        Address space of the kernel; size of any file it writes.
    output_bytes : int
        Output kept of a cell; what goes beyond is dropped.
    processes : int
        Processes and threads at the same time; held to in a sandbox only.
    """

    cell_seconds: float = 60
    total_seconds: float = 600
    memory_mb: int = launch.MEMORY_MB
    file_mb: int = launch.FILE_MB
    output_bytes: int = 1_000_000
    processes: int = launch.PROCESSES


@dataclass(frozen=True)
class Outcome:
    """How one cell ended: :data:`OK`, :data:`ERROR`, :data:`TIMEOUT`, :data:`DEAD` or :data:`NOT_RUN`."""

    status: str
    error: str = ""
    message: str = ""
    exited: bool = False
    """The cell asked the kernel to exit."""


class CellClient(NotebookClient):
    """nbclient, keeping of a cell's output only so much, and only what can be written as UTF-8."""

    output_limit = 1_000_000

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "error", "update_display_data"):
            hands_out = {"report", "calls"} & set(cell.metadata.get("tags", ()))
            most = max(self.output_limit, ANSWER_BYTES) if hands_out else self.output_limit
            left = most - cell.metadata.get("labkit_output", 0)
            size = len(json.dumps(msg["content"], default=str))
            if size > left:
                cell.metadata["labkit_cut"] = True
                if msg["msg_type"] != "stream" or left <= 0:
                    return None
                msg["content"]["text"] = str(msg["content"]["text"])[:left]
            cell.metadata["labkit_output"] = cell.metadata.get("labkit_output", 0) + min(size, left)
            msg["content"] = _encodable(msg["content"])
        return super().process_message(msg, cell, cell_index)


class Kernel:
    """A running kernel and the files that belong to it.

    Parameters
    ----------
    folder : Path
        Working directory of the student's code.
    scratch : Path
        Where a kernel without a sandbox finds its home, its temporary files and its sockets.
    isolation : {"sandbox", "none"}
    """

    def __init__(
        self, folder: Path, scratch: Path, limits: Limits, nb: NotebookNode, isolation: str = SANDBOX
    ) -> None:
        self.folder, self.scratch, self.limits, self.isolation = folder, scratch, limits, isolation
        name = KERNEL_NAMES[isolation]
        self.client = CellClient(
            nb, kernel_name=name, allow_errors=True, iopub_timeout=_DRAIN_SECONDS, record_timing=False
        )
        self.client.shutdown_kernel = "immediate"
        self.client.output_limit = limits.output_bytes
        self.client.coalesce_streams = True
        self.client.startup_timeout = _START_SECONDS
        self.client.raise_on_iopub_timeout = True
        self.limits_applied: dict[str, str] = {}
        self._group: int | None = None

    async def start(self) -> None:
        """Start the kernel and wait until it answers.

        Raises
        ------
        RuntimeError
            If it does not.
        LabkitError
            If there can be no sandbox here.
        """
        from jupyter_client.kernelspec import KernelSpecManager

        manager = self.client.create_kernel_manager()
        # With folders of its own: to look up the usual ones, it would import all of IPython.
        manager.kernel_spec_manager = KernelSpecManager(kernel_dirs=[str(JUPYTER_DIR / "kernels")])
        manager.session.unpack = _undated
        if self.isolation == SANDBOX:
            await self._start_sandboxed(manager)
        else:
            await self._start_process(manager)

    async def _start_sandboxed(self, manager: Any) -> None:
        from labkit.grading.sandbox.provisioner import PROCESSES_VARIABLE

        environment = {**_limit_variables(self.limits), PROCESSES_VARIABLE: str(self.limits.processes)}
        await self.client.async_start_new_kernel(
            cwd=str(self.folder), env={**environment, **_notebook_variable(self.folder)}
        )
        self.limits_applied = dict(manager.provisioner.limits_applied)
        client = self.client.kc = manager.client()
        client.start_channels(hb=False)  # the provisioner knows whether it lives
        client.allow_stdin = False
        await _answering(client, manager)

    async def _start_process(self, manager: Any) -> None:
        report = self.scratch / "limits.json"
        report.unlink(missing_ok=True)
        connection = self.scratch / "k"
        shutil.rmtree(connection, ignore_errors=True)
        connection.mkdir(parents=True)
        manager.connection_file = str(connection / "kernel.json")
        if os.name == "posix":  # sockets in the file system need no network, not even the loopback
            manager.transport = "ipc"
        environment = {**_environment(self.scratch, self.limits), launch.REPORT_VARIABLE: str(report)}
        with (self.scratch / "kernel.log").open("wb") as log:
            await self.client.async_start_new_kernel(
                cwd=str(self.folder),
                env={**environment, **_notebook_variable(self.folder)},
                stdout=log,
                stderr=log,
            )
        self._group = getattr(manager.provisioner, "pgid", None)
        await self.client.async_start_new_kernel_client()
        # Read before any code of the student could touch it.
        self.limits_applied = json.loads(report.read_text(encoding="utf-8"))

    async def alive(self) -> bool:
        return self.client.km is not None and await self.client.km.is_alive()

    async def run(self, cell: NotebookNode, index: int, seconds: float) -> Outcome:
        """Run one cell; its outputs are put into `cell`. Never raises for what the student's code does."""
        replies: list[dict[str, Any]] = []
        self.client.on_cell_executed = lambda execute_reply, **_rest: replies.append(execute_reply)
        self.client.timeout_func = lambda _cell: seconds
        cell.outputs = []
        try:
            # store_history=False is how nbval runs a cell, and the two must see the same thing.
            await asyncio.wait_for(
                self.client.async_execute_cell(cell, index, store_history=False), seconds + _DRAIN_SECONDS + 5
            )
        except (TimeoutError, CellTimeoutError):
            return Outcome(TIMEOUT)
        except (DeadKernelError, CellControlSignal):
            return Outcome(DEAD)
        finally:
            cell.metadata.pop("labkit_output", None)
        content = replies[-1]["content"] if replies and replies[-1] else {}
        exited = any(payload.get("source") == "ask_exit" for payload in content.get("payload", []))
        if content.get("status") == "error":
            return Outcome(ERROR, str(content.get("ename", "")), str(content.get("evalue", "")), exited)
        return Outcome(OK, exited=exited)

    async def stop(self) -> None:
        """Kill the kernel and whatever it started, and take down what was set up for it."""
        self.client.shutdown_kernel = "immediate"
        if self.client.km is not None:
            with contextlib.suppress(Exception):  # it is killed below, whatever went wrong here
                await self.client._async_cleanup_kernel()
        if self._group is not None and hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, signal.SIGKILL)


async def _answering(client: Any, manager: Any) -> None:
    """Wait until a kernel answers and its outputs arrive, and no longer: the stock wait adds 0.2 s."""
    for _attempt in range(_START_SECONDS):
        request = client.kernel_info()
        try:
            while (await client.get_shell_msg(timeout=1))["parent_header"].get("msg_id") != request:
                pass
            await client.get_iopub_msg(timeout=0.2)
        except Empty:
            if not await manager.is_alive():
                break
        else:
            return
    raise RuntimeError("the kernel does not answer")


def _undated(packed: bytes) -> Any:
    """A part of a message. When it was sent is of no use here, and takes longer to read than the rest."""
    part = json_unpacker(packed)
    if isinstance(part, dict) and "msg_id" in part:
        part.pop("date", None)
    return part


def _notebook_variable(folder: Path) -> dict[str, str]:
    """What ``lk.read_answer`` reads."""
    notebooks = sorted(folder.glob("*.ipynb"))
    return {NOTEBOOK_VARIABLE: str(notebooks[-1])} if notebooks else {}


def _limit_variables(limits: Limits) -> dict[str, str]:
    return {
        launch.MEMORY_VARIABLE: str(limits.memory_mb),
        launch.CPU_VARIABLE: str(int(limits.total_seconds) + 1),
        launch.FILE_VARIABLE: str(limits.file_mb),
    }


def _environment(scratch: Path, limits: Limits) -> dict[str, str]:
    """What the student's code sees of the environment: nothing of the instructor's, nothing that varies."""
    folders = {name: scratch / name for name in ("home", "tmp", "ipython", "matplotlib")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    _seed_font_cache(folders["matplotlib"])
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": str(folders["home"]),
        "USERPROFILE": str(folders["home"]),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folders["tmp"])),
        "IPYTHONDIR": str(folders["ipython"]),
        "MPLCONFIGDIR": str(folders["matplotlib"]),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        **_limit_variables(limits),
    }


def _seed_font_cache(target: Path) -> None:
    """Give matplotlib the list of fonts it has found before: looking again costs every kernel a second."""
    for file in fonts.lists():
        with contextlib.suppress(OSError):
            shutil.copyfile(file, target / file.name)


def _encodable(value: Any) -> Any:
    """The same data without lone surrogates, which no UTF-8 file can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value
