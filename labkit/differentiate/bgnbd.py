"""BG/NBD: how many purchases to expect from whom, when nobody says good-bye.

Each customer buys at random moments, at a rate of their own (gamma-distributed across customers: r,
alpha), and after each repeat purchase stays away for good with a probability of their own
(beta-distributed: a, b). Four numbers describe the whole customer base.

References
----------
.. [1] Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). "Counting Your Customers" the Easy Way: An
   Alternative to the Pareto/NBD Model. *Marketing Science* 24(2), 275-284.
   http://brucehardie.com/papers/018/
.. [2] Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2008). Computing P(alive) Using the BG/NBD Model.
   http://brucehardie.com/notes/021/
.. [3] Fader, P. S. & Hardie, B. G. S. (2013). Overcoming the BG/NBD Model's #NUM! Error Problem.
   http://brucehardie.com/notes/027/
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, expit, gammaln, hyp2f1, psi

from labkit.differentiate._fitting import FittedModel, covariance, maximise
from labkit.differentiate._histories import Values, as_numbers, check_histories, group, like
from labkit.errors import LabkitError
from labkit.i18n import N_, _

_NEAR = 1e-5
"""How close to a removable singularity a parameter may come before it is stepped over."""


class BGNBD(FittedModel):
    """Beta-geometric/NBD model of repeat buying without a contract, by maximum likelihood [1]_.

    Attributes
    ----------
    r_, alpha_ : float
        Shape and rate of the gamma distribution of buying rates: a customer buys ``r_ / alpha_``
        times a unit of time on average, while alive. ``alpha_`` is in the unit of time of the data.
    a_, b_ : float
        Parameters of the beta distribution of the probability of dropping out after a repeat purchase,
        ``a_ / (a_ + b_)`` on average.
    log_likelihood_ : float
        Log-likelihood at the maximum.
    covariance_ : ndarray of shape (4, 4)
        Large-sample covariance of the estimates r, alpha, a, b; ``standard_errors_`` has their errors.
    n_customers_, n_histories_ : int
        Customers, and distinct histories (frequency, recency, T) among them.

    Examples
    --------
    >>> from labkit.differentiate import BGNBD
    >>> model = BGNBD.from_parameters(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(model.expected_purchases(39, frequency=2, recency=30.43, T=38.86), 3)
    1.226
    """

    parameter_names = ("r", "alpha", "a", "b")
    not_fitted = N_("This BGNBD is not fitted yet: call fit(frequency, recency, T) first.")

    def fit(self, frequency: Values, recency: Values, T: Values, weights: Values = None) -> BGNBD:
        """Find the parameters that make the observed histories most likely.

        Identical histories are counted once, with their number as weight, which changes no parameter
        and makes a million customers a matter of seconds.

        Parameters
        ----------
        frequency, recency, T : array-like of shape (n_customers,)
            As :func:`~labkit.differentiate.summarise_purchases` returns them.
        weights : array-like of shape (n_customers,), optional
            How many customers each row stands for; 1 by default.

        Returns
        -------
        BGNBD
            The fitted model itself.

        Raises
        ------
        LabkitError
            If a history is impossible (see the message), if nobody ever repeated, or if the
            likelihood has no maximum that could be found.
        """
        x, t_x, age = (np.ravel(values) for values in check_histories(frequency, recency, T))
        if not (x > 0).any():
            raise LabkitError(
                _("None of the {n} customers bought again, so there is no rate to estimate.").format(n=x.size)
            )
        count = np.ones(x.size) if weights is None else np.ravel(as_numbers("weights", weights))
        if count.size != x.size or (count < 0).any():
            raise LabkitError(_("weights must hold one number for each customer, none of them negative."))
        (x, t_x, age), kind = group(x, t_x, age)
        customers = np.bincount(kind, weights=count)
        # Time is rescaled for the search alone, so that it starts equally well in days and in years.
        scale = age.max() / 10

        def scaled(parameters: np.ndarray) -> tuple[float, np.ndarray]:
            return _log_likelihood(parameters, x, t_x / scale, age / scale, customers)

        estimates, log_likelihood = maximise(scaled, start=np.ones(4), names=self.parameter_names)
        r, alpha, a, b = estimates
        unit = np.array([1.0, scale, 1.0, 1.0])
        self.covariance_ = covariance(scaled, estimates) * np.outer(unit, unit)
        self._set_parameters(r=r, alpha=alpha * scale, a=a, b=b)
        # The density of each of the x purchase times is per unit of time, hence the Jacobian.
        self.log_likelihood_ = log_likelihood - float((customers * x).sum() * np.log(scale))
        self.n_customers_, self.n_histories_ = int(customers.sum()), x.size
        return self

    def log_likelihood(self, frequency: Values, recency: Values, T: Values) -> Values:
        """Log-likelihood of each history under the fitted parameters: eq. (6) of [1]_, in logs.

        Returns
        -------
        float, ndarray or Series of the shape of ``frequency``
        """
        x, t_x, age = check_histories(frequency, recency, T)
        return like(frequency, _log_density(self._parameters(), x, t_x, age)[0], "log_likelihood")

    def expected_purchases(self, t: Values, frequency: Values, recency: Values, T: Values) -> Values:
        """Expected number of purchases in the next ``t`` units of time, given the history: eq. (10) of [1]_.

        Parameters
        ----------
        t : float or array-like
            Length of the period that follows the end of observation, in the unit of the data.
        frequency, recency, T : float or array-like of shape (n_customers,)

        Returns
        -------
        float, ndarray or Series of the shape of ``frequency``

        Notes
        -----
        The hypergeometric function is evaluated after Euler's transformation, in which the number of
        purchases appears only in its third parameter: the textbook form overflows beyond a few
        hundred purchases.
        """
        parameters = self._parameters()
        x, t_x, age = check_histories(frequency, recency, T)
        horizon = as_numbers("t", t)
        if (horizon < 0).any():
            raise LabkitError(_("t is the length of a future period: it cannot be negative."))
        ahead = _expected_if_alive(parameters, horizon, x, age) * _probability_alive(parameters, x, t_x, age)
        return like(frequency, ahead, "expected_purchases")

    def probability_alive(self, frequency: Values, recency: Values, T: Values) -> Values:
        """Probability that the customer has not dropped out by the end of observation [2]_.

        It is exactly 1 for every customer who never repeated, because the model lets customers drop
        out only after a repeat purchase: over a base with one-time buyers it is no churn score. It
        orders those who have repeated sensibly.

        Returns
        -------
        float, ndarray or Series of the shape of ``frequency``, between 0 and 1
        """
        parameters = self._parameters()
        x, t_x, age = check_histories(frequency, recency, T)
        return like(frequency, _probability_alive(parameters, x, t_x, age), "probability_alive")

    def expected_purchases_new(self, t: Values) -> Values:
        """Expected repeat purchases of a new customer in the ``t`` units after the first one: eq. (9) of [1]_.

        Returns
        -------
        float, ndarray or Series of the shape of ``t``
        """
        horizon = as_numbers("t", t)
        if (horizon < 0).any():
            raise LabkitError(_("t is the length of a future period: it cannot be negative."))
        expected = _expected_if_alive(self._parameters(), horizon, np.zeros(()), np.zeros(()))
        return like(t, expected, "expected_purchases_new")

    def simulate(self, T: Values, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Draw histories of customers of age ``T`` from the fitted model, to test whatever reads them.

        Parameters
        ----------
        T : array-like of shape (n_customers,)
        rng : Generator

        Returns
        -------
        dict
            ``frequency``, ``recency`` and ``T``, arrays of shape (n_customers,).
        """
        r, alpha, a, b = self._parameters()
        age = np.ravel(as_numbers("T", T))
        rate = rng.gamma(r, 1 / alpha, age.size)
        drop_out = rng.beta(a, b, age.size)
        frequency, recency = np.zeros(age.size, dtype=int), np.zeros(age.size)
        alive = np.arange(age.size)
        while alive.size:
            moment = recency[alive] + rng.exponential(1 / np.maximum(rate[alive], 1e-300))
            bought = moment <= age[alive]
            alive, moment = alive[bought], moment[bought]
            frequency[alive] += 1
            recency[alive] = moment
            alive = alive[rng.random(alive.size) >= drop_out[alive]]
        return {"frequency": frequency, "recency": recency, "T": age}


def history_likelihood(
    frequency: Values, recency: Values, T: Values, rate: Values, dropout: Values
) -> float | np.ndarray:
    """Likelihood of a history if the customer's two habits were known: section 4.1 of [1]_.

    Averaged over gamma-distributed rates and beta-distributed probabilities of dropping out it is the
    likelihood of the BG/NBD model.

    Parameters
    ----------
    frequency, recency, T : float or array-like
        As :func:`~labkit.differentiate.summarise_purchases` returns them.
    rate : float or array-like
        Purchases a unit of time while a customer, not negative.
    dropout : float or array-like
        Probability of leaving after each repeat purchase.

    Returns
    -------
    float, or ndarray of the shape that all five give together

    Raises
    ------
    LabkitError
        If a history is impossible, a rate negative or a probability outside 0 to 1.
    """
    x, t_x, age = check_histories(frequency, recency, T)
    rate, dropout = as_numbers("rate", rate), as_numbers("dropout", dropout)
    if (rate < 0).any() or (dropout < 0).any() or (dropout > 1).any():
        raise LabkitError(_("rate cannot be negative, and dropout is a probability between 0 and 1."))
    stayed = (1 - dropout) ** x * np.exp(-rate * age)
    left = np.where(x > 0, dropout * (1 - dropout) ** np.maximum(x - 1, 0) * np.exp(-rate * t_x), 0.0)
    return like(0.0, rate**x * (stayed + left), "likelihood")


def _log_density(
    parameters: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each history, and the probability that its customer is still alive."""
    r, alpha, a, b = parameters
    bought = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    alive = -(r + x) * np.log(alpha + age)
    gone = alive + _log_odds_gone(parameters, x, t_x, age)
    return bought + np.logaddexp(alive, gone), expit(alive - gone)


def _log_odds_gone(parameters: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Log of P(dropped out) / P(alive), minus infinity for who never repeated."""
    r, alpha, a, b = parameters
    repeated = x > 0
    odds = (
        np.log(a) - np.log(b + np.where(repeated, x, 1) - 1) + (r + x) * np.log((alpha + age) / (alpha + t_x))
    )
    return np.where(repeated, odds, -np.inf)


def _probability_alive(parameters: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
    return expit(-_log_odds_gone(parameters, x, t_x, age))


def _log_likelihood(
    parameters: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, customers: np.ndarray
) -> tuple[float, np.ndarray]:
    """Log-likelihood of all customers, and its gradient in r, alpha, a and b."""
    r, alpha, a, b = parameters
    density, alive = _log_density(parameters, x, t_x, age)
    gone = 1 - alive
    gradient = (
        psi(r + x) - psi(r) + np.log(alpha) - alive * np.log(alpha + age) - gone * np.log(alpha + t_x),
        r / alpha - (r + x) * (alive / (alpha + age) + gone / (alpha + t_x)),
        psi(a + b) - psi(a + b + x) + gone / a,
        psi(b + x) - psi(b) + psi(a + b) - psi(a + b + x) - gone / (b + np.where(x > 0, x, 1) - 1),
    )
    return float(customers @ density), np.array([customers @ part for part in gradient])


def _expected_if_alive(parameters: np.ndarray, t: np.ndarray, x: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Expected purchases in the next ``t`` of a customer known to be alive.

    The formula divides by a - 1 and, for who never repeated, by a + b - 1, and SciPy's hyp2f1 fails close
    to a whole number of r - a. All three singularities are removable: close to one, the expectation is
    evaluated on either side and averaged.
    """
    r, alpha, a, b = parameters
    for position, distance in ((2, a - 1), (3, a + b - 1), (0, r - a - np.round(r - a))):
        if abs(distance) < _NEAR:
            step = 2 * _NEAR * np.eye(4)[position]
            below, above = (_expected_if_alive(parameters + side, t, x, age) for side in (-step, step))
            return (below + above) / 2
    ahead = t / (alpha + age + t)
    still = (1 - ahead) ** (a - 1) * hyp2f1(a - 1, a + b - 1 - r, a + b - 1 + x, ahead)
    return np.maximum((a + b - 1 + x) / (a - 1) * (1 - still), 0.0)
