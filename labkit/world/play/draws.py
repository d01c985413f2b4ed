"""Random numbers of the future: one stream a purpose and day, a customer's number at the customer's index.

What a customer draws on a day depends on the seed, the purpose, the day and the customer alone. So two
plans that treat a customer alike give the same future to the byte, whatever they do to others, and
the difference of two plans is paired.
"""

from __future__ import annotations

import numpy as np

from labkit.world.streams import stream

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = (np.uint64(s) for s in (30, 27, 31, 11))


class Draws:
    """The numbers of one day, drawn when first asked for.

    Parameters
    ----------
    seed : int
        Seed of the future.
    day : int
        Days since 2026-01-01.
    size : int
        Number of customers (or contracts).
    """

    def __init__(self, seed: int, day: int, size: int):
        self.seed, self.day, self.size = seed, day, size
        self._words: dict[str, np.ndarray] = {}

    def dense(self, purpose: str) -> np.ndarray:
        """Return a uniform number for everybody, float32."""
        return stream(self.seed, f"play/{purpose}/{self.day}").random(self.size, dtype=np.float32)

    def sparse(self, purpose: str, who: np.ndarray, count: int) -> np.ndarray:
        """Return ``count`` uniform numbers for each of ``who``, float64, shape (count, len(who)).

        Each customer has one 64-bit word of the day's stream; his numbers are the SplitMix64 sequence
        (Steele, Lea & Flood 2014) that starts from it, so that only those who need numbers cost any.
        """
        if purpose not in self._words:
            rng = stream(self.seed, f"play/{purpose}/{self.day}")
            self._words[purpose] = rng.integers(0, 2**64, self.size, dtype=np.uint64)
        z = self._words[purpose][who] + np.arange(1, count + 1, dtype=np.uint64)[:, None] * _GOLDEN
        z = (z ^ (z >> _S30)) * _MIX1
        z = (z ^ (z >> _S27)) * _MIX2
        return ((z ^ (z >> _S31)) >> _S11).astype(np.float64) * 2.0**-53
