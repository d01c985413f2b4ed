"""The catalogue: what Caramelo sells, as arrays by row (product number minus one)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.world.parameters import HISTORY_START

WEEK = np.timedelta64(7, "D")
WEEKS = 105
"""Weeks of history: 2024-01-01 is a Monday, and so is 2025-12-29, the start of the last one."""


@dataclass(frozen=True)
class Catalogue:
    """Products side by side.

    Attributes
    ----------
    frame : pandas.DataFrame
        ``products.csv``: product_id, name, category, species, pack_kg, price_brl (of January 2024), margin (share of
        that price), brand, subscription, popularity, launched_on, discontinued_on, watched (rivals' prices are
        looked up).
    bulk, puppy_food, kitten_food, dog_accessory : numpy.ndarray of int
        Rows of these products.
    on_offer : numpy.ndarray of bool, shape (products, weeks)
    """

    frame: pd.DataFrame
    bulk: np.ndarray
    puppy_food: np.ndarray
    kitten_food: np.ndarray
    dog_accessory: np.ndarray
    on_offer: np.ndarray

    def __len__(self) -> int:
        return len(self.frame)

    def of(self, column: str) -> np.ndarray:
        return self.frame[column].to_numpy()

    def fits(self, species: str) -> np.ndarray:
        """Which products are for a species."""
        return np.isin(self.of("species"), [species, "any"])


@functools.cache
def catalogue() -> Catalogue:
    """Read the catalogue."""
    frame = pd.read_csv(
        Path(__file__).with_name("products.csv"), parse_dates=["launched_on", "discontinued_on"]
    )
    assert (frame["product_id"] == np.arange(1, len(frame) + 1)).all()
    name, category, species = (frame[c] for c in ("name", "category", "species"))
    monday = mondays()
    launched = frame["launched_on"].to_numpy()[:, None] <= monday
    ended = frame["discontinued_on"].to_numpy()[:, None] <= monday
    return Catalogue(
        frame,
        bulk=np.flatnonzero(category == "bulk"),
        puppy_food=np.flatnonzero(name.str.startswith("Puppy")),
        kitten_food=np.flatnonzero(name.str.startswith("Kitten")),
        dog_accessory=np.flatnonzero((category == "accessories") & (species != "cat")),
        on_offer=launched & ~ended,
    )


def mondays() -> np.ndarray:
    """First day of each week of history."""
    return HISTORY_START + np.arange(WEEKS) * WEEK


def week_of(day: np.ndarray | str) -> np.ndarray:
    """Number of the week of history, from 0, in which a day lies."""
    return (np.asarray(day, dtype="datetime64[D]") - HISTORY_START).astype(np.int64) // 7
