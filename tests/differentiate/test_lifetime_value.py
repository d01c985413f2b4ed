"""Lifetime value: purchases times value, discounted, within a stated horizon."""

import numpy as np
import pandas as pd
import pytest

from labkit.differentiate import BGNBD, GammaGamma, customer_lifetime_value
from labkit.errors import LabkitError

PURCHASES = BGNBD.from_parameters(r=0.243, alpha=4.414, a=0.793, b=2.426)
VALUE = GammaGamma.from_parameters(p=6.25, q=3.74, gamma=15.44)
CUSTOMERS = pd.DataFrame(
    {
        "frequency": [2, 0, 7],
        "recency": [30.43, 0.0, 20.0],
        "T": [38.86, 38.86, 30.0],
        "monetary_value": [22.35, 0.0, 60.0],
    },
    index=pd.Index([1, 3, 9], name="customer_id"),
)


def lifetime_value(**options):
    settings = {"horizon": 39, "yearly_discount_rate": 0.0} | options
    columns = (CUSTOMERS[column] for column in CUSTOMERS)
    return customer_lifetime_value(PURCHASES, VALUE, *columns, **settings)


def undiscounted(horizon):
    expected = PURCHASES.expected_purchases(
        horizon, CUSTOMERS["frequency"], CUSTOMERS["recency"], CUSTOMERS["T"]
    )
    return expected * VALUE.expected_average_value(CUSTOMERS["frequency"], CUSTOMERS["monetary_value"])


def test_without_discount_it_is_purchases_times_value():
    pd.testing.assert_series_equal(lifetime_value(), undiscounted(39), check_names=False)


def test_one_period_is_discounted_once():
    a_year = lifetime_value(horizon=1, periods_a_year=1, yearly_discount_rate=0.25)
    pd.testing.assert_series_equal(a_year, undiscounted(1) / 1.25, check_names=False)


def test_two_periods_worked_by_hand():
    first = undiscounted(1)
    expected = first / 1.1 + (undiscounted(2) - first) / 1.21
    got = lifetime_value(horizon=2, periods_a_year=1, yearly_discount_rate=0.1)
    pd.testing.assert_series_equal(got, expected, check_names=False)


def test_a_higher_rate_or_a_shorter_horizon_is_worth_less():
    assert (lifetime_value(yearly_discount_rate=0.3) < lifetime_value(yearly_discount_rate=0.1)).all()
    assert (lifetime_value(horizon=26) < lifetime_value(horizon=39)).all()


def test_margin_rate_scales():
    pd.testing.assert_series_equal(lifetime_value(margin_rate=0.3), lifetime_value() * 0.3)


def test_no_horizon_no_value():
    assert (lifetime_value(horizon=0) == 0).all()


def test_a_single_customer_gives_a_number():
    one = customer_lifetime_value(
        PURCHASES, VALUE, 2, 30.43, 38.86, 22.35, horizon=39, yearly_discount_rate=0.0
    )
    assert isinstance(one, float)
    assert one == pytest.approx(lifetime_value().loc[1])


def test_the_same_history_with_another_average_differs_only_in_value():
    two = np.array([2, 2]), np.array([30.43, 30.43]), np.array([38.86, 38.86])
    values = customer_lifetime_value(
        PURCHASES, VALUE, *two, np.array([20.0, 40.0]), horizon=10, yearly_discount_rate=0.1
    )
    averages = VALUE.expected_average_value(np.array([2, 2]), np.array([20.0, 40.0]))
    assert values[0] / values[1] == pytest.approx(averages[0] / averages[1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"horizon": 1.5}, "whole number of periods"),
        ({"horizon": -1}, "whole number of periods"),
        ({"yearly_discount_rate": -0.1}, "0 or more"),
        ({"periods_a_year": 0}, "periods_a_year must be positive"),
    ],
)
def test_wrong_terms_are_explained(options, words):
    with pytest.raises(LabkitError, match=words):
        lifetime_value(**options)


def test_a_lifetime_value_needs_its_horizon_and_rate():
    with pytest.raises(TypeError):
        customer_lifetime_value(PURCHASES, VALUE, 2, 30.43, 38.86, 22.35)
