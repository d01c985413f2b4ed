"""Prices: of the list, of sales honest and not, of rivals, and what suppliers ask.

All prices change on Mondays. In some sales the list price was raised weeks before and falls back afterwards:
"30% off" is then hardly off what was asked before. :class:`labkit.world.parameters.goods.Sale` lists them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.world.goods.catalogue import WEEKS, Catalogue, mondays, week_of
from labkit.world.parameters.goods import Goods

BULK_TOP = 985
"""Greatest price of a unit of bulk, in centavos: with three decimals any sum to the centavo is reached below R$ 10."""

QUIET = 9
"""Weeks before and after a sale without any other change of the product's list price: what is announced can be told."""


@dataclass(frozen=True)
class Prices:
    """Prices by product and week, shape (products, weeks).

    Attributes
    ----------
    trend : numpy.ndarray of float
        R$; where the list price would be without revisions and rounding.
    listed, asked : numpy.ndarray of int
        Centavos; the list price, and what is asked: less while a sale runs.
    cost : numpy.ndarray of float
        R$ that a unit costs.
    """

    trend: np.ndarray
    listed: np.ndarray
    asked: np.ndarray
    cost: np.ndarray


def draw_prices(goods: Catalogue, p: Goods, rng: np.random.Generator) -> Prices:
    """Draw the list prices, and lay the sales over them."""
    n = len(goods)
    growth = (1 + p.inflation) ** (np.arange(WEEKS) / 52.18)
    start = goods.of("price_brl")
    trend = start[:, None] * growth
    changes = rng.random((n, WEEKS)) < 1 / p.revision_weeks
    noise = p.revision_spread * rng.standard_normal((n, WEEKS))
    for sale in p.sales:
        begin = week_of(sale.raised_on or sale.sale_on)
        end = week_of(sale.sale_on) + sale.weeks
        changes[sale.product_id - 1, max(0, begin - QUIET) : end + QUIET] = False
    changes[:, 0] = True
    noise[:, 0] = 0.0
    at = np.maximum.accumulate(np.where(changes, np.arange(WEEKS), 0), axis=1)
    revised = np.take_along_axis(trend * np.exp(noise), at, axis=1)
    bulk = np.isin(np.arange(n), goods.bulk)
    listed = np.where(bulk[:, None], np.minimum(np.round(100 * revised), BULK_TOP), tagged(revised))
    listed = listed.astype(np.int64)
    asked = listed.copy()
    for sale in p.sales:
        row, begin = sale.product_id - 1, int(week_of(sale.sale_on))
        window = slice(begin, begin + sale.weeks)
        if sale.raised_on:
            before = slice(int(week_of(sale.raised_on)), window.stop)
            listed[row, before] = asked[row, before] = tagged(
                listed[row, before] * (1 + sale.raised_by) / 100
            )
        asked[row, window] = np.round(listed[row, window] * (1 - sale.announced))
    return Prices(trend, listed, asked, trend * (1 - goods.of("margin"))[:, None])


def tagged(price_brl: np.ndarray) -> np.ndarray:
    """Centavos on the tag: …,90 from R$ 10 on, tens of centavos below."""
    price = np.asarray(price_brl)
    return np.where(price >= 10, np.round(price - 0.9) * 100 + 90, np.round(price * 10) * 10).astype(np.int64)


def price_history(goods: Catalogue, prices: Prices) -> pd.DataFrame:
    """One row a change of the list price or of the price asked, from the start of history or the launch on."""
    change = np.ones_like(goods.on_offer)
    change[:, 1:] = (
        (np.diff(prices.listed, axis=1) != 0) | (np.diff(prices.asked, axis=1) != 0)
    ) | ~goods.on_offer[:, :-1]
    row, week = np.nonzero(change & goods.on_offer)
    return pd.DataFrame(
        {
            "product_id": row + 1,
            "valid_from": mondays()[week],
            "list_price_brl": prices.listed[row, week] / 100,
            "price_brl": prices.asked[row, week] / 100,
        }
    )


def draw_rivals(goods: Catalogue, prices: Prices, p: Goods, rng: np.random.Generator) -> np.ndarray:
    """Draw the rivals' prices in R$, shape (rivals, products, weeks); they follow the trend, not our sales."""
    shape = (len(p.rivals), len(goods), WEEKS)
    moves = rng.random(shape) < 1 / p.rival_weeks
    moves[:, :, 0] = True
    at = np.maximum.accumulate(np.where(moves, np.arange(WEEKS), 0), axis=2)
    level = np.array([ratio for _name, ratio in p.rivals])[:, None, None]
    drawn = level * prices.trend * np.exp(p.rival_spread * rng.standard_normal(shape))
    price = np.take_along_axis(drawn, at, axis=2)
    food = np.isin(goods.of("category"), ["dry food", "wet food"])
    peace = price[0, food, int(week_of(p.cheapest_cut[0][0])) - 1, None] if p.cheapest_cut else None
    for monday, cut in p.cheapest_cut:
        price[0, food, int(week_of(monday)) :] = peace * (1 - cut)
    return tagged(price) / 100


def competitor_prices(goods: Catalogue, rival: np.ndarray, p: Goods) -> pd.DataFrame:
    """The rivals' prices of the products watched, one row a Monday, product and rival."""
    watched = np.flatnonzero(goods.of("watched"))
    names = np.array([name for name, _ratio in p.rivals], dtype=object)
    week, row, who = np.nonzero(goods.on_offer[watched].T[:, :, None] & np.ones(len(names), dtype=bool))
    return pd.DataFrame(
        {
            "week": mondays()[week],
            "product_id": watched[row] + 1,
            "competitor": names[who],
            "price_brl": rival[who, watched[row], week],
        }
    )


def appeal(goods: Catalogue, prices: Prices, rival: np.ndarray, p: Goods) -> np.ndarray:
    """Units asked for to those at the trend of prices, by product and week: the demand that prices make.

    A constant elasticity in the own price, as in the studies behind Bijmolt et al. (2005), and one in the price
    of the cheapest rival where rivals are watched. Where a product is chosen among few and already often, a lower
    price can win it less: the exponent is steeper than the elasticity of sales wanted, by ``dilution``.
    """
    own = (prices.asked / 100 / prices.trend) ** (p.elasticity * p.dilution)
    cheapest = rival.min(axis=0) / prices.trend
    usual = np.exp(np.log(cheapest[:, :52]).mean(axis=1, keepdims=True))
    other = np.where(goods.of("watched")[:, None], (cheapest / usual) ** p.cross_elasticity, 1.0)
    return own * other * goods.on_offer
