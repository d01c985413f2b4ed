"""Routine sends to a panel of customers in the last six months, with a randomised test of frequency.

Customers react as they will when the world is played (:mod:`labkit.world.causes.fatigue`): every delivered
marketing message tires, tired customers notice less and opt out more, three weeks of quiet heal half of
it. One arm is spared for four weeks, so that healing can be seen. Who notices depends on the customer's
own channel and hour, and channel and hour of a send are drawn at random among those allowed. Messages about
one's own order rest on the contract, are noticed more and tire nobody.

Those who stay in a busy arm are those who tolerate it: openings of survivors understate the harm. A few
customers get WhatsApp messages that they never allowed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.causes.fatigue import noticing, weariness
from labkit.world.causes.response import hour_fit
from labkit.world.contact.ledger import (
    CHANNELS,
    DAY,
    MARKETING,
    ORIGINS,
    Events,
    allowed,
    events,
    minutes,
)
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END

ONE_DAY = np.timedelta64(1, "D")
KINDS = ("newsletter", "offer", "content", "replenishment_reminder")
MESSAGE = {
    "newsletter": "content",
    "offer": "voucher_10",
    "content": "content",
    "replenishment_reminder": "reminder",
}
"""Kinds of routine marketing, and the message of the player that each is like."""

REACTIONS = ("delivered", "opened", "clicked", "opted_out", "complained")


def draw_sends(draft: Draft, ledger: Events) -> pd.DataFrame:
    """Send for six months, day by day, and draw what comes of it.

    Parameters
    ----------
    draft : Draft
    ledger : Events
        Consent without the revocations that these sends cause.

    Returns
    -------
    pandas.DataFrame
        person, minute (since 2020-01-01), sent_at, channel, purpose, message_kind, frequency_arm, the reactions, and
        the hidden column fatigue (when it was sent); in the order of time.
    """
    p = draft.parameters.sends
    begin = np.datetime64(p.begin)
    days = int((HISTORY_END - begin).astype(int)) + 1
    panel = _panel(draft, ledger, begin)
    size = len(panel)
    rng = draft.stream("contact/sends/arms")
    arm = rng.choice(len(p.arms), size, p=[share for _, _, share in p.arms])
    plan = _plan(arm, days, begin, p, rng)
    until = _allowed_until(draft, ledger, panel, begin, days)
    customers = _Customers(draft, panel)
    campaign = _campaign_burden(draft, panel, begin, days)

    weekly = draft.parameters.play.fatigue_days / np.log(2) / 7
    fatigue = p.before * weekly * customers.weariness * customers.burden.mean()
    heals = 0.5 ** (1 / draft.parameters.play.fatigue_days)
    rng = draft.stream("contact/sends/days")
    parts = []
    for day in range(days):
        fatigue = fatigue * heals + campaign.get(day, 0.0)
        # Draw for the whole panel: what one customer draws does not hang on whom else is sent to.
        u = rng.random((8, size))
        open_channels = until > day
        due = plan[:, day] & open_channels.any(axis=1)
        who = np.flatnonzero(due)
        channel = _channel(open_channels[who], u[0, who], p)
        kind = (u[1, who] * len(KINDS)).astype(int)
        hour = p.first_hour + (u[2, who] * (p.last_hour - p.first_hour))
        seen = customers.react(who, channel, hour.astype(int), kind, fatigue[who], u[3:, who])
        parts.append(
            pd.DataFrame(
                {
                    "row": who,
                    "minute": int(minutes(begin)) + day * DAY + (hour * 60).astype(int),
                    "channel": channel,
                    "kind": kind,
                    "fatigue": fatigue[who],
                    **seen,
                }
            )
        )
        adds = customers.burden[kind] * customers.intrusion[channel] * customers.weariness[who]
        fatigue[who] += np.where(seen["delivered"], adds, 0.0)
        gone = seen["opted_out"]
        until[who[gone], channel[gone]] = day
    sends = pd.concat(parts, ignore_index=True)
    sends = pd.concat([sends, _about_orders(draft, panel, customers, begin)], ignore_index=True)
    return _described(sends, panel, arm, p)


def opt_outs(sends: pd.DataFrame) -> Events:
    """Turn opting out in reaction to a send into revocations, some minutes later."""
    out = sends[sends["opted_out"]]
    channel = np.array([CHANNELS.index(c) for c in out["channel"]], dtype=np.int8)
    return events(
        out["person"],
        out["minute"] + 7,
        channel=channel,
        grant=False,
        origin=ORIGINS.index("unsubscribe link"),
    )


def sends_table(draft: Draft, sends: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``sends``."""
    table = draft.public(sends).sort_values(["sent_at", "customer_id", "channel"])
    return numbered(table, "send_id").drop(columns=["minute", "fatigue"])


class _Customers:
    """The panel's latent side: how each reacts on each channel and hour."""

    def __init__(self, draft: Draft, panel: np.ndarray):
        p, play = draft.parameters.sends, draft.parameters.play
        self.play = play
        likes = draft.frames["preferences"]
        names = [name for name, _ in p.channels]
        ways = {c.name: c for c in play.channels}
        messages = {m.name: m for m in play.messages}
        self.noticed = np.stack(
            [likes[f"like_{c}"].to_numpy()[panel] * ways[c].noticed for c in names], axis=1
        )
        self.intrusion = np.array([ways[c].intrusion for c in names])
        self.bounce = np.array([ways[c].bounce for c in names])
        self.burden = np.array([messages[MESSAGE[kind]].burden for kind in KINDS])
        self.hour = likes["preferred_hour"].to_numpy()[panel]
        self.fit = hour_fit(play)
        tolerance = draft.traits["tolerance"].to_numpy()[panel]
        self.weariness = weariness(tolerance, play)
        annoys = play.intolerance_annoys
        self.touchy = np.exp(-annoys * tolerance - annoys**2 / 2)

    def react(self, who, channel, hour, kind, fatigue, u, *, more: float = 1.0, tires: bool = True) -> dict:
        """Draw delivery, opening, click, opting out and complaint; u has five rows of uniform numbers."""
        play = self.play
        delivered = u[0] >= self.bounce[channel]
        notices = self.noticed[who, channel] * self.fit[hour, self.hour[who]] * noticing(fatigue, play) * more
        opened = delivered & (u[1] < np.minimum(notices, 0.95))
        clicked = opened & (u[2] < play.click_rate)
        weight = self.touchy[who] * self.intrusion[channel] * (1 + play.opt_out_fatigue * fatigue)
        weight = weight * self.burden[kind] if tires else np.zeros(len(who))
        return {
            "delivered": delivered,
            "opened": opened,
            "clicked": clicked,
            "opted_out": delivered & (u[3] < play.opt_out * weight),
            "complained": delivered & (u[4] < play.complaint * weight),
        }


def _panel(draft: Draft, ledger: Events, begin: np.datetime64) -> np.ndarray:
    """Customers with an order within a year who may be mailed, at random."""
    orders = draft.frames["orders"]
    on = orders["ordered_on"].to_numpy()
    recent = orders["person"].to_numpy()[(on < begin) & (on >= begin - 365 * ONE_DAY)]
    active = np.zeros(len(draft.persons), dtype=bool)
    active[recent] = True
    may = np.flatnonzero(active & allowed(ledger, len(draft.persons), int(minutes(begin))))
    size = min(draft.parameters.sends.panel, max(1, len(may) // 3))
    return np.sort(draft.stream("contact/sends/panel").choice(may, size, replace=False))


def _plan(arm, days, begin, p, rng) -> np.ndarray:
    """On which days each customer is due: so many days of each week, drawn at random; none in the pause."""
    weeks = -(-days // 7)
    number = np.array([n for _, n, _ in p.arms])[arm]
    rank = rng.random((len(arm), weeks, 7)).argsort(axis=2).argsort(axis=2)
    plan = (rank < number[:, None, None]).reshape(len(arm), weeks * 7)[:, :days]
    first, last = (int((np.datetime64(d) - begin).astype(int)) for d in p.pause)
    paused = np.array(["pause" in name for name, _, _ in p.arms])[arm]
    plan[paused, first : last + 1] = False
    return plan


def _allowed_until(draft, ledger, panel, begin, days) -> np.ndarray:
    """Day on which each channel closes for each customer of the panel: 0 from the beginning, else ``days``."""
    p = draft.parameters.sends
    n = len(draft.persons)
    start = int(minutes(begin))
    until = np.zeros((len(panel), len(p.channels)), dtype=int)
    place = np.full(n, -1)
    place[panel] = np.arange(len(panel))
    mine = ledger.take((place[ledger.person] >= 0) & (ledger.purpose == MARKETING))
    ever = np.zeros((len(panel), len(p.channels)), dtype=bool)
    for k, (name, _share) in enumerate(p.channels):
        code = CHANNELS.index(name)
        until[:, k] = np.where(allowed(mine, n, start, channel=code)[panel], days, 0)
        e = mine.take(mine.channel == code)
        ever[place[e.person[e.grant]], k] = True
        e = e.take((e.minute > start) & ~e.grant)
        day = (e.minute - start) // DAY
        np.minimum.at(until[:, k], place[e.person], day)
    wrong = draft.stream("contact/sends/wrong").random(len(panel)) < p.wrong_channel
    whatsapp = [name for name, _ in p.channels].index("whatsapp")
    never = np.flatnonzero(~ever[:, whatsapp])
    # Some at least: the mistake is to be found in a small world, too.
    wrong[never[:1]] = True
    wrong &= ~ever[:, whatsapp]
    until[wrong, whatsapp] = days
    return until


def _channel(open_channels: np.ndarray, u: np.ndarray, p) -> np.ndarray:
    weight = open_channels * np.array([share for _, share in p.channels])
    cumulated = np.cumsum(weight, axis=1)
    return (u[:, None] * cumulated[:, -1:] >= cumulated).sum(axis=1)


def _campaign_burden(draft, panel, begin, days) -> dict[int, np.ndarray]:
    """What delivered campaign messages add to fatigue, by day."""
    contacts = draft.frames["contacts"]
    result = {}
    for run in draft.parameters.campaigns.runs:
        day = int((np.datetime64(run.sent_on) - begin).astype(int))
        if 0 <= day < days:
            sent = contacts[(contacts["campaign_id"] == run.campaign_id) & contacts["delivered"]]["person"]
            weary = weariness(draft.traits["tolerance"].to_numpy()[panel], draft.parameters.play)
            result[day] = np.where(np.isin(panel, sent), weary, 0.0)
    return result


def _about_orders(draft, panel, customers, begin) -> pd.DataFrame:
    """A message about each online order of the panel, on its evening."""
    p = draft.parameters.sends
    orders = draft.frames["orders"]
    place = np.full(len(draft.persons), -1)
    place[panel] = np.arange(len(panel))
    on, row = orders["ordered_on"].to_numpy(), place[orders["person"].to_numpy()]
    here = (row >= 0) & (on >= begin) & (orders["channel"] != "shop").to_numpy()
    who, n = row[here], int(here.sum())
    rng = draft.stream("contact/sends/orders")
    channel = np.zeros(n, dtype=int)  # e-mail
    hour = 16 + rng.random(n) * 4
    seen = customers.react(
        who, channel, hour.astype(int), np.zeros(n, dtype=int), np.zeros(n), rng.random((5, n)),
        more=p.service_opens, tires=False,
    )  # fmt: skip
    minute = minutes(on[here]) + (hour * 60).astype(int)
    return pd.DataFrame(
        {"row": who, "minute": minute, "channel": channel, "kind": len(KINDS), "fatigue": np.nan, **seen}
    )


def _described(sends: pd.DataFrame, panel: np.ndarray, arm: np.ndarray, p) -> pd.DataFrame:
    sends = sends.sort_values("minute", kind="stable", ignore_index=True)
    kind = sends["kind"].to_numpy()
    row = sends["row"].to_numpy()
    minute = sends["minute"].to_numpy()
    return pd.DataFrame(
        {
            "person": panel[row],
            "minute": minute,
            "sent_at": np.datetime64("2020-01-01", "us") + minute * np.timedelta64(1, "m"),
            "channel": np.array([name for name, _ in p.channels], dtype=object)[sends["channel"]],
            "purpose": np.where(kind < len(KINDS), "marketing", "service").astype(object),
            "message_kind": np.array([*KINDS, "order_update"], dtype=object)[kind],
            "frequency_arm": np.array([name for name, _, _ in p.arms], dtype=object)[arm[row]],
            **{name: sends[name].to_numpy(dtype=bool) for name in REACTIONS},
            "fatigue": sends["fatigue"].to_numpy(),
        }
    )
