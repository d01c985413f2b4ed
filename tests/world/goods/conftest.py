"""The course base as a shop: what is sold in it, line by line."""

from __future__ import annotations

import pytest

from labkit.world import World


@pytest.fixture(scope="session")
def shop(world) -> World:
    return world


@pytest.fixture(scope="session")
def items(shop):
    """Lines with what is known of their order and product."""
    return shop.order_items.merge(
        shop.orders[["order_id", "customer_id", "ordered_on"]], on="order_id"
    ).merge(shop.products, on="product_id")
