"""Orders: BG/NBD timing, regular buyers, gamma-gamma spend."""

import numpy as np
import pandas as pd
import pytest

from labkit.world.parameters import Purchases
from labkit.world.purchases import draw_purchase_times, settle_orders
from labkit.world.streams import stream


def test_nobody_leaves_after_the_first_purchase():
    n = 2_000
    certain = np.ones(n)  # leaves for sure after the first repeat purchase
    who, _ = draw_purchase_times(
        np.zeros(n), 1e6, np.ones(n), certain, np.zeros(n, dtype=bool), stream(1, "leaving")
    )
    assert (np.bincount(who, minlength=n) == 2).all()


@pytest.mark.parametrize(("regular", "expected"), [(False, 1.0), (True, 0.5)])
def test_time_between_purchases_is_exponential_or_erlang_4(regular, expected):
    # The coefficient of variation of an Erlang-k time is 1/sqrt(k).
    n = 300
    who, when = draw_purchase_times(
        np.zeros(n), 400.0, np.full(n, 0.5), np.zeros(n), np.full(n, regular), stream(2, "timing")
    )
    gaps = pd.DataFrame({"who": who, "when": when}).sort_values(["who", "when"]).groupby("who")["when"].diff()
    assert gaps.mean() == pytest.approx(2.0, rel=0.03)
    assert gaps.std() / gaps.mean() == pytest.approx(expected, rel=0.03)


def test_money_of_an_order_worked_by_hand():
    # Value 100, discount 10, margin share 30%, half of R$ 11 freight on Caramelo.
    order = pd.DataFrame(
        {"value_brl": [100.0], "discount_brl": [10.0], "margin_share": [0.3], "freight_brl": [11.0]}
    )
    settled = settle_orders(order).iloc[0]
    assert settled["revenue_brl"] == 90.0
    assert settled["cost_brl"] == 75.5
    assert settled["margin_brl"] == 14.5


def test_first_order_of_a_customer_won_in_history_is_on_the_day_of_acquisition(world):
    won = world.customers[world.customers["acquired_on"] >= "2024-01-01"].set_index("customer_id")[
        "acquired_on"
    ]
    first = world.orders.groupby("customer_id")["ordered_on"].min()
    first = first[first.index.isin(won.index)]
    assert (first == won[first.index]).mean() > 0.999


def test_average_order_is_near_its_expectation(world):
    p = Purchases()
    value = world.orders["revenue_brl"] + world.orders["discount_brl"]
    expected = p.spend_p * p.spend_gamma / (p.spend_q - 1)
    assert value.mean() == pytest.approx(expected, rel=0.10)


def test_spend_has_a_heavy_tail(world):
    revenue = world.orders["revenue_brl"]
    assert 1.2 < revenue.std() / revenue.mean() < 2.2
