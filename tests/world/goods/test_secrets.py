"""Goods tell something about people, as purchases do, and determine nothing that is latent."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def profile(shop, items):
    """What the tables of goods show of each customer with at least five orders."""
    by = items.groupby("customer_id")
    wide = items.pivot_table(
        index="customer_id", columns="category", values="line_brl", aggfunc="sum", fill_value=0.0
    )
    frame = wide.div(wide.sum(axis=1), axis=0).assign(
        orders=by["order_id"].nunique(),
        lines=by.size(),
        spent=by["line_brl"].sum(),
        discount=by["discount_brl"].sum() / by["line_brl"].sum(),
        dearness=by["unit_price_brl"].mean(),
        products=by["product_id"].nunique(),
        visits=shop.clinic_visits.groupby("customer_id").size(),
        cost=shop.clinic_visits.groupby("customer_id")["cost_brl"].mean(),
    )
    frame = frame[frame["orders"] >= 5]
    truth = shop.truth.people.set_index("customer_id").loc[frame.index]
    return frame.fillna(0.0), truth


@pytest.mark.parametrize("latent", ["satisfaction", "tolerance", "price_sensitivity", "dropout"])
def test_no_latent_trait_follows_from_what_is_bought(profile, latent):
    from sklearn.model_selection import cross_val_score
    from sklearn.tree import DecisionTreeRegressor

    seen, truth = profile
    model = DecisionTreeRegressor(min_samples_leaf=30, random_state=0)
    assert cross_val_score(model, seen, truth[latent], cv=3, scoring="r2").mean() < 0.5


def test_who_is_regular_is_not_given_away(profile):
    from sklearn.model_selection import cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    seen, truth = profile
    model = DecisionTreeClassifier(min_samples_leaf=30, random_state=0)
    assert cross_val_score(model, seen, truth["regular"], cv=3, scoring="roc_auc").mean() < 0.95


def test_numbers_of_visits_follow_the_calendar(shop):
    visits = shop.clinic_visits
    assert visits["visited_on"].is_monotonic_increasing
    assert (visits["visit_id"] == np.arange(1, len(visits) + 1)).all()
    same_day = visits.groupby("visited_on")["customer_id"].apply(lambda ids: ids.is_monotonic_increasing)
    assert same_day.all()


def test_lines_stand_in_the_order_of_orders(shop):
    assert shop.order_items["order_id"].is_monotonic_increasing
    assert shop.supplier_deliveries["delivered_on"].is_monotonic_increasing
    assert pd.Index(shop.stock["week"]).is_monotonic_increasing
