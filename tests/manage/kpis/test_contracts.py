"""Retention and churn on a base small enough to count on fingers."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import LabkitError
from labkit.manage.kpis import active_on, churn_rate, retention_rate


def contracts(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "started_on", "cancelled_on"])
    dates = {column: pd.to_datetime(frame[column]) for column in ("started_on", "cancelled_on")}
    return frame.assign(**dates)


BASE = contracts(
    (1, "2023-05-01", None),  # kept
    (2, "2023-06-01", "2024-06-30"),  # lost
    (3, "2023-07-01", "2024-03-01"),  # one pet's contract ends …
    (3, "2023-07-01", None),  # … the other's runs on: kept
    (4, "2024-02-01", None),  # won in the year
    (5, "2024-02-01", "2024-09-01"),  # won and lost in the year: in neither S nor E
    (6, "2023-01-01", "2023-12-31"),  # gone on the eve
    (7, "2023-01-01", "2024-12-31"),  # gone on the last day: lost
    (8, "2023-01-01", "2024-02-01"),  # left …
    (8, "2024-08-01", None),  # … and came back: kept
)


def test_retention_is_end_less_new_over_start():
    rate = retention_rate(BASE, "2024")
    # S = {1, 2, 3, 7, 8}, E = {1, 3, 4, 8}, N = {4}: (4 - 1) / 5.
    assert rate.parts == {"start": 5, "end": 4, "new": 1, "lost": 2}
    assert (rate.numerator, rate.denominator, rate.value) == (3, 5, 0.6)


def test_churn_is_the_rest_of_the_same_customers():
    assert churn_rate(BASE, "2024").value == pytest.approx(1 - 0.6)


def test_a_day_of_cancellation_is_a_day_without_contract():
    assert list(active_on(BASE, "2023-12-30")) == [1, 2, 3, 6, 7, 8]
    assert list(active_on(BASE, "2023-12-31")) == [1, 2, 3, 7, 8]


def test_wilson_interval_of_eight_in_ten():
    ten = contracts(*[(n, "2023-01-01", "2024-05-01" if n > 8 else None) for n in range(1, 11)])
    rate = retention_rate(ten, "2024")
    assert (rate.low, rate.high) == pytest.approx((0.4902, 0.9433), abs=5e-5)  # Wilson 1927


def test_the_text_says_what_was_divided_by_what():
    text = repr(retention_rate(BASE, "2024"))
    assert "3: of them still under contract on the evening of 2024-12-31" in text
    assert "5: customers under contract on the evening of 2023-12-31" in text
    assert "2024-01-01 to 2024-12-31" in text


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 700), st.one_of(st.none(), st.integers(0, 400))),
        min_size=1,
        max_size=30,
    )
)
def test_start_plus_new_less_lost_is_end(rows):
    day = pd.Timestamp("2023-06-01")
    base = contracts(
        (99, day, None),
        *[
            (who, day + pd.Timedelta(days=s), None if n is None else day + pd.Timedelta(days=s + n))
            for who, s, n in rows
        ],
    )
    parts = retention_rate(base, "2024").parts
    assert parts["start"] + parts["new"] - parts["lost"] == parts["end"]


def test_nobody_to_retain_is_said_and_not_divided_by():
    with pytest.raises(LabkitError, match="Nobody was under contract on the evening of 2021-12-31"):
        retention_rate(BASE, "2022")


def test_an_empty_table_has_nobody_to_retain():
    with pytest.raises(LabkitError, match="Nobody was under contract"):
        retention_rate(BASE.iloc[:0], "2024")


def test_dates_as_text_are_refused_with_the_remedy():
    text = BASE.assign(started_on=BASE["started_on"].dt.strftime("%d/%m/%Y"))
    with pytest.raises(LabkitError, match=r"started_on holds .*not dates.*pd\.to_datetime"):
        retention_rate(text, "2024")


def test_a_time_zone_is_refused_with_the_remedy():
    zoned = BASE.assign(started_on=BASE["started_on"].dt.tz_localize("America/Sao_Paulo"))
    with pytest.raises(LabkitError, match="started_on carries a time zone"):
        retention_rate(zoned, "2024")


def test_contracts_that_end_before_they_start_are_counted_in_the_error():
    swapped = BASE.rename(columns={"started_on": "cancelled_on", "cancelled_on": "started_on"}).dropna()
    with pytest.raises(LabkitError, match="6 contracts end before they start"):
        retention_rate(swapped, "2024")


def test_a_missing_column_is_named_beside_those_found():
    with pytest.raises(LabkitError, match=r"no column cancelled_on\. It has: customer_id, started_on"):
        retention_rate(BASE.drop(columns="cancelled_on"), "2024")


def test_a_contract_of_nobody_is_refused():
    orphan = BASE.assign(customer_id=BASE["customer_id"].where(BASE["customer_id"] != 4))
    with pytest.raises(LabkitError, match="customer_id is empty in 1 of 10 rows"):
        retention_rate(orphan, "2024")
