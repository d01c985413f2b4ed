"""CSV as spreadsheets write and read it, in English and in Brazilian Portuguese."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from labkit.i18n import language

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = (";", ",", "\t")


def write(rows: Iterable[Sequence[object]]) -> bytes:
    """A table that the spreadsheet of the language in force opens on a double click.

    UTF-8 with a mark (or Excel spoils the accents); in Portuguese with semicolons and decimal commas.
    """
    portuguese = language() == "pt-BR"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if portuguese else ",", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value, portuguese) for value in row])
    return text.getvalue().encode("utf-8-sig")


def read(content: bytes) -> list[list[str]]:
    """The rows of a table, whatever spreadsheet saved it: encoding and delimiter are found out."""
    text = _decoded(content)
    lines = text.split("\n", 1)
    if lines[0].strip().lower().startswith("sep="):  # Excel's own way to name the delimiter
        text = lines[1] if len(lines) > 1 else ""
    header = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    return [
        row
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        if any(cell.strip() for cell in row)
    ]


def number(text: str) -> float:
    """A number written with a decimal point or comma; :class:`ValueError` if it is none."""
    return float(text.strip().replace(",", "."))


def plain(text: str) -> str:
    """A text as it was before :func:`write` kept a spreadsheet from taking it for a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _cell(value: object, portuguese: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = f"{value:g}" if abs(value) < 1e6 else str(value)
        return shown.replace(".", ",") if portuguese else shown
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
