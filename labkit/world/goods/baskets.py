"""Baskets: what each order consists of, so that its lines add up to its value to the centavo.

An order's value, discount and margin are given (they come from who the customer is and what happened). Lines
are put into it one after the other: food for a young pet, the usual dry food, what goes with it, further
products; what is left of the value is bulk, weighed to the gram, of the kind whose margin brings the order
nearest to the margin that it has. Packed products are chosen with weights that follow their price, with the
elasticity of :mod:`labkit.world.parameters.goods`; sold-out products are not found.

Planted: puppy food and accessories for dogs are in one basket 6.6 times as often as by chance, the lift of
dog food and pet accessories in a real grocery panel. In a pet shop the lift of all dog food cannot be that high,
for it is in too many baskets (lift is at most one over the share of baskets with it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.world.goods.catalogue import WEEKS, Catalogue, week_of
from labkit.world.goods.choice import Choice
from labkit.world.goods.owners import Owners, has, young
from labkit.world.goods.prices import Prices
from labkit.world.parameters.goods import Goods

NOTHING = -1
LEAST = 100
"""Centavos that every order leaves for bulk."""

ROOM = np.array([0, 1200, 1500, 2000, 3000, 4500, 6500, 9500, 14000, 20000, 30000, 50000])
"""Centavos left from which further products of a class are affordable."""

RICH = np.array([-1.2, -0.4, 0.4, 1.2])
"""Bounds of the classes of an order's margin, in standard deviations; CENTRES are their middles."""

CENTRES = np.array([-1.75, -0.8, 0.0, 0.8, 1.75])

MOST = {
    "dry food": 4, "wet food": 24, "treats": 6, "hygiene": 4, "litter": 6, "accessories": 2, "toys": 3, "pharmacy": 3,
    "bulk": 1,
}  # fmt: skip
"""Packs of a product in one order, at most."""


@dataclass
class Lines:
    """Lines of orders, dense: arrays of shape (places, orders); product NOTHING marks an empty place.

    Attributes
    ----------
    product : int8 array, row of the catalogue
    milli : int32 array, thousandths of a unit
    centavos : int32 array, price times quantity
    """

    product: np.ndarray
    milli: np.ndarray
    centavos: np.ndarray

    @classmethod
    def empty(cls, places: int, orders: int) -> Lines:
        shape = (places, orders)
        return cls(
            np.full(shape, NOTHING, dtype=np.int8),
            np.zeros(shape, dtype=np.int32),
            np.zeros(shape, dtype=np.int32),
        )


@dataclass
class Filling:
    """Orders while they are filled: arrays by order, and what they are filled from."""

    goods: Catalogue
    prices: Prices
    appeal: np.ndarray
    p: Goods
    rng: np.random.Generator
    person: np.ndarray
    day: np.ndarray  # days since 1970
    week: np.ndarray
    dog: np.ndarray
    cat: np.ndarray
    margin: np.ndarray  # R$ that the lines should leave
    rich: np.ndarray  # class of the order's margin
    left: np.ndarray  # centavos not yet spent
    lines: Lines

    def put(self, place: int, order: np.ndarray, product: np.ndarray, packs: np.ndarray) -> np.ndarray:
        """Put packed products into orders that can pay them; return the orders that got one.

        As many packs as there is money for, and none of a product that the order has already.
        """
        week = self.week[order]
        price = self.prices.asked[product, week]
        packs = np.minimum(packs, (self.left[order] - LEAST) // price)
        fine = (packs > 0) & (product != NOTHING)
        for earlier in self.lines.product[:place]:
            fine &= earlier[order] != product
        order, product, packs, price, week = (a[fine] for a in (order, product, packs, price, week))
        spent = packs * price
        self.lines.product[place, order] = product
        self.lines.milli[place, order] = packs * 1000
        self.lines.centavos[place, order] = spent
        self.left[order] -= spent
        self.margin[order] -= spent / 100 - packs * self.prices.cost[product, week]
        return order


def fill(
    orders: pd.DataFrame,
    regular: np.ndarray,
    owners: Owners,
    goods: Catalogue,
    prices: Prices,
    appeal: np.ndarray,
    p: Goods,
    rng: np.random.Generator,
) -> Lines:
    """Fill every order.

    Parameters
    ----------
    orders : pandas.DataFrame
        person, ordered_on, value_brl, margin_share; the values are at least R$ 1.
    regular : numpy.ndarray of bool
        By person: who replenishes.
    appeal : numpy.ndarray, shape (products, weeks)
        Units asked for to those at the trend of prices, nought where nothing can be had.

    Returns
    -------
    Lines
        The last place is bulk, in every order.
    """
    value = np.rint(orders["value_brl"].to_numpy() * 100).astype(np.int64)
    person, on = orders["person"].to_numpy(), orders["ordered_on"].to_numpy().astype("datetime64[D]")
    day = on.astype(np.int32)
    dog, cat = (has(owners, species, person, day) for species in ("dog", "cat"))
    bereft = ~dog & ~cat  # who has lost the last pet still has others' to buy for, of the species known
    share = orders["margin_share"].to_numpy()
    f = Filling(
        goods, prices, appeal, p, rng, person, day, week_of(on).astype(np.int32),
        dog=dog | bereft & ~owners.first_is_cat[person],
        cat=cat | bereft & owners.first_is_cat[person],
        margin=value / 100 * (share + p.payment_share),
        rich=np.searchsorted(RICH, (share - share.mean()) / max(share.std(), 1e-9)),
        left=value.copy(),
        lines=Lines.empty(len(p.further_lines) + 4, len(value)),
    )  # fmt: skip
    _young(f, owners)
    _usual(f, owners, regular)
    _further(f)
    _bulk(f)
    return f.lines


def _young(f: Filling, owners: Owners) -> None:
    """Food for puppies and kittens, and what a puppy needs besides."""
    for species, rows in (("dog", f.goods.puppy_food), ("cat", f.goods.kitten_food)):
        wanted = young(owners, species, f.person, f.day, f.p) & (f.rng.random(len(f.left)) < f.p.young_food)
        wanted &= f.lines.product[0] == NOTHING
        got = _one_of(f, 0, np.flatnonzero(wanted), rows)
        if species == "dog":
            _one_of(f, 1, got[f.rng.random(len(got)) < f.p.accessory_with_puppy_food], f.goods.dog_accessory)


def _one_of(f: Filling, place: int, order: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Put one of a few products into each order: one that it can pay."""
    price = f.goods.of("price_brl")[rows] * 100
    room = f.left[order]
    affordable = np.minimum(np.searchsorted(np.sort(price), room / 1.15 - LEAST), len(rows))
    weight = f.goods.of("popularity")[rows] * f.appeal[rows].T
    ladder = np.sort(price)
    weight = np.stack([weight * (price <= (ladder[k - 1] if k else 0)) for k in range(len(rows) + 1)], axis=1)
    choice = Choice(weight.reshape(-1, len(rows)))
    pick = choice.draw(f.week[order] * (len(rows) + 1) + affordable, f.rng.random(len(order)))
    product = np.where(pick >= 0, rows[pick], NOTHING)
    return f.put(place, order, product, np.ones(len(order), dtype=np.int64))


def _usual(f: Filling, owners: Owners, regular: np.ndarray) -> None:
    """The dry food bought again and again: packs as many as its price makes people take."""
    product = owners.favourite[f.person]
    cats = f.goods.fits("cat")[product]
    needed = (product != NOTHING) & np.where(cats, f.cat, f.dog)
    share = np.where(regular[f.person], f.p.favourite_regular, f.p.favourite_other)
    order = np.flatnonzero(needed & (f.rng.random(len(share)) < share))
    product = product[order]
    packs = np.floor(f.appeal[product, f.week[order]] + f.rng.random(len(order))).astype(np.int64)
    f.put(2, order, product, np.minimum(packs, MOST["dry food"]))


def _further(f: Filling) -> None:
    """Further products, chosen by species, week, room left and class of margin."""
    goods, p = f.goods, f.p
    packed = np.setdiff1d(
        np.arange(len(goods)), np.concatenate([goods.bulk, goods.puppy_food, goods.kitten_food])
    )
    choice = Choice(_weights(f, packed))
    most = np.array([MOST[c] for c in goods.of("category")])
    start = goods.of("price_brl") * 100
    pets = np.where(f.dog & f.cat, 2, np.where(f.cat, 1, 0))
    order = np.arange(len(f.left))
    for k, share in enumerate(p.further_lines):
        order = order[(f.left[order] >= p.room * 100) & (f.rng.random(len(order)) < share)]
        room = np.searchsorted(ROOM, f.left[order], side="right") - 1
        situation = ((pets[order] * WEEKS + f.week[order]) * len(ROOM) + room) * len(CENTRES) + f.rich[order]
        pick = choice.draw(situation, f.rng.random(len(order)))
        product = np.where(pick >= 0, packed[pick], NOTHING)
        # How many follows the usual price: the effect of a sale is in the choice, and nowhere twice.
        part = f.rng.uniform(0.25, 1.0, len(order))
        packs = np.floor(f.left[order] / start[product] * part).astype(np.int64)
        f.put(3 + k, order, product, np.clip(packs, 1, most[product]))


def _weights(f: Filling, packed: np.ndarray) -> np.ndarray:
    """Weights of the packed products in every situation: pets × week × room left × class of margin."""
    goods, p = f.goods, f.p
    species = np.stack([goods.fits("dog"), goods.fits("cat"), np.ones(len(goods), dtype=bool)])[:, packed]
    popular = goods.of("popularity")[packed]
    # The usual food has its own place; here are those who try another one.
    popular = popular * np.where(goods.of("category")[packed] == "dry food", 0.35, 1.0)
    price = goods.of("price_brl")[packed] * 100
    room = (price * 1.15 + LEAST <= np.maximum(ROOM, 1)[:, None]) * (price / 3000) ** (
        p.size_matters * np.linspace(-0.6, 1.4, len(ROOM))[:, None]
    )
    rich = np.exp(p.rich_baskets * CENTRES[:, None] * (goods.of("margin")[packed] - 0.35) / 0.1)
    weight = (
        species[:, None, None, None, :]
        * (popular * f.appeal[packed].T)[None, :, None, None, :]
        * room[None, None, :, None, :]
        * rich[None, None, None, :, :]
    )
    return weight.reshape(-1, len(packed))


def _bulk(f: Filling) -> None:
    """What is left goes into bulk, of the kind whose margin is nearest to what the order still lacks."""
    rows = f.goods.bulk
    margin = f.goods.of("margin")[rows]
    lacking = np.clip(f.margin / (f.left / 100), 0.0, 0.7) + 0.03 * f.rng.standard_normal(len(f.left))
    far = np.abs(lacking.astype(np.float32)[:, None] - margin.astype(np.float32))
    for_dog, for_cat = f.goods.fits("dog")[rows], f.goods.fits("cat")[rows]
    far += np.where((f.dog[:, None] & for_dog) | (f.cat[:, None] & for_cat), np.float32(0), np.float32(9))
    product = rows[far.argmin(axis=1)]
    price = f.prices.asked[product, f.week]
    f.lines.product[-1] = product
    f.lines.milli[-1] = np.rint(1000 * f.left / price)
    f.lines.centavos[-1] = f.left
