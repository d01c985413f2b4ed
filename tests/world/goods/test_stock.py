"""Stock: it balances, is never negative, and what is lost is lost when there is none."""

import pandas as pd
import pytest

from labkit.world import generate


@pytest.mark.parametrize("people", [100, 3_000])
def test_stock_is_never_negative_and_balances(people):
    stock = generate(people, seed=4, tables=["stock"]).stock
    for column in ("on_hand", "received", "sold", "lost_sales"):
        assert (stock[column] >= 0).all()
    stock = stock.sort_values(["product_id", "week"])
    before = stock.groupby("product_id")["on_hand"].shift()
    gap = (before + stock["received"] - stock["sold"] - stock["on_hand"]).dropna()
    assert gap.abs().max() < 1e-6


def test_what_stock_calls_sold_are_the_lines_of_the_week(shop, items):
    week = items["ordered_on"] - pd.to_timedelta(items["ordered_on"].dt.day_of_week, unit="D")
    sold = items.groupby([week.rename("week"), "product_id"])["quantity"].sum()
    stock = shop.stock.set_index(["week", "product_id"])["sold"]
    assert (stock - sold.reindex(stock.index).fillna(0)).abs().max() < 1e-6
    assert sold.index.isin(stock.index).all()


def test_sales_are_lost_only_where_the_product_sold_out(shop):
    stock = shop.stock
    out = stock["lost_sales"] > 0
    assert 0.01 < out.mean() < 0.06
    assert (stock.loc[out, "on_hand"] == 0).all()
    # In such a week less is sold than in others of the same product.
    usual = stock[~out].groupby("product_id")["sold"].mean()
    short = stock[out].groupby("product_id")["sold"].mean()
    assert (short / usual.reindex(short.index)).median() < 0.8


def test_deliveries_are_what_stock_received(shop):
    came = shop.supplier_deliveries
    week = came["delivered_on"] - pd.to_timedelta(came["delivered_on"].dt.day_of_week, unit="D")
    total = came.groupby([week.rename("week"), "product_id"])["quantity"].sum()
    received = shop.stock.set_index(["week", "product_id"])["received"]
    received = received[received > 0]
    assert (received - total.reindex(received.index)).abs().max() < 1e-6
    assert len(received) == len(came)


def test_a_shortage_ends_with_a_delivery_that_came_late(shop):
    came = shop.supplier_deliveries
    late = came[(came["delivered_on"] - came["promised_on"]).dt.days >= 7]
    promised = late["promised_on"] - pd.to_timedelta(late["promised_on"].dt.day_of_week, unit="D")
    pairs = set(zip(promised, late["product_id"], strict=True))
    stock = shop.stock.sort_values(["product_id", "week"])
    stock["then"] = stock.groupby("product_id")["received"].shift(-1)
    # A product that nobody asks for afterwards needs no delivery, not even a late one.
    short = stock.loc[(stock["lost_sales"] > 0) & (stock["then"] > 0), ["week", "product_id"]]
    assert len(short) > 0.95 * (stock["lost_sales"] > 0).sum()
    assert all(pair in pairs for pair in short.itertuples(index=False, name=None))


def test_suppliers_cost_is_below_the_list_price(shop):
    came = shop.supplier_deliveries.merge(shop.products, on="product_id")
    assert (came["unit_cost_brl_x"] < 0.95 * came["list_price_brl"]).all()
    by_product = came.groupby("product_id")[["unit_cost_brl_x", "unit_cost_brl_y"]].mean()
    assert (by_product["unit_cost_brl_x"] / by_product["unit_cost_brl_y"]).between(0.95, 1.05).all()
