"""Journeys: what stands last in the path wins nobody, and the test that shows it."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(scope="module")
def bought(world):
    return world.touchpoints[world.touchpoints["converted"]]


def test_journeys_end_with_first_orders_of_the_year(world, bought):
    first = world.orders.groupby("customer_id")["ordered_on"].min()
    last = bought.groupby("customer_id")["at"].max()
    away = (first.reindex(last.index) - last.dt.normalize()).dt.days
    assert (world.customers.set_index("customer_id")["acquired_on"].reindex(last.index).dt.year == 2025).all()
    assert (away >= 0).all()
    assert (last.index.value_counts() == 1).all()


def test_what_won_a_customer_lies_in_the_path(world, bought):
    truth = world.truth.touchpoints.query("incremental_channel != 'none'")
    seen = set(zip(bought["journey_id"], bought["channel"], strict=True))
    assert set(zip(truth["journey_id"], truth["incremental_channel"], strict=True)) <= seen


def test_the_last_contact_gets_the_credit_of_others(world, bought):
    on = bought[bought["brand_search"] == "on"]
    last = (
        on.sort_values("at")
        .drop_duplicates("journey_id", keep="last")["channel"]
        .value_counts(normalize=True)
    )
    truth = world.truth.touchpoints["incremental_channel"].value_counts(normalize=True)
    assert last["search_brand"] > 0.6
    assert "search_brand" not in truth
    assert "retargeting" not in truth
    assert last["social"] < 0.3 * truth["social"]
    assert 0.35 < truth["none"] < 0.65


def test_without_brand_search_as_many_buy(world):
    journeys = world.touchpoints.groupby("journey_id").agg(
        end=("at", "max"), off=("brand_search", lambda s: (s == "off").any()), bought=("converted", "any")
    )
    test = journeys[journeys["end"].between("2025-10-01", "2025-12-01")]
    rate = test.groupby("off")["bought"].agg(["mean", "size"])
    assert (rate["size"] > 200).all()
    error = np.sqrt((rate["mean"] * (1 - rate["mean"]) / rate["size"]).sum())
    assert abs(rate["mean"].diff().iloc[1]) < 2.5 * error
    touched = world.touchpoints[world.touchpoints["brand_search"] == "off"]
    assert "search_brand" not in set(touched["channel"])


def test_people_who_do_not_buy_have_journeys_too(world):
    share = world.touchpoints.groupby("journey_id")["converted"].any().mean()
    assert 0.3 < share < 0.5


def test_the_hour_does_not_say_who_buys(world):
    rank = world.touchpoints["at"].dt.hour.rank()
    bought = world.touchpoints["converted"]
    n, m = bought.sum(), (~bought).sum()
    area = (rank[bought].sum() - n * (n + 1) / 2) / (n * m)
    assert abs(area - 0.5) < 0.05
