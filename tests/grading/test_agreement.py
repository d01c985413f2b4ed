"""Two markers: kappa worked by hand, disagreements listed, what only one marked named."""

import math

import pytest

from labkit.errors import LabkitError
from labkit.grading.agreement import compare, weighted_kappa
from labkit.grading.marks import Mark
from labkit.grading.rubric import Criterion, Level, QuestionRubric, Rubric


def criterion(name, *points):
    return Criterion(name, {"": name}, tuple(Level(p, {"": ""}) for p in points))


RUBRIC = Rubric(
    "mini",
    {
        "q1-why": QuestionRubric(
            "q1-why", 5, {"": ""}, (criterion("concept", 0, 1, 2), criterion("doubt", 0, 1.5, 3))
        )
    },
)


def marks(**given):
    return {(s, "q1-why"): Mark(s, "q1-why", {"concept": c, "doubt": d}) for s, (c, d) in given.items()}


def test_kappa_worked_by_hand():
    # Levels 0 1 2 | 0 2 2: observed weighted disagreement 1/3; by chance, each of nine pairs once,
    # (0+4+4 + 1+1+1 + 4+0+0)/9 = 15/9; kappa = 1 - (1/3)/(15/9) = 0.8.
    assert weighted_kappa([0, 1, 2], [0, 2, 2]) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [([0, 1, 2], [0, 1, 2], 1.0), ([0, 2], [2, 0], -1.0), ([0, 0, 2, 2], [0, 2, 0, 2], 0.0)],
)
def test_kappa_of_full_opposite_and_chance_agreement(first, second, kappa):
    assert weighted_kappa(first, second) == pytest.approx(kappa)


def test_where_everybody_gets_the_same_there_is_nothing_to_agree_on():
    assert math.isnan(weighted_kappa([1, 1], [1, 1]))


def test_levels_count_and_not_points():
    found = compare(marks(a=(0, 0), b=(1, 1.5), c=(2, 3)), marks(a=(0, 0), b=(2, 3), c=(2, 3)), RUBRIC)
    by = found.by_criterion.set_index("criterion")
    assert by.loc["concept", "kappa"] == pytest.approx(0.8)
    assert by.loc["doubt", "kappa"] == pytest.approx(0.8)
    assert by.loc["concept", "same"] == pytest.approx(2 / 3)
    assert by.loc["doubt", "first_higher_by"] == pytest.approx(-0.5)
    assert by.loc["all", "texts"] == 3


def test_disagreements_come_widest_first():
    found = compare(marks(a=(0, 0), b=(1, 1.5)), marks(a=(2, 0), b=(2, 1.5)), RUBRIC).disagreements
    assert found[["student", "criterion", "levels_apart"]].to_numpy().tolist() == [
        ["a", "concept", 2], ["b", "concept", 1],
    ]  # fmt: skip


def test_what_only_one_marked_is_named():
    found = compare(marks(a=(0, 0), b=(1, 0)), marks(a=(0, 0), c=(1, 0)), RUBRIC)
    assert found.only_first == [("b", "q1-why")]
    assert found.only_second == [("c", "q1-why")]


def test_nothing_in_common_is_said():
    with pytest.raises(LabkitError, match="first sheet holds marks of 1 texts, the second of 1"):
        compare(marks(a=(0, 0)), marks(b=(0, 0)), RUBRIC)
