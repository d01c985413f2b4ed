"""Caramelo's records as lesson 11 leaves them, and matched as lesson 12 leaves them, so that 13 and 14 can begin there."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, replace

import pandas as pd

from labkit.data import load
from labkit.identify.database import Terms, customer_ids
from labkit.identify.describing import BUILT_IN, Source
from labkit.identify.intake import Intake, aside_table
from labkit.identify.pipeline import THRESHOLD, standard_records
from labkit.identify.probabilistic import Matching, match_records
from labkit.identify.sources import FIELDS
from labkit.identify.survivorship import RULES

SEED = 12
"""Draws the random pairs from which Splink learns, as in lesson 12."""

TERMS = Terms(THRESHOLD, {name: source.trust for name, source in BUILT_IN.items()}, RULES)
"""The threshold of lesson 12, the trust in each system, the rules of lesson 13."""


@dataclass(frozen=True)
class Matched:
    """Records and who they belong to.

    Attributes
    ----------
    records : DataFrame
        As :func:`labkit.identify.database.single_view` takes them.
    matching : Matching
    customers : Series of str
        Customer of each record, at the threshold of :data:`TERMS`.
    """

    records: pd.DataFrame
    matching: Matching
    customers: pd.Series


def records() -> pd.DataFrame:
    """The records of the four sources, standardised, and nobody matched to anybody; worked out once per kernel.

    Returns
    -------
    DataFrame of shape (n_records, 14)
        Indexed by ``record``, such as ``clinic:C002473``; the records of :func:`matched`.
    """
    return _records().copy()


@functools.cache
def _records() -> pd.DataFrame:
    intakes = {name: _intake(source, load(f"source_{name}")) for name, source in BUILT_IN.items()}
    found, _horizon = standard_records(intakes)
    return found.drop(columns="row")


def matched() -> Matched:
    """The four sources, standardised and matched with the solution of lesson 12; some five seconds, once per kernel."""
    found = _matched()
    return replace(found, records=found.records.copy(), customers=found.customers.copy())


@functools.cache
def _matched() -> Matched:
    found = _records()
    matching = match_once(found[["source", *FIELDS]])
    return Matched(found, matching, customer_ids(found, matching.clusters(TERMS.threshold)))


_matchings: dict[tuple[str, int], Matching] = {}


def match_once(records: pd.DataFrame, seed: int = SEED) -> Matching:
    """:func:`labkit.identify.match_records`, the same records only once per kernel.

    A lesson and the check of its exercise ask for the same matching; it takes some five seconds.

    Parameters
    ----------
    records : DataFrame
        As of :func:`labkit.identify.stack_sources`.
    seed : int
        Draws the random pairs.
    """
    rows = pd.util.hash_pandas_object(records).to_numpy().tobytes()
    key = (hashlib.sha256(repr(list(records.columns)).encode() + rows).hexdigest(), seed)
    if key not in _matchings:
        _matchings[key] = match_records(records, seed=seed)
    found = _matchings[key]
    return replace(found, pairs=found.pairs.copy(), levels=found.levels.copy())


def january_feed() -> pd.DataFrame:
    """The shops' export of January 2026, put into the form that the contract of lesson 11 promises.

    The update of the till renamed a column, dropped the postcode, wrote the CPF with a decimal point, birth dates the ISO
    way and days of registration the American way. A record that the feed holds twice is kept once.

    Returns
    -------
    DataFrame
        As :func:`labkit.identify.refreshing.refresh` takes it.
    """
    export = load("source_shop_feed").astype("str").drop_duplicates("record_id", keep="last")
    export["nr_cpf"] = export["nr_cpf"].str.removesuffix(".0")
    shop = BUILT_IN["shop"]
    layout = replace(shop.layout, phone="telefone", cep=None, date_format="%Y-%m-%d")
    changed = replace(shop, layout=layout, registered_format="%m/%d/%Y")
    records, _horizon = standard_records({"shop": _intake(changed, export)})
    return records.drop(columns="row")


def _intake(source: Source, table: pd.DataFrame) -> Intake:
    table = table.astype("str").set_axis(range(1, len(table) + 1))
    return Intake(source, len(table), table, aside_table([]))
