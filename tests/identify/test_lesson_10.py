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


def test_the_fuller_system_is_not_the_truer_one(data):
    truth = data.ranked(data.births["right"] / data.births["valid"])
    assert truth != data.ranked(data.births["complete"])
    assert truth == sorted(truth, key=lambda name: BUILT_IN[name].trust)
