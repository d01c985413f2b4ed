"""A plan that is a function sees what the company could see up to yesterday."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world import course
from labkit.world.play import latent_columns

from .conftest import contacts


def watch(world, look, days: int = 10, plan=None):
    """What ``look(view)`` gives on each morning."""
    seen = []

    def watching(view):
        seen.append(look(view))
        return plan(view) if plan else None

    result = world.run(watching, days)
    return seen, result


def test_orders_are_those_up_to_yesterday(town):
    seen, result = watch(town, lambda view: (view.date, view.orders))
    for date, orders in seen:
        assert (orders["ordered_on"] < date).all()
        new = result.orders[result.orders["ordered_on"] < date]
        assert len(orders) == len(town.orders) + len(new)
        pd.testing.assert_frame_equal(
            orders.iloc[len(town.orders) :].reset_index(drop=True), new.reset_index(drop=True)
        )


def test_what_was_sent_is_seen_with_its_reactions_the_next_day(town):
    ids = town.customers["customer_id"][:50]
    seen, result = watch(town, lambda view: view.sent, plan=lambda view: contacts(ids, [view.day]))
    assert len(seen[0]) == 0
    pd.testing.assert_frame_equal(seen[5], result.contacts.query("day < 5").reset_index(drop=True))


def test_the_base_agrees_with_the_tables(town):
    ids = town.customers["customer_id"][::3]
    seen, _result = watch(
        town,
        lambda view: (view.date, view.base, view.orders, view.sent, view.plans),
        12,
        plan=lambda view: contacts(ids, [view.day]) if view.day % 3 == 0 else None,
    )
    date, base, orders, sent, plans = seen[11]
    base = base.set_index("customer_id")
    by = orders.groupby("customer_id")
    since = (date - by["ordered_on"].max()).dt.days.reindex(base.index)
    assert np.allclose(base["days_since_order"], since, equal_nan=True)
    assert np.allclose(base["margin_brl"], by["margin_brl"].sum().reindex(base.index).fillna(0))
    week = sent[(sent["refusal"] == "") & (sent["day"] > 11 - 7)]
    count = week.groupby("customer_id").size().reindex(base.index).fillna(0)
    assert (base["contacts_7"] == count).all()
    running = plans.loc[plans["cancelled_on"].isna(), "customer_id"]
    assert (base["holder"] == base.index.isin(running)).all()


def test_changing_what_is_seen_changes_nothing(town):
    def vandal(view):
        orders = view.orders
        orders["margin_brl"] = 0.0
        orders.loc[:, "customer_id"] = 1
        base = view.base
        base["orders"] = -1
        customers = view.customers
        del customers["name"]

    before = town.orders["margin_brl"].sum()
    seen, _result = watch(
        town, lambda view: (view.orders["margin_brl"].sum(), view.base["orders"].min()), plan=vandal
    )
    assert town.orders["margin_brl"].sum() == before
    assert all(margin > 0 and orders >= 0 for margin, orders in seen)
    assert "name" in town.customers


def test_every_visible_table_is_there_and_no_latent_column_in_any(town):
    names = [name for name in town.visible() if name not in {"orders", "plans", "deliveries"}]
    seen, _result = watch(town, lambda view: {name: getattr(view, name) for name in names}, 1)
    assert set(seen[0]) == set(names)
    hidden = latent_columns()
    assert {"satisfaction", "purchase_rate", "dropout", "tolerance", "plan_churn"} <= hidden
    for frame in seen[0].values():
        assert not hidden & set(frame.columns)


def test_money_and_boxes_left_go_down(town):
    seen, result = watch(
        town,
        lambda view: (view.budget_left, view.boxes_left),
        3,
        plan=lambda view: contacts(town.customers["customer_id"][:40], [view.day], message="sample_box"),
    )
    spent = result.daily["contact_cost_brl"].cumsum()
    assert np.allclose([money for money, _ in seen[1:]], result.rules.budget_brl - spent[:2])
    boxes = (result.contacts["refusal"] == "").groupby(result.contacts["day"]).sum().cumsum()
    assert [left for _, left in seen[1:]] == list(result.rules.sample_boxes - boxes[:2])


def test_a_function_and_a_table_of_the_same_contacts_are_the_same_plan(town):
    ids = town.customers["customer_id"]
    table = town.run(contacts(ids, range(0, 20, 4)), 20)
    function = town.run(lambda view: contacts(ids, [view.day]) if view.day % 4 == 0 else None, 20)
    pd.testing.assert_frame_equal(table.customers, function.customers)


def test_the_world_of_the_course_is_made_once():
    assert course.__wrapped__ is not None
    assert course.cache_info().maxsize is None


def test_what_the_course_makes_to_play_is_as_in_the_whole_and_has_the_same_future():
    whole, part = course(), course(to_play=True)
    assert {"orders", "plans", "customers", "consents"} <= set(part) < set(whole)
    for name, table in part.tables().items():
        pd.testing.assert_frame_equal(table, whole.tables()[name])
    ids = whole.customers["customer_id"]
    futures = [
        world.run(contacts(ids, [0, 7], message="voucher_10"), 20).customers for world in (whole, part)
    ]
    pd.testing.assert_frame_equal(*futures)


def test_doing_nothing_is_played_when_it_is_asked_for(town):
    result = town.run(contacts(town.customers["customer_id"], [0]), 9, seed=987)
    assert (9, 987) not in town._played
    assert result.score == result.totals["profit_brl"] - result.nothing.totals["profit_brl"]
    assert result.nothing.nothing is None
