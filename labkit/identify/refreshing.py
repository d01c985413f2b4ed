"""The next feed: only what it touches is done again, with the result of a full rebuild.

The model is kept, not learned again: the weight of a pair depends on the pair alone, so pairs without a touched record
keep theirs. Learn again (``labkit identify`` without ``--refresh``) when the sources change, or once a year.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labkit.identify import database
from labkit.identify.coarse import blocks
from labkit.identify.keeping import from_text
from labkit.identify.probabilistic import Model


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did.

    Attributes
    ----------
    new, changed, same, removed : int
        Records of the feed that were not there, said something else before, said the same; records taken out.
    compared : int
        Pairs weighed.
    customers_before, customers_after : int
    touched : int
        Customers written anew.
    """

    new: int
    changed: int
    same: int
    removed: int
    compared: int
    customers_before: int
    customers_after: int
    touched: int


def refresh(
    path: Path,
    feed: pd.DataFrame,
    *,
    removed: Collection[str] = (),
    aside: pd.DataFrame | None = None,
    threads: int = 1,
) -> Refreshed:
    """Bring a customer database up to date with new and changed records.

    Parameters
    ----------
    path : Path
        A database of :func:`labkit.identify.database.build`.
    feed : DataFrame
        Records as for ``build``; one that is there already takes the place of the old one. Who is not in the feed stays.
    removed : collection of str
        Ids of records to take out, because somebody asked to be forgotten.
    aside : DataFrame, optional
        What of the feed was set aside; added to what was.
    """
    with database.reading(path) as connection:
        about = dict(connection.execute("SELECT key, value FROM about").fetchall())
        written = connection.execute("SELECT * FROM records").df()
        links = connection.execute('SELECT * FROM links ORDER BY "left", "right"').df()
    model, terms = from_text(about["model"]), database.terms_from(about["terms"])
    columns = list(database.RECORD_COLUMNS)
    old = _typed(written.set_index("record")[columns])
    whose = written.set_index("record")["customer_id"].astype("str")
    feed = _typed(feed[columns])

    both = feed.index.intersection(old.index)
    same = both[_equal(feed.loc[both], old.loc[both])]
    touched = feed.index.difference(same, sort=False)
    gone = old.index.intersection(pd.Index(list(removed), dtype="str"))
    touched = touched.difference(gone, sort=False)
    if not len(touched) and not len(gone) and (aside is None or aside.empty):
        count = int(whose.nunique())
        return Refreshed(0, 0, len(same), 0, 0, count, count, 0)
    now = pd.concat([old.drop(index=both.union(gone)), feed.drop(index=feed.index.intersection(gone))])

    compared, fresh = _fresh_links(now, touched, model, terms.threshold, threads)
    left_alone = ~(links["left"].isin(touched.union(gone)) | links["right"].isin(touched.union(gone)))
    links = pd.concat([links[left_alone], fresh], ignore_index=True).sort_values(
        ["left", "right"], ignore_index=True
    )

    ends = pd.Index(fresh["left"]).union(pd.Index(fresh["right"])).union(touched).union(gone)
    affected = pd.Index(whose.reindex(ends).dropna().unique())
    inside = whose.index[whose.isin(affected)].intersection(now.index).union(touched)
    within = links[links["left"].isin(inside)]
    view = database.single_view(now.loc[now.index.isin(inside)], within, terms)

    with database.replacing(path, copy=True) as connection:
        _delete(connection, "records", "record", inside.union(gone))
        for name in ("customers", "provenance", "contact_points"):
            _delete(connection, name, "customer_id", affected)
        for name, table in vars(view).items():
            database.store(connection, name, table, append=True)
        database.store(connection, "links", links)
        if aside is not None and len(aside):
            database.store(connection, "set_aside", aside, append=True)
        for name in database.EVENTS:
            if _has(connection, name):
                _follow(connection, name)
        after = connection.execute("SELECT count(*) FROM customers").fetchone()[0]
    return Refreshed(
        new=len(touched.difference(old.index)),
        changed=len(touched.intersection(old.index)),
        same=len(same),
        removed=len(gone),
        compared=compared,
        customers_before=int(whose.nunique()),
        customers_after=int(after),
        touched=len(view.customers),
    )


def _fresh_links(
    now: pd.DataFrame, touched: pd.Index, model: Model, threshold: float, threads: int
) -> tuple[int, pd.DataFrame]:
    """Weigh the pairs of touched records with whoever shares a block with them."""
    from labkit.identify.splink_model import comparison_table

    near = now.index.isin(touched)
    table = comparison_table(now)
    new = near.copy()
    for key, coarse in zip(model.keys, model.strangers.coarse, strict=False):
        block = blocks(table, key, coarse)
        near |= block.isin(block[new].dropna()).to_numpy()
    if not new.any() or near.sum() < 2:
        return 0, pd.DataFrame({"left": [], "right": [], "weight": []}).astype(
            {"left": "str", "right": "str"}
        )
    matching = model.match(now[near], threads=threads)
    pairs = matching.pairs
    of_touched = pairs["left"].isin(touched) | pairs["right"].isin(touched)
    links = database.named_links(matching, threshold)
    fresh = links[links["left"].isin(touched) | links["right"].isin(touched)]
    return int(of_touched.sum()), fresh


def _typed(records: pd.DataFrame) -> pd.DataFrame:
    dates = {"registered", "birth_date"}
    types = {column: "datetime64[us]" if column in dates else "str" for column in records.columns}
    return records.astype(types).rename_axis("record")


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    other = other.loc[one.index]
    return ((one == other) | (one.isna() & other.isna())).all(axis=1).to_numpy(dtype=bool)


def _has(connection, table: str) -> bool:
    found = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table])
    return bool(found.fetchone()[0])


def _follow(connection, table: str) -> None:
    """Events entered under a record follow it to its customer of today."""
    columns = {row[0] for row in connection.execute(f'DESCRIBE "{table}"').fetchall()}
    if {"record", "customer_id"} <= columns:
        connection.execute(
            f'UPDATE "{table}" SET customer_id = (SELECT r.customer_id FROM records r WHERE r.record = "{table}".record)'
        )


def _delete(connection, table: str, column: str, values: pd.Index) -> None:
    connection.register("_leaving", pd.DataFrame({"value": values.astype(object)}))
    connection.execute(f'DELETE FROM "{table}" WHERE "{column}" IN (SELECT value FROM _leaving)')
    connection.unregister("_leaving")


def remember(about: dict[str, str], key: str) -> object:
    """A note of ``about``, read back."""
    return json.loads(about[key]) if key in about else None
