"""Tables as data: how one leaves a notebook, and how it is read on the other side.

A table travels as Parquet in its plainest form (no dictionary, no compression, no metadata of pandas), packed
with zlib and written in base64. That form bounds what reading it can cost: nothing in it unpacks to more than
:data:`MOST_BYTES`, nothing names a type to be made, and a table that :func:`pack_table` did not write is refused.
"""

from __future__ import annotations

import base64
import binascii
import io
import numbers
import zlib
from collections.abc import Mapping
from typing import Any

from labkit.i18n import _, ngettext

TABLE = "table"
"""The one name in the JSON form of a table: ``{"table": {"parquet": ..., "columns": [...], ...}}``."""

MOST_ROWS, MOST_COLUMNS = 500_000, 200
MOST_BYTES = 32_000_000
"""Of an unpacked table."""

MOST_PACKED = 3_000_000
"""Of a packed one, in base64."""

MOST_TEXT = 10_000
"""Characters of a text."""

_TYPES = {"bool", "int64", "double", "string", "timestamp[us]"}
"""Types that a column may have, by their names in Arrow."""


class UnusableError(ValueError):
    """What should be an answer is none; the message says why, for a person to read."""


# --- in the notebook ------------------------------------------------------------------------------------------


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
    columns = [(f"i{n}", index[n] or _("index"), level.to_series()) for n, level in enumerate(levels)]
    columns += [(f"c{n}", names[n], frame.iloc[:, n]) for n in range(frame.shape[1])]
    arrow = [_column(shown, column) for _short, shown, column in columns]
    content = _parquet([short for short, _shown, _column in columns], arrow, len(frame))
    return {TABLE: _packed(content, names, index, series, len(frame))}


def _packed(content: bytes, names: list, index: list, series: bool, rows: int) -> dict[str, Any]:
    packed = base64.b64encode(zlib.compress(content, 6)).decode()
    if len(content) > MOST_BYTES or len(packed) > MOST_PACKED:
        raise UnusableError(
            _("a table of {found} MB; expected at most {most} MB. Hand out only what is asked.").format(
                found=round(max(len(content) / 1e6, len(packed) / 1e6), 1), most=MOST_PACKED / 1e6
            )
        )
    return {"parquet": packed, "columns": names, "index": index, "series": series, "rows": rows}


def _is_counted(index: Any) -> bool:
    """Whether an index says no more than the place of a row."""
    import pandas as pd

    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1 and index.name is None


def _column(name: Any, column: Any) -> Any:
    """One column as an Arrow array of one of the types that may travel."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    column = column.reset_index(drop=True)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype):
        column = column.astype(object).map(str, na_action="ignore")
    if column.dtype == object:
        column = _inferred(name, column)
    kind, types = column.dtype, pd.api.types
    if isinstance(kind, pd.DatetimeTZDtype):
        raise UnusableError(
            _("times with a time zone in column {name}; take it off with .dt.tz_localize(None)").format(
                name=name
            )
        )
    if types.is_bool_dtype(kind):
        return pa.array(column, pa.bool_(), from_pandas=True)
    if types.is_integer_dtype(kind):
        try:
            return pa.array(column, pa.int64(), from_pandas=True)
        except (pa.ArrowInvalid, OverflowError):
            raise UnusableError(_("whole numbers too large in column {name}").format(name=name)) from None
    if types.is_float_dtype(kind):
        values = column.to_numpy(float, na_value=np.nan) + 0.0  # one zero, not two
        if np.isinf(values).any():
            raise UnusableError(
                _("infinite numbers in column {name}; expected finite ones").format(name=name)
            )
        return pa.array(values, pa.float64(), from_pandas=True)
    if types.is_datetime64_dtype(kind):
        return pa.array(column.astype("datetime64[us]"), pa.timestamp("us"), from_pandas=True)
    if types.is_string_dtype(kind):
        try:
            return pa.array([None if pd.isna(v) else str(v) for v in column], pa.string())
        except UnicodeEncodeError:
            raise UnusableError(_("characters that are no text in column {name}").format(name=name)) from None
    raise UnusableError(
        _("the type {type} in column {name}; expected numbers, texts, booleans or dates").format(
            type=kind, name=name
        )
    )


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


def read_table(value: Any) -> tuple[Any, list[str | None]]:
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
    import pyarrow as pa

    said = _head(value)
    content = _unpacked(said["parquet"])
    shorts = [f"i{n}" for n in range(len(said["index"]))] + [f"c{n}" for n in range(len(said["columns"]))]
    table = _from_parquet(content, shorts, said["rows"])
    again = _parquet(shorts, [table.column(n).combine_chunks() for n in range(len(shorts))], said["rows"])
    if again != content:
        raise UnusableError(_("a table that lk.report did not write"))
    mapper = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get
    frame = table.to_pandas(types_mapper=mapper, use_threads=False)
    levels = [frame[f"i{n}"].rename(name) for n, name in enumerate(said["index"])]
    frame = frame[[f"c{n}" for n in range(len(said["columns"]))]]
    frame.columns = said["columns"]
    return frame, levels


def has_form(value: Any) -> bool:
    """Whether this is what :func:`pack_table` gives, as far as that shows without unpacking it."""
    try:
        _head(value)
    except UnusableError:
        return False
    return True


def _head(value: Any) -> dict[str, Any]:
    said = value.get(TABLE) if is_table(value) else None
    if not isinstance(said, Mapping) or set(said) != {"parquet", "columns", "index", "series", "rows"}:
        raise UnusableError(_("not in the form of a table"))
    columns, index = said["columns"], said["index"]
    good = (
        isinstance(said["parquet"], str)
        and isinstance(columns, list)
        and len(columns) <= MOST_COLUMNS
        and all(isinstance(name, str) and len(name) <= 200 for name in columns)
        and len(set(columns)) == len(columns)
        and isinstance(index, list)
        and len(index) <= 10
        and all(name is None or (isinstance(name, str) and len(name) <= 200) for name in index)
        and isinstance(said["series"], bool)
        and type(said["rows"]) is int
        and 0 <= said["rows"] <= MOST_ROWS
        and (not said["series"] or len(columns) == 1)
    )
    if not good:
        raise UnusableError(_("not in the form of a table"))
    return dict(said)


def _unpacked(packed: str) -> bytes:
    if len(packed) > MOST_PACKED:
        raise UnusableError(_("a table that is too large"))
    try:
        raw = base64.b64decode(packed, validate=True)
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(raw, MOST_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        raise UnusableError(_("a table that is damaged")) from None
    if not unpacking.eof or unpacking.unused_data:
        raise UnusableError(_("a table that is too large or damaged"))
    return content


def _parquet(names: list[str], columns: list[Any], rows: int) -> bytes:
    """Parquet without anything that could unpack to more than it is, or name a type to be made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not names:  # Parquet keeps no rows without columns
        names, columns = ["c"], [pa.nulls(rows, pa.bool_())]
    out = io.BytesIO()
    pq.write_table(
        pa.table(columns, names=names), out, compression="NONE", use_dictionary=False, write_statistics=False,
        store_schema=False, row_group_size=MOST_ROWS + 1, version="2.6", coerce_timestamps="us",
    )  # fmt: skip
    return out.getvalue()


def _from_parquet(content: bytes, names: list[str], rows: int) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(content), memory_map=False, pre_buffer=False)
        metadata, schema = file.metadata, file.schema_arrow
        parts = [
            metadata.row_group(group).column(column)
            for group in range(min(metadata.num_row_groups, 2))
            for column in range(min(metadata.num_columns, MOST_COLUMNS + 10))
        ]
        good = (
            metadata.num_rows == rows
            and metadata.num_row_groups <= 1
            and schema.names == (names or ["c"])
            and metadata.num_columns == len(schema.names)
            and not metadata.metadata
            and all(str(kind) in _TYPES for kind in schema.types)
            and all(part.compression == "UNCOMPRESSED" for part in parts)
            and all(set(part.encodings) <= {"PLAIN", "RLE"} for part in parts)
        )
        if not good:
            raise UnusableError(_("a table that lk.report did not write"))
        return file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        if isinstance(error, UnusableError):
            raise
        raise UnusableError(_("a table that is damaged")) from None


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
