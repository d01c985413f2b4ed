import pytest

from labkit import lessons
from labkit.errors import LabkitError


def test_the_author_s_id_becomes_the_cell_s_and_is_repeated_in_its_metadata(lesson):
    ids = [cell.id for cell in lesson.cells]
    assert ids == ["97-title", "97-parameters", "97-q1", "97-q1-check", "97-q1-solution"]
    assert all(cell.metadata["labkit"]["cell"] == cell.id for cell in lesson.cells)
    assert all("id" not in cell.metadata for cell in lesson.cells)


def test_a_missing_id_is_named_by_its_first_line(write_lesson, lesson_text):
    path = write_lesson(lesson_text.replace(":id: 97-q1\n", ""))
    with pytest.raises(LabkitError, match=r"cell 3 has no id .*total"):
        lessons.read(path)


def test_a_doubled_id_is_refused(write_lesson, lesson_text):
    path = write_lesson(lesson_text.replace(":id: 97-q1-check\n", ":id: 97-q1\n"))
    with pytest.raises(LabkitError, match="stands on two cells"):
        lessons.read(path)


def test_an_id_that_notebooks_do_not_allow_is_refused(write_lesson, lesson_text):
    path = write_lesson(lesson_text.replace(":id: 97-q1-check\n", ":id: 97.q1\n"))
    with pytest.raises(LabkitError, match="letters, digits"):
        lessons.read(path)


def test_an_unknown_lesson_lists_those_there_are():
    with pytest.raises(LabkitError, match="Lessons: 00, 01"):
        lessons.lesson_file("99")
