"""Relative changes of the e-mail test of 2008, worked by hand, and how often the intervals hold the truth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.interact import Arm, difference_of_means, difference_of_proportions, ratio_interval

NO_EMAIL = Arm(21_306, 0.6528, 11.588)
VISITED, CONVERTED, NONE = 2_262, 122, 21_306


def test_spend_of_the_womens_email_by_hand():
    # means 1.0772 and .6528, variances .0106837 and .0063025, z² = 3.84146:
    # a = .426148 - .024211 = .401937, b = .703196, c = 1.160360 - .041041 = 1.119319
    # (.703196 ± sqrt(.494485 - .449896)) / .401937 = 1.224153 and 2.274892
    assert ratio_interval(1.0772, 0.0106837**0.5, 0.6528, 0.0063025**0.5) == pytest.approx(
        (1.22415, 2.27489), abs=3e-4
    )


@pytest.mark.parametrize(
    ("difference", "low", "high"),
    [
        (difference_of_means(Arm(21_387, 1.0772, 15.116), NO_EMAIL), 0.22, 1.27),
        (difference_of_means(Arm(21_307, 1.4226, 17.754), NO_EMAIL), 0.64, 1.98),
        (difference_of_proportions(3_238, 21_387, VISITED, NONE), 0.36, 0.50),
        (difference_of_proportions(189, 21_387, CONVERTED, NONE), 0.23, 0.95),
    ],
    ids=["women's spend", "men's spend", "women's visits", "women's converted"],
)
def test_relative_changes_of_the_email_test(difference, low, high):
    assert difference.relative_interval == pytest.approx((low, high), abs=0.006)


@pytest.mark.parametrize(
    ("treated", "n", "control", "m"), [(3_238, 21_387, 2_262, 21_306), (436, 2_729, 370, 2_730)]
)
def test_rates_agree_with_the_interval_of_the_log_ratio(treated, n, control, m):
    """The delta method on the logarithm is the other usual interval: for many responders they are one."""
    ratio = treated / n / (control / m)
    error = math.sqrt((1 - treated / n) / treated + (1 - control / m) / control)
    low, high = difference_of_proportions(treated, n, control, m).relative_interval
    assert 1 + low == pytest.approx(ratio * math.exp(-1.96 * error), abs=0.003)
    assert 1 + high == pytest.approx(ratio * math.exp(1.96 * error), abs=0.003)


def test_it_holds_the_truth_where_dividing_by_the_control_does_not():
    """Means and errors of the e-mail test: Fieller keeps its 95 of 100, the shortcut only 87."""
    rng, z = np.random.default_rng(34), 1.959964
    errors = (0.0106837**0.5, 0.0063025**0.5)
    truth = 1.0772 / 0.6528
    fieller = shortcut = 0
    for treated, control in zip(
        rng.normal(1.0772, errors[0], 4000), rng.normal(0.6528, errors[1], 4000), strict=True
    ):
        low, high = ratio_interval(treated, errors[0], control, errors[1])
        fieller += low <= truth <= high
        shortcut += abs(treated / control - truth) <= z * math.hypot(*errors) / control
    assert fieller / 4000 == pytest.approx(0.95, abs=0.011)  # 3 standard errors
    assert shortcut / 4000 == pytest.approx(0.87, abs=0.017)


def test_a_known_denominator_only_scales():
    assert ratio_interval(10.0, 1.0, 4.0, 0.0) == pytest.approx(((10 - 1.959964) / 4, (10 + 1.959964) / 4))


def test_a_denominator_that_may_be_zero_bounds_nothing():
    assert ratio_interval(10.0, 1.0, 1.9, 1.0) == (-math.inf, math.inf)
    assert difference_of_proportions(5, 100, 0, 100).relative_interval == (-math.inf, math.inf)


def test_a_higher_level_is_wider():
    narrow, wide = (ratio_interval(3.0, 0.4, 2.0, 0.3, level) for level in (0.8, 0.99))
    assert wide[0] < narrow[0] < 1.5 < narrow[1] < wide[1]


@given(st.floats(0.1, 50), st.floats(0, 5), st.floats(0.1, 50), st.floats(0, 5))
def test_the_interval_holds_the_ratio_and_turns_over_with_it(a, error_a, b, error_b):
    low, high = ratio_interval(a, error_a, b, error_b)
    assert low - 1e-9 <= a / b <= high + 1e-9
    over_low, over_high = ratio_interval(b, error_b, a, error_a)
    if low > 1e-6 and math.isfinite(over_low) and math.isfinite(high):
        assert (over_low, over_high) == pytest.approx((1 / high, 1 / low), rel=1e-4)
