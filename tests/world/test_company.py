"""What the company spends and hears: the figures that lessons 01 and 40 rest on."""

import numpy as np
import pandas as pd
import pytest


def nps(score: pd.Series) -> float:
    return 100 * ((score >= 9).mean() - (score <= 6).mean())


def costs(world) -> tuple[float, float]:
    """CAC of 2025, and retention spend of 2025 per customer who bought in 2024 and again in 2025."""
    spend = world.spend[world.spend["month"].dt.year == 2025].groupby("purpose")["spend_brl"].sum()
    won = (world.customers["acquired_on"].dt.year == 2025).sum()
    by_year = world.orders.groupby(world.orders["ordered_on"].dt.year)["customer_id"].unique()
    kept = np.intersect1d(by_year[2024], by_year[2025])
    return spend["acquisition"] / won, spend["retention"] / len(kept)


def test_keeping_looks_five_times_cheaper_than_winning(world):
    to_win, to_keep = costs(world)
    assert 80 < to_win < 120
    assert 4 < to_win / to_keep < 6


def test_an_extra_retained_customer_costs_about_as_much_as_a_new_one(world):
    # By the true effects, where chance plays no part: messages and vouchers over extra buyers.
    effects = world.truth.effects.query("campaign_id == 1")
    run = world.campaigns.set_index("campaign_id").loc[1]
    extra = effects["bought_treated"].mean() - effects["bought_control"].mean()
    kept = effects[effects["uplift_group"] == "sure thing"]
    vouchers = (kept["margin_control_brl"] - kept["margin_treated_brl"]).sum() / len(effects)
    assert (run["contact_cost_brl"] + vouchers) / extra > 0.9 * costs(world)[0]


def test_channels_differ_in_the_cost_of_a_customer(world):
    spend = world.spend[world.spend["purpose"] == "acquisition"].groupby("channel")["spend_brl"].sum()
    won = world.customers[world.customers["acquired_on"] >= "2024-01-01"][
        "acquisition_channel"
    ].value_counts()
    per_customer = (spend / won).dropna()
    assert per_customer.idxmax() == "influencers"
    assert per_customer.idxmin() == "shop"
    assert {"referral", "organic"} <= set(won.index) - set(spend.index)


def test_spend_has_every_month_of_history_once(world):
    months = world.spend.groupby(["channel", "purpose"])["month"]
    assert (months.size() == 24).all()
    assert (months.nunique() == 24).all()


def test_overall_nps_rises_while_that_of_each_survey_falls(world):
    answers = world.nps.assign(year=world.nps["answered_on"].dt.year)
    overall = answers.groupby("year")["score"].apply(nps)
    each = answers.groupby(["survey", "year"])["score"].apply(nps).unstack()
    assert overall[2025] > overall[2024]
    assert (each[2025] < each[2024]).all()


def test_after_contact_answers_are_kinder_than_relational_ones(world):
    by_survey = world.nps.groupby("survey")["score"].apply(nps)
    assert by_survey["after_contact"] - by_survey["relational"] > 15


def test_plan_holders_answer_more_and_score_higher(world):
    relational = world.nps[world.nps["survey"] == "relational"]
    holder = relational["customer_id"].isin(world.plans["customer_id"])
    buyers = world.orders["customer_id"].unique()
    assert holder.mean() > 1.5 * np.isin(buyers, world.plans["customer_id"]).mean()
    assert nps(relational.loc[holder, "score"]) > nps(relational.loc[~holder, "score"])


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_denominator_changes_the_conversion_rate(world, year):
    deals = world.opportunities[world.opportunities["created_on"].dt.year == year]
    won = (deals["status"] == "won").sum()
    closed = (deals["status"] != "open").sum()
    proposals = ((deals["status"] != "open") & deals["stage"].isin(["proposal", "contract"])).sum()
    assert won / proposals > 2.5 * won / closed
    assert won / closed >= won / len(deals)


def test_wins_per_lead_fall_while_proposals_are_won_as_often(world):
    deals = world.opportunities.assign(year=world.opportunities["created_on"].dt.year)
    per_lead = (deals["status"] == "won").groupby(deals["year"]).mean()
    made = deals[(deals["status"] != "open") & deals["stage"].isin(["proposal", "contract"])]
    per_proposal = (made["status"] == "won").groupby(made["year"]).mean()
    assert per_lead[2025] < 0.8 * per_lead[2024]
    assert per_proposal[2025] > 0.9 * per_proposal[2024]
    assert (deals.loc[deals["year"] == 2024, "status"] == "open").mean() < 0.02
