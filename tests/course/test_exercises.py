"""Every declared exercise: its solution passes, its misconceptions are recognised, a blank is told apart.

Solved lessons run in this process, where everything is imported; two of them in a kernel too, as
``labkit notebooks --solved`` runs them. What a kernel makes of the other lessons, nbval sees: it runs every
notebook as it is published.
"""

import itertools

import pytest

from labkit import ____
from labkit.authoring import build
from labkit.authoring.execute import normalised_text
from labkit.exercises import declare
from labkit.exercises.check import judge
from labkit.exercises.values import is_number, plain, same
from labkit.lessons import lesson_file, lesson_files, read, tags
from tests import stories

LESSONS = declare.lessons()
EXERCISES = [(lesson, exercise) for lesson in LESSONS.values() for exercise in lesson.exercises]
MISTAKES = [
    (lesson, exercise, mistake) for lesson, exercise in EXERCISES for mistake in exercise.misconceptions
]


def exercise_id(value):
    return value.id if isinstance(value, (declare.Exercise, declare.Lesson)) else str(value)


@pytest.mark.parametrize("lesson", lesson_files(), ids=lambda lesson: lesson.name)
def test_solved_variant_passes_every_check(lesson):
    nb = stories.solved_notebook(lesson.number)
    build.require_correct(nb, lesson.name)
    assert len(build.checks(nb)) == len(LESSONS[lesson.number].exercises)


@pytest.mark.parametrize("number", ["00", "34"])
def test_solved_variant_runs_in_a_kernel_as_in_this_process(number):
    in_a_kernel = build.run_solved(lesson_file(number))
    assert normalised_text(in_a_kernel) == normalised_text(stories.solved_notebook(number))


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=exercise_id)
def test_cells_and_declarations_belong_together(lesson):
    nb = read(lesson_file(lesson.id).path)
    checked = [cell.id.removesuffix("-check") for cell in nb.cells if "check" in tags(cell)]
    assert checked == [exercise.cell for exercise in lesson.exercises]
    ids = {cell.id: cell for cell in nb.cells}
    for exercise in lesson.exercises:
        assert "exercise" in tags(ids[exercise.cell])
        assert "solution" in tags(ids[f"{exercise.cell}-solution"])
        assert f'"{exercise.id}"' in ids[f"{exercise.cell}-check"].source
        assert exercise.answer in ids[exercise.cell].source


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=exercise_id)
def test_the_expected_value_passes_and_a_blank_is_not_answered(lesson, exercise):
    data = declare.data_of(lesson.id)
    answer = exercise.expected if exercise.inputs else exercise.expected(data)
    assert judge(exercise, answer, lesson.id).status == "correct"
    assert judge(exercise, ____, lesson.id).status == "not answered"


@pytest.mark.parametrize(("lesson", "exercise", "mistake"), MISTAKES, ids=exercise_id)
def test_every_misconception_is_recognised(lesson, exercise, mistake):
    wrong, _message = exercise.misconceptions[mistake]
    answer = wrong if exercise.inputs else wrong(declare.data_of(lesson.id))
    feedback = judge(exercise, answer, lesson.id)
    assert (feedback.status, feedback.mistake) == ("not yet", mistake)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=exercise_id)
def test_misconceptions_lead_to_different_values(lesson, exercise):
    if exercise.inputs:
        pytest.skip("functions are told apart by test_every_misconception_is_recognised")
    data = declare.data_of(lesson.id)
    values = {name: wrong(data) for name, (wrong, _message) in exercise.misconceptions.items()}
    for one, other in itertools.combinations(values, 2):
        assert not same(values[one], values[other], exercise.tolerance), (
            f"{one!r} and {other!r} give the same value"
        )


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=exercise_id)
def test_tolerance_is_small_beside_the_answer(lesson, exercise):
    """A tolerance that forgives a tenth of the answer checks nothing."""
    if exercise.inputs:
        pytest.skip("the answer is a function")
    expected = plain(exercise.expected(declare.data_of(lesson.id)))
    if is_number(expected) and expected:
        assert exercise.tolerance <= 0.1 * abs(expected)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=exercise_id)
def test_every_exercise_teaches(lesson, exercise):
    assert exercise.hints, "no hint"
    assert exercise.success, "nothing is said to a right answer"
    assert exercise.misconceptions, "no misconception is known"


def test_every_lesson_has_its_declarations():
    assert list(LESSONS) == [lesson.number for lesson in lesson_files()]
