"""Lifetime value: the formula of the margin multiple, and what the first margin does to it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import LabkitError
from labkit.manage.kpis import Kpi, contract_lifetime_value, order_lifetime_value, window


def multiple(retention, discount_rate=0.10, *, margin_at_start=False):
    return contract_lifetime_value(1.0, retention, discount_rate, margin_at_start=margin_at_start).value


def test_eighty_percent_at_ten_percent_is_2_67_years_of_margin():
    assert multiple(0.8) == pytest.approx(0.8 / 0.3)
    assert round(multiple(0.8), 2) == 2.67


@pytest.mark.parametrize(
    ("before", "after", "lift"), [(0.60, 0.65, 20), (0.80, 0.85, 27), (0.90, 0.95, 41), (0.80, 0.84, 21)]
)
def test_a_few_points_lift_the_value_by_more_the_higher_one_starts(before, after, lift):
    assert round(100 * (multiple(after) / multiple(before) - 1)) == lift


@given(st.floats(0, 0.99), st.floats(0.01, 0.5), st.floats(-100, 1000))
def test_the_first_margin_makes_exactly_one_margin_of_difference(retention, discount_rate, margin):
    at_once, later = (
        contract_lifetime_value(margin, retention, discount_rate, margin_at_start=first).value
        for first in (True, False)
    )
    assert at_once - later == pytest.approx(margin, abs=1e-6)


def test_whether_the_first_margin_is_in_must_be_said():
    with pytest.raises(TypeError, match="margin_at_start"):
        contract_lifetime_value(100.0, 0.8, 0.1)


def test_the_text_says_which_first_margin():
    assert "none at t = 0" in repr(contract_lifetime_value(100.0, 0.8, 0.1, margin_at_start=False))
    assert "comes at once (t = 0)" in repr(contract_lifetime_value(100.0, 0.8, 0.1, margin_at_start=True))


def test_the_acquisition_cost_comes_off():
    clv = contract_lifetime_value(90.0, 0.8, 0.1, margin_at_start=False, acquisition_cost=40.0)
    assert clv.value == pytest.approx(240 - 40)
    assert "less R$ 40.00" in repr(clv)


def test_numerator_over_denominator_is_the_value_before_acquisition():
    for first in (True, False):
        clv = contract_lifetime_value(90.0, 0.8, 0.1, margin_at_start=first)
        assert clv.numerator / clv.denominator == pytest.approx(clv.value)


def test_a_rate_for_each_period_is_multiplied_up():
    # Still there after 0, 1, 2 periods: 1, .5, .4. Discounted at 25%: 100 + 40 + 25.6.
    clv = contract_lifetime_value(100.0, [0.5, 0.8], 0.25, margin_at_start=True)
    assert clv.value == pytest.approx(100 + 100 * 0.5 / 1.25 + 100 * 0.4 / 1.25**2)
    assert contract_lifetime_value(100.0, [0.5, 0.8], 0.25, margin_at_start=False).value == pytest.approx(
        clv.value - 100
    )


def test_a_margin_for_each_period():
    clv = contract_lifetime_value([100.0, 60.0], 0.5, 0.0, margin_at_start=True)
    assert clv.value == pytest.approx(100 + 0.5 * 60)
    later = contract_lifetime_value([100.0, 60.0], 0.5, 0.0, margin_at_start=False)
    assert later.value == pytest.approx(0.5 * 100 + 0.25 * 60)


def test_a_long_list_of_one_rate_comes_to_the_formula():
    endless = contract_lifetime_value(1.0, 0.8, 0.1, margin_at_start=False).value
    long = contract_lifetime_value(1.0, [0.8] * 200, 0.1, margin_at_start=False).value
    assert long == pytest.approx(endless, abs=1e-9)


def test_one_average_rate_undervalues_customers_whose_retention_rises():
    """Fader & Hardie (2010): half stay with .95 a year, half with .55; the average rate is .75."""
    survival = 0.5 * 0.95 ** np.arange(61) + 0.5 * 0.55 ** np.arange(61)
    rising = contract_lifetime_value(1.0, survival[1:] / survival[:-1], 0.1, margin_at_start=True).value
    average = contract_lifetime_value(1.0, [0.75] * 60, 0.1, margin_at_start=True).value
    assert rising > 1.3 * average


def test_the_interval_of_the_retention_rate_is_carried_into_the_value():
    rate = Kpi("retention rate", 0.8, "share", "kept", "start", 160, 200, window("2025"), low=0.7, high=0.9)
    clv = contract_lifetime_value(100.0, rate, 0.1, margin_at_start=False)
    # m·r/(1+i-r) at .8, .7, .9: 80/.3, 70/.4, 90/.2.
    assert (clv.value, clv.low, clv.high) == pytest.approx((80 / 0.3, 175, 450))
    assert clv.window == window("2025")
    assert "retention 0.800 of 2025-01-01 to 2025-12-31, for ever" in repr(clv)


def test_a_negative_margin_turns_the_interval_and_not_its_order():
    rate = Kpi("retention rate", 0.8, "share", "kept", "start", 160, 200, None, low=0.7, high=0.9)
    clv = contract_lifetime_value(-100.0, rate, 0.1, margin_at_start=False)
    assert (clv.low, clv.high) == pytest.approx((-450, -175))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((100.0, 80, 0.1), "Retention is 80; it must be a share from 0 to 1"),
        ((100.0, 1.0, 0.0), "never ends"),
        ((100.0, 0.8, 10), "discount rate is 10; write 0.10"),
        ((float("nan"), 0.8, 0.1), "margin is missing"),
        ((100.0, [], 0.1), "one number each"),
        (([1.0, 2.0], [0.8], 0.1), "2 margins and 1 retention rates do not fit"),
    ],
)
def test_what_cannot_be_is_said(arguments, says):
    with pytest.raises(LabkitError, match=says):
        contract_lifetime_value(*arguments, margin_at_start=False)


@pytest.fixture(scope="module")
def orders():
    rng = np.random.default_rng(40)
    rows = []
    for who in range(300):
        rate, leaves, day = rng.gamma(1.0, 1 / 60), rng.beta(0.8, 2.4), int(rng.integers(0, 200))
        mean = 20 + 200 * rng.random()
        while day <= 400:
            rows.append((who, pd.Timestamp("2024-01-01") + pd.Timedelta(days=day), mean * rng.gamma(4.0) / 4))
            if rng.random() < leaves:
                break
            day += 1 + int(rng.exponential(1 / rate))
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "revenue_brl"])
    return table.assign(margin_brl=0.25 * table["revenue_brl"])


END = "2025-02-04"


def value(orders, horizon=52, rate=0.1):
    return order_lifetime_value(orders, END, horizon_weeks=horizon, yearly_discount_rate=rate)


def test_without_contract_the_margin_rate_of_the_orders_is_used(orders):
    kpi = value(orders)
    assert kpi.parts["margin_rate"] == pytest.approx(0.25)
    twice = value(orders.assign(margin_brl=0.5 * orders["revenue_brl"]))
    assert twice.value == pytest.approx(2 * kpi.value)


def test_without_contract_a_model_that_gives_no_number_is_an_error(orders, monkeypatch):
    import labkit.differentiate as differentiate

    monkeypatch.setattr(
        differentiate, "customer_lifetime_value", lambda _p, _v, frequency, *_a, **_k: frequency * np.nan
    )
    with pytest.raises(LabkitError, match="no number for 300 of 300 customers"):
        value(orders)


def test_without_contract_a_longer_horizon_is_worth_more_and_discounting_less(orders):
    assert 0 < value(orders, 13).value < value(orders, 52).value
    assert value(orders, rate=0.3).value < value(orders, rate=0.0).value


def test_without_contract_model_horizon_and_rate_are_said(orders):
    text = repr(value(orders))
    assert "52 weeks after 2025-02-04" in text
    assert "BG/NBD and Gamma-Gamma, 10% a year, margin 25.0% of revenue" in text


def test_without_contract_the_total_is_over_the_customers(orders):
    kpi = value(orders)
    assert kpi.denominator == orders["customer_id"].nunique()
    assert kpi.numerator / kpi.denominator == pytest.approx(kpi.value, abs=1e-4)


def test_without_contract_who_first_came_on_the_last_day_is_left_out(orders):
    newcomer = pd.DataFrame(
        {"customer_id": [999], "ordered_on": [pd.Timestamp(END)], "revenue_brl": [50.0], "margin_brl": [12.5]}
    )
    with_newcomer = value(pd.concat([orders, newcomer], ignore_index=True))
    assert with_newcomer.denominator == value(orders).denominator
