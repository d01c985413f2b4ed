"""What a program and everything it starts use of the machine: time, processor, memory."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_GROUPS = (
    (Path("/sys/fs/cgroup/cpuacct"), "cpuacct.usage", 1e-9),
    (Path("/sys/fs/cgroup"), "cpu.stat", 1e-6),
)
_LOOK_SECONDS, _WEIGH_SECONDS = 0.02, 1.0


@dataclass(frozen=True)
class Used:
    """Seconds by the clock and of the processor; the most memory held at once, MB."""

    wall: float
    cpu: float
    memory: float

    def __sub__(self, other: Used) -> Used:
        return Used(self.wall - other.wall, self.cpu - other.cpu, self.memory)


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Used:
    """Run a program to its end.

    The processor's seconds are those of a control group of its own, which counts every process below it to
    its last moment; where no group can be made, processes are looked at fifty times a second. Memory is the sum
    of proportional set sizes (PSS), looked at once a second.

    Raises
    ------
    RuntimeError
        If it fails; with the end of what it said.
    """
    with _group() as group, (folder / "log.txt").open("w+b") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=group.enter if group else None,
        )
        watch = _Watch(process.pid, look=group is None)
        watch.start()
        status = process.wait()
        wall = time.perf_counter() - began
        watch.stop()
        if status:
            log.seek(0)
            said = log.read().decode(errors="replace")[-3000:]
            raise RuntimeError(f"{' '.join(map(str, command))} ended with {status}:\n{said}")
        return Used(wall, group.seconds() if group else watch.cpu, watch.memory)


def way() -> str:
    """How the processor's seconds are counted here."""
    with _group() as group:
        return "control group" if group else "processes seen fifty times a second"


class _Group:
    """A control group, of either version of the interface."""

    def __init__(self, folder: Path, file: str, unit: float) -> None:
        self.folder, self.file, self.unit = folder, file, unit

    def enter(self) -> None:
        """Called in the new process, before it becomes the program."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def seconds(self) -> float:
        words = (self.folder / self.file).read_text().split()
        return int(words[words.index("usage_usec") + 1] if "usage_usec" in words else words[0]) * self.unit


@contextlib.contextmanager
def _group() -> Iterator[_Group | None]:
    made = None
    for place, file, unit in _GROUPS:
        folder = place / f"benchmark-{os.getpid()}"
        try:
            folder.mkdir()
        except OSError:
            continue
        if (folder / file).is_file():
            made = _Group(folder, file, unit)
            break
        folder.rmdir()
    try:
        yield made
    finally:
        if made is not None:
            _remove(made.folder)


def _remove(folder: Path) -> None:
    """A group goes when its last process has gone."""
    for _attempt in range(100):
        try:
            folder.rmdir()
            return
        except OSError:
            time.sleep(0.05)


class _Watch(threading.Thread):
    """Looks at a process and all below it."""

    def __init__(self, pid: int, look: bool) -> None:
        super().__init__(daemon=True)
        self._top, self._look = psutil.Process(pid), look
        self._seen: dict[tuple[int, float], float] = {}
        self._over = threading.Event()
        self.memory = 0.0

    @property
    def cpu(self) -> float:
        return sum(self._seen.values())

    def run(self) -> None:
        weighed = 0.0
        while not self._over.is_set():
            with contextlib.suppress(psutil.Error):
                below = [self._top, *self._top.children(recursive=True)]
                if self._look:
                    self._take_times(below)
                if time.monotonic() - weighed > _WEIGH_SECONDS:
                    weighed = time.monotonic()
                    self.memory = max(self.memory, sum(map(_pss, below)) / 2**20)
            self._over.wait(_LOOK_SECONDS if self._look else _WEIGH_SECONDS / 2)

    def stop(self) -> None:
        self._over.set()
        self.join()

    def _take_times(self, processes: list[psutil.Process]) -> None:
        for process in processes:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self._seen[process.pid, process.create_time()] = times.user + times.system


def _pss(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0.0
