"""Goods: products and their prices, what orders consist of, stock and suppliers, and the clinic."""

from labkit.world.goods.make import make_goods, make_visits

MAKERS = (make_goods, make_visits)

__all__ = ["MAKERS", "make_goods", "make_visits"]
