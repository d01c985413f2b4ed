"""Leads, stages, proposals, contracts: one story, told by five tables."""

import numpy as np
import pandas as pd
import pytest

from labkit.world.company.contracts import _months_later, draw_contracts
from labkit.world.company.partners import draw_opportunities
from labkit.world.company.sales import _ends_quarter, draw_leads, draw_proposals, draw_stages
from labkit.world.company.tools import days
from labkit.world.company.workforce import draw_staff
from labkit.world.draft import numbered
from labkit.world.parameters import HISTORY_END, Partners, Sales, Workforce
from labkit.world.streams import stream


@pytest.fixture(scope="module")
def large() -> dict[str, pd.DataFrame]:
    """The funnel of a company sixty times as large: chance plays little part."""
    p, partners = Sales(), Partners()
    deals = numbered(draw_opportunities(3, partners, 60.0), "opportunity_id")
    staff = draw_staff(stream(3, "staff"), Workforce())
    proposals = draw_proposals(stream(3, "proposals"), deals, p)
    return {
        "opportunities": deals,
        "staff": staff,
        "stages": draw_stages(stream(3, "stages"), deals, staff, p),
        "leads": draw_leads(stream(3, "leads"), deals, np.datetime64(partners.list_from), p),
        "proposals": proposals,
        "contracts": draw_contracts(stream(3, "contracts"), deals, proposals, p, partners, 60.0),
    }


def test_the_last_stage_is_that_of_the_opportunity(world):
    last = world.opportunity_stages.drop_duplicates("opportunity_id", keep="last").set_index("opportunity_id")
    deals = world.opportunities.set_index("opportunity_id")
    assert (last["stage"] == deals["stage"]).all()
    assert (last["outcome"] == deals["status"]).all()
    ended = last["left_on"].fillna(last["entered_on"].where(last["outcome"] == "won"))
    pd.testing.assert_series_equal(ended, deals["closed_on"], check_names=False)


def test_stages_follow_each_other_from_the_day_of_creation(world):
    stages = world.opportunity_stages
    grouped = stages.groupby("opportunity_id")
    created = world.opportunities.set_index("opportunity_id")["created_on"]
    pd.testing.assert_series_equal(grouped["entered_on"].first(), created, check_names=False)
    before = grouped["left_on"].shift()
    later = before.notna()
    assert (stages.loc[later, "entered_on"] == before[later]).all()
    order = ["lead", "qualified", "proposal", "contract"]
    assert (stages["stage"].map(order.index) == grouped.cumcount()).all()


def test_every_stage_has_a_seller_who_works_here_then(world):
    stages = world.opportunity_stages.drop(columns="left_on").merge(world.staff, on="staff_id")
    assert len(stages) == len(world.opportunity_stages)
    assert (stages["team"] == "sales").all()
    assert (stages["joined_on"] <= stages["entered_on"]).all()
    assert not (stages["left_on"] < stages["entered_on"]).any()


def test_a_seller_keeps_an_opportunity_unless_they_leave(world):
    stages = world.opportunity_stages
    sellers = stages.groupby("opportunity_id")["staff_id"].nunique()
    gone = world.staff.loc[world.staff["left_on"].notna(), "staff_id"]
    handed_over = sellers.index[sellers > 1]
    first = stages.groupby("opportunity_id")["staff_id"].first()
    assert 0 < len(handed_over) < 0.1 * len(sellers)
    assert first[handed_over].isin(gone).all()


def test_sellers_hired_for_the_list_win_less_because_of_the_list(large):
    first = (
        large["stages"]
        .query("stage == 'lead'")
        .merge(
            large["opportunities"][["opportunity_id", "source", "status", "created_on"]], on="opportunity_id"
        )
    )
    first = first[(first["created_on"] >= "2025-05-01") & (first["created_on"] < "2025-08-01")]
    won = first["status"] == "won"
    new = first["staff_id"].isin(large["staff"].loc[large["staff"]["joined_on"] == "2025-04-14", "staff_id"])
    assert won[new].mean() < 0.75 * won[~new].mean()
    usual = first["source"] != "bought_list"
    assert won[new & usual].mean() == pytest.approx(won[~new & usual].mean(), abs=0.05)


def test_every_opportunity_has_one_lead_that_agrees_with_it(world):
    leads = (
        world.leads.dropna(subset="opportunity_id")
        .astype({"opportunity_id": int})
        .set_index("opportunity_id")
    )
    deals = world.opportunities.set_index("opportunity_id")
    assert leads.index.is_unique
    assert set(leads.index) == set(deals.index)
    leads = leads.loc[deals.index]
    assert (leads["source"] == deals["source"]).all()
    assert (leads["partner_type"] == deals["partner_type"]).all()
    assert (leads["entered_on"] == deals["created_on"]).all()


def test_leads_of_the_list_come_after_the_list(large):
    listed = large["leads"][large["leads"]["source"] == "bought_list"]
    assert listed["entered_on"].min() == pd.Timestamp(Partners().list_from)


def test_the_score_at_entry_tells_something_and_not_all(large):
    leads = large["leads"]
    became = (leads["outcome"] == "opportunity").to_numpy()
    rank = leads["fit_score"].rank().to_numpy()
    auc = (rank[became].mean() - (became.sum() + 1) / 2) / (~became).sum()
    assert 0.65 < auc < 0.9


def test_the_accepted_proposal_is_the_contract(world):
    accepted = world.proposals[world.proposals["status"] == "accepted"].set_index("opportunity_id")
    contracts = world.partner_contracts.dropna(subset="opportunity_id")
    contracts = contracts.astype({"opportunity_id": int}).set_index("opportunity_id")
    won = world.opportunities[world.opportunities["status"] == "won"].set_index("opportunity_id")
    assert set(accepted.index) == set(contracts.index) == set(won.index)
    assert (accepted["monthly_value_brl"] == contracts["monthly_value_brl"].loc[accepted.index]).all()
    assert (accepted["list_value_brl"] == won["monthly_value_brl"].loc[accepted.index]).all()
    assert (contracts["signed_on"] == won["closed_on"].loc[contracts.index]).all()
    assert (accepted["sent_on"] <= won["closed_on"].loc[accepted.index]).all()


def test_one_proposal_of_an_opportunity_is_in_force(world):
    final = world.proposals[world.proposals["status"] != "superseded"]
    there = world.opportunities[world.opportunities["stage"].isin(["proposal", "contract"])]
    assert sorted(final["opportunity_id"]) == sorted(there["opportunity_id"])
    status = final.set_index("opportunity_id")["status"].replace(
        {"accepted": "won", "refused": "lost", "expired": "lost"}
    )
    assert (status == there.set_index("opportunity_id")["status"].loc[status.index]).all()


def test_discounts_grow_at_the_end_of_a_quarter_and_win_nothing(large):
    final = large["proposals"].query("status in ['accepted', 'refused', 'expired']")
    last_days = _ends_quarter(days(final["sent_on"]))
    discount = final["discount_share"]
    assert discount[last_days].mean() - discount[~last_days].mean() == pytest.approx(
        Sales().quarter_push, abs=0.01
    )
    won = final["status"] == "accepted"
    assert discount[won].mean() == pytest.approx(discount[~won].mean(), abs=0.004)


def test_the_last_ten_days_of_a_quarter():
    asked = np.array(["2024-03-21", "2024-03-22", "2024-03-31", "2024-04-30", "2024-06-20", "2024-06-21"])
    assert _ends_quarter(asked.astype("datetime64[D]")).tolist() == [False, True, True, False, False, True]


def test_who_came_for_a_discount_renews_less(large):
    contracts = large["contracts"].dropna(subset="opportunity_id")
    discount = large["proposals"].query("status == 'accepted'").set_index("opportunity_id")["discount_share"]
    contracts = contracts.assign(discount=discount.loc[contracts["opportunity_id"]].to_numpy())
    due = contracts[(contracts["renewals"] > 0) | contracts["ended_on"].notna()]
    kept = due["renewals"] > 0
    assert len(due) > 1000
    assert kept[due["discount"] > 0.12].mean() < kept[due["discount"] < 0.03].mean() - 0.1


def test_terms_end_on_the_day_of_signing(world):
    contracts = world.partner_contracts
    signed, term = days(contracts["signed_on"]), contracts["term_months"].to_numpy()
    terms = contracts["renewals"].to_numpy() + 1
    ends = days(contracts["ended_on"].fillna(contracts["renews_on"]))
    assert (ends == _months_later(signed, term * terms)).all()
    assert (days(contracts["renews_on"].dropna()) > HISTORY_END).all()


def test_a_month_after_the_31st_is_the_last_of_a_shorter_month():
    later = _months_later(np.array(["2024-01-31", "2023-11-30"], dtype="datetime64[D]"), np.array([1, 12]))
    assert later.astype(str).tolist() == ["2024-02-29", "2024-11-30"]
