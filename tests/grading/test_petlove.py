"""The Petlove case as its students and instructors meet it: every sample graded, marked, judged by nbval."""

import csv
import importlib.util
import io

import nbformat
import pytest
import yaml

from labkit import paths
from labkit.grading import assignment as assignments
from labkit.grading import feedback, grade, rubric, sheet
from labkit.grading.kernel import Limits
from labkit.grading.release import bundle
from tests.grading.conftest import codes, nbval

TEACHER = paths.ASSIGNMENTS / "petlove" / "teacher"
SAMPLES = TEACHER / "samples"
CELL_SECONDS = 12  # pandas and matplotlib have to load within it, on a busy machine too

# Of 20 for the five choices, worked out from answers.yml by hand.
POINTS = {
    "average": 10,
    "blank": 0,
    "breaks-off": 6.67,
    "helper-cells": 20,
    "loops-for-ever": 16,
    "not-json": 0,
    "other-assignment": 0,
    "raises": 16,
    "strong": 20,
    "strong-pt-BR": 20,
    "tampered": 0,
    "wrong": 0,
}
RUNNABLE = [name for name in POINTS if name not in ("not-json", "other-assignment")]


@pytest.fixture(scope="module")
def petlove():
    return assignments.find("petlove")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    out = tmp_path_factory.mktemp("petlove")
    return grade.grade("petlove", SAMPLES, out, limits=Limits(cell_seconds=CELL_SECONDS), workers=2)


def of(graded, student):
    return next(result for result in graded.results if result.student == student)


def test_the_samples_are_what_their_generator_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("make_samples", TEACHER / "make_samples.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.made()
    assert set(made) == set(POINTS)
    for name, text in made.items():
        assert (SAMPLES / f"{name}.ipynb").read_text(encoding="utf-8") == text, f"run make_samples.py: {name}"


@pytest.mark.parametrize("name", POINTS)
def test_each_sample_gets_the_points_worked_by_hand(graded, name):
    assert of(graded, name).points == POINTS[name]
    assert of(graded, name).maximum == 50


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("strong", []),
        ("strong-pt-BR", []),
        ("average", []),
        ("blank", []),
        ("helper-cells", ["added code", "added text"]),
        ("tampered", ["tampered"]),
        ("raises", ["cell error"]),
        ("loops-for-ever", ["added code", "cell timeout"]),
        (
            "breaks-off",
            ["breaks off", "assumed assignment", *["missing answer"] * 5, "missing cells"],
        ),
        ("not-json", ["not json"]),
        ("other-assignment", ["wrong assignment"]),
    ],
)
def test_notes_are_what_there_is_to_say(graded, name, said):
    assert codes(of(graded, name).notes) == said


def test_every_written_sample_meets_the_form_it_is_asked_for(graded, petlove):
    from labkit.exercises.structure import missing

    for name in ("strong", "strong-pt-BR", "average"):
        for question in petlove.questions:
            if question.is_text:
                counted = of(graded, name).question(question.id).structure
                assert missing(counted, question.expected) == [], (name, question.id)


def test_marks_from_the_sheet_give_the_totals_of_the_written_answers(graded, petlove, tmp_path):
    """The marks that answers.yml states for its texts, entered as a marker in Brazil would."""
    written = yaml.safe_load((TEACHER / "answers.yml").read_text(encoding="utf-8"))
    rows = list(csv.reader(io.StringIO((graded.out / sheet.FILE).read_text(encoding="utf-8-sig"))))
    columns = {name.split(" ")[0]: place for place, name in enumerate(rows[0])}
    for row in rows[1:]:
        marks = written.get(row[columns["student"]], {}).get("marks", {}).get(row[columns["question"]])
        for criterion, mark in zip(("concept", "evidence", "reasoning"), marks or (), strict=False):
            row[columns[criterion]] = str(mark)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    marked = tmp_path / "marked.csv"
    marked.write_bytes(text.getvalue().encode("cp1252", "replace"))
    again = grade.grade("petlove", SAMPLES / "not-json.ipynb", graded.out, marks_file=marked)
    by_hand = {
        name: POINTS[name] + sum(map(sum, written[name]["marks"].values()))
        for name in ("strong", "average", "wrong")
    }
    assert by_hand["strong"] == 50
    for name, total in by_hand.items():
        assert (of(again, name).points, of(again, name).awaiting) == (total, ())


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_a_page_shows_no_other_choice_than_the_students_own_as_an_answer(graded, petlove, language):
    page = feedback.page(of(graded, "wrong"), petlove, rubric.load(petlove), {}, language)
    assert f'<html lang="{language}">' in page
    key = assignments.load_key(petlove)
    for question in petlove.questions:
        if not question.is_text:
            assert ", ".join(key.values[question.id]) not in page


def test_the_bundle_holds_exactly_this(petlove):
    assert sorted(bundle(petlove)) == [
        ".labkit/assignment.ipynb",
        ".labkit/assignment.pt-BR.ipynb",
        "README.txt",
        "case/case.md",
        "case/case.pt-BR.md",
        "case/facts.csv",
        "case/further_reading.md",
        "case/further_reading.pt-BR.md",
        "petlove.ipynb",
        "petlove.pt-BR.ipynb",
    ]


# --- nbval, the public judge ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(graded, tmp_path_factory):
    report = tmp_path_factory.mktemp("nbval") / "report.xml"
    return nbval(graded.out / grade.GRADED, RUNNABLE, CELL_SECONDS, report)


@pytest.mark.parametrize("name", RUNNABLE)
def test_nbval_repeats_every_verdict(graded, judged, petlove, name):
    """Full marks if and only if the report cell passes, up to a timeout or a dead kernel."""
    nb = nbformat.read(graded.out / grade.GRADED / f"{name}.ipynb", as_version=4)
    code = [cell.id for cell in nb.cells if cell.cell_type == "code"]
    count = 0
    for question in [question for question in petlove.questions if not question.is_text]:
        result = of(graded, name).question(question.id)
        if result.verdict in ("timeout", "dead kernel"):
            break
        assert judged[name, code.index(question.report)] is (result.points == question.points), question.id
        count += 1
    assert count == (1 if name == "loops-for-ever" else 5)
