"""Gaps between groups against those that a lot makes."""

import numpy as np
import pandas as pd
import pytest

from labkit.interact import widest_gap


def rng():
    return np.random.default_rng(4)


def test_the_shares_are_those_of_the_groups_with_most_and_least():
    happened = pd.Series([True, True, False, True, False, False])
    gap = widest_gap(happened, pd.Series(list("aaabbb")), rng())
    assert (gap.most, gap.least) == pytest.approx((2 / 3, 1 / 3))


def test_a_gap_as_wide_as_can_be_is_as_rare_as_counting_says():
    # Of the 20 ways to deal three outcomes to six rows, two put all of them into one group.
    happened = pd.Series([True, True, True, False, False, False])
    gap = widest_gap(happened, pd.Series(list("aaabbb")), rng(), deals=20_000)
    assert gap.by_lot == pytest.approx(2 / 20, abs=0.01)


def test_no_gap_at_all_comes_out_of_every_lot():
    gap = widest_gap(pd.Series([True, False, True, False]), pd.Series(list("aabb")), rng())
    assert gap == (0.5, 0.5, 1.0)


def test_rows_without_a_group_are_left_out():
    happened = pd.Series([True, False, True, True])
    gap = widest_gap(happened, pd.Series(["a", "b", None, None]), rng())
    assert (gap.most, gap.least) == (1.0, 0.0)


def test_groups_may_be_categories_that_nobody_is_in():
    group = pd.Series(pd.Categorical(["a", "b"], categories=["a", "b", "c"]))
    assert widest_gap(pd.Series([True, False]), group, rng()).least == 0.0


def test_the_same_lot_gives_the_same_answer():
    happened, group = pd.Series([True, False] * 20), pd.Series(list("aabb") * 10)
    assert widest_gap(happened, group, rng()) == widest_gap(happened, group, rng())
