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
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify import latent_classes
from labkit.identify.blocking import candidate_pairs, possible_pairs
from labkit.identify.clusters import connected_components

if TYPE_CHECKING:
    from labkit.identify.splink_model import FrozenStrangers

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
    model : Model or None
        What weighs other records in the same way.
    """

    records: pd.Index
    pairs: pd.DataFrame
    levels: pd.DataFrame
    model: Model | None = field(default=None, repr=False, compare=False)

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
    pairs, levels, strangers = weigh_against_strangers(
        records, [*keys, *homes], prior, random_pairs=RANDOM_PAIRS, seed=seed, threads=threads
    )
    relatives = _learn_relatives(records, pairs, levels)
    model = Model(tuple(keys), strangers, relatives)
    pairs = _weighed(pairs[pairs["key"] < len(keys)], levels, relatives, records.index)
    return Matching(records.index, pairs, _worth(levels, relatives), model)


@dataclass(frozen=True)
class Model:
    """What was learned: it gives a pair the same weight whoever else is there.

    Attributes
    ----------
    keys : tuple
        Blocking keys.
    strangers : FrozenStrangers
    relatives : TwoClasses or None
        None where too few live together to learn from.
    """

    keys: tuple[str | Sequence[str], ...]
    strangers: FrozenStrangers
    relatives: latent_classes.TwoClasses | None

    def match(self, records: pd.DataFrame, *, threads: int = 1) -> Matching:
        """Weigh the pairs of other records, or of the same ones and more, learning nothing."""
        strangers = replace(self.strangers, coarse=self.strangers.coarse[: len(self.keys)])
        pairs, levels = strangers.weigh(records, self.keys, threads)
        pairs = _weighed(pairs, levels, self.relatives, records.index)
        return Matching(records.index, pairs, _worth(levels, self.relatives), self)


def _weighed(
    pairs: pd.DataFrame,
    levels: pd.DataFrame,
    relatives: latent_classes.TwoClasses | None,
    records: pd.Index,
) -> pd.DataFrame:
    """Pairs in the order of the records, with both weights and the one that follows from them."""
    ends = np.sort(pairs[["left", "right"]].to_numpy(), axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, pairs = ends[order], pairs.iloc[order]
    strangers = pairs["strangers"].reset_index(drop=True)
    if relatives is None:
        bits = pd.Series(np.nan, index=strangers.index)
    else:
        bits = pd.Series(relatives.bits(pairs[_fields_at_home(levels)].to_numpy()))
    return pd.DataFrame(
        {
            "left": records[ends[:, 0]],
            "right": records[ends[:, 1]],
            "strangers": strangers,
            "relatives": bits,
            "weight": _against_either(strangers, bits),
        }
    )


def _fields_at_home(levels: pd.DataFrame) -> list[str]:
    """Fields that can tell relatives apart; the address cannot."""
    return [name for name in levels["field"].unique() if name != "address"]


def _learn_relatives(
    records: pd.DataFrame, pairs: pd.DataFrame, levels: pd.DataFrame
) -> latent_classes.TwoClasses | None:
    """What agreement is worth among those who live together; None where too few do."""
    at_home = np.zeros(len(pairs), dtype=bool)
    for key in HOME_KEYS:
        if key in records:
            place, _values = pd.factorize(records[key])
            left, right = (place[pairs[side].to_numpy()] for side in ("left", "right"))
            at_home |= (left >= 0) & (left == right)
    if at_home.sum() < FEWEST_HOME_PAIRS:
        return None
    fields = _fields_at_home(levels)
    counts = [int((levels["field"] == name).sum()) for name in fields]
    return latent_classes.fit(pairs.loc[at_home, fields].to_numpy(), counts)


def _worth(levels: pd.DataFrame, relatives: latent_classes.TwoClasses | None) -> pd.DataFrame:
    """What each outcome of each comparison is worth, against strangers and against relatives."""
    parts = [levels.assign(against="strangers")]
    if relatives is not None:
        fields = _fields_at_home(levels)
        at_home = levels[levels["field"].isin(fields)]
        numbered = [*zip(at_home["field"].map(fields.index), at_home["number"], strict=True)]
        learned = {
            name: [shares[column][number] for column, number in numbered]
            for name, shares in (("m", relatives.m), ("u", relatives.u))
        }
        parts.append(at_home.assign(against="relatives", **learned))
    worth = pd.concat(parts, ignore_index=True)
    worth["bits"] = np.log2(worth["m"].astype(float) / worth["u"].astype(float))
    return worth[["against", "field", "level", "m", "u", "bits"]]


def _against_either(strangers: pd.Series, relatives: pd.Series) -> pd.Series:
    """Bits against two people, who are strangers or relatives: the odds against add up."""
    odds_against = 2.0**-strangers + (2.0**-relatives).fillna(0.0)
    return -np.log2(odds_against)
