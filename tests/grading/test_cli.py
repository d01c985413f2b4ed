"""The commands: what they print, and how they end."""

import io
import re
import shutil

import nbformat
import pytest
import typer
from typer.testing import CliRunner

from labkit import cli_grading
from labkit.errors import LabkitError
from labkit.grading import grade as grading
from labkit.grading import samples
from labkit.grading.intake import Found
from labkit.grading.notes import note
from labkit.i18n import speaking
from tests.grading.conftest import MINI, STRONG


@pytest.fixture(scope="module")
def app():
    made = typer.Typer()

    @made.callback()
    def speak(lang: str | None = None) -> None:
        pass

    cli_grading.register(made)
    return made


@pytest.fixture
def invoke(app, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=True)

    return run


def plain(text):
    return " ".join(re.sub(r"[┃│┏┓┗┛━─┡┩└┘┳┴╇┼]", " ", text).split())


@pytest.fixture
def folder(submissions, tmp_path):
    for name in ("blank", "not-json"):
        shutil.copy(submissions / f"{name}.ipynb", tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    return tmp_path


def test_grade_prints_who_needs_a_look_and_why(invoke, folder):
    done = invoke("grade", MINI, folder, "--out", folder / "grades", "--workers", 1)
    assert done.exit_code == 0, done.exception
    shown = plain(done.output)
    assert "blank 0 20" in shown
    assert "not-json 0 20 The file is not a notebook" in shown
    assert "Not a submission, passed over: notes.txt" in shown
    assert "gradebook.csv" in shown
    assert "papermill" not in shown.lower()
    assert "Executing" not in shown


def test_the_instructors_language_is_not_that_of_the_page(invoke, folder, mini):
    nb = samples.filled(mini, {})
    for each in nb.cells:
        each.source = "" if each.cell_type == "code" else each.source
    nbformat.write(nb, folder / "english.ipynb")
    with speaking("pt-BR"):
        done = invoke("grade", MINI, folder / "english.ipynb", "--out", folder / "grades")
    assert done.exit_code == 0, done.exception
    assert "Notas" in done.output
    page = (folder / "grades" / "feedback" / "english.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "Your answer" in page


def test_a_long_name_leaves_room_for_the_other_columns(folder, mini):
    from rich.console import Console

    name = "Maria_Aparecida_de_Souza_e_Silva_" * 4
    results = [grading.failed(Found(name, None), mini, RuntimeError("broken"))]
    console = Console(width=80, record=True, file=io.StringIO())
    cli_grading._print_summary(console, grading.Summary(folder, results, {name}))
    shown = console.export_text()
    assert "points" in shown
    assert "failed on this" in " ".join(plain(shown).split())
    assert all(len(line) <= 80 for line in shown.splitlines() if "gradebook" not in line)


def test_grade_ends_with_1_when_the_grader_failed(invoke, folder, monkeypatch):
    def failed(found, assignment, *_rest):
        return grading.failed(found, assignment, RuntimeError("broken"))

    monkeypatch.setattr(grading, "grade_one", failed)
    done = invoke("grade", MINI, folder / "not-json.ipynb", "--out", folder / "grades")
    assert done.exit_code == 1
    assert str(note("grader failed", reason="RuntimeError: broken")) in plain(done.output)


def test_wrong_arguments_are_a_labkit_error(invoke, folder):
    done = invoke("grade", "nowhere", folder)
    assert isinstance(done.exception, LabkitError)


def test_preview_shows_what_would_be_recorded_and_no_marks(invoke, mini, tmp_path):
    file = tmp_path / "mini.ipynb"
    nbformat.write(samples.filled(mini, {**STRONG, "q2": []}), file)
    shutil.copytree(MINI / "case", tmp_path / "case")
    done = invoke("preview", file)
    assert done.exit_code == 0, done.exception
    shown = plain(done.output)
    assert "q1 A, C" in shown
    assert "q2 not answered" in shown
    assert "q1-why 2 paragraphs" in shown
    assert "Your own research | ref | address |" in shown
    assert "No marks were given" in shown
    assert "your notebook stood in for it" in shown


def test_pdf_is_written_beside_the_notebook(invoke, mini, tmp_path):
    file = tmp_path / "mini.ipynb"
    nbformat.write(samples.filled(mini, {}), file)
    done = invoke("pdf", file, "--name", "Ana")
    assert done.exit_code == 0, done.exception
    assert (tmp_path / "mini.pdf").read_bytes().startswith(b"%PDF")


def test_release_lists_what_it_wrote(invoke, tmp_path):
    done = invoke("release", MINI, "--out", tmp_path / "mini")
    assert done.exit_code == 0, done.exception
    assert "mini.ipynb" in done.output
    assert "mini.zip" in done.output
