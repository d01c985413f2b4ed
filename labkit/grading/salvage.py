"""Save what can be saved of a notebook file that breaks off: an upload that was cut, a disk that was full."""

from __future__ import annotations

import json
import re
from typing import Any

_CELLS = re.compile(r'"cells"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def whole_cells(text: str, most: int = 2_000) -> list[dict[str, Any]]:
    """Return the cells that lie whole before the place where a notebook's JSON breaks.

    Parameters
    ----------
    text : str
        The file, decoded. Each cell is read as JSON, never run.
    most : int
        Cells read at most.

    Returns
    -------
    list of dict
        Empty if there is no list of cells, or none is whole.
    """
    begin = _CELLS.search(text)
    if begin is None:
        return []
    decoder, place, cells = json.JSONDecoder(), begin.end(), []
    while len(cells) < most:
        place = _BETWEEN.match(text, place).end()
        try:
            cell, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return cells
        if not isinstance(cell, dict):
            return cells
        cells.append(cell)
    return cells
