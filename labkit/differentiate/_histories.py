"""Checks and conversions the models share: arrays in, the caller's kind of object out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

Values = Any
"""A number, a sequence of numbers, an array or a Series."""


def as_numbers(name: str, values: Values) -> np.ndarray:
    """Return ``values`` as a float array, or say what is wrong with them."""
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise LabkitError(_("{name} must hold numbers only.").format(name=name)) from error
    bad = int((~np.isfinite(numbers)).sum())
    if bad:
        raise LabkitError(
            _("{name} is missing or infinite in {n} places; drop those customers first.").format(
                name=name, n=bad
            )
        )
    return numbers


def check_histories(frequency: Values, recency: Values, T: Values) -> tuple[np.ndarray, ...]:
    """Return the three as float arrays of one shape, after checking that such customers can exist.

    Raises
    ------
    LabkitError
        If shapes differ, or a history is impossible: negative numbers, purchases that are not whole,
        a last purchase after the end of observation, or before the first repeat.
    """
    x, t_x, age = (
        as_numbers(name, values)
        for name, values in (("frequency", frequency), ("recency", recency), ("T", T))
    )
    try:
        x, t_x, age = np.broadcast_arrays(x, t_x, age)
    except ValueError as error:
        raise LabkitError(
            _("frequency, recency and T have different lengths: {a}, {b} and {c}.").format(
                a=x.size, b=t_x.size, c=age.size
            )
        ) from error
    for name, numbers in (("frequency", x), ("recency", t_x), ("T", age)):
        refuse(numbers < 0, _("{name} cannot be negative").format(name=name))
    refuse(x != np.floor(x), _("frequency counts purchases: it must be a whole number"))
    refuse(
        t_x > age,
        _(
            "recency cannot exceed T: it is the time from the first to the last purchase, T the time from "
            "the first purchase to the end of observation"
        ),
    )
    refuse(
        (x == 0) & (t_x > 0),
        _("recency must be 0 for customers who never repeated: their last purchase is their first"),
    )
    refuse(
        (x > 0) & (t_x == 0),
        _(
            "recency is 0 for customers with repeat purchases: collapse several purchases on one day into "
            "one (summarise_purchases does)"
        ),
    )
    return x, t_x, age


def refuse(wrong: np.ndarray, reason: str) -> None:
    """Raise if any entry is wrong, with the reason, how many, and where the first one is."""
    wrong = np.atleast_1d(wrong)
    if wrong.any():
        raise LabkitError(
            _("{reason}. Found in {n} of {total} customers, first at position {position}.").format(
                reason=reason, n=int(wrong.sum()), total=wrong.size, position=int(np.argmax(wrong))
            )
        )


def like(template: Values, values: np.ndarray, name: str) -> Values:
    """Return ``values`` as the caller gave them: Series with its index, number, or array."""
    if isinstance(template, pd.Series):
        return pd.Series(values, index=template.index, name=name)
    return float(values) if np.ndim(values) == 0 else values


def group(*columns: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the distinct rows of ``columns``, as columns, and for each row the number of its kind."""
    table = pd.DataFrame(dict(enumerate(np.ravel(column) for column in columns)))
    grouped = table.groupby(list(table.columns), sort=True)
    kind = grouped.ngroup().to_numpy()
    distinct = table.iloc[np.unique(kind, return_index=True)[1]]
    return [distinct[column].to_numpy() for column in table.columns], kind
