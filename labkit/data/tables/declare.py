"""How a table is declared: kinds of column, rules, and short names for the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

DTYPES = {
    "int": "int64",
    "float": "float64",
    "text": "str",
    "bool": "bool",
    "date": "datetime64[us]",
    "time": "datetime64[us]",
}
"""Kinds of column and the pandas type each is loaded as; a whole number that may be missing is an ``Int64``."""


@dataclass(frozen=True)
class Column:
    """What a column may hold.

    Parameters
    ----------
    kind : str
        int, float, text, bool, date or time (a moment).
    nullable, unique : bool
    low, high : float or str, optional
        Least and greatest value (dates and moments as ISO text).
    values : tuple, optional
        The only values allowed.
    pattern : str, optional
        Regular expression that the whole text matches.
    refers : str, optional
        "table.column" whose values these must be among.
    """

    kind: str
    nullable: bool = False
    unique: bool = False
    low: float | str | None = None
    high: float | str | None = None
    values: tuple | None = None
    pattern: str | None = None
    refers: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: its name for ``lk.load``, its file under ``datasets/``, its columns in order."""

    name: str
    file: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    generated: bool = True


def dtype(column: Column) -> str:
    """Return the pandas type of a column."""
    return "Int64" if column.kind == "int" and column.nullable else DTYPES[column.kind]


def caramelo(
    declared: Mapping[str, tuple[str, tuple[str, ...], Mapping[str, Column]]],
) -> dict[str, Table]:
    """Declare tables of Caramelo: name, then suffix of the file, key columns, columns.

    Parameters
    ----------
    declared : mapping
        ``{"orders": ("parquet", ("order_id",), {"order_id": identifier(unique=True), …})}``; names that begin
        with ``truth/`` are for scoring only.
    """
    return {
        name: Table(name, f"caramelo/{name}.{suffix}", columns, key)
        for name, (suffix, key, columns) in declared.items()
    }


def identifier(refers: str | None = None, *, unique: bool = False) -> Column:
    return Column("int", low=1, unique=unique, refers=refers)


def text(*values: str, nullable: bool = False, pattern: str | None = None) -> Column:
    return Column("text", nullable=nullable, values=values or None, pattern=pattern)


def money(low: float | None = 0.0, *, nullable: bool = False) -> Column:
    return Column("float", low=low, nullable=nullable)


def day(low: str = "2024-01-01", high: str = "2025-12-31", *, nullable: bool = False) -> Column:
    return Column("date", low=low, high=high, nullable=nullable)


def moment(low: str = "2024-01-01", high: str = "2026-01-01", *, nullable: bool = False) -> Column:
    return Column("time", low=low, high=high, nullable=nullable)


def whole(low: int | None = 0, high: int | None = None, *, nullable: bool = False) -> Column:
    return Column("int", low=low, high=high, nullable=nullable)


SHARE = Column("float", low=0.0, high=1.0)
FLAG = Column("bool")
NUMBER = Column("float")
STATE = text(pattern="[A-Z]{2}")
CUSTOMER = identifier("customers.customer_id")
BLANK = text(nullable=True)
SOURCES = ("ecommerce", "shop", "clinic", "newsletter")


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return ``frame`` with the columns, order and types of ``table``; blank texts become missing.

    Raises
    ------
    KeyError
        If a declared column is not there.
    """
    import pandas as pd

    columns = {}
    for name, column in table.columns.items():
        values = frame[name].array
        if values.dtype != dtype(column):
            values = values.astype(dtype(column))
        if column.kind == "text" and column.nullable:
            values = pd.Series(values).replace("", float("nan")).array
        columns[name] = values
    return pd.DataFrame(columns)
