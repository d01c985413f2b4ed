"""Customer lifetime value without a contract: expected purchases, times their value, discounted."""

from __future__ import annotations

import numpy as np

from labkit.differentiate._histories import Values, as_numbers, check_histories, group, like
from labkit.differentiate.bgnbd import BGNBD
from labkit.differentiate.gamma_gamma import GammaGamma
from labkit.errors import LabkitError
from labkit.i18n import _


def customer_lifetime_value(
    purchases: BGNBD,
    value: GammaGamma,
    frequency: Values,
    recency: Values,
    T: Values,
    monetary_value: Values,
    *,
    horizon: int,
    yearly_discount_rate: float,
    periods_a_year: float = 52.0,
    margin_rate: float = 1.0,
) -> Values:
    """Value today of what customers are expected to buy within a horizon.

    The sum over the periods k = 1 ... ``horizon`` of

        (E[purchases up to k] - E[purchases up to k - 1]) x E[value of a purchase] x ``margin_rate``,

    divided by ``(1 + yearly_discount_rate) ** (k / periods_a_year)``: each period's money comes at its
    end. What the customer brought before is not in it, nor is what winning the customer cost.

    Parameters
    ----------
    purchases : BGNBD
        Fitted; its unit of time is the period.
    value : GammaGamma
        Fitted to the value of a purchase.
    frequency, recency, T, monetary_value : float or array-like of shape (n_customers,)
        As :func:`~labkit.differentiate.summarise_purchases` returns them.
    horizon : int
        How many periods ahead count; 0 gives 0. There is no default: a lifetime value without its
        horizon means nothing.
    yearly_discount_rate : float
        Such as 0.10 for 10% a year; 0 for no discounting.
    periods_a_year : float
        52 for weeks, 365.25 for days, 12 for months.
    margin_rate : float
        Margin as a share of the value, such as 0.3; 1 if the values are margins already.

    Returns
    -------
    float, ndarray or Series of the shape of ``frequency``, in the currency of ``monetary_value``

    Raises
    ------
    LabkitError
        If the horizon is not a whole number of periods, the discount rate is negative, or a history
        is impossible.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). RFM and CLV: Using Iso-Value Curves for Customer
    Base Analysis. *Journal of Marketing Research* 42(4), 415-430: the value of a customer as margin x
    expected value of a purchase x discounted expected purchases. They let the horizon be infinite,
    which BG/NBD, unlike Pareto/NBD, does not offer in closed form.
    """
    if isinstance(horizon, bool) or horizon < 0 or horizon != int(horizon):
        raise LabkitError(
            _("horizon is {horizon}; it must be a whole number of periods, such as 39 weeks.").format(
                horizon=horizon
            )
        )
    if not yearly_discount_rate >= 0:
        raise LabkitError(
            _("yearly_discount_rate is {rate}; it must be 0 or more, such as 0.10 for 10% a year.").format(
                rate=yearly_discount_rate
            )
        )
    if not periods_a_year > 0:
        raise LabkitError(_("periods_a_year must be positive, such as 52 for weeks."))
    histories = check_histories(frequency, recency, T)
    average = value.expected_average_value(as_numbers("frequency", frequency), monetary_value)
    (x, t_x, age), kind = group(*histories)
    discounted, before = np.zeros(x.size), np.zeros(x.size)
    for period in range(1, int(horizon) + 1):
        up_to_now = purchases.expected_purchases(period, x, t_x, age)
        discounted += (up_to_now - before) / (1 + yearly_discount_rate) ** (period / periods_a_year)
        before = up_to_now
    of_everyone = discounted[kind].reshape(np.shape(histories[0]))
    return like(frequency, of_everyone * average * margin_rate, "customer_lifetime_value")
