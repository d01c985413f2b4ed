"""The tables of goods in the course base, and what they are checked against; nothing else is made."""

from __future__ import annotations

import pytest

from labkit.data.tables.goods import TABLES
from labkit.world import COURSE_SEED, World, generate

BESIDE = ("customers", "orders", "plans", "pets", "truth/people")


@pytest.fixture(scope="session")
def shop() -> World:
    return generate(seed=COURSE_SEED, tables=[*TABLES, *BESIDE])


@pytest.fixture(scope="session")
def items(shop):
    """Lines with what is known of their order and product."""
    return shop.order_items.merge(
        shop.orders[["order_id", "customer_id", "ordered_on"]], on="order_id"
    ).merge(shop.products, on="product_id")
