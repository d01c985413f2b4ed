"""What lesson 02 says about Caramelo's data must be so, also after the data are generated anew."""

import pytest

from tests import stories

RHYTHMS = ["up to 3 weeks", "3 to 6 weeks", "6 to 13 weeks", "over 13 weeks"]


@pytest.fixture(scope="module")
def solved():
    return stories.solved("02")


def worse_than_nothing(solved, date):
    import pandas as pd

    wrong = solved["wrong_on"](pd.Timestamp(date))
    return [rule for rule, share in wrong.items() if share > wrong["nobody has left"]]


def test_nearly_half_of_the_lost_are_still_here(solved):
    lost = solved["base"]["silence"] > 90
    assert 0.42 < (~solved["base"].loc[lost, "gone"]).mean() < 0.5


def test_two_customary_rules_are_worse_than_saying_nothing(solved):
    assert worse_than_nothing(solved, "2025-06-30") == ["30 days", "60 days"]


def test_a_longer_log_makes_the_rules_look_better(solved):
    assert len(worse_than_nothing(solved, "2024-12-31")) == 3
    assert worse_than_nothing(solved, "2025-12-31") == ["30 days"]


def test_the_best_silence_is_still_wrong_about_one_in_five(solved):
    rules = solved["rules"]
    assert 150 < solved["best_day"] < 240
    assert 0.2 < rules["wrong"].min() < 0.23
    assert rules.loc[150:240, "wrong"].max() - rules["wrong"].min() < 0.015


def test_at_180_days_the_total_is_right_and_the_list_is_wrong(solved):
    base = solved["base"]
    lost = base["silence"] > 180
    assert abs(lost.sum() - base["gone"].sum()) < 50
    assert (lost != base["gone"]).sum() > 1300


def test_the_slower_the_rhythm_the_longer_the_best_silence(solved):
    best = [solved["by_rhythm"][rhythm].idxmin() for rhythm in RHYTHMS]
    assert best == sorted(set(best))
    assert best[-1] > 3 * best[0]


def test_for_the_slowest_the_best_rule_hardly_beats_none(solved):
    table = solved["table"]["over 13 weeks"]
    assert 0 < table["nobody has left"] - table["the best for the group"] < 0.015


def test_silence_sorts_even_where_no_rule_beats_none(solved):
    slow = solved["slow"]
    silent = slow["silence"] > 180
    assert 0.3 < slow.loc[silent, "gone"].mean() < 0.5
    assert slow.loc[~silent, "gone"].mean() < 0.15
    assert (slow["silence"] > solved["by_rhythm"]["over 13 weeks"].idxmin()).sum() < 30


def test_twice_the_own_interval_helps_the_regular_only_and_three_times_helps_both(solved):
    by_kind = solved["scores"].groupby(solved["known"]["regular"]).mean()
    single, two, three, four = solved["scores"].columns
    assert by_kind.loc["regular", two] < by_kind.loc["regular", single] - 0.03
    assert by_kind.loc["irregular", two] > by_kind.loc["irregular", single]
    assert (by_kind[three] < by_kind[single] - 0.01).all()
    assert by_kind.loc["irregular"].idxmin() == four
    assert by_kind.loc["regular"].idxmin() == two
    overall = solved["scores"].mean()
    assert overall[three] < overall[two] < overall[single]


def test_at_cdnow_the_lost_are_the_larger_half_of_the_buyers(solved):
    cdnow = solved["waited"].loc["CDNOW"]
    assert cdnow["of the buyers, called lost"] > 0.5
    assert cdnow["of them, buy again"] >= 1 / 7


def test_half_of_those_who_pay_a_plan_are_called_lost_and_half_of_these_are_gone_from_the_shop(solved):
    both, called = solved["both"], solved["called"]
    assert 0.45 < called.mean() < 0.55
    assert 0.45 < both.loc[called, "gone"].mean() < 0.55


def test_the_price_and_not_the_number_of_mistakes_chooses_the_rule(solved):
    prices = solved["prices"]
    offered = prices.drop(index="truly gone")
    best = offered.iloc[:, :3].astype(float).idxmax()
    assert list(best) == ["30 days", "90 days", "180 days"]
    assert prices.iloc[:, 1]["90 days"] > prices.iloc[:, 1]["truly gone"]
    assert (prices.loc["90 days"].iloc[:3].astype(float) > 0).all()


def test_the_quiet_are_not_worth_a_catalogue_on_average_but_some_are(solved):
    margin, pays_from = solved["quiet"]["margin"], solved["pays_from"]
    assert margin.mean() < pays_from
    assert 0.15 < (margin > pays_from).mean() < 0.25


def test_the_gone_came_back_only_for_a_voucher(solved):
    assert len(solved["back"]) > 0
    assert solved["back"].isin(solved["september"]["customer_id"]).all()


def test_the_own_rhythm_is_wrong_about_fewest_and_saves_less(solved):
    prices = solved["prices"].drop(index="truly gone")
    assert prices["wrong about"].str.rstrip("%").astype(float).idxmin() == "own rhythm"
    assert prices.iloc[:, 1]["own rhythm"] < prices.iloc[:, 1]["90 days"]
