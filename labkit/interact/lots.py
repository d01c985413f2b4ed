"""What chance alone would do: the same outcomes, dealt to the same groups by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


class WidestGap(NamedTuple):
    """Shares of the groups in which something happened most and least, and how often a lot does as much."""

    most: float
    least: float
    by_lot: float


def widest_gap(
    happened: pd.Series, group: pd.Series, rng: np.random.Generator, deals: int = 2000
) -> WidestGap:
    """Compare the widest gap between groups with the gaps that a lot makes (a permutation test).

    The outcomes are shuffled over the rows, so that groups keep their sizes and the outcome its share; whatever
    gap is left is chance. Rows without a group are left out.

    Parameters
    ----------
    happened : pandas.Series of bool, shape (n,)
        Whether it happened to this row.
    group : pandas.Series, shape (n,)
        Group of the row, in the same order; missing where it has none.
    rng : numpy.random.Generator
    deals : int
        How often the outcomes are shuffled.

    Returns
    -------
    WidestGap
        Largest and smallest share of any group, and the share of deals with a gap at least as wide. Who tries
        many groupings finds a rare gap sooner or later: the share speaks for one grouping, named beforehand.
    """
    known = group.notna().to_numpy()
    outcome = happened.to_numpy(dtype=float)[known]
    number, _names = group[known].factorize()
    size = np.bincount(number)

    def shares(dealt: np.ndarray) -> np.ndarray:
        return np.bincount(number, dealt) / size

    observed = shares(outcome)
    # The same gap must count as as wide whatever the order in which its shares were added up.
    gap = np.ptp(observed) - 1e-12
    by_lot = np.mean([np.ptp(shares(rng.permutation(outcome))) >= gap for _ in range(deals)])
    return WidestGap(float(observed.max()), float(observed.min()), float(by_lot))
