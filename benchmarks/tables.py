"""Print a table as Markdown."""

from __future__ import annotations

import pandas as pd


def markdown(table: pd.DataFrame | pd.Series) -> str:
    """Return a table as Markdown, its index as the first column."""
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    frame = frame.reset_index(names=frame.index.name or "").astype(str)
    rows = [list(frame.columns), ["---"] * frame.shape[1], *frame.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)
