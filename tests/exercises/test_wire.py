"""What leaves a notebook as an answer, and what is refused on either side."""

import datetime
import json

import numpy as np
import pandas as pd
import pytest

import labkit as lk
from labkit.blank import ____
from labkit.errors import LabkitError
from labkit.exercises import calls, tabular, wire
from labkit.exercises.answers import MIME
from labkit.exercises.tabular import UnusableError

TABLE = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "hole": [1.5, np.nan, 2.5],
        "text": ["á", None, ""],
        "day": pd.to_datetime(["2024-01-01", None, "2024-02-29 10:00"], format="ISO8601"),
        "flag": [True, False, True],
        "group": pd.Categorical(["u", "v", "u"]),
        "month": pd.period_range("2024-01", periods=3, freq="M"),
        "object": [datetime.date(2024, 1, 1), None, datetime.date(2024, 1, 2)],
    }
)


def there_and_back(value):
    return calls.unpacked(json.loads(json.dumps(wire.plain(value))))


@pytest.mark.parametrize(
    "frame",
    [
        TABLE[["whole", "hole", "text", "day", "flag"]],
        TABLE[["whole", "hole"]].iloc[:0],
        TABLE.set_index("whole")[["hole"]],
        TABLE.groupby("group", observed=True)["whole"].sum(),
        TABLE.groupby(["group", "flag"], observed=True)[["whole"]].sum(),
        TABLE["whole"].sort_values(ascending=False),
    ],
    ids=["columns", "no rows", "index", "series", "levels", "shuffled"],
)
def test_a_table_comes_back_as_it_left(frame):
    back = there_and_back(frame)
    assert type(back) is type(frame)
    assert list(back.index) == list(frame.index)
    assert back.index.names == frame.index.names
    assert back.isna().to_numpy().tolist() == frame.isna().to_numpy().tolist()
    assert back.astype(object).where(back.notna(), 0).to_numpy().tolist() == (
        frame.astype(object).where(frame.notna(), 0).to_numpy().tolist()
    )


def test_categories_periods_and_dates_travel_as_what_they_say():
    back = there_and_back(TABLE)
    assert back["group"].tolist() == ["u", "v", "u"]
    assert back["month"].tolist() == ["2024-01", "2024-02", "2024-03"]
    assert back["object"].iloc[2] == pd.Timestamp("2024-01-02")


def test_the_same_table_is_the_same_text_and_data_every_time():
    one, other = (lk.report("q1", TABLE.copy(), kind="table")._repr_mimebundle_() for _ in range(2))
    assert one == other
    assert one["text/plain"].startswith("q1: 3 × 8 (whole, hole, text, day, flag, group, month, object) #")
    changed = lk.report("q1", TABLE.assign(whole=[1, 2, 4]), kind="table")
    assert repr(changed) != one["text/plain"]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(2.5), 2.5),
        (np.int32(7), 7),
        (np.bool_(True), True),
        (float("nan"), None),
        ({3, 1, 2}, [1, 2, 3]),
        ((1, ("a",)), [1, ["a"]]),
        (np.array([[1, 2]]), [[1, 2]]),
        ({2024: pd.Timestamp("2024-05-01")}, {"2024": "2024-05-01T00:00:00"}),
    ],
)
def test_values_become_what_json_holds(value, plain):
    assert wire.plain(value) == plain


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "type object"),
        (lambda: 1, "type function"),
        ([[[[[[[[1]]]]]]]], "deep"),
        (2**64, "64 bits"),
        ("x" * 20_000, "20000 characters"),
        (list(range(30_000)), "30000 values"),
        (TABLE.assign(bad=[object()] * 3), "column bad"),
        (TABLE.assign(bad=[1, "a", 2]), "column bad"),
        (TABLE.assign(bad=[1j] * 3), "complex128 in column bad"),
        (TABLE.assign(bad=[np.inf, 1, 2]), "infinite numbers in column bad"),
        (TABLE.assign(bad=pd.to_datetime(["2024-01-01"] * 3, utc=True)), r"tz_localize\(None\)"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "the column a twice"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "several levels"),
        (pd.DataFrame(np.zeros((2, 300))), "at most 500000 rows and 200 columns"),
        (pd.DataFrame({"a": np.random.default_rng(1).random(450_000)}), "MB; expected at most 8.0 MB"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_what_is_too_large_or_of_another_type_is_said_to_the_student(value, said):
    with pytest.raises(UnusableError, match=said):
        wire.plain(value)
    with pytest.raises(LabkitError, match=said):
        lk.report("q1", value, kind="value")


def test_no_pickle_is_made_of_an_object_that_offers_one():
    class Trap:
        def __reduce__(self):
            raise AssertionError("pickled")

    with pytest.raises(LabkitError, match="type Trap"):
        lk.report("q1", {"a": Trap()}, kind="value")
    with pytest.raises(LabkitError, match="column a"):
        lk.report("q1", pd.DataFrame({"a": [Trap()]}), kind="table")


# --- the other side ---------------------------------------------------------------------------------------


def forged(data="[[1]]", **head):
    said = {"columns": ["a"], "index": [], "types": ["int"], "series": False, "rows": 1, "data": data}
    return {"table": {**said, **head}}


def test_the_tables_below_are_refused_for_what_was_changed_in_them():
    frame, levels = tabular.read_table(forged())
    assert frame["a"].tolist() == [1]
    assert levels == []
    assert forged() == wire.plain(pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize(
    "value",
    [
        forged("no json"),
        forged(""),
        forged("[" * 100_000),
        forged("[[1,2]]"),
        forged("[[1],[1]]"),
        forged("[1]"),
        forged("[[1.0]]"),
        forged("[[true]]"),
        forged("[[NaN]]", types=["float"]),
        forged("[[1e400]]", types=["float"]),
        forged("[[1]]", types=["float"]),
        forged("[[" + "9" * 30 + "]]"),
        forged("[[" + "9" * 10_000 + "]]"),
        forged("[[9000000000000000000]]", types=["time"]),
        forged('[["\\ud800"]]', types=["text"]),
        forged('[["' + "x" * 20_000 + '"]]', types=["text"]),
        forged("[[{}]]", types=["text"]),
        forged(types=["object"]),
        forged(types=[["int"]]),
        forged(types=["int", "int"]),
        forged(columns=["a", "a"]),
        forged(columns=[1]),
        forged(columns=["x" * 300]),
        forged(index="a"),
        forged(rows=True),
        forged(rows=10**12),
        forged(series="yes"),
        forged(" " * 9_000_000),
        forged(more=1),
        {"table": 5},
        None,
        "table",
    ],
    ids=range(32),
)
def test_a_table_that_report_did_not_write_is_refused(value):
    with pytest.raises(UnusableError):
        tabular.read_table(value)


def test_a_damaged_table_does_no_more_than_be_refused_or_be_another():
    rng = np.random.default_rng(5)
    good = wire.plain(TABLE)["table"]
    refused = 0
    for _attempt in range(500):
        broken = list(good["data"])
        for place in rng.integers(len(broken), size=rng.integers(1, 4)):
            broken[place] = chr(rng.integers(32, 127))
        try:
            frame, _levels = tabular.read_table({"table": {**good, "data": "".join(broken)}})
        except UnusableError:
            refused += 1
        else:
            assert frame.shape == TABLE.shape
    assert 100 < refused < 500


@pytest.mark.parametrize(
    "value", [1e301, 10**400, ["x"] * 30_000, "x" * 20_000, [[[[[[[[1]]]]]]]], {"a": {"table": 1}}, {1: 2}],
    ids=lambda value: str(value)[:12],
)  # fmt: skip
def test_values_beyond_the_limits_are_not_acceptable(value):
    assert not wire.acceptable(value)


# --- kinds of answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ({"b": 1, "a": [True, None]}, "value", "q1: {a: True, None, b: 1}"),
        (pd.Series([3, 1]), "ranking", "q1: 3, 1"),
        (("x", "y"), "ranking", "q1: x, y"),
        (len, "function", "q1: {function: True}"),
        (____, "table", "q1: not answered"),
        (None, "function", "q1: not answered"),
        ({7: 0.5, 8: 0.25}, "prediction", "q1: 2 × 2 (index, 0) #"),
    ],
)
def test_an_answer_has_one_text(value, kind, shown):
    assert repr(lk.report("q1", value, kind=kind)).startswith(shown)


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ([1, 2], "table", "expected a table"),
        (3, "plan", "expected a table"),
        ({"a", "b"}, "ranking", "the best first"),
        (["a", "a"], "ranking", "'a' twice"),
        ([1.5, 2.5], "ranking", "names or whole numbers"),
        (5, "function", "expected a function"),
        (pd.DataFrame({"a": [1]}), "number", "expected a number"),
        ([1, 2], "number", "expected a number"),
        (1, "no such kind", "not a kind of answer"),
    ],
)
def test_an_answer_of_another_type_is_said_to_the_student(value, kind, said):
    with pytest.raises(LabkitError, match=said):
        lk.report("q1", value, kind=kind)


def test_a_data_frame_is_a_table_without_being_told():
    bundle = lk.report("q1", pd.DataFrame({"a": [1]}))._repr_mimebundle_()
    assert set(bundle[MIME]["value"]) == {"table"}


# --- calls ------------------------------------------------------------------------------------------------


def test_a_function_is_called_with_inputs_made_anew_for_each_call():
    frame = pd.DataFrame({"a": [1, 2]})

    def spoils(table, *, times=1):
        table["a"] = table["a"] * times
        return int(table["a"].sum())

    made = calls.inputs("q1", spoils, [(frame,), {"table": frame, "times": 10}, frame])
    assert made.value["results"] == [{"value": 3}, {"value": 30}, {"value": 3}]
    assert frame["a"].tolist() == [1, 2]
    again = calls.call("q1", spoils, json.dumps(made.value["inputs"]))
    assert again.value == {"results": made.value["results"]}
    assert repr(again) == "q1: called 3 times"


def test_a_call_that_raises_or_gives_no_data_ends_only_itself():
    def odd(n):
        return {1: 1, 2: object()}[n]

    packed = json.dumps([{"args": [n]} for n in (1, 2, 3)])
    results = calls.call("q1", odd, packed).value["results"]
    assert results[0] == {"value": 1}
    assert "type object" in results[1]["unusable"]
    assert results[2] == {"error": "KeyError"}


def test_an_author_is_told_of_inputs_that_are_no_data():
    with pytest.raises(LabkitError, match="an input is an object of type object"):
        calls.inputs("q1", len, [object()])
    with pytest.raises(LabkitError, match="the key's function gives an object of type zip"):
        calls.inputs("q1", zip, [([1],)])
    with pytest.raises(LabkitError, match="0 inputs; expected 1 to 500"):
        calls.inputs("q1", len, [])
