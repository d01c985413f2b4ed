"""Windows: both days included, and nothing guessed."""

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.manage.kpis import Window, window


def test_a_period_becomes_its_first_and_last_day():
    assert window("2024-02") == Window("2024-02-01", "2024-02-29")
    assert window("2025Q3") == Window("2025-07-01", "2025-09-30")
    assert window("2025") == Window("2025-01-01", "2025-12-31")


def test_both_ends_count():
    assert window("2024-02").days == 29
    assert Window("2025-01-01", "2025-01-01").days == 1


def test_the_last_moment_of_the_last_day_is_inside():
    moments = pd.Series(pd.to_datetime(["2025-01-31 23:59", "2025-02-01 00:00", None], format="ISO8601"))
    assert window("2025-01").holds(moments).tolist() == [True, False, False]


def test_the_eve_is_the_day_before():
    assert window("2025").eve == pd.Timestamp("2024-12-31")


def test_windows_that_share_one_day_overlap():
    assert window("2025Q1").overlaps(Window("2025-03-31", "2025-06-30"))
    assert not window("2025Q1").overlaps(window("2025Q2"))


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(LabkitError, match="ends on 2024-12-31, before it begins on 2025-01-01"):
        Window("2025-01-01", "2024-12-31")


@pytest.mark.parametrize("text", ["last year", "2025-13", None])
def test_a_period_that_cannot_be_read_is_refused_with_examples(text):
    with pytest.raises(LabkitError, match="2025Q1"):
        window(text)


def test_a_day_that_cannot_be_read_is_refused():
    with pytest.raises(LabkitError, match="'soon' is not a day"):
        Window("2025-01-01", "soon")
