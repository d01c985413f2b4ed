"""Outside: one forked kernel, from the order to its end."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
from pathlib import Path
from typing import Any, Protocol

from labkit.errors import LabkitError
from labkit.grading.sandbox import layout, linux
from labkit.i18n import _

_FORK_SECONDS = 60

DATA_FOLDERS = ("case", "data")
"""Folders beside a notebook that its code may read."""


class SandboxError(LabkitError):
    """A sandboxed kernel could not be had."""


class Source(Protocol):
    """What orders for forks go to."""

    exchange: Path

    def fork(self, inside: socket.socket) -> None: ...


class WarmKernel:
    """A forked kernel, not yet told what it runs for; then, after :meth:`activate`, a running one."""

    def __init__(self, source: Source, number: int | str, seconds: float = 0) -> None:
        self.folder = source.exchange / str(number)
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
            source.fork(inside)
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
            raise SandboxError(failure(said.get("failed", str(said))))


def _copy_readable(source: Path, target: Path) -> None:
    """Copy plain files and folders, readable by all: whoever the kernel is, it is not their owner."""
    from labkit.grading import files

    target.mkdir()
    files.copy_tree(source, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def failure(reason: str) -> str:
    return _("A sandboxed kernel could not be started: {reason}").format(reason=reason.strip()[-1500:])
