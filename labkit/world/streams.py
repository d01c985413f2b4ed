"""Random numbers: one stream a purpose, so that a change in one part leaves every other part as it was."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the generator of the stream of a purpose.

    Streams of different purposes (or seeds) are independent: the 128-bit Philox key is the head of
    SHA-256 over both, so that no order of calls, no number of workers and no other purpose can change
    what a purpose draws.

    Parameters
    ----------
    seed : int
        Seed of the world.
    purpose : str
        What the numbers are for, such as ``"orders/timing"``.

    Returns
    -------
    numpy.random.Generator
        A generator on Philox (Salmon et al. 2011).
    """
    digest = hashlib.sha256(f"{int(seed)}/{purpose}".encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))
