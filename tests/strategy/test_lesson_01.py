"""What lesson 01 says of Caramelo's books must be so, also after they are generated anew."""

import pytest

from tests import stories


@pytest.fixture(scope="module")
def solved():
    return stories.solved("01")


def test_two_of_the_ratios_that_count_everybody_land_near_five_and_the_one_of_extra_buyers_below_one(solved):
    times = (solved["win"] / solved["keeping"]).tolist()
    assert times[0] > 8
    assert all(4.5 < each < 5.5 for each in times[1:3])
    assert times[3] < solved["high"] < 1


def test_may_does_not_speak_against_no_effect_and_its_interval_holds_the_true_one(solved):
    effect = solved["effect"]
    assert effect.low < 0 < effect.estimate < solved["true_effect"] < effect.high
    assert solved["given"] / solved["true_effect"] > solved["win"]
    assert solved["true_margin"] < 0
    assert solved["unasked"]["treated"] < solved["unasked"]["control"]


def test_at_the_measured_effect_hold_is_best_and_with_both_hopes_trim(solved):
    gain = solved["gain"]
    assert gain["one order"].idxmax() == gain["whole year"].idxmax() == "hold"
    assert gain["both hopes"].idxmax() == "trim"
    assert gain.loc["move", "both hopes"] < 0


def test_no_test_that_the_board_can_afford_sees_whether_extra_buyers_stay(solved):
    from labkit import interact

    size = interact.sample_size_proportions(solved["base"], solved["base"] + solved["gained"])
    assert size.treated > 4 * len(solved["customers"])
    assert 6_000 / solved["given"] < len(solved["got"])
    assert abs(solved["d"].estimate) < solved["d"].half_width
