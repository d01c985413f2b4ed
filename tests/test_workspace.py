import json

import pytest

from labkit import paths
from labkit.errors import LabkitError
from labkit.workspace import start


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course: one lesson in two languages, one in English only, one assignment with a case."""

    def notebook(path, text, outputs=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        output = [{"output_type": "stream", "name": "stdout", "text": ["42\n"]}] if outputs else []
        code = {
            "cell_type": "code",
            "id": "c",
            "metadata": {},
            "source": [text],
            "execution_count": 1,
            "outputs": output,
        }
        path.write_text(json.dumps({"cells": [code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))

    notebooks, assignments = tmp_path / "notebooks", tmp_path / "assignments"
    notebook(notebooks / "en/00_start_here.ipynb", "english")
    notebook(notebooks / "pt-BR/00_start_here.ipynb", "portuguese")
    notebook(notebooks / "en/4_manage/40_kpis.ipynb", "kpis")
    notebook(assignments / "petlove/assignment.ipynb", "task", outputs=False)
    notebook(assignments / "petlove/key.ipynb", "the key")
    (assignments / "petlove/case").mkdir()
    (assignments / "petlove/case/facts.csv").write_text("fact\n1\n")
    monkeypatch.setattr(paths, "NOTEBOOKS", notebooks)
    monkeypatch.setattr(paths, "ASSIGNMENTS", assignments)
    return notebooks


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_copy_holds_lessons_assignment_and_case_but_no_key(course, tmp_path):
    start(tmp_path / "work", "en")
    assert files(tmp_path / "work") == {
        "00_start_here.ipynb",
        "4_manage/40_kpis.ipynb",
        "assignments/petlove/petlove.ipynb",
        "assignments/petlove/case/facts.csv",
        ".labkit/manifest.json",
    }


def test_outputs_are_cleared(course, tmp_path):
    start(tmp_path / "work", "en")
    cell = json.loads((tmp_path / "work/00_start_here.ipynb").read_text())["cells"][0]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_a_changed_file_is_never_overwritten(course, tmp_path):
    start(tmp_path / "work", "en")
    mine = tmp_path / "work/4_manage/40_kpis.ipynb"
    mine.write_text("my homework")
    (course / "en/4_manage/40_kpis.ipynb").write_text('{"cells": []}')
    report = start(tmp_path / "work", "en")
    assert mine.read_text() == "my homework"
    assert report.files["4_manage/40_kpis.ipynb"] == "kept"
    assert "newer version" in str(report)


def test_an_untouched_file_is_brought_up_to_date(course, tmp_path):
    start(tmp_path / "work", "en")
    (course / "en/4_manage/40_kpis.ipynb").write_text('{"cells": []}')
    report = start(tmp_path / "work", "en")
    assert report.files["4_manage/40_kpis.ipynb"] == "updated"
    assert json.loads((tmp_path / "work/4_manage/40_kpis.ipynb").read_text()) == {"cells": []}


def test_a_second_start_changes_nothing(course, tmp_path):
    start(tmp_path / "work", "en")
    report = start(tmp_path / "work", "en")
    assert set(report.files.values()) == {"same"}
    assert not report.newer


def test_a_file_changed_by_the_student_only_is_not_called_newer(course, tmp_path):
    start(tmp_path / "work", "en")
    (tmp_path / "work/00_start_here.ipynb").write_text("mine")
    assert start(tmp_path / "work", "en").newer == []


def test_a_lost_manifest_loses_no_homework(course, tmp_path):
    start(tmp_path / "work", "en")
    (tmp_path / "work/00_start_here.ipynb").write_text("mine")
    (tmp_path / "work/.labkit/manifest.json").write_text("{ broken")
    start(tmp_path / "work", "en")
    assert (tmp_path / "work/00_start_here.ipynb").read_text() == "mine"


def test_portuguese_where_it_exists_english_elsewhere(course, tmp_path):
    start(tmp_path / "work", "pt-BR")
    assert "portuguese" in (tmp_path / "work/00_start_here.ipynb").read_text()
    assert "kpis" in (tmp_path / "work/4_manage/40_kpis.ipynb").read_text()


def test_missing_notebooks_name_the_command_that_restores_them(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "none")
    with pytest.raises(LabkitError, match="git restore notebooks"):
        start(tmp_path / "work", "en")


def test_the_working_copy_is_recognised_from_any_folder_in_it(course, tmp_path, monkeypatch):
    start(tmp_path / "work", "en")
    monkeypatch.chdir(tmp_path / "work/assignments/petlove/case")
    assert paths.workspace() == tmp_path / "work"
    monkeypatch.chdir(tmp_path)
    assert paths.workspace() is None
