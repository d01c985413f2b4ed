"""What lesson 11 says in words must be so, also after the data are generated anew."""

import pytest

import labkit as lk
from labkit.exercises.lesson_11 import LESSON
from labkit.identify import standardise as to
from labkit.identify.contracts import CONTRACTS, check


@pytest.fixture(scope="module")
def data():
    return LESSON.data()


def test_check_digits_wave_most_of_the_moved_cpf_through_and_none_is_right(data):
    owner = lk.load("truth/shop_feed")["person_id"]
    own = lk.load("truth/people").set_index("person_id").loc[owner, "cpf"].to_numpy()
    read = to.cpf(data.feed["nr_cpf"])
    assert read.notna().sum() > 0.7 * data.feed["nr_cpf"].notna().sum()
    assert not (read.to_numpy() == own).any()


def test_a_number_that_begins_with_zero_mostly_stays_valid_when_it_moves():
    known = to.cpf(lk.load("source_ecommerce")["cpf"]).dropna()
    assert known.str.startswith("0").all()
    assert 0.75 < to.cpf(known.str[1:] + "0").notna().mean() < 0.95


def test_of_swapped_neighbours_hardly_any_pass():
    known = to.cpf(lk.load("source_ecommerce")["cpf"]).dropna().drop_duplicates().iloc[::20]
    swapped = [known.str[:k] + known.str[k + 1] + known.str[k] + known.str[k + 2 :] for k in range(10)]
    passed = sum(int(to.cpf(numbers[numbers != known]).notna().sum()) for numbers in swapped)
    assert passed < 0.005 * sum(int((numbers != known).sum()) for numbers in swapped)


def test_most_days_that_can_be_read_are_read_wrong(data):
    readable = data.days["before"].notna()
    assert (data.days["before"] != data.days["meant"])[readable].mean() > 0.8
    assert 0.05 < readable.mean() < 0.5  # fewer than half pass, so that the column gives it away


def test_three_of_the_six_steps_are_idempotent(data):
    assert data.idempotent == {"digits only", "small letters", "fill up"}


def test_no_suffix_survives_the_second_night(data):
    assert data.suffixes["first"].notna().any()
    assert not data.suffixes["second"].notna().any()


def test_every_row_of_the_file_has_one_fate(data):
    assert sum(data.fates.values()) == len(data.feed)
    assert min(data.fates.values()) > 0


def test_nearly_every_row_has_some_value_that_does_not_fit(data):
    assert check(data.feed, CONTRACTS["shop"]).values["row"].nunique() > 0.9 * len(data.feed)
