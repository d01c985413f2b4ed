"""Health plans: shifted-beta-geometric retention, and the classic wrong figure."""

import numpy as np
import pandas as pd
import pytest

from labkit.world.parameters import HealthPlans, Parameters
from labkit.world.plans import draw_plans, survival
from labkit.world.traits import draw_traits


def test_survival_reproduces_the_published_projection():
    # Fader & Hardie: fitted to years 1-7, projected for years 8-12.
    p = HealthPlans()
    years = survival(np.arange(8, 13), p.churn_a, p.churn_b)
    assert years.round(3).tolist() == [0.460, 0.436, 0.414, 0.395, 0.378]


def test_contracts_survive_as_the_model_says():
    parameters = Parameters()
    plans = draw_plans(draw_traits(60_000, 4, parameters), 4, parameters.plans)
    end = pd.Timestamp("2025-12-31")
    for year in (1, 2, 3):
        seen = plans[plans["started_on"] <= end - pd.Timedelta(days=round(365.25 * year))]
        days = (seen["cancelled_on"] - seen["started_on"]).dt.days
        alive = 1 - (days <= 365.25 * year).mean()
        expected = survival(np.array([year]), parameters.plans.churn_a, parameters.plans.churn_b)[0]
        assert alive == pytest.approx(expected, abs=3 * np.sqrt(expected * (1 - expected) / len(seen)))


def test_unhappy_customers_cancel_more(world):
    mood = world.truth.people.set_index("customer_id")["satisfaction"]
    plans = world.plans.assign(mood=mood[world.plans["customer_id"]].to_numpy())
    cancelled = plans["cancelled_on"].notna()
    assert plans.loc[cancelled, "mood"].mean() < plans.loc[~cancelled, "mood"].mean() - 0.3


def test_active_at_the_end_over_started_is_wrong_and_visibly_so(world):
    plans, start = world.plans, pd.Timestamp("2025-01-01")
    there = plans[(plans["started_on"] < start) & ~(plans["cancelled_on"] < start)]
    active = plans[plans["cancelled_on"].isna()]
    started, kept = set(there["customer_id"]), set(there["customer_id"]) & set(active["customer_id"])
    assert 0.86 < len(kept) / len(started) < 0.92
    assert active["customer_id"].nunique() / len(started) > 1.2


def test_some_customers_hold_two_contracts_and_some_contracts_lose_money(world):
    plans = world.plans
    assert 0.06 < plans["customer_id"].duplicated().mean() < 0.15
    assert 0.08 < (plans["monthly_cost_brl"] > plans["monthly_fee_brl"]).mean() < 0.15
