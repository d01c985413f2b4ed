"""Whatever an accident makes of a notebook, it gets a grade and a note, and nothing stops.

``python -m benchmarks.grading_mangled`` does the same to a thousand, and runs them all.
"""

import json
from pathlib import Path

import nbformat
import pytest

from labkit.grading import feedback, grade, graft, intake, results
from labkit.grading.kernel import Limits
from tests.grading.mangling import mangled

GOOD = ("strong", "average", "helper-cells")
MANY, RUN = 300, 12


def spoilt(submissions: Path, seed: int) -> tuple[str, bytes]:
    text = (submissions / f"{GOOD[seed % len(GOOD)]}.ipynb").read_text(encoding="utf-8")
    return mangled(text, seed)


def test_mangled_notebooks_are_all_read_and_grafted(submissions, mini, tmp_path):
    gradable = 0
    for seed in range(MANY):
        name, content = spoilt(submissions, seed)
        file = tmp_path / name
        file.write_bytes(content)
        submission = intake.read(intake.Found(file.stem, file), mini)
        assert all(str(note) for note in submission.notes)
        assert submission.gradable or submission.notes, seed
        if submission.gradable:
            gradable += 1
            done = graft.graft(submission, mini)
            nbformat.validate(done.nb)
            nbformat.writes(done.nb).encode("utf-8")
            locked = [cell.id for cell in done.nb.cells if not cell.id.startswith(graft.STUDENT)]
            assert locked == [cell.id for cell in mini.main.cells], seed
        file.unlink()
    assert gradable > MANY / 2  # most accidents leave something to grade


@pytest.fixture(scope="module")
def run(submissions, mini, tmp_path_factory):
    """Some of them graded as a folder, kernels and all."""
    folder, out = tmp_path_factory.mktemp("spoilt"), tmp_path_factory.mktemp("grades")
    for seed in range(RUN):
        name, content = spoilt(submissions, seed)
        (folder / name).write_bytes(content)
    return grade.grade(
        str(mini.folder), folder, out, limits=Limits(cell_seconds=4, total_seconds=30), workers=2
    )


def test_every_mangled_notebook_gets_a_grade(run):
    assert len(run.results) == RUN
    assert run.failed == []


def test_every_grade_can_be_read_back_and_has_a_page(run, mini, criteria):
    for result in run.results:
        kept = run.out / grade.RESULTS / f"{result.student}.json"
        assert results.loads(kept.read_text(encoding="utf-8")).student == result.student
        assert json.loads(results.dumps(result))["student"] == result.student
        assert "<html" in feedback.page(result, mini, criteria, {})
