"""The system calls that a student's code has no business making, and the filter that refuses them.

A filter of classic BPF, as seccomp takes it (Linux ``Documentation/userspace-api/seccomp_filter.rst``).
What is refused either reaches out of namespaces (mounts, tracing, keys, kernel modules) or holds memory
that no limit counts (memfd, System V segments). Everything else is left to namespaces and limits.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct

# By machine: the audit architecture, and the numbers of the calls refused with EPERM.
_NEWER = {  # the same number on every machine
    *(425, 426, 427),  # io_uring: it would make calls past this filter
    *(
        428,
        429,
        430,
        431,
        432,
        433,
        442,
    ),  # open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr
    *(438, 440, 443, 448),  # pidfd_getfd, process_madvise, quotactl_fd, process_mrelease
    447,  # memfd_secret
}
_REFUSED = {
    "x86_64": {
        *(165, 166, 155, 161),  # mount, umount2, pivot_root, chroot
        *(272, 308),  # unshare, setns
        *(101, 310, 311, 312),  # ptrace, process_vm_readv, process_vm_writev, kcmp
        *(29, 30, 31, 64, 66, 68, 71, 240),  # shmget, shmat, shmctl, semget, semctl, msgget, msgctl, mq_open
        *(248, 249, 250),  # add_key, request_key, keyctl
        *(175, 313, 176, 246, 320, 321, 298, 323),  # modules, kexec, bpf, perf_event_open, userfaultfd
        *(
            103,
            163,
            164,
            167,
            168,
            169,
            170,
            171,
            172,
            173,
            179,
            227,
            305,
        ),  # syslog, acct, clocks, swap, reboot, names, ports
        *(300, 301, 303, 304, 212),  # fanotify, file handles, lookup_dcookie
        *_NEWER,
    },
    "aarch64": {
        *(40, 39, 41, 51),
        *(97, 268),
        *(117, 270, 271, 272),
        *(194, 195, 196, 190, 191, 186, 187, 180),
        *(217, 218, 219),
        *(105, 273, 106, 104, 294, 280, 241, 282),
        *(116, 89, 170, 112, 266, 224, 225, 142, 161, 162, 60),
        *(262, 263, 264, 265, 18),
        *_NEWER,
    },
}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_SOCKETS = {"x86_64": (41, 53), "aarch64": (198, 199)}  # socket, socketpair
_MEMFD = {"x86_64": 319, "aarch64": 279}
_CLONE3 = 435
_NEW_NAMESPACE = 0x7E020000  # every CLONE_NEW flag that clone knows
_OTHER_NUMBERING = 0x40000000  # x32, on x86_64

_LOAD, _EQUALS, _ANY_OF, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16


def supported() -> bool:
    return platform.machine() in _ARCHITECTURE


def install() -> None:
    """Filter this process and all that it will start; needs ``no_new_privileges``.

    Raises
    ------
    OSError
        If the kernel refuses the filter.
    """
    program = _program(platform.machine())
    filters = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(filters))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(22, 2, ctypes.c_char_p(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the system call filter was refused")


def _program(machine: str) -> bytes:
    refuse = _return(_REFUSE | errno.EPERM)
    program = [
        *(_code(_LOAD, _MACHINE_AT), _code(_EQUALS, _ARCHITECTURE[machine], then=1), _return(_KILL)),
        _code(_LOAD, _NUMBER_AT),
        *(_code(_AT_LEAST, _OTHER_NUMBERING, otherwise=1), refuse),
    ]
    for number in sorted(_REFUSED[machine]):
        program += [_code(_EQUALS, number, otherwise=1), refuse]
    # The C library falls back to clone, whose flags can be seen here.
    for number in (_CLONE3, _MEMFD[machine]):
        program += [_code(_EQUALS, number, otherwise=1), _return(_REFUSE | errno.ENOSYS)]
    program += [
        _code(_EQUALS, _CLONE[machine], otherwise=4),
        _code(_LOAD, _FIRST_ARGUMENT_AT),
        *(_code(_ANY_OF, _NEW_NAMESPACE, otherwise=1), refuse),
        _return(_ALLOW),
    ]
    # Other families, such as the one between a virtual machine and its host, know no network namespace.
    families = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
    for number in _SOCKETS[machine]:
        program += [_code(_EQUALS, number, otherwise=len(families) + 3), _code(_LOAD, _FIRST_ARGUMENT_AT)]
        program += [
            _code(_EQUALS, family, then=len(families) - place) for place, family in enumerate(families)
        ]
        program += [_return(_REFUSE | errno.EAFNOSUPPORT), _return(_ALLOW)]
    return b"".join([*program, _return(_ALLOW)])


def _code(operation: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", operation, then, otherwise, value)


def _return(value: int) -> bytes:
    return _code(_RETURN, value)
