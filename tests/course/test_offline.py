"""Once installed, the course needs no network: a lesson and a grade in an empty network namespace."""

import os
import shutil
import subprocess
import sys

import pytest

from labkit import paths

# A new namespace has its loopback down, and Jupyter kernels talk over loopback.
LOOPBACK_UP = (
    "import fcntl, os, socket, struct, sys;"
    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
    "fcntl.ioctl(s, 0x8914, struct.pack('16sH14s', b'lo', 0x1 | 0x40, b''));"  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
ALONE = ["unshare", "--net", *([] if AS_ROOT else ["--map-root-user"]), sys.executable, "-c", LOOPBACK_UP]


def namespaces_allowed():
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*ALONE, "-c", "pass"], capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not namespaces_allowed(), reason="this kernel allows no network namespace")


def alone(*arguments):
    return subprocess.run(
        [*ALONE, *arguments],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "LABKIT_LANG": "en"},
    )


def test_the_namespace_has_no_network():
    done = alone("-c", "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)")
    assert done.returncode == 1
    assert "Network is unreachable" in done.stderr


def test_a_lesson_is_built(tmp_path):
    done = alone("-m", "labkit", "notebooks", "34", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "en/3_interact/34_experiments.ipynb").is_file()


def test_a_submission_is_graded(tmp_path):
    submissions = tmp_path / "submissions"
    submissions.mkdir()
    shutil.copy(paths.ASSIGNMENTS / "petlove/teacher/samples/strong.ipynb", submissions)
    done = alone("-m", "labkit", "grade", "petlove", str(submissions), "--out", str(tmp_path / "grades"))
    assert done.returncode == 0, done.stderr
    assert "strong" in (tmp_path / "grades/gradebook.csv").read_text(encoding="utf-8-sig")
