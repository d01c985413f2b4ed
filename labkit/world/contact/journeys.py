"""Contacts with media before a first purchase in 2025, and of people who did not buy.

For each purchase it is known what made it happen: one of the incremental channels, or none, if the customer would
have come anyway. Most buyers look the shop up by name right before they buy, and retargeting follows those who
have been on the site: both are in the path of nearly every buyer and win nobody, and rules that credit the
last contact credit them. In a test brand search was switched off for a random half of the people: as many bought,
and came directly.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.contact.ledger import DAY, minutes, rows_of
from labkit.world.draft import Draft, numbered

RECORDED = {
    "search": "search_generic",
    "social": "social",
    "influencers": "influencers",
    "partners": "partners",
}
"""The incremental channel that a customer's acquisition channel stands for, where it tells the truth."""
OTHERS = (
    ("social", 0.34),
    ("influencers", 0.14),
    ("search_generic", 0.34),
    ("partners", 0.06),
    ("email", 0.12),
)
"""Shares of contacts that happen to lie on the way; assumed."""


def draw_touchpoints(draft: Draft) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables ``touchpoints`` and ``truth/touchpoints`` (one row a journey with purchase)."""
    p = draft.parameters.journeys
    rng = draft.stream("contact/journeys")
    bought = _first_purchases(draft, rng)
    n = len(bought)
    m = round(p.not_bought * n)
    year = np.datetime64(f"{p.year}-01-01")
    ends = np.concatenate([bought["minute"], int(minutes(year)) + rng.integers(0, 365 * DAY, m)])
    clock = draft.stream("contact/journeys/clock")
    # Whoever buys and whoever does not end at the same hours: the hour says nothing of who buys.
    end = ends // DAY * DAY + _clock(n + m, clock)
    buys = np.arange(n + m) < n
    first, last = int(minutes(p.test[0])), int(minutes(p.test[1])) + DAY
    off = (end >= first) & (end < last) & (rng.random(n + m) < 0.5)

    names = [name for name, _ in p.channels]
    code = {name: names.index(name) for name in names}
    wins = _incremental(bought["record"].to_numpy(), p, rng)
    rows, when, what = [], [], []

    def touch(journey: np.ndarray, channel: np.ndarray | int, before: np.ndarray) -> None:
        rows.append(journey)
        what.append(np.broadcast_to(channel, len(journey)))
        at = end[journey] - np.maximum((before * DAY).astype(np.int64), 1)
        other_day = at // DAY != end[journey] // DAY
        when.append(np.where(other_day, at // DAY * DAY + _clock(len(at), clock), at))

    won = np.flatnonzero(wins != "none")
    touch(won, np.array([code[c] for c in wins[won]], dtype=int), rng.uniform(4, 40, len(won)))
    by_the_way = np.repeat(np.arange(n + m), rng.poisson(np.where(buys, 1.3, 1.5)))
    weight = np.array([w for _, w in OTHERS])
    channel = np.array([code[c] for c, _ in OTHERS])[
        rng.choice(len(OTHERS), len(by_the_way), p=weight / weight.sum())
    ]
    touch(by_the_way, channel, rng.uniform(0.3, 45, len(by_the_way)))
    followed = np.repeat(np.arange(n + m), rng.poisson(np.where(buys, 1.1, 0.45)))
    touch(followed, code["retargeting"], rng.exponential(4, len(followed)) + 0.1)
    by_name = rng.random(n + m) < np.where(buys, p.brand_last, p.brand_early)
    before = np.minimum(rng.exponential(0.06, n + m), 1.0) + 0.002
    for journeys, channel in ((by_name & ~off, "search_brand"), (by_name & off, "direct")):
        touch(np.flatnonzero(journeys), code[channel], before[journeys])
    came = np.zeros(n + m, dtype=bool)
    came[np.concatenate(rows)] = True
    direct = ~came | (buys & ~by_name & (rng.random(n + m) < 0.6))
    touch(np.flatnonzero(direct), code["direct"], before[direct])

    rows, what, when = np.concatenate(rows), np.concatenate(what), np.concatenate(when)
    cost = np.array([c for _, c in p.channels])[what] * rng.lognormal(-0.02, 0.2, len(what))
    customer = np.concatenate([bought["customer_id"], np.zeros(m, dtype=np.int64)])
    journey_id = rng.permutation(n + m) + 1
    table = pd.DataFrame(
        {
            "journey_id": journey_id[rows],
            "customer_id": pd.array(customer[rows], dtype="Int64"),
            "at": np.datetime64("2020-01-01", "us") + when * np.timedelta64(1, "m"),
            "channel": np.array(names, dtype=object)[what],
            "cost_brl": np.round(cost, 2),
            "brand_search": np.where(off, "off", "on").astype(object)[rows],
            "converted": buys[rows],
        }
    )
    table.loc[~buys[rows], "customer_id"] = pd.NA
    truth = pd.DataFrame(
        {"journey_id": journey_id[:n], "customer_id": bought["customer_id"], "incremental_channel": wins}
    )
    return numbered(table.sort_values(["journey_id", "at", "channel"]), "touch_id"), truth.sort_values(
        "journey_id"
    )


def _clock(n: int, rng: np.random.Generator) -> np.ndarray:
    """Minute of the day at which people are about: more of them at noon and in the evening; assumed."""
    hour = np.where(rng.random(n) < 0.4, 12.5, 19.5) * 60 + 150 * rng.standard_normal(n)
    return np.clip(hour, 7 * 60 + rng.integers(0, 60, n), 23 * 60 + rng.integers(0, 60, n)).astype(np.int64)


def _first_purchases(draft: Draft, rng: np.random.Generator) -> pd.DataFrame:
    """Customers won in the year with their first order: customer_id, minute of the purchase, recorded channel."""
    p = draft.parameters.journeys
    acquired = draft.traits["acquired_on"].to_numpy().astype("datetime64[D]")
    new = (draft.customer_id > 0) & (acquired.astype("datetime64[Y]") == np.datetime64(str(p.year), "Y"))
    orders = draft.tables["orders"]
    person = rows_of(draft)[orders["customer_id"].to_numpy()]
    mine = np.flatnonzero(new[person])
    first = pd.DataFrame({"person": person[mine], "on": orders["ordered_on"].to_numpy()[mine]})
    first = first.drop_duplicates("person").sort_values("person", ignore_index=True)
    if len(first) > p.most:
        first = first.iloc[np.sort(rng.choice(len(first), p.most, replace=False))]
    who = first["person"].to_numpy()
    return pd.DataFrame(
        {
            "customer_id": draft.customer_id[who],
            "minute": minutes(first["on"].to_numpy()) + rng.integers(8 * 60, 23 * 60, len(first)),
            "record": draft.traits["acquisition_channel"].to_numpy()[who],
        }
    )


def _incremental(record: np.ndarray, p, rng: np.random.Generator) -> np.ndarray:
    """The channel without which each purchase would not have been: partly the recorded one, "none" for most."""
    shares = np.array([share for _, share in p.incremental])
    channels = np.array([*(c for c, _ in p.incremental), "none"], dtype=object)
    drawn = channels[rng.choice(len(channels), len(record), p=[*shares, 1 - shares.sum()])]
    recorded = np.array([RECORDED.get(c, "none") for c in record], dtype=object)
    return np.where(rng.random(len(record)) < p.true_to_record, recorded, drawn)
