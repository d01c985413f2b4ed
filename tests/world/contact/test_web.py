"""Sessions: a signal before orders, a leak on their day, a drift in December, strangers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score


@pytest.fixture(scope="module")
def online(world):
    orders = world.orders
    return orders[(orders["ordered_on"] >= "2025-07-01") & (orders["channel"] != "shop")]


def test_every_online_order_has_its_session_on_its_day(world, online):
    sessions = world.web_sessions.dropna(subset="order_id")
    both = online.merge(sessions, on="order_id", suffixes=("", "_web"))
    assert len(both) == len(online) == len(sessions)
    assert (both["customer_id"] == both["customer_id_web"]).all()
    assert (both["started_at"].dt.normalize() == both["ordered_on"]).all()
    assert ((both["device"] == "app") == (both["channel"] == "app")).all()


def auc(world, last_day: str) -> float:
    """Sessions of the ten days up to and including ``last_day`` against buying online on 20 November or in the week after."""
    last = pd.Timestamp(last_day)
    orders = world.orders[world.orders["channel"] != "shop"]
    buys = orders[orders["ordered_on"].between("2025-11-20", "2025-11-26")]["customer_id"].unique()
    known = orders[orders["ordered_on"].between("2025-05-01", "2025-11-19")]["customer_id"].unique()
    web = world.web_sessions.dropna(subset="customer_id")
    seen = web[web["started_at"].between(last - pd.Timedelta(days=9), last + pd.Timedelta(days=1))]
    number = seen["customer_id"].value_counts().reindex(known, fill_value=0)
    return roc_auc_score(np.isin(known, buys), number)


def test_sessions_foretell_orders_and_those_of_the_day_itself_give_them_away(world):
    honest, leaking = auc(world, "2025-11-19"), auc(world, "2025-11-26")
    assert 0.56 < honest < 0.85
    assert leaking > honest + 0.08


def test_in_december_fewer_sessions_lead_to_an_order(world):
    web = world.web_sessions
    web = web[web["customer_id"].notna() & web["order_id"].isna()]
    orders = world.orders[["customer_id", "ordered_on"]].sort_values("ordered_on")

    def led_to_order(first, last):
        some = web[web["started_at"].between(first, last)].sort_values("started_at")
        some = some.astype({"customer_id": "int64"})
        found = pd.merge_asof(
            some, orders, left_on="started_at", right_on="ordered_on", by="customer_id", direction="forward",
            tolerance=pd.Timedelta(days=14),
        )  # fmt: skip
        return found["ordered_on"].notna().mean()

    assert led_to_order("2025-12-01", "2025-12-17") < 0.85 * led_to_order("2025-10-01", "2025-10-17")


def test_part_of_the_sessions_belongs_to_nobody_known(world):
    assert 0.2 < world.web_sessions["customer_id"].isna().mean() < 0.4


def test_clicks_in_mails_arrive_on_the_site(world):
    clicked = world.sends.query("clicked and channel == 'email'")
    arrived = world.web_sessions.query("source == 'email'")["started_at"]
    soon = clicked["sent_at"] + pd.Timedelta(minutes=2)
    assert soon[soon < "2026-01-01"].isin(arrived).all()


def test_looking_around_does_not_stop_before_history_does(world):
    """Orders of January have their sessions in December, too: the last week looks like the one before."""
    web = world.web_sessions
    web = web[web["added_to_cart"] & web["order_id"].isna()]
    weeks = [
        web["started_at"].between(d, pd.Timestamp(d) + pd.Timedelta(days=7)).sum()
        for d in ("2025-12-15", "2025-12-24")
    ]
    assert 0.75 < weeks[1] / weeks[0] < 1.33
