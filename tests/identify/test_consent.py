import pandas as pd
import pytest

import labkit as lk
from labkit.errors import LabkitError
from labkit.identify import consent

EVENTS = pd.DataFrame(
    [
        # recorded in another order than they happened in
        (1, "2025-03-01 10:00", "marketing", "email", "revoke"),
        (1, "2025-01-01 10:00", "marketing", "email", "grant"),
        (1, "2025-01-01 10:00", "marketing", "email", "grant"),  # twice
        (2, "2025-01-01 10:00", "marketing", "email", "revoke"),  # the same minute
        (2, "2025-01-01 10:00", "marketing", "email", "grant"),
        (3, "2025-02-01 10:00", "marketing", "whatsapp", "grant"),
        (4, "2025-01-01 10:00", "marketing", "email", "revoke"),
        (4, "2025-02-01 10:00", "marketing", "email", "grant"),
    ],
    columns=["customer_id", "at", "purpose", "channel", "action"],
)


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ("2024-12-31", []),
        ("2025-01-15", [1]),
        ("2025-02-15", [1, 4]),
        ("2025-03-01 09:59", [1, 4]),
        ("2025-03-01 10:00", [4]),
    ],
)
def test_what_holds_is_the_last_event_by_time(moment, who):
    assert consent.contactable(EVENTS, moment).tolist() == who


def test_one_channel_says_nothing_of_another():
    assert consent.contactable(EVENTS, "2025-12-31", channel="whatsapp").tolist() == [3]


def test_the_order_of_the_rows_changes_nothing():
    shuffled = EVENTS.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(consent.standing(EVENTS), consent.standing(shuffled))


def test_counts_add_up_to_those_who_said_anything():
    counts = consent.contactable_counts(EVENTS, "2025-12-31")
    assert counts.loc[("marketing", "email")].tolist() == [1, 2]


def test_a_campaign_is_judged_contact_by_contact():
    contacts = pd.DataFrame(
        {"customer_id": [1, 1, 3, 2], "sent_at": ["2025-02-01", "2025-03-02", "2025-03-02", "2025-03-02"]},
        index=[10, 11, 12, 13],
    )
    judged = consent.judge(contacts, EVENTS)
    assert judged["verdict"].tolist() == ["allowed", "revoked", "never granted", "revoked"]
    assert judged.loc[11, "since"] == pd.Timestamp("2025-03-01 10:00")
    assert consent.violations(contacts, EVENTS).index.tolist() == [11, 12, 13]


def test_the_ledger_of_the_course_judges_its_own_panel():
    sends = lk.load("sends").query("purpose == 'marketing'")
    judged = consent.judge(sends, lk.load("consents"))
    assert (judged["verdict"] == "allowed").mean() > 0.9
    assert len(judged) == len(sends)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"action": "grants"}, "'grants'"),
        ({"at": "yesterday"}, "yesterday"),
        ({"customer_id": None}, "Row 1"),
    ],
)
def test_a_ledger_that_cannot_be_read_is_refused_by_row(change, said):
    with pytest.raises(LabkitError, match=said):
        consent.standing(EVENTS.head(1).assign(**change))


def test_a_ledger_without_a_column_is_refused():
    with pytest.raises(LabkitError, match="lacks the columns action"):
        consent.standing(EVENTS.drop(columns="action"))
