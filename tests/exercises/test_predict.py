import pytest

from labkit import ____
from labkit.errors import LabkitError
from labkit.exercises.predict import compare, decide


def test_prediction_beside_result():
    said = repr(compare(0.8, 0.41, unit="share of margin"))
    assert "You predicted 0.80; it is 0.41 share of margin. You were 0.39 too high." in said


def test_prediction_many_times_too_high():
    assert "4.0 times the result" in repr(compare(40, 10, decimals=0))


def test_prediction_without_a_gap_at_the_shown_decimals():
    assert "You were right" in repr(compare(0.412, 0.41))


def test_no_prediction_still_gives_the_result():
    assert "You typed no prediction. The result: 0.41." in repr(compare(____, 0.41))


def test_prediction_that_is_no_number_is_told_what_to_type():
    with pytest.raises(LabkitError, match="must be a number"):
        compare("40%", 0.41)


@pytest.mark.parametrize(
    "unit",
    [
        "share of margin",
        "of the customers",
        "of all customers",
        "of those called lost",
        "dos clientes",
        "das contas",
        "de todos os clientes",
    ],
)
def test_percent_typed_for_a_share_is_told_how_to_type_it(unit):
    assert "type 0.75" in repr(compare(75, 0.316, unit=unit, decimals=3))


@pytest.mark.parametrize(
    ("unit", "decimals"), [("minutes", 1), ("years", 1), ("R$", 2), ("", 2), ("of the ten", 0), ("of 100", 0)]
)
def test_a_small_result_that_is_no_share_is_not_called_one(unit, decimals):
    said = repr(compare(12, 1, unit=unit, decimals=decimals))
    assert "between 0 and 1" not in said
    assert "12.0 times the result" in said


def test_a_share_typed_for_percent_is_told_how_to_type_it():
    assert "type 85" in repr(compare(0.85, 94, unit="percent"))


def test_a_large_wrong_prediction_of_a_share_is_still_read_as_one():
    assert "too high" in repr(compare(1.2, 0.9))


def test_prediction_of_a_choice():
    assert "You were right" in repr(compare("Recency", "recency"))
    assert "You predicted model; it is tie." in repr(compare("model", "tie"))


OUTCOMES = {"send to all": -12_000.0, "hold": 0.0, "test first": 3_500.4}


def test_outcomes_stay_hidden_until_a_decision_is_made():
    shown = repr(decide(____, OUTCOMES))
    assert "12" not in shown
    assert "“hold”" in shown


def test_outcomes_with_the_choice_marked_and_priced():
    shown = repr(decide("Hold", OUTCOMES))
    assert "→ hold" in shown
    assert "R$ 3,500 less than “test first”" in shown


def test_the_best_decision_is_said_to_be_so():
    assert "Nothing here brings more" in repr(decide("test first", OUTCOMES))


def test_the_price_of_a_decision_can_be_checked_by_subtracting_what_is_shown():
    shown = repr(decide("b", {"a": 756.4, "b": 594.6}))
    assert "R$ 161 less" in shown


def test_a_decision_that_is_no_option():
    with pytest.raises(LabkitError, match="“send to all”"):
        decide("send", OUTCOMES)
