from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from labkit.exercises.values import same, wrong_kind


@pytest.mark.parametrize(
    ("value", "expected", "tolerance"),
    [
        (0.3, 0.1 + 0.2, 0.0),
        (10.04, 10.0, 0.05),
        (np.float64(2.5), 2.5, 0.0),
        (3, 3.0, 0.0),
        (" b2c ", "B2C", 0.0),
        (["b", "A"], {"A", "B"}, 0.0),
        ({"B", "A"}, {"A", "B"}, 0.0),
        ([3, 1, 2], [3, 1, 2], 0.0),
        (np.array([1.0, 2.0]), [1, 2], 0.0),
        ((1, "x"), (1, "X"), 0.0),
        ({"a": 1.0}, {"a": 1}, 0.0),
        (True, True, 0.0),
        (pd.Series([2, 1], index=["b", "a"]), pd.Series([1.0, 2.0], index=["a", "b"], name="other"), 0.0),
    ],
)
def test_equal(value, expected, tolerance):
    assert same(value, expected, tolerance)


@pytest.mark.parametrize(
    ("value", "expected", "tolerance"),
    [
        (10.06, 10.0, 0.05),
        (True, 1, 0.0),
        (1, True, 0.0),
        ("1", 1, 0.0),
        (["A"], {"A", "B"}, 0.0),
        ([1, 3, 2], [3, 1, 2], 0.0),
        ([1, 2], [1, 2, 3], 0.0),
        (float("nan"), 1.0, 0.5),
        ({"a": 1, "b": 2}, {"a": 1}, 0.0),
        (pd.Series([1, 2]), pd.Series([1, 3]), 0.0),
        (pd.Series([1, 2], index=["a", "b"]), pd.Series([1, 2], index=["a", "c"]), 0.0),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}), 0.0),
    ],
)
def test_different(value, expected, tolerance):
    assert not same(value, expected, tolerance)


def test_tables_compare_without_regard_to_the_order_of_columns_and_rows():
    value = pd.DataFrame({"b": [4, 3], "a": [2, 1]}, index=["y", "x"])
    expected = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=["x", "y"])
    assert same(value, expected)


def test_a_series_of_one_is_told_from_the_number_in_it():
    assert ".item()" in wrong_kind(pd.Series([0.5]), 0.5)


def test_nan_is_named():
    assert "NaN" in wrong_kind(float("nan"), 0.5)


def test_missing_columns_are_named():
    said = wrong_kind(pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1], "margin": [2]}))
    assert "margin" in said


def test_kinds_are_named_on_both_sides():
    assert wrong_kind("0.5", 0.5) == "You have a text; a number is asked."


def test_comparable_kinds_pass():
    assert wrong_kind(np.int64(3), 0.5) is None
    assert wrong_kind(["A"], {"A", "B"}) is None


def test_a_pair_is_called_a_pair():
    assert wrong_kind(0.5, (1.0, 2.0)) == "You have a number; a pair is asked."


def test_a_pair_with_a_value_too_many_is_counted():
    assert wrong_kind((1.0, 2.0, 3.0), (1.0, 2.0)) == "You have 3 values; a pair is asked."


def test_the_kind_of_one_part_is_named_with_its_place():
    assert wrong_kind((1.0, "2"), (1.0, 2.0)) == "Value 2: You have a text; a number is asked."
    assert "Value 2: The value is NaN" in wrong_kind((1.0, float("nan")), (1.0, 2.0))


def test_a_set_has_no_order_and_is_no_pair():
    assert "no order" in wrong_kind({1.0, 2.0}, (1.0, 2.0))


def test_how_many_choices_belong_in_a_set_is_not_told():
    assert wrong_kind("AD", {"A", "D"}) == "You have a text; a set of choices is asked."


def test_a_number_with_something_around_it_is_told_where_it_is():
    assert "`.value`" in wrong_kind(SimpleNamespace(value=0.5), 0.5)


def test_a_span_of_time_is_not_told_to_take_its_nanoseconds():
    said = wrong_kind(pd.Timedelta(days=7), 1.0)
    assert ".value" not in said
    assert "Timedelta" in said
