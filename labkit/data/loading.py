"""Read tables and data cards, verified against their checksums."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.data import checksums
from labkit.data.places import datasets_dir
from labkit.data.tables import DTYPES, TABLES, Table, dtype
from labkit.errors import LabkitError
from labkit.i18n import _, language
from labkit.prices import protected

if TYPE_CHECKING:
    import pandas as pd

FORMATS = {"date": "%Y-%m-%d", "time": "%Y-%m-%d %H:%M"}
"""How dates and moments are written in CSV."""

_read: dict[tuple[str, int, int], pd.DataFrame] = {}


class Card(str):
    """The text of a data card; a notebook shows it as formatted Markdown."""

    def _repr_markdown_(self) -> str:
        return protected(self)


def names(*, truth: bool = False) -> list[str]:
    """Return the names of the tables, with those of the truth if asked."""
    return [name for name in TABLES if truth or not name.startswith("truth/")]


def find(name: str) -> Table:
    """Return the declaration of a table.

    Raises
    ------
    LabkitError
        If there is no table of that name; the message lists the names and says which is closest.
    """
    if name in TABLES:
        return TABLES[name]
    if f"truth/{name}" in TABLES:
        raise LabkitError(
            _(
                "There is no table {name!r}: no company could see it. The truth is kept for scoring only, "
                'as lk.load("truth/{name}").'
            ).format(name=name)
        )
    close = difflib.get_close_matches(str(name), TABLES, n=1, cutoff=0.5)
    hint = " " + _("Did you mean {name!r}?").format(name=close[0]) if close else ""
    raise LabkitError(
        _("There is no table {name!r}.").format(name=name)
        + hint
        + " "
        + _("The tables are: {names}.").format(names=", ".join(names()))
    )


def load(name: str) -> pd.DataFrame:
    """Load a table of the course.

    Parameters
    ----------
    name : str
        Such as ``"orders"``; ``lk.card(name)`` says what is in it. Tables of the truth are called
        ``"truth/…"`` and serve scoring only.

    Returns
    -------
    pandas.DataFrame
        The caller's own copy, with the declared types.

    Raises
    ------
    LabkitError
        If there is no such table, if its file is missing, or if its content is not what was published.
    """
    table = find(name)
    path = datasets_dir() / table.file
    if not path.exists():
        raise LabkitError(
            _("The file of {name!r} is missing: {path}. Restore it with: {command}").format(
                name=name, path=path, command=restore_command(table)
            )
        )
    stat = path.stat()
    state = (str(path), stat.st_mtime_ns, stat.st_size)
    if state not in _read:
        verify(table, path)
        _read[state] = read(table, path)
    return _read[state].copy()


def verify(table: Table, path: Path) -> None:
    """Compare a file with its checksum.

    Raises
    ------
    LabkitError
        If they differ, or the list of checksums does not name the file.
    """
    expected = checksums.read(datasets_dir()).get(table.file)
    if expected is None:
        raise LabkitError(
            _("{list} does not name {file}, so it cannot be trusted. Restore it with: {command}").format(
                list=datasets_dir() / checksums.NAME,
                file=table.file,
                command="git restore datasets/SHA256SUMS",
            )
        )
    found = checksums.digest(path)
    if found != expected:
        raise LabkitError(
            _(
                "{path} was changed. Its checksum is {found}…, expected {expected}…; the lessons' answers hold for "
                "the published file only. Restore it with: {command}"
            ).format(path=path, found=found[:12], expected=expected[:12], command=restore_command(table))
        )


def read(table: Table, path: Path) -> pd.DataFrame:
    """Read a file into the declared types."""
    import pandas as pd

    types = {name: dtype(column) for name, column in table.columns.items()}
    if path.suffix == ".parquet":
        return pd.read_parquet(path).astype(types)
    moments = {name: column.kind for name, column in table.columns.items() if column.kind in FORMATS}
    types = {name: kind for name, kind in types.items() if name not in moments}
    frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""], encoding="utf-8")
    for name, kind in moments.items():
        frame[name] = pd.to_datetime(frame[name], format=FORMATS[kind]).astype(DTYPES[kind])
    return frame


def card(name: str) -> Card:
    """Return the data card of a table: what a row is, columns, units, how it was made, traps.

    In the language in force where a translation exists, in English otherwise.

    Raises
    ------
    LabkitError
        If there is no such table or its card is missing.
    """
    table = find(name)
    folder = datasets_dir() / "cards"
    for path in (folder / f"{table.name}.{language()}.md", folder / f"{table.name}.md"):
        if path.exists():
            return Card(path.read_text(encoding="utf-8"))
    raise LabkitError(
        _("The data card of {name!r} is missing: {path}. Restore it with: {command}").format(
            name=name, path=path, command=f"git restore datasets/cards/{table.name}.md"
        )
    )


def restore_command(table: Table) -> str:
    """Return the command that brings a file back: generated from the seed, or from the repository."""
    if table.generated:
        return f"python -m labkit data restore {table.name}"
    return f"git restore datasets/{table.file}"
