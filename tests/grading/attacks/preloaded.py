"""Attacks on the process that a kernel is forked from. HIT if it was reached.

Each is proved on a bare fork server, which forks as ours does but shuts nothing off.
"""

from tests.grading.attacks.attack import Attack, code


def _parent(name, source):
    return Attack(name, "preloaded process", (code(source),), ends=("ok", "error"))


ATTACKS = [
    _parent(
        "parent-killed",
        """
        import os, signal, time
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(0.2)
        """,
    ),
    _parent(
        "parent-stopped",
        """
        import os, signal, time
        parent = os.getppid()
        os.kill(parent, signal.SIGSTOP)
        time.sleep(0.1)
        state = open(f"/proc/{parent}/stat").read().rsplit(")")[1].split()[0]
        os.kill(parent, signal.SIGCONT)
        print("HIT" if state == "T" else "")
        """,
    ),
    _parent(
        "parents-memory-read",
        """
        import os
        parent = os.getppid()
        first = open(f"/proc/{parent}/maps").readline().split("-")[0]
        with open(f"/proc/{parent}/mem", "rb") as memory:
            memory.seek(int(first, 16))
            print("HIT" if memory.read(16) else "")
        """,
    ),
    _parent(
        "parents-memory-written",
        'import os\nopen(f"/proc/{os.getppid()}/mem", "r+b", buffering=0).close()\nprint("HIT")',
    ),
    _parent(
        "parent-traced",
        """
        import ctypes, os
        libc = ctypes.CDLL(None)
        seized = libc.ptrace(0x4206, os.getppid(), 0, 0) == 0
        print("HIT" if seized else "")
        seized and libc.ptrace(17, os.getppid(), 0, 0)
        """,
    ),
    _parent(
        "parents-memory-read-by-a-call",
        """
        import ctypes, os
        class Piece(ctypes.Structure):
            _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
        text = ctypes.create_string_buffer(16)
        mine, theirs = Piece(ctypes.addressof(text), 16), Piece(id(None), 16)
        libc = ctypes.CDLL(None)
        read = libc.process_vm_readv(os.getppid(), ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
        print("HIT" if read == 16 else "")
        """,
    ),
    _parent(
        "parents-namespaces",
        'import os\nprint("HIT" if os.open(f"/proc/{os.getppid()}/ns/mnt", os.O_RDONLY) else "")',
    ),
    _parent(
        "parents-root",
        'import os\nprint("HIT" if os.listdir(f"/proc/{os.getppid()}/root/") else "")',
    ),
    _parent(
        "parents-descriptors",
        'import os\nprint("HIT" if os.listdir(f"/proc/{os.getppid()}/fd") else "")',
    ),
    _parent(
        "shared-mapping",
        """
        lines = open("/proc/self/maps").read().splitlines()
        print("HIT" if any(line.split()[1].startswith("rw") and line.split()[1].endswith("s") for line in lines) else "")
        """,
    ),
    _parent(
        "inherited-control-socket",
        """
        import os, socket, stat
        for name in os.listdir("/proc/self/fd"):
            try:
                found = os.fstat(int(name))
                if stat.S_ISSOCK(found.st_mode):
                    with socket.socket(fileno=os.dup(int(name))) as there:
                        if there.family == socket.AF_UNIX and there.type == socket.SOCK_SEQPACKET:
                            print("HIT", name)
            except OSError:
                pass
        """,
    ),
    _parent(
        "inherited-file",
        """
        import fcntl, os, stat
        for name in os.listdir("/proc/self/fd"):
            try:
                found, flags = os.fstat(int(name)), fcntl.fcntl(int(name), fcntl.F_GETFL)
                if stat.S_ISREG(found.st_mode) and flags & os.O_ACCMODE != os.O_RDONLY:
                    print("HIT", name)
            except OSError:
                pass
        """,
    ),
    _parent(
        "what-others-left-in-memory",
        """
        import sys
        begin, end = "left by the submission ", "before"
        seen = [text for name in list(sys.modules) for text in vars(sys.modules[name]).values() if isinstance(text, str)]
        print("HIT" if any(text.startswith(begin) and text.endswith(end) for text in seen) else "")
        """,
    ),
    _parent(
        "key-of-the-kernel-before",
        """
        import re
        wanted = b"key-of-the-" + b"submission-before"
        for line in open("/proc/self/maps"):
            place, rights, *rest = line.split()
            if rights.startswith("rw") and (not rest[3:] or rest[3] == "[heap]"):
                begin, end = (int(part, 16) for part in place.split("-"))
                if end - begin < 200_000_000:
                    with open("/proc/self/mem", "rb", buffering=0) as memory:
                        memory.seek(begin)
                        try:
                            if re.search(wanted + rb"-[0-9a-f]{8}", memory.read(end - begin)):
                                print("HIT")
                                break
                        except OSError:
                            pass
        """,
    ),
]

BARE_SERVER = code(
    """
    import mmap, os, socket, sys, tempfile
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    shared = mmap.mmap(-1, 4096)
    log = tempfile.TemporaryFile("w")
    previous = "left by the submission " + "before"
    key = b"key-of-the-" + b"submission-before-%08x" % 0xABCD1234
    attack = sys.stdin.read()
    child = os.fork()
    if child == 0:
        try:
            exec(attack, {})
        finally:
            sys.stdout.flush()
            os._exit(0)
    os.waitpid(child, 0)
    print("ALIVE")
    """
)
"""Forks as a preloader does, with all that a careless one would leave to its forks."""
