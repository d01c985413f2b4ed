"""Probabilistic matching with Splink on DuckDB: what is each agreement worth, learned without labels.

Fellegi & Sunter (1969) weigh an agreement by how much likelier it is between two records of one person
(probability m) than between two records of different people (u): log2(m / u) bits, added up over fields.
Who are the "different people"? Strangers, says the textbook, and takes u from pairs drawn at random. But the
different people whose records agree on a phone or an address are hardly ever strangers: they are relatives, who
share the surname, the street and sometimes the CPF. So two models are fitted:

*against strangers*
    u from random pairs, m by expectation-maximisation;
*against relatives*
    m and u by expectation-maximisation among pairs that share an address, where hardly anybody is a stranger
    (not so where an address is a tower block without flat numbers).

The first is Splink's, with its comparisons; the second takes the same comparisons
(:mod:`labkit.identify.latent_classes`), because a field that all relatives share, the address, is worth nothing in it.

A pair is one person if it is neither two strangers nor two relatives: its odds of being different people are
the sum of both odds.

Sources
-------
Fellegi & Sunter (1969), "A theory for record linkage", JASA 64, 1183-1210. Splink: Linacre et al. (2022),
"Splink: free software for probabilistic record linkage at scale", IJPDS 7(3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify import latent_classes
from labkit.identify.blocking import candidate_pairs, possible_pairs
from labkit.identify.clusters import connected_components

KEYS = (
    "cpf",
    "phone",
    "email",
    ("first", "birth_date"),
    ("last", "birth_date"),
    ("first", "last"),
    ("first", "cep"),
    ("first", "address"),
)
"""Blocking keys: a pair is compared if it agrees on one of them."""

IDENTIFIER_RECALL = 0.8
"""Assumed share of the matches that agree on an identifier. Half or all of them shifts every weight by a
fraction of a bit only."""

HOME_KEYS = ("address", "cep")
"""Pairs that agree on one of these live together; they teach how alike relatives are."""

FEWEST_HOME_PAIRS = 200
"""With fewer of them, nothing is learned about relatives."""

RANDOM_PAIRS = 500_000
"""Pairs drawn to learn how often strangers agree."""


@dataclass(frozen=True)
class Matching:
    """Candidate pairs with their weights, and what the weights are made of.

    Attributes
    ----------
    records : Index of shape (n_records,)
    pairs : DataFrame of shape (n_pairs, 5)
        ``left``, ``right`` (record ids); ``strangers``, ``relatives``: bits for one person and against two
        strangers, against two relatives; ``weight``: bits against either. At 0 bits both are as likely, at
        10 one person is about a thousand times likelier.
    levels : DataFrame
        ``against`` (strangers, relatives), ``field``, ``level``, ``m``, ``u`` and ``bits`` (missing where too few
        pairs were there to learn from): what each outcome
        of a comparison is worth on average.
    """

    records: pd.Index
    pairs: pd.DataFrame
    levels: pd.DataFrame

    def links(self, threshold: float, weight: str = "weight") -> pd.DataFrame:
        """Pairs whose weight (or another column of ``pairs``) is at least `threshold` bits."""
        return self.pairs.loc[self.pairs[weight] >= threshold, ["left", "right"]]

    def clusters(self, threshold: float, weight: str = "weight") -> pd.Series:
        """Cluster of each record, if the pairs of at least `threshold` bits are linked."""
        return connected_components(self.records, self.links(threshold, weight))


def match_records(
    records: pd.DataFrame,
    keys: Sequence[str | Sequence[str]] = KEYS,
    *,
    seed: int = 12,
    threads: int = 1,
) -> Matching:
    """Weigh every pair of records that agrees on a blocking key.

    Parameters
    ----------
    records : DataFrame of shape (n_records, n_columns)
        Indexed by record id, with the columns of :func:`labkit.identify.stack_sources`.
    keys : sequence of str or of sequences of str
        Blocking keys, as for :func:`labkit.identify.candidate_pairs`.
    seed : int
        Draws the random pairs.
    threads : int
        Of DuckDB. With one, the same records give the same weights to the last digit; with more, sums may
        be added in another order.

    Raises
    ------
    LabkitError
        If no two records share an identifier, so that there is nothing to learn from.
    """
    from labkit.identify.splink_model import IDENTIFIERS, weigh_against_strangers

    shared = candidate_pairs(records, [key for key in IDENTIFIERS if key in records])
    if shared.empty:
        raise LabkitError(
            _(
                "No two of the {n} records share one of {fields}: there is nothing to learn weights from."
            ).format(n=len(records), fields=", ".join(IDENTIFIERS))
        )
    prior = len(shared) / IDENTIFIER_RECALL / possible_pairs(len(records))
    homes = [key for key in HOME_KEYS if key in records and records[key].notna().any()]
    pairs, levels = weigh_against_strangers(
        records, [*keys, *homes], prior, random_pairs=RANDOM_PAIRS, seed=seed, threads=threads
    )
    pairs = _in_order(pairs, records.index)
    pairs["relatives"], levels_of_relatives = _against_relatives(records, pairs, levels)
    pairs["weight"] = _against_either(pairs["strangers"], pairs["relatives"])
    # Pairs that only live together were there to learn from.
    pairs = pairs.loc[pairs["key"] < len(keys), ["left", "right", "strangers", "relatives", "weight"]]
    worth = pd.concat([levels.assign(against="strangers"), levels_of_relatives], ignore_index=True)
    worth["bits"] = np.log2(worth["m"].astype(float) / worth["u"].astype(float))
    worth = worth[["against", "field", "level", "m", "u", "bits"]]
    return Matching(records.index, pairs.reset_index(drop=True), worth)


def _against_relatives(
    records: pd.DataFrame, pairs: pd.DataFrame, levels: pd.DataFrame
) -> tuple[np.ndarray, pd.DataFrame]:
    """Bits for one person and against two relatives, and the levels they are made of; NaN where none live together."""
    at_home = np.zeros(len(pairs), dtype=bool)
    for key in HOME_KEYS:
        if key in records:
            left, right = (records[key].reindex(pairs[side]).to_numpy() for side in ("left", "right"))
            at_home |= pd.notna(left) & (left == right)
    if at_home.sum() < FEWEST_HOME_PAIRS:
        return np.full(len(pairs), np.nan), levels.head(0).assign(against="relatives")
    levels = levels[levels["field"] != "address"]
    fields = list(levels["field"].unique())
    found = pairs[fields].to_numpy()
    counts = [int((levels["field"] == field).sum()) for field in fields]
    model = latent_classes.fit(found[at_home], counts)
    place = {field: column for column, field in enumerate(fields)}
    probability = {
        name: [
            shares[place[field]][number]
            for field, number in zip(levels["field"], levels["number"], strict=True)
        ]
        for name, shares in (("m", model.m), ("u", model.u))
    }
    return model.bits(found), levels.assign(against="relatives", **probability)


def _against_either(strangers: pd.Series, relatives: pd.Series) -> pd.Series:
    """Bits against two people, who are strangers or relatives: the odds against add up."""
    odds_against = 2.0**-strangers + (2.0**-relatives).fillna(0.0)
    return -np.log2(odds_against)


def _in_order(pairs: pd.DataFrame, records: pd.Index) -> pd.DataFrame:
    """Sort by position, with the record that comes first to the left: Splink's order is its own."""
    ends = np.sort(np.column_stack([records.get_indexer(pairs[side]) for side in ("left", "right")]), axis=1)
    pairs = pairs.assign(left=records[ends[:, 0]], right=records[ends[:, 1]])
    return pairs.iloc[np.lexsort((ends[:, 1], ends[:, 0]))].reset_index(drop=True)
