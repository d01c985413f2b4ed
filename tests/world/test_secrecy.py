"""The world does not give itself away: what the company sees decides no latent trait, numbers and order tell nothing."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import cross_val_predict

LATENT = [
    "satisfaction",
    "tolerance",
    "price_sensitivity",
    "purchase_rate",
    "dropout",
    "mean_spend_brl",
    "plan_churn",
]
PREFERENCES = ["like_email", "like_whatsapp", "like_sms", "like_push", "like_phone", "preferred_hour"]


@pytest.fixture(scope="module")
def hidden(world):
    people = world.truth.people.query("customer_id > 0").set_index("customer_id")[[*LATENT, "regular"]]
    return people.join(world.truth.preferences.set_index("customer_id")[PREFERENCES])


@pytest.fixture(scope="module")
def seen(world):
    """All that any visible table says of a customer: of each column the mean, of each table the rows."""
    features = {}
    for name, table in world.visible().items():
        if "customer_id" not in table or name == "customers":
            continue
        table = table[table["customer_id"].notna()]
        numbers = table.select_dtypes(["number", "bool"]).astype("float64")
        for column in table.select_dtypes("datetime"):
            numbers[column] = (table[column] - pd.Timestamp("2024-01-01")) / pd.Timedelta(1, "D")
        for column in table.select_dtypes("str"):
            if 1 < table[column].nunique() <= 12:
                numbers = numbers.join(pd.get_dummies(table[column], prefix=column, dtype="float64"))
        grouped = numbers.groupby(table["customer_id"].astype(int).to_numpy())
        features |= {
            (name, column): values for column, values in grouped.mean().items() if column != "customer_id"
        }
        features[name, "rows"] = grouped.size()
    return pd.DataFrame(features).reindex(world.customers["customer_id"])


@pytest.fixture(scope="module")
def ranks(seen):
    return seen.rank()


def test_features_are_seen_of_every_kind_of_table(seen):
    assert seen.columns.get_level_values(0).nunique() >= 12
    assert seen.notna().any().all()


@pytest.mark.parametrize("trait", [*LATENT, *PREFERENCES])
def test_no_visible_column_is_a_latent_trait_in_disguise(seen, ranks, hidden, trait):
    correlation = ranks.corrwith(hidden[trait].reindex(seen.index).rank()).abs()
    enough = seen.notna().sum() >= 200
    assert correlation[enough].max() < 0.9, correlation[enough].idxmax()


@pytest.mark.parametrize("trait", ["satisfaction", "tolerance", "price_sensitivity", "dropout", "plan_churn"])
def test_not_even_all_tables_together_determine_a_latent_trait(seen, hidden, trait):
    model = ExtraTreesRegressor(12, min_samples_leaf=5, max_features=0.3, random_state=0)
    ranks = hidden[trait].reindex(seen.index).rank(pct=True)
    known = seen.rank(pct=True).fillna(-1.0).to_numpy()
    guess = cross_val_predict(model, known, ranks, cv=2)
    assert r2_score(ranks, guess) < 0.4


@pytest.mark.parametrize("outcome", ["buys later", "cancels", "detractor", "leaves", "revokes"])
def test_numbers_and_order_alone_predict_no_outcome(world, outcome):
    customers = world.customers["customer_id"]
    plans, nps = world.plans, world.nps
    features = pd.DataFrame(
        {"customer_id": customers.to_numpy(), "row": np.arange(len(customers))}, index=customers
    )
    features["pet_id"] = world.pets.groupby("customer_id")["pet_id"].min()
    features["contract_id"] = plans.groupby("customer_id")["contract_id"].min()
    happened = {
        "buys later": lambda: set(world.orders.query("ordered_on >= '2025-07-01'")["customer_id"]),
        "cancels": lambda: set(plans.loc[plans["cancelled_on"].notna(), "customer_id"]),
        "detractor": lambda: set(nps.loc[nps["score"] <= 6, "customer_id"]),
        "leaves": lambda: set(world.truth.people.loc[lambda f: f["gone_on"].notna(), "customer_id"]),
        "revokes": lambda: set(world.consents.query("action == 'revoke'")["customer_id"]),
    }[outcome]()
    at_risk = {"cancels": plans["customer_id"], "detractor": nps["customer_id"]}.get(outcome, customers)
    features = features[features.index.isin(at_risk)]
    happens = features.index.isin(happened)
    assert happens.sum() >= 30
    # Which customers hold a contract or a pet is known and tells something; the numbers' sizes must not.
    features = features.apply(lambda column: column.rank(pct=True)).fillna(0.5)
    model = ExtraTreesClassifier(60, min_samples_leaf=50, random_state=0)
    chance = cross_val_predict(model, features.to_numpy(), happens, cv=3, method="predict_proba")[:, 1]
    assert roc_auc_score(happens, chance) < 0.55
