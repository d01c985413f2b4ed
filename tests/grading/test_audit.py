"""One grade repeated by nbval, by a command that anybody can type."""

import shutil

import pytest
import typer
from typer.testing import CliRunner

from labkit import cli_grading
from labkit.errors import LabkitError
from labkit.grading.audit import Repeated, audit
from tests.grading.conftest import MINI


@pytest.fixture(scope="module")
def audited(graded):
    return audit(str(MINI), "average", graded.out, cell_seconds=20)


def test_nbval_agrees_where_it_judges(audited):
    passed = {each.question: each.passed for each in audited.questions}
    assert passed == {"q1": False, "q2": False, "q3": None, "q4": False, "q5": True}
    assert audited.agrees


def test_the_command_names_kernel_notebook_and_folder(audited, graded):
    assert audited.command.startswith(f"cd {graded.out}/graded && JUPYTER_PATH=")
    assert audited.command.endswith("average.ipynb")
    assert "python -m pytest --nbval --nbval-kernel-name=labkit-" in audited.command


def test_a_grade_that_was_changed_by_hand_is_found(graded, tmp_path):
    out = shutil.copytree(graded.out, tmp_path / "out")
    file = out / "results" / "average.json"
    text = file.read_text()
    assert text.count('"points": 0.0') >= 1
    file.write_text(text.replace('"points": 0.0', '"points": 1.0'))
    app = typer.Typer()
    app.callback()(lambda: None)
    cli_grading.register(app)
    done = CliRunner().invoke(app, ["audit", str(MINI), "average", "--out", str(out)])
    assert done.exit_code == 1
    assert "The two do not agree." in done.output


def test_who_was_not_graded_cannot_be_audited(graded):
    with pytest.raises(LabkitError, match="no graded notebook of 'nobody'"):
        audit(str(MINI), "nobody", graded.out)


@pytest.mark.parametrize(
    ("points", "passed", "agrees"),
    [(1, True, True), (1, False, False), (0, True, False), (0, False, True), (1, None, True)],
)
def test_agreement_is_full_marks_for_the_keys_output(points, passed, agrees):
    assert Repeated("q1", "correct", points, 1, passed).agrees is agrees
