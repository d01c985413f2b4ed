"""What a contact does to one customer's buying: the impulse, who follows it, and when it fits.

A customer's purchase rate is multiplied by ``1 + impulse + voucher``. The impulse jumps at a contact and
fades with a half-life of days; the voucher term holds while a voucher is open:

* a noticed contact adds ``pull of the message × how much the customer follows × how well it fits ×
  crowding``: less the more contacts came in the last seven days;
* a delivered contact takes away ``annoyance of the customer × burden of the message × intrusion of the
  channel``: for some customers more than the message gives (sleeping dogs);
* an open voucher with discount d adds ``(1-d)^elasticity - 1``, the elasticity being the customer's own.

The rate is linear in the impulses, hence the extra orders too, as in the test that gives the steps
of crowding. Extra orders do not add chances to leave. Under BG/NBD every order would: a customer's orders to come
would be 1/dropout whatever was done, and every message would only bring forward what comes anyway. So a
customer leaves on occasions of his own, those on which he would have ordered without a message (whose
rate is that of BG/NBD): a message moves orders; what moves leaving is experience and fatigue.

Everything here is computed once for all customers, or by tables and the four operations: exponentials of
subsets may differ in the last bit with a customer's place in the subset.
"""

from __future__ import annotations

import numpy as np

from labkit.world.parameters.play import Play

FIT_STEPS = 200  # per period


def follows(price_sensitivity: np.ndarray, noise: np.ndarray, p: Play) -> tuple[np.ndarray, np.ndarray]:
    """How much each customer follows a plain message and a voucher; means one.

    Parameters
    ----------
    price_sensitivity : numpy.ndarray, shape (n,)
        s.d. units.
    noise : numpy.ndarray, shape (2, n)
        Standard normal.
    """
    plain = np.exp(p.pull_spread * noise[0] - p.pull_spread**2 / 2)
    shared = 0.5 * noise[0] + np.sqrt(0.75) * noise[1]
    variance = p.price_pulls**2 + p.pull_spread**2
    voucher = np.exp(p.price_pulls * price_sensitivity + p.pull_spread * shared - variance / 2)
    return plain, voucher


def annoyance(tolerance: np.ndarray, holder: np.ndarray, noise: np.ndarray, p: Play) -> np.ndarray:
    """Negative impulse of one reminder by e-mail, as a share of the purchase rate."""
    rest = np.sqrt(max(p.annoyance_spread**2 - p.intolerance_annoys**2, 0.0))
    log = -p.intolerance_annoys * tolerance + rest * noise - p.annoyance_spread**2 / 2
    return p.annoyance * np.exp(log + p.holder_annoys * holder)


def voucher_lift(discount: float, price_sensitivity: np.ndarray, p: Play) -> np.ndarray:
    """Rise of the purchase rate while a voucher is open: (1-d)^elasticity - 1."""
    s = p.elasticity_spread
    elasticity = p.elasticity * np.exp(s * price_sensitivity - s**2 / 2)
    return (1 - discount) ** np.maximum(elasticity, -8.0) - 1


def reminder_fit(p: Play) -> np.ndarray:
    """Tables of a reminder's effect by time since the last order, shape (2, 4·FIT_STEPS + 1).

    In FIT_STEPS a period (the mean time between orders), up to four periods; for customers without a rhythm and
    with one. It is largest when the pack is about empty, and falls flat on those who have long been elsewhere.
    """
    ratio = np.arange(4 * FIT_STEPS + 1) / FIT_STEPS
    bell = np.exp(-(((ratio - 1.0) / p.reminder_width) ** 2) / 2)
    expected = 1 / (1 + (ratio / p.reminder_late) ** 6)
    planned = p.reminder_floor * expected + (1 - p.reminder_floor) * bell
    return np.stack([p.reminder_unplanned * expected, planned]).astype(np.float32)


def drifting_fit(p: Play) -> np.ndarray:
    """Table of a voucher's effect by days of silence, up to 1,000: a bell on their logarithm."""
    days = np.maximum(np.arange(1001), 3)
    bell = np.exp(-(((np.log(days) - np.log(p.drifting_days)) / 0.8) ** 2))
    return ((1 + p.drifting_pulls * bell) / (1 + 0.4 * p.drifting_pulls)).astype(np.float32)


def hour_fit(p: Play) -> np.ndarray:
    """Table (24 hours of contact × 24 hours of the customer) of noticing, mean one over 8 to 20 o'clock."""
    hours = np.arange(24)
    away = np.abs(hours[:, None] - hours[None, :])
    away = np.minimum(away, 24 - away)
    fit = 1 + p.hour_gain * np.exp(-((away / p.hour_width) ** 2) / 2)
    best = np.array([hour for hour, _ in p.hours])
    share = np.array([share for _, share in p.hours])
    mean = (fit[8:21][:, best] * share / share.sum()).sum(axis=1).mean()
    return (fit / mean).astype(np.float32)
