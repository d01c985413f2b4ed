"""Fellegi-Sunter by expectation-maximisation: what agreement is worth, where nobody says who is who.

Some of the pairs are one person, the others are not, and which is which is not known. Given m, u and the share
of matches, each pair has a probability of being a match (expectation); given these probabilities, m, u and the
share are weighted counts (maximisation); the two take turns until nothing moves (Dempster, Laird & Rubin 1977;
for record linkage Winkler 1988).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

UNSEEN = 0.5
"""Pairs added to each level of each comparison, so that what was not seen is rare and not impossible."""


@dataclass(frozen=True)
class TwoClasses:
    """Matches and other pairs, told apart by the levels of their comparisons.

    Attributes
    ----------
    m, u : list of ndarray
        Of each comparison: the probability of each level among matches, and among the other pairs.
    share : float
        Share of matches among the pairs.
    """

    m: list[np.ndarray]
    u: list[np.ndarray]
    share: float

    def bits(self, levels: np.ndarray) -> np.ndarray:
        """Weight of evidence of each pair, the share of matches included: log2 of the odds of a match.

        Parameters
        ----------
        levels : ndarray of int, shape (n_pairs, n_comparisons)
            Level of each comparison, -1 where a blank forbids it.
        """
        total = np.full(len(levels), np.log2(self.share / (1 - self.share)))
        for column, (m, u) in enumerate(zip(self.m, self.u, strict=True)):
            worth = np.append(np.log2(m / u), 0.0)  # -1 takes the last one: a blank is worth nothing
            total += worth[levels[:, column]]
        return total


def fit(
    levels: np.ndarray, n_levels: list[int], *, tolerance: float = 1e-5, most_rounds: int = 500
) -> TwoClasses:
    """Fit the two classes to pairs of which it is not known whether they match.

    Parameters
    ----------
    levels : ndarray of int, shape (n_pairs, n_comparisons)
        Level of each comparison, from 0 (different) to the highest (the same); -1 where a blank forbids it.
    n_levels : list of int
        Number of levels of each comparison.
    tolerance : float
        Stop when the share of matches moves by less.
    most_rounds : int
        Stop then, whatever moves.
    """
    levels, times = np.unique(levels, axis=0, return_counts=True)  # pairs are many, patterns few
    model = TwoClasses([_leaning_high(n) for n in n_levels], [_leaning_high(n)[::-1] for n in n_levels], 0.5)
    for _round in range(most_rounds):
        probability = 1 / (1 + 2.0 ** -model.bits(levels))
        matches, others = probability * times, (1 - probability) * times
        share = (matches.sum() + UNSEEN) / (times.sum() + 2 * UNSEEN)
        columns = list(zip(levels.T, n_levels, strict=True))
        m = [_weighted_shares(column, n, matches) for column, n in columns]
        u = [_weighted_shares(column, n, others) for column, n in columns]
        moved = abs(share - model.share)
        model = TwoClasses(m, u, float(share))
        if moved < tolerance:
            break
    return model


def _leaning_high(n: int) -> np.ndarray:
    """Where to start from: matches mostly agree."""
    return np.append(np.full(n - 1, 0.2 / max(n - 1, 1)), 0.8)


def _weighted_shares(column: np.ndarray, n: int, weight: np.ndarray) -> np.ndarray:
    known = column >= 0
    counts = np.bincount(column[known], weights=weight[known], minlength=n) + UNSEEN
    return counts / counts.sum()
