"""What lesson 10 says in words must be so, also after the data are generated anew."""

import pytest

from labkit.exercises.lesson_10 import LESSON
from labkit.identify.describing import BUILT_IN
from labkit.identify.profile import customer_counts


@pytest.fixture(scope="module")
def data():
    return LESSON.data()


def test_names_and_birth_dates_come_right_by_two_mistakes_that_cancel(data):
    counts, people = customer_counts(data.records), data.person.nunique()
    assert abs(counts / people - 1).idxmin() == "different name and birth date"
    assert abs(data.different - people) < 10 < 1_000 < data.left_out


def test_most_of_the_oldest_pairs_with_one_cpf_have_two_first_names(data):
    oldest = data.pairs[data.pairs["years"] >= 3]
    assert oldest["same_first"].mean() < 0.5
    assert data.differs("late", "same_first", "both") < data.differs("late", "both") / 2 + 0.01


def test_most_of_the_oldest_pairs_are_two_people(data):
    known = data.records.assign(person=data.person).reset_index().dropna(subset=["cpf"])
    pairs = known.merge(known, on="cpf", suffixes=("", "_other")).query("record < record_other")
    years = (pairs["registered"] - pairs["registered_other"]).abs().dt.days / 365.25
    two_people = pairs["person"] != pairs["person_other"]
    assert two_people[years >= 3].mean() > 0.5 > 0.1 > two_people[years < 1].mean()


def test_the_right_count_is_wrong_without_any_one_system(data):
    for source in data.records["source"].unique():
        kept = data.records["source"] != source
        counted = len(data.records.loc[kept & data.named_and_born, ["name", "birth_date"]].drop_duplicates())
        assert abs(counted / data.person[kept].nunique() - 1) > 0.05


def test_the_newsletter_alone_never_enters_the_count_of_names_and_birth_dates(data):
    kept = data.records["source"] != "newsletter"
    assert not data.named_and_born[~kept].any()
    assert data.person[kept].nunique() < data.person.nunique() - 500


def test_cards_are_fuller_than_the_clinic_s_register_and_less_often_right(data):
    births = data.births.assign(of_the_valid=data.births["right"] / data.births["valid"])
    assert births.loc["shop", "complete"] > births.loc["clinic", "complete"]
    assert births.loc["shop", "of_the_valid"] < births.loc["clinic", "of_the_valid"]
    assert births[["complete", "of_the_valid"]].idxmax().eq("ecommerce").all()


def test_a_hundred_calls_do_not_tell_the_three_systems_apart(data):
    right = data.births["right"] / data.births["valid"]
    assert right.max() - right.min() < 1.96 * (2 * right.mean() * (1 - right.mean()) / 100) ** 0.5


def test_the_order_of_trust_in_birth_dates_is_the_built_in_one(data):
    truth = data.ranked(data.births["right"] / data.births["valid"])
    assert truth != data.ranked(data.births["complete"])
    assert truth == sorted(truth, key=lambda name: BUILT_IN[name].trust)
