"""What each kind of question gives for an answer, worked by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.exercises import wire
from labkit.exercises.tabular import UnusableError
from labkit.grading import questions
from labkit.grading.questions import metrics

TABLE = pd.DataFrame({"month": ["a", "b", "c"], "orders": [1, 2, 3], "margin": [1.5, 2.5, None]})


class Source:
    """What came true, given by the test."""

    def __init__(self, frame):
        self.frame = frame

    def truth(self, question):
        return self.frame


def score(kind, rules, answer, right, source=None):
    stated = {**questions.read_rules(kind, rules, "q1"), "question": "q1"}
    as_data = (lambda value: value) if kind in ("ranking", "function") else wire.plain
    return questions.kind(kind).score(stated, as_data(answer), as_data(right), source)


def share(*arguments):
    return round(score(*arguments).share, 4)


# --- numbers, choices, words, values ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "answer", "expected"),
    [
        ({}, 100, 1),
        ({}, 100 + 1e-8, 1),  # the last digits that an order of summing leaves
        ({}, 100.001, 0),
        ({"tolerance": 0.5}, 100.5, 1),
        ({"tolerance": 0.5}, 100.51, 0),
        ({"relative_tolerance": 0.01}, 99, 1),
        ({"relative_tolerance": 0.01}, 98.9, 0),
        ({"near": {"tolerance": 5, "credit": 0.25}}, 104, 0.25),
        ({"near": {"relative_tolerance": 0.1, "credit": 0.5}}, 91, 0.5),
        ({"near": {"relative_tolerance": 0.1, "credit": 0.5}}, 89, 0),
    ],
)
def test_a_number_earns_by_how_near_it_is(rules, answer, expected):
    assert share("number", rules, answer, 100) == expected


def test_a_number_may_be_judged_by_the_truth():
    rules = {"relative_tolerance": 0.02, "against": "truth"}
    assert share("number", rules, 204, 1, Source(200)) == 1
    assert share("number", rules, 206, 206, Source(200)) == 0
    with pytest.raises(LabkitError, match="truth of q1 is not a number"):
        share("number", rules, 1, 1, Source(TABLE))


@pytest.mark.parametrize(
    ("rules", "answer", "expected"),
    [({}, ["A", "B"], 0.6667), ({}, ["A", "D"], 0), ({"credit": "all"}, ["A", "B"], 0), ({"credit": "all"}, ["A", "B", "C"], 1)],
)  # fmt: skip
def test_choices_earn_right_less_wrong_or_all_or_nothing(rules, answer, expected):
    assert share("choices", rules, answer, ["A", "B", "C"]) == expected


def test_another_word_earns_what_the_key_says():
    kind = questions.kind("choice")
    for answer, expected in ((" Monthly", 1), ("WEEKLY", 0.5), ("daily", 0)):
        assert kind.score({}, answer, "monthly", None, credit={"weekly": 0.5}).share == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"n": 3, "mean": 1.0, "by": {"x": 1, "y": 2}}, 1),
        ({"n": 4, "mean": 1.0, "by": {"x": 1, "y": 2}}, 0.6667),
        ({"n": 3, "mean": 1.0, "by": {"x": 1, "y": 3}}, 0.8333),  # half of the third part
        ({"n": 3, "mean": 1.0, "by": {"x": 1, "y": 2}, "more": 1}, 0.75),
        ({"n": True, "mean": "1.0", "by": None}, 0),
        ([3, 1.0], 0),
        (3, 0),
    ],
)
def test_a_value_earns_by_its_parts(answer, expected):
    assert share("value", {}, answer, {"n": 3, "mean": 1.0, "by": {"x": 1, "y": 2}}) == expected


# --- tables -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "answer", "right", "expected"),
    [
        ({}, TABLE, TABLE, 1),
        ({}, TABLE.iloc[::-1], TABLE, 1),
        ({"rows": "same"}, TABLE.iloc[::-1], TABLE, 0.3333),  # the one in the middle
        ({}, TABLE[["margin", "orders", "month"]], TABLE, 1),
        ({"columns": "same", "credit": "columns"}, TABLE[["month", "margin", "orders"]], TABLE, 0.3333),
        ({}, TABLE.set_index("month"), TABLE, 1),
        ({}, TABLE, TABLE.set_index("month"), 1),
        ({"index": "same"}, TABLE, TABLE.set_index("month"), 0),
        ({"index": "same"}, TABLE.set_index("month"), TABLE.set_index("month"), 1),
        ({"index": "ignore"}, TABLE.set_index("month"), TABLE[["orders", "margin"]], 1),
        ({}, TABLE.assign(orders=[1.0, 2.0, 3.0]), TABLE, 1),
        ({"dtypes": "same", "credit": "columns"}, TABLE.assign(orders=[1.0, 2.0, 3.0]), TABLE, 0.6667),
        ({}, TABLE.assign(margin=[1.5, 2.6, None]), TABLE, 0.6667),
        ({"tolerance": 0.1}, TABLE.assign(margin=[1.5, 2.6, None]), TABLE, 1),
        ({"tolerance": {"orders": 0.1}}, TABLE.assign(margin=[1.5, 2.6, None]), TABLE, 0.6667),
        ({"relative_tolerance": 0.05}, TABLE.assign(margin=[1.5, 2.6, None]), TABLE, 1),
        ({}, TABLE.assign(margin=[1.5, 2.5, 0.0]), TABLE, 0.6667),  # a hole is a hole
        ({"key": ["month"], "credit": "cells"}, TABLE.assign(margin=[9, 9, 9]), TABLE, 0.5),
        ({"key": ["month"], "credit": "cells"}, TABLE[["month", "orders"]], TABLE, 0.5),
        ({"key": ["month"], "credit": "cells"}, TABLE.drop(columns="month"), TABLE, 0),
        ({"key": ["month"], "credit": "cells"}, TABLE.iloc[:1], TABLE, 0.3333),
        ({"key": ["month"], "credit": "cells"}, pd.concat([TABLE, TABLE]), TABLE, 0.5),
        ({"credit": "columns"}, TABLE.assign(margin=[9, 9, 9]), TABLE, 0.6667),
        ({"credit": "all"}, TABLE.assign(margin=[9, 2.5, None]), TABLE, 0),
        ({"credit": "all"}, TABLE, TABLE, 1),
        ({"credit_from": 0.5}, TABLE.assign(margin=[1.5, 9, None]), TABLE, 0.3333),  # (2/3 - 1/2) / (1/2)
        ({"credit_from": 0.7}, TABLE.assign(margin=[1.5, 9, None]), TABLE, 0),
        ({}, TABLE.assign(z=1), TABLE, 0.75),
        ({"extra": "allowed"}, TABLE.assign(z=1), TABLE, 1),
        ({}, TABLE.iloc[:0], TABLE, 0),
        ({}, TABLE.iloc[:0], TABLE.iloc[:0], 1),
        ({}, TABLE.set_index("month")["orders"], TABLE.set_index("month")["orders"].rename("n"), 1),
        ({}, TABLE[["month", "orders"]], TABLE.set_index("month")["orders"].rename("n"), 1),
        ({}, TABLE.assign(month=["a", "b", "x"]), TABLE, 0.6667),
    ],
)
def test_a_table_earns_by_the_rules_that_the_question_states(rules, answer, right, expected):
    assert share("table", rules, answer, right) == expected


def test_rows_of_the_same_key_are_held_against_each_other_in_the_order_of_their_numbers():
    right = pd.DataFrame({"k": ["a", "a", "b"], "v": [1.0, 2.0, 3.0]})
    assert (
        share(
            "table", {"tolerance": 0.2}, right.assign(v=[1.1, 2.1, 3.1]).sample(frac=1, random_state=3), right
        )
        == 1
    )


def test_dates_may_be_their_text_unless_types_count():
    right = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-01-02"]), "n": [1, 2]})
    text = right.assign(day=["2024-01-01", "2024-01-02"])
    assert share("table", {}, text, right) == 1
    assert share("table", {"dtypes": "same"}, text, right) == 0
    assert share("table", {}, text.assign(day=["2024-01-01", "no day"]), right) == 0.5


def test_what_is_said_of_a_table_names_only_what_the_student_gave():
    said = " ".join(map(str, score("table", {}, TABLE.rename(columns={"margin": "mine"}), TABLE).said))
    assert "0 of 3 rows are right." in said
    assert "missing: 1." in said
    assert "not asked for: mine." in said
    assert "margin" not in said


# --- rankings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "answer", "expected"),
    [
        ({}, ["a", "b", "c", "d"], 1),
        ({}, ["b", "a", "c", "d"], 0.8),  # 1 - 6·2 / (4·15)
        ({}, ["d", "c", "b", "a"], 0),
        ({}, ["a"], 0.1936),  # what is not ranked is tied for last, and only a quarter is ranked
        ({}, ["x", "y"], 0),
        ({"metric": "kendall"}, ["b", "a", "c", "d"], 0.6667),  # one of six pairs the other way round
        ({"metric": "exact"}, ["a", "b", "c", "d"], 1),
        ({"metric": "exact"}, ["a", "b", "d", "c"], 0),
        ({"metric": "exact", "top": 2}, ["a", "b", "d", "c"], 1),
        ({"metric": "positions"}, ["a", "b", "d", "c"], 0.5),
        ({"metric": "ndcg", "scale": {"naive": 0}}, ["b", "a", "c", "d"], round((3 + 4 / math.log2(3) + 1 + 1 / math.log2(5)) / (4 + 3 / math.log2(3) + 1 + 1 / math.log2(5)), 4)),
        ({"scale": {"naive": 0.6, "excellent": 1}}, ["b", "a", "c", "d"], 0.5),
    ],
)  # fmt: skip
def test_an_order_earns_by_its_metric(rules, answer, expected):
    assert share("ranking", rules, answer, ["a", "b", "c", "d"]) == expected


def test_a_random_order_earns_nothing_by_ndcg_on_average():
    rng = np.random.default_rng(1)
    right = [str(n) for n in range(30)]
    naive = questions.kind("ranking")
    stated = {
        **questions.read_rules("ranking", {"metric": "ndcg", "scale": {"naive": 0}}, "q"),
        "question": "q",
    }
    values = [naive.score(stated, list(rng.permutation(right)), right).share for _ in range(400)]
    from labkit.grading.questions.ranking import _random_ndcg

    assert abs(np.mean(values) - _random_ndcg(30, 30)) < 4 * np.std(values) / 20


# --- functions --------------------------------------------------------------------------------------------


def test_a_function_earns_by_its_calls():
    right = [{"value": 1.0}, {"value": [1, 2]}, {"error": "ValueError"}, {"value": "x"}]
    assert share("function", {}, right, right) == 1
    partly = [{"value": 1.05}, {"value": [1, 3]}, {"error": "ValueError"}, {"unusable": "an object"}]
    given = score("function", {"tolerance": 0.1}, partly, right)
    assert given.share == 0.5
    assert [str(each) for each in given.said] == [
        "The function was called with 4 inputs you had not seen; 2 results are right.",
        "1 of these calls stopped with an error: ValueError.",
        "1 of these calls gave back something that is no answer: an object.",
    ]
    assert share("function", {"credit": "all"}, partly, right) == 0
    with pytest.raises(UnusableError):
        score("function", {}, right[:2], right)


# --- predictions ------------------------------------------------------------------------------------------

TRUTH = pd.DataFrame({"customer_id": [1, 2, 3, 4], "bought": [True, False, True, False]})


def by_customer(*values, ids=(1, 2, 3, 4)):
    return pd.Series(list(values), index=pd.Index(list(ids), name="customer_id"), name="p")


def predicted(metric, answer, right=None, truth=TRUTH, **rules):
    right = answer if right is None else right
    return score(
        "prediction", {"metric": metric, "key": "customer_id", **rules}, answer, right, Source(truth)
    )


def test_metrics_worked_by_hand():
    true = np.array([1.0, 0.0, 1.0, 0.0])
    p = np.array([0.8, 0.6, 0.4, 0.2])
    assert metrics.auc(p, true) == 0.75  # of four pairs one is the wrong way round
    assert metrics.log_loss(p, true) == pytest.approx(
        -(math.log(0.8) + math.log(0.4) + math.log(0.4) + math.log(0.8)) / 4
    )
    assert metrics.mae(p, true) == pytest.approx((0.2 + 0.6 + 0.6 + 0.2) / 4)
    assert metrics.rmse(p, true) == pytest.approx(math.sqrt((0.04 + 0.36 + 0.36 + 0.04) / 4))
    money = np.array([10.0, -5.0, 2.0, -1.0])
    assert metrics.money(np.array([1, 1, 0, 0]), money) == pytest.approx(5 / 12)
    assert metrics.money(p, money, top=2) == pytest.approx(5 / 12)


def test_matching_worked_by_hand():
    true = np.array([0, 0, 0, 1, 1, 2])
    made = np.array([0, 0, 1, 1, 1, 2])
    # Pairs made: 1 + 3; true: 3 + 1; both: (0,1) and (3,4).
    assert metrics.f1_pairs(made, true) == 0.5
    assert metrics.f1_clusters(made, true) == 0
    assert metrics.f1_clusters(true, true) == metrics.f1_pairs(true, true) == metrics.b_cubed(true, true) == 1
    precision = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1) / 6
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6
    assert metrics.b_cubed(made, true) == pytest.approx(2 * precision * recall / (precision + recall))
    alone = np.arange(6)
    assert metrics.f1_pairs(alone, true) == metrics.f1_clusters(alone, true) == 0


def test_what_a_matching_saves_worked_by_hand():
    true = np.array([0, 0, 0, 1, 1, 2])
    made = np.array([0, 0, 1, 1, 1, 2])
    # One cluster has one person too many (R$ 10), one person is spread over one cluster too many (R$ 4).
    # Nothing matched: three clusters too many, R$ 12.
    assert metrics.merge_savings(made, true, false_merge=10, missed=4) == pytest.approx(1 - 14 / 12)
    assert metrics.merge_savings(true, true, false_merge=10, missed=4) == 1
    assert metrics.merge_savings(np.arange(6), true, false_merge=10, missed=4) == 0
    assert math.isnan(metrics.merge_savings(np.arange(6), np.arange(6), 10, 4))


def test_the_prices_of_a_matching_are_stated_in_full_and_above_zero():
    frame = pd.DataFrame({"record": ["a", "b", "c", "d"], "who": [1, 1, 2, 3]})
    rules = {"metric": "merge_savings", "key": "record", "prices": {"false_merge": 2, "missed": 1}}
    found = frame.assign(customer=[1, 1, 1, 2])[["record", "customer"]]
    scale = {"naive": -2, "excellent": 1}
    assert score("prediction", rules | {"scale": scale}, found, found, Source(frame)).share == pytest.approx(
        1 / 3
    )
    for wrong in (
        {"missed": 1},
        {"missed": 1, "false_merge": 0},
        {"missed": 1, "false_merge": 2, "more": 1},
        3,
    ):
        with pytest.raises(LabkitError, match="prices"):
            questions.read_rules("prediction", rules | {"prices": wrong}, "q1")


@pytest.mark.parametrize(
    ("scale", "expected"),
    [({}, 1), ({"naive": 0.5, "excellent": 1.0}, 0.5), ({"naive": 0.75}, 0), ({"excellent": 0.7}, 1)],
)
def test_points_go_from_naive_to_excellent(scale, expected):
    assert predicted("auc", by_customer(0.8, 0.6, 0.4, 0.2), scale=scale).share == pytest.approx(expected)


@pytest.mark.parametrize("metric", ["auc", "log_loss", "mae", "rmse"])
def test_to_know_nothing_earns_nothing_and_no_prediction_no_more(metric):
    good = by_customer(0.9, 0.1, 0.8, 0.3)
    assert predicted(metric, good).share == 1
    assert predicted(metric, by_customer(0.5, 0.5, 0.5, 0.5), good).share == pytest.approx(0, abs=0.01)
    none = predicted(metric, by_customer(0.5, ids=[99]), good)
    assert none.share == pytest.approx(0, abs=0.01)
    assert {each.code for each in none.said} == {"metric", "ids missing", "ids unknown"}


def test_an_id_is_found_as_a_column_or_as_an_index_and_as_number_or_text():
    good = by_customer(0.8, 0.6, 0.4, 0.2)
    for answer in (
        good.reset_index(),
        good.rename_axis(None),
        good.reset_index().astype({"customer_id": str}),
        good.reset_index().astype({"customer_id": float}),
        good.reset_index().assign(other="x"),
    ):
        assert predicted("auc", answer, good, prediction="p").share == 1


@pytest.mark.parametrize(
    "answer",
    [
        by_customer(0.1, 0.2, ids=[1, 1]),
        pd.DataFrame({"p": [0.1, 0.2]}),
        by_customer("a", "b", "c", "d"),
        pd.DataFrame({"customer_id": [1, 2], "p": [1, 2], "q": [1, 2]}),
        pd.DataFrame({"customer_id": [1, None], "p": [1, 2]}),
    ],
    ids=["twice", "no id", "texts", "two columns", "hole"],
)
def test_a_prediction_that_does_not_say_of_whom_is_unusable(answer):
    with pytest.raises(UnusableError):
        predicted("auc", answer, by_customer(0.8, 0.6, 0.4, 0.2))


def test_a_truth_with_a_hole_is_the_authors_to_mend():
    with pytest.raises(LabkitError, match="a hole, or an id twice"):
        predicted("auc", by_customer(1, 2, 3, 4), truth=pd.concat([TRUTH, TRUTH]))


def test_clusters_may_have_any_names():
    truth = pd.DataFrame({"customer_id": range(6), "person": [7, 7, 7, 8, 8, 9]})
    names = by_customer("x", "x", "x", "y", "y", "z", ids=range(6))
    assert predicted("f1_pairs", names, truth=truth, scale={"excellent": 1}).share == 1
    assert predicted("f1_pairs", names.iloc[:3], truth=truth, scale={"excellent": 1}).share == pytest.approx(
        6 / 7
    )


def test_to_leave_out_is_called_what_it_is():
    truth = pd.DataFrame({"customer_id": range(6), "person": [7, 7, 7, 8, 8, 9]})
    alone = predicted(
        "f1_pairs", by_customer("x", "x", "x", ids=range(3)), truth=truth, scale={"excellent": 1}
    )
    assert str(alone.said[0]).startswith("F1 of pairs: 0.857")
    assert str(alone.said[1]) == "3 of 6 are not in your table; each counts as standing alone."
    brings = pd.DataFrame({"customer_id": range(4), "brings": [3.0, 3.0, -0.5, -15.0]})
    chosen = predicted("money", by_customer(1, ids=[0]), truth=brings, scale={"naive": 0, "excellent": 1})
    assert [str(note) for note in chosen.said] == [
        "Share earned of what can be earned: 0.5. No points up to 0, all points from 1.",
        "3 of 4 are not on your list.",
    ]


# --- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "rules", "said"),
    [
        ("number", {"tolerence": 1}, "tolerence is no rule of this kind; there are: against, near"),
        ("number", {"tolerance": -1}, "tolerance is -1; expected a number from 0 on"),
        ("number", {"near": {"tolerance": 1}}, "credit between 0 and 1"),
        ("table", {"rows": "sorted"}, "rows is 'sorted'; expected one of any, same"),
        ("prediction", {"metric": "accuracy"}, "metric is 'accuracy'; expected one of auc"),
        ("plan", {"days": 0}, "days is 0; expected a whole number from 1 on"),
        ("plan", {"scale": {"excellent": "magic"}}, "one of do_nothing, key"),
        ("text", {"tolerance": 1}, "there are: none"),
    ],
)
def test_an_author_is_told_of_rules_that_are_none(kind, rules, said):
    with pytest.raises(LabkitError, match=said):
        questions.read_rules(kind, rules, "q1")
