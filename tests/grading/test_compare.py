"""Verdicts and points, worked by hand."""

import copy

import pytest
from nbformat import from_dict

from labkit.exercises.answers import MIME
from labkit.grading import compare
from labkit.grading.assignment import Question, cell_of
from labkit.grading.graft import Grafted
from labkit.grading.run import Run
from tests.grading.conftest import codes


def output(value, question="q1", text=None):
    shown = text
    if text is None:
        shown = f"{question}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
    data = {"text/plain": shown, MIME: {"question": question, "value": value}}
    return {"output_type": "execute_result", "metadata": {}, "data": data}


def ran(mini, outputs, answer="ok", report="ok", question="q1", error=""):
    """A run in which the report cell of one question gave these outputs."""
    nb = copy.deepcopy(mini.main)
    cell_of(nb, f"mini-{question}-report").outputs = [from_dict(each) for each in outputs]
    statuses = {
        f"mini-{question}": {"status": answer, "error": error},
        f"mini-{question}-report": {"status": report, "error": "NameError" if report == "error" else ""},
    }
    return Run(nb, statuses)


def judge(mini, run, right, question="q1"):
    notes = []
    asked = next(each for each in mini.questions if each.id == question)
    return compare.reported(asked, run, right, notes), codes(notes)


@pytest.mark.parametrize(
    ("chosen", "verdict", "points"),
    [
        (["B", "D", "E"], "correct", 3),
        (["B", "D"], "partial", 2),  # two of three
        (["A", "B", "D", "E"], "partial", 2),  # three right, one wrong
        (["B"], "partial", 1),
        (["A", "B"], "wrong", 0),  # one right, one wrong
        (["A", "C"], "wrong", 0),  # never below nothing
        (["A", "B", "C", "D", "E"], "partial", 1),  # everything ticked: 3 - 2 of 3
        (["B", "D", "E", "Z"], "partial", 2),  # without the options known, a letter like any other
    ],
)
def test_choices_earn_right_less_wrong(mini, chosen, verdict, points):
    result, notes = judge(mini, ran(mini, [output(chosen, "q2")], question="q2"), ["B", "D", "E"], "q2")
    assert (result.verdict, result.points, result.value, notes) == (verdict, points, chosen, [])


def test_points_are_rounded_to_hundredths():
    question = Question("q", "choices", 1, "p", "a", "r")
    assert compare.score(question, ["A"], ["A", "B", "C"]) == 0.33


@pytest.mark.parametrize(
    ("value", "points"), [(0.25, 2), (0.259, 2), (0.241, 2), (0.261, 0), (-0.25, 0), (25, 0), (1e299, 0)]
)
def test_a_number_may_be_off_by_its_tolerance(mini, value, points):
    result, _notes = judge(mini, ran(mini, [output(value, "q3")], question="q3"), 0.25, "q3")
    assert result.points == points


@pytest.mark.parametrize(("value", "points"), [("monthly", 1), ("  Monthly ", 1), ("yearly", 0)])
def test_a_text_is_compared_without_case_and_outer_blanks(mini, value, points):
    result, _notes = judge(mini, ran(mini, [output(value, "q4")], question="q4"), "monthly", "q4")
    assert result.points == points


def test_a_blank_is_not_wrong(mini):
    result, notes = judge(mini, ran(mini, [output(None, text="q1: not answered")]), ["A"])
    assert (result.verdict, result.points, notes) == ("blank", 0, [])


@pytest.mark.parametrize(
    ("answer", "report", "verdict"),
    [
        ("error", "error", "error"),
        ("timeout", "error", "timeout"),
        ("dead kernel", "error", "dead kernel"),
        ("not run", "not run", "timeout"),
        ("ok", "timeout", "timeout"),
        ("ok", "dead kernel", "dead kernel"),
        ("ok", "error", "error"),
    ],
)
def test_an_answer_that_failed_is_named_by_its_cause(mini, answer, report, verdict):
    result, _notes = judge(
        mini, ran(mini, [], answer, report, error="KeyError" if answer == "error" else ""), ["A"]
    )
    assert (result.verdict, result.points) == (verdict, 0)
    if verdict == "error":
        assert result.error == ("KeyError" if answer == "error" else "NameError")


@pytest.mark.parametrize(("answer", "verdict"), [("error", "error"), ("timeout", "timeout"), ("ok", "blank")])
def test_a_blank_after_a_failed_cell_is_that_failure(mini, answer, verdict):
    run = ran(mini, [output(None, text="q1: not answered")], answer=answer, error="ValueError")
    result, _notes = judge(mini, run, ["A"])
    assert result.verdict == verdict


def test_an_answer_set_before_the_error_counts_and_is_remarked(mini):
    result, notes = judge(mini, ran(mini, [output(["A"])], answer="error", error="ValueError"), ["A"])
    assert (result.verdict, notes) == ("correct", ["error but answered"])


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [{"output_type": "stream", "name": "stdout", "text": "q1: A"}],
        [output(["A"]), output(["A"])],
        [output(["A"], question="q2")],
        [output(["A"], text="q1: B")],
        [output(["a"])],
        [output(["B", "A"])],
        [output(["A", "A"])],
        [output([])],
        [output("A")],
        [output(True)],
        [output({"A": 1})],
        [output(["A"] * 1000)],
        [{"output_type": "display_data", "metadata": {}, "data": {"text/plain": "q1: A", MIME: "A"}}],
        [
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/plain": "q1: A", MIME: {"question": "q1"}},
            }
        ],
        [
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": "x", **output(["A"])["data"]},
            }
        ],
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_not_one_well_formed_answer_earns_nothing_and_is_remarked(mini, outputs):
    result, notes = judge(mini, ran(mini, outputs), ["A"])
    assert (result.verdict, result.points, notes) == ("error", 0, ["unreadable report"])


@pytest.mark.parametrize("value", ["x", [1], True, float("nan"), float("inf"), 10**400], ids=str)
def test_only_a_finite_number_answers_a_number_question(mini, value):
    result, notes = judge(mini, ran(mini, [output(value, "q3")], question="q3"), 0.25, "q3")
    assert (result.verdict, notes) == ("error", ["unreadable report"])


def test_more_than_the_answer_on_a_report_cell_is_remarked_and_costs_nothing(mini):
    noise = {"output_type": "stream", "name": "stderr", "text": "a warning"}
    result, notes = judge(mini, ran(mini, [noise, output(["A"])]), ["A"])
    assert (result.verdict, notes) == ("correct", ["noisy report"])


# --- written answers --------------------------------------------------------------------------------------


def written(mini, text, beside=None):
    notes = []
    question = next(each for each in mini.questions if each.id == "q1-why")
    grafted = Grafted(mini.main, {"mini-q1-why": text}, beside or {}, ())
    return compare.written(question, mini, grafted, notes), codes(notes)


def test_a_text_awaits_a_person(mini):
    result, notes = written(mini, "The tutor pays and the pet uses [1].")
    assert (result.verdict, result.points, notes) == ("awaiting marks", None, [])
    assert result.structure.citations == (1,)


@pytest.mark.parametrize("text", ["", "*Write your answer here.*", "*Escreva sua resposta aqui.*"])
def test_an_untouched_text_earns_nothing(mini, text):
    result, _notes = written(mini, text)
    assert (result.verdict, result.points) == ("blank", 0)


def test_text_beside_an_untouched_answer_cell_is_not_lost(mini):
    result, notes = written(mini, "*Write your answer here.*", {"mini-q1-why-check": "Here is my answer."})
    assert (result.verdict, result.beside, notes) == (
        "awaiting marks",
        "Here is my answer.",
        ["text elsewhere"],
    )


def test_facts_that_do_not_exist_are_remarked(mini):
    assert written(mini, "One two three [1, 77].")[1] == ["unknown facts"]


@pytest.mark.parametrize(
    ("chosen", "points", "said"),
    [(["B", "D", "E", "Z"], 2, "Z"), (["B", "Y", "Z"], 0, "Y, Z"), (["Z"], 0, "Z"), (["B"], 1, None)],
)
def test_a_letter_that_is_no_option_counts_as_wrong_and_is_named(mini, chosen, points, said):
    notes = []
    asked = next(each for each in mini.questions if each.id == "q2")
    run = ran(mini, [output(chosen, "q2")], question="q2")
    result = compare.reported(asked, run, ["B", "D", "E"], notes, "ABCDE")
    assert (result.points, result.value) == (points, chosen)
    assert [note.details["letters"] for note in notes] == ([said] if said else [])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"status": "error", "error": "KeyError", "message": "'x'"}, "'x'"),
        ({"status": "ok", "error": ""}, "found 1; expected letters"),
    ],
)
def test_a_question_says_why_it_has_no_answer(mini, answer, why):
    run = ran(mini, [], report="error")
    run.statuses["mini-q1"] = answer
    run.statuses["mini-q1-report"]["message"] = "found 1;\n expected letters"
    result, _notes = judge(mini, run, ["A"])
    assert (result.verdict, result.why) == ("error", why)
