"""The maker of goods: from orders and pets to products, items, prices, stock and clinic visits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft, numbered
from labkit.world.goods.baskets import NOTHING, Lines, fill
from labkit.world.goods.catalogue import WEEKS, Catalogue, catalogue, week_of
from labkit.world.goods.clinic import draw_visits
from labkit.world.goods.owners import draw_owners
from labkit.world.goods.prices import (
    Prices,
    appeal,
    competitor_prices,
    draw_prices,
    draw_rivals,
    price_history,
)
from labkit.world.goods.stock import draw_shortages, stock_and_deliveries


def make_goods(draft: Draft) -> None:
    """Products, prices, items, stock and deliveries.

    The frame ``favourites`` has by person the product_id of the dry food bought again and again, 0 for who has no
    pets; regular customers have it in nearly every order that can pay it.
    """
    goods, p = catalogue(), draft.parameters.goods
    prices = draw_prices(goods, p, draft.stream("goods/prices"))
    rival = draw_rivals(goods, prices, p, draft.stream("goods/rivals"))
    shortages = draw_shortages(goods, p, draft.stream("goods/shortages"))
    wanted = appeal(goods, prices, rival, p)
    owners = draw_owners(draft.traits, draft.frames["pets"], goods, draft.stream("goods/favourites"))
    draft.frames["favourites"] = pd.DataFrame(
        {"person": np.arange(len(owners.favourite)), "product_id": owners.favourite + 1}
    )
    orders = draft.frames["orders"]
    lines = fill(
        orders,
        draft.traits["regular"].to_numpy(),
        owners,
        goods,
        prices,
        wanted * shortages.in_stock,
        p,
        draft.stream("goods/baskets"),
    )
    week = week_of(orders["ordered_on"])
    stock, deliveries = stock_and_deliveries(
        goods, prices, shortages, _sold(lines, week, len(goods)), p, draft.stream("goods/deliveries")
    )
    draft.tables |= {
        "products": products(goods, prices),
        "order_items": _items(lines, orders, week, prices),
        "price_history": price_history(goods, prices),
        "competitor_prices": competitor_prices(goods, rival, p),
        "stock": stock,
        "supplier_deliveries": numbered(deliveries, "delivery_id"),
    }


def make_visits(draft: Draft) -> None:
    """Visits to the clinic."""
    draft.tables["clinic_visits"] = numbered(draw_visits(draft), "visit_id")


def products(goods: Catalogue, prices: Prices) -> pd.DataFrame:
    """The catalogue as the company keeps it: the last list price, and the cost on average of history."""
    last = WEEKS - 1 - goods.on_offer[:, ::-1].argmax(axis=1)
    cost = (prices.cost * goods.on_offer).sum(axis=1) / goods.on_offer.sum(axis=1)
    return goods.frame.assign(
        list_price_brl=prices.listed[np.arange(len(goods)), last] / 100, unit_cost_brl=np.round(cost, 2)
    )


def _sold(lines: Lines, week: np.ndarray, products: int) -> np.ndarray:
    """Thousandths of a unit sold, shape (products, weeks)."""
    sold = np.zeros(products * WEEKS)
    for product, milli in zip(lines.product, lines.milli, strict=True):
        here = np.flatnonzero(product != NOTHING)
        cell = product[here].astype(np.int64) * WEEKS + week[here]
        sold += np.bincount(cell, milli[here], minlength=len(sold))
    return sold.astype(np.int64).reshape(products, WEEKS)


def _items(lines: Lines, orders: pd.DataFrame, week: np.ndarray, prices: Prices) -> pd.DataFrame:
    """One row a line; the order's discount is spread over its lines by their value, rest and all."""
    rest = np.rint(orders["discount_brl"].to_numpy() * 100).astype(np.int64)
    share = rest / lines.centavos.sum(axis=0, dtype=np.int64)
    off = np.zeros_like(lines.centavos)
    for place in range(len(off) - 1):
        off[place] = lines.centavos[place] * share
        rest -= off[place]
    off[-1] = rest
    # From places side by side to lines one below the other, an order's lines together.
    there = np.ascontiguousarray(lines.product.T) != NOTHING
    product, milli, centavos, off = (
        np.ascontiguousarray(a.T)[there] for a in (lines.product, lines.milli, lines.centavos, off)
    )
    count = there.sum(axis=1)
    price = prices.asked[product, np.repeat(week, count)]
    return pd.DataFrame(
        {
            "order_id": np.repeat(orders["order_id"].to_numpy(), count),
            "product_id": product + np.int64(1),
            "quantity": milli / 1000,
            "unit_price_brl": price / 100,
            "discount_brl": off / 100,
            "line_brl": (centavos - off) / 100,
        }
    )
