"""Two markers, blind: what is final, what is open, and what a third one decides."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from labkit.grading import agreement, blind, double, grade, sheet
from labkit.grading.export import graded as grades_of
from labkit.grading.marks import Mark
from tests.grading.conftest import MINI

EVIDENCE, REASONING = "evidence (0 1 2)", "reasoning (0 2 4)"


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def fill(source, target, **by_student):
    """Fill in the rows of q1-why, by the name or the code in the sheet."""
    table = rows(source)
    for row in table:
        if row["question"] == "q1-why":
            row.update(by_student.get(row["student"], {}))
    text = io.StringIO()
    writer = csv.DictWriter(text, table[0].keys())
    writer.writeheader()
    writer.writerows(table)
    target.write_bytes(text.getvalue().encode("utf-8-sig"))
    return target


def marked(evidence, reasoning, comment=""):
    return {EVIDENCE: str(evidence), REASONING: str(reasoning), "comment": comment}


@pytest.fixture
def out(graded, tmp_path):
    return Path(shutil.copytree(graded.out, tmp_path / "out"))


@pytest.fixture
def codes(out, tmp_path):
    """Codes by student, as a blind sheet has given them out."""
    assert double.blank_sheet(str(MINI), tmp_path / "blank.csv", True, out) > 3
    return blind.load(out).codes


def marks_of(out):
    _assignment, _folder, journal, _criteria, _results = grades_of(str(MINI), out)
    return journal.state.marks


def test_a_blind_sheet_names_nobody_and_its_codes_stay(out, codes, tmp_path):
    table = rows(tmp_path / "blank.csv")
    assert {row["student"] for row in table} <= set(codes.values())
    first = [row["student"] for row in table if row["question"] == "q1-why"]
    assert first == sorted(first)  # and so not in the order of names
    double.blank_sheet(str(MINI), tmp_path / "again.csv", True, out)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "blank.csv").read_bytes()


def test_a_sheet_for_another_marker_shows_nobodys_marks(out, codes, tmp_path):
    file = fill(tmp_path / "blank.csv", tmp_path / "one.csv", **{codes["strong"]: marked(2, 4)})
    double.double(str(MINI), file, file, out=out, take=True)
    double.blank_sheet(str(MINI), tmp_path / "again.csv", True, out)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "blank.csv").read_bytes()


def test_what_both_gave_is_final_and_the_rest_is_open(out, codes, tmp_path):
    strong, average = codes["strong"], codes["average"]
    one = fill(
        tmp_path / "blank.csv",
        tmp_path / "one.csv",
        **{strong: marked(2, 4, "Well argued."), average: marked(1, 2)},
    )
    two = fill(tmp_path / "blank.csv", tmp_path / "two.csv", **{strong: marked(2, 4), average: marked(1, 0)})
    done = double.double(str(MINI), one, two, out=out, take=True)
    assert done.decision.open == [("average", "q1-why", "reasoning")]
    kept = marks_of(out)
    assert kept["strong", "q1-why"].points == {"evidence": 2, "reasoning": 4}
    assert kept["strong", "q1-why"].comment == "Well argued."
    assert kept["average", "q1-why"].points == {"evidence": 1}  # and no mean of 2 and 0
    listed = rows(out / double.DISAGREEMENTS)
    assert [(row["student"], row["criterion"], row["first"], row["second"]) for row in listed] == [
        (average, "reasoning", "2", "0")
    ]
    assert (out / grade.FEEDBACK / "strong.html").read_text(encoding="utf-8").count("Well argued.") == 1


def test_a_third_sheet_asks_only_for_what_is_open_and_decides_it(out, codes, tmp_path):
    average = codes["average"]
    one = fill(tmp_path / "blank.csv", tmp_path / "one.csv", **{average: marked(1, 2)})
    two = fill(tmp_path / "blank.csv", tmp_path / "two.csv", **{average: marked(1, 0)})
    double.double(str(MINI), one, two, out=out)
    assert marks_of(out) == {}  # nothing is taken unless asked
    [asked] = rows(out / double.THIRD)
    assert (asked[EVIDENCE], asked[REASONING], asked["first / second"]) == (
        sheet.NOT_ASKED,
        "",
        "reasoning: 2 / 0",
    )
    third = fill(out / double.THIRD, out / double.THIRD, **{average: {REASONING: "4"}})
    double.double(str(MINI), one, two, out=out)  # the third marker's work is not written over
    assert rows(third)[0][REASONING] == "4"
    done = double.double(str(MINI), one, two, third, out, take=True)
    assert done.decision.open == []
    assert marks_of(out)["average", "q1-why"].points == {"evidence": 1, "reasoning": 4}


def test_what_one_marker_alone_has_marked_is_not_final(out, codes, tmp_path):
    strong, average = codes["strong"], codes["average"]
    one = fill(tmp_path / "blank.csv", tmp_path / "one.csv", **{strong: marked(2, 4), average: marked(1, 2)})
    two = fill(tmp_path / "blank.csv", tmp_path / "two.csv", **{average: marked(1, 2)})
    done = double.double(str(MINI), one, two, out=out, take=True)
    assert set(marks_of(out)) == {("average", "q1-why")}
    assert any(f"first sheet only, and not final: {strong}, q1-why" in line for line in done.said)


def test_a_mark_of_an_earlier_text_stays_one(criteria):
    key = ("ana", "q1-why")
    full = {"evidence": 1.0, "reasoning": 2.0}
    one, two = {key: Mark(*key, full, text_id="t-old")}, {key: Mark(*key, full, text_id="t-new")}
    for a, b in ((one, two), (two, one)):
        assert agreement.decide(a, b, criteria, texts={key: "t-new"}).marks[key].text_id == "t-old"


def test_the_folders_own_sheet_can_be_blind_and_stays_so(graded, out, tmp_path, submissions):
    shutil.copy(submissions / "not-json.ipynb", tmp_path)
    one = tmp_path / "not-json.ipynb"
    grade.grade(str(MINI), one, out, blinded=True)
    codes = blind.load(out).codes
    assert {row["student"] for row in rows(out / sheet.FILE)} <= set(codes.values())
    fill(out / sheet.FILE, out / sheet.FILE, **{codes["strong"]: marked(2, 4)})
    summary = grade.grade(str(MINI), one, out)
    strong = next(result for result in summary.results if result.student == "strong")
    assert strong.question("q1-why").points == 6
    assert {row["student"] for row in rows(out / sheet.FILE)} <= set(codes.values())
    grade.grade(str(MINI), one, out, blinded=False)
    assert "strong" in {row["student"] for row in rows(out / sheet.FILE)}
