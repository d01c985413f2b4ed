"""Campaigns: randomised arms, consistent outcomes, known effects."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare


def arms(world, campaign_id: int) -> tuple[pd.DataFrame, pd.Series]:
    """Contacts of a campaign with bought, margin and discount in the window; and its row."""
    run = world.campaigns.set_index("campaign_id").loc[campaign_id]
    end = run["sent_on"] + pd.Timedelta(days=int(run["window_days"]))
    orders = world.orders[(world.orders["ordered_on"] >= run["sent_on"]) & (world.orders["ordered_on"] < end)]
    sums = orders.groupby("customer_id").agg(
        margin=("margin_brl", "sum"), discount=("discount_brl", "sum"), bought=("order_id", "size")
    )
    contacts = world.contacts[world.contacts["campaign_id"] == campaign_id]
    contacts = contacts.join(sums, on="customer_id").fillna({"margin": 0.0, "discount": 0.0, "bought": 0})
    return contacts.assign(bought=contacts["bought"] > 0), run


def difference(contacts: pd.DataFrame, column: str) -> tuple[float, float]:
    """Treated minus control, and half the width of its 95% interval."""
    groups = [contacts.loc[contacts["arm"] == a, column].astype(float) for a in ("treated", "control")]
    error = np.sqrt(sum(g.var() / len(g) for g in groups))
    return groups[0].mean() - groups[1].mean(), 1.96 * error


def sample_ratio_p(contacts: pd.DataFrame, run: pd.Series) -> float:
    treated, n, share = (contacts["arm"] == "treated").sum(), len(contacts), run["planned_treated_share"]
    return chisquare([treated, n - treated], [n * share, n * (1 - share)]).pvalue


@pytest.mark.parametrize("campaign_id", [1, 3])
def test_sound_campaigns_pass_the_sample_ratio_check(world, campaign_id):
    assert sample_ratio_p(*arms(world, campaign_id)) > 0.05


def test_the_broken_campaign_fails_the_sample_ratio_check(world):
    contacts, run = arms(world, 2)
    assert sample_ratio_p(contacts, run) < 0.001
    treated = contacts["arm"] == "treated"
    assert contacts.loc[treated, "delivered"].all()


def test_dropping_bounced_addresses_makes_the_broken_campaign_look_better_than_it_is(world):
    effects = world.truth.effects.query("campaign_id == 2")
    true = effects["bought_treated"].mean() - effects["bought_control"].mean()
    assert difference(arms(world, 2)[0], "bought")[0] > true


@pytest.mark.parametrize("campaign_id", [1, 3])
def test_arms_are_balanced_on_what_came_before(world, campaign_id):
    contacts, run = arms(world, campaign_id)
    before = world.orders[world.orders["ordered_on"] < run["sent_on"]].groupby("customer_id")["revenue_brl"]
    contacts = contacts.assign(
        orders=np.log1p(before.size().reindex(contacts["customer_id"]).to_numpy()),
        revenue=np.log1p(before.sum().reindex(contacts["customer_id"]).to_numpy()),
    )
    for column in ("orders", "revenue"):
        found, half_width = difference(contacts, column)
        assert abs(found) < 1.6 * half_width


def test_campaign_1_responds_proudly_but_most_would_have_bought_anyway(world):
    contacts, _ = arms(world, 1)
    response = contacts.loc[contacts["delivered"], "bought"].mean()
    control = contacts.loc[contacts["arm"] == "control", "bought"].mean()
    assert response > 0.12
    assert control / response > 0.75


def test_campaign_1_moves_visits_but_not_money(world):
    contacts, run = arms(world, 1)
    visits, half_width = difference(contacts, "visited")
    assert visits - half_width > 0
    assert 0.03 < visits < 0.09  # 4.5 to 7.7 points in the real e-mail test
    margin, wide = difference(contacts, "margin")
    assert abs(margin - run["contact_cost_brl"]) < wide


def test_money_needs_far_more_people_than_visits(world):
    contacts, _ = arms(world, 1)
    needed = {}
    for column in ("visited", "margin"):
        spread = contacts[column].astype(float).std()
        effect = 0.25 * contacts.loc[contacts["arm"] == "control", column].astype(float).mean()
        needed[column] = 2 * (2.8 * spread / effect) ** 2
    assert needed["margin"] > 4 * needed["visited"]


@pytest.mark.parametrize("campaign_id", [1, 3])
def test_the_true_effect_lies_within_the_estimates_interval(world, campaign_id):
    contacts, _ = arms(world, campaign_id)
    effects = world.truth.effects.query("campaign_id == @campaign_id")
    for column, name in (("visited", "visited"), ("bought", "bought")):
        true = effects[f"{name}_treated"].mean() - effects[f"{name}_control"].mean()
        found, half_width = difference(contacts, column)
        assert abs(found - true) < 1.2 * half_width


def test_what_happened_is_the_future_of_the_arm(world):
    for campaign_id in (1, 2, 3):
        contacts, _ = arms(world, campaign_id)
        both = contacts.merge(world.truth.effects, on=["campaign_id", "customer_id"], validate="1:1")
        treated = both["arm"] == "treated"
        for seen, hidden in (("bought", "bought"), ("visited", "visited")):
            expected = np.where(treated, both[f"{hidden}_treated"], both[f"{hidden}_control"])
            assert (both[seen] == expected).all(), (campaign_id, seen)
        margin = np.where(treated, both["margin_treated_brl"], both["margin_control_brl"])
        assert np.allclose(both["margin"], margin, atol=0.02)


def test_all_four_uplift_groups_are_there(world):
    shares = world.truth.effects.query("campaign_id == 1")["uplift_group"].value_counts(normalize=True)
    assert (
        shares["lost cause"] > shares["sure thing"] > shares["persuadable"] > shares["sleeping dog"] > 0.001
    )


def test_who_orders_has_visited(world):
    contacts, _ = arms(world, 1)
    assert contacts.loc[contacts["bought"], "visited"].all()


def test_win_back_has_the_smaller_response_and_the_cheaper_extra_buyer(world):
    cost, response = {}, {}
    for campaign_id in (1, 3):
        contacts, run = arms(world, campaign_id)
        extra = difference(contacts, "discount")[0] + run["contact_cost_brl"]
        cost[campaign_id] = extra / difference(contacts, "bought")[0]
        response[campaign_id] = contacts.loc[contacts["delivered"], "bought"].mean()
    assert response[3] < 0.6 * response[1]
    assert cost[3] < cost[1]
