"""Marks come back from a spreadsheet whole, or not at all with the rows that are wrong."""

import csv
import io
from pathlib import Path

import pytest

from labkit.errors import LabkitError
from labkit.exercises.structure import measure
from labkit.grading import marks, sheet, tables
from labkit.grading.marks import Mark
from labkit.grading.results import AWAITING, BLANK, QuestionResult, Result
from labkit.i18n import speaking
from tests.grading.conftest import codes

STUDENTS = ("007", "ana", "=evil()")


def result(student, first="A text of mine [1].", second=""):
    def text(name, maximum, written):
        blank = not written
        return QuestionResult(
            name,
            "text",
            0.0 if blank else None,
            maximum,
            BLANK if blank else AWAITING,
            text=written,
            structure=measure(written),
        )

    return Result("mini", student, True, "en", (text("q1-why", 6, first), text("q2-why", 2, second)))


@pytest.fixture
def results():
    return [result(student) for student in STUDENTS]


@pytest.fixture
def file(tmp_path, results, criteria):
    path = tmp_path / "sheet.csv"
    sheet.write(path, results, criteria, {})
    return path


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def fill(file, delimiter=",", encoding="utf-8-sig", **by_student):
    """Fill in the rows of q1-why as a marker would, and save the sheet as a spreadsheet would."""
    table = rows(file)
    for row in table:
        if row["question"] == "q1-why":
            row.update(by_student.get(row["student"].strip("'=()"), {}))
    text = io.StringIO()
    writer = csv.DictWriter(text, table[0].keys(), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(table)
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def test_there_is_a_row_a_written_text_and_a_column_a_criterion(file):
    table = rows(file)
    assert [(row["student"], row["question"]) for row in table] == [
        ("007", "q1-why"),
        ("'=evil()", "q1-why"),
        ("ana", "q1-why"),
    ]
    assert list(table[0]) == [
        *(
            "assignment",
            "question",
            "student",
            "text",
            "beside",
            "paragraphs",
            "words",
            "citations",
            "unknown_facts",
        ),
        *("evidence (0 1 2)", "reasoning (0 2 4)", "comment", "changed", "text_id"),
    ]
    assert (table[0]["text"], table[0]["words"], table[0]["citations"]) == ("A text of mine [1].", "4", "1")


def test_all_answers_to_a_question_stand_together(tmp_path, criteria):
    sheet.write(tmp_path / "s.csv", [result("b", second="x y z"), result("a", second="x y z")], criteria, {})
    table = rows(tmp_path / "s.csv")
    assert [(row["question"], row["student"]) for row in table] == [
        ("q1-why", "a"),
        ("q1-why", "b"),
        ("q2-why", "a"),
        ("q2-why", "b"),
    ]
    assert table[2]["reasoning (0 2 4)"] == "n/a"


def test_nothing_in_a_sheet_is_a_formula(tmp_path, criteria):
    texts = ["=HYPERLINK(1)", "+1", "-1 text", "@x", "\tx"]
    sheet.write(tmp_path / "s.csv", [result(f"s{n}", text) for n, text in enumerate(texts)], criteria, {})
    for row in rows(tmp_path / "s.csv"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())


def test_an_untouched_sheet_gives_no_marks(file, criteria):
    assert sheet.read(file, criteria, STUDENTS) == sheet.Given((), ())


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8-sig"), (";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16"), (",", "utf-8")],
)
def test_marks_are_read_however_the_spreadsheet_saved_them(file, criteria, delimiter, encoding):
    mark = {"evidence (0 1 2)": "2", "reasoning (0 2 4)": "4", "comment": "Ótima; bem, sim\n2nd line"}
    fill(file, delimiter, encoding, ana=mark)
    (read,) = sheet.read(file, criteria, STUDENTS).marks
    assert (read.student, read.question, read.points) == ("ana", "q1-why", {"evidence": 2, "reasoning": 4})
    assert read.comment == "Ótima; bem, sim\n2nd line"
    assert read.text_id.startswith("t")


def test_a_sheet_in_portuguese_opens_in_a_brazilian_spreadsheet_and_comes_back(tmp_path, results, criteria):
    given = {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 1.0}, "bom")}
    with speaking("pt-BR"):
        sheet.write(tmp_path / "s.csv", results, criteria, given)
    assert tmp_path.joinpath("s.csv").read_bytes().startswith(b"\xef\xbb\xbfassignment;question;student;")
    (read,) = sheet.read(tmp_path / "s.csv", criteria, STUDENTS).marks
    assert (read.points, read.comment) == ({"evidence": 1.0}, "bom")


def test_a_decimal_comma_is_a_number():
    assert tables.number(" 1,5 ") == 1.5


def test_excels_own_first_line_is_passed_over(file, criteria):
    file.write_bytes(b"sep=,\r\n" + file.read_bytes()[3:])
    assert sheet.read(file, criteria, STUDENTS) == sheet.Given((), ())


def test_zeros_that_a_spreadsheet_dropped_are_put_back(file, criteria):
    fill(file, **{"007": {"student": "7", "evidence (0 1 2)": "1"}})
    (read,) = sheet.read(file, criteria, STUDENTS).marks
    assert read.student == "007"


def test_a_student_whose_name_looks_like_a_formula_is_found_again(file, criteria):
    fill(file, evil={"evidence (0 1 2)": "1"})
    assert sheet.read(file, criteria, STUDENTS).marks[0].student == "=evil()"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"student": "nobody", "evidence (0 1 2)": "1"},
            "There is no student 'nobody' among the submissions.",
        ),
        (
            {"question": "q9-why", "evidence (0 1 2)": "1"},
            "'q9-why' is no text question; expected one of: q1-why, q2-why.",
        ),
        ({"assignment": "other", "evidence (0 1 2)": "1"}, "It is of the assignment other; expected mini."),
        ({"evidence (0 1 2)": "3"}, "evidence: 3 is out of range; the levels are 0, 1, 2."),
        ({"evidence (0 1 2)": "-1"}, "evidence: -1 is out of range"),
        ({"evidence (0 1 2)": "1,5"}, "evidence: there is no level of 1,5 points; the levels are 0, 1, 2."),
        ({"reasoning (0 2 4)": "1"}, "reasoning: there is no level of 1 points; the levels are 0, 2, 4."),
        ({"evidence (0 1 2)": "good"}, "evidence: 'good' is not a number; the levels are 0, 1, 2."),
        ({"evidence (0 1 2)": "nan"}, "evidence: nan is out of range"),
        (
            {"question": "q2-why", "reasoning (0 2 4)": "2"},
            "reasoning is not marked in q2-why; leave it n/a.",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_what_is_wrong(file, criteria, change, said):
    fill(file, ana=change)
    with pytest.raises(LabkitError) as error:
        sheet.read(file, criteria, STUDENTS)
    assert "- row 4 (" in str(error.value)
    assert said in str(error.value)


def test_every_wrong_row_is_listed(file, criteria):
    fill(file, ana={"evidence (0 1 2)": "9"}, **{"007": {"reasoning (0 2 4)": "x"}})
    with pytest.raises(LabkitError) as error:
        sheet.read(file, criteria, STUDENTS)
    assert "row 2 (007, q1-why)" in str(error.value)
    assert "row 4 (ana, q1-why)" in str(error.value)


def test_one_text_marked_twice_and_differently_is_refused(file, criteria):
    fill(file, ana={"evidence (0 1 2)": "1"}, **{"007": {"student": "ana", "evidence (0 1 2)": "2"}})
    with pytest.raises(LabkitError, match="marked twice"):
        sheet.read(file, criteria, STUDENTS)


def test_a_table_that_is_no_sheet_names_the_missing_columns(tmp_path, criteria):
    file = tmp_path / "other.csv"
    file.write_text("name,grade\nana,3\n")
    with pytest.raises(
        LabkitError, match="columns question, student, evidence, reasoning are missing; found: name, grade"
    ):
        sheet.read(file, criteria, STUDENTS)


def test_a_missing_sheet_is_said(tmp_path, criteria):
    with pytest.raises(LabkitError, match=r"none\.csv cannot be read"):
        sheet.read(tmp_path / "none.csv", criteria, STUDENTS)


def test_what_is_marked_survives_the_next_sheet(file, results, criteria):
    fill(file, ana={"evidence (0 1 2)": "0", "comment": "- no fact"})
    kept = marks.merge({}, sheet.read(file, criteria, STUDENTS).marks)
    sheet.write(file, results, criteria, kept)
    again = sheet.read(file, criteria, STUDENTS)
    assert marks.merge({}, again.marks) == kept
    assert again.marks[0].points == {"evidence": 0}
    assert again.marks[0].comment == "- no fact"


def test_a_dash_takes_a_mark_back(file, criteria):
    kept = {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 1, "reasoning": 2}, "hm")}
    fill(file, ana={"evidence (0 1 2)": "-", "comment": "-"})
    given = sheet.read(file, criteria, STUDENTS)
    after = marks.merge(kept, given.marks, given.erased)
    assert after["ana", "q1-why"].points == {"reasoning": 2}
    assert after["ana", "q1-why"].comment == ""


def test_a_changed_text_stays_flagged_until_a_person_decides(tmp_path, criteria):
    first, later = result("ana"), result("ana", "Quite another text [2].")
    kept = {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 1, "reasoning": 2}, "", text_of(first))}

    def round_trip(**typed):
        sheet.write(tmp_path / "s.csv", [later], criteria, kept)
        given = sheet.read(fill(tmp_path / "s.csv", ana=typed), criteria, STUDENTS)
        after = marks.merge(kept, given.marks, given.erased, stale=given.stale, confirmed=given.confirmed)
        return codes(marks.apply(later, after, criteria).notes)

    assert round_trip() == ["answer changed"]
    assert round_trip(comment="seen") == ["answer changed"]
    assert round_trip(changed="OK") == []
    assert round_trip(**{"evidence (0 1 2)": "2"}) == []
    # In a folder of grades without the marks, the sheet's own flag is remembered.
    given = sheet.read(Path(fill(tmp_path / "s.csv")), criteria, STUDENTS)
    kept = marks.merge({}, given.marks, given.erased, stale=given.stale)
    assert round_trip() == ["answer changed"]


def text_of(of):
    return marks.text_id(of.question("q1-why"))


def test_line_breaks_and_blanks_do_not_make_another_text():
    assert text_of(result("ana", "A text\nof  mine [1].\n")) == text_of(result("ana"))
    assert text_of(result("ana", "A text of mine [2].")) != text_of(result("ana"))


def test_a_comment_that_the_rubric_does_not_have_is_said(file, criteria):
    fill(file, ana={"comment": "#cite and #nothing"})
    with pytest.raises(LabkitError, match=r"There is no comment #nothing; there are: #cite\."):
        sheet.read(file, criteria, STUDENTS)
