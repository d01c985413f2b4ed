"""How large an experiment must be, asked before it runs.

Normal approximations with each arm's own variance, two-sided. They hold for the arms of hundreds and
more that campaigns have; for means of skewed money, what matters is that the *difference* of means be
nearly normal, which needs thousands when few customers buy.

Source
------
Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed.; Fleiss, Levin & Paik (2003),
Statistical Methods for Rates and Proportions, 3rd ed., chapter 4. The results agree with statsmodels.
"""

from __future__ import annotations

import math

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.interact.results import SampleSize


def sample_size_proportions(
    control: float, treated: float, treated_share: float = 0.5, power: float = 0.8, level: float = 0.95
) -> SampleSize:
    """Customers needed to tell the rate ``treated`` from the rate ``control``.

    Parameters
    ----------
    control, treated : float
        Rates as shares (0.10 is 10%): without the contact, and with it if it works as hoped.
    treated_share : float
        Share of all customers who will be treated. Half needs the fewest customers in all.
    power : float
        Probability of an interval that leaves zero out, if the effect is real.
    level : float
        Level of the two-sided interval.
    """
    for rate in (control, treated):
        if not 0 <= rate <= 1:
            raise LabkitError(
                _("A rate lies between 0 and 1, found {rate}. Write 10% as 0.10.").format(rate=rate)
            )
    sds = (math.sqrt(control * (1 - control)), math.sqrt(treated * (1 - treated)))
    return sample_size_means(treated - control, sds[0], sds[1], treated_share, power, level)


def sample_size_means(
    effect: float,
    sd: float,
    sd_treated: float | None = None,
    treated_share: float = 0.5,
    power: float = 0.8,
    level: float = 0.95,
) -> SampleSize:
    """Customers needed to tell a difference of means ``effect`` from zero.

    Parameters
    ----------
    effect : float
        Difference worth knowing about, in the unit measured.
    sd : float
        Standard deviation between customers of the control arm (zeros included). Not of the mean.
    sd_treated : float, optional
        The same in the treated arm, if it differs.
    treated_share, power, level
        As in :func:`sample_size_proportions`.
    """
    if effect == 0:
        raise LabkitError(_("No experiment is large enough to find a difference of zero."))
    if not 0 < treated_share < 1:
        raise LabkitError(
            _("The treated share is {share}; it must lie between 0 and 1.").format(share=treated_share)
        )
    spread = _variance(sd, sd if sd_treated is None else sd_treated, treated_share)
    total = _multiplier(power, level) ** 2 * spread / effect**2
    treated_n, control_n = (math.ceil(round(total * s, 6)) for s in (treated_share, 1 - treated_share))
    return SampleSize(treated_n, control_n, power, level)


def power_proportions(
    control: float, treated: float, n_treated: int, n_control: int, level: float = 0.95
) -> float:
    """Probability that an experiment of this size sees the difference between two rates."""
    variance = treated * (1 - treated) / n_treated + control * (1 - control) / n_control
    return _power(treated - control, math.sqrt(variance), level)


def power_means(
    effect: float,
    sd: float,
    n_treated: int,
    n_control: int,
    sd_treated: float | None = None,
    level: float = 0.95,
) -> float:
    """Probability that an experiment of this size sees a difference of means ``effect``."""
    treated_sd = sd if sd_treated is None else sd_treated
    return _power(effect, math.sqrt(treated_sd**2 / n_treated + sd**2 / n_control), level)


def smallest_effect_means(
    sd: float,
    n_treated: int,
    n_control: int,
    sd_treated: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> float:
    """Smallest true difference of means that this experiment would find with the given power.

    2.8 standard errors for the usual 80% and 95%.
    """
    treated_sd = sd if sd_treated is None else sd_treated
    return _multiplier(power, level) * math.sqrt(treated_sd**2 / n_treated + sd**2 / n_control)


def _variance(sd: float, sd_treated: float, treated_share: float) -> float:
    """Variance of the difference, times the total number of customers."""
    return sd_treated**2 / treated_share + sd**2 / (1 - treated_share)


def _multiplier(power: float, level: float) -> float:
    from scipy.stats import norm

    if not 0 < power < 1 or not 0 < level < 1:
        raise LabkitError(
            _("Power and level are shares between 0 and 1, found {power} and {level}.").format(
                power=power, level=level
            )
        )
    return float(norm.ppf((1 + level) / 2) + norm.ppf(power))


def _power(effect: float, standard_error: float, level: float) -> float:
    from scipy.stats import norm

    critical = norm.ppf((1 + level) / 2)
    shift = effect / standard_error
    return float(norm.sf(critical - shift) + norm.cdf(-critical - shift))
