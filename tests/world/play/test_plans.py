"""What is no plan: each error names the row and the rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from labkit.errors import LabkitError

from .conftest import contacts


def good() -> pd.DataFrame:
    return contacts([1, 2, 3], [0, 5]).set_axis([f"r{i}" for i in range(6)])


def spoilt(column: str, value) -> pd.DataFrame:
    plan = good().astype({column: object})
    plan.loc["r4", column] = value
    return plan.infer_objects()


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("customer_id", 10**6, "no such customer"),
        ("customer_id", 0, "no such customer"),
        ("customer_id", np.nan, "missing"),
        ("customer_id", "Ana", "whole number"),
        ("customer_id", 2.5, "whole number"),
        ("customer_id", True, "whole number"),
        ("day", -1, "in the past"),
        ("day", 30, "after the horizon"),
        ("day", np.nan, "missing"),
        ("hour", 24, "0 to 23"),
        ("hour", np.inf, "whole number"),
        ("channel", "pigeon", "known are email"),
        ("channel", None, "missing"),
        ("message", "hello", "known are reminder"),
    ],
)
def test_a_bad_value_is_an_error_that_names_row_column_and_rule(town, column, value, says):
    with pytest.raises(LabkitError, match=says) as error:
        town.run(spoilt(column, value), 30)
    assert "row r4" in str(error.value)
    assert column in str(error.value)


def test_a_date_may_stand_for_the_day_and_must_lie_in_the_future(town):
    plan = good().drop(columns="day").assign(date="2026-01-03")
    plan = plan.drop_duplicates("customer_id")
    assert (town.run(plan, 30).contacts["day"] == 2).all()
    with pytest.raises(LabkitError, match=r"row r1.*in the past"):
        town.run(plan.assign(date=["2026-01-03", "2025-12-31", "2026-01-03"]), 30)


def test_the_same_customer_day_and_channel_twice_is_a_duplicate(town):
    plan = pd.concat([good(), good().iloc[[1]].assign(hour=11).set_axis(["again"])])
    with pytest.raises(LabkitError, match=r"row again.*duplicate"):
        town.run(plan, 30)
    town.run(pd.concat([good(), good().iloc[[1]].assign(channel="push")]), 30)


@pytest.mark.parametrize("column", ["customer_id", "hour", "channel", "message", "day"])
def test_a_missing_column_is_named(town, column):
    with pytest.raises(LabkitError, match=f"column {column} is missing"):
        town.run(good().drop(columns=column), 30)


def test_a_plan_may_carry_other_columns_but_no_latent_one(town):
    town.run(good().assign(why="because"), 30)
    with pytest.raises(LabkitError, match="purchase_rate is latent"):
        town.run(good().assign(purchase_rate=0.1), 30)


@pytest.mark.parametrize("plan", [[1, 2], "spray", 3.0])
def test_a_plan_is_a_table_or_a_function(town, plan):
    with pytest.raises(LabkitError, match="DataFrame of contacts or a function"):
        town.run(plan, 30)


def test_a_function_that_raises_is_told_its_day_and_what_it_raised(town):
    def plan(view):
        return 1 / (view.day - 3)

    with pytest.raises(LabkitError, match="day 0"):
        town.run(plan, 30)

    def later(view):
        if view.day == 3:
            raise ValueError("no idea")

    with pytest.raises(LabkitError, match="day 3: it raised ValueError: no idea"):
        town.run(later, 30)


@pytest.mark.parametrize(
    "read",
    [
        lambda view: view.customers["satisfaction"],
        lambda view: view.customers.satisfaction,
        lambda view: view.customers[["customer_id", "tolerance"]],
        lambda view: view.orders.loc[:, "dropout"],
        lambda view: view.base.groupby("purchase_rate"),
        lambda view: view.truth,
        lambda view: view.satisfaction,
    ],
)
def test_reading_a_latent_column_is_an_error_that_says_so(town, read):
    with pytest.raises(LabkitError, match=r"day 0: column \w+ is latent"):
        town.run(read, 30)


def test_a_plan_that_holds_the_world_cannot_look_into_its_truth(town):
    with pytest.raises(LabkitError, match=r"day 0: column people is latent"):
        town.run(lambda view: town.truth.people, 30)
    with pytest.raises(LabkitError, match=r"column effects is latent"):
        town.run(lambda view: town.truth["effects"], 30)
    assert "satisfaction" in town.truth.people


def test_a_slip_of_the_pen_is_not_called_latent(town):
    with pytest.raises(LabkitError, match=r"KeyError.*revenue"):
        town.run(lambda view: view.orders["revenue"], 30)


def test_what_a_function_returns_is_checked_like_a_table(town):
    with pytest.raises(LabkitError, match="day 0: row 2, hour = 99"):
        town.run(lambda view: contacts([1, 2, 3], [view.day]).assign(hour=[9, 9, 99]), 30)
    with pytest.raises(LabkitError, match=r"day 1: row 0.*in the past"):
        town.run(lambda view: contacts([1], [0]), 30)
    with pytest.raises(LabkitError, match="speaks for the day"):
        town.run(lambda view: contacts([1], [view.day + 1]), 30)
    with pytest.raises(LabkitError, match="found list"):
        town.run(lambda view: [1], 30)


@pytest.mark.parametrize("days", [0, -1, 2.5, True, 10**6])
def test_a_horizon_is_a_whole_number_of_days(town, days):
    with pytest.raises(LabkitError, match="days is"):
        town.run(good(), days)
