"""Blocks too big to compare: made finer, and left out where nothing finer is known.

In a block of n records everybody is compared with everybody. Names are few and people are many: with ten times the
records, a key of first and last name makes a hundred times the pairs, nearly all of them strangers. A pair that
agrees on a common name and on nothing else can never reach a threshold, so where too many records share a value,
they must share the city too, and then all surnames.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

MOST_IN_BLOCK = 100
"""Records that may share a value. The course base has no larger block: its commonest name stands 64 times."""

MOST_PAIRS = 3
"""Pairs a record that a key may make. With more of them (the course base makes 1.4 by its commonest key) a value may be
shared by :data:`FEW_IN_BLOCK` only."""

FEW_IN_BLOCK = 20

FINER = ("city", "surnames")
"""Columns that are asked as well, one after the other."""

Coarse = tuple[frozenset[str], ...]
"""For each step of refinement, the values that too many records share; the last step's are in no block."""

_BETWEEN = "\x1f"


def coarse_values(table: pd.DataFrame, key: str | Sequence[str], most: int | None = None) -> Coarse:
    """Find the values of a blocking key that more than `most` records share, and those of its refinements.

    Parameters
    ----------
    table : DataFrame
        With the columns of the key and of :data:`FINER`, text.
    key : str or sequence of str
    most : int, optional
        By default :data:`MOST_IN_BLOCK`, or :data:`FEW_IN_BLOCK` for a key of many pairs.

    Returns
    -------
    tuple of frozenset of str
        Empty if no value is shared by so many.
    """
    columns = _columns(key)
    found: list[frozenset[str]] = []
    block = _joint(table, columns)
    for step in range(len(FINER) + 1):
        sizes = block.value_counts()
        if most is None:
            pairs = int((sizes * (sizes - 1) // 2).sum())
            most = FEW_IN_BLOCK if pairs > MOST_PAIRS * len(table) else MOST_IN_BLOCK
        too_big = frozenset(sizes.index[sizes > most])
        if not too_big:
            break
        found.append(too_big)
        finer = _joint(table, [*columns, *FINER[: step + 1]])
        block = finer.where(block.isin(too_big))
    return tuple(found)


def blocks(table: pd.DataFrame, key: str | Sequence[str], coarse: Coarse) -> pd.Series:
    """The block of each record: its value of the key, refined where that is too common, missing where still it is.

    It depends on the record and on `coarse` alone, not on the other records.
    """
    columns = _columns(key)
    block = _joint(table, columns)
    for step, too_big in enumerate(coarse):
        if step == len(FINER):
            finer = pd.Series(None, index=table.index, dtype="str")
        else:
            finer = _joint(table, [*columns, *FINER[: step + 1]])
        block = block.mask(block.isin(too_big), finer)
    return block


def _columns(key: str | Sequence[str]) -> list[str]:
    return [key] if isinstance(key, str) else list(key)


def _joint(table: pd.DataFrame, columns: list[str]) -> pd.Series:
    first, *more = (table[column].astype("str") for column in columns)
    return first.str.cat(more, sep=_BETWEEN) if more else first
