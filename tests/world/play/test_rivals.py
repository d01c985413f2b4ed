"""The rivals: who beats whom, and why more is not better."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from labkit.world.play.bound import upper_bound
from labkit.world.play.oracle import oracle
from labkit.world.play.rivals import (
    do_nothing,
    random_plan,
    recency_rule,
    spray_everyone,
    to_everybody,
    uplift_rule,
)

from .conftest import FREE

SEEDS = range(5)


@pytest.fixture(scope="module")
def played(town) -> dict[str, list]:
    """Five futures of a town under each rival; the benchmark has twenty of the course base."""
    plans = {
        "oracle": oracle(town),
        "recency": recency_rule(town),
        "uplift": uplift_rule(town),
        "spray": spray_everyone(town),
    }
    return {name: [town.run(plan, seed=s) for s in SEEDS] for name, plan in plans.items()}


def first_week(result) -> float:
    """Margin less contact cost of the first seven days against doing nothing."""
    mine, nothing = result.daily[:7], result.nothing.daily[:7]
    margin = (mine["order_margin_brl"] - nothing["order_margin_brl"]).sum()
    return (
        margin + (mine["plan_margin_brl"] - nothing["plan_margin_brl"]).sum() - mine["contact_cost_brl"].sum()
    )


def test_the_oracle_beats_the_best_rule_which_beats_spraying_everyone(played):
    score = {name: np.array([r.score for r in results]) for name, results in played.items()}
    best = max(("recency", "uplift"), key=lambda name: score[name].mean())
    assert score["oracle"].mean() > score[best].mean() > score["spray"].mean()
    assert (score["oracle"] > score[best]).all()
    assert (score[best] > score["spray"]).all()


def test_spraying_everyone_wins_the_first_week_and_loses_the_quarter(played):
    weeks = {name: np.array([first_week(r) for r in results]) for name, results in played.items()}
    rules = np.maximum(weeks["recency"].mean(), weeks["uplift"].mean())
    assert weeks["spray"].mean() > rules > 0
    assert all(r.score < 0 for r in played["spray"])


def test_the_bound_lies_above_the_oracle(town, played):
    assert upper_bound(town) > max(r.score for r in played["oracle"])


def test_the_bound_grows_with_the_horizon_and_the_budget(town):
    from labkit.world.play import Rules

    assert upper_bound(town, 30) < upper_bound(town, 90)
    assert upper_bound(town, rules=Rules(budget_brl=0)) < upper_bound(town, rules=Rules(budget_brl=1000))


def test_doing_nothing_has_no_contacts(town):
    assert len(do_nothing(town)) == 0


def test_profit_against_frequency_has_its_best_inside_the_range(town):
    """Zhang, Kumar & Cosguner 2017: too few contacts cost profit, and so do too many."""
    score = {}
    for a_week in (0.25, 1, 5):
        when = np.unique(np.floor(np.arange(0, 90, 7 / a_week)).astype(int))
        plan = to_everybody(town, when, "email", "reminder", 18)
        score[a_week] = np.mean([town.run(plan, seed=s, rules=FREE).score for s in SEEDS])
    assert score[1] > score[0.25]
    assert score[1] > score[5]
    assert score[5] < 0


def test_volume_is_not_the_trick(town):
    """Score regressed on contacts, spend and discount, over plans that differ in whom, when, where and what."""
    from sklearn.linear_model import LinearRegression

    rows = []
    for seed in range(60):  # with fewer, three coefficients fit too much by chance
        result = town.run(random_plan(town, seed))
        more = result.totals - result.nothing.totals
        rows.append([more["contacts"], more["contact_cost_brl"], more["discount_brl"], result.score])
    table = pd.DataFrame(rows).to_numpy()
    x, y = table[:, :3], table[:, 3]
    assert LinearRegression().fit(x, y).score(x, y) < 0.5


def test_a_random_plan_is_a_plan_of_its_seed(town):
    one, again, two = random_plan(town, 1), random_plan(town, 1), random_plan(town, 2)
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(two)
