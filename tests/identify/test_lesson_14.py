"""Lesson 14 says in words what its cells print; these are the stories its words rest on."""

import pandas as pd
import pytest

from labkit import identify
from labkit.data import load
from labkit.exercises.declare import data_of
from labkit.identify import caramelo, consent


@pytest.fixture(scope="module")
def data():
    return data_of("14")


def test_the_list_was_clean_ten_days_before_it_was_sent(data):
    assert data.violations("2025-09-05 00:00") == 0
    assert data.violations() == 36


def test_nobody_whom_it_reached_complained(data):
    treated = data.audience()
    wrong = treated[~treated["customer_id"].isin(data.may("2025-09-15"))]
    assert not wrong["complained"].any()
    assert wrong["delivered"].sum() == 34


def test_every_violation_of_the_routine_messages_is_a_channel_never_allowed(data):
    sends = load("sends")
    wrong = consent.violations(sends[sends["purpose"] == "marketing"], data.consents)
    assert set(wrong["channel"]) == {"whatsapp"}
    assert set(wrong["verdict"]) == {"never granted"}
    assert not wrong["complained"].any()
    as_email = consent.judge(wrong.assign(channel="email"), data.consents)["verdict"]
    assert (as_email == "allowed").mean() > 0.9, "nearly all would have been in order as e-mails"


def test_in_the_ten_days_of_the_campaign_far_more_revoke_than_before(data):
    def revoked(first, last):
        could = data.may(first)
        return len(could.difference(data.may(last))) / len(could)

    assert revoked("2025-09-05", "2025-09-15") > 5 * revoked("2025-08-26", "2025-09-05")


def test_every_cpf_begins_with_two_zeros(data):
    assert data.cpfs.str.startswith("00").all(), "the lesson says that a hundredth of the numbers is enough"


def test_rows_typed_late_hide_revocations(data):
    hidden = ~data.by_row.isin(data.may())
    assert hidden.sum() == 31
    assert (pd.Index(data.by_row[~hidden]).sort_values() == data.may().sort_values()).all()


def test_a_later_list_writes_to_fewer_who_said_no(data):
    leaves = pd.Timestamp("2025-12-31 09:00")
    allowed = data.may(leaves)
    wrong = [len(data.may(leaves - pd.Timedelta(days=age)).difference(allowed)) for age in (10, 3, 1, 0)]
    assert wrong == sorted(wrong, reverse=True)
    assert 110 * wrong[2] > 600, "asking at sending is the cheapest"


def test_in_every_group_that_says_one_thing_nobody_cancelled(data):
    assert len(data.same(1)) == 0
    assert len(data.same(0)) == 9


def test_the_plain_rules_join_few_strangers_and_miss_many():
    records = caramelo.records()
    links = identify.candidate_pairs(records, [("cpf", "first"), ("name", "birth_date"), ("name", "phone")])
    truth = load("truth/identity")
    person = truth.set_index(truth["source"] + ":" + truth["record_id"])["person_id"].reindex(records.index)
    found = identify.pair_scores(
        identify.pairs_within(identify.connected_components(records.index, links)),
        identify.pairs_within(person.dropna()),
    )
    assert found.precision > 0.99
    assert found.recall < 0.5, "they find fewer than the model of lesson 12"
