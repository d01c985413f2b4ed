"""Who leaves after a purchase, and when a contract is cancelled.

With the strengths of :class:`~labkit.world.parameters.Experience` at 0 these are the BG/NBD's drop-out and the
shifted beta-geometric's constant hazard.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from labkit.world.parameters import Experience


def dropout_probability(
    dropout: np.ndarray, memory: np.ndarray, fresh: np.ndarray, p: Experience
) -> np.ndarray:
    """Probability of leaving for good after a repeat purchase.

    Parameters
    ----------
    dropout : numpy.ndarray
        The customer's own probability, p of the BG/NBD.
    memory, fresh : numpy.ndarray
        Grievance left of earlier events; grievance from how this purchase was served (s.d.).
    p : Experience

    Returns
    -------
    numpy.ndarray
        The odds of ``dropout`` times exp(leave_memory · memory + leave_fresh · fresh - leave_centre).
    """
    shift = p.leave_memory * memory + p.leave_fresh * fresh - p.leave_centre
    odds = np.exp(shift)
    return dropout * odds / (1.0 - dropout + dropout * odds)


def cancellation_hazard(yearly: np.ndarray, grievance: np.ndarray, p: Experience) -> np.ndarray:
    """Hazard of cancellation, a year: the contract's own, raised by what its holder has lived through.

    ``yearly`` is the contract's own hazard, -log(1 - θ), θ the yearly probability.
    """
    return yearly * np.exp(p.cancel_memory * grievance - p.cancel_centre)


def cancellation_times(
    start: np.ndarray,
    end: float,
    yearly: np.ndarray,
    work: np.ndarray,
    grievance_at: Callable[[np.ndarray, np.ndarray], np.ndarray],
    p: Experience,
    *,
    step: float = 4.0,
) -> np.ndarray:
    """Time at which each contract's cumulative hazard reaches its unit exponential ``work``.

    Parameters
    ----------
    start : numpy.ndarray, shape (n,)
        Weeks; times before it do not count.
    end : float
        Weeks. Beyond it the contract's own hazard goes on.
    yearly, work : numpy.ndarray, shape (n,)
        Own hazard a year; unit exponential draws.
    grievance_at : callable
        ``grievance_at(contract, when)`` gives the holder's grievance.
    p : Experience
    step : float
        Weeks over which the hazard counts as constant, at its value in the middle.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Weeks.
    """
    per_week = yearly * 7 / 365.25
    if p.cancel_memory == 0:
        return start + work / (per_week * np.exp(-p.cancel_centre))
    when, left = start.astype(float), work.astype(float)
    result = np.full(len(start), np.inf)
    open_ = np.flatnonzero(when < end)
    result[when >= end] = (start + work / per_week)[when >= end]
    while open_.size:
        t = when[open_]
        hazard = cancellation_hazard(per_week[open_], grievance_at(open_, t + step / 2), p)
        lasts = left[open_] / hazard
        ends = lasts <= step
        result[open_[ends]] = t[ends] + lasts[ends]
        left[open_] -= hazard * step
        when[open_] = t + step
        done = ~ends & (when[open_] >= end)
        result[open_[done]] = when[open_[done]] + left[open_[done]] / per_week[open_[done]]
        open_ = open_[~ends & ~done]
    return result
