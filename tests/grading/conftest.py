"""A small assignment, its samples, and one grading run that many tests look at."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from labkit.grading import assignment as assignments
from labkit.grading import grade, isolation, rubric, samples
from labkit.grading.intake import Found
from labkit.grading.kernel import JUPYTER_DIR, KERNEL_NAMES, NONE, SANDBOX, Limits

WITHOUT_SANDBOX = os.environ.get("LABKIT_TESTS_WITHOUT_SANDBOX", "")
"""Why there can be no sandbox where the tests run. Unless it is said here, tests that need one fail."""

needs_sandbox = pytest.mark.skipif(
    sys.platform != "linux" or bool(WITHOUT_SANDBOX),
    reason=f"no sandbox: {WITHOUT_SANDBOX or 'the system is not Linux'}",
)

MINI = Path(__file__).parent / "fixtures" / "mini"
CELL_SECONDS = 4

TEXT = "The tutor pays and the pet uses the product, so both roles are there [1, 5]."
STRONG = {
    "q1": ["A", "C"],
    "q1-why": f"{TEXT}\n\nA second paragraph about the doubts that remain [2].",
    "q2": ["B", "D", "E"],
    "q2-why": TEXT,
    "q3": 0.25,
    "q4": "monthly",
    "q5": ["C"],
    "research": "| ref | address |\n|---|---|\n| R1 | https://example.org |",
}
AVERAGE = {"q1": ["A"], "q1-why": TEXT, "q2": ["A", "B", "D"], "q3": 0.255, "q4": "yearly", "q5": ["C"]}
WRONG = {"q1": ["B"], "q1-why": "Too short, and no such fact [77].", "q2": ["A", "C"], "q3": 3, "q5": ["A"]}


@pytest.fixture(scope="session", autouse=True)
def isolation_there_is():
    """Where there can be no sandbox, and only there, the other tests of grading run without one."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform != "linux" or WITHOUT_SANDBOX:
            patch.setattr(isolation, "settled", lambda wanted, assignment: NONE)
        yield


@pytest.fixture(scope="session")
def mini():
    return assignments.load(MINI)


@pytest.fixture(scope="session")
def key(mini):
    return assignments.load_key(mini)


@pytest.fixture(scope="session")
def criteria(mini):
    return rubric.load(mini)


@pytest.fixture(scope="session")
def submissions(mini, tmp_path_factory):
    folder = tmp_path_factory.mktemp("submissions")
    samples.write(mini, {"strong": STRONG, "average": AVERAGE, "wrong": WRONG}, folder)
    return folder


@pytest.fixture(scope="session")
def graded(submissions, tmp_path_factory):
    """Every sample, graded once, by two workers."""
    out = tmp_path_factory.mktemp("grades")
    return grade.grade(str(MINI), submissions, out, limits=Limits(cell_seconds=CELL_SECONDS), workers=2)


@pytest.fixture
def student(mini):
    """A student's notebook as plain JSON data, strong answers filled in, to be spoilt by a test."""
    nb = json.loads(json.dumps(samples.filled(mini, STRONG)))
    return copy.deepcopy(nb)


@pytest.fixture
def hand_in(tmp_path):
    """Write data or text as a submission; returns where it lies."""

    def write(content, name="maria.ipynb"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else None
        if data is None:
            data = (content if isinstance(content, str) else json.dumps(content)).encode()
        file.write_bytes(data)
        return Found("maria", file)

    return write


def nbval(folder, names, cell_seconds, report):
    """Run ``pytest --nbval`` on graded notebooks, on the kernel that graded them.

    Returns
    -------
    dict of (str, int) to bool
        Whether each code cell passed, by notebook and the cell's number among the code cells.
    """
    kernel = KERNEL_NAMES[NONE if sys.platform != "linux" or WITHOUT_SANDBOX else SANDBOX]
    command = [sys.executable, "-m", "pytest", "--nbval", f"--nbval-kernel-name={kernel}", "-q"]
    command += [f"--nbval-cell-timeout={cell_seconds}", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += [f"--junitxml={report}", *(f"{name}.ipynb" for name in names)]
    environment = {**os.environ, "JUPYTER_PATH": str(JUPYTER_DIR)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {
        (case.get("classname").split(".")[0], int(case.get("name").split()[1])): not list(case)
        for case in ElementTree.parse(report).iter("testcase")
    }


def cell(nb, cell_id):
    return next(each for each in nb["cells"] if each["id"] == cell_id)


def codes(notes):
    return [note.code for note in notes]
