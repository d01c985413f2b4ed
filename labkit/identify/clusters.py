"""From links between two records to people: connected components."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _


def connected_components(records: pd.Index | pd.Series, links: pd.DataFrame) -> pd.Series:
    """Put records that are linked, directly or through others, into one cluster.

    Linking is taken to be transitive: if a is b and b is c, then a is c, though nobody compared a with c.
    One false link therefore joins everything on both of its sides.

    Parameters
    ----------
    records : Index or Series of shape (n_records,)
        All record ids, the lonely ones too.
    links : DataFrame of shape (n_links, >= 2)
        The first two columns hold the ids of two linked records. Direction, order and doubles do not matter.

    Returns
    -------
    Series of shape (n_records,)
        Cluster number of each record, counted from 0 in the order of `records`, indexed by record id.

    Raises
    ------
    LabkitError
        If a record stands twice, or a link names a record that is not there.
    """
    index = pd.Index(records)
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise LabkitError(_("The record {record} stands twice in the list.").format(record=twice))
    left, right = (index.get_indexer(links.iloc[:, side]) for side in (0, 1))
    for side, position in ((0, left), (1, right)):
        if (position < 0).any():
            unknown = links.iloc[:, side].to_numpy()[position < 0][0]
            raise LabkitError(
                _("A link names the record {record}, which is not among the {n} records.").format(
                    record=unknown, n=len(index)
                )
            )
    numbers, _first = pd.factorize(_first_of_each(len(index), left, right))
    return pd.Series(numbers, index=index, name="cluster")


def _first_of_each(n: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The first place that each of `n` places is linked with, directly or through others."""
    first = np.arange(n)
    while True:
        here, there = first[left], first[right]
        apart = here != there
        if not apart.any():
            return first
        # The heads of two groups that a link joins: the later one follows the earlier one, and all follow their heads.
        early, late = np.minimum(here, there)[apart], np.maximum(here, there)[apart]
        np.minimum.at(first, late, early)
        while (again := first[first] != first).any():
            first[again] = first[first[again]]


def pairs_within(clusters: pd.Series) -> pd.DataFrame:
    """All pairs of records that share a cluster, each once.

    Parameters
    ----------
    clusters : Series of shape (n_records,)
        Cluster of each record, indexed by record id. A missing cluster belongs to no pair.

    Returns
    -------
    DataFrame of shape (n_pairs, 2)
        Columns ``left`` and ``right``: record ids, in the order of `clusters`.
    """
    from labkit.identify.blocking import pairs_sharing

    return pairs_sharing(clusters)
