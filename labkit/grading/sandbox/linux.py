"""The system calls that Python 3.11 has no functions for. Each failure says which step it was."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import signal
import socket
import struct
from pathlib import Path

NEW_USER, NEW_MOUNT, NEW_PID, NEW_IPC = 0x10000000, 0x00020000, 0x20000000, 0x08000000
NEW_NET, NEW_HOST_NAME, NEW_CGROUP = 0x40000000, 0x04000000, 0x02000000

READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC = 1, 2, 4, 8
REMOUNT, BIND, RECURSIVE, PRIVATE = 32, 4096, 16384, 1 << 18
_DETACH = 2

_SET_DUMPABLE, _SET_NO_NEW_PRIVILEGES, _SET_NAME = 4, 38, 15
_DROP_BOUNDING, _AMBIENT, _AMBIENT_CLEAR = 24, 47, 4
_LAST_CAPABILITY = 63
_CAPABILITY_VERSION = 0x20080522
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1

_CLONE = {"x86_64": 56, "aarch64": 220}

_python = ctypes.PyDLL(None, use_errno=True)  # calls through it keep the interpreter's lock
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4


class StepError(OSError):
    """A step in building the sandbox that the system refused."""


def fork_into(flags: int, what: str) -> int:
    """Fork into new namespaces, in which the child is process 1; return its number, and 0 in the child.

    ``os.fork`` after ``unshare`` needs a process in between, and a fork of one that has imported much costs
    some 25 ms of the processor. Only for a process with a single thread.
    """
    number = _CLONE.get(platform.machine())
    if number is None:
        raise StepError(errno.ENOSYS, f"new namespaces: no system call known for {platform.machine()}")
    _python.PyOS_BeforeFork()
    child = _python.syscall(*map(ctypes.c_long, (number, flags | signal.SIGCHLD, 0, 0, 0, 0)))
    refused = ctypes.get_errno() if child < 0 else 0
    _python.PyOS_AfterFork_Child() if child == 0 else _python.PyOS_AfterFork_Parent()
    if child < 0:
        raise StepError(refused, f"new namespaces ({what}): {os.strerror(refused)}")
    return child


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    arguments = [text.encode() for text in (source, target, kind)]
    done = _libc.mount(*arguments, flags, options.encode() or None)
    _check(done, f"mounting {kind or source} at {target}")


def bind_read_only(source: str, target: str) -> None:
    """Show a file or folder at a second place, where it cannot be written."""
    mount(source, target, "", BIND)
    mount("", target, "", BIND | REMOUNT | READ_ONLY | NO_SUID | NO_DEVICES)


def unmount(target: str) -> None:
    _check(_libc.umount2(target.encode(), _DETACH), f"unmounting {target}")


def map_user(inside: int, user: int, group: int) -> None:
    """In a new user namespace: be `inside`, which is `user` (and `group`) outside."""
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {user} 1"),
        ("gid_map", f"{inside} {group} 1"),
    ):
        try:
            descriptor = os.open(f"/proc/self/{file}", os.O_WRONLY)
            os.write(descriptor, text.encode())
            os.close(descriptor)
        except OSError as error:
            raise StepError(error.errno, f"writing {file}: {error.strerror}") from None


def is_root_of_the_machine() -> bool:
    """Whether this is root itself, and not somebody who is only called so in a container."""
    everybody = ["0", "0", str(2**32 - 1)]
    return os.getuid() == 0 and Path("/proc/self/uid_map").read_text().split() == everybody


def become(user: int) -> None:
    """Give root up for a user without rights."""
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError as error:
        raise StepError(error.errno, f"becoming user {user}: {error.strerror}") from None


def set_dumpable(value: bool) -> None:
    """Whether other processes of the same user may read and trace this one."""
    _check(_libc.prctl(_SET_DUMPABLE, int(value), 0, 0, 0), "prctl(dumpable)")


def set_name(name: str) -> None:
    buffer = ctypes.create_string_buffer(name.encode()[:15])
    _libc.prctl(_SET_NAME, ctypes.addressof(buffer), 0, 0, 0)


def no_new_privileges() -> None:
    _check(_libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl(no new privileges)")


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0) != 0:
            if ctypes.get_errno() == errno.EINVAL:  # past the last one that this kernel knows
                break
            _check(-1, "dropping capabilities")
    _check(_libc.prctl(_AMBIENT, _AMBIENT_CLEAR, 0, 0, 0), "dropping ambient capabilities")
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    _check(_libc.capset(header, bytes(24)), "capset")


def loopback_up() -> None:
    """Switch on ``lo`` in a new network namespace; there is no other interface."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            request = struct.pack("16sH22x", b"lo", 0)
            flags = struct.unpack_from("H", fcntl.ioctl(any_socket, _GET_FLAGS, request), 16)[0]
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH22x", b"lo", flags | _UP))
    except OSError as error:
        raise StepError(error.errno, f"switching on lo: {error.strerror}") from None


def _check(done: int, step: str) -> None:
    if done != 0:
        number = ctypes.get_errno()
        raise StepError(number, f"{step}: {os.strerror(number)}")
