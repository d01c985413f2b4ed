"""Grades out: a plain table, and into the files of Moodle and Canvas, read back as an LMS would."""

import csv
import io

import pytest

from labkit.errors import LabkitError
from labkit.grading.exports import canvas, moodle, to_canvas, to_csv, to_moodle
from labkit.grading.results import AWAITING, CORRECT, QuestionResult, Result

ANA = "Ana María Souza_1001_assignsubmission_file_"
BRUNO = "Bruno_1002_assignsubmission_file_"
CARLA = "carla@escola.example"

WORKSHEET = """\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Feedback comments"
"Participant 1001","Ana María Souza",ana@escola.example,"Submitted for grading",,100.00,Yes,
"Participant 1002","Bruno, o Velho",bruno@escola.example,"Submitted for grading",,100.00,Yes,"kept, as it was"
"Participant 1003","Carla Dias",carla@escola.example,"Submitted for grading",,100.00,Yes,
"Participant 1004","Davi Reis",davi@escola.example,"No submission",55.00,100.00,Yes,
"""

GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Petlove (77),Quiz 1 (78),Final Score
    Points Possible,,,,,20,10,(read only)
"Souza, Ana María",501,S1,ana,A,,9,90
"Velho, Bruno",502,S2,bruno,A,11,8,80
"Dias, Carla",503,S3,carla,A,,7,70
"Student, Test",504,,,A,,,
"""


def result(student, points, awaiting=False):
    questions = (
        QuestionResult("q1", "choices", points, 20.0, CORRECT),
        QuestionResult("q1-why", "text", None if awaiting else 10.0, 20.0, AWAITING),
    )
    return Result("petlove", student, True, "en", questions)


@pytest.fixture
def worksheet(tmp_path):
    file = tmp_path / "Grades-Petlove.csv"
    file.write_text(WORKSHEET, encoding="utf-8")
    return file


@pytest.fixture
def gradebook(tmp_path):
    file = tmp_path / "grades.csv"
    file.write_text(GRADEBOOK, encoding="utf-8")
    return file


def rows(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# Plain.


def test_the_plain_table_has_a_row_a_question_and_reads_back():
    exported = to_csv([result("b", 15.5), result("a", 20.0, awaiting=True)])
    read = rows(exported.text)
    assert [(row["student"], row["question"]) for row in read] == [
        ("a", "q1"), ("a", "q1-why"), ("b", "q1"), ("b", "q1-why"),
    ]  # fmt: skip
    assert {row["student"]: float(row["points"]) for row in read} == {"a": 20.0, "b": 25.5}
    assert [row["final"] for row in read] == ["no", "no", "yes", "yes"]
    assert read[1]["question_points"] == ""


# Moodle.


def test_moodle_grades_are_read_back_scaled_to_its_maximum(worksheet, tmp_path):
    exported = to_moodle([result(ANA, 20.0), result(BRUNO, 5.0), result(CARLA, 0.0)], worksheet)
    file = tmp_path / "back.csv"
    file.write_text(exported.text, encoding="utf-8")
    # 30, 15 and 10 of 40 points; Davi has handed in nothing here and keeps what he had.
    assert moodle.points_in(file) == {
        "Participant 1001": 75.0, "Participant 1002": 37.5, "Participant 1003": 25.0, "Participant 1004": 55.0,
    }  # fmt: skip
    assert exported.untouched == 1


def test_moodle_gets_back_every_other_cell_as_it_was(worksheet):
    before, after = rows(WORKSHEET), rows(to_moodle([result(ANA, 20.0)], worksheet).text)
    for old, new in zip(before, after, strict=True):
        assert {k: v for k, v in old.items() if k != "Grade"} == {
            k: v for k, v in new.items() if k != "Grade"
        }
    assert to_moodle([result(ANA, 20.0)], worksheet).text.startswith("\ufeffIdentifier,")


def test_a_grade_that_is_not_final_is_not_written(worksheet):
    exported = to_moodle([result(ANA, 20.0, awaiting=True)], worksheet)
    assert exported.awaiting == [ANA]
    assert exported.filled == {}
    assert rows(exported.text)[0]["Grade"] == ""


def test_comments_go_to_moodle_where_there_are_any(worksheet):
    exported = to_moodle([result(ANA, 20.0), result(BRUNO, 1.0)], worksheet, {ANA: "Well argued."})
    assert [row["Feedback comments"] for row in rows(exported.text)][:2] == [
        "Well argued.",
        "kept, as it was",
    ]


def test_a_student_without_a_row_is_named(worksheet):
    assert to_moodle([result("Zé", 1.0)], worksheet).unmatched == ["Zé"]


def test_two_rows_of_one_name_are_not_guessed_between(worksheet):
    text = WORKSHEET + '"Participant 1005","Ana María Souza",outra@escola.example,,,100.00,Yes,\n'
    worksheet.write_text(text, encoding="utf-8")
    assert to_moodle([result("ana maria souza", 1.0)], worksheet).unmatched == ["ana maria souza"]
    assert to_moodle([result(ANA, 1.0)], worksheet).unmatched == []  # the number decides


def test_two_submissions_of_one_row_are_not_guessed_between(worksheet):
    exported = to_moodle([result(ANA, 1.0), result("Ana Maria Souza", 2.0)], worksheet)
    assert exported.filled == {}
    assert len(exported.unmatched) == 2


def test_a_portuguese_worksheet_with_semicolons_and_commas(tmp_path):
    file = tmp_path / "notas.csv"
    file.write_text(
        'Identificador;"Nome completo";Nota;"Nota máxima"\n"Participante 1001";"Ana María Souza";;10,00\n',
        encoding="utf-8",
    )
    exported = to_moodle([result(ANA, 3.0)], file)
    assert exported.text.splitlines()[1] == "Participante 1001;Ana María Souza;3,25;10,00"


def test_a_worksheet_without_grades_says_what_it_has(tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("Identifier,Full name\nParticipant 1,Ana\n", encoding="utf-8")
    with pytest.raises(LabkitError, match=r"no column for the grade.*found Identifier, Full name"):
        to_moodle([result(ANA, 1.0)], file)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is no table"), (b"one column\n1\n", "is no table"), (b"a,b\n\xe9,1\n", "is not UTF-8")],
)
def test_a_file_that_no_lms_wrote_is_refused(tmp_path, content, said):
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(LabkitError, match=said):
        to_moodle([result(ANA, 1.0)], file)


# Canvas.


def test_canvas_grades_are_read_back_scaled_to_its_points(gradebook, tmp_path):
    students = ["souzaanamaria_501_9001_petlove", "velhobruno_LATE_502_9002_petlove-1", "carla"]
    exported = to_canvas(
        [result(s, p) for s, p in zip(students, (30.0, 10.0, 0.0), strict=True)], gradebook, "Petlove"
    )
    file = tmp_path / "back.csv"
    file.write_text(exported.text, encoding="utf-8")
    # 40, 20 and 10 of 40 points, where Canvas has 20.
    assert canvas.points_in(file, "Petlove") == {"501": 20.0, "502": 10.0, "503": 5.0}
    assert exported.untouched == 1


def test_canvas_gets_no_other_assignments_grades(gradebook):
    exported = to_canvas([result("carla", 10.0)], gradebook, "petlove (77)")
    assert rows(exported.text)[0].keys() == {
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "Petlove (77)",
    }
    assert rows(exported.text)[0]["Petlove (77)"] == "20"  # points possible
    assert rows(exported.text)[2]["Petlove (77)"] == "11"  # a grade that was there


def test_an_assignment_that_canvas_does_not_have_yet_gets_its_points(gradebook):
    exported = to_canvas([result("carla", 10.0)], gradebook, "Petlove case")
    assert [row["Petlove case"] for row in rows(exported.text)] == ["40", "", "", "20", ""]


@pytest.mark.parametrize("student", ["Dias, Carla", "Carla Dias", "S3", "diascarla"])
def test_a_canvas_student_is_found_by_number_login_or_name(gradebook, student):
    assert to_canvas([result(student, 1.0)], gradebook, "Petlove").unmatched == []


def test_two_columns_of_one_title_must_be_told_apart(gradebook):
    gradebook.write_text(GRADEBOOK.replace("Quiz 1 (78)", "Petlove (78)"), encoding="utf-8")
    with pytest.raises(LabkitError, match=r"2 columns called 'Petlove'.*Petlove \(77\), Petlove \(78\)"):
        to_canvas([result("carla", 1.0)], gradebook, "Petlove")
    assert to_canvas([result("carla", 1.0)], gradebook, "Petlove (78)").filled == {"carla": 11.0}


def test_the_same_grades_give_the_same_bytes(gradebook, worksheet):
    one, two = [result(ANA, 1.0), result("carla", 2.0)], [result("carla", 2.0), result(ANA, 1.0)]
    assert to_canvas(one, gradebook, "Petlove").text == to_canvas(two, gradebook, "Petlove").text
    assert to_moodle(one, worksheet).text == to_moodle(two, worksheet).text
    assert to_csv(one).text == to_csv(two).text
