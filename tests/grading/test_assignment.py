"""Assignments and keys that are not in order say so, in clear words."""

import shutil

import nbformat
import pytest

from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading.assignment import cell_of
from tests.grading.conftest import MINI


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(MINI, tmp_path / "mini")
    return tmp_path / "mini"


def change(file, **sources):
    """Change a notebook file: by cell id (with _ for -), a new source, or None to remove the cell."""
    nb = nbformat.read(file, as_version=4)
    for name, change in sources.items():
        cell = cell_of(nb, name.replace("_", "-"))
        if change is None:
            nb.cells.remove(cell)
        else:
            change(cell)
    nbformat.write(nb, file)


def test_questions_are_read_with_their_kinds_and_cells(mini):
    assert [(q.id, q.kind, q.points) for q in mini.questions] == [
        ("q1", "choices", 4),
        ("q1-why", "text", 6),
        ("q2", "choices", 3),
        ("q2-why", "text", 2),
        ("q3", "number", 2),
        ("q4", "choice", 1),
        ("q5", "choices", 2),
    ]
    assert mini.extra_answers == ("mini-research",)
    assert mini.facts == {1, 2, 3, 5, 8}


def test_the_key_answers_every_reported_question(key):
    assert key.values == {"q1": ["A", "C"], "q2": ["B", "D", "E"], "q3": 0.25, "q4": "monthly", "q5": ["C"]}


def test_an_unknown_assignment_lists_the_known_ones():
    with pytest.raises(LabkitError, match=r"no assignment 'nowhere'\. Assignments: identify, petlove"):
        assignments.find("nowhere")


def test_a_missing_key_names_the_file_and_the_command(folder):
    (folder / "key.ipynb").unlink()
    with pytest.raises(LabkitError, match=r"key.ipynb. Build it with `labkit assignment mini`.*--key"):
        assignments.load_key(assignments.load(folder))


def test_the_key_of_another_assignment_is_refused(folder):
    nb = nbformat.read(folder / "key.ipynb", as_version=4)
    nb.metadata.labkit.assignment = "other"
    nbformat.write(nb, folder / "key.ipynb")
    with pytest.raises(LabkitError, match="is the key of other; expected the key of mini"):
        assignments.load_key(assignments.load(folder))


@pytest.mark.parametrize("how", ["not executed", "blank", "gone"])
def test_a_key_that_does_not_answer_a_question_is_refused(folder, how):
    def spoil(cell):
        if how == "not executed":
            cell.outputs = []
        else:
            cell.outputs[0].data["application/vnd.labkit.answer+json"]["value"] = None

    change(folder / "key.ipynb", mini_q2_report=None if how == "gone" else spoil)
    with pytest.raises(LabkitError, match="gives no answer to q2"):
        assignments.load_key(assignments.load(folder))


def test_a_question_without_its_report_cell_is_refused(folder):
    change(folder / "assignment.ipynb", mini_q2_report=None)
    with pytest.raises(LabkitError, match="question q2: the code cell mini-q2-report is missing"):
        assignments.load(folder)


def test_a_question_of_an_unknown_kind_lists_the_known_ones(folder):
    change(
        folder / "assignment.ipynb", mini_q2_question=lambda cell: cell.metadata.labkit.update(kind="essay")
    )
    with pytest.raises(LabkitError, match='kind "essay" is not known; known are: choices, number'):
        assignments.load(folder)


def test_options_and_headings_are_read_from_a_prompt():
    prompt = "## Question 1: the market\n\nChoose.\n\n- **A.** First\n- **B.** Second\n"
    assert assignments.options(prompt) == {"A": "First", "B": "Second"}
    assert assignments.heading(prompt) == "Question 1: the market"
    assert assignments.heading("**1b. Why?** Argue.") == "1b. Why?"
    assert assignments.heading("Argue.") == ""
