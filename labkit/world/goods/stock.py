"""Stock by product and week, what suppliers delivered, and what could not be sold.

Sales come first, and deliveries are made to fit them: each one brings what is sold until the next, and what is
then to be left. Where a delivery comes a week late, the product sells out in that week; less of it is chosen
(:attr:`Shortages.in_stock` lowers its weight in the baskets), and what was asked for in vain is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.world.goods.catalogue import WEEKS, Catalogue, mondays
from labkit.world.goods.prices import Prices
from labkit.world.parameters import HISTORY_END
from labkit.world.parameters.goods import Goods

SUPPLIERS = {
    "Quintal": "Moinho Serra Alta",
    "Farejo": "Moinho Serra Alta",
    "Miado": "Felina Alimentos",
    "Bigode": "Felina Alimentos",
    "Areal": "Mineração do Areal",
    "Lumo": "Lumo Higiene",
    "Trelo": "Oficina Trelo",
    "Caramelo": "Oficina Trelo",
    "Vetara": "Vetara Saúde Animal",
}
"""Fictional suppliers by brand."""


@dataclass(frozen=True)
class Shortages:
    """When deliveries come, shape (products, weeks).

    Attributes
    ----------
    late : numpy.ndarray of bool
        Weeks in which a delivery was due and did not come before the next.
    arrives : numpy.ndarray of bool
    in_stock : numpy.ndarray of float
        Share of the week in which the product can be had; 1 in all weeks that are not late.
    """

    late: np.ndarray
    arrives: np.ndarray
    in_stock: np.ndarray


def draw_shortages(goods: Catalogue, p: Goods, rng: np.random.Generator) -> Shortages:
    """Draw when deliveries are due and which come a week late."""
    n = len(goods)
    every = rng.choice(p.delivery_weeks, n)[:, None]
    week = np.arange(WEEKS)
    offer = goods.on_offer
    launch = offer.argmax(axis=1)[:, None]
    due = offer & (((week + rng.integers(0, every)) % every == 0) | (week == launch))
    late = due & (rng.random(due.shape) < p.shortage) & (week > launch + 1) & (week < WEEKS - 1)
    late[:, :-1] &= offer[:, 1:]
    late[:, 1:] &= ~late[:, :-1]
    arrives = due & ~late
    arrives[:, 1:] |= late[:, :-1]
    in_stock = np.where(late, rng.uniform(*p.in_stock, due.shape), 1.0)
    return Shortages(late, arrives, in_stock)


def stock_and_deliveries(
    goods: Catalogue,
    prices: Prices,
    shortages: Shortages,
    sold: np.ndarray,
    p: Goods,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the tables of stock and of deliveries from what was sold.

    Parameters
    ----------
    sold : numpy.ndarray of int, shape (products, weeks)
        Thousandths of a unit.
    """
    on_hand, received = _levels(goods, shortages, sold, p, rng)
    lost = _lost(goods, shortages, sold, rng)
    week, row = np.nonzero(goods.on_offer.T)
    stock = pd.DataFrame(
        {
            "week": mondays()[week],
            "product_id": row + 1,
            "received": received[row, week] / 1000,
            "sold": sold[row, week] / 1000,
            "lost_sales": lost[row, week] / 1000,
            "on_hand": on_hand[row, week] / 1000,
        }
    )
    return stock, _deliveries(goods, prices, shortages, received, rng)


def _levels(goods, shortages, sold, p, rng) -> tuple[np.ndarray, np.ndarray]:
    """Stock at the end of each week and what came in, in thousandths of a unit."""
    n = len(goods)
    left = np.exp(p.cover_spread * rng.standard_normal(sold.shape)) * p.cover * _usual(sold, goods.on_offer)
    left = np.where(_weighed(goods), np.round(left), 1000 * np.round(left / 1000)).astype(np.int64)
    left[shortages.late] = 0
    left[:, :-1][goods.on_offer[:, :-1] & ~goods.on_offer[:, 1:]] = (
        0  # the last ones of a product are cleared
    )
    on_hand, received = np.zeros(sold.shape, dtype=np.int64), np.zeros(sold.shape, dtype=np.int64)
    end, until = left[:, -1].copy(), np.zeros(n, dtype=np.int64)
    # Backwards: a delivery brings what is sold until the next one, and no more is left than will be sold.
    for week in range(WEEKS - 1, -1, -1):
        on_hand[:, week] = end + until
        until += sold[:, week]
        comes = shortages.arrives[:, week]
        before = np.minimum(left[:, week - 1] if week else 0, end + until)
        received[:, week] = np.where(comes, end + until - before, 0)
        end = np.where(comes, before, end)
        until = np.where(comes, 0, until)
    received[:, 0] = 0  # what was there when the records begin is no delivery
    return on_hand, received


def _usual(sold: np.ndarray, on_offer: np.ndarray, reach: int = 4) -> np.ndarray:
    """Average sales of the weeks around each week."""
    kernel = np.ones(2 * reach + 1)
    total = np.stack([np.convolve(s, kernel, mode="same") for s in sold * on_offer])
    weeks = np.stack([np.convolve(o, kernel, mode="same") for o in on_offer])
    return total / np.maximum(weeks, 1)


def _weighed(goods: Catalogue) -> np.ndarray:
    return np.isin(np.arange(len(goods)), goods.bulk)[:, None]


def _lost(goods, shortages, sold, rng) -> np.ndarray:
    """What was asked for in vain: the usual sales of the time in which there was nothing."""
    usual = _usual(sold * ~shortages.late, goods.on_offer & ~shortages.late)
    missed = usual * (1 - shortages.in_stock)
    packs = 1000 * rng.poisson(missed / 1000)
    weight = np.round(missed * rng.gamma(9.0, 1 / 9.0, missed.shape))
    return np.where(_weighed(goods), weight, packs).astype(np.int64)


def _deliveries(goods, prices, shortages, received, rng) -> pd.DataFrame:
    """One row a delivery, in the order of arrival."""
    week, row = np.nonzero(received.T)
    n = len(week)
    supplier = np.array([SUPPLIERS[b] for b in goods.of("brand")], dtype=object)[row]
    weekday = np.array([list(SUPPLIERS).index(b) % 3 for b in goods.of("brand")])[row]
    late = (week > 0) & shortages.late[row, np.maximum(week - 1, 0)]
    promised = mondays()[week] + (weekday - 7 * late).astype("timedelta64[D]")
    delivered = mondays()[week] + (weekday + rng.choice(3, n, p=[0.8, 0.14, 0.06])).astype("timedelta64[D]")
    delivered = np.minimum(delivered, HISTORY_END)
    cost = prices.cost[row, week] * np.exp(0.01 * rng.standard_normal(n))
    frame = pd.DataFrame(
        {
            "supplier": supplier,
            "product_id": row + 1,
            "ordered_on": promised - rng.integers(6, 15, n).astype("timedelta64[D]"),
            "promised_on": promised,
            "delivered_on": delivered,
            "quantity": received[row, week] / 1000,
            "unit_cost_brl": np.round(cost, 2),
        }
    )
    return frame.sort_values(["delivered_on", "product_id"], ignore_index=True)
