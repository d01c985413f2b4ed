"""The business model canvas as a picture: nine blocks, each where Osterwalder and Pigneur put it.

The blocks and their places are those of Alexander Osterwalder and Yves Pigneur's canvas.
(The learning platform that is called Canvas has nothing to do with it: see :mod:`labkit.grading.exports.canvas`.)
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.plots import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLACES: dict[str, tuple[float, float, float, float]] = {
    "customer segments": (8, 2, 2, 6),
    "value propositions": (4, 2, 2, 6),
    "channels": (6, 2, 2, 3),
    "customer relationships": (6, 5, 2, 3),
    "revenue streams": (5, 0, 5, 2),
    "key resources": (2, 2, 2, 3),
    "key activities": (2, 5, 2, 3),
    "key partnerships": (0, 2, 2, 6),
    "cost structure": (0, 0, 5, 2),
}
"""Block → left, bottom, width and height on a sheet of 10 by 8."""

BLOCKS = tuple(PLACES)
"""The nine blocks, from the customer to the cost."""

SHEET = (10, 8)
INCHES = (6.8, 5.4)
POINTS = 7.0  # size of the letters
LINE = POINTS * 1.28  # points from line to line
LETTER = POINTS * 0.57  # points that a letter of DejaVu Sans takes on average
MARGIN = 5.0  # points between a block's frame and its text


def draw_canvas(entries: Mapping[str, Sequence[str]], *, title: str, marked: Collection[str] = ()) -> Figure:
    """Draw a business model canvas.

    Parameters
    ----------
    entries : mapping of str to sequence of str
        Block (one of :data:`BLOCKS`) → what is written in it, one text an entry. A block that is not named stays empty.
    title : str
        What the picture says.
    marked : collection of str
        Blocks to be set apart, by a cross before their name and by colour.

    Returns
    -------
    Figure
        6.8 inches wide; hand it to :func:`labkit.show`.

    Raises
    ------
    LabkitError
        If a block is none of the nine, or its entries do not fit into it.
    """
    import matplotlib.pyplot as plt

    _refuse_unknown([*entries.keys(), *marked])  # a pandas Series has keys, too
    figure, ax = plt.subplots(figsize=INCHES)
    ax.set(xlim=(0, SHEET[0]), ylim=(0, SHEET[1]), title=title)
    ax.axis("off")
    for block in BLOCKS:
        texts = entries.get(block, ())
        if isinstance(texts, str):
            raise LabkitError(
                _("Block “{block}” has one text; a list of texts is expected: [{text!r}].").format(
                    block=block, text=texts
                )
            )
        _draw_block(ax, block, texts, block in marked)
    return figure


def _refuse_unknown(blocks: Sequence[str]) -> None:
    unknown = sorted({block for block in blocks if block not in PLACES})
    if unknown:
        raise LabkitError(
            _("No block of the canvas is called {unknown}. The nine are: {known}.").format(
                unknown=", ".join(f"“{block}”" for block in unknown), known=", ".join(BLOCKS)
            )
        )


def _draw_block(ax: Axes, block: str, texts: Sequence[str], is_marked: bool) -> None:
    from matplotlib.patches import Rectangle

    left, bottom, width, height = PLACES[block]
    colour = COLOURS["orange"] if is_marked else COLOURS["grey"]
    frame = Rectangle((left, bottom), width, height, edgecolor=colour, linewidth=1.0, zorder=2 + is_marked)
    frame.set_facecolor("#FBE9DF" if is_marked else "white")
    ax.add_patch(frame)
    wide = INCHES[0] * 72 * 0.97 * width / SHEET[0] - 2 * MARGIN
    high = (INCHES[1] - 0.4) * 72 * height / SHEET[1] - 2 * MARGIN
    heading = _wrapped(("✗ " if is_marked else "") + block, wide * 0.9)  # bold letters are wider
    body = [line for text in texts for line in (*_wrapped(text, wide, hang="  "), "")][:-1]
    if (len(heading) + 0.5 + len(body)) * LINE > high:
        raise LabkitError(
            _("The entries of block “{block}” need {needed} lines, and {there} fit: shorten them.").format(
                block=block, needed=len(body), there=int(high / LINE - 0.5) - len(heading)
            )
        )
    at = {"xy": (left, bottom + height), "textcoords": "offset points", "va": "top", "fontsize": POINTS}
    at |= {"annotation_clip": False, "zorder": 5, "linespacing": LINE / POINTS / 1.16}
    ax.annotate("\n".join(heading), xytext=(MARGIN, -MARGIN), weight="bold", color=colour, **at)
    below = MARGIN + (len(heading) + 0.5) * LINE
    ax.annotate("\n".join(body).replace("$", r"\$"), xytext=(MARGIN, -below), **at)


def _wrapped(text: str, points: float, hang: str = "") -> list[str]:
    return textwrap.wrap(text, width=int(points / LETTER), subsequent_indent=hang) or [""]
