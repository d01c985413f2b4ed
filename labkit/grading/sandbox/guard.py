"""The first process in a kernel's process namespace: when it ends, everything in there ends.

It starts the kernel, is told from outside what the submission may use, watches memory and time, and
says how the kernel ended. It cannot be signalled or traced from inside: it is process 1 of its
namespace, and not dumpable.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import socket
import time
from pathlib import Path
from typing import Any, NoReturn

from labkit.grading.sandbox import layout, linux

_LOOK_SECONDS = 0.2
_MEBI = 1024 * 1024
_PAGE = resource.getpagesize()
_PLAIN = linux.NO_SUID | linux.NO_DEVICES


class Guard:
    """Watches over one kernel.

    Parameters
    ----------
    outside : socket.socket
        To the grader. When its other end closes, the kernel is to be killed.
    kernel : int
        Process number of the kernel.
    """

    def __init__(self, outside: socket.socket, kernel: int) -> None:
        self.outside, self.kernel = outside, kernel
        self.memory: int | None = None
        self.deadline: float | None = None

    def watch(self) -> NoReturn:
        """Until the kernel ends, its time or memory is over, or nobody wants it any more."""
        wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_signal: None)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        looked = time.monotonic()
        while True:
            self._reap()
            ready, _, _ = select.select([self.outside, wake], [], [], _LOOK_SECONDS)
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
            if self.outside in ready:
                self._obey(receive(self.outside))
            if time.monotonic() - looked >= _LOOK_SECONDS:
                self._reap()
                self._look()
                looked = time.monotonic()

    def _obey(self, order: dict[str, Any] | None) -> None:
        if order is None:
            os._exit(0)
        if "signal" in order:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.kernel, order["signal"])
        if "limits" in order:
            self.activate(order["limits"], order.get("notebook", ""))

    def activate(self, limits: dict[str, int], notebook: str) -> None:
        """Show the kernel its data, shut out what its start needed, and set its limits."""
        for entry in sorted(Path(layout.EXCHANGE, "own", layout.DATA_FOLDER).iterdir()):
            target = Path(layout.WORK, entry.name)
            target.mkdir() if entry.is_dir() else target.touch()
            linux.bind_read_only(str(entry), str(target))
        if notebook:
            Path(layout.NOTEBOOK).symlink_to(Path(layout.WORK, notebook))
        file = limits["file"]
        for folder in ("/tmp", "/home", "/dev/shm"):
            linux.mount("", folder, "", linux.REMOUNT | _PLAIN, f"size={file}m,nr_inodes=20000")
        linux.unmount(layout.SOCKETS)
        linux.mount("", layout.EXCHANGE, "", linux.BIND | linux.REMOUNT | linux.READ_ONLY | _PLAIN)
        linux.mount("tmpfs", layout.EXCHANGE, "tmpfs", linux.READ_ONLY, "size=4k,mode=000")
        linux.drop_capabilities()
        used = int(Path(f"/proc/{self.kernel}/statm").read_text().split()[0]) * _PAGE
        self._limit(resource.RLIMIT_AS, used + limits["memory"] * _MEBI)
        self._limit(resource.RLIMIT_FSIZE, file * _MEBI)
        self._limit(resource.RLIMIT_CPU, limits["cpu"])
        self._limit(resource.RLIMIT_NPROC, limits["processes"])
        self.memory = limits["memory"] * _MEBI
        self.deadline = time.monotonic() + limits["cpu"]
        send(self.outside, active=True)

    def _limit(self, which: int, value: int) -> None:
        resource.prlimit(self.kernel, which, (value, value))

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.kernel:
                self._end(os.waitstatus_to_exitcode(status), "ended")

    def _look(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            self._end(-signal.SIGKILL, "time")
        if self.memory is not None and _memory_used(self.memory) > self.memory:
            self._end(-signal.SIGKILL, "memory")

    def _end(self, status: int, why: str) -> NoReturn:
        with contextlib.suppress(OSError):
            send(self.outside, exit=status, why=why)
        os._exit(0)


def send(outside: socket.socket, **message: Any) -> None:
    outside.send(json.dumps(message).encode())


def receive(outside: socket.socket) -> dict[str, Any] | None:
    """The next message; None when there is nobody at the other end."""
    try:
        message = outside.recv(layout.MESSAGE_BYTES)
    except ConnectionError:
        return None
    return json.loads(message) if message else None


def _memory_used(limit: int) -> int:
    """Bytes that the kernel, what it started and its private folders hold.

    Pages that a fork shares with the preloader are counted as a whole at first, and in shares only if
    that would go beyond the limit: the second count costs more.
    """
    folders = 0
    for folder in ("/tmp", "/home", "/dev/shm"):
        found = os.statvfs(folder)
        folders += (found.f_blocks - found.f_bfree) * found.f_frsize
    processes = [
        int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and each.name != "1"
    ]
    if folders + sum(map(_anonymous, processes)) <= limit:
        return 0
    return folders + sum(map(_share, processes))


def _anonymous(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE


def _share(pid: int) -> int:
    """What a process has for itself, and its part of what it shares; all of it if it hides that."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _anonymous(pid)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss_Anon:"))
