"""What every KPI asks of the table it is given, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _


def require_columns(table: pd.DataFrame, columns: Iterable[str]) -> None:
    """Raise :class:`LabkitError` unless the table has all of the columns."""
    if not isinstance(table, pd.DataFrame):
        raise LabkitError(
            _("A table (DataFrame) is expected; found an object of type {type}.").format(
                type=type(table).__name__
            )
        )
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise LabkitError(
            _("The table has no column {missing}. It has: {found}.").format(
                missing=", ".join(missing), found=", ".join(map(str, table.columns))
            )
        )


def require_dates(table: pd.DataFrame, *columns: str, empty: bool = False) -> None:
    """Raise unless the columns hold dates; missing ones only where ``empty`` says so.

    Text is refused even if it looks like dates: compared as text, "02/01/2025" comes before "31/12/2024".
    """
    for column in columns:
        if not pd.api.types.is_datetime64_any_dtype(table[column]):
            raise LabkitError(
                _(
                    "Column {column} holds {dtype}, not dates; text is compared letter by letter. Convert it "
                    "first: table[{column!r}] = pd.to_datetime(table[{column!r}])."
                ).format(column=column, dtype=table[column].dtype)
            )
        if getattr(table[column].dt, "tz", None) is not None:
            raise LabkitError(
                _(
                    "Column {column} carries a time zone, the window does not. Go to local time, then drop it: "
                    "table[{column!r}].dt.tz_localize(None)."
                ).format(column=column)
            )
        if not empty:
            require_filled(table, column)


def require_filled(table: pd.DataFrame, *columns: str) -> None:
    """Raise if a column has missing values: a row without a value would leave the count unseen."""
    for column in columns:
        missing = int(table[column].isna().sum())
        if missing:
            raise LabkitError(
                _("Column {column} is empty in {n} of {total} rows. Fill or drop them first.").format(
                    column=column, n=missing, total=len(table)
                )
            )


def require_numbers(table: pd.DataFrame, *columns: str) -> None:
    """Raise unless the columns hold numbers, none missing."""
    for column in columns:
        if not pd.api.types.is_numeric_dtype(table[column]):
            raise LabkitError(
                _("Column {column} holds {dtype}, not numbers.").format(
                    column=column, dtype=table[column].dtype
                )
            )
        require_filled(table, column)
