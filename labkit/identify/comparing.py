"""Comparing two records, field by field, and adding up what the comparison says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

FIELDS = ("cpf", "birth_date", "phone", "email", "address", "cep")
"""Fields of which it is asked only whether they are the same."""


def compare(
    records: pd.DataFrame,
    pairs: pd.DataFrame,
    fields: Sequence[str] = FIELDS,
    scorer: Callable[..., float] | None = None,
) -> pd.DataFrame:
    """Compare the records of each pair.

    Parameters
    ----------
    records : DataFrame of shape (n_records, n_columns)
        Indexed by record id; has the column ``name`` and the `fields`.
    pairs : DataFrame of shape (n_pairs, >= 2)
        The first two columns hold record ids.
    fields : sequence of str
        Columns of `records`.
    scorer : callable, optional
        One of ``rapidfuzz.fuzz``; by default ``token_set_ratio``, which forgives a name left out.

    Returns
    -------
    DataFrame of shape (n_pairs, n_fields + 1)
        Indexed like `pairs`. ``name``: similarity of the names, 0 to 100. Each field: 1.0 where both records
        say the same, 0.0 where they differ. Missing where one of them is blank: a blank is no evidence,
        for or against.
    """
    from rapidfuzz import fuzz, process

    left, right = (_side(records, pairs, side, ["name", *fields]) for side in (0, 1))
    blank = left.isna().to_numpy() | right.isna().to_numpy()
    names = ([name or "" for name in side["name"].fillna("")] for side in (left, right))
    similarity = process.cpdist(*names, scorer=scorer or fuzz.token_set_ratio, dtype=np.float64)
    result = {"name": np.where(blank[:, 0], np.nan, similarity)}
    for position, field in enumerate(fields, start=1):
        same = (left[field].to_numpy() == right[field].to_numpy()).astype(float)
        result[field] = np.where(blank[:, position], np.nan, same)
    return pd.DataFrame(result, index=pairs.index)


def points(
    comparison: pd.DataFrame, same: Mapping[str, float], different: Mapping[str, float] | None = None
) -> pd.Series:
    """Add up points for fields that agree and for fields that do not; blanks count nothing.

    Parameters
    ----------
    comparison : DataFrame of shape (n_pairs, n_fields)
        1 for the same, 0 for different, missing for blank, as :func:`compare` gives them.
    same, different : mapping of str to float
        Field → points where it agrees (usually above zero), and where it does not (usually below).

    Returns
    -------
    Series of shape (n_pairs,)

    Raises
    ------
    LabkitError
        If a field is not in the comparison.
    """
    different = different or {}
    unknown = [field for field in (*same, *different) if field not in comparison.columns]
    if unknown:
        raise LabkitError(
            _("There is no field {unknown} in the comparison. Its fields: {known}.").format(
                unknown=repr(unknown[0]), known=", ".join(comparison.columns)
            )
        )
    total = pd.Series(0.0, index=comparison.index, name="points")
    for field, value in same.items():
        total += value * (comparison[field] == 1)
    for field, value in different.items():
        total += value * (comparison[field] == 0)
    return total


def _side(records: pd.DataFrame, pairs: pd.DataFrame, side: int, columns: list[str]) -> pd.DataFrame:
    position = records.index.get_indexer(pairs.iloc[:, side])
    if (position < 0).any():
        unknown = pairs.iloc[:, side].to_numpy()[position < 0][0]
        raise LabkitError(
            _("A pair names the record {record}, which is not among the {n} records.").format(
                record=unknown, n=len(records)
            )
        )
    return records[columns].iloc[position]
