"""The engine of checks, on a small lesson made for these tests."""

import sys
from types import SimpleNamespace

import pytest

from labkit import ____
from labkit.errors import LabkitError
from labkit.exercises import check as engine
from labkit.exercises import declare
from labkit.exercises.check import check, hint, solution
from labkit.exercises.declare import Exercise, Lesson

LESSON = Lesson(
    id="97",
    title="A lesson for tests",
    step="manage",
    data=lambda: SimpleNamespace(started=200, kept=160, won=60),
    exercises=[
        Exercise(
            id="97.q1",
            answer="retention",
            expected=lambda d: d.kept / d.started,
            tolerance=0.001,
            hints=["Who was there at the start?", "Divide by them."],
            misconceptions={
                "counts new customers": (
                    lambda d: (d.kept + d.won) / d.started,
                    "Customers won during the year cannot be *retained* in it.",
                )
            },
            success="Four in five stay.",
        ),
        Exercise(id="97.q2", answer="types", expected=lambda d: {"A", "C"}),
        Exercise(id="97.q6", answer="roles", expected=lambda d: {"user": "A", "payer": "B", "buyer": "C"}),
        Exercise(
            id="97.q3",
            answer="rate",
            expected=lambda kept, started: kept / started,
            inputs=lambda d: [(d.kept, d.started), (1, 4)],
            misconceptions={
                "upside down": (lambda kept, started: started / kept, "You divided the start by the end.")
            },
        ),
        Exercise(id="97.q4", answer="points", expected=lambda d: 5.0, tolerance=0.01),
        Exercise(
            id="97.q5",
            answer="both",
            expected=lambda kept, started: (kept, 100 * kept / started),
            inputs=lambda d: [(d.kept, d.started)],
            tolerance=0.001,
        ),
    ],
)


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    module = SimpleNamespace(LESSON=LESSON)
    monkeypatch.setitem(sys.modules, "labkit.exercises.lesson_97", module)
    declare.data_of.cache_clear()
    engine._hints_given.clear()


def test_right():
    feedback = check("97.q1", 0.8)
    assert feedback.status == "correct"
    assert "Four in five stay." in repr(feedback)


def test_blank_reads_not_answered_yet():
    assert repr(check("97.q1", ____)).startswith("Not answered yet")
    assert "`retention`" in check("97.q1", ____).message


def test_misconception_is_named_in_its_own_words():
    feedback = check("97.q1", 1.1)
    assert feedback.mistake == "counts new customers"
    assert "cannot be *retained*" in feedback.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (80, "percent"),
        (-0.8, "sign"),
        (0.803, "round"),
        (0.83, "what exactly is counted"),
        ("0.8", "a text"),
        (0.123, "not what is asked"),
    ],
)
def test_slips_that_any_number_can_suffer(value, words):
    feedback = check("97.q1", value)
    assert feedback.status == "not yet"
    assert words in feedback.message


def test_a_share_where_points_are_asked():
    assert "multiply by 100" in check("97.q4", 0.05).message


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [
        (["a", "c"], "correct", ""),
        ({"A"}, "not yet", "something is missing"),
        ({"A", "B"}, "not yet", "belonging there: 1; not belonging there: 1"),
        ({"B"}, "not yet", "None of your choices"),
        ({"A, C"}, "not yet", "a text of its own"),
        ("A, C", "not yet", "a set of choices is asked"),
    ],
)
def test_several_choices(value, status, words):
    feedback = check("97.q2", value)
    assert feedback.status == status
    assert words in feedback.message


def test_function_that_agrees_on_every_input_is_right():
    assert check("97.q3", lambda a, b: a / b).status == "correct"


def test_function_with_a_known_mistake():
    assert check("97.q3", lambda a, b: b / a).mistake == "upside down"


def test_function_right_on_one_input_only_is_not_right():
    feedback = check("97.q3", lambda a, b: 0.8)
    assert feedback.status == "not yet"
    assert "`(1, 4)`" in feedback.message


def test_function_that_raises_is_told_what_it_raised():
    assert "ZeroDivisionError" in check("97.q3", lambda a, b: 1 / 0).message


def test_function_without_return_is_told_so():
    assert "return" in check("97.q3", lambda a, b: None).message


def test_function_still_blank():
    assert check("97.q3", lambda a, b: ____).status == "not answered"


def test_not_a_function():
    assert "a function is asked" in check("97.q3", 0.8).message


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (lambda a, b: (a, a - b), ["a pair", "Value 1 is right.", "Value 2, -40, is not what is asked."]),
        (lambda a, b: (-a, 100 * a / b), ["Value 1, -160,", "the sign is not", "Value 2 is right."]),
        (lambda a, b: (a, a / b), ["Value 2, 0.8, is not", "multiply by 100"]),
        (lambda a, b: (a, a / b, b), ["You have 3 values; a pair is asked."]),
        (lambda a, b: a, ["You have a number; a pair is asked."]),
    ],
)
def test_function_that_returns_a_pair_is_told_which_value_is_off(pair, words):
    message = check("97.q5", pair).message
    assert [word for word in words if word not in message] == []


def test_letters_in_one_text_are_told_apart():
    message = check("97.q2", {"AC"}).message
    assert "`'AC'` is one text" in message
    assert '`{"A", "C"}`' in message


def test_hints_come_one_at_a_time_and_the_last_stays():
    shown = [hint("97.q1").message for _ in range(3)]
    assert shown == ["Who was there at the start?", "Divide by them.", "Divide by them."]


def test_a_hint_by_number():
    assert hint("97.q1", 2).message == "Divide by them."
    with pytest.raises(LabkitError, match="has 2 hints"):
        hint("97.q1", 3)


def test_unknown_exercise_lists_those_there_are():
    with pytest.raises(LabkitError, match=r"97\.q1, 97\.q2"):
        check("97.q9", 1)


def test_unknown_lesson_says_how_exercises_are_named():
    with pytest.raises(LabkitError, match=r"no lesson has the number '66'"):
        check("66.q1", 1)


def test_solution_shows_the_author_s_code():
    assert "____" not in solution("00.q1").code
    assert solution("00.q1").code


def test_feedback_escapes_what_it_shows():
    html = engine.Feedback("not yet", "<script>alert(1)</script> `a < b`")._repr_html_()
    assert "<script>" not in html
    assert "<code>a &lt; b</code>" in html


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"user": "A", "payer": "C", "buyer": "B"}, "Right: 1 of 3. Look again at: payer, buyer."),
        ({"user": "A", "payer": "B"}, "The dictionary lacks: buyer."),
        ({"user": "A", "payer": "B", "buyer": "C", "pet": "D"}, "more than is asked: pet."),
        ({"user": "B", "payer": "C", "buyer": "A"}, "`roles` is not what is asked."),
    ],
)
def test_a_dictionary_is_told_which_entries_are_off(answer, said):
    assert said in repr(check("97.q6", answer))
