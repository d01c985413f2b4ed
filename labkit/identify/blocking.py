"""Blocking: which pairs are worth comparing at all.

n records make n (n - 1) / 2 pairs. Only those that agree on at least one *blocking key* are compared; a match
that agrees on none of the keys is lost before any comparison, so several keys are used and their pairs
united.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

MAX_PAIRS = 50_000_000
"""More candidate pairs than this of one key are refused: a placeholder is shared, or the key is too coarse."""


def possible_pairs(n: int) -> int:
    """Number of pairs that `n` records make: n (n - 1) / 2.

    >>> possible_pairs(4)
    6
    """
    return n * (n - 1) // 2


def pairs_sharing(key: pd.Series, max_pairs: int = MAX_PAIRS) -> pd.DataFrame:
    """All pairs of records with the same key, each once and none with itself.

    Parameters
    ----------
    key : Series of shape (n_records,)
        Blocking key of each record, indexed by record id. A missing or empty key agrees with nothing,
        not with another missing one either.
    max_pairs : int
        See :data:`MAX_PAIRS`.

    Returns
    -------
    DataFrame of shape (n_pairs, 2)
        Columns ``left`` and ``right``: record ids; ``left`` is the record that stands first in `key`.

    Raises
    ------
    LabkitError
        If the key makes more than `max_pairs` pairs; names the value that most records share.
    """
    known = key.notna().to_numpy() & (key != "").fillna(False).to_numpy(dtype=bool)
    position = np.flatnonzero(known)
    codes, values = pd.factorize(key.to_numpy()[known] if known.any() else np.array([], dtype=object))
    sizes = np.bincount(codes, minlength=len(values)).astype(np.int64)
    total = int((sizes * (sizes - 1) // 2).sum())
    if total > max_pairs:
        largest = int(sizes.argmax())
        raise LabkitError(
            _(
                "The key {key} makes {pairs} pairs, more than {limit}. {n} records share the value {value}: "
                "if it is a placeholder, blank it; if not, use a finer key."
            ).format(
                key=repr(key.name),
                pairs=total,
                limit=max_pairs,
                n=int(sizes[largest]),
                value=repr(values[largest]),
            )
        )
    order = np.argsort(codes, kind="stable")
    # Each record is the left one of as many pairs as records follow it in its block.
    block_end = np.repeat(np.cumsum(sizes), sizes)
    followers = block_end - np.arange(len(order)) - 1
    left = np.repeat(np.arange(len(order)), followers)
    start = np.cumsum(followers) - followers
    right = left + 1 + np.arange(total) - np.repeat(start, followers)
    ids = key.index[position[order]]
    return pd.DataFrame({"left": ids[left], "right": ids[right]})


def candidate_pairs(
    records: pd.DataFrame, keys: Sequence[str | Sequence[str]], max_pairs: int = MAX_PAIRS
) -> pd.DataFrame:
    """Pairs of records that agree on at least one of several blocking keys.

    Parameters
    ----------
    records : DataFrame of shape (n_records, n_columns)
        Indexed by record id.
    keys : sequence of str or of sequences of str
        Each a column, or several columns that must all agree. Records with a blank in one of a key's
        columns are in no block of that key.
    max_pairs : int
        Of one key; see :data:`MAX_PAIRS`.

    Returns
    -------
    DataFrame of shape (n_pairs, 3)
        ``left``, ``right`` (record ids, the one that stands first in `records` to the left) and ``key``
        (the first key that brought the pair, such as ``"first+birth_date"``), sorted by position.
    """
    position = pd.Series(np.arange(len(records)), index=records.index)
    found = []
    for columns in keys:
        columns = [columns] if isinstance(columns, str) else list(columns)
        name = "+".join(columns)
        pairs = pairs_sharing(_joint_key(records[columns]).rename(name), max_pairs)
        found.append(
            pd.DataFrame(
                {
                    "left": position[pairs["left"]].to_numpy(),
                    "right": position[pairs["right"]].to_numpy(),
                    "key": name,
                }
            )
        )
    united = pd.concat(found, ignore_index=True).drop_duplicates(["left", "right"])
    united = united.sort_values(["left", "right"], ignore_index=True)
    for side in ("left", "right"):
        united[side] = records.index[united[side]]
    return united


def _joint_key(columns: pd.DataFrame) -> pd.Series:
    """One key out of several columns; missing where one of them is blank."""
    blank = columns.isna().any(axis=1) | (columns == "").any(axis=1)
    key = columns.groupby(list(columns.columns), sort=False, dropna=False).ngroup()
    return key.where(~blank)
