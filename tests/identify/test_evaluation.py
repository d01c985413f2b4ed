"""Worked example of all tests here: six records, three people.

Ana has a1, a2, a3; Bia has b1, b2; Caio has c1. True pairs: a1a2, a1a3, a2a3, b1b2.
Found: {a1, a2}, {a3, b1, b2}, {c1}. Found pairs: a1a2 (right), b1b2 (right), a3b1 and a3b2 (wrong).
"""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import LabkitError
from labkit.identify import (
    cluster_scores,
    clustering_pair_scores,
    false_merge_cost,
    pair_scores,
    pairs_within,
)

RECORDS = ["a1", "a2", "a3", "b1", "b2", "c1"]
TRUE = pd.Series(["Ana", "Ana", "Ana", "Bia", "Bia", "Caio"], index=RECORDS)
FOUND = pd.Series([1, 1, 2, 2, 2, 3], index=RECORDS)
TRUE_PAIRS = [("a1", "a2"), ("a1", "a3"), ("a2", "a3"), ("b1", "b2")]
FOUND_PAIRS = [("a1", "a2"), ("b1", "b2"), ("a3", "b1"), ("a3", "b2")]


def test_pair_scores_of_the_worked_example():
    scores = pair_scores(FOUND_PAIRS, TRUE_PAIRS)
    assert (scores.right, scores.wrong, scores.missed) == (2, 2, 2)
    assert (scores.precision, scores.recall, scores.f1) == (0.5, 0.5, 0.5)


def test_precision_divides_by_found_and_recall_by_true():
    scores = pair_scores([("a1", "a2")], TRUE_PAIRS)
    assert scores.precision == 1.0
    assert scores.recall == 0.25
    assert scores.f1 == pytest.approx(2 * 1 * 0.25 / 1.25)


def test_a_pair_has_no_direction_and_counts_once():
    scores = pair_scores([("a1", "a2"), ("a2", "a1"), ("a1", "a2")], [("a2", "a1")])
    assert (scores.right, scores.wrong, scores.missed) == (1, 0, 0)


def test_tables_of_pairs_are_read_by_their_first_two_columns():
    found = pd.DataFrame(FOUND_PAIRS, columns=["left", "right"]).assign(key="cpf")
    assert pair_scores(found, TRUE_PAIRS) == pair_scores(FOUND_PAIRS, TRUE_PAIRS)


def test_nothing_found_has_no_precision_but_a_recall_of_zero():
    scores = pair_scores([], TRUE_PAIRS)
    assert math.isnan(scores.precision)
    assert scores.recall == 0.0
    assert scores.f1 == 0.0


def test_a_record_paired_with_itself_is_refused():
    with pytest.raises(LabkitError, match=r"1 of the found pairs.*'?a1"):
        pair_scores([("a1", "a1"), ("a1", "a2")], TRUE_PAIRS)


def test_a_missing_id_is_refused():
    with pytest.raises(LabkitError, match="missing among the true pairs"):
        pair_scores(FOUND_PAIRS, [("a1", None)])


def test_pair_scores_of_clusters_are_those_of_all_pairs_within_them():
    assert clustering_pair_scores(FOUND, TRUE) == pair_scores(FOUND_PAIRS, TRUE_PAIRS)


def test_only_a_cluster_without_a_record_too_many_or_too_few_is_right():
    scores = cluster_scores(FOUND, TRUE)  # only {c1} is exactly one person
    assert (scores.right, scores.wrong, scores.missed) == (1, 2, 2)
    assert scores.f1 == pytest.approx(1 / 3)


def test_splits_and_merges_are_priced_by_people_not_by_pairs():
    cost = false_merge_cost(FOUND, TRUE, false_merge_brl=80, missed_match_brl=6)
    # One split frees Ana from Bia's cluster, one merge brings Ana's two clusters together.
    assert (cost.false_merges, cost.missed_matches) == (1, 1)
    assert cost.cost_brl == 86


def test_two_people_of_five_records_merged_are_25_false_pairs_and_one_false_merge():
    records = range(10)
    true = pd.Series([0] * 5 + [1] * 5, index=records)
    found = pd.Series(0, index=records)
    assert clustering_pair_scores(found, true).wrong == 25
    assert false_merge_cost(found, true, false_merge_brl=80, missed_match_brl=6).false_merges == 1


def test_a_perfect_clustering_costs_nothing_whatever_its_labels():
    relabelled = TRUE.map({"Ana": 7, "Bia": 3, "Caio": 5})
    assert false_merge_cost(relabelled, TRUE, false_merge_brl=80, missed_match_brl=6).cost_brl == 0
    assert cluster_scores(relabelled, TRUE).f1 == 1.0


def test_a_negative_price_is_refused():
    with pytest.raises(LabkitError, match="zero or more"):
        false_merge_cost(FOUND, TRUE, false_merge_brl=-1, missed_match_brl=6)


def test_clusterings_of_different_records_are_refused():
    with pytest.raises(LabkitError, match="0 records are only in the found one, 1 only in the true one"):
        cluster_scores(FOUND.drop("c1"), TRUE)


def test_a_record_without_a_cluster_is_refused():
    with pytest.raises(LabkitError, match="cluster of one"):
        cluster_scores(FOUND.where(FOUND != 3), TRUE)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=25))
def test_counting_pairs_and_writing_them_out_agree(labels):
    found, true = (pd.Series(side) for side in zip(*labels, strict=True))
    written_out = pair_scores(pairs_within(found), pairs_within(true))
    assert clustering_pair_scores(found, true) == written_out


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=25))
def test_what_is_split_on_one_side_is_merged_on_the_other(labels):
    found, true = (pd.Series(side) for side in zip(*labels, strict=True))
    forth = false_merge_cost(found, true, false_merge_brl=1, missed_match_brl=0)
    back = false_merge_cost(true, found, false_merge_brl=0, missed_match_brl=1)
    assert forth.cost_brl == back.cost_brl
