"""Limits are set in the child, never above what already holds, and what could not be set is said."""

import json
import subprocess
import sys

import pytest

from labkit.grading import launch

SHOW = (
    "import json, resource, os; from labkit.grading.launch import apply_limits; said = apply_limits(os.environ); "
    "print(json.dumps([said, resource.getrlimit(resource.RLIMIT_FSIZE), resource.getrlimit(resource.RLIMIT_CORE)]))"
)


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_the_child_is_limited_and_says_how():
    environment = {
        "LABKIT_MEMORY_MB": "900",
        "LABKIT_CPU_SECONDS": "7",
        "LABKIT_FILE_MB": "3",
        "PATH": "/usr/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, check=True
    )
    said, file_size, core = json.loads(done.stdout)
    assert said["cpu"] == "7 s"
    assert said["file size"] == "3 MB"
    assert file_size == [3 * 1024**2, 3 * 1024**2]
    assert core[0] == 0


def test_where_nothing_can_be_limited_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    assert launch.apply_limits({}) == dict.fromkeys(("memory", "cpu", "file size"), launch.NOT_SET)


def test_a_limit_the_system_refuses_is_said():
    class Refusing:
        RLIM_INFINITY = -1
        RLIMIT_AS = 9

        @staticmethod
        def getrlimit(_which):
            return (-1, -1)

        @staticmethod
        def setrlimit(_which, _value):
            raise ValueError("current limit exceeds maximum limit")

    assert launch._limit(Refusing, "RLIMIT_AS", 1) is False
    assert launch._limit(Refusing, "RLIMIT_CPU", 1) is False
