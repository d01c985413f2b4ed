"""Reaching out of the kernel: files, processes, network, privileges. HIT if it worked."""

from tests.grading.attacks.attack import Attack, code


def _reach(name, source, **options):
    return Attack(name, "reaching out", (code(source),), **options)


def _read(name, place):
    return _reach(name, f'print("HIT" if @TOKEN@ in open({place}, errors="replace").read() else "")')


_CONNECT = """
import socket
with socket.socket(socket.{family}, socket.SOCK_STREAM) as there:
    there.settimeout(5)
    there.connect({address})
    print("HIT" if there.recv(100) else "")
"""

ATTACKS = [
    _reach(
        "answers-from-the-key",
        """
        import json
        found = {}
        for cell in json.load(open("@KEY@"))["cells"]:
            for output in cell.get("outputs", []):
                answer = output.get("data", {}).get("application/vnd.labkit.answer+json")
                if answer:
                    found[answer["question"]] = answer["value"]
        print("HIT" if len(found) == 5 else "")
        get_ipython().events.register("pre_run_cell", lambda info: get_ipython().user_ns.update(found))
        """,
    ),
    _reach(
        "key-of-the-course",
        """
        from labkit import paths
        print("HIT" if (paths.ASSIGNMENTS / "petlove" / "key.ipynb").read_text() else "")
        """,
    ),
    _reach(
        "course-searched-for-keys",
        """
        from labkit import paths
        print("HIT" if [*paths.ROOT.glob("*/*/key.ipynb"), *paths.ROOT.glob("lessons/*/*/*.md")] else "")
        """,
    ),
    _reach(
        "truth-of-the-variant",
        """
        from pathlib import Path
        print("HIT" if [*Path("@VARIANT@", "truth").rglob("people.parquet")] else "")
        """,
    ),
    _reach(
        "variant-regenerated",
        """
        # The tables that students see tell when the right world has been made again; its truth then is known.
        import json, os
        from pathlib import Path
        from labkit.world import COURSE_SEED, generate
        kept = [json.loads(file.read_text()).get("seed") for file in Path("@VARIANT@").rglob("*.json")]
        told = [int(word) for word in os.environ.values() if word.isdigit()]
        for seed in [*filter(None, kept), *told, COURSE_SEED, 0, 1]:
            made = generate(seed=seed, people=@VARIANT_PEOPLE@, tables=["customers", "truth/people"])
            if made["customers"]["name"].head(5).to_list() == @VARIANT_NAMES@:
                print("HIT" if len(made.truth["people"]) else "")
                break
        """,
        ends=("ok", "error", "timeout"),  # it tries seeds for as long as it may
    ),
    _read("rubric", '"@FIELD@/rubric.yml"'),
    _read("gradebook", '"@FIELD@/gradebook.csv"'),
    _read("submission-of-another", '"@FIELD@/submissions/maria.ipynb"'),
    _read("graded-notebook-of-another", '"@FIELD@/graded/maria.ipynb"'),
    _read("home-of-the-instructor", '"@FIELD@/home/.secret"'),
    _reach("environment-of-the-grader", 'print("HIT" if open("/proc/@GRADER@/environ").read() else "")'),
    _reach(
        "key-by-a-program",
        """
        import subprocess
        done = subprocess.run(["cat", "@KEY@"], capture_output=True, text=True)
        print("HIT" if "cells" in done.stdout else "")
        """,
    ),
    _reach(
        "key-by-the-shell",
        'lines = !cat "@KEY@"\nprint("HIT" if any("cells" in line for line in lines) else "")',
    ),
    _reach(
        "key-by-a-link",
        """
        import os
        os.path.lexists("link") or os.symlink("@KEY@", "link")
        print("HIT" if "cells" in open("link").read() else "")
        """,
    ),
    _reach(
        "key-by-a-descriptor",
        """
        import os
        folder = os.open("@FIELD@", os.O_PATH)
        print("HIT" if os.open("key.ipynb", os.O_RDONLY, dir_fd=folder) else "")
        """,
    ),
    _reach(
        "key-by-the-root-of-another-process",
        """
        import os
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                if int(process) != os.getpid() and "cells" in open(f"/proc/{process}/root@KEY@").read():
                    print("HIT")
            except OSError:
                pass
        """,
    ),
    _reach(
        "gradebook-rewritten",
        """
        with open("@FIELD@/gradebook.csv", "a") as gradebook:
            gradebook.write("me,20,20\\n")
        print("HIT")
        """,
    ),
    _reach("write-beside-the-grades", 'open("@FIELD@/written", "w").write("here")\nprint("HIT")'),
    _reach("case-pack-rewritten", 'open("case/facts.csv", "a").close()\nprint("HIT")'),
    _reach(
        "package-rewritten",
        'import labkit.exercises.answers as answers\nopen(answers.__file__, "a").close()\nprint("HIT")',
    ),
    _reach(
        "start-up-file-for-python",
        """
        import os, sysconfig
        print("HIT" if os.access(sysconfig.get_path("purelib"), os.W_OK) else "")
        """,
    ),
    _reach(
        "folders-of-other-graders",
        """
        import os
        print("HIT" if "@FIELD_NAME@" in os.listdir(os.path.dirname("@FIELD@")) else "")
        """,
    ),
    _reach(
        "processes-of-the-machine",
        """
        import contextlib, os
        names = []
        for n in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                names.append(open(f"/proc/{n}/cmdline", "rb").read())
        print("HIT" if any(b"pytest" in name or b"bwrap" in name for name in names) else "")
        """,
    ),
    _reach("signal-to-the-grader", 'import os\nos.kill(@GRADER@, 0)\nprint("HIT")'),
    _reach("memory-of-the-grader", 'print("HIT" if open("/proc/@GRADER@/maps").read() else "")'),
    _reach("network-tcp", _CONNECT.format(family="AF_INET", address='("127.0.0.1", @PORT@)')),
    _reach("network-tcp-6", _CONNECT.format(family="AF_INET6", address='("::1", @PORT_6@)')),
    _reach("network-unix-path", _CONNECT.format(family="AF_UNIX", address='"@FIELD@/socket"')),
    _reach("network-unix-abstract", _CONNECT.format(family="AF_UNIX", address='"\\0@TOKEN_TEXT@"')),
    _reach(
        "network-udp",
        """
        import socket
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
            there.settimeout(3)
            there.sendto(b"hello", ("127.0.0.1", @PORT_UDP@))
            print("HIT" if there.recv(100) else "")
        """,
    ),
    _reach(
        "network-http",
        """
        import urllib.request
        print("HIT" if urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=5) else "")
        """,
    ),
    _reach(
        "network-by-pandas",
        'import pandas as pd\nprint("HIT" if len(pd.read_csv("http://127.0.0.1:@PORT@/", header=None)) else "")',
    ),
    _reach(
        "new-namespaces",
        """
        import ctypes, os
        child = os.fork()
        if child == 0:
            os._exit(0 if ctypes.CDLL(None).unshare(0x10020000) == 0 else 1)
        print("HIT" if os.waitpid(child, 0)[1] == 0 else "")
        """,
    ),
    _reach(
        "privileges-by-a-program",
        """
        status = open("/proc/self/status").read()
        print("HIT" if "NoNewPrivs:\\t0" in status else "")
        """,
    ),
    _reach(
        "capabilities",
        """
        status = open("/proc/self/status").read()
        print("HIT" if "CapBnd:\\t0000000000000000" not in status else "")
        """,
    ),
    _reach(
        "kernel-keyring",
        """
        import ctypes, platform
        number = {"x86_64": 248, "aarch64": 217}[platform.machine()]
        print("HIT" if ctypes.CDLL(None).syscall(number, b"user", b"labkit-attack", b"x", 1, -2) > 0 else "")
        """,
    ),
    _reach(
        "limits-raised",
        """
        import resource
        limits = (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE)
        print("HIT" if any(resource.getrlimit(limit)[1] > 2000 for limit in limits) else "")
        """,
    ),
]
