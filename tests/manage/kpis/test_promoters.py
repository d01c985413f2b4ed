"""NPS with n and interval."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import LabkitError
from labkit.manage.kpis import net_promoter_score

TWO_HUNDRED = pd.Series([9] * 50 + [10] * 50 + [7] * 20 + [8] * 20 + [0] * 30 + [6] * 30)


def test_half_promoters_three_tenths_detractors_of_200_is_20_give_or_take_12():
    nps = net_promoter_score(TWO_HUNDRED)
    assert nps.value == 20
    assert nps.denominator == 200
    # SE = sqrt((.5 + .3 - .2^2) / 200) = .0616; 1.96 SE = 12.08 points.
    assert (nps.low, nps.high) == pytest.approx((20 - 12.08, 20 + 12.08), abs=0.005)


def test_nine_promotes_and_six_detracts():
    assert net_promoter_score([9, 8, 7, 6]).parts == {"promoters": 1, "passives": 2, "detractors": 1}


def test_four_times_the_answers_halve_the_interval():
    once, four_times = net_promoter_score(TWO_HUNDRED), net_promoter_score(pd.concat([TWO_HUNDRED] * 4))
    assert four_times.high - four_times.value == pytest.approx((once.high - once.value) / 2)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_the_score_is_the_mean_of_plus_one_zero_and_minus_one(scores):
    nps = net_promoter_score(scores)
    marks = pd.Series(scores).map(lambda s: (s >= 9) - (s <= 6))
    assert nps.value == pytest.approx(100 * marks.mean())
    assert -100 <= nps.low <= nps.value <= nps.high <= 100


def test_survey_and_window_are_carried():
    nps = net_promoter_score([9, 3], name="relational", window="2025Q1")
    assert nps.name == "NPS, relational"
    assert "2025-01-01 to 2025-03-31" in repr(nps)


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([], "no answer"),
        ([9, None, 3], "1 of 3 answers are missing"),
        ([9, 11], "not whole numbers from 0 to 10, the first is 11"),
        ([9, -1], "the first is -1"),
        ([9, 7.5], "the first is 7.5"),
        (["9", "10"], "not numbers"),
    ],
)
def test_what_is_no_answer_is_said(scores, says):
    with pytest.raises(LabkitError, match=says):
        net_promoter_score(pd.Series(scores, dtype=object if "9" in scores else float) if scores else [])
