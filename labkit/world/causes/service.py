"""How an order is served, what is told of it, and how that is answered.

Trouble comes in spells (a carrier's bad weeks, a depot that moves, the rush before Christmas), so that what
happens to customers of one time and place goes together. The same spells fill the queue of support, and a full
queue answers late and badly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtri

from labkit.world.parameters import Experience, Service

KINDS = np.array(
    [
        "none", "late", "incomplete", "damaged", "lost", "product", "app", "question", "praise", "billing", "clinic",
        "plan question",
    ],
    dtype=object,
)  # fmt: skip
"""What can happen, by code: trouble with an order, talk without trouble, trouble with a plan."""

(NONE, LATE, INCOMPLETE, DAMAGED, LOST, PRODUCT, APP, QUESTION, PRAISE, BILLING, CLINIC, PLAN_QUESTION) = (
    range(12)
)
TALK = np.isin(np.arange(12), [QUESTION, PRAISE, PLAN_QUESTION])
_SEVERITY = np.array([0, 0, 2, 2, 3, 2, 1, 1, 1, 2, 3, 1])

ORDER_DRAWS = 6
"""Uniform numbers that :func:`serve` needs for an order."""

ANSWER_DRAWS = 3
"""Uniform numbers that :func:`answer` needs for something that happened."""


@dataclass(frozen=True)
class Weather:
    """How bad the times are, by week; the first column is week ``first``, counted from the start of history.

    Parameters
    ----------
    carrier, depot : numpy.ndarray, shape (carriers, weeks) and (depots, weeks)
        Log odds of lateness above ordinary weeks; the rush is in that of the carriers.
    billing : numpy.ndarray, shape (weeks,)
        Wrong bills relative to ordinary weeks.
    backlog : numpy.ndarray, shape (weeks,)
        Work before support relative to ordinary weeks, at least 1.
    """

    first: int
    carrier: np.ndarray
    depot: np.ndarray
    billing: np.ndarray
    backlog: np.ndarray

    def week(self, when: np.ndarray) -> np.ndarray:
        """Column of times in weeks; times outside count as the first or the last week."""
        column = np.floor(when).astype(np.int32) - self.first
        return np.clip(column, 0, len(self.backlog) - 1)


@dataclass
class Served:
    """What happened with orders: arrays of one length. Lateness in days; ``kind`` is a code of KINDS."""

    late_days: np.ndarray
    kind: np.ndarray
    severity: np.ndarray


@dataclass
class Answered:
    """How what happened was told and answered: arrays of one length.

    ``told`` says whether there is a ticket; ``hours`` to the first answer, ``solved`` and ``quality`` (1 good, 0
    fair, -1 bad) mean nothing without one.
    """

    told: np.ndarray
    hours: np.ndarray
    solved: np.ndarray
    quality: np.ndarray


def serve(
    when: np.ndarray, online: np.ndarray, carrier: np.ndarray, depot: np.ndarray, weather: Weather,
    u: np.ndarray, p: Service,
) -> Served:  # fmt: skip
    """Serve orders.

    Parameters
    ----------
    when : numpy.ndarray of float, shape (n,)
        Weeks.
    online : numpy.ndarray of bool, shape (n,)
        Delivered (web, app) and not taken home from the shop.
    carrier, depot : numpy.ndarray of int, shape (n,)
    weather : Weather
    u : numpy.ndarray, shape (ORDER_DRAWS, n)
        Uniform numbers.
    p : Service
    """
    week = weather.week(when)
    own = np.array([odds for _, _, odds in p.carriers])
    bad = weather.carrier[carrier, week] + weather.depot[depot, week]
    late = online & (u[0] < expit(logit(p.late) + own[carrier] + bad))
    # Bad weeks bring more days too: an exponential whose mean grows with the odds, rounded up.
    days = np.ceil(-np.log1p(-u[1]) * p.late_days * np.exp(0.25 * bad)).clip(1, 30)
    late_days = np.where(late, days, 0).astype(np.int16)
    failed = online & (u[2] < expit(logit(p.failed) + own[carrier] + p.failed_in_spell * bad))
    share = np.cumsum([s for _, s in p.failures])[:-1]
    failure = INCOMPLETE + np.searchsorted(share, u[3], side="right")
    product, app = u[4] < p.product, online & (u[4] > 1 - p.app)
    talk = np.where(u[5] < p.question, QUESTION, np.where(u[5] > 1 - p.praise, PRAISE, NONE))
    kind = np.select([failed, late, product, app], [failure, LATE, PRODUCT, APP], talk).astype(np.int8)
    late_days[kind == LOST] = 0
    return Served(late_days, kind, severity(kind, late_days))


def severity(kind: np.ndarray, late_days: np.ndarray) -> np.ndarray:
    """How bad it is: 0 nothing, 1 slight, 2 annoying, 3 grave; lateness counts by days."""
    by_days = 1 + (late_days >= 3).astype(np.int8) + (late_days >= 7)
    return np.where(kind == LATE, by_days, _SEVERITY[kind]).astype(np.int8)


def answer(
    when: np.ndarray, kind: np.ndarray, severe: np.ndarray, weather: Weather, u: np.ndarray, p: Service
) -> Answered:
    """Decide what is told to the company and how it is answered; ``u`` has shape (ANSWER_DRAWS, n)."""
    tells = np.concatenate([[0.0], p.complains])
    told = (kind != NONE) & ((u[0] < tells[severe]) | TALK[kind])
    hours = np.zeros(len(kind), dtype=np.float32)
    solved = np.zeros(len(kind), dtype=bool)
    quality = np.zeros(len(kind), dtype=np.int8)
    at = np.flatnonzero(told)
    backlog = weather.backlog[weather.week(when[at])]
    hours[at] = p.answer_hours * backlog * np.exp(p.answer_spread * ndtri(u[1][at]))
    odds = p.solved + p.solved_by_severity * (severe[at] - 1.0) + p.solved_by_backlog * np.log(backlog)
    solved[at] = u[2][at] < expit(odds)
    good = solved[at] & (hours[at] <= p.good_within)
    bad = ~solved[at] | (hours[at] > p.bad_after)
    quality[at] = good.astype(np.int8) - bad
    return Answered(told, hours, solved, quality)


def impacts(
    kind: np.ndarray, late_days: np.ndarray, severe: np.ndarray, told: np.ndarray, quality: np.ndarray,
    p: Experience,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """What is left in memory: mood and grievance, in standard deviations."""
    own = np.zeros((2, len(KINDS)))
    for code, name in enumerate(KINDS):
        if name in ("incomplete", "damaged", "lost", "product", "app", "billing", "clinic"):
            own[:, code] = getattr(p, name)
    lateness = 1 - np.exp(-late_days / p.late_days)
    weight = told * severe * np.where(TALK[kind], p.small_talk, 1.0)
    good, bad = weight * (quality > 0), weight * (quality < 0)
    mood = own[0][kind] + p.late[0] * lateness + p.good_answer * good + p.bad_answer * bad
    trouble = bad * ~TALK[kind]
    grievance = own[1][kind] + p.late[1] * lateness + p.bad_answer_grievance * trouble
    grievance = np.maximum(grievance + p.good_answer_grievance * good * ~TALK[kind], 0.0)
    return mood, grievance
