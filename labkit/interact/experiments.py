"""Reading a campaign that kept a control group: was it fair, what did it change, did it pay.

Lesson 34 builds each of these by hand first. All take counts, summaries or rows of *everyone assigned*
to an arm, delivered or not, buyer or not: an experiment is read as it was randomised (intention to treat).

Sources
-------
Named for their methods, not seen here; the tests compare with statsmodels, scipy and simulation:
Newcombe (1998), "Interval estimation for the difference between independent proportions: comparison
of eleven methods", Statistics in Medicine 17, 873-890 (method 10). Welch (1947), "The generalization of
Student's problem…", Biometrika 34, 28-35. On sample ratios: Fabijan et al. (2019), "Diagnosing Sample
Ratio Mismatch in Online Controlled Experiments", KDD '19.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.interact.results import Arm, Difference, IncrementalProfit, IncrementalResponse, SampleRatio

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_RATIO_ALPHA = 0.001
"""Below this p-value the split is called broken. Stricter than 5%, because every campaign is checked and
a false alarm throws a good experiment away; a broken one usually fails by many orders of magnitude."""


def sample_ratio(
    counts: Mapping[str, int] | pd.Series,
    planned: Mapping[str, float] | None = None,
    alpha: float = SAMPLE_RATIO_ALPHA,
) -> SampleRatio:
    """Compare the sizes of the arms with the planned split (chi-square).

    Parameters
    ----------
    counts : mapping or Series of arm to number of customers
        As found in the data that would be analysed.
    planned : mapping of arm to share, optional
        Any positive weights; they are scaled to sum to one. Equal shares if left out.
    alpha : float
        See :data:`SAMPLE_RATIO_ALPHA`.
    """
    from scipy.stats import chi2

    found = {str(arm): int(n) for arm, n in dict(counts).items()}
    weights = dict.fromkeys(found, 1.0) if planned is None else {str(a): float(w) for a, w in planned.items()}
    if set(weights) != set(found):
        raise LabkitError(
            _("The data hold the arms {found}, the plan {planned}: name the same arms in both.").format(
                found=sorted(found), planned=sorted(weights)
            )
        )
    if len(found) < 2 or min(weights.values()) <= 0:
        raise LabkitError(_("A split needs at least two arms, each with a planned share above zero."))
    total = sum(found.values())
    if not total:
        raise LabkitError(_("The arms are empty: there is no split to check."))
    shares = {arm: weights[arm] / sum(weights.values()) for arm in found}
    statistic = sum((n - shares[arm] * total) ** 2 / (shares[arm] * total) for arm, n in found.items())
    p_value = float(chi2.sf(statistic, df=len(found) - 1))
    return SampleRatio(found, shares, float(statistic), p_value, alpha)


def difference_of_proportions(
    treated_count: int, n_treated: int, control_count: int, n_control: int, level: float = 0.95
) -> Difference:
    """Difference of two rates with Newcombe's hybrid-score interval.

    Chosen because it keeps its coverage where campaigns live: few responders, a small control group.
    The textbook (Wald) interval, which the lesson builds, agrees with it to the third digit for large
    arms and is too narrow for small ones; Newcombe's also never leaves -1 to 1. From statsmodels.

    Parameters
    ----------
    treated_count, control_count : int
        Customers who responded.
    n_treated, n_control : int
        Customers *assigned* to each arm.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    for count, n in ((treated_count, n_treated), (control_count, n_control)):
        if n < 1 or not 0 <= count <= n or count != int(count):
            raise LabkitError(
                _("{count} responders among {n} customers cannot be: give counts, not rates.").format(
                    count=count, n=n
                )
            )
    low, high = confint_proportions_2indep(
        treated_count, n_treated, control_count, n_control, method="newcomb", alpha=1 - level
    )
    treated, control = treated_count / n_treated, control_count / n_control
    return Difference(
        treated,
        control,
        int(n_treated),
        int(n_control),
        float(low),
        float(high),
        level,
        "Newcombe",
        treated_error=math.sqrt(treated * (1 - treated) / n_treated),
        control_error=math.sqrt(control * (1 - control) / n_control),
    )


def difference_of_means(
    treated: Arm | ArrayLike, control: Arm | ArrayLike, level: float = 0.95
) -> Difference:
    """Difference of two means with Welch's interval: the arms may differ in spread and in size.

    Parameters
    ----------
    treated, control : Arm or array of shape (n,)
        A published summary, or one value a customer *assigned*, zeros included.
    """
    from scipy.stats import t

    treated, control = (arm if isinstance(arm, Arm) else Arm.of(arm) for arm in (treated, control))
    variance = treated.variance_of_mean + control.variance_of_mean
    spread = sum(arm.variance_of_mean**2 / (arm.n - 1) for arm in (treated, control))
    # Welch-Satterthwaite; two arms without any spread have an interval of width zero.
    margin = t.ppf((1 + level) / 2, variance**2 / spread) * math.sqrt(variance) if spread else 0.0
    estimate = treated.mean - control.mean
    return Difference(
        treated.mean,
        control.mean,
        treated.n,
        control.n,
        float(estimate - margin),
        float(estimate + margin),
        level,
        "Welch",
        treated_error=math.sqrt(treated.variance_of_mean),
        control_error=math.sqrt(control.variance_of_mean),
    )


def incremental_response(
    treated_count: int,
    n_treated: int,
    control_count: int,
    n_control: int,
    delivered: int | None = None,
    level: float = 0.95,
) -> IncrementalResponse:
    """The response rate beside what it is taken for: the responses that the campaign brought.

    Parameters
    ----------
    delivered : int, optional
        Treated customers whom the message reached, the denominator of the response rate only. The
        incremental rate divides by those assigned, because nobody knows whom it would have reached
        in the control group.
    """
    difference = difference_of_proportions(treated_count, n_treated, control_count, n_control, level)
    return IncrementalResponse(treated_count / (n_treated if delivered is None else delivered), difference)


def incremental_profit(
    treated: Arm | ArrayLike,
    control: Arm | ArrayLike,
    contact_cost: float,
    contacted: int | None = None,
    level: float = 0.95,
    currency: str = "R$",
) -> IncrementalProfit:
    """Incremental margin less the contact cost, with Welch's interval.

    Parameters
    ----------
    treated, control : Arm or array of shape (n,)
        Margin in the campaign's window, one value a customer assigned, zeros included.
    contact_cost : float
        Cost of one contact, in the same currency. The cost is known, so it moves the interval and
        does not widen it.
    contacted : int, optional
        Contacts paid for, if not every treated customer was one.
    """
    if contact_cost < 0:
        raise LabkitError(
            _("The contact cost is {cost}; give what one contact costs, as a positive number.").format(
                cost=contact_cost
            )
        )
    margin = difference_of_means(treated, control, level)
    share = 1.0 if contacted is None else contacted / margin.n_treated
    return IncrementalProfit(margin, contact_cost * share, currency)
