"""Maximum likelihood for models whose parameters are all positive."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from labkit.errors import LabkitError
from labkit.i18n import _

_LOG_BOUND = 12.0
"""Parameters are sought between exp(-12) and exp(12): what lies beyond is a likelihood without maximum."""


class FittedModel:
    """A model with positive parameters, held in attributes that end in an underscore."""

    parameter_names: ClassVar[tuple[str, ...]]
    not_fitted: ClassVar[str]

    @classmethod
    def from_parameters(cls, **parameters: float) -> Self:
        """Return a model with given parameters, for instance published ones, ready to predict.

        Raises
        ------
        LabkitError
            If a parameter is missing, unknown or not positive.
        """
        model = cls()
        model._set_parameters(**parameters)
        return model

    @property
    def parameters_(self) -> pd.Series:
        """The fitted parameters, by name."""
        return pd.Series(self._parameters(), index=self.parameter_names, name=type(self).__name__)

    def _set_parameters(self, **parameters: float) -> None:
        if set(parameters) != set(self.parameter_names):
            raise LabkitError(
                _("{model} has the parameters {expected}; found {found}.").format(
                    model=type(self).__name__,
                    expected=", ".join(self.parameter_names),
                    found=", ".join(parameters) or "-",
                )
            )
        for name, value in parameters.items():
            if not (np.isfinite(value) and value > 0):
                raise LabkitError(
                    _("Parameter {name} is {value}; it must be positive.").format(name=name, value=value)
                )
            setattr(self, f"{name}_", float(value))

    def _parameters(self) -> np.ndarray:
        if not hasattr(self, f"{self.parameter_names[0]}_"):
            raise LabkitError(_(self.not_fitted))
        return np.array([getattr(self, f"{name}_") for name in self.parameter_names])

    @property
    def standard_errors_(self) -> pd.Series:
        """Standard errors of the fitted parameters, by name, from the curvature of the likelihood."""
        self._parameters()
        if not hasattr(self, "covariance_"):
            raise LabkitError(_("Given parameters have no standard errors: fit the model first."))
        return pd.Series(
            np.sqrt(np.diag(self.covariance_)), index=self.parameter_names, name="standard error"
        )

    def __repr__(self) -> str:
        if not hasattr(self, f"{self.parameter_names[0]}_"):
            return f"{type(self).__name__}()"
        values = ", ".join(f"{name}={value:.4g}" for name, value in self.parameters_.items())
        return f"<{type(self).__name__}: {values}>"


def maximise(
    log_likelihood: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    names: tuple[str, ...],
) -> tuple[np.ndarray, float]:
    """Return the positive parameters at which ``log_likelihood`` is highest, and its value there.

    The search runs over the logarithms of the parameters, with the exact gradient.

    Parameters
    ----------
    log_likelihood : callable
        Takes the parameters, returns the log-likelihood and its gradient in them.
    start : ndarray of shape (n_parameters,)
    names : tuple of str
        For messages.

    Raises
    ------
    LabkitError
        If the search fails.

    Warns
    -----
    RuntimeWarning
        If a parameter ends at the edge of the search: then the data do not determine it.
    """

    def objective(logs: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value / size, -gradient * parameters / size

    size = max(abs(log_likelihood(np.asarray(start, dtype=float))[0]), 1.0)  # steps of order one
    result = minimize(
        objective,
        np.log(start),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_LOG_BOUND, _LOG_BOUND)] * len(start),
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
    )
    if not np.isfinite(result.fun) or (not result.success and np.abs(result.jac).max() > 1e-5):
        raise LabkitError(
            _(
                "The likelihood has no maximum that could be found ({reason}). Check the units and the data."
            ).format(reason=result.message)
        )
    at_edge = [name for name, value in zip(names, result.x, strict=True) if abs(value) > _LOG_BOUND - 1e-3]
    if at_edge:
        warnings.warn(
            _(
                "The data do not determine {names}: the likelihood keeps rising towards the edge of the search. "
                "Predictions may still be good; the parameters mean nothing."
            ).format(names=", ".join(at_edge)),
            RuntimeWarning,
            stacklevel=3,
        )
    return np.exp(result.x), -float(result.fun) * size


def covariance(
    log_likelihood: Callable[[np.ndarray], tuple[float, np.ndarray]], parameters: np.ndarray
) -> np.ndarray:
    """Return the large-sample covariance of maximum-likelihood estimates: the inverse observed information.

    The information is the slope of the exact gradient, by central differences.

    Parameters
    ----------
    log_likelihood : callable
        Takes the parameters, returns the log-likelihood and its gradient in them.
    parameters : ndarray of shape (n_parameters,)
        Where it is highest.

    Returns
    -------
    ndarray of shape (n_parameters, n_parameters)
        Not a number throughout where the data do not determine the parameters.
    """
    steps = 1e-4 * parameters
    rows = []
    for position, step in enumerate(steps):
        side = np.zeros(parameters.size)
        side[position] = step
        above, below = log_likelihood(parameters + side)[1], log_likelihood(parameters - side)[1]
        rows.append((below - above) / (2 * step))
    information = np.array(rows)
    information = (information + information.T) / 2
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return np.full(information.shape, np.nan)
    return np.linalg.inv(information)
