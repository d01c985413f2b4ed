"""The survey of needs: who answers, what is left out, and needs that are not value."""

from __future__ import annotations

import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from labkit.data.tables.contact import STATEMENTS
from labkit.world.contact import survey


@pytest.fixture(scope="module")
def answers(world):
    return world.needs_survey.merge(world.truth.needs, on="customer_id", validate="1:1")


def test_statements_of_table_and_maker_are_the_same():
    assert tuple(survey.STATEMENTS) == STATEMENTS


def test_about_twelve_hundred_answer_and_leave_some_out(answers):
    assert 1_000 < len(answers) <= 1_200
    missing = answers[list(STATEMENTS)].isna().mean()
    assert (missing > 0.01).all()
    assert missing["likes_to_spoil_the_pet"] > 1.5 * missing["compares_prices"]


def test_respondents_are_keener_and_happier_than_the_rest(world, answers):
    people = world.truth.people.query("customer_id > 0").set_index("customer_id")
    orders = world.orders["customer_id"].value_counts().reindex(people.index, fill_value=0)
    answered = people.index.isin(answers["customer_id"])
    assert orders[answered].mean() > 1.2 * orders[~answered].mean()
    assert people["satisfaction"][answered].mean() > people["satisfaction"][~answered].mean() + 0.15


def test_raw_answers_cluster_by_temper_and_centred_ones_by_need(answers):
    scores = answers[list(STATEMENTS)].astype(float)
    scores = scores.fillna(scores.mean())
    centred = scores.sub(scores.mean(axis=1), axis=0)

    def found(table):
        labels = KMeans(4, n_init=5, random_state=1).fit_predict(table)
        return adjusted_rand_score(answers["need"], labels)

    assert found(centred) > 0.55
    assert found(centred) > found(scores) + 0.1


def test_needs_are_another_cut_than_value(world, answers):
    margin = world.orders.groupby("customer_id")["margin_brl"].sum()
    rank = margin.reindex(answers["customer_id"]).fillna(0).rank(pct=True).set_axis(answers.index)
    between = rank.groupby(answers["need"]).transform("mean").var()
    assert between / rank.var() < 0.03


def test_what_people_say_about_channels_is_half_the_truth(world, answers):
    likes = world.truth.preferences.set_index("customer_id").loc[answers["customer_id"]]
    noticed = {c.name: c.noticed for c in world.parameters.play.channels}
    best = (
        likes[[f"like_{c}" for c in noticed]]
        .mul(list(noticed.values()))
        .idxmax(axis=1)
        .str.removeprefix("like_")
    )
    right = (best.to_numpy() == answers["preferred_channel"].to_numpy()).mean()
    assert 0.5 < right < 0.8
