"""The ledger agrees with the campaigns, but for the violations that are planted."""

from __future__ import annotations

import pandas as pd
import pytest


def state(consents: pd.DataFrame, when, channel: str = "email", purpose: str = "marketing") -> pd.Series:
    """Who has granted and not revoked: the latest event in time counts."""
    chosen = (consents["purpose"] == purpose) & (consents["channel"] == channel) & (consents["at"] <= when)
    latest = consents[chosen].sort_values("at", kind="stable").drop_duplicates("customer_id", keep="last")
    return latest.set_index("customer_id")["action"] == "grant"


@pytest.fixture(scope="module")
def sent(world):
    return world.campaigns.set_index("campaign_id")["sent_on"] + pd.Timedelta(hours=9)


def test_everybody_in_an_audience_had_allowed_mail_when_the_list_was_pulled(world, sent):
    waits = dict(world.parameters.consent.lists_pulled)
    for campaign, when in sent.items():
        audience = world.contacts.loc[world.contacts["campaign_id"] == campaign, "customer_id"]
        pulled = when - pd.Timedelta(days=waits.get(campaign, 0), hours=1)
        assert state(world.consents, pulled).reindex(audience, fill_value=False).all()


def test_opting_out_of_a_campaign_is_a_revocation_of_that_day(world, sent):
    for campaign, when in sent.items():
        contacts = world.contacts
        out = contacts[(contacts["campaign_id"] == campaign) & contacts["opted_out"]]["customer_id"]
        day = when.normalize()
        revoked = world.consents.query("action == 'revoke' and channel == 'email' and purpose == 'marketing'")
        revoked = revoked[revoked["at"].dt.normalize() == day]["customer_id"]
        assert len(out)
        assert out.isin(revoked).all()


def test_only_the_campaign_whose_list_waited_was_sent_to_people_who_had_revoked(world, sent):
    violations = {}
    for campaign, when in sent.items():
        contacts = world.contacts
        delivered = contacts[(contacts["campaign_id"] == campaign) & contacts["delivered"]]["customer_id"]
        violations[campaign] = 1 - state(world.consents, when).reindex(delivered, fill_value=False).mean()
    assert violations[1] == violations[2] == 0
    assert 0.015 < violations[3] < 0.08


def test_the_last_row_is_not_always_the_last_event(world):
    consents = world.consents.query("purpose == 'marketing' and channel == 'email'")
    by_row = (
        consents.drop_duplicates("customer_id", keep="last").set_index("customer_id")["action"] == "grant"
    )
    by_time = state(world.consents, pd.Timestamp("2026-01-01"))
    wrong = by_row != by_time.reindex(by_row.index)
    assert 10 <= wrong.sum() <= 0.02 * len(wrong)


def test_some_events_are_recorded_twice(world):
    doubled = world.consents.drop(columns="event_id").duplicated().mean()
    assert 0.005 < doubled < 0.02


def test_some_revoke_and_grant_again(world):
    mail = world.consents.query("purpose == 'marketing' and channel == 'email'").sort_values(
        "at", kind="stable"
    )
    before = mail.groupby("customer_id")["action"].shift()
    again = (mail["action"] == "grant") & (before == "revoke")
    assert 100 < again.sum() < 0.1 * mail["customer_id"].nunique()


def test_service_rests_on_the_contract_and_marketing_by_mail_on_consent(world):
    bases = world.consents.groupby(["purpose", "channel"])["legal_basis"].unique()
    assert list(bases["service", "any"]) == ["contract"]
    assert list(bases["marketing", "email"]) == ["consent"]
    assert set(bases["profiling", "any"]) == {"consent", "legitimate_interest"}


def test_only_who_got_whatsapp_by_mistake_revokes_what_was_never_granted(world):
    first = world.consents.sort_values("at", kind="stable").drop_duplicates(
        ["customer_id", "purpose", "channel"]
    )
    odd = first[first["action"] == "revoke"]
    out = world.sends[world.sends["opted_out"] & (world.sends["channel"] == "whatsapp")]
    assert set(odd["channel"]) <= {"whatsapp"}
    assert odd["customer_id"].isin(out["customer_id"]).all()
    assert len(odd) < 20
