"""Whatever is handed in is read as data, and every problem is a plain note."""

import json
import unicodedata

import pytest

from labkit.errors import LabkitError
from labkit.grading import intake
from tests.grading.conftest import cell, codes


def test_a_good_notebook_is_read_without_remarks(mini, student, hand_in):
    submission = intake.read(hand_in(student), mini)
    assert submission.gradable
    assert submission.notes == ()
    assert submission.language == "en"
    assert len(submission.cells) == len(student["cells"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"%PDF-1.7", "not json"),
        (b'{"cells": [', "not json"),
        (b"[" * 100_000, "not json"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "not a notebook"),
        (b'{"cells": "x"}', "not a notebook"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_notebook_is_not_graded_and_says_why(mini, hand_in, content, code):
    submission = intake.read(hand_in(content), mini)
    assert not submission.gradable
    assert codes(submission.notes) == [code]
    assert str(submission.notes[0])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_the_whole_cells_of_a_file_that_breaks_off_are_read(mini, student, hand_in, share):
    text = json.dumps(student, indent=1)
    submission = intake.read(hand_in(text[: int(len(text) * share)].encode()), mini)
    whole = [cell["id"] for cell in student["cells"][: len(submission.cells)]]
    assert submission.gradable
    assert codes(submission.notes)[0] == "breaks off"
    assert [cell.id for cell in submission.cells] == whole
    assert abs(len(whole) - share * len(student["cells"])) < 0.2 * len(student["cells"]) + 2


def test_a_file_over_the_size_limit_is_not_read(mini, student, hand_in):
    submission = intake.read(hand_in(student), mini, size_limit=100)
    assert codes(submission.notes) == ["too large"]


def test_a_link_is_not_followed(mini, student, hand_in, tmp_path):
    real = hand_in(student, "elsewhere/real.ipynb").file
    link = tmp_path / "maria.ipynb"
    link.symlink_to(real)
    submission = intake.read(intake.Found("maria", link), mini)
    assert codes(submission.notes) == ["link"]
    assert submission.cells == ()


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", []), ("utf-8-sig", []), ("utf-16", ["encoding"]), ("cp1252", ["encoding"])],
)
def test_accents_survive_any_encoding(mini, student, hand_in, encoding, said):
    cell(student, "mini-q1-why")["source"] = "Relação não contratual"
    content = json.dumps(student, ensure_ascii=False).encode(encoding)
    submission = intake.read(hand_in(content), mini)
    assert codes(submission.notes) == said
    assert any(each.source == "Relação não contratual" for each in submission.cells)


def test_the_notebook_of_another_assignment_is_named_and_not_graded(mini, student, hand_in):
    student["metadata"]["labkit"]["assignment"] = "identify"
    submission = intake.read(hand_in(student), mini)
    assert not submission.gradable
    assert str(submission.notes[0]) == (
        "This is a notebook of the assignment identify; expected was mini. It is not graded."
    )


def test_a_notebook_with_none_of_the_cells_is_not_graded(mini, hand_in):
    nb = {"cells": [{"cell_type": "code", "id": "x", "source": "1", "metadata": {}}], "metadata": {}}
    assert codes(intake.read(hand_in(nb), mini).notes) == ["no known cells"]


def test_without_metadata_the_cells_tell_the_assignment(mini, student, hand_in):
    student["metadata"] = {}
    submission = intake.read(hand_in(student), mini)
    assert submission.gradable
    assert codes(submission.notes) == ["assumed assignment"]


def test_another_version_of_the_assignment_is_remarked(mini, student, hand_in):
    student["metadata"]["labkit"]["version"] = 0
    submission = intake.read(hand_in(student), mini)
    assert submission.gradable
    assert codes(submission.notes) == ["other version"]


def test_hostile_metadata_and_cells_are_left_out(mini, student, hand_in):
    student["cells"] += [
        None,
        7,
        {"cell_type": "code"},
        {"cell_type": "evil", "source": "x"},
        {"cell_type": "code", "source": 5},
    ]
    cell(student, "mini-title")["metadata"] = ["not", "a", "dict"]
    student["metadata"]["labkit"]["language"] = {"a": 1}
    submission = intake.read(hand_in(student), mini)
    assert submission.gradable
    assert codes(submission.notes) == ["damaged cells"]
    assert submission.notes[0].details == {"n": 5}
    assert submission.language is None


def test_an_old_notebook_format_is_converted(mini, student, hand_in):
    old = {
        "nbformat": 3,
        "metadata": student["metadata"],
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "input": ["q1 = [\n", "'A']"],
                        "metadata": {"labkit": {"cell": "mini-q1"}},
                    },
                    {"cell_type": "heading", "level": 1, "source": "Mine", "metadata": {}},
                ]
            }
        ],
    }
    submission = intake.read(hand_in(old), mini)
    assert submission.gradable
    assert codes(submission.notes) == ["old format"]
    assert [(each.kind, each.source) for each in submission.cells] == [
        ("code", "q1 = [\n'A']"),
        ("markdown", "Mine"),
    ]


def test_a_lone_surrogate_does_not_reach_the_files(mini, student, hand_in):
    text = json.dumps(student).replace("The tutor pays", "The \\ud800 pays", 1)
    submission = intake.read(hand_in(text), mini)
    for each in submission.cells:
        each.source.encode("utf-8")


# --- folders ----------------------------------------------------------------------------------------------


def test_a_file_is_a_student_and_so_is_a_folder(tmp_path):
    (tmp_path / "ana.ipynb").write_text("{}")
    (tmp_path / "João 12").mkdir()
    (tmp_path / "João 12" / "work.ipynb").write_text("{}")
    (tmp_path / "João 12" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "João 12" / ".ipynb_checkpoints" / "work-checkpoint.ipynb").write_text("{}")
    (tmp_path / "ana.pdf").write_text("x")
    (tmp_path / ".DS_Store").write_text("x")
    found, passed_over = intake.submissions(tmp_path)
    assert [(each.student, each.file.name, each.notes) for each in found] == [
        ("João 12", "work.ipynb", ()),
        ("ana", "ana.ipynb", ()),
    ]
    assert passed_over == ["ana.pdf"]


def test_of_two_notebooks_of_one_student_the_one_of_the_assignment_is_taken_with_a_note(
    tmp_path, mini, student
):
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana" / "01_lesson.ipynb").write_text('{"cells": []}')
    (tmp_path / "ana" / "mine.ipynb").write_text(json.dumps(student))
    (tmp_path / "ana" / "old.ipynb").write_text(json.dumps(student))
    (found,), _passed_over = intake.submissions(tmp_path)
    submission = intake.read(found, mini)
    assert submission.file.name == "mine.ipynb"
    assert submission.gradable
    assert submission.notes[0].details == {"taken": "mine.ipynb", "others": "01_lesson.ipynb, old.ipynb"}


def test_where_no_notebook_of_a_student_can_be_graded_the_first_says_why(tmp_path, mini):
    (tmp_path / "ana.ipynb").write_text("{")
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana" / "second.ipynb").write_text("[]")
    (found,), _passed_over = intake.submissions(tmp_path)
    submission = intake.read(found, mini)
    assert codes(submission.notes) == ["several files", "not json"]


def test_a_folder_without_a_notebook_is_a_student_with_nothing_to_grade(tmp_path, mini):
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana" / "answers.docx").write_text("x")
    (found,), _passed_over = intake.submissions(tmp_path)
    submission = intake.read(found, mini)
    assert not submission.gradable
    assert "answers.docx" in str(submission.notes[0])


def test_one_name_in_two_spellings_of_its_accents_is_one_student(tmp_path):
    composed, decomposed = (unicodedata.normalize(form, "José") for form in ("NFC", "NFD"))
    (tmp_path / f"{composed}.ipynb").write_text("{}")
    (tmp_path / decomposed).mkdir()
    (tmp_path / decomposed / "x.ipynb").write_text("{}")
    (found,), _passed_over = intake.submissions(tmp_path)
    assert found.student == composed


def test_the_folder_of_grades_among_the_submissions_is_no_student(tmp_path):
    (tmp_path / "ana.ipynb").write_text("{}")
    (tmp_path / "grades" / "graded").mkdir(parents=True)
    (tmp_path / "grades" / "graded" / "ana.ipynb").write_text("{}")
    found, _passed_over = intake.submissions(tmp_path, leave_out=tmp_path / "grades")
    assert [each.student for each in found] == ["ana"]


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_nothing_to_grade_is_said(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabkitError, match=name):
        intake.submissions(tmp_path / name)


def test_two_notebooks_of_one_name_are_told_apart_and_the_rule_is_said(mini, student, hand_in, tmp_path):
    for place in ("maria", "maria/old"):
        hand_in(student, f"{place}/mini.ipynb")
    (found,), _passed_over = intake.submissions(tmp_path)
    said = str(intake.read(found, mini).notes[0])
    assert "Taken: mini.ipynb, the first one that can be graded (nearest to the top of the folder" in said
    assert said.endswith("Not taken: old/mini.ipynb.")
