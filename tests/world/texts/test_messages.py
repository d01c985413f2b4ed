"""Messages: every breach of a guideline can be shown, and honest ones stand the same test."""

import pandas as pd
import pytest

from labkit.world.texts.messages import GUIDELINE

DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def messages(world) -> pd.DataFrame:
    table = world.messages.merge(world.truth.messages, on="message_id", validate="1:1")
    return table.assign(breach=table["breach"].fillna(""))


def list_price(world, product_id: int, day: pd.Timestamp) -> float:
    history = world.price_history
    rows = history[(history["product_id"] == product_id) & (history["valid_from"] <= day)]
    return rows.iloc[-1]["list_price_brl"]


def sales(messages: pd.DataFrame) -> pd.DataFrame:
    return messages[messages["claimed_was_brl"].notna()]


def on_hand(world, row) -> float:
    stock = world.stock
    week = row.sent_on - 6 * DAY
    return stock.loc[(stock["week"] == week) & (stock["product_id"] == row.product_id), "on_hand"].iloc[0]


def late_share(world, row) -> float:
    due = world.deliveries[
        world.deliveries["promised_on"].between(row.sent_on - 9 * DAY, row.sent_on - 3 * DAY)
    ]
    return (~(due["delivered_on"] <= due["promised_on"])).mean()


def test_there_are_240_and_most_are_honest(messages):
    assert len(messages) == 240
    assert 0.6 < (messages["breach"] == "").mean() < 0.75
    assert set(messages["breach"]) == set(GUIDELINE)
    assert set(messages["guideline"].dropna()) == {
        "truthful",
        "integrity",
        "balance",
        "sustainable",
        "humane",
    }


def test_a_claimed_earlier_price_is_the_list_price_of_that_day(world, messages):
    for row in sales(messages).itertuples():
        assert list_price(world, row.product_id, row.sent_on) == pytest.approx(row.claimed_was_brl)
        assert f"{row.claimed_was_brl:.2f}" in row.text or f"{row.claimed_discount:.0%}" in row.text


def test_the_price_was_raised_before_the_sale_where_the_truth_says_so_and_nowhere_else(world, messages):
    for row in sales(messages).itertuples():
        eight_weeks = list_price(world, row.product_id, row.sent_on - 63 * DAY)
        raised = row.claimed_was_brl > 1.15 * eight_weeks
        assert raised == (row.breach == "raised price"), row.evidence


def test_last_units_are_few_or_the_truth_calls_it_false(world, messages):
    claims = messages[messages["claimed_units"].notna()]
    assert (claims["breach"] == "false scarcity").sum() == 12
    for row in claims.itertuples():
        if row.breach == "false scarcity":
            assert on_hand(world, row) > 4 * row.claimed_units
        else:
            assert on_hand(world, row) <= row.claimed_units + 1


def test_a_false_last_day_is_followed_by_another_and_by_the_same_price(world, messages):
    false = messages[messages["breach"] == "false deadline"]
    assert len(false) == 5
    history = world.price_history
    for row in false.itertuples():
        assert row.claimed_until == row.sent_on
        later = messages[
            (messages["product_id"] == row.product_id)
            & messages["sent_on"].between(row.sent_on + DAY, row.sent_on + 8 * DAY)
        ]
        assert later["claimed_discount"].notna().any()
        prices = history[(history["product_id"] == row.product_id)]
        before = prices[prices["valid_from"] <= row.sent_on].iloc[-1]["price_brl"]
        after = prices[prices["valid_from"] <= row.sent_on + 3 * DAY].iloc[-1]["price_brl"]
        assert before == after


def test_other_last_days_are_the_last(world, messages):
    history = world.price_history
    honest = sales(messages)
    honest = honest[(honest["breach"] == "") & (honest["claimed_until"] == honest["sent_on"])]
    assert len(honest) > 8
    for row in honest.itertuples():
        if row.sent_on + DAY > history["valid_from"].max():
            continue
        prices = history[history["product_id"] == row.product_id]
        during = prices[prices["valid_from"] <= row.sent_on].iloc[-1]["price_brl"]
        after = prices[prices["valid_from"] <= row.sent_on + DAY].iloc[-1]["price_brl"]
        assert after > during


def test_conditions_are_in_the_text_or_the_truth_says_hidden(messages):
    stated = messages[messages["conditions"].notna()]
    for row in stated.itertuples():
        assert (row.conditions in row.text) == (row.breach != "hidden condition")
    assert (stated["breach"] == "hidden condition").sum() == 10


def test_what_is_said_of_late_deliveries_is_so_or_the_truth_says_hidden(world, messages):
    for row in messages[messages["text"].str.contains("the week of")].itertuples():
        share = late_share(world, row)
        if row.breach == "failure hidden":
            assert "1%" in row.text
            assert share > 0.05
        else:
            assert f"{share:.0%} of" in row.text
    assert (messages["breach"] == "failure hidden").sum() == 4


def test_only_bursts_crowd_an_audience(messages):
    for audience, group in messages.groupby("audience"):
        counts = pd.Series(1, index=group["sent_on"]).rolling("7D").sum()
        crowded = group[counts.to_numpy() > 5]
        assert set(crowded["breach"]) <= {"pressure"}, audience
        if audience == "lapsed customers":
            assert len(crowded)


def test_service_by_spend_says_so_and_nobody_else_does(messages):
    by_spend = messages["text"].str.contains(r"R\$ 500 a month")
    assert (by_spend == (messages["breach"] == "unequal")).all()


def test_what_breaks_a_guideline_sells_more_and_drives_more_away(messages):
    offers = messages[messages["purpose"].isin(["offer", "win-back"])]
    honest = offers["breach"] == ""
    rate = offers[["orders", "opt_outs"]].div(offers["delivered"], axis=0)
    assert rate["orders"][~honest].mean() > 1.2 * rate["orders"][honest].mean()
    assert rate["opt_outs"][~honest].mean() > 1.5 * rate["opt_outs"][honest].mean()


def test_messages_are_numbered_by_day_whatever_they_break(messages):
    assert messages["sent_on"].is_monotonic_increasing


def test_no_message_reaches_more_people_than_there_are(world, messages):
    won = world.customers["acquired_on"].sort_values().to_numpy()
    there = won.searchsorted(messages["sent_on"].to_numpy(), side="right")
    assert (messages["delivered"] < there).all()


@pytest.mark.parametrize("column", ["orders", "opt_outs"])
def test_no_rate_alone_tells_who_is_honest(messages, column):
    rate = (messages[column] / messages["delivered"]).rank()
    dishonest = messages["breach"] != ""
    n, m = dishonest.sum(), (~dishonest).sum()
    area = (rate[dishonest].sum() - n * (n + 1) / 2) / (n * m)
    assert 0.6 < area < 0.9
