"""A small assignment, its samples, and one grading run that many tests look at."""

import copy
import json
from pathlib import Path

import pytest

from labkit.grading import assignment as assignments
from labkit.grading import grade, rubric, samples
from labkit.grading.intake import Found
from labkit.grading.kernel import Limits

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


def cell(nb, cell_id):
    return next(each for each in nb["cells"] if each["id"] == cell_id)


def codes(notes):
    return [note.code for note in notes]
