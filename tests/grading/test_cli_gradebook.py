"""Export, agreement, similarity: the commands on grades that there are."""

import csv
import io
import shutil
from pathlib import Path

import nbformat
import pytest
import typer
from typer.testing import CliRunner

from labkit import cli_grading
from labkit.errors import LabkitError
from labkit.grading import alike, grade
from labkit.grading.alike import ADDED
from labkit.grading.exports import canvas, moodle
from labkit.grading.kernel import Limits
from labkit.grading.samples import filled
from labkit.i18n import speaking
from tests.grading.conftest import CELL_SECONDS, MINI, STRONG
from tests.grading.test_grade import MARK
from tests.grading.test_sheet import fill

WORKSHEET = """Identifier,Full name,Grade,Maximum Grade,Feedback comments
Participant 1,strong,,100.00,
Participant 2,not-json,,100.00,
Participant 3,Absent Person,,100.00,
"""
GRADEBOOK = """Student,ID,SIS Login ID,Section,Mini (7)
    Points Possible,,,,20
strong,1,s,A,
not-json,2,n,A,
Absent Person,3,a,A,
"Student, Test",4,,A,
"""


@pytest.fixture
def invoke(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    cli_grading.register(app)

    def run(*arguments):
        done = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return run


@pytest.fixture
def out(graded, tmp_path):
    return Path(shutil.copytree(graded.out, tmp_path / "out"))


def test_csv_has_every_student_and_question(invoke, out):
    said = invoke("export", MINI, "--grades", out)
    rows = list(csv.DictReader(io.StringIO((out / "export-csv.csv").read_text())))
    assert len(rows) == 11 * 7
    assert {row["points"] for row in rows if row["student"] == "strong"} == {"12"}
    assert "11 grades were written" in said
    assert "Awaiting marks: average, breaks-off, helper-cells" in said


def test_moodle_gets_final_grades_and_says_who_is_missing_and_who_waits(invoke, out, tmp_path):
    roster, target = tmp_path / "sheet.csv", tmp_path / "back.csv"
    roster.write_text(WORKSHEET)
    said = invoke("export", MINI, "--grades", out, "--format", "moodle", "--roster", roster, "--out", target)
    assert moodle.points_in(target) == {"Participant 2": 0.0}
    assert "1 grade was written" in said
    assert "Awaiting marks, and not written: strong." in said
    assert "In sheet.csv, but without a submission here: Absent Person." in said
    assert "Graded here, but not found in sheet.csv, or not for certain: average, blank" in said


def test_moodle_gets_the_markers_words_in_the_students_language(invoke, out, tmp_path, submissions):
    file = out / "rubric-sheet.csv"
    fill(file, strong={**MARK, "comment": "Read [2] again. #cite"})
    text = file.read_text("utf-8-sig")
    assert text.count("#cite") == 1
    shutil.copy(submissions / "not-json.ipynb", tmp_path)
    with speaking("pt-BR"):
        grade.grade(str(MINI), tmp_path / "not-json.ipynb", out)
    assert "Read [2] again. Say where." in (out / "feedback" / "strong.html").read_text(encoding="utf-8")
    roster, target = tmp_path / "sheet.csv", tmp_path / "back.csv"
    roster.write_text(WORKSHEET)
    fill_q2(file)
    with speaking("pt-BR"):
        grade.grade(str(MINI), tmp_path / "not-json.ipynb", out)
        invoke("export", MINI, "--grades", out, "--format", "moodle", "--roster", roster, "--out", target)
    row = next(row for row in csv.DictReader(io.StringIO(target.read_text())) if row["Full name"] == "strong")
    assert row["Feedback comments"] == "Question 1: Read [2] again. Say where."
    assert row["Grade"] == "90.00"


def fill_q2(file):
    """The other text of the strong student: all of its points."""
    text = file.read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    for row in rows:
        if row[1:3] == ["q2-why", "strong"]:
            row[rows[0].index("evidence (0 1 2)")] = "2"
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8-sig")


def test_canvas_asks_for_its_file_and_passes_over_its_test_student(invoke, out, tmp_path):
    with pytest.raises(LabkitError, match="--roster FILE, as Canvas gave it"):
        invoke("export", MINI, "--grades", out, "--format", "canvas")
    roster, target = tmp_path / "book.csv", tmp_path / "back.csv"
    roster.write_text(GRADEBOOK)
    said = invoke(
        "export",
        MINI,
        "--grades",
        out,
        "--format",
        "canvas",
        "--roster",
        roster,
        "--column",
        "Mini",
        "--out",
        target,
    )
    assert canvas.points_in(target, "Mini") == {"2": 0.0}
    assert "without a submission here: Absent Person." in said


def test_export_needs_grades(invoke, tmp_path):
    with pytest.raises(LabkitError, match="There are no grades in"):
        invoke("export", MINI, "--grades", tmp_path / "nowhere")


def test_agreement_prints_kappa_and_every_disagreement(invoke, out, tmp_path):
    invoke("sheet", MINI, "--grades", out, "--out", tmp_path / "one.csv")
    shutil.copy(tmp_path / "one.csv", tmp_path / "two.csv")
    give = {"evidence (0 1 2)": "2", "reasoning (0 2 4)": "2"}
    fill(tmp_path / "one.csv", strong=give, average={**give, "evidence (0 1 2)": "0"})
    fill(tmp_path / "two.csv", strong=give, average={**give, "evidence (0 1 2)": "1"})
    said = invoke("agreement", MINI, tmp_path / "one.csv", tmp_path / "two.csv", "--grades", out)
    # Levels 2 0 and 2 1: one of two a level apart, weight 1/4 of full; by chance, (0+1+4+1)/4 of 4: kappa 0.67.
    assert "0.67" in said
    assert "average" in said
    assert "1 disagreement:" in said
    assert "1 is open: have a third marker fill in" in said


# --- similarity -------------------------------------------------------------------------------------------

COPIED = (
    "Employers buy the plan for their staff, so whoever pays has no animal, and whoever has one never "
    "saw the price; the renewal is thus decided by people who have not met the pet [1, 5]."
)
CODE = "\n".join(
    f"share_{n} = sum(row.margin for row in table if row.city == {n}) / len(table[{n}:])" for n in range(4)
)


@pytest.fixture(scope="module")
def alike_out(mini, tmp_path_factory):
    """Four students; two share a text and an added cell, renamed."""
    folder = tmp_path_factory.mktemp("in")
    texts = {
        "ana": COPIED,
        "bia": COPIED.upper(),
        "eva": STRONG["q1-why"],
        "zoe": "<script>alert(1)</script> My own.",
    }
    for number, (student, text) in enumerate(texts.items()):
        nb = filled(mini, {"q1": ["A"], "q1-why": text})
        if student in ("ana", "bia"):
            code = CODE.replace("share", f"name{number}").replace("row", f"r{number}")
            nb.cells.insert(4, nbformat.v4.new_code_cell(code))
        nbformat.write(nb, folder / f"{student}.ipynb")
    out = tmp_path_factory.mktemp("grades")
    grade.grade(str(MINI), folder, out, limits=Limits(cell_seconds=CELL_SECONDS), workers=2)
    return out


def test_copied_texts_and_added_cells_are_listed_and_nothing_else(alike_out):
    found = alike.find(str(MINI), alike_out)
    assert {(pair.question, pair.first, pair.second) for pair in found.pairs} == {
        ("q1-why", "ana", "bia"), (ADDED, "ana", "bia"),
    }  # fmt: skip
    assert found.students == 4


def test_the_page_is_inert_and_says_what_it_does_not_prove(alike_out, invoke):
    said = invoke("similar", MINI, "--grades", alike_out, "--least", 0)
    page = (alike_out / "similar.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert "It is no proof of copying" in page
    assert "It is no proof of copying" in said
    assert "plagiar" not in page.casefold()


def test_the_table_has_a_row_a_pair(alike_out, invoke):
    assert "2 pairs of answers to read" in invoke("similar", MINI, "--grades", alike_out, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO((alike_out / "similar.csv").read_text("utf-8-sig"))))
    assert [(row["first"], row["second"]) for row in rows] == [("ana", "bia")] * 2
