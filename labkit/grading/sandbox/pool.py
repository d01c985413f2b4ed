"""Outside: the preloader of this process, whose it is, and the kernel kept in waiting."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import re
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

from labkit.grading.sandbox import bubble, layout
from labkit.grading.sandbox.warm import SandboxError, WarmKernel, failure

_PRELOAD_SECONDS = 120


class Preloader:
    """bubblewrap with the preloading process in it, and the folder it shares with us."""

    def __init__(self) -> None:
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
                bubble.command(self.exchange, str(inside.fileno())),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(inside.fileno(),),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the grader to deal with
            )
        self._waiting: WarmKernel | None = None
        self._heard: set[str] = set()
        self._told = False

    def also(self, modules: Iterable[str]) -> None:
        """Say what it is to import besides what most kernels need. Only the first word counts."""
        if not self._told:
            self._told = True
            with contextlib.suppress(OSError):  # if it is gone already, waiting for it will tell
                self._control.send(json.dumps({"modules": list(modules)}).encode())

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
        self.also(())
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
            reason = failure(said["failed"]) if said else bubble.refused(*self._ended())
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

    def also(self, modules: Iterable[str]) -> None:
        """Nothing: its owner has said it."""

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
        raise SandboxError(failure(str(error))) from None


_preloader: Preloader | Lent | None = None
_owner: int | None = None
_one_waiting = True
_lock = threading.Lock()


def begin() -> None:
    """Start this process's preloader if there is none, and do not wait: it imports while the grader makes ready.

    Raises
    ------
    SandboxError
        If it is plain that there can be no sandbox here; says why.
    """
    with _lock:
        _own()


def also(modules: Iterable[str]) -> None:
    """Have this process's preloader import these besides what most kernels need, if nothing was said to it before.

    Raises
    ------
    SandboxError
        If it is plain that there can be no sandbox here; says why.
    """
    with _lock:
        _own().also(modules)


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
        own.also(())
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


def _own() -> Preloader | Lent:
    """The preloader that this process has, alive."""
    global _preloader
    _take_charge()
    if _preloader is not None and not _preloader.alive:
        _preloader.close()
        _preloader = None
    if _preloader is None:
        _preloader = Preloader()
    return _preloader


def _take_charge() -> None:
    """See that what this process starts ends with it."""
    global _preloader, _owner
    if _owner != os.getpid():  # a fork of the grader has no right to its parent's
        _preloader, _owner = None, os.getpid()
        atexit.register(close)
        util.Finalize(None, close, exitpriority=10)  # worker processes end without atexit


def keep_one_waiting(wanted: bool) -> None:
    """Whether :func:`prepare_next` is to do anything: not while the last submission runs."""
    global _one_waiting
    _one_waiting = wanted


def prepare_next() -> None:
    """Have the next kernel forked while the last one runs; failing that, it is forked when it is needed."""
    with _lock, contextlib.suppress(SandboxError, OSError):
        if _one_waiting and _preloader is not None and _owner == os.getpid():
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


def _remove_left_over() -> None:
    """Folders of graders that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("labkit-sandbox-*"):
        match = re.match(r"labkit-sandbox-(\d+)-", folder.name)
        if match and not Path("/proc", match[1]).exists() and time.time() - folder.stat().st_mtime > 60:
            shutil.rmtree(folder, ignore_errors=True)
