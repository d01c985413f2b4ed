"""Lesson 04 says in words what its cells print: what the words rest on is computed again here, from the data.

When the data change on purpose, a failing case shows which sentence no longer holds.
"""

import re

import nbformat
import pandas as pd
import pytest

from labkit.data import load
from labkit.exercises.declare import data_of
from labkit.exercises.lesson_04 import WENT_WRONG, _list_price
from labkit.lessons import lesson_file
from tests import stories


@pytest.fixture(scope="module")
def prose():
    return stories.prose("04")


@pytest.fixture(scope="module")
def messages():
    table = load("messages").merge(load("truth/messages"), on="message_id")
    table["breaks"] = table["breach"].notna()
    for name in ("orders", "opt_outs"):
        table[f"{name} rate"] = table[name] / table["delivered"]
    return table


@pytest.fixture(scope="module")
def tickets():
    table = load("tickets")
    table["hours"] = (table["first_answer_at"] - table["opened_at"]).dt.total_seconds() / 3600
    return table


def test_seven_of_the_ten_that_convert_best_break_a_guideline(prose, messages):
    assert messages.nlargest(10, "orders rate")["breaks"].sum() == 7
    assert "Seven of the ten break a guideline" in prose


def test_the_ten_with_most_opt_outs_are_all_breaches(prose, messages):
    assert messages.nlargest(10, "opt_outs rate")["breaks"].all()
    assert "the ten loudest all are breaches" in prose


def test_fifteen_breaches_have_to_be_read(prose, messages):
    read_ones = messages["breach"].isin(["guilt", "disrespect", "unequal"])
    assert (read_ones.sum(), messages["breaks"].sum()) == (15, 81)
    assert "Six audits found 66 of 81 breaches; 15 had to be read" in prose


def test_the_price_of_the_day_accuses_nobody_and_that_of_eight_weeks_before_exactly_the_guilty(messages):
    d = data_of("04")
    assert d.raised[0] == 0
    assert d.raised[56] == messages["breach"].eq("raised price").sum() == 21


def test_four_messages_speak_of_complaints_and_one_of_the_weekend(prose, messages):
    unequal = messages.loc[messages["breach"] == "unequal", "text"]
    assert (unequal.str.contains("complaints").sum(), unequal.str.contains("weekend").sum()) == (4, 1)
    assert "Four are about complaints" in prose


def test_no_kind_of_ticket_waits_less_than_17_or_more_than_20_hours(prose, tickets):
    value = load("orders").groupby("customer_id")["margin_brl"].sum()
    tickets["fifth"] = tickets["customer_id"].map(pd.qcut(value.rank(method="first"), 5, labels=False))
    tickets["plan"] = tickets["customer_id"].isin(load("plans")["customer_id"])
    for kind in ("fifth", "plan", "channel", "severity"):
        assert tickets.groupby(kind)["hours"].median().between(17, 20).all()
    assert "all wait 17 to 20 hours" in prose


def test_within_its_own_week_a_grave_matter_waits_as_long_as_any_other(tickets):
    own_week = tickets.groupby(tickets["opened_at"].dt.to_period("W"))["hours"].transform("median")
    apart = (tickets["hours"] - own_week).groupby(tickets["severity"]).median()
    assert apart.abs().max() < 0.5


def test_big_spenders_do_not_wait_less_for_an_answer_to_a_complaint(tickets):
    orders = load("orders")
    spent = orders.groupby(["customer_id", orders["ordered_on"].dt.to_period("M")])["revenue_brl"].sum()
    before = pd.MultiIndex.from_arrays([tickets["customer_id"], tickets["opened_at"].dt.to_period("M") - 1])
    big = spent.reindex(before).gt(500).to_numpy()
    hours = tickets["hours"].where(tickets["topic"].isin(WENT_WRONG)).groupby(big).median()
    assert hours[True] > hours[False]


def test_a_voucher_does_not_go_with_an_admission():
    replies = load("complaint_replies").merge(load("truth/complaint_replies"), on="ticket_id")
    replies = replies.merge(load("tickets"), on="ticket_id")
    admits = (replies["stance"] == "admits").groupby(replies["compensation_brl"] > 0).mean()
    assert abs(admits[True] - admits[False]) < 0.03


def test_what_offends_sells_little_and_what_nobody_notices_sells_more(messages):
    honest = messages[~messages["breaks"]].groupby("purpose")[["orders", "delivered"]].sum()
    expected = messages["delivered"] * messages["purpose"].map(honest["orders"] / honest["delivered"])
    extra = (messages["orders"] - expected).groupby(messages["breach"]).sum()
    ugly = extra[["guilt", "disrespect", "unequal"]].sum()
    assert 0 < ugly < 0.05 * extra.sum()
    assert extra.drop(["guilt", "disrespect", "unequal", "failure hidden"]).min() > ugly


def test_a_longer_look_back_accuses_prices_that_rose_for_good_and_a_shorter_one_misses_some(prose, messages):
    history = load("price_history")
    sales = messages[messages["claimed_was_brl"].notna()].reset_index(drop=True)
    early, late = (
        _list_price(sales, history, days).to_numpy() < sales["claimed_was_brl"] for days in (120, 42)
    )
    guilty = sales["breach"] == "raised price"
    assert (guilty & ~late).sum() == 4
    honest = sales[early & ~guilty]
    assert len(honest) == 10
    two_months_on = _list_price(honest, history, -60).to_numpy()
    assert (two_months_on == honest["claimed_was_brl"]).all()
    assert "accused 10 messages whose price had risen earlier and for good" in prose


def test_what_is_said_to_be_nearly_gone_is_right_to_the_unit_or_far_from_it(messages):
    scarce = messages[messages["claimed_units"].notna()]
    weeks = scarce["sent_on"].dt.to_period("W").dt.start_time
    on_hand = load("stock").set_index(["week", "product_id"])["on_hand"]
    left = on_hand.reindex(
        pd.MultiIndex.from_arrays([weeks, scarce["product_id"].astype("int64")])
    ).to_numpy()
    times = left / scarce["claimed_units"].astype(float)
    assert (times[scarce["breach"].isna()] == 1).all()
    assert times[scarce["breach"] == "false scarcity"].min() > 9


def test_the_fifths_by_value_are_in_no_order_of_admissions(prose, tickets):
    replies = load("complaint_replies").merge(load("truth/complaint_replies"), on="ticket_id")
    replies = replies.merge(tickets, on="ticket_id")
    value = load("orders").groupby("customer_id")["margin_brl"].sum()
    fifth = replies["customer_id"].map(pd.qcut(value.rank(method="first"), 5, labels=False))
    admits = (100 * (replies["stance"] == "admits").groupby(fifth).mean()).round().astype(int)
    assert list(admits) == [58, 51, 39, 54, 42]
    assert "the third in 39% and the best fifth in 42%" in prose


def test_about_half_of_those_left_over_cost_again_and_of_all_customers_fewer_than_one_in_ten_did(prose):
    """The figures are those of cell 04-left-over and 04-books, as the notebook is committed."""
    printed = " ".join(
        output.get("text", "")
        for cell in nbformat.read(lesson_file("04").built(), as_version=4).cells
        for output in cell.get("outputs", [])
    )
    losing, everybody = re.search(
        r"(\d+) of ([\d,]+) customers cost more than they brought", printed
    ).groups()
    left, again = (int(re.search(pattern, printed)[1]) for pattern in (r"(\d+) left, R", r"(\d+) cost again"))
    assert int(losing) / int(everybody.replace(",", "")) < 0.1
    assert 0.4 < again / left < 0.6
    assert "about half of them cost again, when of all customers in 2024 fewer than one in ten did" in prose
