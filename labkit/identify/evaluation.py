"""How good is a matching? By pair, by cluster, and in money.

Sources
-------
Pairwise and cluster F1, and the generalised merge distance that prices splits and merges: Menestrina, Whang
& Garcia-Molina (2010), "Evaluating entity resolution results", PVLDB 3(1), 208-219.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _


@dataclass(frozen=True)
class Scores:
    """What was found against what is true, in pairs or in clusters.

    Attributes
    ----------
    right : int
        Found and true.
    wrong : int
        Found and not true.
    missed : int
        True and not found.
    """

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of what was found that is true; NaN if nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else float("nan")

    @property
    def recall(self) -> float:
        """Share of what is true that was found; NaN if nothing is true."""
        true = self.right + self.missed
        return self.right / true if true else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; NaN if nothing was found and nothing is true."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else float("nan")

    def __repr__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, F1 {self.f1:.3f} "
            f"({self.right:,} right, {self.wrong:,} wrong, {self.missed:,} missed)"
        )


def pair_scores(
    found_pairs: pd.DataFrame | Iterable[tuple], true_pairs: pd.DataFrame | Iterable[tuple]
) -> Scores:
    """Precision, recall and F1 over pairs of records.

    A pair has no direction and counts once: (a, b), (b, a) and a second (a, b) are one pair. Pairs in
    neither table, the true negatives, play no part: nearly all pairs are of that kind, and any score that
    counts them is close to 1 whatever was found.

    Parameters
    ----------
    found_pairs, true_pairs : DataFrame of shape (n, >= 2) or iterable of 2-tuples
        The first two columns hold record ids.

    Raises
    ------
    LabkitError
        If a record is paired with itself, or an id is missing.
    """
    found, true = _pairs(found_pairs, _("found")), _pairs(true_pairs, _("true"))
    codes, _ids = pd.factorize(np.concatenate([found.ravel(), true.ravel()]))
    base = np.int64(codes.max(initial=0) + 1)
    ordered = np.sort(codes.reshape(-1, 2).astype(np.int64), axis=1)
    keys = ordered[:, 0] * base + ordered[:, 1]
    found_keys, true_keys = np.unique(keys[: len(found)]), np.unique(keys[len(found) :])
    right = len(np.intersect1d(found_keys, true_keys, assume_unique=True))
    return Scores(right, len(found_keys) - right, len(true_keys) - right)


def clustering_pair_scores(found: pd.Series, true: pd.Series) -> Scores:
    """The pair scores of a whole clustering, where every two records of a cluster are a found pair.

    The same as :func:`pair_scores` of all pairs within the clusters, without writing them out.

    Parameters
    ----------
    found, true : Series of shape (n_records,)
        Cluster of each record, and the person it belongs to; both indexed by record id.
    """
    together = _together(found, true)

    def pairs(sizes: pd.Series) -> int:
        return int((sizes * (sizes - 1) // 2).sum())

    right = pairs(together)
    return Scores(
        right,
        pairs(together.groupby("found").sum()) - right,
        pairs(together.groupby("true").sum()) - right,
    )


def cluster_scores(found: pd.Series, true: pd.Series) -> Scores:
    """Precision, recall and F1 over whole clusters.

    A found cluster is right only if it is *exactly* the set of records of one person: one record too many
    or too few and it is wrong (the cluster F1 of Menestrina et al. 2010). People with a single record
    count: their cluster is right if the record was left alone.

    Parameters
    ----------
    found, true : Series of shape (n_records,)
        As in :func:`clustering_pair_scores`.
    """
    together = _together(found, true)
    found_size = together.groupby("found").transform("sum")
    true_size = together.groupby("true").transform("sum")
    right = int(((together == found_size) & (together == true_size)).sum())
    clusters = together.index.get_level_values
    return Scores(right, clusters("found").nunique() - right, clusters("true").nunique() - right)


@dataclass(frozen=True)
class MergeCost:
    """What a clustering costs, in R$.

    Attributes
    ----------
    false_merges : int
        People who share a cluster with somebody else, beyond the first of each cluster: how many splits
        would set them free.
    missed_matches : int
        Clusters a person is spread over, beyond the first: how many merges would bring the person together.
    false_merge_brl, missed_match_brl : float
        Price of one of each.
    """

    false_merges: int
    missed_matches: int
    false_merge_brl: float
    missed_match_brl: float

    @property
    def cost_brl(self) -> float:
        """Total cost in R$."""
        return self.false_merges * self.false_merge_brl + self.missed_matches * self.missed_match_brl

    def __repr__(self) -> str:
        return (
            f"R$ {self.cost_brl:,.0f}: {self.false_merges:,} false merges at R$ {self.false_merge_brl:,.2f}, "
            f"{self.missed_matches:,} missed matches at R$ {self.missed_match_brl:,.2f}"
        )


def false_merge_cost(
    found: pd.Series, true: pd.Series, *, false_merge_brl: float, missed_match_brl: float
) -> MergeCost:
    """Price a clustering by the splits and merges that would put it right.

    The unit is a *person*, not a pair: a cluster that holds two people of five records each has 25 false
    pairs, but one false merge to undo, one family that gets another one's reminders. This is the
    generalised merge distance of Menestrina et al. (2010) with one price a split and one a merge.

    Parameters
    ----------
    found, true : Series of shape (n_records,)
        As in :func:`clustering_pair_scores`.
    false_merge_brl, missed_match_brl : float
        What one false merge and one missed match cost, in R$; not negative.

    Raises
    ------
    LabkitError
        If a price is negative.
    """
    for price in (false_merge_brl, missed_match_brl):
        if not price >= 0:
            raise LabkitError(_("A price must be zero or more, in R$; found {price}.").format(price=price))
    together = _together(found, true).reset_index()
    false_merges = len(together) - together["found"].nunique()
    missed_matches = len(together) - together["true"].nunique()
    return MergeCost(false_merges, missed_matches, float(false_merge_brl), float(missed_match_brl))


def _together(found: pd.Series, true: pd.Series) -> pd.Series:
    """Number of records in each combination of a found cluster and a person."""
    if not found.index.is_unique or not true.index.is_unique:
        raise LabkitError(_("A record stands twice in a clustering; each record has one cluster."))
    only_found, only_true = found.index.difference(true.index), true.index.difference(found.index)
    if len(only_found) or len(only_true):
        raise LabkitError(
            _(
                "Both clusterings must hold the same records: {found} records are only in the found one, "
                "{true} only in the true one (for example {example})."
            ).format(found=len(only_found), true=len(only_true), example=[*only_found, *only_true][0])
        )
    frame = pd.DataFrame({"found": found, "true": true.reindex(found.index)})
    if frame.isna().any(axis=None):
        raise LabkitError(_("A record has no cluster; a record that stands alone is a cluster of one."))
    return frame.groupby(["found", "true"], sort=False).size()


def _pairs(pairs: pd.DataFrame | Iterable[tuple], which: str) -> np.ndarray:
    if isinstance(pairs, pd.DataFrame):
        table = pairs.iloc[:, :2].to_numpy(dtype=object)
    else:
        table = np.array([tuple(pair) for pair in pairs], dtype=object).reshape(-1, 2)
    if pd.isna(table).any():
        raise LabkitError(_("A record id is missing among the {which} pairs.").format(which=which))
    selfs = table[:, 0] == table[:, 1]
    if selfs.any():
        raise LabkitError(
            _(
                "{n} of the {which} pairs hold a record twice, for example {example}. A record is no match of "
                "itself: leave such rows out."
            ).format(n=int(selfs.sum()), which=which, example=table[selfs][0, 0])
        )
    return table
