import pytest

from labkit import lessons
from labkit.authoring import variants
from labkit.errors import LabkitError


def by_id(nb):
    return {cell.id: cell for cell in nb.cells}


def test_blank_folds_the_solution_beneath_its_exercise(lesson):
    folded = by_id(variants.blank(lesson))["97-q1-solution"]
    assert folded.cell_type == "markdown"
    assert folded.source.startswith("<details>\n<summary><strong>Solution</strong></summary>")
    assert "total = 1 + 1" in folded.source


def test_the_fold_is_labelled_in_the_lesson_s_language(lesson):
    assert "Solução" in by_id(variants.blank(lesson, "pt-BR"))["97-q1-solution"].source


def test_solved_puts_the_solution_where_the_exercise_was(lesson):
    solved = by_id(variants.solved(lesson))
    assert solved["97-q1"].source == "total = 1 + 1"
    assert "97-q1-solution" not in solved


def test_variants_leave_the_lesson_as_it_was(lesson):
    before = lesson.copy()
    variants.blank(lesson), variants.solved(lesson), variants.student(lesson), variants.key(lesson)
    assert lesson == before


def test_student_gets_no_solution(lesson):
    assert "97-q1-solution" not in by_id(variants.student(lesson))
    assert "1 + 1" not in str(variants.student(lesson))


def test_everything_but_answers_is_locked_in_an_assignment(lesson):
    lesson.cells[2].metadata.tags = ["answer"]
    cells = by_id(variants.student(lesson))
    assert "editable" not in cells["97-q1"].metadata
    assert cells["97-title"].metadata.editable is False
    assert all(cell.metadata.deletable is False for cell in cells.values())


def test_nbval_compares_nothing_but_reports_in_an_assignment(lesson):
    lesson.cells[3].metadata.tags = ["report"]
    cells = by_id(variants.student(lesson))
    assert "nbval-ignore-output" in cells["97-q1"].metadata.tags
    assert "nbval-ignore-output" not in cells["97-q1-check"].metadata.tags


def test_a_solution_without_its_exercise_is_refused(write_lesson, lesson_text):
    path = write_lesson(lesson_text.replace("97-q1-solution", "97-q9-solution"))
    with pytest.raises(LabkitError, match="belongs to no cell"):
        variants.check_vocabulary(lessons.read(path), path)


def test_the_first_code_cell_holds_the_parameters(write_lesson, lesson_text):
    path = write_lesson(lesson_text.replace(":tags: [parameters]\n", ""))
    with pytest.raises(LabkitError, match="parameters"):
        variants.check_vocabulary(lessons.read(path), path)
