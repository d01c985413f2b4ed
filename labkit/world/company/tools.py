"""Small helps that several of the company's tables share."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.world.parameters import HISTORY_END, HISTORY_START

MONTHS = np.arange(np.datetime64("2024-01"), np.datetime64("2026-01"))
"""The months of history."""

NO_DAY = np.datetime64("NaT", "D")


@functools.cache
def _records(name: str) -> tuple[dict[str, str], ...]:
    path = Path(__file__).parent / "records" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def records(name: str) -> pd.DataFrame:
    """Return what the company has written down under a name, all of it as text."""
    return pd.DataFrame(list(_records(name)))


def choose(rng: np.random.Generator, n: int, shares: tuple) -> np.ndarray:
    """Draw ``n`` names from pairs of name and share."""
    names = np.array([name for name, *_ in shares], dtype=object)
    weights = np.array([share for _, share, *_ in shares])
    return names[rng.choice(len(names), n, p=weights / weights.sum())]


def days(array: np.ndarray | pd.Series) -> np.ndarray:
    """Return dates as NumPy days."""
    return np.asarray(array).astype("datetime64[D]")


def span(amount: np.ndarray) -> np.ndarray:
    """Return a number of days, rounded up, as time."""
    return np.ceil(amount).astype("timedelta64[D]")


def month_of(array: np.ndarray | pd.Series) -> np.ndarray:
    """Return the month of history of dates, 0 being January 2024; what lies outside is not wanted here."""
    return (np.asarray(array).astype("datetime64[M]") - MONTHS[0]).astype(int)


def any_day(rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw days of history, all alike."""
    return HISTORY_START + rng.integers(0, (HISTORY_END - HISTORY_START).astype(int) + 1, n)


def seen(array: np.ndarray) -> np.ndarray:
    """Return the dates that history has reached; later ones are missing."""
    array = days(array)
    return np.where(array <= HISTORY_END, array, NO_DAY)
