"""Texts by column say what Python's own string methods would say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.world import letters
from labkit.world.documents import plain

WORDS = st.lists(st.text(alphabet="aãçÉ ôz-", max_size=8), min_size=1, max_size=20)


def test_digits_fill_a_pattern():
    assert letters.stamp("(##) #-##", letters.digits([11923, 507], 5)).to_pylist() == [
        "(11) 9-23",
        "(00) 5-07",
    ]


def test_a_mask_is_put_only_where_asked_and_where_there_is_something():
    texts = ["01310100", "", "04538132", "20040002"]
    where = np.array([True, True, False, True])
    assert letters.restamp(texts, where, "#####-###").to_pylist() == [
        "01310-100",
        "",
        "04538132",
        "20040-002",
    ]


def test_empty_words_leave_no_blank():
    joined = letters.join_words(["Ana", "José", ""], ["Lima", "", ""], ["", "Neto", ""])
    assert joined.to_pylist() == ["Ana Lima", "José Neto", ""]


@settings(deadline=None)
@given(WORDS)
def test_split_first_is_partition(words):
    first, rest = letters.split_first(words)
    assert list(zip(first.to_pylist(), rest.to_pylist(), strict=True)) == [
        (w.partition(" ")[0], w.partition(" ")[2]) for w in words
    ]


@settings(deadline=None)
@given(WORDS)
def test_plain_by_column_is_plain_by_text(words):
    assert letters.plain(words).to_pylist() == [plain(word) for word in words]


@settings(deadline=None)
@given(WORDS, st.randoms(use_true_random=False))
def test_where_and_replace_follow_the_mask(words, random):
    mask = np.array([random.random() < 0.5 for _ in words])
    expected = ["x" if m else w for w, m in zip(words, mask, strict=True)]
    assert letters.where(mask, "x", words).to_pylist() == expected
    assert letters.replace(words, mask, ["x"] * int(mask.sum())).to_pylist() == expected


@pytest.mark.parametrize("start", [0, 3])
def test_a_slice_of_a_column_is_read_from_its_own_beginning(start):
    ceps = letters.padded(np.arange(90_000_000, 90_000_010), 8)[start:]
    written = letters.restamp(ceps, np.ones(len(ceps), dtype=bool), "#####-###")
    assert written.to_pylist()[0] == f"90000-00{start}"
