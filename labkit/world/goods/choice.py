"""Choosing among products by weights that depend on the situation, for millions at once."""

from __future__ import annotations

import numpy as np


class Choice:
    """Draws of a column with probability proportional to its weight in a given row.

    Parameters
    ----------
    weight : numpy.ndarray, shape (situations, options)
        Nowhere negative; a situation without any weight yields ``NOTHING``.
    """

    NOTHING = -1

    def __init__(self, weight: np.ndarray):
        situations, options = weight.shape
        self.width = 1 << max(1, (options - 1).bit_length())
        total = np.cumsum(weight, axis=1, dtype=np.float64)
        self.empty = total[:, -1] <= 0
        share = total / np.where(self.empty, 1.0, total[:, -1])[:, None]
        # The last option with weight ends at one exactly, so that no rounding leads beyond it.
        table = np.ones((situations, self.width), dtype=np.float32)
        table[:, :options] = np.where(total >= total[:, -1:], 1.0, share)
        self.table = table.ravel()

    def draw(self, situation: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Return the option chosen in each of ``situation`` by uniform numbers ``u``, or NOTHING.

        A search by halving, all at once: six looks into the table for 64 options.
        """
        base = situation.astype(np.int64) * self.width
        # Single precision, like the table: a double just below one would round up to it.
        u = np.minimum(u.astype(np.float32), np.float32(1 - 2**-24))
        place = np.zeros(len(base), dtype=np.int64)
        step = self.width // 2
        while step:
            place += step * (self.table[base + place + step - 1] <= u)
            step //= 2
        place[self.empty[situation]] = self.NOTHING
        return place
