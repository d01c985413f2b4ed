"""Prices: sales that are honest and sales that are not, elasticity, rivals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from labkit.world import Parameters
from labkit.world.goods.catalogue import catalogue, week_of
from labkit.world.goods.prices import draw_prices
from labkit.world.parameters.goods import Goods, Sale
from labkit.world.streams import stream

DAYS = 60
"""Look back as far as this for what was asked before a sale."""


def audit(history: pd.DataFrame) -> pd.DataFrame:
    """Find the sales in a price history; give what they claim and what they are worth."""
    history = history.sort_values(["product_id", "valid_from"])
    since = history.assign(until=history.groupby("product_id")["valid_from"].shift(-1))
    found = []
    for sale in since[since["price_brl"] < since["list_price_brl"]].itertuples():
        before = since[(since["product_id"] == sale.product_id) & (since["valid_from"] < sale.valid_from)]
        before = before[before["until"] > sale.valid_from - pd.Timedelta(days=DAYS)]
        real = 1 - sale.price_brl / before["price_brl"].min()
        found.append((sale.product_id, sale.valid_from, 1 - sale.price_brl / sale.list_price_brl, real))
    return pd.DataFrame(found, columns=["product_id", "sale_on", "claimed", "real"])


def test_an_audit_of_the_price_history_finds_the_dishonest_sales_and_no_other(shop):
    found = audit(shop.price_history).set_index("product_id")
    sales = {sale.product_id: sale for sale in Parameters().goods.sales}
    assert set(found.index) == set(sales)
    for product, sale in sales.items():
        row = found.loc[product]
        assert row["sale_on"] == pd.Timestamp(sale.sale_on)
        assert row["claimed"] == pytest.approx(sale.announced, abs=0.001)
        assert row["real"] == pytest.approx(sale.real, abs=0.02)
        assert (row["claimed"] - row["real"] < 0.03) == sale.honest
    assert 5 <= sum(not sale.honest for sale in sales.values()) <= len(sales) - 5


def test_the_raise_before_a_dishonest_sale_is_taken_back(shop):
    history = shop.price_history
    for sale in Parameters().goods.sales:
        rows = history[history["product_id"] == sale.product_id].set_index("valid_from")["list_price_brl"]
        end = pd.Timestamp(sale.sale_on) + pd.Timedelta(weeks=sale.weeks)
        begin = pd.Timestamp(sale.raised_on or sale.sale_on)
        assert rows.asof(end) == rows.asof(begin - pd.Timedelta(days=1))


def test_sales_are_on_mondays_of_products_on_offer_and_one_a_product():
    goods, sales = catalogue(), Parameters().goods.sales
    assert len({sale.product_id for sale in sales}) == len(sales)
    for sale in sales:
        for day in filter(None, (sale.raised_on, sale.sale_on)):
            assert pd.Timestamp(day).weekday() == 0
        first = week_of(sale.raised_on or sale.sale_on)
        assert goods.on_offer[sale.product_id - 1, first - 9 : week_of(sale.sale_on) + sale.weeks].all()


def test_a_sale_in_the_parameters_is_a_sale_in_the_prices():
    goods, p = catalogue(), replace(Goods(), sales=(Sale(12, "2025-03-03", 0.5, weeks=3),))
    prices = draw_prices(goods, p, stream(1, "prices"))
    cheaper = np.argwhere(prices.asked < prices.listed)
    first = int(week_of("2025-03-03"))
    assert cheaper.tolist() == [[11, first], [11, first + 1], [11, first + 2]]


def test_elasticity_of_weekly_units_is_that_of_the_literature(shop, items):
    week = items["ordered_on"] - pd.to_timedelta(items["ordered_on"].dt.day_of_week, unit="D")
    packed = items.assign(week=week)[items["category"] != "bulk"]
    panel = packed.groupby(["product_id", "week"], as_index=False).agg(
        units=("quantity", "sum"), price=("unit_price_brl", "first")
    )
    panel = panel.merge(shop.stock[["product_id", "week", "lost_sales"]], on=["product_id", "week"])
    panel = panel[panel["lost_sales"] == 0]
    usual = panel.groupby("product_id")["units"].transform("mean")
    panel, usual = panel[usual > 5], usual[usual > 5]
    # log units on log price, product and week, weighted by what the product usually sells.
    dummies = pd.get_dummies(panel[["product_id", "week"]].astype(str), dtype=float, drop_first=True)
    X = (
        np.column_stack([np.log(panel["price"]), np.ones(len(panel)), dummies])
        * np.sqrt(usual).to_numpy()[:, None]
    )
    y = (np.log(panel["units"]) * np.sqrt(usual)).to_numpy()
    coefficients, _ssr, rank, _singular = np.linalg.lstsq(X, y, rcond=None)
    residual = y - X @ coefficients
    variance = np.linalg.pinv(X.T @ X)[0, 0] * residual @ residual / (len(y) - rank)
    assert np.sqrt(variance) < 0.15
    assert coefficients[0] == pytest.approx(-2.6, abs=2.6 * np.sqrt(variance) + 0.1)


def test_a_rival_starts_a_price_war_on_food_late_in_2025(shop):
    prices = shop.competitor_prices.merge(shop.products[["product_id", "category"]], on="product_id")
    food = prices[prices["category"].isin(["dry food", "wet food"])]

    def change(frame: pd.DataFrame) -> float:
        by = frame.assign(after=frame["week"] >= "2025-11-10")
        by = by[by["week"] >= "2025-07-01"].groupby(["product_id", "after"])["price_brl"].mean().unstack()
        return float((by[True] / by[False] - 1).mean())

    changes = {name: change(rows) for name, rows in food.groupby("competitor")}
    warrior = min(changes, key=changes.get)
    assert changes.pop(warrior) < -0.10
    assert all(abs(c) < 0.03 for c in changes.values())
    other = prices[(prices["competitor"] == warrior) & ~prices["product_id"].isin(food["product_id"])]
    assert abs(change(other)) < 0.05


def test_about_thirty_products_are_watched_at_three_rivals_each_week(shop):
    prices = shop.competitor_prices
    assert 28 <= prices["product_id"].nunique() <= 45
    assert (prices.groupby(["week", "product_id"]).size() == 3).all()
    assert prices["week"].dt.day_of_week.eq(0).all()
    assert prices["week"].nunique() == 105
