"""The days a KPI is about."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

ONE_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """A stretch of days, the first and the last included.

    Parameters
    ----------
    first, last : Timestamp or str
        Days; a time of day is dropped.

    Raises
    ------
    LabkitError
        If a day cannot be read, or the last comes before the first.
    """

    first: pd.Timestamp
    last: pd.Timestamp

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", _day(self.first))
        object.__setattr__(self, "last", _day(self.last))
        if self.last < self.first:
            raise LabkitError(
                _("The window ends on {last}, before it begins on {first}.").format(
                    first=self.first.date(), last=self.last.date()
                )
            )

    @property
    def eve(self) -> pd.Timestamp:
        """The day before the window: who is a customer at its end can be kept or lost in the window."""
        return self.first - ONE_DAY

    @property
    def days(self) -> int:
        """Length, both ends included."""
        return (self.last - self.first).days + 1

    def holds(self, dates: pd.Series) -> pd.Series:
        """Which of the dates (datetime64, missing allowed) fall into the window."""
        return (dates >= self.first) & (dates < self.last + ONE_DAY)

    def overlaps(self, other: Window) -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return _("{first} to {last}").format(first=self.first.date(), last=self.last.date())

    def __repr__(self) -> str:
        return f"Window({str(self.first.date())!r}, {str(self.last.date())!r})"


def window(first: str | pd.Timestamp, last: str | pd.Timestamp | None = None) -> Window:
    """Make a window of two days, or of one calendar period.

    Parameters
    ----------
    first : str or Timestamp
        First day; or, without `last`, a period as text: ``"2025"``, ``"2025Q1"``, ``"2025-03"``, a day.
    last : str or Timestamp, optional
        Last day, included.

    Examples
    --------
    >>> window("2025Q1")
    Window('2025-01-01', '2025-03-31')
    """
    if last is not None:
        return Window(first, last)
    try:
        period = pd.Period(first)
    except (ValueError, TypeError):
        period = pd.NaT
    if not isinstance(period, pd.Period):
        raise LabkitError(
            _(
                "{found!r} is not a period. Write a year '2025', a quarter '2025Q1', a month '2025-03', "
                "or two days: window('2025-01-01', '2025-12-31')."
            ).format(found=first)
        )
    return Window(period.start_time, period.end_time)


def as_window(value: Window | str | tuple) -> Window:
    """Read what a function was given for its window."""
    if isinstance(value, Window):
        return value
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return Window(*value)
    return window(value)


def _day(moment: str | pd.Timestamp) -> pd.Timestamp:
    try:
        day = pd.Timestamp(moment)
    except (ValueError, TypeError):
        day = pd.NaT
    if day is pd.NaT:
        raise LabkitError(
            _("{found!r} is not a day. Write it as '2025-01-31': year, month, day.").format(found=moment)
        )
    return day.tz_localize(None).normalize()
