"""Fatigue: every delivered contact adds to it, time heals it, and it harms what comes next.

F jumps by ``burden × intrusion × exp(-tolerance)`` at a delivered contact and halves in three weeks. It
makes noticing rarer (``1/(1 + b·F)``), opting out likelier, and, beyond the part that is free, lowers
the purchase rate, raises drop-out after a purchase and the cancellation of plans.
"""

from __future__ import annotations

import numpy as np

from labkit.world.parameters.play import Play


def weariness(tolerance: np.ndarray, p: Play) -> np.ndarray:
    """What one contact of burden one adds to a customer's fatigue; mean one."""
    return np.exp(-p.tolerance_spares * tolerance - p.tolerance_spares**2 / 2)


def touchiness(tolerance: np.ndarray, p: Play) -> np.ndarray:
    """How readily a customer opts out or complains; mean one."""
    return np.exp(-p.intolerance_annoys * tolerance - p.intolerance_annoys**2 / 2)


def noticing(fatigue: np.ndarray, p: Play) -> np.ndarray:
    """Factor on the probability of noticing a contact."""
    return 1 / (1 + p.fatigue_blinds * fatigue)


def excess(fatigue: np.ndarray, p: Play) -> np.ndarray:
    """Fatigue beyond what does no harm to buying."""
    return np.maximum(fatigue - np.float32(p.fatigue_free), 0)
