"""What can be compared, and what a comparison may say."""

import numpy as np
import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.manage.kpis import Kpi, change, net_promoter_score, scorecard, window
from labkit.manage.kpis.results import rate_interval


def rate(count, of, year, name="retention rate"):
    low, high = rate_interval(count, of)
    return Kpi(name, count / of, "share", "kept", "at the start", count, of, window(year), low, high)


def test_the_interval_of_a_change_of_rates_is_newcombes():
    # Newcombe (1998), table II: 56/70 - 48/80, method 10.
    moved = change(rate(48, 80, "2024"), rate(56, 70, "2025"))
    assert moved.value == pytest.approx(0.20)
    assert (moved.low, moved.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert moved.established


def test_a_change_whose_interval_holds_zero_is_not_established():
    moved = change(rate(80, 100, "2024"), rate(84, 100, "2025"))
    assert not moved.established
    assert "the direction is not established" in repr(moved)


def test_nps_that_halves_its_interval_by_asking_more():
    few = net_promoter_score([9] * 5 + [7] * 2 + [2] * 3, window="2024")
    same = net_promoter_score([9] * 5 + [7] * 2 + [2] * 3, window="2025")
    assert change(few, same).value == 0


def test_windows_that_overlap_are_refused():
    with pytest.raises(LabkitError, match="windows overlap"):
        change(rate(8, 10, "2024"), rate(8, 10, "2024Q4"))


def test_windows_in_the_wrong_order_are_refused():
    with pytest.raises(LabkitError, match="swap them"):
        change(rate(8, 10, "2025"), rate(8, 10, "2024"))


def test_surveys_are_different_kpis():
    relational = net_promoter_score([9, 3], name="relational", window="2025Q3")
    after_contact = net_promoter_score([9, 9], name="after contact", window="2025Q4")
    with pytest.raises(LabkitError, match=r"NPS, relational.*NPS, after contact"):
        change(relational, after_contact)


def test_an_amount_without_interval_changes_without_interval():
    before = Kpi("CAC", 80.0, "R$", "spend", "won", 800, 10, window("2024"))
    after = Kpi("CAC", 84.5, "R$", "spend", "won", 845, 10, window("2025"))
    moved = change(before, after)
    assert (moved.value, moved.low, moved.established) == (4.5, None, True)
    assert repr(moved) == "CAC: R$ 80.00 → R$ 84.50, change +R$ 4.50"


def test_a_scorecard_keeps_the_order_and_the_denominators():
    card = scorecard([rate(8, 10, "2025"), net_promoter_score([9, 3], name="relational")])
    assert list(card.index) == ["retention rate", "NPS, relational"]
    assert card.loc["retention rate", "denominator"] == 10
    assert card.loc["retention rate", "window"] == "2025-01-01 to 2025-12-31"
    assert card.loc["NPS, relational", "window"] == ""


def test_an_empty_scorecard_is_refused():
    with pytest.raises(LabkitError, match="at least one KPI"):
        scorecard([])


def test_a_kpi_is_a_number_too():
    assert float(rate(8, 10, "2025")) == 0.8
    assert pd.Series([rate(8, 10, "2025")]).astype(float).sum() == 0.8


def test_arithmetic_is_that_of_the_value():
    cac = Kpi("CAC", 80.0, "R$", "spend", "won")
    assert (cac + 1, 1 + cac, cac - 1, 100 - cac) == (81, 81, 79, 20)
    assert (cac * 2, 2 * cac, cac / 2, 160 / cac) == (160, 160, 40, 2)
    assert cac - cac == 0


def test_arithmetic_with_numpy_and_pandas_gives_plain_numbers():
    cac = Kpi("CAC", 80.0, "R$", "spend", "won")
    assert isinstance(np.float64(100) - cac, float)
    assert (pd.Series([100.0, 120.0]) - cac).tolist() == [20.0, 40.0]


def test_a_scorecard_of_named_rows_tells_two_years_apart():
    card = scorecard({("Retention", "2024"): rate(8, 10, "2024"), ("Retention", "2025"): rate(9, 10, "2025")})
    assert card.loc[("Retention", "2025"), "value"] == 0.9
    assert list(scorecard({"kept": rate(8, 10, "2024")}).index) == ["kept"]
