"""One page that a manager can read: each KPI twice, with its interval and what it was divided by."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.manage.kpis.results import MONEY, POINTS, Change, Kpi, change
from labkit.plots import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHARACTERS = 36
"""Characters of small print that fit under a panel."""


@dataclass(frozen=True)
class Panel:
    """One KPI on the page.

    Parameters
    ----------
    title : str
    per : str
        The denominator, in a manager's words.
    points : mapping of str to Kpi
        What stands under each point ("2024") and the KPI there, two or more, the latest last.
    over_time : bool
        Whether the points are the same thing at two times. If not (two campaigns to two audiences), the
        panel speaks of no direction and colours nothing.
    """

    title: str
    per: str
    points: Mapping[str, Kpi]
    over_time: bool = True


def dashboard(panels: Sequence[Panel], *, columns: int = 3) -> Figure:
    """Draw the page: one small picture a KPI.

    Each point has its value beside it and its interval as a line. The last point is blue only if the
    change from the point before is established (its interval leaves out zero); grey means that the data
    do not tell the direction, or that there is none to tell. No colour says good or bad: that is for the reader, who knows the aim.

    Parameters
    ----------
    panels : sequence of Panel
    columns : int
        Panels side by side.

    Returns
    -------
    Figure
        6.8 inches wide; hand it to :func:`labkit.show`.

    Raises
    ------
    LabkitError
        If there is no panel, a panel has fewer than two points, or its points are not the same KPI.
    """
    import matplotlib.pyplot as plt

    if not panels:
        raise LabkitError(_("A dashboard needs at least one panel."))
    for panel in panels:
        if len(panel.points) < 2:
            raise LabkitError(
                _("Panel “{title}” has {n} point; one number alone cannot be read as good or bad.").format(
                    title=panel.title, n=len(panel.points)
                )
            )
    rows = math.ceil(len(panels) / columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(6.8, 2.45 * rows), squeeze=False, layout="constrained"
    )
    for axis, panel in zip(axes.flat, panels, strict=False):
        _draw(axis, panel)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    return figure


def _draw(axis: Axes, panel: Panel) -> None:
    kpis = list(panel.points.values())
    last = change(kpis[-2], kpis[-1]) if panel.over_time else None
    for at, kpi in enumerate(kpis):
        # A last point without an interval stays grey: blue would claim what no interval shows.
        told = at == len(kpis) - 1 and last is not None and last.low is not None and last.established
        colour = COLOURS["blue"] if told else COLOURS["grey"]
        if kpi.low is not None:
            axis.plot([at, at], [kpi.low, kpi.high], color=colour, linewidth=2, solid_capstyle="butt")
        axis.plot(at, kpi.value, "o", color=colour, markersize=7)
        axis.annotate(
            _short(kpi),
            (at, kpi.value),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    axis.set_title(panel.title, fontsize=10)
    axis.set_xticks(range(len(kpis)), list(panel.points))
    axis.set_xlim(-0.3, len(kpis) + 0.05)
    axis.set_ylim(*_limits(kpis))
    axis.set_yticks([])
    axis.grid(False)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel(f"{_said(last)}\n{textwrap.fill(panel.per, CHARACTERS)}", fontsize=7.5, loc="left")


def _said(last: Change | None) -> str:
    if last is None:
        return _("not a trend: not the same thing twice")
    if last.low is None:
        return _("no interval")
    if not last.established:
        return _("direction not established")
    return _("up, established") if last.value > 0 else _("down, established")


def _limits(kpis: Sequence[Kpi]) -> tuple[float, float]:
    """A frame that shows the intervals, and never blows a hair's breadth up into a mountain."""
    low = min(kpi.value if kpi.low is None else kpi.low for kpi in kpis)
    high = max(kpi.value if kpi.high is None else kpi.high for kpi in kpis)
    size = max(abs(low), abs(high))
    room = max(0.25 * (high - low), 0.1 * size - 0.5 * (high - low), 1e-9)
    return low - room, high + room


def _short(kpi: Kpi) -> str:
    if kpi.unit == MONEY:
        return f"R$ {kpi.value:,.0f}"
    if kpi.unit == POINTS:
        return f"{kpi.value:+.0f}"
    return f"{100 * kpi.value:.1f}%"
