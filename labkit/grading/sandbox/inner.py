"""The fork for one kernel: out of the preloader's namespaces, into its own, and into IPython.

Everything up to :func:`_run_kernel` is done before a line of a student's code is known.
"""

from __future__ import annotations

import functools
import os
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from labkit.grading.sandbox import layout, lean, linux, seccomp
from labkit.grading.sandbox.guard import Guard, receive, send

_DESCRIPTORS = 512
_START_FILE_MB = 64


NAMESPACES = linux.NEW_USER | linux.NEW_MOUNT | linux.NEW_PID | linux.NEW_IPC
NAMESPACES |= linux.NEW_NET | linux.NEW_HOST_NAME | linux.NEW_CGROUP
"""All that a fork leaves behind of the preloader's."""

NAMESPACES_IN_WORDS = "user, mount, pid, ipc, net, uts, cgroup; nested in those of bubblewrap"


def begin(outside: socket.socket, user: int, group: int) -> NoReturn:
    """What a fork of the preloader into :data:`NAMESPACES` does, from its first step to its end.

    The preloader, which it no longer sees, is `user` and `group`.
    """
    try:
        outside = _alone_with(outside)
        take_up_user(user, group)
        _first_process(outside)
    except BaseException:
        try:
            send(outside, failed=traceback.format_exc(limit=-4)[-3000:])
        finally:
            os._exit(1)


def take_up_user(user: int, group: int) -> None:
    """Be the student in the new user namespace: outside of it, `user` and `group` as before."""
    # What /proc shows of a process that is not dumpable belongs to root, the maps among it.
    linux.set_dumpable(True)
    linux.map_user(layout.USER, user, group)
    linux.set_dumpable(False)


def private_folders() -> None:
    """Fresh, empty folders over those of the preloader; and a /proc of the own processes only."""
    linux.mount("none", "/", "", linux.RECURSIVE | linux.PRIVATE)
    plain = linux.NO_SUID | linux.NO_DEVICES
    linux.mount("proc", "/proc", "proc", plain | linux.NO_EXEC)
    shown = _shown_below("/tmp", "/home")
    for folder, mode in (("/tmp", "1777"), ("/home", "755"), ("/dev/shm", "1777")):
        linux.mount("tmpfs", folder, "tmpfs", plain, f"size={_START_FILE_MB}m,nr_inodes=20000,mode={mode}")
    for place, descriptor in shown.items():
        Path(place).mkdir(parents=True)
        linux.mount(f"/proc/self/fd/{descriptor}", place, "", linux.BIND | linux.RECURSIVE)
        os.close(descriptor)
    linux.mount("devpts", "/dev/pts", "devpts", linux.NO_SUID | linux.NO_EXEC, "newinstance,ptmxmode=0666")
    for folder in (layout.HOME, layout.WORK, os.environ["MPLCONFIGDIR"]):
        Path(folder).mkdir()
    # The namespace that this one is nested in allows none below it.
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    linux.loopback_up()


def _shown_below(*folders: str) -> dict[str, int]:
    """What bubblewrap shows below folders that will be covered: Python and labkit, if the course lies there."""
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    found: dict[str, int] = {}
    for place in sorted(line.split()[4].encode().decode("unicode_escape") for line in lines):
        below = any(place.startswith(f"{folder}/") for folder in folders)
        within = any(place.startswith(f"{above}/") for above in (*found, layout.HOME))
        if below and not within and place not in found:
            found[place] = os.open(place, os.O_PATH | os.O_CLOEXEC)
    return found


def _alone_with(outside: socket.socket) -> socket.socket:
    """Keep one descriptor; standard input and outputs lead nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard, inheritable=True)
    kept = outside.detach()
    if kept != 3:
        kept = os.dup2(kept, 3, inheritable=False)
    os.closerange(4, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    return socket.socket(fileno=kept)


def _first_process(outside: socket.socket) -> NoReturn:
    """Process 1: build the sandbox, start the kernel in it, and watch over it."""
    linux.set_name("guard")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setsid()
    private_folders()
    order = receive(outside)
    if order is None:
        os._exit(0)
    own = Path(layout.EXCHANGE, order["slot"])
    linux.mount(str(own / layout.SOCKETS_FOLDER), layout.SOCKETS, "", linux.BIND)
    linux.mount(str(own), f"{layout.EXCHANGE}/own", "", linux.BIND)
    heard, told = os.pipe2(os.O_CLOEXEC)
    kernel = os.fork()
    if kernel == 0:
        os.close(heard)
        outside.close()
        _kernel(order["key"], told)
    os.close(told)
    problem = b"".join(iter(lambda: os.read(heard, 4096), b"")).decode("utf-8", "replace")
    os.close(heard)
    if problem != "ready":
        send(outside, failed=problem or "The kernel ended before it was ready.")
        os._exit(1)
    send(outside, ready=True)
    Guard(outside, kernel).watch()


def _kernel(key: str, told: int) -> NoReturn:
    """The kernel's own process. Says through `told` that it is ready, or why not."""
    try:
        linux.set_name("kernel")
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
        linux.drop_capabilities()
        linux.no_new_privileges()
        seccomp.install()
        linux.set_dumpable(True)  # an ordinary process, to those inside with it
        os.chdir(layout.WORK)
        _new_randomness()
        app = _app(key)
        os.write(told, b"ready")
        os.close(told)
    except BaseException:
        os.write(told, traceback.format_exc(limit=-6)[-3000:].encode())
        os._exit(1)
    app.start()
    os._exit(0)


@functools.cache
def kernel_class() -> type:
    """ipykernel's program, told all that it needs: it writes no connection file, and reads no command line."""
    from ipykernel.kernelapp import IPKernelApp

    class KernelApp(IPKernelApp):
        def write_connection_file(self, **_rest: Any) -> None:
            pass

        def init_connection_file(self) -> None:
            pass

        def parse_command_line(self, argv: Any = None) -> None:
            pass

    return KernelApp


def _app(key: str) -> Any:
    """An IPython kernel, bound to its sockets."""
    app = kernel_class().instance(transport="ipc", ip=layout.SOCKET_PREFIX, parent_handle=1, **layout.PORTS)
    app.config.HistoryManager.enabled = False
    app.log.setLevel(app.log_level)  # else it makes records of every message, for nobody
    app.session.key = key.encode()
    with lean.start():
        app.initialize()
    return app


def _new_randomness() -> None:
    """What was seeded when it was imported would be the same in every kernel."""
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
