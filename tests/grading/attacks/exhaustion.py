"""Using up what others need. Each asks for little more than the limits set for the test allow.

HIT if it was had. Those that never end are proved by not ending, and those that end the kernel by
ending it.
"""

from tests.grading.attacks.attack import Attack, code


def _more(name, source):
    # Slowly, on a busy machine, to its limit or to its end.
    ends = ("ok", "error", "dead kernel", "timeout")
    return Attack(name, "exhaustion", (code(source),), ends=ends)


def _endless(name, source):
    return Attack(name, "endless", (code(source),), ends=("timeout",))


def _fatal(name, source):
    return Attack(name, "fatal", (code(source),), ends=("dead kernel",))


ATTACKS = [
    _more("memory-at-once", 'much = bytearray(900_000_000)\nprint("HIT")\ndel much'),
    _more(
        "memory-by-children",
        """
        import os, time
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                much = b"x" * 250_000_000
                time.sleep(2.5)
                os._exit(0)
            children.append(child)
        ended = [os.waitpid(child, 0)[1] for child in children]
        print("HIT" if ended == [0] * 4 else "")
        """,
    ),
    _more(
        "memory-in-shared-files",
        """
        import os
        place = "/dev/shm/attack-@TOKEN_TEXT@"
        try:
            with open(place, "wb") as file:
                for _ in range(6):
                    file.write(b"x" * 16_000_000)
            print("HIT")
        finally:
            os.path.exists(place) and os.remove(place)
        """,
    ),
    _more(
        "memory-without-a-file",
        'import os\ndescriptor = os.memfd_create("attack")\nos.write(descriptor, bytes(1000))\nprint("HIT")',
    ),
    _more(
        "memory-in-segments",
        """
        import ctypes
        libc = ctypes.CDLL(None)
        segments = [libc.shmget(0, 1_000_000, 0o1600) for _ in range(3)]
        print("HIT" if min(segments) >= 0 else "")
        for segment in segments:
            libc.shmctl(segment, 0, 0)
        """,
    ),
    _more(
        "disk-by-many-files",
        """
        import shutil, tempfile
        folder = tempfile.mkdtemp()
        try:
            for n in range(6):
                with open(f"{folder}/{n}", "wb") as file:
                    file.write(b"x" * 16_000_000)
            print("HIT")
        finally:
            shutil.rmtree(folder)
        """,
    ),
    _more(
        "disk-by-one-file",
        """
        import os, tempfile
        file = tempfile.NamedTemporaryFile()
        os.truncate(file.name, 200_000_000)
        print("HIT")
        """,
    ),
    _more(
        "disk-by-empty-files",
        """
        import os, shutil, tempfile
        folder = tempfile.mkdtemp()
        try:
            for n in range(21_000):
                os.mknod(f"{folder}/{n}")
            print("HIT")
        finally:
            shutil.rmtree(folder)
        """,
    ),
    _more(
        "processes",
        """
        import os, signal
        children = []
        try:
            for _ in range(120):
                child = os.fork()
                if child == 0:
                    signal.pause()
                children.append(child)
            print("HIT")
        finally:
            for child in children:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        """,
    ),
    _more(
        "threads",
        """
        import threading
        enough = threading.Event()
        threads = [threading.Thread(target=enough.wait, daemon=True) for _ in range(120)]
        try:
            for thread in threads:
                thread.start()
            print("HIT")
        finally:
            enough.set()
        """,
    ),
    _more(
        "descriptors",
        """
        import os, resource
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
        taken = []
        try:
            for _ in range(600):
                taken.append(os.open("/dev/null", os.O_RDONLY))
            print("HIT")
        finally:
            for descriptor in taken:
                os.close(descriptor)
            resource.setrlimit(resource.RLIMIT_NOFILE, limit)
        """,
    ),
    _endless("loop", "while True:\n    pass"),
    _endless(
        "loop-that-ignores-interrupts",
        """
        import signal
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """,
    ),
    _endless("loop-in-c", "9 ** 9 ** 9"),
    _endless("regular-expression", 'import re\nre.match("(a+)+$", "a" * 60 + "b")'),
    _endless(
        "exception-that-takes-for-ever",
        """
        import time
        class Slow(Exception):
            def __str__(self):
                while True:
                    pass
            __repr__ = __str__
        raise Slow()
        """,
    ),
    _endless(
        "fork-bomb",
        """
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """,
    ),
    _fatal(
        "recursion",
        """
        import ctypes, sys
        sys.setrecursionlimit(10**9)
        call = ctypes.PYFUNCTYPE(ctypes.py_object)
        def deeper():
            return call(deeper)()
        deeper()
        """,
    ),
    _fatal("null-pointer", "import ctypes\nctypes.string_at(0)"),
    _fatal("kills-itself", "import os\nos.kill(os.getpid(), 9)"),
    _fatal("exits", "import os\nos._exit(0)"),
    Attack(
        "output",
        "output",
        ('for _ in range(2_000):\n    print("x" * 1_000)',),
        ends=("ok",),
    ),
    Attack(
        "output-in-one-piece",
        "output",
        ('from IPython.display import display\ndisplay({"text/plain": "x" * 3_000_000}, raw=True)',),
        ends=("ok",),
    ),
]
