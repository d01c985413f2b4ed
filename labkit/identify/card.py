"""The card of one customer: who it is, how we know, and everything that happened, in the order of time."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify.database import EVENTS, reading


@dataclass(frozen=True)
class CustomerCard:
    """Everything about one customer; a notebook shows it as a page.

    Attributes
    ----------
    customer : Series
        The row of ``customers``.
    values : DataFrame
        Golden values with their provenance.
    records : DataFrame
        What each source says.
    links : DataFrame
        Why these records are one customer: pairs and their bits.
    contact_points : DataFrame
        With ``shared_with``: how many other customers have it.
    history : DataFrame
        ``at``, ``what``, ``details``, in the order of time.
    """

    customer: pd.Series
    values: pd.DataFrame
    records: pd.DataFrame
    links: pd.DataFrame
    contact_points: pd.DataFrame
    history: pd.DataFrame

    def __str__(self) -> str:
        parts = [f"{self.customer['name']} ({self.customer['customer_id']})"]
        for title, table in self._tables():
            parts += ["", title, table.to_string(index=False)]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        parts = [f"<h3>{html.escape(str(self.customer['name']))}</h3>"]
        parts.append(f"<p>{html.escape(str(self.customer['customer_id']))}</p>")
        for title, table in self._tables():
            parts.append(f"<h4>{html.escape(title)}</h4>{table.to_html(index=False, na_rep='', border=0)}")
        return "\n".join(parts)

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        return [
            (_("What holds, and how we know"), self.values),
            (_("Where to reach them"), self.contact_points),
            (_("What each source says"), self.records),
            (_("Why these records are one customer"), self.links),
            (_("History"), self.history),
        ]


def customer_card(path: Path, who: str) -> CustomerCard:
    """Look a customer up.

    Parameters
    ----------
    path : Path
        The customer database.
    who : str
        A ``customer_id``, or the id of any record (``shop:S000017``): it finds its customer, whatever that is
        called today.

    Raises
    ------
    LabkitError
        If no record has that id.
    """
    with reading(path) as connection:

        def ask(query: str, *values: object) -> pd.DataFrame:
            return connection.execute(query, list(values)).df()

        found = ask("SELECT customer_id FROM records WHERE record = ?", who)
        if found.empty:
            raise LabkitError(
                _("There is no record {who} in {file}. Ids look like this: {example}.").format(
                    who=repr(who), file=path, example=_example(ask)
                )
            )
        customer = found["customer_id"].item()
        records = ask(
            "SELECT * EXCLUDE (customer_id) FROM records WHERE customer_id = ? ORDER BY record", customer
        )
        points = ask(
            "SELECT p.* EXCLUDE (customer_id), coalesce(s.customers, 1) - 1 AS shared_with FROM contact_points p "
            "LEFT JOIN shared_contact_points s USING (kind, value) WHERE customer_id = ? ORDER BY kind, value",
            customer,
        )
        links = ask(
            'SELECT l.* FROM links l JOIN records r ON r.record = l."left" WHERE r.customer_id = ? '
            "ORDER BY weight DESC",
            customer,
        )
        tables = set(ask("SELECT table_name FROM duckdb_tables()")["table_name"])
        return CustomerCard(
            ask("SELECT * FROM customers WHERE customer_id = ?", customer).iloc[0],
            ask(
                "SELECT * EXCLUDE (customer_id) FROM provenance WHERE customer_id = ? ORDER BY attribute",
                customer,
            ),
            records,
            links,
            points,
            _history(ask, customer, records, tables),
        )


def _example(ask) -> str:
    return ", ".join(ask("SELECT record FROM records ORDER BY record LIMIT 2")["record"])


def _history(ask, customer: str, records: pd.DataFrame, tables: set[str]) -> pd.DataFrame:
    events = [
        pd.DataFrame({"at": records["registered"], "what": "registered", "details": records["record"]}),
    ]
    for table, moments in EVENTS.items():
        if table not in tables:
            continue
        columns = list(ask(f'DESCRIBE "{table}"')["column_name"])
        moment = next((name for name in moments if name in columns), None)
        if moment is None or "customer_id" not in columns:
            continue
        happened = ask(f'SELECT * EXCLUDE (customer_id) FROM "{table}" WHERE customer_id = ?', customer)
        told = happened.drop(columns=moment).astype("str").fillna("")
        details = [
            ", ".join(f"{name} {value}" for name, value in zip(told.columns, row, strict=True) if value)
            for row in told.to_numpy()
        ]
        at = pd.to_datetime(happened[moment])
        events.append(
            pd.DataFrame({"at": at, "what": table.removesuffix("s").replace("_", " "), "details": details})
        )
    united = pd.concat([each for each in events if len(each)], ignore_index=True)
    return united.sort_values("at", kind="stable", ignore_index=True)
