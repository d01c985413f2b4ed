"""From rows to recency, frequency, age and value."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.differentiate import gap_shares, summarise_purchases
from labkit.errors import LabkitError


def orders(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "value"])
    return frame.assign(
        date=pd.to_datetime(frame["date"], format="ISO8601"), value=frame["value"].astype(float)
    )


ONE_CUSTOMER = orders(
    (7, "2025-01-01", 10),
    (7, "2025-01-15 09:00", 20),
    (7, "2025-01-15 18:00", 5),  # a second order on the same day: one visit
    (7, "2025-01-29", 35),
)


def test_counts_time_from_the_first_purchase_in_weeks():
    summary = summarise_purchases(ONE_CUSTOMER, value="value", until="2025-02-05")
    assert summary.loc[7].to_dict() == {"frequency": 2, "recency": 4.0, "T": 5.0, "monetary_value": 30.0}


def test_value_is_the_mean_of_repeat_days_only():
    # Days are worth 10 (the first, not counted), 25 and 35.
    summary = summarise_purchases(ONE_CUSTOMER, value="value")
    assert summary.loc[7, "monetary_value"] == 30.0


def test_orders_of_one_day_are_one_purchase():
    twice_in_a_day = orders((1, "2025-01-01 08:00", 10), (1, "2025-01-01 20:00", 10))
    summary = summarise_purchases(twice_in_a_day, value="value", until="2025-01-08")
    assert summary.loc[1].to_dict() == {"frequency": 0, "recency": 0.0, "T": 1.0, "monetary_value": 0.0}


@pytest.mark.parametrize(("unit", "recency"), [("D", 28.0), ("W", 4.0), ("M", 28 / 30.4375)])
def test_unit_of_time(unit, recency):
    assert summarise_purchases(ONE_CUSTOMER, unit=unit).loc[7, "recency"] == pytest.approx(recency)


def test_later_rows_and_later_customers_are_left_out():
    rows = orders((1, "2025-01-01", 1), (1, "2025-03-01", 1), (2, "2025-03-01", 1))
    summary = summarise_purchases(rows, until="2025-02-01")
    assert list(summary.index) == [1]
    assert summary.loc[1, "frequency"] == 0


def test_the_last_day_is_observed():
    assert summarise_purchases(ONE_CUSTOMER, until="2025-01-29").loc[7, "frequency"] == 2
    assert summarise_purchases(ONE_CUSTOMER, until="2025-01-28").loc[7, "frequency"] == 1


def test_input_is_left_alone():
    before = ONE_CUSTOMER.copy()
    summarise_purchases(ONE_CUSTOMER, value="value")
    pd.testing.assert_frame_equal(ONE_CUSTOMER, before)


@pytest.mark.parametrize(
    ("broken", "options", "words"),
    [
        (ONE_CUSTOMER.rename(columns={"date": "day"}), {}, "no column date"),
        (ONE_CUSTOMER.assign(date="2025-01-01"), {}, "pd.to_datetime"),
        (ONE_CUSTOMER.assign(date=pd.NaT), {}, "empty in 4 rows"),
        (ONE_CUSTOMER.assign(value=-1.0), {"value": "value"}, "negative in 4 rows"),
        (ONE_CUSTOMER.assign(value="10"), {"value": "value"}, "not numbers"),
        (ONE_CUSTOMER, {"unit": "weeks"}, "must be one of D, W, M"),
        (ONE_CUSTOMER, {"until": "2024-12-31"}, "Nobody bought up to 2024-12-31"),
        (ONE_CUSTOMER, {"until": "the end"}, "must be a date"),
    ],
)
def test_wrong_input_is_explained(broken, options, words):
    with pytest.raises(LabkitError, match=words):
        summarise_purchases(broken, **options)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 300), st.integers(0, 50)), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_every_summary_is_a_possible_history_whatever_the_order_of_rows(rows, random):
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "value"])
    frame["date"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(frame["day"], unit="D")
    summary = summarise_purchases(frame, value="value", unit="D")
    assert (summary["recency"] <= summary["T"]).all()
    assert ((summary["frequency"] == 0) == (summary["recency"] == 0)).all()
    assert summary["frequency"].add(1).sum() == len(frame.drop_duplicates(["customer_id", "day"]))
    shuffled = frame.sample(frac=1, random_state=random.randint(0, 999))
    pd.testing.assert_frame_equal(summarise_purchases(shuffled, value="value", unit="D"), summary)


def test_gap_share_is_the_earlier_of_the_latest_two_gaps():
    # Gaps of customer 7: 14 and 14 days; of customer 8: (50,) 10 and 30; customer 9 has one gap only.
    rows = pd.concat(
        [
            ONE_CUSTOMER,
            orders(*((8, day, 1) for day in ("2025-01-01", "2025-02-20", "2025-03-02", "2025-04-01"))),
            orders((9, "2025-01-01", 1), (9, "2025-02-01", 1)),
        ]
    )
    assert gap_shares(rows).to_dict() == {7: 0.5, 8: 0.25}
