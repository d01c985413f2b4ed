"""Visits to the clinic: whose, for which pet, at whose cost."""

import numpy as np
import pandas as pd
import pytest

MONTH = 365.25 / 12


def exposure(plans: pd.DataFrame) -> pd.Series:
    """Months of each contract within history."""
    begin = plans["started_on"].clip(lower=pd.Timestamp("2024-01-01"))
    end = plans["cancelled_on"].fillna(pd.Timestamp("2026-01-01"))
    return ((end - begin).dt.days.clip(lower=0) / MONTH).set_axis(plans["contract_id"])


@pytest.fixture
def contracts(shop):
    """Per contract: months seen, what a month costs by the books, and what its visits cost."""
    plans = shop.plans.set_index("contract_id")
    cost = shop.clinic_visits.groupby("covered_by_contract_id")["cost_brl"].sum()
    return plans.assign(
        months=exposure(shop.plans), visits_brl=cost.reindex(plans.index).fillna(0.0).astype(float)
    )


def test_a_covered_visit_lies_in_the_contract_of_that_customer(shop):
    covered = shop.clinic_visits.dropna(subset="covered_by_contract_id")
    pairs = covered.merge(
        shop.plans, left_on="covered_by_contract_id", right_on="contract_id", suffixes=("", "_of_plan")
    )
    assert len(pairs) == len(covered) > 5_000
    assert (pairs["customer_id"] == pairs["customer_id_of_plan"]).all()
    assert (pairs["visited_on"] >= pairs["started_on"]).all()
    assert not (pairs["visited_on"] >= pairs["cancelled_on"]).any()


def test_a_visit_is_of_a_pet_of_the_house_that_lives(shop):
    visits = shop.clinic_visits.merge(shop.pets, on="pet_id", suffixes=("", "_of_pet"))
    assert len(visits) == len(shop.clinic_visits)
    assert (visits["customer_id"] == visits["customer_id_of_pet"]).all()
    assert (visits["visited_on"] >= visits["born_on"]).all()
    assert not (visits["visited_on"] >= visits["died_on"]).any()


def test_holders_pay_nothing_and_others_more_than_the_cost(shop):
    visits = shop.clinic_visits
    covered = visits["covered_by_contract_id"].notna()
    assert (visits.loc[covered, "charged_brl"] == 0).all()
    assert (visits.loc[~covered, "charged_brl"] > visits.loc[~covered, "cost_brl"]).all()
    assert (~covered).sum() > 200


def test_visits_cost_on_average_what_the_contracts_are_said_to_cost(contracts):
    expected = contracts["months"] * contracts["monthly_cost_brl"]
    # A few visits fall away because the pet has died.
    assert contracts["visits_brl"].sum() == pytest.approx(expected.sum(), rel=0.1)


def test_contracts_of_heavy_users_are_heavy_by_their_visits(contracts):
    seen = contracts[contracts["months"] > 12]
    per_month = seen["visits_brl"] / seen["months"]
    assert np.corrcoef(per_month, seen["monthly_cost_brl"])[0, 1] > 0.3
    over = per_month > seen["monthly_fee_brl"]
    assert 0.05 < over.mean() < 0.4
    assert (seen.loc[over, "visits_brl"] / seen.loc[over, "months"]).mean() > seen["monthly_fee_brl"].mean()
