"""A KPI with everything that must be said with it."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.manage.kpis.windows import Window

LEVEL = 0.95

SHARE, MONEY, POINTS = "share", "R$", "points"


def _as_value(operation: Callable[[Any, Any], Any], *, swapped: bool = False) -> Callable:
    """An operator of a KPI: that of its value, so that the result is a plain number again."""

    def apply(self: Kpi, other: Any) -> Any:
        other = other.value if isinstance(other, Kpi) else other
        return operation(other, self.value) if swapped else operation(self.value, other)

    return apply


@dataclass(frozen=True, repr=False)
class Kpi:
    """A number, what was divided by what, over which days, and how sure it is.

    It can be added, subtracted, multiplied and divided like its value; what comes out is a plain number,
    because window and denominator are no longer those of a KPI.

    Attributes
    ----------
    name : str
        Such as "retention rate".
    value : float
        In `unit`.
    unit : {"share", "R$", "points"}
        A share lies between 0 and 1; points (NPS) between -100 and 100.
    numerator, denominator : float or None
        What was divided by what; None where the KPI is not one division (a discounted sum).
    counts, per : str
        What the numerator and the denominator count, in words.
    window : Window or None
        The days it is about; None where it looks ahead.
    low, high : float or None
        Ends of the interval at `level`; None where there is none.
    notes : tuple of str
        What else must be said.
    parts : mapping of str to float
        Counts that it was made of.
    """

    name: str
    value: float
    unit: str
    counts: str
    per: str
    numerator: float | None = None
    denominator: float | None = None
    window: Window | None = None
    low: float | None = None
    high: float | None = None
    level: float = LEVEL
    notes: tuple[str, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)

    def __float__(self) -> float:
        return float(self.value)

    # NumPy's numbers would try to make an array of a KPI; told not to, they leave the sum to it.
    __array_ufunc__ = None
    __add__, __radd__ = _as_value(operator.add), _as_value(operator.add, swapped=True)
    __sub__, __rsub__ = _as_value(operator.sub), _as_value(operator.sub, swapped=True)
    __mul__, __rmul__ = _as_value(operator.mul), _as_value(operator.mul, swapped=True)
    __truediv__, __rtruediv__ = _as_value(operator.truediv), _as_value(operator.truediv, swapped=True)

    def __repr__(self) -> str:
        head = f"{self.name} = {said(self.value, self.unit)}"
        if self.low is not None:
            head += _(", {level:.0%} interval {low} to {high}").format(
                level=self.level,
                low=said(self.low, self.unit, bare=True),
                high=said(self.high, self.unit, bare=True),
            )
        rows = [
            (_("numerator"), _counted(self.numerator, self.counts)),
            (_("denominator"), _counted(self.denominator, self.per)),
        ]
        if self.window is not None:
            rows.append((_("window"), str(self.window)))
        rows += [(_("note"), note) for note in self.notes]
        width = max(len(_("numerator")), len(_("denominator")), len(_("window")), len(_("note")))
        return "\n".join([head, *(f"  {label:<{width}}  {text}" for label, text in rows)])


@dataclass(frozen=True, repr=False)
class Change:
    """The same KPI in two windows: after minus before, with its interval where there is one."""

    before: Kpi
    after: Kpi
    low: float | None
    high: float | None

    @property
    def value(self) -> float:
        """After minus before, in the KPI's unit."""
        return self.after.value - self.before.value

    @property
    def established(self) -> bool:
        """Whether the interval leaves out zero. Without an interval, whether anything changed at all."""
        if self.low is None:
            return self.value != 0
        return self.low > 0 or self.high < 0

    def __repr__(self) -> str:
        unit = self.after.unit
        text = _("{name}: {before} → {after}, change {change}").format(
            name=self.after.name,
            before=said(self.before.value, unit),
            after=said(self.after.value, unit),
            change=said(self.value, unit, signed=True),
        )
        if self.low is None:
            return text
        text += _(", {level:.0%} interval {low} to {high}").format(
            level=self.after.level,
            low=said(self.low, unit, bare=True, signed=True),
            high=said(self.high, unit, bare=True, signed=True),
        )
        return text if self.established else text + _(": it holds zero, so the direction is not established")


def change(before: Kpi, after: Kpi) -> Change:
    """Compare the same KPI over two windows.

    The interval squares and adds the distances of each KPI to the ends of its own interval (the "square
    and add" of Newcombe 1998, method 10, when both are rates). It takes the two for independent: right
    for different people, somewhat too wide for the same people asked twice.

    Parameters
    ----------
    before, after : Kpi
        Of the same name, unit and denominator, over windows without a common day.

    Raises
    ------
    LabkitError
        If the two are not the same KPI, or the windows overlap or are in the wrong order.
    """
    _require_comparable(before, after)
    low = high = None
    if before.low is not None and after.low is not None:
        difference = after.value - before.value
        low = difference - math.hypot(after.value - after.low, before.high - before.value)
        high = difference + math.hypot(after.high - after.value, before.value - before.low)
    return Change(before, after, low, high)


def scorecard(kpis: Iterable[Kpi] | Mapping[Any, Kpi]) -> pd.DataFrame:
    """Lay KPIs side by side, one row each, in the order given.

    Parameters
    ----------
    kpis : iterable of Kpi, or mapping to Kpi
        The keys of a mapping name the rows; with pairs as keys (indicator, year) each row is told apart.

    Returns
    -------
    DataFrame
        Indexed by name or key: value, low, high, unit, numerator, denominator, per (what the denominator
        counts), window (text).
    """
    labels = list(kpis) if isinstance(kpis, Mapping) else None
    kpis = list(kpis.values()) if isinstance(kpis, Mapping) else list(kpis)
    if not kpis:
        raise LabkitError(_("A scorecard needs at least one KPI."))
    rows = [
        {
            "value": kpi.value,
            "low": kpi.low,
            "high": kpi.high,
            "unit": kpi.unit,
            "numerator": kpi.numerator,
            "denominator": kpi.denominator,
            "per": kpi.per,
            "window": "" if kpi.window is None else str(kpi.window),
        }
        for kpi in kpis
    ]
    if labels is None:
        index = pd.Index([kpi.name for kpi in kpis], name="kpi")
    elif all(isinstance(label, tuple) for label in labels):
        index = pd.MultiIndex.from_tuples(labels)
    else:
        index = pd.Index(labels)
    return pd.DataFrame(rows, index=index)


def rate_interval(count: float, of: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a rate: right also near 0 and 1 and for small counts (from statsmodels)."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, of, alpha=1 - level, method="wilson")
    return float(low), float(high)


def said(value: float, unit: str, *, bare: bool = False, signed: bool = False) -> str:
    """Say a value in its unit: ``0.842``, ``R$ 1,234.50``, ``+20 points``."""
    if unit == MONEY:
        sign = "-" if value < 0 else "+" if signed else ""
        return f"{sign}R$ {abs(value):,.2f}"
    if unit == POINTS:
        number = f"{value:+.0f}"
        return number if bare else _("{number} points").format(number=number)
    return f"{value:+.3f}" if signed else f"{value:.3f}"


def _counted(number: float | None, words: str) -> str:
    if number is None:
        return words
    shown = f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"
    return f"{shown}: {words}"


def _require_comparable(before: Kpi, after: Kpi) -> None:
    for what, one, other in (
        (_("KPI"), before.name, after.name),
        (_("unit"), before.unit, after.unit),
    ):
        if one != other:
            raise LabkitError(
                _(
                    "Only the same KPI can be compared over time; the {what} is {one!r} before and {other!r} after."
                ).format(what=what, one=one, other=other)
            )
    if before.window is None or after.window is None:
        return
    if before.window.overlaps(after.window):
        raise LabkitError(
            _("The windows overlap ({one}; {other}): the same days would be counted on both sides.").format(
                one=before.window, other=after.window
            )
        )
    if after.window.last < before.window.first:
        raise LabkitError(
            _("The window said to be before ({one}) comes after the other ({other}): swap them.").format(
                one=before.window, other=after.window
            )
        )
