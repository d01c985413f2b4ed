"""When the next purchase comes.

A waiting time is work: an exponential or Erlang number of mean 1, done at the customer's rate. Seasons make the
clock run faster or slower; the death of the pet one buys for makes most of the rate go.
"""

from __future__ import annotations

import numpy as np

from labkit.world.parameters import HISTORY_START, Season

FIRST_DAY, LAST_DAY = -1600, 1900
"""Days from the start of history between which the seasonal clock is kept: 2019 to 2029."""


class Clock:
    """Calendar time and operational time, both in weeks, in which purchases come evenly.

    Parameters
    ----------
    p : Season
        At strength 0 both times are the same.
    """

    def __init__(self, p: Season):
        self.even = p.strength == 0
        self._weeks = np.arange(FIRST_DAY, LAST_DAY + 1) / 7
        self._done = np.concatenate([[0.0], np.cumsum(intensity(np.arange(FIRST_DAY, LAST_DAY), p)) / 7])
        self._done += self._weeks[0]

    def operational(self, weeks: np.ndarray) -> np.ndarray:
        """Return operational time at calendar time ``weeks``."""
        return weeks if self.even else np.interp(weeks, self._weeks, self._done)

    def calendar(self, done: np.ndarray) -> np.ndarray:
        """Return calendar time at operational time ``done``; beyond the last day, infinity."""
        return done if self.even else np.interp(done, self._done, self._weeks, right=np.inf)


def intensity(day: np.ndarray, p: Season) -> np.ndarray:
    """Purchases on a day relative to an average day; ``day`` counts from the start of history."""
    date = HISTORY_START + np.asarray(day).astype("timedelta64[D]")
    month = date.astype("datetime64[M]").astype(int) % 12
    weekday = (date.astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    months, weekdays = (np.array(f) ** p.strength for f in (p.months, p.weekdays))
    return (months / months.mean())[month] * (weekdays / weekdays.mean())[weekday]


def next_purchase(
    when: np.ndarray,
    work: np.ndarray,
    rate: np.ndarray,
    clock: Clock | None = None,
    need_ends: np.ndarray | None = None,
    need_left: np.ndarray | None = None,
) -> np.ndarray:
    """Time of the next purchase.

    Parameters
    ----------
    when : numpy.ndarray, shape (n,)
        Weeks: time of the last one.
    work : numpy.ndarray, shape (n,)
        Waiting time in units of its mean.
    rate : numpy.ndarray, shape (n,)
        Purchases a week.
    clock : Clock, optional
        The seasonal clock; without it time is even.
    need_ends, need_left : numpy.ndarray, shape (n,), optional
        Weeks: when the first pet dies; share of the rate that remains from then on.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Weeks.
    """
    start = clock.operational(when) if clock else when
    done = start + work / np.maximum(rate, 1e-9)
    if need_ends is not None:
        turn = np.maximum(clock.operational(need_ends) if clock else need_ends, start)
        done = np.where(done > turn, turn + (done - turn) / np.maximum(need_left, 1e-6), done)
    return clock.calendar(done) if clock else done
