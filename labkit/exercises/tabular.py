"""Tables as data: how one leaves a notebook, and how it is read on the other side.

A table travels as JSON, column by column, in one text. Not as Parquet: its readers are made for files that one
trusts, and a few changed bytes end the process that reads them. Reading this form is Python's own JSON and a look
at the type of every value; it costs no more than the text is long.
"""

from __future__ import annotations

import hashlib
import json
import numbers
from collections.abc import Mapping
from typing import Any

from labkit.i18n import _, ngettext

TABLE = "table"
"""The one name in the JSON form of a table: ``{"table": {"data": ..., "columns": [...], ...}}``."""

MOST_ROWS, MOST_COLUMNS = 500_000, 200
MOST_CHARACTERS = 8_000_000
"""Of a table's text."""

MOST_TEXT = 10_000
"""Characters of a text."""

TYPES = ("bool", "int", "float", "text", "time")
"""What a column may hold; a time is a whole number of microseconds since 1970."""

_FIRST_TIME, _LAST_TIME = -62_135_596_800_000_000, 253_402_300_800_000_000
"""The years 1 to 9999."""

_HEAD = {"columns", "index", "types", "series", "rows", "data"}


class UnusableError(ValueError):
    """What should be an answer is none; the message says why, for a person to read."""


# --- in the notebook --------------------------------------------------------------------------------------


def pack_table(value: Any) -> dict[str, Any]:
    """Return a DataFrame or a Series as data.

    Parameters
    ----------
    value : pandas.DataFrame or pandas.Series
        Columns of booleans, whole numbers, numbers, texts (categories too) and dates without a time zone;
        periods and intervals travel as their text. The index travels along.

    Raises
    ------
    UnusableError
        If it is too large or a column has another type; names the column.
    """
    import pandas as pd

    series = isinstance(value, pd.Series)
    frame = value.to_frame() if series else value
    if isinstance(frame.columns, pd.MultiIndex):
        raise UnusableError(_("column names of several levels; expected one name a column"))
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise UnusableError(_("the column {name} twice; expected each once").format(name=str(twice)))
    if len(frame) > MOST_ROWS or frame.shape[1] > MOST_COLUMNS:
        raise UnusableError(
            _(
                "a table of {rows} × {columns}; expected at most {most_rows} rows and {most_columns} columns"
            ).format(rows=len(frame), columns=frame.shape[1], most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
        )
    names = [label(name) for name in frame.columns]
    levels = (
        []
        if _is_counted(frame.index)
        else [frame.index.get_level_values(n) for n in range(frame.index.nlevels)]
    )
    index = [None if level.name is None else label(level.name) for level in levels]
    columns = [(index[n] or _("index"), level.to_series()) for n, level in enumerate(levels)]
    columns += [(names[n], frame.iloc[:, n]) for n in range(frame.shape[1])]
    read = [_column(shown, column) for shown, column in columns]
    data = json.dumps([values for _type, values in read], ensure_ascii=False, separators=(",", ":"))
    if len(data) > MOST_CHARACTERS:
        raise UnusableError(
            _("a table of {found} MB; expected at most {most} MB. Hand out only what is asked.").format(
                found=round(len(data) / 1e6, 1), most=MOST_CHARACTERS / 1e6
            )
        )
    types = [kind for kind, _values in read]
    return {
        TABLE: {
            "columns": names, "index": index, "types": types, "series": series, "rows": len(frame), "data": data,
        }
    }  # fmt: skip


def _is_counted(index: Any) -> bool:
    """Whether an index says no more than the place of a row."""
    import pandas as pd

    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1 and index.name is None


def _column(name: Any, column: Any) -> tuple[str, list[Any]]:
    """The type of a column and its values as JSON holds them; None where one is missing."""
    import numpy as np
    import pandas as pd

    column = column.reset_index(drop=True)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype):
        column = column.astype(object).map(str, na_action="ignore")
    if column.dtype == object:
        column = _inferred(name, column)
    kind, types, holes = column.dtype, pd.api.types, column.isna().to_numpy()
    if isinstance(kind, pd.DatetimeTZDtype):
        raise UnusableError(
            _("times with a time zone in column {name}; take it off with .dt.tz_localize(None)").format(
                name=name
            )
        )
    if types.is_bool_dtype(kind):
        return "bool", _with_holes(column.fillna(False).astype(bool).tolist(), holes)
    if types.is_integer_dtype(kind):
        whole = column.fillna(0).astype(object).tolist()
        if any(abs(value) >= 2**63 for value in whole):
            raise UnusableError(_("whole numbers too large in column {name}").format(name=name))
        return "int", _with_holes([int(value) for value in whole], holes)
    if types.is_float_dtype(kind):
        values = column.to_numpy(float, na_value=np.nan) + 0.0  # one zero, not two
        if np.isinf(values).any():
            raise UnusableError(
                _("infinite numbers in column {name}; expected finite ones").format(name=name)
            )
        return "float", _with_holes(values.tolist(), holes)
    if types.is_datetime64_dtype(kind):
        micros = column.to_numpy().astype("datetime64[us]").astype("int64").tolist()
        return "time", _with_holes(micros, holes)
    if types.is_string_dtype(kind):
        texts = [None if hole else str(value) for value, hole in zip(column, holes, strict=True)]
        if not all(text is None or _is_text(text) for text in texts):
            raise UnusableError(_("a text that is too long, or none, in column {name}").format(name=name))
        return "text", texts
    raise UnusableError(
        _("the type {type} in column {name}; expected numbers, texts, booleans or dates").format(
            type=kind, name=name
        )
    )


def _with_holes(values: list[Any], holes: Any) -> list[Any]:
    if not holes.any():
        return values
    return [None if hole else value for value, hole in zip(values, holes, strict=True)]


def _inferred(name: Any, column: Any) -> Any:
    """A column of objects as what they all are."""
    import pandas as pd

    what = pd.api.types.infer_dtype(column, skipna=True)
    if what in ("string", "empty"):
        return column.astype("str")
    if what in ("date", "datetime", "datetime64"):
        return pd.to_datetime(column)
    if what in ("integer", "boolean", "floating", "mixed-integer-float", "decimal"):
        return column.astype({"integer": "Int64", "boolean": "boolean"}.get(what, float))
    if what in ("period", "interval"):
        return column.map(str, na_action="ignore").astype("str")
    raise UnusableError(
        _("objects ({what}) in column {name}; expected numbers, texts, booleans or dates").format(
            what=what, name=name
        )
    )


def label(name: Any) -> str:
    """The name of a column as text: 2024 and "2024" are the same name, and so are a month and its text."""
    if not isinstance(name, bool) and isinstance(name, numbers.Real) and float(name).is_integer():
        name = int(name)
    text = str(name)
    if len(text) > 200:
        raise UnusableError(_("the name of a column with {found} characters").format(found=len(text)))
    return text_within(text)


# --- on the other side ----------------------------------------------------------------------------------------


def is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {TABLE}


def has_form(value: Any) -> bool:
    """Whether this is what :func:`pack_table` gives, as far as that shows without reading its text."""
    try:
        _head(value)
    except UnusableError:
        return False
    return True


def read_table(value: Any) -> tuple[Any, list[Any]]:
    """Read what :func:`pack_table` gave; trusts nothing of it.

    Returns
    -------
    frame : pandas.DataFrame
        Without the index; a Series is one column.
    index : list of pandas.Series
        The levels of the index, each with its name; empty where it counts the rows.

    Raises
    ------
    UnusableError
        If it is not such a table.
    """
    import pandas as pd

    said = _head(value)
    columns = _columns(said)
    made = [_as_series(kind, values) for kind, values in zip(said["types"], columns, strict=True)]
    levels = [made[n].rename(name) for n, name in enumerate(said["index"])]
    frame = pd.DataFrame(dict(enumerate(made[len(levels) :])), index=pd.RangeIndex(said["rows"]))
    frame.columns = said["columns"]
    return frame, levels


def _head(value: Any) -> dict[str, Any]:
    said = value.get(TABLE) if is_table(value) else None
    if not isinstance(said, Mapping) or set(said) != _HEAD:
        raise UnusableError(_("not in the form of a table"))
    columns, index, types = said["columns"], said["index"], said["types"]
    good = (
        isinstance(said["data"], str)
        and len(said["data"]) <= MOST_CHARACTERS
        and isinstance(columns, list)
        and len(columns) <= MOST_COLUMNS
        and all(_is_name(name) for name in columns)
        and len(set(columns)) == len(columns)
        and isinstance(index, list)
        and len(index) <= 10
        and all(name is None or _is_name(name) for name in index)
        and isinstance(types, list)
        and len(types) == len(index) + len(columns)
        and all(isinstance(kind, str) and kind in TYPES for kind in types)
        and isinstance(said["series"], bool)
        and type(said["rows"]) is int
        and 0 <= said["rows"] <= MOST_ROWS
        and (not said["series"] or len(columns) == 1)
    )
    if not good:
        raise UnusableError(_("not in the form of a table"))
    return dict(said)


def _columns(said: Mapping[str, Any]) -> list[list[Any]]:
    """The values of all columns, each of the type that is said."""
    try:
        columns = json.loads(said["data"], parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UnusableError(_("a table that is damaged")) from None
    good = (
        isinstance(columns, list)
        and len(columns) == len(said["types"])
        and all(isinstance(values, list) and len(values) == said["rows"] for values in columns)
        and all(
            all(value is None or _IS[kind](value) for value in values)
            for kind, values in zip(said["types"], columns, strict=True)
        )
    )
    if not good:
        raise UnusableError(_("a table that is damaged"))
    return columns


def _no_number(word: str) -> None:
    raise ValueError(word)


def _is_text(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_name(value: Any) -> bool:
    return _is_text(value) and len(value) <= 200


_IS = {
    "bool": lambda value: type(value) is bool,
    "int": lambda value: type(value) is int and abs(value) < 2**63,
    "float": lambda value: type(value) is float and abs(value) < 1e300,
    "text": _is_text,
    "time": lambda value: type(value) is int and _FIRST_TIME <= value < _LAST_TIME,
}


def _as_series(kind: str, values: list[Any]) -> Any:
    import numpy as np
    import pandas as pd

    if kind == "time":
        holes = np.array([value is None for value in values], bool)
        micros = np.array([0 if value is None else value for value in values], "int64")
        return pd.Series(np.where(holes, np.datetime64("NaT", "us"), micros.astype("datetime64[us]")))
    return pd.Series(
        values, dtype={"bool": "boolean", "int": "Int64", "float": "float64", "text": "str"}[kind]
    )


def digest(value: Mapping[str, Any]) -> str:
    """SHA-256 of all that a table holds."""
    said = value[TABLE]
    content = json.dumps([said[name] for name in sorted(_HEAD)], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()


# --- both ----------------------------------------------------------------------------------------------------


def text_within(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise UnusableError(
            ngettext(
                "a text of {n} character; expected at most {most}",
                "a text of {n} characters; expected at most {most}",
                len(text),
            ).format(n=len(text), most=MOST_TEXT)
        )
    return text.encode("utf-8", "replace").decode("utf-8")
