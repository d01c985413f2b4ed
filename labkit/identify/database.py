"""The customer database: one DuckDB file where everyone looks the customer up.

Tables
------
customers
    One row a customer: ``customer_id``, ``records``, ``sources``, ``first_registered``, ``last_registered``, and the golden values.
records
    One row a source record, with the ``customer_id`` that it was matched to, ``registered``, and what it says, standardised.
provenance
    One row a golden value: the record it comes from, the rule, how many records know and how many agree.
contact_points
    Every phone and e-mail address of every customer, with the day it was last seen; ``preferred`` marks the golden one.
shared_contact_points
    (a view) Those that several customers have.
links
    Pairs of records that were linked, with their weight in bits.
set_aside
    Rows and values that were not used, with their reason.
orders, consents, clinic_visits, tickets
    (where there are any) Events, with the ``record`` that they were entered under and the ``customer_id`` it belongs to.
about
    The model, the threshold and the rules, so that the next feed is treated as this one was.

A ``customer_id`` is the id of the customer's earliest record. When two customers turn out to be one, the older id
stays; the other one still finds its customer through ``records``.

The file is never half-written: everything is written to another file, which takes the place of the old one at the end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify import intake
from labkit.identify.clusters import connected_components
from labkit.identify.keeping import to_text
from labkit.identify.probabilistic import Matching
from labkit.identify.sources import FIELDS
from labkit.identify.survivorship import RULES, golden_values, one_row_each

GOLDEN = ("name", "suffix", "cpf", "birth_date", "phone", "email", "address", "cep", "city")
RECORD_COLUMNS = ("source", "registered", "written_name", *FIELDS)
EVENTS = {
    "orders": ("ordered_on", "at", "date"),
    "consents": ("at", "date"),
    "clinic_visits": ("visited_on", "at", "date"),
    "tickets": ("opened_at", "at", "date"),
}
"""Tables of events that the database may hold, and the columns that may hold their moment."""
_VIEW = """CREATE VIEW shared_contact_points AS
SELECT kind, value, count(DISTINCT customer_id) AS customers FROM contact_points GROUP BY ALL HAVING customers > 1"""


@dataclass(frozen=True)
class Terms:
    """On what terms records become customers: the same at every refresh.

    Attributes
    ----------
    threshold : float
        Bits from which two records are linked.
    trust : mapping of str to int
        Source → rank.
    rules : mapping
        See :data:`labkit.identify.survivorship.RULES`.
    """

    threshold: float
    trust: Mapping[str, int]
    rules: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class View:
    """Customers made of records: the tables that hang together."""

    customers: pd.DataFrame
    records: pd.DataFrame
    provenance: pd.DataFrame
    contact_points: pd.DataFrame


def customer_ids(records: pd.DataFrame, clusters: pd.Series) -> pd.Series:
    """Name each cluster by its earliest record; of the same day, by the id that comes first."""
    order = pd.DataFrame(
        {
            "cluster": clusters.reindex(records.index).to_numpy(),
            "registered": records["registered"].to_numpy(),
            "record": records.index.astype("str"),
        }
    )
    first = order.sort_values(["registered", "record"], na_position="last").drop_duplicates("cluster")
    names = order["cluster"].map(first.set_index("cluster")["record"])
    return pd.Series(names.to_numpy(), index=records.index, name="customer_id", dtype="str")


def single_view(records: pd.DataFrame, links: pd.DataFrame, terms: Terms) -> View:
    """Customers from records and the links between them.

    Parameters
    ----------
    records : DataFrame of shape (n_records, 14)
        Indexed by record id, with the columns :data:`RECORD_COLUMNS`.
    links : DataFrame
        ``left``, ``right``: record ids, both among the records.
    terms : Terms
    """
    ids = customer_ids(records, connected_components(records.index, links))
    # The golden name is as somebody wrote it; "joao silva" is for comparing.
    spoken = records.assign(name=records["written_name"])
    golden = golden_values(spoken, ids, terms.trust, terms.rules)
    grouped = records.assign(customer_id=ids).groupby("customer_id", sort=True)
    about = grouped.agg(
        records=("source", "size"),
        sources=("source", "nunique"),
        first_registered=("registered", "min"),
        last_registered=("registered", "max"),
    )
    customers = about.join(one_row_each(golden, GOLDEN)).reset_index()
    customers["birth_date"] = pd.to_datetime(customers["birth_date"]).astype("datetime64[us]")
    written = records[list(RECORD_COLUMNS)].assign(customer_id=ids).rename_axis("record").reset_index()
    return View(customers, written, golden, _contact_points(written, golden))


def build(
    path: Path,
    records: pd.DataFrame,
    matching: Matching,
    terms: Terms,
    *,
    aside: pd.DataFrame | None = None,
    more: Mapping[str, pd.DataFrame] | None = None,
    notes: Mapping[str, object] | None = None,
) -> View:
    """Write the customer database anew.

    Parameters
    ----------
    path : Path
        Replaced as a whole if it exists.
    records, terms
        As for :func:`single_view`.
    matching : Matching
        Its model is kept in the database, for the refresh.
    aside : DataFrame, optional
        What was set aside, as :mod:`labkit.identify.intake` returns it.
    more : mapping of str to DataFrame, optional
        Other tables to keep, such as ``orders`` and ``consents``; see :func:`with_customers`.
    notes : mapping, optional
        What else to remember under ``about``, as JSON.
    """
    links = named_links(matching, terms.threshold)
    view = single_view(records, links, terms)
    about = {"model": to_text(matching.model), "terms": terms_text(terms)}
    about |= {key: json.dumps(value, ensure_ascii=False, default=str) for key, value in (notes or {}).items()}
    with replacing(path) as connection:
        for name, table in vars(view).items():
            store(connection, name, table)
        store(connection, "links", links)
        store(connection, "set_aside", intake.aside_table([]) if aside is None else aside)
        store(connection, "about", pd.DataFrame({"key": list(about), "value": list(about.values())}))
        for name, table in (more or {}).items():
            store(connection, name, table)
        connection.execute(_VIEW)
    return view


def with_customers(events: pd.DataFrame, records: pd.DataFrame, column: str = "record") -> pd.DataFrame:
    """Say of every event (an order, a consent) whose it is, by the record that it was entered under.

    Parameters
    ----------
    events : DataFrame
        `column` holds record ids such as ``shop:S000017``.
    records : DataFrame
        The table ``records`` of the database.

    Returns
    -------
    DataFrame
        With ``customer_id`` in front, blank where the record is not known.
    """
    whose = records.set_index("record")["customer_id"]
    result = events.drop(columns="customer_id", errors="ignore").copy()
    result.insert(0, "customer_id", events[column].astype("str").map(whose).astype("str"))
    return result


def named_links(matching: Matching, threshold: float) -> pd.DataFrame:
    """Linked pairs, each with the id that comes first on the left, sorted."""
    kept = matching.pairs[matching.pairs["weight"] >= threshold]
    left, right = (kept[side].astype("str") for side in ("left", "right"))
    swap = left > right
    links = pd.DataFrame(
        {"left": left.mask(swap, right), "right": right.mask(swap, left), "weight": kept["weight"].round(6)}
    )
    return links.sort_values(["left", "right"], ignore_index=True)


def _contact_points(written: pd.DataFrame, golden: pd.DataFrame) -> pd.DataFrame:
    points = []
    for kind in ("phone", "email"):
        known = written[written[kind].notna()]
        found = known.groupby(["customer_id", kind], sort=True).agg(
            records=("record", "size"), last_seen=("registered", "max")
        )
        found = found.reset_index().rename(columns={kind: "value"})
        chosen = golden.loc[golden["attribute"] == kind, ["customer_id", "value"]].assign(preferred=True)
        found = found.merge(chosen, how="left", on=["customer_id", "value"])
        found["preferred"] = found["preferred"].eq(True)
        found.insert(1, "kind", kind)
        points.append(found)
    return pd.concat(points, ignore_index=True).astype({"kind": "str"})


def terms_text(terms: Terms) -> str:
    """The terms as JSON."""
    rules = {name: list(criteria) for name, criteria in terms.rules.items()}
    return json.dumps({"threshold": terms.threshold, "trust": dict(terms.trust), "rules": rules})


def terms_from(text: str) -> Terms:
    """The terms that :func:`terms_text` wrote."""
    said = json.loads(text)
    rules = {name: tuple(criteria) for name, criteria in said["rules"].items()} or RULES
    return Terms(said["threshold"], said["trust"], rules)


@contextmanager
def replacing(path: Path, *, copy: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new database that takes the place of `path` when the block ends well.

    If the block raises, or the machine dies, the old file is as it was; what was begun lies beside it under another name
    and is cleared by the next run.

    Parameters
    ----------
    path : Path
    copy : bool
        Begin with what the old file holds.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise LabkitError(_("There is no folder {folder} to write to.").format(folder=path.parent))
    unfinished = path.with_name(f".{path.name}.unfinished")
    _clear(unfinished)
    if copy:
        unfinished.write_bytes(path.read_bytes())
    try:
        connection = duckdb.connect(str(unfinished), config={"threads": 1})
        try:
            connection.begin()
            yield connection
            connection.commit()
            connection.execute("CHECKPOINT")
        finally:
            connection.close()
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        _clear(unfinished)
        raise


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that only reads.

    Raises
    ------
    LabkitError
        If there is no such file, or it is no customer database.
    """
    if not Path(path).is_file():
        raise LabkitError(
            _("There is no customer database {file}. `labkit identify` makes one.").format(file=path)
        )
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise LabkitError(_("{file} cannot be opened: {error}").format(file=path, error=error)) from None
    try:
        found = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        lacking = {"customers", "records", "provenance", "links", "about"} - found
        if lacking:
            raise LabkitError(
                _("{file} is no customer database: it lacks the tables {lacking}.").format(
                    file=path, lacking=", ".join(sorted(lacking))
                )
            )
        yield connection
    finally:
        connection.close()


def store(
    connection: duckdb.DuckDBPyConnection, name: str, table: pd.DataFrame, *, append: bool = False
) -> None:
    """Write a table, or add rows to it."""
    arrow = pa.Table.from_pandas(_plain_types(table), preserve_index=False)
    connection.register("_incoming", arrow)
    into = f'INSERT INTO "{name}" BY NAME' if append else f'CREATE OR REPLACE TABLE "{name}" AS'
    connection.execute(f"{into} SELECT * FROM _incoming")
    connection.unregister("_incoming")


def _plain_types(table: pd.DataFrame) -> pd.DataFrame:
    """Days as days, text as text."""
    result = table.copy()
    for column in result.columns:
        if pd.api.types.is_datetime64_any_dtype(result[column]):
            result[column] = result[column].astype("datetime64[us]")
        elif result[column].dtype == object:
            result[column] = result[column].astype("str")
    return result


def _clear(unfinished: Path) -> None:
    for each in (unfinished, unfinished.with_name(unfinished.name + ".wal")):
        with suppress(FileNotFoundError):
            each.unlink()
