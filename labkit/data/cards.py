"""The part of a data card that follows from the data: file, number of rows, first rows.

It lies between two comments of the card and is written by :func:`refresh`, so that it cannot grow stale;
everything else on a card is written by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from labkit.data.loading import FORMATS, read
from labkit.data.tables import TABLES, Table

if TYPE_CHECKING:
    import pandas as pd

BEGIN, END = "<!-- from the data -->", "<!-- /from the data -->"
ROWS = 3


def facts(table: Table, frame: pd.DataFrame) -> str:
    """Return the generated part of a card: rows, file, and the first rows as a Markdown table."""
    head = [f"{len(frame):,} rows in `datasets/{table.file}`; the first {ROWS}:", ""]
    rows = [list(frame.columns), ["---"] * frame.shape[1]]
    kinds = [table.columns[name].kind for name in frame.columns]
    rows += [
        [_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
        for row in frame.head(ROWS).itertuples(index=False)
    ]
    return "\n".join([BEGIN, "", *head, *("| " + " | ".join(row) + " |" for row in rows), "", END])


def path_of(table: Table, directory: Path) -> Path:
    """Return where the card of a table is."""
    return directory / "cards" / f"{table.name}.md"


def refresh(directory: Path) -> list[Path]:
    """Write the generated part of every card again; return the cards that changed."""
    changed = []
    for table in TABLES.values():
        path, file = path_of(table, directory), directory / table.file
        if not path.exists() or not file.exists():
            continue
        text = path.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        fresh = before + facts(table, read(table, file)) + after
        if fresh != text:
            path.write_text(fresh, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


def _cell(value: object, kind: str) -> str:
    import pandas as pd

    if pd.isna(value):
        return "*missing*"
    if kind in FORMATS:
        return value.strftime(FORMATS[kind])
    # A cell ends at a bar and at the end of the line, whatever the text goes on with.
    return " ".join(str(value).replace("|", r"\|").splitlines())
