"""Splink on a small simulated company; what must hold on the course base stands in the lesson."""

import numpy as np
import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify import clustering_pair_scores, match_records, stack_sources
from labkit.identify.probabilistic import _against_either

PEOPLE = 2_500
SOURCES = ("ecommerce", "shop", "clinic", "newsletter")


@pytest.fixture(scope="module")
def company():
    from labkit.world import generate

    wanted = [*(f"source_{source}" for source in SOURCES), "truth/identity"]
    tables = generate(PEOPLE, seed=77, tables=wanted).tables()
    records = stack_sources({source: tables[f"source_{source}"] for source in SOURCES})
    truth = tables["truth/identity"]
    person = truth.set_index(truth["source"] + ":" + truth["record_id"])["person_id"].reindex(records.index)
    return records, person


@pytest.fixture(scope="module")
def matching(company):
    records, _person = company
    return match_records(records, seed=12)


def test_an_unseen_company_is_matched_well(company, matching):
    _records, person = company
    assert clustering_pair_scores(matching.clusters(3), person).f1 > 0.93


def test_asking_for_relatives_too_keeps_families_apart(company, matching):
    _records, person = company
    both = clustering_pair_scores(matching.clusters(3), person)
    strangers_only = clustering_pair_scores(matching.clusters(3, "strangers"), person)
    assert both.wrong < strangers_only.wrong / 2
    assert both.f1 > strangers_only.f1 + 0.02


def test_the_same_seed_gives_the_same_weights_and_splink_says_nothing(company, matching, capfd):
    records, _person = company
    again = match_records(records, seed=12)
    assert capfd.readouterr() == ("", "")
    pd.testing.assert_frame_equal(again.pairs, matching.pairs, check_exact=True)


def test_every_pair_stands_once_in_the_order_of_the_records(company, matching):
    records, _person = company
    left, right = (records.index.get_indexer(matching.pairs[side]) for side in ("left", "right"))
    assert (left < right).all()
    assert not matching.pairs.duplicated(["left", "right"]).any()
    assert (np.diff(left) >= 0).all()


def test_sharing_an_address_says_much_against_strangers_and_is_not_asked_against_relatives(matching):
    bits = matching.levels.set_index(["against", "field", "level"])["bits"]
    assert bits["strangers", "address", "same"] > 10
    assert ("relatives", "address") not in bits.index.droplevel("level")
    assert bits["relatives", "surnames", "same"] < bits["strangers", "surnames", "same"] - 3


def test_odds_against_strangers_and_relatives_add_up():
    weight = _against_either(pd.Series([3.0, 20.0, 5.0]), pd.Series([3.0, 1.0, np.nan]))
    # Two odds of 1:8 against make 1:4; a certain "no stranger" leaves the relative; no model, no odds.
    assert weight.round(3).tolist() == [2.0, 1.0, 5.0]


def test_records_that_share_nothing_teach_nothing():
    shop = pd.DataFrame(
        {
            "record_id": ["1", "2"],
            "nome": ["ANA LIMA", "BIA REIS"],
            "nr_cpf": ["", ""],
            "fone": ["11987654321", "11987654322"],
            "dt_nasc": ["", ""],
            "e_mail": ["", ""],
            "cep": ["", ""],
            "cidade": ["", ""],
        }
    )
    with pytest.raises(LabkitError, match="No two of the 2 records share"):
        match_records(stack_sources({"shop": shop}))
