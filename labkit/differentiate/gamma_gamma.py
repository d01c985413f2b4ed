"""Gamma-Gamma: what a purchase of a customer will be worth, given a few of them.

A customer's purchases vary around the customer's own mean, and the means vary across customers. A
mean of two purchases is a poor guide to the third, a mean of forty a good one: the model says how far
to pull each back towards everybody's mean.

References
----------
.. [1] Fader, P. S. & Hardie, B. G. S. (2013). The Gamma-Gamma Model of Monetary Value.
   http://brucehardie.com/notes/025/
.. [2] Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). RFM and CLV: Using Iso-Value Curves for
   Customer Base Analysis. *Journal of Marketing Research* 42(4), 415-430.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, psi

from labkit.differentiate._fitting import FittedModel, maximise
from labkit.differentiate._histories import Values, as_numbers, group, like, refuse
from labkit.errors import LabkitError
from labkit.i18n import N_, _


class GammaGamma(FittedModel):
    """Gamma-Gamma model of the value of a purchase, by maximum likelihood [1]_, [2]_.

    It assumes that how much a customer spends at a time does not depend on how often: look at their
    correlation first.

    Attributes
    ----------
    p_ : float
        Shape of the gamma distribution of one customer's purchase values.
    q_, gamma_ : float
        Shape and rate of the gamma distribution, across customers, of the rate of the former.
        ``gamma_`` is in the currency of the data.
    log_likelihood_ : float
        Log-likelihood at the maximum.
    n_customers_ : int
        Customers the model was fitted to.

    Examples
    --------
    >>> from labkit.differentiate import GammaGamma
    >>> model = GammaGamma.from_parameters(p=6.25, q=3.74, gamma=15.44)
    >>> round(model.expected_average_value(frequency=1, monetary_value=100.0), 2)
    80.26
    """

    parameter_names = ("p", "q", "gamma")
    not_fitted = N_("This GammaGamma is not fitted yet: call fit(frequency, monetary_value) first.")

    def fit(self, frequency: Values, monetary_value: Values) -> GammaGamma:
        """Find the parameters that make the observed average values most likely: eq. (1a) of [1]_.

        Parameters
        ----------
        frequency : array-like of shape (n_customers,)
            Number of purchases that the average is over (repeat purchases), at least 1.
        monetary_value : array-like of shape (n_customers,)
            Average value of those purchases, positive, in one currency.

        Returns
        -------
        GammaGamma
            The fitted model itself.

        Raises
        ------
        LabkitError
            If a frequency is 0 or an average is not positive, lengths differ, or the likelihood has
            no maximum that could be found.
        """
        x, mean = (np.ravel(values) for values in _check(frequency, monetary_value))
        refuse(
            x == 0,
            _(
                "frequency is 0: a customer without repeat purchases has no average. Pass only "
                "those with frequency > 0"
            ),
        )
        if x.size < 2:
            raise LabkitError(_("At least two customers are needed; found {n}.").format(n=x.size))
        (x, mean), kind = group(x, mean)
        customers = np.bincount(kind).astype(float)
        # Money is rescaled for the search alone, so that it starts equally well in cents and in thousands.
        scale = np.average(mean, weights=customers)
        (p, q, gamma), log_likelihood = maximise(
            lambda parameters: _log_likelihood(parameters, x, mean / scale, customers),
            start=np.array([2.0, 2.0, 1.0]),
            names=self.parameter_names,
        )
        self._set_parameters(p=p, q=q, gamma=gamma * scale)
        self.log_likelihood_ = log_likelihood - float(customers.sum() * np.log(scale))
        self.n_customers_ = int(customers.sum())
        return self

    @property
    def mean_value_(self) -> float:
        """Expected value of a purchase of a customer of whom nothing is known: p gamma / (q - 1).

        Raises
        ------
        LabkitError
            If ``q_`` is 1 or less: then the mean across customers is infinite.
        """
        p, q, gamma = self._parameters()
        if q <= 1:
            raise LabkitError(
                _(
                    "q is {q:.3f}: at 1 or below the model's mean value is infinite. A few enormous "
                    "purchases usually cause it; look at the largest averages."
                ).format(q=q)
            )
        return float(p * gamma / (q - 1))

    def expected_average_value(self, frequency: Values, monetary_value: Values) -> Values:
        """Expected value of a customer's future purchases, given the average so far: eq. (5) of [1]_.

        It is a weighted mean of the customer's own average and everybody's (:attr:`mean_value_`); the
        own average weighs p x / (p x + q - 1).

        Parameters
        ----------
        frequency : float or array-like of shape (n_customers,)
            Number of purchases that the average is over; 0 gives everybody's mean.
        monetary_value : float or array-like of shape (n_customers,)

        Returns
        -------
        float, ndarray or Series of the shape of ``frequency``
        """
        x, mean = _check(frequency, monetary_value)
        p, q, gamma = self._parameters()
        if (x == 0).any() or q <= 1:
            self.mean_value_  # noqa: B018  says why, where it does not exist
        return like(frequency, p * (gamma + x * mean) / (p * x + q - 1), "expected_average_value")


def _check(frequency: Values, monetary_value: Values) -> tuple[np.ndarray, np.ndarray]:
    x, mean = as_numbers("frequency", frequency), as_numbers("monetary_value", monetary_value)
    try:
        x, mean = np.broadcast_arrays(x, mean)
    except ValueError as error:
        raise LabkitError(
            _("frequency and monetary_value have different lengths: {a} and {b}.").format(
                a=x.size, b=mean.size
            )
        ) from error
    refuse(x < 0, _("frequency cannot be negative"))
    refuse(mean < 0, _("monetary_value cannot be negative"))
    refuse(
        (x > 0) & (mean == 0),
        _(
            "monetary_value is 0 for customers with purchases: the model has no place for gifts; leave them out"
        ),
    )
    return x, mean


def _log_likelihood(
    parameters: np.ndarray, x: np.ndarray, mean: np.ndarray, customers: np.ndarray
) -> tuple[float, np.ndarray]:
    """Log-likelihood of all averages, and its gradient in p, q and gamma."""
    p, q, gamma = parameters
    total = gamma + x * mean
    density = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(gamma / total)
        + p * x * np.log(x * mean / total)
        - np.log(mean)
    )
    gradient = (
        x * (psi(p * x + q) - psi(p * x) + np.log(x * mean / total)),
        psi(p * x + q) - psi(q) + np.log(gamma / total),
        q / gamma - (p * x + q) / total,
    )
    return float(customers @ density), np.array([customers @ part for part in gradient])
