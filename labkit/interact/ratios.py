"""The interval of a ratio of two estimates, both of them uncertain.

"65% more than the control group" divides by the control group's mean, and that mean is an estimate too.
Dividing both ends of the interval of the *difference* by it, as if it were known, gives an interval that is
too narrow and too low: for the spend of the e-mail test of 2008 it would hold the truth in 87 of 100 tests.

Source
------
Fieller (1954), "Some problems in interval estimation", Journal of the Royal Statistical Society B 16, 175-185
(cited for the name: not seen; the formula is derived below, its coverage is tested by simulation).
"""

from __future__ import annotations

import math


def ratio_interval(
    numerator: float,
    numerator_error: float,
    denominator: float,
    denominator_error: float,
    level: float = 0.95,
) -> tuple[float, float]:
    """Fieller's interval of ``numerator / denominator``.

    It holds every ratio ``r`` for which ``numerator - r * denominator`` lies within the normal distance
    of zero: the roots of a quadratic in ``r``.

    Parameters
    ----------
    numerator, denominator : float
        Independent estimates, nearly normal.
    numerator_error, denominator_error : float
        Their standard errors; 0 for a figure that is known.
    level : float
        Level of the two-sided interval.

    Returns
    -------
    low, high : float
        ``(-inf, inf)`` if the denominator cannot be told from zero: the ratio then has no bounds.
    """
    from scipy.stats import norm

    z2 = float(norm.ppf((1 + level) / 2)) ** 2
    a = denominator**2 - z2 * denominator_error**2
    if a <= 0:
        return -math.inf, math.inf
    b = numerator * denominator
    c = numerator**2 - z2 * numerator_error**2
    root = math.sqrt(max(b**2 - a * c, 0.0))  # never below zero but for rounding
    return (b - root) / a, (b + root) / a
