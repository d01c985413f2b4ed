"""Compare an answer with the value expected, and say what kind of thing was given instead."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from labkit.i18n import _


def plain(value: Any) -> Any:
    """A NumPy scalar as the Python number it stands for; anything else unchanged."""
    return value.item() if isinstance(value, np.generic) else value


def is_number(value: Any) -> bool:
    return isinstance(plain(value), numbers.Real) and not isinstance(plain(value), bool)


def same(value: Any, expected: Any, tolerance: float = 0.0) -> bool:
    """Whether an answer equals the expected value.

    Numbers may differ by `tolerance` (absolute); text is compared without regard to case and outer
    blanks; sets without order; lists, tuples and dicts element by element; Series and DataFrames by
    index, columns and values (dtype and the order of rows count only in what they do to the index).
    """
    value, expected = plain(value), plain(expected)
    if isinstance(expected, bool):
        return isinstance(value, bool) and value is expected
    if is_number(expected):
        return is_number(value) and _close(float(value), float(expected), tolerance)
    if isinstance(expected, str):
        return isinstance(value, str) and value.strip().casefold() == expected.strip().casefold()
    if isinstance(expected, (set, frozenset)):
        return isinstance(value, (set, frozenset, list, tuple)) and _folded(value) == _folded(expected)
    if isinstance(expected, Mapping):
        return (
            isinstance(value, Mapping)
            and value.keys() == expected.keys()
            and all(same(value[key], expected[key], tolerance) for key in expected)
        )
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(value, (list, tuple, np.ndarray, pd.Index))
            and len(value) == len(expected)
            and all(same(v, e, tolerance) for v, e in zip(value, expected, strict=True))
        )
    if isinstance(expected, pd.Series):
        return isinstance(value, pd.Series) and _same_series(value, expected, tolerance)
    if isinstance(expected, pd.DataFrame):
        return isinstance(value, pd.DataFrame) and _same_frame(value, expected, tolerance)
    return value == expected


def _close(value: float, expected: float, tolerance: float) -> bool:
    if math.isnan(value) or math.isnan(expected):
        return math.isnan(value) and math.isnan(expected)
    # The relative part forgives only the last digits that two orders of summing leave.
    return math.isclose(value, expected, rel_tol=1e-9, abs_tol=tolerance)


def _folded(values: Any) -> set:
    return {v.strip().casefold() if isinstance(v, str) else plain(v) for v in values}


def _same_series(value: pd.Series, expected: pd.Series, tolerance: float) -> bool:
    return _same_frame(value.to_frame("value"), expected.to_frame("value"), tolerance)


def _same_frame(value: pd.DataFrame, expected: pd.DataFrame, tolerance: float) -> bool:
    try:
        pd.testing.assert_frame_equal(
            value.sort_index(),
            expected.sort_index()[list(expected.columns)] if set(value) == set(expected) else expected,
            check_dtype=False,
            check_index_type=False,
            check_column_type=False,
            check_names=False,
            check_like=True,
            check_freq=False,
            atol=max(tolerance, 1e-9),
            rtol=1e-9,
        )
    except (AssertionError, TypeError):
        return False
    return True


def describe(value: Any) -> str:
    """What an answer is, in a learner's words: "a table of 12 rows and 3 columns"."""
    value = plain(value)
    if isinstance(value, bool):
        return _("True or False")
    if isinstance(value, numbers.Real):
        return _("a number")
    if isinstance(value, str):
        return _("a text")
    if isinstance(value, pd.DataFrame):
        return _("a table of {rows} rows and {columns} columns").format(
            rows=len(value), columns=value.shape[1]
        )
    if isinstance(value, pd.Series):
        return _("a column (Series) of {rows} values").format(rows=len(value))
    if isinstance(value, np.ndarray):
        return _("an array of {rows} values").format(rows=value.size)
    if isinstance(value, (set, frozenset)):
        return _("a set of {rows} choices").format(rows=len(value))
    if isinstance(value, tuple) and len(value) == 2:
        return _("a pair")
    if isinstance(value, (list, tuple)):
        return _("a list of {rows} values").format(rows=len(value))
    if isinstance(value, Mapping):
        return _("a dictionary of {rows} entries").format(rows=len(value))
    if callable(value):
        return _("a function")
    return _("an object of type {type}").format(type=type(value).__name__)


def wrong_kind(value: Any, expected: Any) -> str | None:
    """What to say of an answer that cannot be compared with the expected value, or None if it can.

    A Series or an array that holds a single number is told apart: the number is there, one step away.
    """
    value, expected = plain(value), plain(expected)
    if is_number(expected) and not isinstance(expected, bool):
        if is_number(value):
            if math.isnan(value) and not math.isnan(expected):
                return _("The value is NaN, “not a number”: somewhere a missing value or 0/0 came in.")
            return None
        if isinstance(value, (pd.Series, pd.DataFrame, np.ndarray)) and value.size == 1:
            return _(
                "You have {found} with one value in it; the number itself is asked. Take it out with `.item()`."
            ).format(found=describe(value))
        if isinstance(value, (pd.Timedelta, pd.Timestamp)):  # their `.value` counts nanoseconds
            pass
        elif is_number(getattr(value, "value", None)):
            return _(
                "You have {found}, which carries more than a number. Take the number out with `.value`."
            ).format(found=describe(value))
    elif isinstance(expected, (set, frozenset)):
        if isinstance(value, (set, frozenset, list, tuple, np.ndarray, pd.Index)):
            return None
        # How many belong in it is part of what is asked.
        return _("You have {found}; {expected} is asked.").format(
            found=describe(value), expected=_("a set of choices")
        )
    elif isinstance(expected, (list, tuple)):
        if isinstance(value, (set, frozenset)):
            return _("You have a set, which has no order; {expected} is asked, in order.").format(
                expected=describe(expected)
            )
        if isinstance(value, (list, tuple, np.ndarray, pd.Index)):
            return _wrong_part(value, expected) if isinstance(expected, tuple) else None
    elif isinstance(expected, Mapping):
        if isinstance(value, Mapping):
            missing = [str(key) for key in expected if key not in value]
            if not missing:
                return None
            return _("The dictionary lacks: {missing}.").format(missing=", ".join(missing))
    elif isinstance(value, type(expected)):
        return _wrong_shape(value, expected)
    return _("You have {found}; {expected} is asked.").format(
        found=describe(value), expected=_asked(expected)
    )


def _asked(expected: Any) -> str:
    """What is asked, without saying how many choices or values are right."""
    if isinstance(expected, (set, frozenset)):
        return _("a set of choices")
    return _("a list") if isinstance(expected, list) else describe(expected)


def _wrong_part(value: Any, expected: tuple) -> str | None:
    """What is wrong with the shape of a tuple or with the kind of one of its parts."""
    if len(value) != len(expected):
        return _("You have {n} values; {expected} is asked.").format(
            n=len(value), expected=describe(expected)
        )
    for place, (part, wanted) in enumerate(zip(value, expected, strict=True), start=1):
        problem = wrong_kind(part, wanted)
        if problem:
            return _("Value {place}: {problem}").format(place=place, problem=problem)
    return None


def _wrong_shape(value: Any, expected: Any) -> str | None:
    if isinstance(expected, pd.DataFrame):
        missing = [str(column) for column in expected.columns if column not in value.columns]
        if missing:
            return _("The table lacks the columns: {missing}.").format(missing=", ".join(missing))
    if isinstance(expected, (pd.DataFrame, pd.Series)) and len(value) != len(expected):
        return _("You have {found}; {expected} is asked.").format(
            found=describe(value), expected=describe(expected)
        )
    return None
