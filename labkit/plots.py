"""House style of the course's pictures: safe for colour-blind readers, labelled, described in words."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING

from labkit.i18n import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito (2008), "Color Universal Design": told apart with every common kind of colour blindness.
COLOURS = {
    "blue": "#0072B2",
    "orange": "#D55E00",
    "green": "#009E73",
    "pink": "#CC79A7",
    "sky": "#56B4E9",
    "amber": "#E69F00",
    "grey": "#6B6B6B",
}
DPI = 96


def use_house_style() -> None:
    """Set matplotlib to the course's style: size, colours, light grid, titles to the left."""
    import matplotlib as mpl

    mpl.rcParams.update(
        {
            "figure.figsize": (6.8, 3.6),
            "figure.dpi": DPI,
            "savefig.dpi": DPI,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": mpl.cycler(color=list(COLOURS.values())),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#e3e3e3",
            "axes.titlelocation": "left",
            "axes.titlesize": 11,
            "axes.titleweight": "bold",
            "axes.labelsize": 10,
            "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same letters on every machine
            "font.size": 10,
            "legend.frameon": False,
            "svg.hashsalt": "labkit",
        }
    )


def show(figure: Figure | Axes, *, alt: str) -> None:
    """Display a figure with its description in words, and close it.

    The description goes into the picture's metadata, where exports find it, and into a line that opens
    below the picture, since JupyterLab gives a picture no alt text of its own.

    Parameters
    ----------
    figure : Figure or Axes
        Whatever was drawn on.
    alt : str
        What the picture shows, for somebody who does not see it: the axes, the shape, the finding.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    if not alt.strip():
        raise ValueError("A picture needs a description in words: show(figure, alt='...').")
    figure = getattr(figure, "figure", figure)
    picture = {"image/png": base64.b64encode(_small_png(figure)).decode(), "text/plain": alt}
    plt.close(figure)
    display(picture, raw=True, metadata={"image/png": {"alt": alt}})
    in_words = _("This picture in words")
    words = (
        f"<details><summary>{html.escape(in_words)}</summary>"
        f'<p class="mathjax_ignore" style="max-width:48em">{html.escape(alt)}</p></details>'
    )
    display({"text/html": words, "text/plain": f"({in_words})"}, raw=True)


def _small_png(figure: Figure) -> bytes:
    """The figure as a PNG of 128 colours: a third of the size, and no difference to the eye in a chart."""
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    with Image.open(drawn) as image:
        reduced = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    # No metadata is carried over: a new matplotlib alone changes no byte.
    reduced.save(small, format="png", optimize=True)
    return small.getvalue()
