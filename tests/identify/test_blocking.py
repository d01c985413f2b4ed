import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import LabkitError
from labkit.identify import candidate_pairs, pairs_sharing, possible_pairs

RECORDS = pd.DataFrame(
    {
        "cpf": ["111", "111", None, None, "222"],
        "first": ["ana", "ana", "ana", "bia", "bia"],
        "birth_date": pd.to_datetime(["1990-01-02", "1990-01-02", "1990-01-02", None, None]),
    },
    index=["r1", "r2", "r3", "r4", "r5"],
)


def as_tuples(pairs):
    return list(zip(pairs["left"], pairs["right"], strict=True))


@pytest.mark.parametrize(("n", "pairs"), [(0, 0), (1, 0), (2, 1), (4, 6), (23_171, 268_436_035)])
def test_n_records_make_n_times_n_minus_one_half_pairs(n, pairs):
    assert possible_pairs(n) == pairs


def test_every_two_records_of_a_block_are_a_pair_once():
    assert as_tuples(pairs_sharing(RECORDS["first"])) == [
        ("r1", "r2"),
        ("r1", "r3"),
        ("r2", "r3"),
        ("r4", "r5"),
    ]


def test_blank_agrees_with_nothing_not_even_with_blank():
    assert as_tuples(pairs_sharing(RECORDS["cpf"])) == [("r1", "r2")]
    assert pairs_sharing(pd.Series(["", "", None, None])).empty


def test_a_key_of_two_columns_needs_both():
    pairs = candidate_pairs(RECORDS, [["first", "birth_date"]])
    assert as_tuples(pairs) == [("r1", "r2"), ("r1", "r3"), ("r2", "r3")]  # r4 and r5 have no date


def test_keys_are_united_and_a_pair_keeps_the_first_key_that_brought_it():
    pairs = candidate_pairs(RECORDS, ["cpf", ["first", "birth_date"], "first"])
    assert as_tuples(pairs) == [("r1", "r2"), ("r1", "r3"), ("r2", "r3"), ("r4", "r5")]
    assert pairs["key"].tolist() == ["cpf", "first+birth_date", "first+birth_date", "first"]


def test_a_placeholder_that_many_share_is_named_instead_of_paired():
    phones = pd.Series(["+5511999999999"] * 1000 + ["+5511987654321"], name="phone")
    with pytest.raises(LabkitError, match=r"'phone' makes 499500 pairs.*1000 records.*\+5511999999999"):
        pairs_sharing(phones, max_pairs=10_000)


@given(st.lists(st.one_of(st.none(), st.sampled_from("abc")), max_size=30))
def test_pairs_are_exactly_those_of_equal_keys(keys):
    key = pd.Series(keys, dtype=object)
    expected = {
        (i, j)
        for i in range(len(keys))
        for j in range(i + 1, len(keys))
        if keys[i] is not None and keys[i] == keys[j]
    }
    found = as_tuples(pairs_sharing(key))
    assert len(found) == len(set(found))
    assert set(found) == expected
