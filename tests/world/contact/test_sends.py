"""Routine sends: consent kept but for a few, fatigue that builds up and heals, preferences that only shine through."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from labkit.world import Parameters, generate
from labkit.world.parameters import Sends


@pytest.fixture(scope="module")
def marketing(world):
    return world.sends.query("purpose == 'marketing'")


def test_who_is_sent_to_without_consent_never_allowed_whatsapp_and_they_are_few(world, marketing):
    events = world.consents.query("purpose == 'marketing'").sort_values("at", kind="stable")
    events = events[["customer_id", "channel", "at", "action"]]
    known = pd.merge_asof(
        marketing.sort_values("sent_at"),
        events,
        left_on="sent_at",
        right_on="at",
        by=["customer_id", "channel"],
    )
    wrong = known[known["action"] != "grant"]
    never = wrong[wrong["action"].isna()]
    assert set(never["channel"]) == {"whatsapp"}
    assert 0.002 < len(never) / (marketing["channel"] == "whatsapp").sum() < 0.05
    # Messages still go out on the day of a revocation at most; none later.
    late = wrong[wrong["action"] == "revoke"]
    assert (late["sent_at"].dt.normalize() == late["at"].dt.normalize()).all()
    assert len(late) < 0.001 * len(marketing)


def test_opting_out_is_in_the_ledger_within_minutes_and_ends_that_channel(world, marketing):
    out = marketing[marketing["opted_out"]]
    revoked = world.consents.query("action == 'revoke' and purpose == 'marketing'")
    both = out.merge(revoked, on=["customer_id", "channel"])
    both = both[(both["at"] - both["sent_at"]).between(pd.Timedelta(0), pd.Timedelta(minutes=10))]
    assert set(both["send_id"]) == set(out["send_id"])
    after = marketing.merge(
        out[["customer_id", "channel", "sent_at"]], on=["customer_id", "channel"], suffixes=("", "_out")
    )
    assert (after["sent_at"] <= after["sent_at_out"]).all()


def test_arms_get_as_many_messages_as_planned(marketing):
    first = marketing[marketing["sent_at"] < "2025-07-08"]
    number = first.groupby(["frequency_arm", "customer_id"]).size().groupby("frequency_arm").mean()
    for arm, planned in {
        "1 a week": 1,
        "2 a week": 2,
        "4 a week": 4,
        "4 a week, pause": 4,
        "7 a week": 7,
    }.items():
        # Some have opted out of everything within the week.
        assert planned * 0.93 < number[arm] <= planned


def test_nothing_is_sent_at_night(world):
    hour = world.sends["sent_at"].dt.hour
    assert hour.min() >= 8
    assert hour.max() < 21


def test_the_more_is_sent_the_less_is_opened_and_the_more_opt_out(marketing):
    delivered = marketing[marketing["delivered"] & (marketing["sent_at"] >= "2025-07-21")]
    rates = delivered.groupby("frequency_arm")[["opened", "opted_out"]].mean()
    order = ["1 a week", "2 a week", "4 a week", "7 a week"]
    assert rates.loc[order, "opened"].is_monotonic_decreasing
    assert rates.loc["7 a week", "opened"] < 0.75 * rates.loc["1 a week", "opened"]
    gone = (
        marketing.groupby(["frequency_arm", "customer_id"])["opted_out"].any().groupby("frequency_arm").mean()
    )
    assert gone[order].is_monotonic_increasing


def test_a_pause_heals(marketing):
    mail = marketing[marketing["delivered"]]

    def opened(arm, first, last):
        here = (mail["frequency_arm"] == arm) & mail["sent_at"].between(first, last)
        return mail.loc[here, "opened"]

    periods = {"before": ("2025-08-25", "2025-09-29"), "after": ("2025-10-27", "2025-11-10")}
    rate = {(a, w): opened(a, *d) for a in ("4 a week", "4 a week, pause") for w, d in periods.items()}
    assert not len(opened("4 a week, pause", "2025-09-29", "2025-10-27"))
    gain = {
        arm: rate[arm, "after"].mean() - rate[arm, "before"].mean() for arm in ("4 a week", "4 a week, pause")
    }
    error = np.sqrt(sum(x.var() / len(x) for x in rate.values()))
    assert gain["4 a week, pause"] - gain["4 a week"] > 2 * error


def test_messages_about_an_order_are_no_marketing_and_nobody_opts_out_of_them(world):
    service = world.sends.query("purpose == 'service'")
    assert set(service["message_kind"]) == {"order_update"}
    assert not service["opted_out"].any()
    bought = set(zip(world.orders["customer_id"], world.orders["ordered_on"], strict=True))
    assert set(zip(service["customer_id"], service["sent_at"].dt.normalize(), strict=True)) <= bought


def test_preferences_shine_through_and_are_not_determined(world, marketing):
    likes = world.truth.preferences.set_index("customer_id")
    mail = marketing[marketing["delivered"] & (marketing["channel"] == "email")]
    rate = mail.groupby("customer_id")["opened"].agg(["mean", "size"]).query("size >= 20")["mean"]
    r = np.corrcoef(rate, likes["like_email"].reindex(rate.index))[0, 1]
    assert 0.15 < r**2 < 0.8
    apart = (mail["sent_at"].dt.hour - mail["customer_id"].map(likes["preferred_hour"])).abs()
    assert mail.loc[apart <= 1, "opened"].mean() > 1.2 * mail.loc[apart >= 5, "opened"].mean()
    # The hour most often opened at is the liked one for few.
    hits = mail[mail["opened"]].groupby("customer_id")["sent_at"].agg(lambda t: t.dt.hour.mode().iloc[0])
    assert (hits == likes["preferred_hour"].reindex(hits.index)).mean() < 0.5


def test_the_panel_changes_nothing_that_does_not_follow_from_it(small):
    other = generate(600, seed=5, parameters=Parameters(sends=Sends(panel=20)))
    assert len(other.sends) < len(small.sends)
    for name in ("loyalty", "needs_survey", "touchpoints", "source_shop_feed", "orders"):
        pd.testing.assert_frame_equal(small[name], other[name])
