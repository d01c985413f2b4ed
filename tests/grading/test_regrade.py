"""Grading again: what exists is kept, what would change is shown, what people marked is never touched."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
import typer
from typer.testing import CliRunner

from labkit import cli_grading
from labkit.errors import LabkitError
from labkit.grading import grade, journal, locking, output, samples
from labkit.grading.assignment import cell_of
from labkit.grading.kernel import Limits
from labkit.grading.regrade import regrade
from labkit.grading.samples import filled
from tests.grading.conftest import CELL_SECONDS, MINI, STRONG
from tests.grading.test_grade import MARK, contents, of
from tests.grading.test_sheet import fill

NAMES = ("average", "not-json")
LIMITS = Limits(cell_seconds=CELL_SECONDS)


@pytest.fixture
def folder(submissions, tmp_path):
    """Two of the submissions that `graded` holds."""
    made = tmp_path / "in"
    made.mkdir()
    for name in NAMES:
        shutil.copy(submissions / f"{name}.ipynb", made)
    return made


@pytest.fixture
def out(graded, tmp_path):
    return Path(shutil.copytree(graded.out, tmp_path / "out"))


@pytest.fixture
def other_key(tmp_path):
    """A key that says of q1 what the average student said."""
    nb = nbformat.read(MINI / "key.ipynb", as_version=4)
    for bundle in cell_of(nb, "mini-q1-report").outputs:
        for kind, data in bundle["data"].items():
            if kind.endswith("+json"):
                data["value"] = ["A"]
    file = tmp_path / "key2.ipynb"
    nbformat.write(nb, file)
    return file


def journal_of(out):
    return (out / journal.FILE).read_bytes()


@pytest.fixture
def no_run(monkeypatch):
    def run(*_args, **_options):
        raise AssertionError("nothing is to be run")

    monkeypatch.setattr(grade, "grade_one", run)


def test_what_was_graded_is_kept_and_nothing_is_written_twice(folder, out, no_run):
    before = journal_of(out)
    summary = grade.grade(str(MINI), folder, out, limits=LIMITS)
    assert summary.kept == list(NAMES)
    assert summary.outdated == {}
    assert journal_of(out) == before


def test_again_grades_what_is_the_same(folder, out):
    summary = grade.grade(str(MINI), folder / "not-json.ipynb", out, limits=LIMITS, again=True)
    assert summary.kept == []
    read = journal.Journal(out, "mini")
    assert [each.data["student"] for each in read.entries()].count("not-json") == 2


def test_another_key_leaves_grades_as_they_are_and_is_said(folder, out, other_key, no_run):
    summary = grade.grade(str(MINI), folder, out, limits=LIMITS, key_file=other_key)
    assert summary.outdated == {name: ["key"] for name in NAMES}
    assert of(summary, "average").question("q1").points == 2


def test_a_new_submission_is_graded(folder, out, mini):
    nbformat.write(filled(mini, {}), folder / "average.ipynb")
    summary = grade.grade(str(MINI), folder, out, limits=LIMITS)
    assert summary.kept == ["not-json"]
    assert of(summary, "average").points == 0


def test_a_grade_whose_notebook_is_gone_is_made_again(folder, out):
    (out / output.GRADED / "average.ipynb").unlink()
    assert grade.grade(str(MINI), folder, out, limits=LIMITS).kept == ["not-json"]
    assert (out / output.GRADED / "average.ipynb").is_file()


def test_where_the_grader_failed_it_tries_again(folder, tmp_path, monkeypatch):
    def broken(found, *_rest):
        raise RecursionError("too deep")

    with monkeypatch.context() as patch:
        patch.setattr(grade, "grade_one", broken)
        assert len(grade.grade(str(MINI), folder / "not-json.ipynb", tmp_path / "new").failed) == 1
    assert grade.grade(str(MINI), folder / "not-json.ipynb", tmp_path / "new").failed == []


def test_regrade_shows_what_would_change_and_why_and_changes_nothing(folder, out, other_key):
    before = {name: data for name, data in contents(out).items() if not name.startswith(".")}
    with regrade(str(MINI), folder, out, limits=LIMITS, key_file=other_key) as work:
        [change] = work.proposal.changes
        assert (change.student, change.question, change.old, change.new) == ("average", "q1", 2, 4)
        assert change.why == ["key"]
        assert work.proposal.untouched == []
    assert {name: data for name, data in contents(out).items() if not name.startswith(".")} == before


def test_a_regrade_that_is_taken_holds_and_touches_no_mark(folder, out, other_key):
    fill(out / "rubric-sheet.csv", average=MARK)
    grade.grade(str(MINI), folder, out, limits=LIMITS)
    marked = journal.Journal(out, "mini").state.marks
    assert len(marked) == 1
    with regrade(str(MINI), folder, out, limits=LIMITS, key_file=other_key) as work:
        work.take()
    read = journal.Journal(out, "mini")
    assert read.state.marks == marked
    assert read.state.results["average"].question("q1").points == 4
    assert [each.data["why"] for each in read.entries() if each.kind == "graded"][-2:] == [["key"], ["key"]]
    row = next(
        line for line in (out / "gradebook.csv").read_text("utf-8-sig").splitlines() if "average" in line
    )
    assert row.startswith("average,13,20,")  # 7 before, 2 more for q1, 4 marked
    executed = nbformat.read(out / output.GRADED / "average.ipynb", as_version=4)
    assert "'A'" in str(cell_of(executed, "mini-q1-report").outputs)
    with regrade(str(MINI), folder, out, limits=LIMITS, key_file=other_key) as work:
        assert work.proposal.results == {}
        assert work.proposal.untouched == list(NAMES)


def test_only_the_students_named_are_graded_again(folder, out):
    with regrade(str(MINI), folder, out, limits=LIMITS, students=["not-json"]) as work:
        assert set(work.proposal.results) == {"not-json"}
        assert work.proposal.changes == []
    with (
        pytest.raises(LabkitError, match="no grade and submission of zoe; there are: average, not-json"),
        regrade(str(MINI), folder, out, students=["zoe"]),
    ):
        pass


def test_who_has_no_grade_yet_is_named(folder, out):
    shutil.copy(folder / "not-json.ipynb", folder / "zoe.ipynb")
    with regrade(str(MINI), folder, out, limits=LIMITS) as work:
        assert work.proposal.unknown == ["zoe"]


@pytest.mark.parametrize(("answer", "taken"), [("n\n", False), ("y\n", True), ("", False)])
def test_the_command_asks_before_it_overwrites(folder, out, other_key, answer, taken, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    cli_grading.register(app)
    command = [
        "regrade",
        str(MINI),
        str(folder),
        "--grades",
        str(out),
        "--key",
        str(other_key),
        "--workers",
        "1",
    ]
    done = CliRunner().invoke(app, [*command, "--timeout", str(CELL_SECONDS)], input=answer)
    assert "average" in done.output
    assert "the key changed" in done.output
    points = journal.Journal(out, "mini").state.results["average"].question("q1").points
    assert points == (4 if taken else 2)


def test_two_runs_in_one_folder_are_not_let_in(folder, out):
    with (
        locking.held(out / ".running.lock"),
        pytest.raises(LabkitError, match="Another run of labkit is at work"),
    ):
        grade.grade(str(MINI), folder, out)


def test_a_folder_from_before_there_was_a_journal_is_taken_over(folder, out, no_run):
    marks = {
        "assignment": "mini",
        "marks": [{"student": "average", "question": "q1-why", "points": {"evidence": 2}}],
    }
    for file in (journal.FILE, "gradebook.sqlite"):
        (out / file).unlink()
    (out / "marks.json").write_text(json.dumps(marks))
    summary = grade.grade(str(MINI), folder, out, limits=LIMITS)
    assert summary.kept == list(NAMES)
    assert summary.outdated == {}
    read = journal.Journal(out, "mini").state
    assert len(read.results) == len(summary.results)
    assert read.marks["average", "q1-why"].points == {"evidence": 2}


def test_with_one_worker_or_two_export_gradebook_and_pages_are_the_same_bytes(mini, tmp_path):
    from benchmarks.grading_kills import canonical

    made = samples.samples(mini, {"strong": STRONG, "average": {"q1": ["A"]}, "wrong": {"q1": ["B"]}})
    (tmp_path / "in").mkdir()
    for name in ("strong", "average", "raises", "tampered", "not-json"):
        (tmp_path / "in" / f"{name}.ipynb").write_text(made[name])
    for workers in (1, 2):
        grade.grade(str(MINI), tmp_path / "in", tmp_path / str(workers), limits=LIMITS, workers=workers)
    assert canonical(tmp_path / "1") == canonical(tmp_path / "2")
