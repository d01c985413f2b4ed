"""Common random numbers: who is treated alike has the same future, and differences are paired."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.world import generate
from labkit.world.play.rivals import spray_everyone

from .conftest import FREE, contacts


def rows_of(result, ids) -> dict[str, pd.DataFrame]:
    """Everything that a result says of some customers, without the running numbers of orders."""
    frames = {
        "customers": result.customers,
        "orders": result.orders.drop(columns="order_id"),
        "contacts": result.contacts.drop(columns="row"),
        "plans": result.plans,
    }
    return {name: f[f["customer_id"].isin(ids)].reset_index(drop=True) for name, f in frames.items()}


def test_two_plans_that_differ_for_one_customer_change_that_customer_and_nobody_else(town):
    everybody = town.customers["customer_id"]
    one = town.run().customers.sort_values("orders")["customer_id"].iloc[-1]
    base = contacts(everybody, range(0, 60, 10))
    more = pd.concat([base, contacts([one], range(3, 60, 4), channel="whatsapp", message="voucher_25")])
    a, b = town.run(base, 60, rules=FREE), town.run(more, 60, rules=FREE)
    others = everybody[everybody != one]
    for name, frame in rows_of(a, others).items():
        pd.testing.assert_frame_equal(frame, rows_of(b, others)[name], check_exact=True, obj=name)
    mine = everybody[everybody == one]
    assert not rows_of(a, mine)["contacts"].equals(rows_of(b, mine)["contacts"])
    assert not rows_of(a, mine)["orders"].equals(rows_of(b, mine)["orders"])


def test_the_whole_state_of_the_others_is_the_same_to_the_byte(town):
    ids = town.customers["customer_id"]
    a = town.run(contacts(ids[:500], range(0, 30, 3)), 30, rules=FREE)
    b = town.run(contacts(ids[:700], range(0, 30, 3)), 30, rules=FREE)
    alike = np.r_[0:500, 700 : len(ids)]
    for name in a.end.__dataclass_fields__:
        mine, theirs = getattr(a.end, name), getattr(b.end, name)
        if mine.shape[-1] == len(ids):
            assert mine[..., alike].tobytes() == theirs[..., alike].tobytes(), name


def test_the_same_plan_and_seed_give_the_same_bytes(town):
    plan = spray_everyone(town, 20)
    a, b = town.run(plan, 20), town.run(plan, 20)
    for name in ("customers", "orders", "contacts", "daily"):
        pd.testing.assert_frame_equal(getattr(a, name), getattr(b, name), check_exact=True)
    again = generate(3000, seed=3).run(plan, 20)
    pd.testing.assert_frame_equal(a.customers, again.customers, check_exact=True)


def test_another_seed_is_another_future_of_the_same_customers(town):
    a, b = town.run(days=20), town.run(days=20, seed=99)
    assert (a.start.alive == b.start.alive).all()
    assert not a.orders["customer_id"].equals(b.orders["customer_id"])


def test_pairing_lowers_the_variance_of_a_difference_at_least_fivefold(town):
    ids = town.customers["customer_id"]
    one = contacts(ids[::2], range(0, 42, 14))
    two = contacts(ids[::2], range(0, 42, 14), message="content")
    paired = [town.run(one, 42, seed=s).totals - town.run(two, 42, seed=s).totals for s in range(12)]
    apart = [town.run(one, 42, seed=s).totals - town.run(two, 42, seed=50 + s).totals for s in range(12)]
    for column in ("order_margin_brl", "profit_brl"):
        ratio = np.var([d[column] for d in apart], ddof=1) / np.var([d[column] for d in paired], ddof=1)
        assert ratio > 5, (column, ratio)


def test_the_interval_of_a_difference_is_that_of_the_customers_own_differences(town):
    a = town.run(contacts(town.customers["customer_id"], [0, 10]), 30)
    table = a.against(a.nothing)
    own = a.customers["orders"] - a.nothing.customers["orders"]
    n = len(own)
    assert table.loc["orders", "difference"] == pytest.approx(own.sum())
    half = 1.959964 * own.std() * np.sqrt(n)
    assert table.loc["orders", "high"] - table.loc["orders", "difference"] == pytest.approx(half)
    assert table.loc["profit_brl", "difference"] == pytest.approx(a.score)


def test_futures_that_differ_cannot_be_paired(town):
    with pytest.raises(LabkitError, match="days is 20 here and 30 there"):
        town.run(days=20).against(town.run(days=30))
    with pytest.raises(LabkitError, match="seed"):
        town.run(days=20).against(town.run(days=20, seed=8))


def test_doing_nothing_scores_nothing_and_is_played_once(town):
    assert town.run().score == 0
    assert town.run() is town.run()
    empty = contacts([], [])
    assert town.run(empty, 30).score == 0
