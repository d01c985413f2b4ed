"""What customers remember of how they were served, and how it fades.

Each event leaves an impact that halves every ``half_life`` weeks; a memory is the sum of what is left.
There are two: *mood* (what they say) and *grievance* (what they do); :class:`~labkit.world.parameters.Experience`
says why.
"""

from __future__ import annotations

import numpy as np


def fade(weeks: np.ndarray | float, half_life: float) -> np.ndarray:
    """Share of an impact that is left after ``weeks``; all of it before it has happened."""
    return np.exp2(-np.maximum(weeks, 0.0) / half_life)


class Memory:
    """The memory of many customers at any time.

    Parameters
    ----------
    person : numpy.ndarray of int, shape (m,)
        Whom each event happened to, 0 … people-1.
    when : numpy.ndarray of float, shape (m,)
        Time of the event, in weeks since the start of history.
    impact : numpy.ndarray of float, shape (m,)
        What it leaves, in standard deviations.
    people : int
    half_life : float
        Weeks.

    Notes
    -----
    With u = impact · 2^(when / half_life), the memory at t is 2^(-t / half_life) times the sum of u up to t: one
    cumulative sum serves every question. Over ten years the powers span nine decimal digits, so that at
    least six of a double's fifteen are left.
    """

    _STRIDE = 4096.0  # weeks: keeps customers apart in the sorted key; a century is 5,218 weeks

    def __init__(
        self, person: np.ndarray, when: np.ndarray, impact: np.ndarray, people: int, half_life: float
    ):
        key = self._key(person, when)
        order = np.argsort(key, kind="stable")
        self.half_life = half_life
        self._keys = key[order]
        grown = impact[order] * np.exp2(when[order] / half_life)
        self._sums = np.concatenate([[0.0], np.cumsum(grown)])
        self._first = np.searchsorted(self._keys, self._key(np.arange(people), -self._STRIDE / 2))

    def at(self, person: np.ndarray, when: np.ndarray) -> np.ndarray:
        """Return the memory of ``person`` at ``when``, events of that very moment included."""
        last = np.searchsorted(self._keys, self._key(person, when), side="right")
        return (self._sums[last] - self._sums[self._first[person]]) * np.exp2(-when / self.half_life)

    def _key(self, person: np.ndarray, when: np.ndarray | float) -> np.ndarray:
        return person * self._STRIDE + np.asarray(when, dtype=float)
