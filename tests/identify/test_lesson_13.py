"""Lesson 13 says in words what its cells print; these are the stories its words rest on."""

import numpy as np
import pandas as pd
import pytest

from labkit.data import load
from labkit.exercises.declare import data_of
from labkit.identify import bridge, caramelo, survivorship
from tests import stories


@pytest.fixture(scope="module")
def prose():
    return stories.prose("13")


@pytest.fixture(scope="module")
def person():
    identity = load("truth/identity")
    return identity.set_index(identity["source"] + ":" + identity["record_id"])["person_id"]


@pytest.fixture(scope="module", params=["all", "one person"])
def wrong(person, request):
    """Share wrong of the contested values, by attribute and criterion; of all cards, and of those of one person only."""
    matched = caramelo.matched()
    people_on = person.reindex(matched.records.index).groupby(matched.customers).nunique()
    people = load("truth/people").set_index("person_id")
    birth = people["birth_date"].dt.strftime("%Y-%m-%d")
    from labkit.identify.standardise import names

    truth = {"name": names(people["name"])["name"], "birth_date": birth, "cpf": people["cpf"]}
    shares = {}
    for attribute, true in truth.items():
        for criterion in ("recent", "trusted", "complete", "vote"):
            rule = {attribute: (criterion, "trusted", "recent")}
            golden = survivorship.golden_values(
                matched.records, matched.customers, caramelo.TERMS.trust, rule
            )
            contested = golden[golden["known"] > golden["agreeing"]]
            if request.param == "one person":
                contested = contested[contested["customer_id"].map(people_on) == 1]
            right = true[person[contested["customer_id"]]].to_numpy()
            shares[attribute, criterion] = float(np.mean(contested["value"].to_numpy() != right))
    return pd.Series(shares).unstack()


def test_the_newest_is_the_worst_rule_for_what_hardly_changes(wrong):
    assert (wrong.idxmax(axis=1) == "recent").all()
    assert 0.45 < wrong.loc["name", "recent"] < 0.55, "half"


def test_the_library_keeps_the_best_rules(wrong):
    assert {name: survivorship.RULES[name][0] for name in wrong.index} == wrong.idxmin(axis=1).to_dict()


def test_the_bridge_finds_nobody_wrong(prose, person):
    matched, ledger = caramelo.matched(), bridge.standard_ledger(load("customers"))
    found = bridge.bridge(ledger, matched.records, matched.customers)
    number = load("truth/people").set_index("person_id")["customer_id"]
    assert (number[person[found["record"]]].to_numpy() == found.index.astype(int)).all()
    assert f"{len(found):,} of {len(ledger):,} numbers find their customer" in prose
    assert f"{len(ledger) - len(found)} numbers find nobody" in prose


def test_nine_wrong_names_in_ten_no_rule_repairs():
    names = data_of("13").names
    assert 0.9 <= 1 - names.loc[names["wrong"], "somewhere"].mean() < 0.97


def test_most_shared_addresses_are_one_person_on_two_cards(prose, person):
    matched = caramelo.matched()
    shared = {}
    for kind in ("email", "phone"):
        points = matched.records[[kind]].assign(customer=matched.customers).dropna().drop_duplicates()
        points = points[points[kind].duplicated(keep=False)]
        people = points.assign(person=person[points["customer"]].to_numpy()).groupby(kind)["person"]
        shared[kind] = (people.size() > people.nunique()).mean(), len(people)
    assert shared["email"][0] > 0.7
    assert shared["phone"][0] < 0.4
    assert f"Of the {shared['email'][1]} shared addresses" in prose
