"""From a folder of submissions to grades: one run over all samples, looked at from every side."""

import csv
import io
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from labkit.errors import LabkitError
from labkit.exercises.answers import MIME
from labkit.grading import files, grade, results, sheet
from labkit.grading.kernel import Limits
from tests.grading.conftest import CELL_SECONDS, MINI, codes, nbval
from tests.grading.test_sheet import fill

# Worked by hand: q1 of 4, q2 of 3, q3 of 2 (0.25 ± 0.01), q4 of 1, q5 of 2; texts await their marks.
POINTS = {
    "strong": [4, 3, 2, 1, 2],
    "average": [2, 1, 2, 0, 2],
    "wrong": [0, 0, 0, 0, 0],
    "blank": [0, 0, 0, 0, 0],
    "helper-cells": [4, 3, 2, 1, 2],
    "tampered": [0, 0, 0, 0, 0],
    "raises": [4, 0, 2, 1, 2],
    "loops-for-ever": [4, 0, 2, 1, 2],
    "breaks-off": [2, 1, 2, 0, 0],
    "not-json": [0, 0, 0, 0, 0],
    "other-assignment": [0, 0, 0, 0, 0],
}
REPORTED = ["q1", "q2", "q3", "q4", "q5"]
EXACT = ["q1", "q2", "q4", "q5"]
JUDGED = [
    "average",
    "raises",
    "wrong",
]  # by nbval here; all samples of the Petlove case are, in test_petlove.py
RUNNABLE = [name for name in POINTS if name not in ("not-json", "other-assignment")]


def of(graded, student):
    return next(result for result in graded.results if result.student == student)


@pytest.mark.parametrize("name", POINTS)
def test_each_sample_gets_the_points_worked_by_hand(graded, name):
    assert [of(graded, name).question(question).points for question in REPORTED] == POINTS[name]


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("strong", ["correct", "correct", "correct", "correct", "correct"]),
        ("average", ["partial", "partial", "correct", "wrong", "correct"]),
        ("blank", ["blank"] * 5),
        ("wrong", ["wrong", "wrong", "wrong", "blank", "wrong"]),
        ("raises", ["correct", "error", "correct", "correct", "correct"]),
        ("loops-for-ever", ["correct", "timeout", "correct", "correct", "correct"]),
    ],
)
def test_verdicts_say_what_happened(graded, name, verdicts):
    assert [of(graded, name).question(question).verdict for question in REPORTED] == verdicts


def test_an_error_is_named(graded):
    assert of(graded, "raises").question("q2").error == "KeyError"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("strong", []),
        ("blank", []),
        ("tampered", ["tampered", "unknown facts"]),
        ("helper-cells", ["added code", "added text"]),
        ("loops-for-ever", ["added code", "cell timeout"]),
        ("raises", ["cell error"]),
        (
            "breaks-off",
            ["breaks off", "assumed assignment", *["missing answer"] * 3, "missing cells"],
        ),
        ("not-json", ["not json"]),
        ("other-assignment", ["wrong assignment"]),
    ],
)
def test_notes_are_what_there_is_to_say_and_no_more(graded, name, said):
    assert codes(of(graded, name).notes) == said


def test_the_grade_names_the_limits_that_held_and_what_was_graded(graded, submissions, key):
    result = of(graded, "strong")
    assert result.limits["memory"] == "4096 MB" or sys.platform != "linux"
    assert result.hashes["submission"] == files.sha256((submissions / "strong.ipynb").read_bytes())
    assert result.hashes["key"] == key.sha256


def test_a_result_is_read_back_as_it_was_written(graded):
    for result in graded.results:
        kept = results.loads(
            (graded.out / grade.RESULTS / f"{result.student}.json").read_text(encoding="utf-8")
        )
        assert results.loads(results.dumps(kept)) == kept
        assert kept.questions == result.questions  # no marks were given


# --- nbval, the public judge ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(graded, tmp_path_factory):
    report = tmp_path_factory.mktemp("nbval") / "report.xml"
    return nbval(graded.out / grade.GRADED, JUDGED, CELL_SECONDS, report)


@pytest.mark.parametrize("name", JUDGED)
def test_nbval_repeats_every_verdict_without_tolerance(graded, judged, mini, name):
    """Full marks if and only if the report cell passes, up to a timeout or a dead kernel."""
    nb = nbformat.read(graded.out / grade.GRADED / f"{name}.ipynb", as_version=4)
    code = [cell.id for cell in nb.cells if cell.cell_type == "code"]
    for question in [question for question in mini.questions if question.id in EXACT]:
        result = of(graded, name).question(question.id)
        assert judged[name, code.index(question.report)] is (result.points == question.points), question.id


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_graded_notebook_carries_the_keys_answers_and_an_executed_one_the_students(graded, key, mini, name):
    answers = {}
    for folder in (grade.GRADED, grade.EXECUTED):
        nb = nbformat.read(graded.out / folder / f"{name}.ipynb", as_version=4)
        nbformat.validate(nb)
        assert all(cell.execution_count for cell in nb.cells if cell.cell_type == "code")
        cells = {cell.id: cell for cell in nb.cells}
        answers[folder] = {
            question: [
                output.data[MIME].value
                for output in cells[f"mini-{question}-report"].outputs
                if "data" in output
            ]
            for question in REPORTED
        }
    assert answers[grade.GRADED] == {question: [key.values[question]] for question in REPORTED}
    for question in REPORTED:
        result = of(graded, name).question(question)
        if result.verdict not in ("timeout", "error"):
            assert answers[grade.EXECUTED][question] == [result.value]


# --- what is written --------------------------------------------------------------------------------------


def table(file):
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def test_the_gradebook_has_a_row_a_student(graded):
    rows = {row["student"]: row for row in table(graded.out / "gradebook.csv")}
    assert list(rows) == sorted(POINTS)
    strong = rows["strong"]
    assert (strong["total"], strong["max"], strong["awaiting"]) == ("12", "20", "q1-why q2-why")
    assert (strong["q1"], strong["q1-why"], strong["q1_verdict"]) == ("4", "awaiting marks", "correct")
    assert rows["raises"]["q2_verdict"] == "stopped with an error (KeyError)"
    assert rows["not-json"]["total"] == "0"
    assert "cannot be read as JSON" in rows["not-json"]["notes"]


def test_no_page_for_a_student_tells_the_key(graded, mini):
    """A page says of the choices what the student chose, and nothing that tells the right letters from it."""
    for name in ("wrong", "blank", "average"):
        page = (graded.out / grade.FEEDBACK / f"{name}.html").read_text(encoding="utf-8")
        assert MIME not in page
        assert "monthly" not in page
        shown = re.findall(r"<li><strong>([A-Z])</strong>", page)
        chosen = [
            letter
            for question in of(graded, name).questions
            if isinstance(question.value, list)
            for letter in question.value
        ]
        assert shown == chosen


def test_there_is_a_page_for_every_student(graded):
    assert sorted(file.stem for file in (graded.out / grade.FEEDBACK).iterdir()) == sorted(POINTS)


def contents(folder):
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_grading_again_with_another_number_of_workers_gives_the_same_bytes(graded, submissions, tmp_path):
    some = tmp_path / "some"
    some.mkdir()
    names = ("helper-cells", "raises", "not-json")
    for name in names:
        shutil.copy(submissions / f"{name}.ipynb", some)
    again = grade.grade(
        str(MINI), some, tmp_path / "out", limits=Limits(cell_seconds=CELL_SECONDS), workers=1
    )
    mine, first = contents(again.out), contents(graded.out)
    own = [path for path in mine if Path(path).stem in names]
    assert len(own) == 2 * 4 + 2
    assert [path for path in own if mine[path] != first[path]] == []


# --- marks ------------------------------------------------------------------------------------------------


@pytest.fixture
def small(submissions, tmp_path):
    """Grade one submission that runs nothing, beside whatever else was graded; quick."""
    shutil.copy(submissions / "not-json.ipynb", tmp_path)

    def run(out, **options):
        return grade.grade(str(MINI), tmp_path, out, **options)

    return run


MARK = {"evidence (0 1 2)": "2", "reasoning (0 2 4)": "2", "comment": "Read [2] again."}


@pytest.fixture
def out(graded, tmp_path):
    """A copy of the graded folder, to be marked."""
    return Path(shutil.copytree(graded.out, tmp_path / "out"))


def test_marks_from_a_sheet_reach_gradebook_and_page(small, out, tmp_path):
    marked = fill(Path(shutil.copy(out / sheet.FILE, tmp_path / "marked.csv")), strong=MARK)
    summary = small(out, marks_file=marked)
    strong = {row["student"]: row for row in table(out / "gradebook.csv")}["strong"]
    assert (strong["q1-why"], strong["q1-why_verdict"], strong["total"]) == ("4", "marked", "16")
    page = (out / grade.FEEDBACK / "strong.html").read_text(encoding="utf-8")
    assert "Some reasons." in page
    assert "Read [2] again." in page
    assert "Reasons lead from facts" not in page
    assert summary.awaiting > 0


def test_a_sheet_filled_in_where_it_lies_is_taken_in_and_survives(small, out):
    fill(out / sheet.FILE, strong=MARK)
    small(out)
    first = (out / "gradebook.csv").read_bytes()
    (out / sheet.FILE).unlink()
    small(out)
    assert (out / "gradebook.csv").read_bytes() == first
    row = next(
        row for row in table(out / sheet.FILE) if (row["student"], row["question"]) == ("strong", "q1-why")
    )
    assert (row["evidence (0 1 2)"], row["comment"]) == ("2", "Read [2] again.")


def test_a_blanked_mark_is_kept_and_said(small, out):
    fill(out / sheet.FILE, strong=MARK)
    assert small(out).said == []
    fill(out / sheet.FILE, strong={"evidence (0 1 2)": "", "reasoning (0 2 4)": "", "comment": ""})
    summary = small(out)
    assert len(summary.said) == 1
    assert "strong, q1-why: evidence, reasoning blank: kept 2/2; '-' takes a mark back." in summary.said[0]
    assert of(summary, "strong").question("q1-why").points == 4


def test_a_wrong_sheet_stops_before_anything_is_written(small, out):
    fill(out / sheet.FILE, strong={"evidence (0 1 2)": "7"})
    before = contents(out)
    with pytest.raises(LabkitError, match=r"row \d+ \(strong, q1-why\): evidence: 7 is out of range"):
        small(out)
    assert contents(out) == before


def test_grades_of_students_not_in_the_folder_any_more_are_kept_and_said(small, out):
    summary = small(out)
    assert len(summary.results) == len(POINTS)
    assert summary.graded == {"not-json"}
    assert codes(of(summary, "strong").notes) == ["earlier run"]
    assert of(summary, "strong").points == 12


def test_grades_of_another_assignment_in_the_folder_are_not_mixed(small, out):
    file = out / grade.RESULTS / "strong.json"
    file.write_text(file.read_text().replace('"assignment": "mini"', '"assignment": "other"'))
    with pytest.raises(LabkitError, match="holds grades of other; expected mini"):
        small(out)


def test_a_submission_that_became_unreadable_leaves_no_old_notebook(out, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "strong.ipynb").write_text("{")
    summary = grade.grade(str(MINI), tmp_path / "in", out)
    assert of(summary, "strong").points == 0
    assert not (out / grade.GRADED / "strong.ipynb").exists()


# --- when the grader itself fails -------------------------------------------------------------------------


def test_a_student_may_be_called_as_a_folder_of_variants_is(submissions, tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    shutil.copy(submissions / "not-json.ipynb", folder / "other.ipynb")
    shutil.copy(submissions / "blank.ipynb", folder / "variant-01.ipynb")
    summary = grade.grade(str(MINI), folder, tmp_path / "out", limits=Limits(cell_seconds=20))
    assert (tmp_path / "out" / grade.EXECUTED / "variant-01.ipynb").is_file()
    assert [result.student for result in summary.results] == ["other", "variant-01"]


def test_a_failure_of_the_grader_is_a_note_and_stops_nobody_else(submissions, tmp_path, monkeypatch):
    def broken(found, *_rest):
        raise RecursionError("too deep")

    for name in ("blank", "not-json"):
        shutil.copy(submissions / f"{name}.ipynb", tmp_path)
    monkeypatch.setattr(grade, "grade_one", broken)
    summary = grade.grade(str(MINI), tmp_path, tmp_path / "out")
    assert len(summary.failed) == 2
    assert "RecursionError" in str(of(summary, "blank").notes[0])
    assert of(summary, "blank").points == 0


@pytest.mark.parametrize("missing", ["key", "rubric"])
def test_without_key_or_rubric_nothing_is_graded(submissions, tmp_path, missing):
    folder = Path(shutil.copytree(MINI, tmp_path / "mini"))
    (folder / {"key": "key.ipynb", "rubric": "rubric.yml"}[missing]).unlink()
    with pytest.raises(LabkitError, match=f"The {missing} of mini is missing"):
        grade.grade(str(folder), submissions, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_key_may_lie_anywhere(submissions, tmp_path):
    folder = Path(shutil.copytree(MINI, tmp_path / "mini"))
    elsewhere = shutil.move(folder / "key.ipynb", tmp_path / "mine.ipynb")
    shutil.copy(submissions / "not-json.ipynb", tmp_path)
    summary = grade.grade(
        str(folder), tmp_path / "not-json.ipynb", tmp_path / "out", key_file=Path(elsewhere)
    )
    assert [result.student for result in summary.results] == ["not-json"]
