"""Staying behind: something of one submission is there when the next one, or its teacher, looks.

``outside`` looks for it on the machine, and takes it away.
"""

from tests.grading.attacks.attack import Attack, code

_FILE = """
from pathlib import Path
left = Path({path})
print("HIT" if left.exists() else "")
left.unlink(missing_ok=True)
"""
_PROCESS = """
import os, signal
for process in filter(str.isdigit, os.listdir("/proc")):
    try:
        if b"{name}" in open(f"/proc/{{process}}/cmdline", "rb").read() and int(process) != os.getpid():
            os.kill(int(process), signal.SIGKILL)
            print("HIT")
    except OSError:
        pass
"""


def _behind(name, source, outside):
    return Attack(name, "staying behind", (code(source),), outside=code(outside))


def _left(name, path):
    source = f"""
        from pathlib import Path
        try:
            Path({path}).parent.mkdir(parents=True, exist_ok=True)
            Path({path}).write_text("left")
        except OSError as refused:
            print(refused)
        """
    return _behind(name, source, _FILE.format(path=path))


ATTACKS = [
    _left("file-in-tmp", '"/tmp/@TOKEN_TEXT@"'),
    _left("file-in-var-tmp", '"/var/tmp/@TOKEN_TEXT@"'),
    _left("file-in-shared-memory", '"/dev/shm/@TOKEN_TEXT@"'),
    _left("start-up-file-in-the-home", '"@HOME@/.@TOKEN_TEXT@-profile/startup/00.py"'),
    _left("byte-code-in-the-package", '"@PACKAGE@/__pycache__/@TOKEN_TEXT@.pyc"'),
    _left("module-in-the-packages", '"@PACKAGES@/@TOKEN_TEXT@.py"'),
    _behind(
        "shared-memory-block",
        """
        from multiprocessing import resource_tracker, shared_memory
        resource_tracker.register = lambda *arguments: None
        block = shared_memory.SharedMemory("@TOKEN_TEXT@-block", create=True, size=64)
        """,
        _FILE.format(path='"/dev/shm/@TOKEN_TEXT@-block"'),
    ),
    _behind(
        "system-v-segment",
        """
        import ctypes
        print(ctypes.CDLL(None).shmget(0x4C4B4154, 64, 0o1666))
        """,
        """
        import ctypes
        libc = ctypes.CDLL(None)
        segment = libc.shmget(0x4C4B4154, 64, 0)
        print("HIT" if segment >= 0 else "")
        segment >= 0 and libc.shmctl(segment, 0, 0)
        """,
    ),
    _behind(
        "system-v-messages",
        "import ctypes\nprint(ctypes.CDLL(None).msgget(0x4C4B4154, 0o1666))",
        """
        import ctypes
        libc = ctypes.CDLL(None)
        queue = libc.msgget(0x4C4B4154, 0)
        print("HIT" if queue >= 0 else "")
        queue >= 0 and libc.msgctl(queue, 0, 0)
        """,
    ),
    _behind(
        "daemon",
        """
        import os, sys
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(300)", "@TOKEN_TEXT@-daemon"])
            os._exit(0)
        """,
        _PROCESS.format(name="@TOKEN_TEXT@-daemon"),
    ),
    _behind(
        "program-in-a-new-session",
        """
        import subprocess, sys
        command = [sys.executable, "-c", "import time; time.sleep(300)", "@TOKEN_TEXT@-session"]
        child = subprocess.Popen(command, start_new_session=True)
        """,
        _PROCESS.format(name="@TOKEN_TEXT@-session"),
    ),
    _behind(
        "daemon-that-listens",
        """
        import subprocess, sys, time
        listen = '''
        import socket, time
        there = socket.socket(socket.AF_UNIX)
        there.bind("\\\\0@TOKEN_TEXT@-listens")
        there.listen()
        time.sleep(300)
        '''
        listen = "\\n".join(line.strip() for line in listen.splitlines())
        subprocess.Popen([sys.executable, "-c", listen, "@TOKEN_TEXT@-listener"], start_new_session=True)
        time.sleep(1)
        """,
        """
        import socket
        try:
            socket.socket(socket.AF_UNIX).connect("\\0@TOKEN_TEXT@-listens")
            print("HIT")
        except OSError:
            pass
        """
        + _PROCESS.format(name="@TOKEN_TEXT@-listener").replace("\n", "\n        "),
    ),
    _behind(
        "lock-on-a-shared-file",
        """
        import subprocess, sys, time
        hold = "import fcntl, time; file = open('@PACKAGE@/__init__.py'); fcntl.flock(file, 2); time.sleep(300)"
        subprocess.Popen([sys.executable, "-c", hold, "@TOKEN_TEXT@-lock"], start_new_session=True)
        time.sleep(1)
        """,
        """
        import fcntl
        try:
            fcntl.flock(open("@PACKAGE@/__init__.py"), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("HIT")
        """
        + _PROCESS.format(name="@TOKEN_TEXT@-lock").replace("\n", "\n        "),
    ),
]
"""The process that holds a lock, and the one that listens, are looked for too, and ended."""

POISON = code(
    """
    import builtins, os, pandas, sys
    pandas.poisoned = builtins.poisoned = sys.poisoned = True
    os.environ["POISONED"] = "yes"
    """
)
"""What a next submission in the same process would see; see :data:`PROBE`."""

PROBE = code(
    """
    import builtins, os, pandas, sys
    print("HIT" if hasattr(pandas, "poisoned") or hasattr(builtins, "poisoned") or "POISONED" in os.environ else "")
    for place in ("/tmp", "/var/tmp", "/dev/shm", "@HOME@", "@PACKAGE@/__pycache__", "@PACKAGES@", "/home/student"):
        try:
            if any("@TOKEN_TEXT@" in name for name in os.listdir(place)):
                print("HIT", place)
        except OSError:
            pass
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if b"@TOKEN_TEXT@-" in open(f"/proc/{process}/cmdline", "rb").read():
                print("HIT", process)
        except OSError:
            pass
    """
)
"""Looks for what others left, from inside: an honest submission that is graded after them."""

ATTACKS.append(Attack("poisoned-modules", "staying behind", (POISON,)))
