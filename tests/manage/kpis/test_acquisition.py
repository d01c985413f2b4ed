"""What a customer costs to win, and what is counted in it."""

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.manage.kpis import acquisition_cost

SPEND = pd.DataFrame(
    [
        ("2025-01-01", "search", "acquisition", 300.0),
        ("2025-01-01", "team", "acquisition", 200.0),
        ("2025-01-01", "e-mail", "retention", 999.0),
        ("2025-02-01", "search", "acquisition", 500.0),
        ("2025-02-01", "team", "acquisition", 200.0),
        ("2025-02-01", "e-mail", "retention", 999.0),
    ],
    columns=["month", "channel", "purpose", "spend_brl"],
).assign(month=lambda t: pd.to_datetime(t["month"]))

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": range(6),
        "acquired_on": pd.to_datetime(
            ["2025-01-31", "2025-01-02", "2025-02-01", "2025-02-28", "2025-03-01", "2024-12-31"]
        ),
        "acquisition_channel": ["search", "referral", "search", "search", "search", "search"],
    }
)

WINTER = ("2025-01-01", "2025-02-28")


def test_acquisition_spend_over_customers_won():
    cac = acquisition_cost(SPEND, CUSTOMERS, WINTER)
    assert (cac.numerator, cac.denominator, cac.value) == (1200.0, 4, 300.0)


def test_what_the_spend_includes_is_said():
    cac = acquisition_cost(SPEND, CUSTOMERS, WINTER)
    assert dict(cac.parts) == {"search": 800.0, "team": 400.0}
    assert "search, team" in repr(cac)


def test_what_is_left_out_is_said():
    cac = acquisition_cost(SPEND, CUSTOMERS, WINTER, leave_out=["team"])
    assert cac.value == 200.0
    assert cac.notes == ("left out: team, R$ 400",)


def test_one_channel_has_its_own_spend_and_its_own_customers():
    cac = acquisition_cost(SPEND, CUSTOMERS, WINTER, won_by=["search"])
    assert (cac.numerator, cac.denominator) == (800.0, 3)


def test_a_window_that_cuts_a_month_is_refused():
    with pytest.raises(LabkitError, match="cuts a month"):
        acquisition_cost(SPEND, CUSTOMERS, ("2025-01-01", "2025-02-14"))


def test_months_without_spend_are_refused():
    with pytest.raises(LabkitError, match="no spend for 1 months of the window, first 2025-03"):
        acquisition_cost(SPEND, CUSTOMERS, ("2025-01-01", "2025-03-31"))


def test_nobody_won_is_not_divided_by():
    with pytest.raises(LabkitError, match="Nobody was won"):
        acquisition_cost(SPEND, CUSTOMERS.iloc[4:], WINTER)


@pytest.mark.parametrize("where", ["leave_out", "won_by"])
def test_an_unknown_channel_is_named_with_the_known(where):
    with pytest.raises(LabkitError, match=r"no channel radio; there are: e-mail, .*search"):
        acquisition_cost(SPEND, CUSTOMERS, WINTER, **{where: ["radio"]})


def test_months_as_text_are_refused():
    with pytest.raises(LabkitError, match=r"month holds .* not dates"):
        acquisition_cost(SPEND.assign(month="2025-01"), CUSTOMERS, "2025-01")


def test_missing_spend_is_not_taken_for_zero():
    with pytest.raises(LabkitError, match="spend_brl is empty in 6 of 6 rows"):
        acquisition_cost(SPEND.assign(spend_brl=float("nan")), CUSTOMERS, WINTER)


def test_the_interval_is_that_of_the_count_of_customers_won():
    cac = acquisition_cost(SPEND, CUSTOMERS, WINTER)
    # A Poisson count of 4: 1.090 to 10.242 (Garwood 1936).
    assert (cac.low, cac.high) == pytest.approx((1200 / 10.2416, 1200 / 1.0899), rel=1e-4)
