"""Outside: the preloader of this process, the kernels it is asked for, and the one kept in waiting."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import re
import secrets
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable
from multiprocessing import util
from pathlib import Path
from typing import Any

from labkit.errors import LabkitError
from labkit.grading.sandbox import bubble, layout, linux
from labkit.i18n import _

_PRELOAD_SECONDS = 120
_FORK_SECONDS = 60


class SandboxError(LabkitError):
    """A sandboxed kernel could not be had."""


class WarmKernel:
    """A forked kernel, not yet told what it runs for; then, after :meth:`activate`, a running one."""

    def __init__(self, preloader: Preloader | Lent, number: int | str, seconds: float = 0) -> None:
        self.folder = preloader.exchange / str(number)
        self.key = secrets.token_hex(16)
        self.exit_code: int | None = None
        self.why = ""
        sockets, data = self.folder / layout.SOCKETS_FOLDER, self.folder / layout.DATA_FOLDER
        for folder in (self.folder, sockets, data):
            folder.mkdir(mode=0o755)
            folder.chmod(0o755)
        if linux.is_root_of_the_machine():
            os.chown(sockets, layout.NOBODY, layout.NOBODY)
        self._channel, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with inside:
            preloader.fork(inside)
        self._channel.settimeout(_FORK_SECONDS + seconds)
        with contextlib.suppress(OSError):  # if it is gone already, waiting for it will tell
            self._tell(slot=str(number), key=self.key)

    def connection(self) -> dict[str, Any]:
        """Connection information as ``jupyter_client`` has it, for clients outside."""
        return {
            "transport": "ipc",
            "ip": str(self.folder / layout.SOCKETS_FOLDER / Path(layout.SOCKET_PREFIX).name),
            "key": self.key.encode(),
            "signature_scheme": "hmac-sha256",
            **layout.PORTS,
        }

    def activate(self, limits: dict[str, int], work: Path | None, notebook: Path | None) -> None:
        """Give it its data and limits. Only then is it in a state to run a student's code.

        Parameters
        ----------
        work : Path, optional
            Its folders :data:`DATA_FOLDERS` are shown to the kernel, read-only. Nothing else of it is.
        notebook : Path, optional
            A notebook to be shown in the working directory, read-only.

        Raises
        ------
        SandboxError
            If the kernel could not be started.
        """
        self._expect("ready")
        data = self.folder / layout.DATA_FOLDER
        for name in DATA_FOLDERS:
            if work is not None and (work / name).is_dir():
                _copy_readable(work / name, data / name)
        if notebook is not None:
            shutil.copyfile(notebook, data / notebook.name)
            (data / notebook.name).chmod(0o644)
        self._tell(limits=limits, notebook=notebook.name if notebook else "")
        self._expect("active")
        self._channel.setblocking(False)

    def signal(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self._tell(signal=number)

    def poll(self) -> int | None:
        """None while it runs, else its exit code (negative: the signal that ended it)."""
        if self.exit_code is None:
            try:
                message = self._channel.recv(layout.MESSAGE_BYTES)
            except BlockingIOError:
                return None
            except OSError:
                message = b""
            said = json.loads(message) if message else {}
            self.exit_code, self.why = said.get("exit", -9), said.get("why", "killed")
        return self.exit_code

    def kill(self) -> None:
        """End it and everything it started; returns when that has begun."""
        if self.exit_code is None:
            self.exit_code, self.why = -9, "killed"
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)
            self._channel.settimeout(5)
            while self._channel.recv(layout.MESSAGE_BYTES):
                pass
        self._channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _tell(self, **order: Any) -> None:
        self._channel.send(json.dumps(order).encode())

    def _expect(self, word: str) -> None:
        try:
            message = self._channel.recv(layout.MESSAGE_BYTES)
        except OSError as error:
            message = json.dumps({"failed": str(error)}).encode()
        said = json.loads(message) if message else {"failed": "it ended"}
        if word not in said:
            raise SandboxError(_failure(said.get("failed", str(said))))


DATA_FOLDERS = ("case", "data")
"""Folders beside a notebook that its code may read."""


class Preloader:
    """bubblewrap with the preloading process in it, and the folder it shares with us."""

    def __init__(self, modules: Iterable[str] = ()) -> None:
        problem = bubble.lacking()
        if problem:
            raise SandboxError(problem)
        _remove_left_over()
        self.exchange = bubble.exchange_folder()
        self._numbers = itertools.count(1)
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = self.exchange.parent / "log"
        with inside, self._log.open("wb") as log:
            self._process = subprocess.Popen(
                bubble.command(self.exchange, str(inside.fileno()), *modules),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(inside.fileno(),),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the grader to deal with
            )
        self._waiting: WarmKernel | None = None
        self._heard: set[str] = set()

    def kernel(self) -> WarmKernel:
        """A kernel: the one in waiting, if there is one."""
        self.await_ready()
        kernel, self._waiting = self._waiting, None
        return kernel or WarmKernel(self, next(self._numbers))

    def prepare_next(self) -> None:
        """Have one forked while the last one runs."""
        if self._waiting is None:
            self._waiting = WarmKernel(self, next(self._numbers))

    def await_ready(self) -> None:
        """Wait until everything is imported.

        Raises
        ------
        SandboxError
            If that failed.
        """
        self.await_able()
        self._await("ready")

    def await_able(self) -> None:
        """Wait until every step of a kernel's start has been tried, which is before the imports.

        Raises
        ------
        SandboxError
            If the system refused one; says which.
        """
        self._await("able")

    def _await(self, word: str) -> None:
        if word in self._heard:
            return
        self._control.settimeout(_PRELOAD_SECONDS)
        try:
            message = self._control.recv(layout.MESSAGE_BYTES)
        except OSError as error:
            message = json.dumps({"failed": str(error)}).encode()
        said = json.loads(message) if message else {}
        if word not in said:
            reason = _failure(said["failed"]) if said else bubble.refused(*self._ended())
            self.close()
            raise SandboxError(reason)
        self._heard.add(word)

    def fork(self, inside: socket.socket) -> None:
        _order_fork(self._control, inside)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of bubblewrap, outside."""
        return self._process.pid

    def close(self) -> None:
        """End it and all its kernels."""
        if self._waiting is not None:
            self._waiting.kill()
            self._waiting = None
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.exchange.parent, ignore_errors=True)

    def _ended(self) -> tuple[int, str]:
        """Its exit code, and what it said."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        said = self._log.read_text(encoding="utf-8", errors="replace")
        return self._process.returncode or 0, said


class Lent:
    """Another process's preloader: orders for forks go to it, and its end is its owner's to bring about."""

    pid: int | None = None

    def __init__(self, control: socket.socket, exchange: Path) -> None:
        self.exchange, self._control = exchange, control
        self._numbers = itertools.count(1)
        self._waiting: WarmKernel | None = None

    def kernel(self) -> WarmKernel:
        kernel, self._waiting = self._waiting, None
        return kernel or self._new()

    def prepare_next(self) -> None:
        if self._waiting is None:
            self._waiting = self._new()

    def fork(self, inside: socket.socket) -> None:
        _order_fork(self._control, inside)

    @property
    def alive(self) -> bool:
        end = select.poll()
        end.register(self._control, 0)
        return not end.poll(0)

    def close(self) -> None:
        if self._waiting is not None:
            self._waiting.kill()
            self._waiting = None
        self._control.close()

    def _new(self) -> WarmKernel:
        # It may be importing still: the order waits, and so does the kernel.
        return WarmKernel(self, f"{os.getpid()}-{next(self._numbers)}", _PRELOAD_SECONDS)


def _order_fork(control: socket.socket, inside: socket.socket) -> None:
    try:
        socket.send_fds(control, [b"f"], [inside.fileno()])
    except OSError as error:
        raise SandboxError(_failure(str(error))) from None


_preloader: Preloader | Lent | None = None
_owner: int | None = None
_lock = threading.Lock()


def begin(modules: Iterable[str] = ()) -> None:
    """Start this process's preloader if there is none, and do not wait: it imports while the grader makes ready.

    Parameters
    ----------
    modules : iterable of str
        To be imported besides those that most assignments need.

    Raises
    ------
    SandboxError
        If it is plain that there can be no sandbox here; says why.
    """
    with _lock:
        _own(modules)


def why_not() -> str | None:
    """Why there can be no sandbox here; None if this process's preloader has one, see :func:`begin`."""
    try:
        with _lock:
            own = _own()
            if isinstance(own, Preloader):
                own.await_able()
    except SandboxError as error:
        return str(error)
    return None


def lend() -> tuple[socket.socket, Path]:
    """What :func:`borrow` takes in a worker: one preloader serves all, and is imported once.

    Raises
    ------
    SandboxError
        If there can be no sandbox here; says why.
    """
    with _lock:
        own = _own()
        return own._control, own.exchange


def borrow(control: socket.socket, exchange: Path) -> None:
    """Use the preloader of the process that started this one; when that has ended, one of its own."""
    global _preloader
    with _lock:
        _take_charge()
        _preloader = Lent(control, exchange)


def warm_kernel() -> WarmKernel:
    """A kernel of this process's preloader, which is started, or started again, where there is none.

    Raises
    ------
    SandboxError
        If there can be no sandbox here, or the preloader fails; says why.
    """
    with _lock:
        return _own().kernel()


def _own(modules: Iterable[str] = ()) -> Preloader | Lent:
    """The preloader that this process has, alive."""
    global _preloader
    _take_charge()
    if _preloader is not None and not _preloader.alive:
        _preloader.close()
        _preloader = None
    if _preloader is None:
        _preloader = Preloader(modules)
    return _preloader


def _take_charge() -> None:
    """See that what this process starts ends with it."""
    global _preloader, _owner
    if _owner != os.getpid():  # a fork of the grader has no right to its parent's
        _preloader, _owner = None, os.getpid()
        atexit.register(close)
        util.Finalize(None, close, exitpriority=10)  # worker processes end without atexit


def prepare_next() -> None:
    """Have the next kernel forked while the last one runs; failing that, it is forked when it is needed."""
    with _lock, contextlib.suppress(SandboxError, OSError):
        if _preloader is not None and _owner == os.getpid():
            _preloader.prepare_next()


def preloader_pid() -> int | None:
    """Of this process's bubblewrap, for whoever measures it."""
    return _preloader.pid if _preloader is not None and _owner == os.getpid() else None


def close() -> None:
    """End this process's preloader and every kernel of it."""
    global _preloader
    with _lock:
        if _preloader is not None and _owner == os.getpid():
            _preloader.close()
        _preloader = None


def _copy_readable(source: Path, target: Path) -> None:
    """Copy plain files and folders, readable by all: whoever the kernel is, it is not their owner."""
    from labkit.grading import files

    target.mkdir()
    files.copy_tree(source, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _remove_left_over() -> None:
    """Folders of graders that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("labkit-sandbox-*"):
        match = re.match(r"labkit-sandbox-(\d+)-", folder.name)
        if match and not Path("/proc", match[1]).exists() and time.time() - folder.stat().st_mtime > 60:
            shutil.rmtree(folder, ignore_errors=True)


def _failure(reason: str) -> str:
    return _("A sandboxed kernel could not be started: {reason}").format(reason=reason.strip()[-1500:])
