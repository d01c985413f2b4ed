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
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components as components

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
    n = len(index)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    _count, labels = components(graph, directed=False)
    numbers, _first = pd.factorize(labels)  # in the order of the records, whatever SciPy's order is
    return pd.Series(numbers, index=index, name="cluster")


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
