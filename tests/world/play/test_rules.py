"""Rules: a breach is refused, counted and reported; what the rules allow is sent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.world.play import Rules

from .conftest import FREE, contacts


def refused(result) -> dict[str, int]:
    return result.breaches.set_index("rule")["refused"].loc[lambda s: s > 0].to_dict()


def consenting(world, channel: str) -> np.ndarray:
    result = world.run(contacts(world.customers["customer_id"], [0], channel=channel), 1, rules=FREE)
    seen = result.contacts
    return seen.loc[seen["refusal"] == "", "customer_id"].to_numpy()


def test_quiet_hours(town):
    ids = consenting(town, "email")[:10]
    early, late, fine = (contacts(ids, [0], hour=h) for h in (7, 21, 8))
    for plan in (early, late):
        assert refused(town.run(plan, 5)) == {"quiet hours": 10}
    assert refused(town.run(fine, 5)) == {}
    assert refused(town.run(early, 5, rules=Rules(quiet_from=0, quiet_until=0))) == {}


def test_marketing_needs_consent_and_service_does_not(town):
    ids = town.customers["customer_id"]
    without = np.setdiff1d(ids, consenting(town, "email"))[:20]
    assert refused(town.run(contacts(without, [0]), 5)) == {"consent": 20}
    assert refused(town.run(contacts(without, [0], message="apology"), 5)) == {}
    assert refused(town.run(contacts(without, [0]), 5, rules=Rules(consent=False))) == {}


def test_who_opts_out_is_not_written_to_any_more(town):
    result = town.run(contacts(town.customers["customer_id"], range(40)), 40, rules=FREE)
    seen = result.contacts
    out = seen[seen["opted_out"]].drop_duplicates("customer_id").set_index("customer_id")["day"]
    assert len(out) > 20
    after = seen[seen["customer_id"].isin(out.index)]
    after = after[after["day"] > after["customer_id"].map(out)]
    assert (after["refusal"] == "consent").all()


def test_frequency_caps_count_any_seven_and_thirty_days(town):
    one = consenting(town, "email")[:1]
    result = town.run(
        contacts(one, range(60), message="apology"), 60, rules=Rules(cap_7_days=3, cap_30_days=8)
    )
    sent = np.sort(result.contacts.loc[result.contacts["refusal"] == "", "day"].to_numpy())
    for length, cap in ((7, 3), (30, 8)):
        most = max(((sent >= d) & (sent < d + length)).sum() for d in range(60))
        assert most == cap
    assert set(refused(result)) == {"cap 7 days", "cap 30 days"}


def test_two_contacts_on_one_day_count_twice_for_the_cap(town):
    one = consenting(town, "email")[:1]
    plan = pd.concat([contacts(one, [0], message="apology", channel=c) for c in ("email", "sms", "push")])
    result = town.run(plan, 5, rules=Rules(cap_7_days=2))
    assert refused(result) == {"cap 7 days": 1}
    assert result.contacts.set_index("channel")["refusal"]["push"] == "cap 7 days"


def test_the_budget_is_never_exceeded_and_the_first_rows_are_served(town):
    ids = consenting(town, "email")
    result = town.run(contacts(ids, [0, 1]), 5, rules=Rules(budget_brl=10.0))
    assert result.totals["contact_cost_brl"] == pytest.approx(10.0)
    seen = result.contacts
    assert (seen["refusal"].iloc[:250] == "").all()
    assert (seen["refusal"].iloc[250:] == "budget").all()


def test_sample_boxes_run_out(town):
    ids = consenting(town, "email")[:30]
    result = town.run(contacts(ids, [0], message="sample_box"), 5, rules=Rules(sample_boxes=7))
    assert refused(result) == {"stock": 23}
    assert result.totals["contacts"] == 7


def test_what_is_refused_costs_nothing_and_does_nothing(town):
    plan = contacts(town.customers["customer_id"], range(5), hour=3)
    result = town.run(plan, 20)
    assert refused(result) == {"quiet hours": len(plan)}
    assert result.score == 0
    assert result.totals["contact_cost_brl"] == 0
    assert not result.contacts[["delivered", "opened", "opted_out"]].to_numpy().any()


@pytest.mark.parametrize(
    "bad", [{"budget_brl": -1}, {"cap_7_days": -1}, {"quiet_from": 25}, {"sample_boxes": -2}]
)
def test_rules_that_make_no_sense_are_an_error(town, bad):
    with pytest.raises(LabkitError, match=next(iter(bad))):
        town.run(contacts([1], [0]), 5, rules=Rules(**bad))
