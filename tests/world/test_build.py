"""A world as a whole: deterministic, secret, and scoped."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from labkit.data import checksums, datasets_dir, load
from labkit.data.schemas import schema
from labkit.data.tables import TABLES
from labkit.errors import LabkitError
from labkit.world import Parameters, describe, generate, write
from labkit.world.parameters import Voice

# … and the numbers that tie tables together, which end in _id.
SHARED = {"name", "birth_date", "cpf", "phone", "email", "cep", "record"}
HOMONYMS = {"source", "kind", "topic", "need", "rank", "turn"}
"""Columns of the truth whose name means something else in a visible table: the system of a record, say, and the
source of a lead."""


def test_same_seed_same_bytes(small, tmp_path):
    for folder, made in (("one", small), ("two", generate(600, seed=5))):
        write(made, tmp_path / folder)
    assert checksums.read(tmp_path / "one") == checksums.read(tmp_path / "two")
    for file, expected in checksums.read(tmp_path / "one").items():
        assert checksums.digest(tmp_path / "two" / file) == expected


WRITTEN = {
    "campaigns", "unit_costs", "areas", "roles", "structures", "initiatives", "company_cards", "priority_list",
    "truth/company_cards", "truth/signals", "truth/priorities",
}  # fmt: skip
"""What the company has written down is the same in every world."""

FOLLOW_NPS = {
    "nps", "nps_comments", "truth/texts", "okrs", "okr_progress", "objectives", "maturity_indicators", "canvas",
}  # fmt: skip
"""The surveys, what is said in them, and the goals that are measured by them."""


def test_another_seed_is_another_world(small):
    other = generate(600, seed=6)
    for name, frame in small.tables().items():
        if name not in WRITTEN:
            assert not frame.equals(other.tables()[name]), name


def test_every_table_of_any_world_is_as_declared(small):
    for name, frame in small.tables().items():
        schema(name).validate(frame, lazy=True)


def test_the_smallest_world_has_every_table(smallest):
    assert all(len(frame) for frame in smallest(1).tables().values())


def test_too_few_people_are_refused():
    with pytest.raises(LabkitError, match="at least 100 people, got 99"):
        generate(99, seed=1)


def test_no_visible_table_has_a_latent_column(world):
    truth = {c for f in world.truth.values() for c in f.columns}
    latent = {c for c in truth if not c.endswith("_id")} - SHARED - HOMONYMS
    assert {"satisfaction", "uplift_group", "gone_on", "grievance"} <= latent
    for name, frame in world.visible().items():
        assert not latent & set(frame.columns), name


def test_what_is_handed_out_has_no_truth(small, tmp_path):
    write(small, tmp_path, truth=False)
    assert not (tmp_path / "truth").exists()
    assert "truth" not in (tmp_path / checksums.NAME).read_text(encoding="utf-8")


def test_truth_is_not_among_the_visible_tables(world):
    assert not any(name.startswith("truth") for name in world.visible())


@pytest.mark.parametrize("outcome", ["purchase_rate", "satisfaction", "mean_spend_brl", "plan_churn"])
def test_customer_numbers_say_nothing_about_traits(world, outcome):
    people = world.truth.people.query("customer_id > 0")
    for number in ("customer_id", "person_id"):
        rank_correlation = people[number].corr(people[outcome], method="spearman")
        assert abs(rank_correlation) < 3.5 / np.sqrt(len(people))


def test_numbers_and_row_order_do_not_predict_purchases(world):
    from sklearn.model_selection import cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    customers = world.customers
    buys = customers["customer_id"].isin(world.orders.query("ordered_on >= '2025-07-01'")["customer_id"])
    features = pd.DataFrame({"id": customers["customer_id"], "row": np.arange(len(customers))})
    tree = DecisionTreeClassifier(min_samples_leaf=100, random_state=0)
    chance = cross_val_predict(tree, features, buys, cv=3, method="predict_proba")[:, 1]
    assert _auc(chance, buys) < 0.55


def _auc(score: np.ndarray, outcome: pd.Series) -> float:
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(outcome, score)


def test_a_parameter_changes_its_own_part_only(small):
    parameters = Parameters(voice=replace(Voice(), mean=5.0))
    other = generate(600, seed=5, parameters=parameters)
    assert other.nps["score"].mean() < small.nps["score"].mean() - 1
    for name, frame in small.tables().items():
        if name not in FOLLOW_NPS:
            pd.testing.assert_frame_equal(frame, other.tables()[name])


def test_every_parameter_says_unit_meaning_and_source():
    listed = describe()
    for column in ("unit", "meaning", "source"):
        assert (listed[column].str.len() > 0).all()
    assert listed["source"].eq("assumed").mean() < 1
    assert not listed.duplicated(["group", "name"]).any()


def test_a_customer_has_a_birth_date_only_where_a_system_has_one(world):
    share = world.customers["birth_date"].isna().mean()
    assert 0.05 < share < 0.2


def test_events_lie_in_history_and_not_before_the_customer(world):
    acquired = world.customers.set_index("customer_id")["acquired_on"]
    assert (world.orders["ordered_on"] >= acquired[world.orders["customer_id"]].to_numpy()).all()
    assert (world.plans["started_on"] >= acquired[world.plans["customer_id"]].to_numpy()).all()


def test_the_course_base_is_well_under_thirty_megabytes(world):
    files = [datasets_dir() / TABLES[name].file for name in world.tables()]
    assert sum(path.stat().st_size for path in files) < 20_000_000
    assert len(world.orders) > 50_000


def test_what_ships_is_what_the_course_seed_gives(world):
    for name, frame in world.tables().items():
        pd.testing.assert_frame_equal(frame, load(name))
