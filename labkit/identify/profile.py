"""What do we know, about whom, how fresh, from where? An inventory of source systems before anything is matched.

Five questions of every column: is something there (completeness), can it be true (validity), how old is it
(freshness), does it tell people apart (uniqueness), and do several systems know it (overlap)?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify.sources import CARAMELO, SourceLayout, stack_sources

ASKED = ("cpf", "birth_date", "phone", "email", "cep", "address", "city")
"""Fields of the inventory, beside the name."""


def completeness(table: pd.DataFrame) -> pd.Series:
    """Share of the rows in which each column holds something; a text of blanks holds nothing.

    Placeholders count as something here: that they are nothing is for :func:`validity` to say.
    """
    return _filled(table).mean().rename("completeness")


def validity(
    tables: Mapping[str, pd.DataFrame],
    layouts: Mapping[str, SourceLayout] | None = None,
    latest_birth: str | pd.Timestamp | None = "2025-12-31",
) -> pd.DataFrame:
    """Of what is filled in, the share that can be true: what standardising keeps.

    Returns
    -------
    DataFrame of shape (n_sources, n_fields)
        Between 0 and 1; missing where a source does not ask, or nobody answered.
    """
    layouts = CARAMELO if layouts is None else layouts
    records = stack_sources(tables, layouts, latest_birth)
    shares = {}
    for source, table in tables.items():
        kept = records[records["source"] == source]
        filled = _filled(table)
        asked = {"name": layouts[source].name, **{field: _columns(layouts[source], field) for field in ASKED}}
        shares[source] = {
            field: kept[field].notna().sum() / there
            if (there := filled[list(columns)].any(axis=1).sum())
            else None
            for field, columns in asked.items()
            if columns
        }
    return pd.DataFrame(shares).T.reindex(columns=["name", *ASKED]).astype(float)


def freshness(days: pd.Series, on: str | pd.Timestamp) -> pd.Series:
    """How old records are.

    Parameters
    ----------
    days : Series of datetime64, shape (n,)
        Day of each record.
    on : str or Timestamp
        The day from which one looks back.

    Returns
    -------
    Series
        ``newest``, ``oldest`` (days), ``median_age_days``, ``older_than_a_year`` (share of those with a day), ``unknown``
        (share of all).
    """
    age = (pd.Timestamp(on) - days).dt.days
    return pd.Series(
        {
            "newest": days.max(),
            "oldest": days.min(),
            "median_age_days": age.median(),
            "older_than_a_year": (age.dropna() > 365).mean(),
            "unknown": days.isna().mean(),
        },
        dtype=object,
    )


def uniqueness(table: pd.DataFrame) -> pd.DataFrame:
    """Whether columns tell rows apart.

    Returns
    -------
    DataFrame of shape (n_columns, 4)
        ``known``, ``distinct`` (numbers), ``uniqueness`` (distinct of known), ``most_common`` (how often the commonest
        value stands: a phone that hundreds share is a placeholder).
    """
    rows = {}
    for name in table.columns:
        counts = table[name].value_counts()
        known = int(counts.sum())
        rows[name] = {
            "known": known,
            "distinct": len(counts),
            "uniqueness": len(counts) / known if known else float("nan"),
            "most_common": int(counts.iloc[0]) if known else 0,
        }
    return pd.DataFrame(rows).T.astype({"known": int, "distinct": int, "most_common": int})


def overlap(records: pd.DataFrame, field: str) -> pd.DataFrame:
    """Of the values that one source knows, the share that another knows as well.

    Parameters
    ----------
    records : DataFrame
        As of :func:`labkit.identify.stack_sources`.
    field : str
        Such as ``cpf`` or ``email``: standardised, or equal values look different.

    Returns
    -------
    DataFrame of shape (n_sources, n_sources)
        Row: whose values; column: who else knows them. Missing for a source that knows none.
    """
    if field not in records:
        raise LabkitError(
            _("The records have no field {field}. They have: {found}.").format(
                field=repr(field), found=", ".join(records.columns)
            )
        )
    values = {source: set(each.dropna()) for source, each in records.groupby("source", sort=False)[field]}
    shares = {
        one: {other: len(mine & values[other]) / len(mine) if mine else None for other in values}
        for one, mine in values.items()
    }
    return pd.DataFrame(shares).T.astype(float)


def inventory(
    tables: Mapping[str, pd.DataFrame],
    registered: Mapping[str, pd.Series],
    on: str | pd.Timestamp,
    kinds: Mapping[str, Mapping[str, str]] | None = None,
) -> pd.DataFrame:
    """Every column of every source: what it is, how full, how distinct, how fresh.

    Parameters
    ----------
    tables : mapping of str to DataFrame
    registered : mapping of str to Series of datetime64
        Source → day of each of its records, in the order of the table.
    on : str or Timestamp
        The day from which one looks back.
    kinds : mapping, optional
        Source → column → registration, demographic, transactional or behavioural.

    Returns
    -------
    DataFrame of shape (n_columns_of_all, 7)
        Indexed by ``source`` and ``column``: ``kind``, ``rows``, ``completeness``, ``distinct``, ``uniqueness``,
        ``most_common``, ``median_age_days`` (of the rows that hold something).
    """
    parts = []
    for source, table in tables.items():
        filled = _filled(table)
        age = (pd.Timestamp(on) - pd.Series(registered[source].to_numpy(), index=table.index)).dt.days
        part = uniqueness(table)[["distinct", "uniqueness", "most_common"]]
        part.insert(0, "kind", pd.Series((kinds or {}).get(source, {}), dtype="str").reindex(table.columns))
        part.insert(1, "rows", len(table))
        part.insert(2, "completeness", filled.mean())
        part["median_age_days"] = [age[filled[column]].median() for column in table.columns]
        parts.append(part.rename_axis("column").assign(source=source).set_index("source", append=True))
    return pd.concat(parts).swaplevel()


def customer_counts(records: pd.DataFrame, customers: pd.Series | None = None) -> pd.Series:
    """How many customers are there? As many as there are ways of counting.

    Parameters
    ----------
    records : DataFrame
        As of :func:`labkit.identify.stack_sources`.
    customers : Series, optional
        Customer of each record, once it is matched.

    Returns
    -------
    Series of int
        ``records`` (all systems added up), ``largest source``, ``different cpf``, ``different email`` and the like (a
        record without one is not counted), ``different name and birth date``, and ``matched``.
    """
    both = records[["name", "birth_date"]].dropna()
    counts = {
        "records": len(records),
        "largest source": int(records["source"].value_counts().max()),
        **{f"different {field}": records[field].nunique() for field in ("cpf", "email", "phone")},
        "different name and birth date": len(both.drop_duplicates()),
    }
    if customers is not None:
        counts["matched"] = customers.nunique()
    return pd.Series(counts, name="customers")


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    return table.apply(lambda column: column.notna() & column.astype("str").str.strip().ne("").fillna(False))


def _columns(layout: SourceLayout, field: str) -> Sequence[str]:
    place = {"address": layout.street}.get(field, getattr(layout, field, None))
    return (place,) if place else ()


__all__: Sequence[str] = (
    "completeness",
    "customer_counts",
    "freshness",
    "inventory",
    "overlap",
    "uniqueness",
    "validity",
)
