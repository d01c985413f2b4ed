"""What people mark is never touched by grading again."""

import pytest

from labkit.errors import LabkitError
from labkit.grading import marks
from labkit.grading.marks import Mark
from tests.grading.test_sheet import result

FULL = {"evidence": 2.0, "reasoning": 2.0}


def test_a_text_marked_in_full_has_the_sum_of_its_criteria(criteria):
    marked = marks.apply(result("ana"), {("ana", "q1-why"): Mark("ana", "q1-why", FULL)}, criteria)
    assert (marked.question("q1-why").verdict, marked.question("q1-why").points) == ("marked", 4)
    assert marked.points == 4
    assert marked.awaiting == ()


def test_a_text_marked_in_part_still_waits(criteria):
    marked = marks.apply(result("ana"), {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 2})}, criteria)
    assert marked.awaiting == ("q1-why",)
    assert str(marked.notes[-1]) == "q1-why: 1 of 2 criteria are marked."


def test_a_person_may_give_points_to_a_text_found_blank(criteria):
    marked = marks.apply(
        result("ana"), {("ana", "q2-why"): Mark("ana", "q2-why", {"evidence": 1.0})}, criteria
    )
    assert (marked.question("q2-why").verdict, marked.question("q2-why").points) == ("marked", 1)


def test_a_text_that_changed_since_keeps_its_mark_and_is_pointed_out(criteria):
    mark = Mark("ana", "q1-why", FULL, text_id=marks.text_id(result("ana").question("q1-why")))
    same = marks.apply(result("ana"), {("ana", "q1-why"): mark}, criteria)
    changed = marks.apply(result("ana", "Another text [2]."), {("ana", "q1-why"): mark}, criteria)
    assert same.notes == ()
    assert [note.code for note in changed.notes] == ["answer changed"]
    assert changed.question("q1-why").points == 4


def test_an_empty_cell_erases_nothing():
    kept = {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 1}, "good")}
    merged = marks.merge(kept, [Mark("ana", "q1-why", {"reasoning": 2}, "")])
    assert merged["ana", "q1-why"].points == {"evidence": 1, "reasoning": 2}
    assert merged["ana", "q1-why"].comment == "good"


def test_marks_are_kept_in_a_file(tmp_path):
    kept = {("ana", "q1-why"): Mark("ana", "q1-why", FULL, "bom", "t1")}
    marks.save(tmp_path, "mini", kept)
    assert marks.load(tmp_path, "mini") == kept
    assert marks.load(tmp_path / "nowhere", "mini") == {}


@pytest.mark.parametrize("text", ["{", "{}", '{"assignment": "mini", "marks": [{"a": 1}]}'])
def test_a_file_of_marks_that_cannot_be_read_is_not_overwritten(tmp_path, text):
    (tmp_path / marks.FILE).write_text(text)
    with pytest.raises(LabkitError, match="not overwritten"):
        marks.load(tmp_path, "mini")
    assert (tmp_path / marks.FILE).read_text() == text


def test_marks_of_another_assignment_are_refused(tmp_path):
    marks.save(tmp_path, "other", {})
    with pytest.raises(LabkitError, match="marks of other; expected marks of mini"):
        marks.load(tmp_path, "mini")
