"""Conversion: the same ten opportunities, four different questions."""

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.manage.kpis import conversion_rate


def funnel(*rows):
    frame = pd.DataFrame(rows, columns=["stage", "status", "created_on", "closed_on"])
    return frame.assign(
        created_on=pd.to_datetime(frame["created_on"]), closed_on=pd.to_datetime(frame["closed_on"])
    )


TEN = funnel(
    ("lead", "lost", "2025-01-05", "2025-01-20"),
    ("lead", "lost", "2025-01-06", "2025-01-21"),
    ("lead", "lost", "2025-02-06", "2025-02-21"),
    ("qualified", "lost", "2025-02-07", "2025-04-01"),
    ("proposal", "lost", "2025-02-08", "2025-05-01"),
    ("contract", "won", "2025-01-07", "2025-04-10"),
    ("contract", "won", "2025-03-01", "2025-07-01"),
    ("proposal", "open", "2025-03-02", None),
    ("lead", "lost", "2024-12-30", "2025-01-10"),  # created before the window, decided in it
    ("contract", "won", "2024-11-01", "2025-02-01"),  # likewise
)


def test_a_created_cohort_is_followed_wherever_it_ends():
    rate = conversion_rate(TEN, "2025Q1", of="lead")
    assert (rate.numerator, rate.denominator, rate.value) == (2, 8, 0.25)
    assert (rate.parts["won"], rate.parts["lost"], rate.parts["open"]) == (2, 5, 1)


def test_what_is_open_bounds_how_far_the_rate_can_rise():
    rate = conversion_rate(TEN, "2025Q1", of="lead")
    assert rate.parts["highest"] == 3 / 8
    assert rate.parts["decided_rate"] == 2 / 7
    assert "1 is still open" in rate.notes[0]
    assert "from 0.250 to 0.375" in rate.notes[0]


def test_the_stage_makes_the_denominator():
    assert conversion_rate(TEN, "2025Q1", of="qualified").value == 2 / 5
    assert conversion_rate(TEN, "2025Q1", of="proposal").value == 2 / 4


def test_a_decided_cohort_holds_what_closed_in_the_window_whenever_created():
    rate = conversion_rate(TEN, "2025Q1", of="lead", cohort="decided")
    # Decided in the first quarter: four leads lost, one contract won.
    assert (rate.numerator, rate.denominator) == (1, 5)
    assert rate.notes == ()


def test_the_two_cohorts_can_point_apart():
    created = conversion_rate(TEN, "2025Q1", of="lead").value
    decided = conversion_rate(TEN, "2025Q1", of="lead", cohort="decided").value
    assert (created, decided) == (0.25, 0.2)


def test_the_text_names_stage_and_cohort():
    text = repr(conversion_rate(TEN, "2025Q1", of="proposal"))
    assert "opportunities created in the window that reached “proposal”" in text


def test_the_stage_must_be_said():
    with pytest.raises(TypeError, match="of"):
        conversion_rate(TEN, "2025Q1")


@pytest.mark.parametrize(
    ("change", "arguments", "says"),
    [
        ({}, {"of": "demo"}, "no stage 'demo'; the stages are lead, qualified, proposal, contract"),
        ({}, {"of": "lead", "cohort": "closed"}, "cohort is 'closed'; it must be one of created, decided"),
        ({"status": "Won"}, {"of": "lead"}, "Column status holds Won"),
        ({"closed_on": pd.NaT}, {"of": "lead"}, "9 opportunities are won or lost without a closed_on date"),
        ({"created_on": "2025-01-01"}, {"of": "lead"}, "created_on holds .* not dates"),
    ],
)
def test_what_does_not_fit_is_said(change, arguments, says):
    with pytest.raises(LabkitError, match=says):
        conversion_rate(TEN.assign(**change), "2025Q1", **arguments)


def test_an_empty_cohort_is_not_divided_by():
    with pytest.raises(LabkitError, match="created from 2023-01-01 to 2023-12-31 reached 'lead'"):
        conversion_rate(TEN, "2023", of="lead")
