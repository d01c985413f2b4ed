"""Pairs of answers that are alike: copies found, the shared skeleton and common idioms left out."""

import random

import pytest

from labkit.grading.similarity import Answer, pairs, runs, table

LONG = """
orders = pd.read_parquet(data_dir / "orders.parquet")
late = orders[orders["delivered_on"] > orders["promised_on"]]
by_city = late.groupby("city")["margin_brl"].agg(["sum", "count"]).sort_values("sum")
worst = by_city[by_city["count"] >= 30].head(5).index.tolist()
for city in worst:
    share = late.loc[late["city"] == city, "margin_brl"].sum() / orders["margin_brl"].sum()
    print(city, round(share, 3))
"""
RENAMED = (
    LONG.replace("orders =", "o  =").replace("orders[", "o[").replace("(orders", "(o")
    .replace("late", "delayed").replace("by_city", "grouped").replace("worst", "bad").replace("city in", "c in")
    .replace("== city", "== c").replace("(city,", "(c,").replace("    print", "    # mine\n    print")
)  # fmt: skip
ESSAY = (
    "The shop sells to households, yet the plan is sold by employers to their staff, so the payer and the user "
    "part ways and the renewal is decided by somebody who never met the animal."
)


def own_code(seed):
    """Code of a student's own: the same few idioms, otherwise unlike any other's."""
    rng = random.Random(seed)
    ops = ["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"]
    calls = ["abs", "sum", "mean", "clip", "rank", "diff", "shift", "cumsum", "round", "abs", "std", "var"]
    lines = [
        f"x = (y {rng.choice(ops)} z.{rng.choice(calls)}()) {rng.choice(ops)} w.{rng.choice(calls)}()"
        for _ in range(12)
    ]
    return Answer("code", "\n".join(lines))


def class_of(n, **more):
    return {"q1": {f"s{i:02d}": own_code(i) for i in range(n)} | more}


def test_a_copy_with_other_names_and_comments_is_found_and_nothing_else():
    found = pairs(class_of(30, ana=Answer("code", LONG), bia=Answer("code", RENAMED)), [])
    assert [(pair.first, pair.second) for pair in found] == [("ana", "bia")]
    assert found[0].score > 0.9
    assert "groupby" in found[0].passages[0]


def test_a_copied_part_is_found_in_a_longer_answer():
    longer = Answer("code", own_code(99).source + LONG + own_code(98).source)
    found = pairs(class_of(10, ana=Answer("code", LONG), bia=longer), [])
    assert [(pair.first, pair.second) for pair in found] == [("ana", "bia")]


def test_what_the_assignment_gave_is_no_copy():
    answers = class_of(10, ana=Answer("code", LONG), bia=Answer("code", LONG))
    assert pairs(answers, [Answer("code", LONG)]) == []


def test_what_a_third_of_the_class_writes_is_an_idiom():
    more = {f"t{i}": Answer("code", LONG) for i in range(6)}
    assert pairs(class_of(12, **more), []) == []


def test_a_copied_text_is_found_whatever_its_punctuation():
    copied = Answer("text", ESSAY.upper().replace(",", " -"))
    found = pairs({"q1-why": {"ana": Answer("text", ESSAY), "bia": copied}}, [])
    assert [(pair.first, pair.second, pair.score) for pair in found] == [("ana", "bia", 1.0)]


def test_two_texts_on_the_same_facts_are_not_alike():
    other = "Employers pay for the plan and staff use it; who decides on renewal has usually no pet at all."
    assert pairs({"q1-why": {"ana": Answer("text", ESSAY), "bia": Answer("text", other)}}, []) == []


def test_short_answers_are_alike_by_nature():
    short = Answer("code", 'q1 = ["A", "C", "D", "E", "F", "G"]')
    assert pairs({"q1": {"ana": short, "bia": short}}, []) == []


@pytest.mark.parametrize("source", ["", "def f(:", "'''open", "\tx\n  y", "x = 1\\", "ção = 1 ** \x00"])
def test_what_is_no_python_is_compared_as_words(source):
    assert isinstance(runs(Answer("code", source + "\n" + ESSAY)), dict)


def test_the_order_of_students_does_not_matter():
    answers = class_of(8, ana=Answer("code", LONG), bia=Answer("code", RENAMED))
    turned = {"q1": dict(reversed(answers["q1"].items()))}
    assert table(pairs(answers, [])).equals(table(pairs(turned, [])))
    assert list(table([]).columns) == ["question", "first", "second", "score", "runs", "passage"]
