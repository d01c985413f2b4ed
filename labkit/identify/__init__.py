"""Step one of the path: who is who.

What lessons 10 to 14 build by hand, as a library. The names below are those of lesson 12; the others stand in modules of
their own: ``profile`` and ``kinds`` (10), ``standardise``, ``contracts``, ``describing`` and ``intake`` (11), ``survivorship``,
``bridge``, ``database``, ``refreshing`` and ``card`` (13), ``consent`` and ``anonymity`` (14), ``pipeline`` (``labkit identify``).

>>> from labkit import identify
>>> records = identify.stack_sources({"shop": shop, "clinic": clinic})          # doctest: +SKIP
>>> matching = identify.match_records(records)                                  # doctest: +SKIP
>>> customers = matching.clusters(threshold=6)                                  # doctest: +SKIP
"""

from __future__ import annotations

from labkit.identify.blocking import candidate_pairs, pairs_sharing, possible_pairs
from labkit.identify.clusters import connected_components, pairs_within
from labkit.identify.comparing import compare, points
from labkit.identify.evaluation import (
    MergeCost,
    Scores,
    cluster_scores,
    clustering_pair_scores,
    false_merge_cost,
    pair_scores,
)
from labkit.identify.probabilistic import KEYS, Matching, match_records
from labkit.identify.sources import CARAMELO, SourceLayout, stack_sources

__all__ = [
    "CARAMELO",
    "KEYS",
    "Matching",
    "MergeCost",
    "Scores",
    "SourceLayout",
    "candidate_pairs",
    "cluster_scores",
    "clustering_pair_scores",
    "compare",
    "connected_components",
    "false_merge_cost",
    "match_records",
    "pair_scores",
    "pairs_sharing",
    "pairs_within",
    "points",
    "possible_pairs",
    "stack_sources",
]
