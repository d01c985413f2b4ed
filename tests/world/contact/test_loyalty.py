"""Points: a ledger that closes, breakage, and members who were better customers before they joined."""

from __future__ import annotations

import numpy as np
import pandas as pd


def test_no_balance_is_ever_negative(world):
    assert (world.loyalty.groupby("customer_id")["points"].cumsum() >= 0).all()


def test_points_lapse_oldest_first_a_year_after_their_month(small):
    """Replay each account by hand."""
    months = small.parameters.loyalty.expires_months
    lapses = 0
    for _customer, entries in small.loyalty.groupby("customer_id"):
        lots: list[list] = []
        for entry in entries.sort_values(["on", "entry_id"]).itertuples():
            month = entry.on.to_period("M")
            if entry.kind == "earn":
                lots.append([month, entry.points])
                continue
            if entry.kind == "expire":
                old = [lot for lot in lots if lot[0] + months < month]
                assert sum(points for _month, points in old) == -entry.points
                assert entry.on.day == 1
                lapses += 1
                lots = [lot for lot in lots if lot[0] + months >= month]
                continue
            left = -entry.points
            while left:
                used = min(left, lots[0][1])
                lots[0][1] -= used
                left -= used
                if not lots[0][1]:
                    lots.pop(0)
        last = pd.Period("2025-12", "M")
        assert all(points == 0 or month + months >= last for month, points in lots)
    assert lapses > 20


def test_a_large_part_of_the_points_is_never_redeemed(world):
    """Breakage is known for points old enough to have lapsed."""
    p = world.parameters.loyalty
    first = pd.Timestamp("2025-12-01") - pd.DateOffset(months=p.expires_months)
    entries = world.loyalty
    old = entries.loc[(entries["kind"] == "earn") & (entries["on"] < first), "points"].sum()
    lapsed = -world.loyalty.query("kind == 'expire'")["points"].sum()
    assert 0.3 < lapsed / old < 0.65
    assert -world.loyalty.query("kind == 'redeem'")["points"].sum() > 0.2 * old


def test_points_belong_to_orders_of_the_same_customer_and_day(world):
    entries = world.loyalty.dropna(subset="order_id").merge(
        world.orders, on="order_id", suffixes=("", "_order")
    )
    assert (entries["customer_id"] == entries["customer_id_order"]).all()
    assert (entries["on"] == entries["ordered_on"]).all()
    earned = entries.query("kind == 'earn'")
    assert (earned["points"] == np.floor(earned["revenue_brl"])).all()
    first = world.loyalty.drop_duplicates("customer_id")
    assert (first["points"] == world.parameters.loyalty.bonus).all()
    assert first["order_id"].isna().all()


def test_the_cost_is_that_of_the_points_redeemed(world):
    redeemed = world.loyalty.query("kind == 'redeem'")
    assert np.allclose(redeemed["value_brl"], -redeemed["points"] * world.parameters.loyalty.value_brl)


def test_members_and_claimers_bought_more_before_the_programme_began(world):
    """Who joins later was already the better customer: the programme did not make him one."""
    orders = world.orders
    before = orders[orders["ordered_on"] < world.parameters.loyalty.begin]["customer_id"].value_counts()
    claims = set(world.loyalty.query("kind == 'redeem'")["customer_id"])
    joins = set(world.loyalty["customer_id"])
    group = pd.Series(before.index, before.index).map(
        lambda c: "claims" if c in claims else "joins" if c in joins else "neither"
    )
    mean = before.groupby(group).mean()
    assert mean["claims"] > mean["joins"] > mean["neither"]
