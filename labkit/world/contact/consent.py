"""The ledger of consent: who allowed what, for which purpose, by which channel, and took it back when.

It agrees with the campaigns: everybody in an audience had allowed marketing by e-mail when the list was
pulled, who opted out revoked that day. The list of campaign 3 was pulled ten days before sending, while a
new preference centre made revoking easy: a few per cent of its audience had revoked before they were mailed.
Those are the violations to be found. Events of paper forms are typed in days later and some events are
recorded twice, so that neither the last row nor the number of rows says what holds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.contact.ledger import (
    BASES,
    CHANNELS,
    DAY,
    EMAIL,
    MARKETING,
    ORIGINS,
    PURPOSES,
    Events,
    allowed,
    events,
    joined,
    latest,
    minutes,
    table,
)  # fmt: skip
from labkit.world.draft import Draft
from labkit.world.parameters import HISTORY_END, HISTORY_START

END = int(minutes(HISTORY_END)) + DAY
YEAR = 365.25 * DAY
CENTRE, LINK, SHOP_FORM = (
    ORIGINS.index(name) for name in ("preference centre", "unsubscribe link", "shop form")
)
SERVICE, CONTRACT = PURPOSES.index("service"), BASES.index("contract")


def history_of_consent(draft: Draft) -> Events:
    """Draw all events that do not follow from routine sends."""
    granted = _registered(draft)
    parts = [granted, _refused(draft, granted), _tired(draft, granted), _back_and_forth(draft)]
    return _through_campaigns(draft, joined(parts))


def write_ledger(draft: Draft, e: Events) -> pd.DataFrame:
    """Return the table ``consents``: doubled and late records included."""
    p = draft.parameters.consent
    rng = draft.stream("contact/consent/recording")
    e = e.take(e.minute < END)
    e = e.take(np.concatenate([np.arange(len(e)), np.flatnonzero(rng.random(len(e)) < p.doubled)]))
    registered = minutes(draft.traits["acquired_on"].to_numpy())[e.person] + DAY > e.minute
    paper = (e.origin == SHOP_FORM) | (e.origin == ORIGINS.index("clinic form"))
    late = paper & (rng.random(len(e)) < np.where(registered, p.late, p.late_again))
    delay = (rng.uniform(*p.late_days, len(e)) * DAY).astype(np.int64)
    return table(e, draft.customer_id, e.minute + np.where(late, delay, 0))


def before_lists(draft: Draft, e: Events) -> Events:
    """Let everybody in an audience who opted out of routine sends before have granted again by then."""
    for number, audience, pull, _sent in pulls(draft):
        rng = draft.stream(f"contact/consent/again {number}")
        e = granted_by(e, audience, pull, len(draft.persons), rng)
    return e


def email_consent(draft: Draft) -> np.ndarray:
    """Who may be mailed, as the campaigns had it, by person row."""
    return draft.frames["email_consent"]["consent"].to_numpy()


def pulls(draft: Draft) -> list[tuple[int, np.ndarray, int, int]]:
    """Campaigns in the order of their dates: number, audience, minute of the list, minute of sending."""
    contacts, waits = draft.frames["contacts"], dict(draft.parameters.consent.lists_pulled)
    result = []
    for run in sorted(draft.parameters.campaigns.runs, key=lambda c: c.sent_on):
        audience = contacts.loc[contacts["campaign_id"] == run.campaign_id, "person"].to_numpy()
        sent = int(minutes(run.sent_on)) + 9 * 60
        result.append((run.campaign_id, audience, sent - 60 - waits.get(run.campaign_id, 0) * DAY, sent))
    return result


def _registered(draft: Draft) -> Events:
    """What customers allow when they register."""
    p = draft.parameters.consent
    rng = draft.stream("contact/consent/registration")
    n = len(draft.persons)
    customer = draft.customer_id > 0
    at = minutes(draft.traits["acquired_on"].to_numpy()) + rng.integers(8 * 60, 21 * 60, n)
    origin = _form(draft, rng)
    interest = (rng.random(n) < p.interest).astype(np.int8)
    once = ~email_consent(draft) & (rng.random(n) < p.refused_once_agreed)
    boxes = [("marketing", "email", email_consent(draft) | once, 0)]
    boxes += [
        ("marketing", channel, rng.random(n) < share, interest if channel == "phone" else 0)
        for channel, share in p.marketing
    ]
    boxes += [
        ("profiling", "any", rng.random(n) < p.profiling, interest),
        ("partner_sharing", "any", rng.random(n) < p.partner_sharing, 0),
        ("service", "any", np.ones(n, dtype=bool), CONTRACT),
    ]
    parts = []
    for purpose, channel, ticked, basis in boxes:
        who = np.flatnonzero(customer & ticked)
        parts.append(
            events(
                who,
                at[who],
                purpose=PURPOSES.index(purpose),
                channel=CHANNELS.index(channel),
                grant=True,
                basis=basis[who] if isinstance(basis, np.ndarray) else basis,
                origin=origin[who],
            )
        )
    return joined(parts)


def _form(draft: Draft, rng: np.random.Generator) -> np.ndarray:
    """Where each person registers; mostly where he buys."""
    kind = draft.traits["channel_type"].to_numpy()
    u = rng.random((2, len(kind)))
    online = (kind == "online") | (kind == "both") & (u[0] < 0.5)
    web = np.where(u[1] < 0.6, ORIGINS.index("web form"), ORIGINS.index("app"))
    usual = np.select(
        [kind == "clinic", online], [ORIGINS.index("clinic form"), web], ORIGINS.index("shop form")
    )
    return np.where(rng.random(len(kind)) < 0.15, rng.integers(0, 4, len(kind)), usual)


def _refused(draft: Draft, granted: Events) -> Events:
    """Who may not be mailed but once could: revoked before the first list was pulled, at the latest."""
    rng = draft.stream("contact/consent/refused")
    first = min((pull for _, _, pull, _ in pulls(draft)), default=END)
    may = email_consent(draft)
    once = granted.take((granted.purpose == MARKETING) & (granted.channel == EMAIL))
    once = once.take(~may[once.person])
    room = np.where(once.minute < first, first, END) - once.minute
    at = once.minute + np.maximum((rng.random(len(once)) * room).astype(np.int64), 1)
    return events(once.person, at, grant=False, origin=np.where(rng.random(len(once)) < 0.7, LINK, CENTRE))


def _tired(draft: Draft, granted: Events) -> Events:
    """Revocations for no special reason; e-mail only after the last campaign a customer is in."""
    p = draft.parameters.consent
    rng = draft.stream("contact/consent/revocations")
    after = np.zeros(len(draft.persons), dtype=np.int64)
    for _, audience, _, sent in pulls(draft):
        after[audience] = sent + DAY
    e = granted.take(granted.purpose != SERVICE)
    e = e.take(~((e.purpose == MARKETING) & (e.channel == EMAIL) & ~email_consent(draft)[e.person]))
    rate = np.where(e.purpose == PURPOSES.index("partner_sharing"), p.revocation_sharing, p.revocation)
    rate = rate * _intolerance(draft)[e.person]
    start = np.maximum(e.minute, int(minutes(HISTORY_START)))
    start = np.where(
        (e.purpose == MARKETING) & (e.channel == EMAIL), np.maximum(start, after[e.person]), start
    )
    at = start + np.ceil(rng.exponential(1.0, len(e)) * YEAR / rate).astype(np.int64)
    gone = at < END
    e = e.take(gone)
    origin = rng.choice([CENTRE, LINK, ORIGINS.index("phone call")], len(e), p=[0.6, 0.25, 0.15])
    return e.changed(minute=at[gone], grant=np.zeros(len(e), dtype=bool), origin=origin.astype(np.int8))


def _back_and_forth(draft: Draft) -> Events:
    """Customers who revoke e-mail and some weeks later grant it again; never while a list is pulled or waits."""
    p = draft.parameters.consent
    rng = draft.stream("contact/consent/back and forth")
    n = len(draft.persons)
    chosen = (draft.customer_id > 0) & email_consent(draft) & (rng.random(n) < p.back_and_forth)
    who = np.flatnonzero(chosen)
    begin = np.maximum(
        minutes(draft.traits["acquired_on"].to_numpy()[who]) + 2 * DAY, int(minutes(HISTORY_START))
    )
    back = (rng.uniform(*p.back_days, len(who)) * DAY).astype(np.int64)
    revoke = begin + (rng.random(len(who)) * np.maximum(END - begin - back, 0)).astype(np.int64)
    fits = revoke + back < END
    for _, audience, pull, sent in pulls(draft):
        fits &= ~(np.isin(who, audience) & (revoke <= sent) & (revoke + back >= pull))
    who, revoke, back = who[fits], revoke[fits], back[fits]
    # Some signed a form in the shop, and left again when the first message came; the form is typed in later.
    paper = rng.random(len(who)) < p.on_paper
    leave = revoke + back + (rng.uniform(1, 8, len(who)) * DAY).astype(np.int64)
    return joined(
        [
            events(who, revoke, grant=False, origin=np.where(rng.random(len(who)) < 0.5, LINK, CENTRE)),
            events(who, revoke + back, grant=True, origin=np.where(paper, SHOP_FORM, CENTRE)),
            events(who[paper], leave[paper], grant=False, origin=LINK),
        ]
    )


def _through_campaigns(draft: Draft, e: Events) -> Events:
    """Add what campaigns ask of the ledger and do to it."""
    p, n = draft.parameters.consent, len(draft.persons)
    contacts = draft.frames["contacts"]
    for number, audience, pull, sent in pulls(draft):
        rng = draft.stream(f"contact/consent/campaign {number}")
        e = granted_by(e, audience, pull, n, rng)
        if sent - pull > DAY:
            may = np.flatnonzero(allowed(e, n, pull))
            who = may[rng.random(len(may)) < p.new_centre * _intolerance(draft)[may]]
            at = pull + 1 + (rng.random(len(who)) * (sent - pull - 2)).astype(np.int64)
            e = joined([e, events(who, at, grant=False, origin=CENTRE)])
        out = contacts[(contacts["campaign_id"] == number) & contacts["opted_out"]]["person"].to_numpy()
        at = sent + rng.integers(5, 14 * 60, len(out))
        e = joined([e, events(out, at, grant=False, origin=LINK)])
    return e


def granted_by(e: Events, audience: np.ndarray, pull: int, n: int, rng: np.random.Generator) -> Events:
    """Let those of an audience who had revoked grant again before the list is pulled."""
    missing = audience[~allowed(e, n, pull)[audience]]
    last = latest(e, n, pull)[missing]
    last = np.where(last < 0, pull - 30 * DAY, last)
    at = last + 1 + (rng.uniform(0.2, 0.9, len(missing)) * (pull - last - 2)).astype(np.int64)
    return joined([e, events(missing, at, grant=True, origin=CENTRE)])


def _intolerance(draft: Draft) -> np.ndarray:
    s = draft.parameters.consent.intolerance_revokes
    return np.exp(-s * draft.traits["tolerance"].to_numpy() - s**2 / 2)
