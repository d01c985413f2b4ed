"""The causes of the future: fatigue, response and the value of a customer, against figures and simulation."""

from __future__ import annotations

import numpy as np
import pytest

from labkit.world.causes import fatigue, response, value
from labkit.world.parameters.play import Play

P = Play()
ONE = np.ones(1)


def test_crowding_gives_the_dollars_of_the_frequency_test():
    steps = np.cumsum(P.crowding)
    assert steps * 0.10 == pytest.approx([0.10, 0.17, 0.19, 0.20, 0.205])


def test_a_voucher_raises_the_rate_by_the_elasticity():
    lift = response.voucher_lift(0.10, np.zeros(1), P)
    typical = P.elasticity * np.exp(-(P.elasticity_spread**2) / 2)
    assert lift == pytest.approx(0.9**typical - 1)
    price = np.random.default_rng(1).standard_normal(100_000)
    own = P.elasticity * np.exp(P.elasticity_spread * price - P.elasticity_spread**2 / 2)
    assert own.mean() == pytest.approx(-2.6, abs=0.02)


def test_following_annoyance_and_weariness_have_the_stated_means():
    rng = np.random.default_rng(2)
    z = rng.standard_normal((4, 200_000))
    for who in response.follows(z[2], z[:2], P):
        assert who.mean() == pytest.approx(1.0, abs=0.02)
    annoyed = response.annoyance(z[2], np.zeros(200_000, dtype=bool), z[3], P)
    assert annoyed.mean() == pytest.approx(P.annoyance, rel=0.03)
    assert fatigue.weariness(z[2], P).mean() == pytest.approx(1.0, abs=0.01)
    assert fatigue.touchiness(z[2], P).mean() == pytest.approx(1.0, abs=0.02)


def test_a_reminder_fits_best_when_the_pack_is_empty():
    loose, rhythm = response.reminder_fit(P)
    assert rhythm.argmax() == pytest.approx(response.FIT_STEPS, abs=2)
    assert rhythm.max() > 3 * rhythm[response.FIT_STEPS // 4]
    assert (np.diff(loose) <= 0).all()


def test_the_customers_hour_is_noticed_best_and_the_average_hour_is_one():
    fit = response.hour_fit(P)
    assert (fit[:, 18].argmax(), fit[:, 9].argmax()) == (18, 9)
    share = np.zeros(24)
    for hour, part in P.hours:
        share[hour] = part
    assert (fit[8:21] @ share).mean() == pytest.approx(1.0, abs=1e-6)


def test_fatigue_is_free_at_first_and_halves_noticing_in_the_end():
    assert fatigue.excess(np.array([0.0, P.fatigue_free]), P) == pytest.approx([0, 0])
    assert fatigue.noticing(np.array([0.0, 1 / P.fatigue_blinds]), P) == pytest.approx([1, 0.5])


def test_orders_to_come_of_an_exponential_customer_by_hand():
    # λ/(δ + pλ) = 0.02 / (0.001 + 0.1·0.02)
    orders = value.orders_to_come(0.02 * ONE, 5 * ONE, ONE < 0, 0.1 * ONE, 0.1 * ONE, 0.001)
    assert orders == pytest.approx(0.02 / 0.003)


@pytest.mark.parametrize("age", [0.0, 20.0, 60.0])
def test_orders_to_come_of_a_regular_customer_agree_with_simulation(age):
    rate, p, p1, discount, n = 1 / 30, 0.15, 0.3, 0.0006, 60_000
    rng = np.random.default_rng(7)
    first = rng.gamma(4, 30 / 4, 40 * n)
    first = first[first > age][:n] - age  # given that no order has come up to this age
    assert len(first) == n
    total, when, alive = np.exp(-discount * first), first, rng.random(n) >= p1
    for _round in range(200):
        when = when + rng.gamma(4, 30 / 4, n)
        total += alive * np.exp(-discount * when)
        alive &= rng.random(n) >= p
    orders = value.orders_to_come(rate * ONE, age * ONE, ONE > 0, p1 * ONE, p * ONE, discount)
    assert orders[0] == pytest.approx(total.mean(), rel=0.015)


def test_a_contract_is_worth_its_margin_over_hazard_and_discount():
    worth = value.contract_value(2 * ONE, 0.0004 * ONE, [], 0.0004)
    assert worth == pytest.approx(2 / 0.0008)
    woken = value.contract_value(2 * ONE, 0.0004 * ONE, [(0.5 * ONE, 60.0)], 0.0004)
    assert woken < worth
