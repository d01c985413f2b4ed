"""Taking files in: what can be read is read, what cannot is kept aside with its reason, nothing is dropped silently.

A *fault* is the file's (empty, a column missing, a column that changed its format): it cannot be used as it is. What
is *set aside* is a row's (no number, a number twice, too many fields) or a single value's (a CPF of letters): the
rest of the file, or of the row, goes on. A *note* is what was put right on the way (semicolons, another encoding).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from labkit.i18n import _
from labkit.identify import contracts
from labkit.identify.describing import Source

SEPARATORS = (",", ";", "\t", "|")
ASIDE = ("source", "row", "record_id", "column", "value", "reason")
"""Columns of what is set aside. ``row`` counts from 1 below the header; ``column`` is blank if the whole row is aside."""


@dataclass(frozen=True)
class Intake:
    """One source's file, read.

    Attributes
    ----------
    source : Source
    rows : int
        Rows in the file below its header.
    table : DataFrame
        Rows to work with, every column text, labelled with their row in the file.
    aside : DataFrame
        Rows and values set aside, with the columns :data:`ASIDE`.
    notes, faults : list of str
    """

    source: Source
    rows: int
    table: pd.DataFrame
    aside: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether the file has no fault."""
        return not self.faults


def read_sources(folder: Path, sources: Mapping[str, Source]) -> dict[str, Intake]:
    """Read the file of each source; see :func:`read_source`."""
    return {name: read_source(Path(folder) / source.file, source) for name, source in sources.items()}


def read_source(path: Path, source: Source) -> Intake:
    """Read one source's CSV file, whatever its encoding and separator, and check it against the contract.

    Parameters
    ----------
    path : Path
    source : Source

    Returns
    -------
    Intake
        With a fault if the file cannot be used; nothing is raised for what is in it.
    """

    def failed(fault: str, notes: list[str] | None = None) -> Intake:
        said = f"{path.name}: {fault}"
        return Intake(source, 0, pd.DataFrame(), aside_table([]), notes or [], [said])

    if not path.is_file():
        return failed(_("there is no such file in {folder}.").format(folder=path.parent))
    content = path.read_bytes()
    if not content.strip():
        return failed(_("the file is empty ({n} bytes).").format(n=len(content)))
    text_bytes, notes = _as_utf8(content, path.name)
    del content
    header = text_bytes.split(b"\n", 1)[0].decode().strip("\ufeff\r\n")
    separator = _separator(header, source)
    if separator != ",":
        notes.append(
            _("{file}: fields are separated by {found}, not by a comma; read so.").format(
                file=path.name, found=repr(separator)
            )
        )
    try:
        table, broken = _parse(text_bytes, separator)
    except ValueError as error:
        return failed(_("it cannot be read as CSV: {error}").format(error=error), notes)
    del text_bytes
    rows = len(table) + len(broken)
    table.index = _row_numbers(rows, [row for row, _text, _found in broken])
    aside = [
        (
            source.name,
            row,
            None,
            None,
            text,
            _("{found} fields, not {expected}").format(found=found, expected=table.shape[1]),
        )
        for row, text, found in broken
    ]
    if rows == 0:
        return failed(_("there is a header and no row below it."), notes)
    identifier = source.layout.record_id
    if identifier in table:
        unusable, reasons = _unusable(table, identifier)
        raw = table.loc[unusable]
        texts = raw.fillna("").agg(separator.join, axis=1) if len(raw) else []
        aside += zip(
            [source.name] * len(raw),
            raw.index,
            raw[identifier],
            [None] * len(raw),
            texts,
            reasons,
            strict=True,
        )
        table = table.drop(index=unusable)
    findings = contracts.check(table, source.contract)
    faults = [] if findings.kept else [f"{path.name}: {line}" for line in findings.lines()]
    if findings.kept:
        if findings.unexpected:
            columns = ", ".join(findings.unexpected)
            notes.append(
                _("{file}: columns that nobody promised: {columns}; not used.").format(
                    file=path.name, columns=columns
                )
            )
        table, values = _blank_misfits(table, findings, source)
        aside += values
    return Intake(source, rows, table, aside_table(aside), notes, faults)


def _as_utf8(content: bytes, name: str) -> tuple[bytes, list[str]]:
    """The file in UTF-8, and what had to be done for it."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                break
            note = _("{file}: written in {encoding}; read so.").format(file=name, encoding=encoding)
            return text.encode(), [] if encoding == "utf-8-sig" else [note]
    try:
        content.decode("utf-8")
        return content, []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    note = _(
        "{file}: not in UTF-8 (first seen in line {line}); read as Windows-1252. Look at some names with accents."
    ).format(file=name, line=line)
    return content.decode("cp1252", errors="replace").encode(), [note]


def _separator(header: str, source: Source) -> str:
    """The separator with which most promised columns are found in the header."""
    promised = set(source.contract.columns)

    def found(separator: str) -> int:
        return sum(name.strip().strip('"') in promised for name in header.split(separator))

    return max(SEPARATORS, key=found)


def _parse(content: bytes, separator: str) -> tuple[pd.DataFrame, list[tuple[int, str, int]]]:
    """Rows as text, blanks missing; and the rows with another number of fields: place, text, fields."""
    import pyarrow as pa
    from pyarrow import csv

    broken: list[tuple[int, str, int]] = []

    def keep(row: csv.InvalidRow) -> str:
        broken.append((row.number - 1, row.text, row.actual_columns))  # its numbers count the header as 1
        return "skip"

    names = list(pd.read_csv(io.BytesIO(content), sep=separator, nrows=0, dtype=str).columns)
    try:
        table = csv.read_csv(
            pa.py_buffer(content),
            read_options=csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
            parse_options=csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=keep
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid as error:
        raise ValueError(str(error)) from None
    return table.to_pandas().astype("str"), broken


def _row_numbers(rows: int, broken: list[int]) -> pd.Index:
    return pd.RangeIndex(1, rows + 1).difference(pd.Index(broken), sort=False).rename("row")


def _unusable(table: pd.DataFrame, identifier: str) -> tuple[pd.Index, list[str]]:
    """Rows without a number of their own, and why."""
    ids = table[identifier]
    first = pd.Series(table.index, index=table.index).groupby(ids).transform("first")
    repeated = ids.notna() & (first != table.index)
    same = pd.Series(False, index=table.index)
    if repeated.any():
        again = table.loc[repeated[repeated].index].fillna("")
        before = table.loc[first[again.index].astype(int)].fillna("")
        same[again.index] = (again.to_numpy() == before.to_numpy()).all(axis=1)
    reasons = []
    unusable = table.index[ids.isna() | repeated]
    for row in unusable:
        if pd.isna(ids[row]):
            reasons.append(_("no record number"))
        elif same[row]:
            reasons.append(_("repeats row {row}").format(row=int(first[row])))
        else:
            reasons.append(_("the number stands in row {row} already").format(row=int(first[row])))
    return unusable, reasons


def _blank_misfits(
    table: pd.DataFrame, findings: contracts.Findings, source: Source
) -> tuple[pd.DataFrame, list[tuple]]:
    """Blank the values that do not fit, and say which they were."""
    table = table.copy()
    aside = []
    identifier = source.layout.record_id
    for row, column, value, expected in findings.values.itertuples(index=False):
        if column == identifier or pd.isna(value):
            continue  # a number of an unusual form is still a number; a blank is blank
        aside.append(
            (
                source.name,
                row,
                table.at[row, identifier],
                column,
                value,
                _("not {expected}").format(expected=expected),
            )
        )
        table.at[row, column] = None
    return table, aside


def aside_table(rows: list[tuple]) -> pd.DataFrame:
    """Rows and values set aside, one tuple each in the order of :data:`ASIDE`, as a table sorted by source and row."""
    frame = pd.DataFrame(rows, columns=list(ASIDE))
    frame["row"] = frame["row"].astype("int64")
    text = [column for column in ASIDE if column != "row"]
    frame[text] = frame[text].astype("str")
    return frame.sort_values(["source", "row"], kind="stable", ignore_index=True)
