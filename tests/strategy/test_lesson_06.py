"""What lesson 06 says of Caramelo's data and future must be so, also after both are generated anew."""

import pytest

from tests import stories


@pytest.fixture(scope="module")
def solved():
    return stories.solved("06")


def test_no_initiative_aimed_at_an_objective_though_five_of_six_had_been_asked_for(solved):
    assert solved["wish"]["initiatives in 2025"].sum() == 0
    assert solved["wish"]["asked for in 2025"].sum() == 5
    assert (solved["initiatives"]["measure"] == "events").sum() == 8


def test_a_month_shows_none_of_the_objectives_reached(solved):
    reach = solved["reach"]
    assert (reach["times the target"] > 1).all()
    assert reach["times the target"].idxmin() == "repeat_share"
    assert round(reach.loc["churn", "target"] * reach.loc["churn", "customers"]) == 1
    assert set(solved["asked"].nlargest(2).index) == {3, 9}
    assert solved["asked"].nlargest(2).sum() > 0.99 * solved["asked"].sum()
    assert solved["needed"] > 2 * len(solved["base"])
    assert 4.5 < solved["needed"] / reach.loc["repeat_share", "customers"] < 5


def test_the_smallest_bill_buys_the_dearest_hours(solved):
    total = solved["total"]
    assert total["bill, R$"].idxmin() == total["R$ per hour left"].idxmax() == "one in each channel"
    assert total["bill, R$"].idxmax() == total["R$ per hour left"].idxmin() == "a team of its own"
    left = solved["owner_hours"]
    assert left["one in each channel"] < 0 < left["inside marketing"] < left["a team of its own"]
    assert solved["wait"].loc["one in each channel", "sum"] > solved["days"]


def test_both_intervals_of_the_loop_hold_zero_and_the_truth(solved):
    assert solved["share"].spans_zero
    assert solved["money"].low < 0 < solved["money"].high
    assert solved["money"].high > -solved["money"].low
    true_gain = solved["truth"]["margin_brl"] / len(solved["treated"])
    assert 0 < 2 * true_gain < solved["money"].margin.estimate
    assert solved["money"].margin.low < true_gain < solved["money"].margin.high


def test_customers_treated_alike_have_the_same_january(solved):
    chosen = (solved["due"](solved["base"])["arm"] == "treated").to_numpy()
    january = solved["january"].customers.set_index("customer_id").loc[solved["ids"], "margin_brl"].to_numpy()
    assert (january[chosen] == solved["with_it"][chosen]).all()
    assert (january[~chosen] == solved["without"][~chosen]).all()


def test_the_sign_of_the_reading_is_hardly_better_than_a_coin_and_right_on_average(solved):
    readings = solved["readings"]
    assert 0.35 < (readings < 0).mean() < 0.45
    assert readings.mean() == pytest.approx(solved["effect"], abs=4 * readings.std() / len(readings) ** 0.5)


def test_the_best_report_is_that_of_the_worst_plan(solved):
    seen = solved["seen"]
    assert seen["tool credits, R$"].idxmax() == seen["in all, R$"].idxmin() == "agency"
    assert seen.loc["agency", "margin changed, R$"] < seen.loc["agency", "contact_cost_brl"]
    assert 0.9 < seen.loc["three a week", "tool credits, R$"] / seen.loc["weekly", "tool credits, R$"] < 1.1
    assert seen.loc["three a week", "in all, R$"] < 0 < seen.loc["weekly", "in all, R$"]
    assert 9 < seen.loc["weekly", "in all, R$"] / seen.loc["the loop", "in all, R$"] < 12
    assert solved["low"] < seen.loc["agency", "opt_outs"] < solved["high"]
    assert solved["expected_opt_outs"] == pytest.approx(solved["expected"])
    seen_by_all = seen["margin less cost, R$"]
    assert seen_by_all["agency"] < seen_by_all["three a week"] < 0
    assert (seen_by_all > seen["in all, R$"] / 2).loc[["agency", "three a week"]].all()


def test_wider_wins_most_in_four_futures_of_five_and_the_agency_loses_in_all(solved):
    gain = solved["gain"]
    assert (gain.idxmax() == "wider").sum() == 4
    assert (gain.loc["wider"] < 0).sum() == 1
    assert (gain.loc["agency"] < 0).all()
    assert gain.loc["again"].abs().max() < gain.loc["wider"].max()
