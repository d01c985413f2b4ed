"""Gamma-Gamma: the published digits, and the pull towards everybody's mean."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.data import load
from labkit.differentiate import GammaGamma, summarise_purchases
from labkit.errors import LabkitError

PUBLISHED = {"p": 6.25, "q": 3.74, "gamma": 15.44}


@pytest.fixture(scope="module")
def repeaters():
    summary = summarise_purchases(load("cdnow"), value="dollars", until="1997-09-30")
    return summary[summary["frequency"] > 0]


@pytest.fixture(scope="module")
def fitted(repeaters):
    return GammaGamma().fit(repeaters["frequency"], repeaters["monetary_value"])


@pytest.mark.parametrize(("name", "value"), PUBLISHED.items())
def test_cdnow_parameters(fitted, name, value):
    assert round(fitted.parameters_[name], 2) == value


def test_cdnow_frequency_hardly_goes_with_value(repeaters):
    assert round(repeaters["frequency"].corr(repeaters["monetary_value"]), 2) == 0.11


def test_no_step_away_from_the_fit_is_more_likely(fitted, repeaters):
    scale = 1.02
    for name in PUBLISHED:
        for factor in (scale, 1 / scale):
            moved = fitted.parameters_.copy()
            moved[name] *= factor
            assert log_likelihood(moved, repeaters) < fitted.log_likelihood_
    assert log_likelihood(fitted.parameters_, repeaters) == pytest.approx(fitted.log_likelihood_)


def log_likelihood(parameters, repeaters):
    """Eq. (1a) of Fader & Hardie (2013), as the scaled F density it is: shares no code with the fit.

    Given x, the average is gamma(p x, rate nu x) with nu ~ gamma(q, gamma), hence
    average * q / (p gamma) ~ F(2 p x, 2 q).
    """
    from scipy.stats import f

    p, q, gamma = parameters
    x, mean = repeaters["frequency"], repeaters["monetary_value"]
    scale = p * gamma / q
    return f.logpdf(mean / scale, 2 * p * x, 2 * q).sum() - len(x) * np.log(scale)


def test_the_unit_of_money_only_rescales_gamma(fitted, repeaters):
    in_cents = GammaGamma().fit(repeaters["frequency"], repeaters["monetary_value"] * 100)
    pd.testing.assert_series_equal(in_cents.parameters_, fitted.parameters_ * [1, 1, 100], rtol=1e-4)


def test_recovers_the_parameters_of_simulated_purchases():
    truth = {"p": 4.0, "q": 5.0, "gamma": 60.0}
    rng = np.random.default_rng(8)
    rate = rng.gamma(truth["q"], 1 / truth["gamma"], 50_000)
    frequency = rng.integers(1, 12, rate.size)
    average = rng.gamma(truth["p"] * frequency, 1 / rate) / frequency
    fitted = GammaGamma().fit(frequency, average)
    # At this size the standard error of p and gamma is near 2%.
    assert fitted.parameters_.to_dict() == pytest.approx(truth, rel=0.1)
    assert fitted.mean_value_ == pytest.approx(4 * 60 / 4, rel=0.02)


def test_without_purchases_everybody_is_average():
    model = GammaGamma.from_parameters(**PUBLISHED)
    assert model.expected_average_value(0, 0.0) == pytest.approx(6.25 * 15.44 / 2.74)
    assert model.mean_value_ == pytest.approx(6.25 * 15.44 / 2.74)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 200), st.floats(0.5, 5000.0))
def test_the_expectation_lies_between_own_average_and_everybodys(frequency, average):
    model = GammaGamma.from_parameters(**PUBLISHED)
    expected = model.expected_average_value(frequency, average)
    low, high = sorted((average, model.mean_value_))
    assert low - 1e-9 <= expected <= high + 1e-9


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 200), st.floats(0.5, 5000.0))
def test_more_purchases_trust_the_own_average_more(frequency, average):
    model = GammaGamma.from_parameters(**PUBLISHED)
    few, many = model.expected_average_value(np.array([frequency, 2 * frequency]), average)
    assert abs(many - average) <= abs(few - average) + 1e-9


@pytest.mark.parametrize(
    ("frequency", "value", "words"),
    [
        ([1, 0], [10.0, 0.0], "Pass only those with frequency > 0"),
        ([1, 2], [10.0, -1.0], "monetary_value cannot be negative"),
        ([1, 2], [10.0, 0.0], "no place for gifts"),
        ([1, -2], [10.0, 5.0], "frequency cannot be negative"),
        ([1, 2], [10.0, 5.0, 1.0], "different lengths: 2 and 3"),
        ([1, 2], [10.0, np.nan], "missing or infinite"),
        ([1], [10.0], "At least two customers"),
    ],
)
def test_wrong_input_is_explained(frequency, value, words):
    with pytest.raises(LabkitError, match=words):
        GammaGamma().fit(frequency, value)


def test_an_infinite_mean_is_named():
    model = GammaGamma.from_parameters(p=2.0, q=0.9, gamma=10.0)
    with pytest.raises(LabkitError, match="infinite"):
        model.expected_average_value(0, 0.0)
    with pytest.raises(LabkitError, match="infinite"):
        _ = model.mean_value_


def test_predicting_before_fitting_is_explained():
    with pytest.raises(LabkitError, match="call fit"):
        GammaGamma().expected_average_value(1, 10.0)
