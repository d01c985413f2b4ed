"""Sessions on site and app in the last six months: what customers look at before they buy, and when they do not.

Before an order customers look around, some days ahead: a signal to learn from. Other sessions lead to
nothing, and fade with the time since the last order. In December many browse for gifts and few of them buy here:
what was learned up to November drifts. The session of the order itself lies on the order's own day, with the
article in the basket: a leak for whoever counts sessions up to and including the day to be predicted. Part of
the sessions belongs to nobody known: strangers, and customers who are not logged in.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.contact.consent import email_consent
from labkit.world.contact.ledger import DAY, minutes, rows_of, words
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, HISTORY_START

DEVICES = ("app", "mobile", "desktop")
SOURCES = ("organic", "email", "search", "social", "direct")
CATEGORIES = ("dry food", "wet food", "treats", "hygiene", "litter", "pharmacy", "toys", "accessories")
BUYING, LOOKING, BROWSING, CLICKED = range(4)

COMES_FROM = {
    BUYING: (0.18, 0.12, 0.18, 0.04, 0.48),
    LOOKING: (0.26, 0.12, 0.25, 0.09, 0.28),
    BROWSING: (0.30, 0.06, 0.17, 0.25, 0.22),
}
"""Shares of SOURCES by kind of session; assumed."""
LOOKS_AT = (0.40, 0.08, 0.10, 0.09, 0.06, 0.10, 0.09, 0.08)
LOOKS_FOR_GIFTS = (0.16, 0.04, 0.16, 0.05, 0.02, 0.04, 0.30, 0.23)
"""Shares of CATEGORIES, as usual and in sessions of December that lead to nothing; assumed."""
CART = {LOOKING: 0.30, BROWSING: 0.07, CLICKED: 0.14}
"""Share of sessions with something put into the basket; assumed."""
END = int(minutes(HISTORY_END)) + DAY


def draw_sessions(draft: Draft) -> pd.DataFrame:
    """Return the table ``web_sessions``, numbered in the order of time."""
    p = draft.parameters.web
    begin = int(minutes(p.begin))
    chosen = _customers(draft)
    orders = _orders(draft, chosen)
    s = pd.concat(
        [
            _buying(draft, orders),
            _looking(draft, orders),
            _browsing(draft, chosen, orders),
            _clicks(draft, chosen),
        ],
        ignore_index=True,
    )
    rng = draft.stream("contact/web/strangers")
    strangers = rng.poisson(p.strangers * len(s))
    day = s["minute"].to_numpy()[rng.integers(0, len(s), strangers)] // DAY
    hour = draft.frames["preferences"]["preferred_hour"].to_numpy()[
        rng.integers(0, len(draft.persons), strangers)
    ]
    minute = day * DAY + _clock(hour, rng)
    s = pd.concat(
        [s, pd.DataFrame({"person": -1, "minute": minute, "what": BROWSING, "order_id": 0})],
        ignore_index=True,
    )
    s = s[(s["minute"] >= begin) & (s["minute"] < END)].reset_index(drop=True)
    return _described(draft, s)


def _customers(draft: Draft) -> np.ndarray:
    """Customers whose sessions are kept: all, or a random part of a large world; a mask by person row."""
    customer = np.flatnonzero(draft.customer_id > 0)
    size = min(len(customer), draft.parameters.web.customers)
    chosen = np.zeros(len(draft.customer_id), dtype=bool)
    chosen[draft.stream("contact/web/customers").choice(customer, size, replace=False)] = True
    return chosen


def _orders(draft: Draft, chosen: np.ndarray) -> pd.DataFrame:
    """Orders of those customers: person, day (of history), order_id, online, app; in the order of days."""
    orders = draft.tables["orders"]
    person = rows_of(draft)[orders["customer_id"].to_numpy()]
    here = chosen[person]
    channel = orders["channel"].to_numpy()[here]
    return pd.DataFrame(
        {
            "person": person[here],
            "day": minutes(orders["ordered_on"].to_numpy()[here]) // DAY,
            "order_id": orders["order_id"].to_numpy()[here],
            "online": channel != "shop",
            "app": channel == "app",
        }
    )


def _clock(hour: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Minute of the day around the hour at which a customer has time."""
    return np.floor((hour * 60 + 30 + 170 * rng.standard_normal(len(hour))) % DAY).astype(np.int64)


def _at(draft: Draft, person: np.ndarray, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return day * DAY + _clock(draft.frames["preferences"]["preferred_hour"].to_numpy()[person], rng)


def _buying(draft: Draft, orders: pd.DataFrame) -> pd.DataFrame:
    """The session in which an online order is placed."""
    p = draft.parameters.web
    o = orders[orders["online"] & (orders["day"] >= int(minutes(p.begin)) // DAY)]
    minute = _at(draft, o["person"].to_numpy(), o["day"].to_numpy(), draft.stream("contact/web/buying"))
    return pd.DataFrame(
        {
            "person": o["person"].to_numpy(),
            "minute": minute,
            "what": BUYING,
            "order_id": o["order_id"].to_numpy(),
            "app": o["app"].to_numpy(),
        }
    )


def _looking(draft: Draft, orders: pd.DataFrame) -> pd.DataFrame:
    """Sessions some days before an order, also before orders of January, which nobody has seen yet."""
    p = draft.parameters.web
    rng = draft.stream("contact/web/looking")
    o = orders[orders["day"] >= int(minutes(p.begin)) // DAY]
    # Whoever ordered in the last weeks will again at about the same pace; those sessions have begun.
    weeks = int(4 * p.before_days) // 7 + 1
    recent = o[o["day"] >= END // DAY - 7 * weeks]
    coming = recent.assign(day=recent["day"] + 7 * weeks, order_id=0)
    o = pd.concat([o, coming], ignore_index=True)
    number = rng.poisson(np.where(o["online"], p.before_order, p.before_shop))
    row = np.repeat(np.arange(len(o)), number)
    ahead = np.ceil(rng.exponential(p.before_days, len(row))).astype(np.int64)
    person = o["person"].to_numpy()[row]
    day = o["day"].to_numpy()[row] - ahead
    minute = _at(draft, person, day, rng)
    known = minute >= minutes(draft.traits["acquired_on"].to_numpy())[person] - 14 * DAY
    s = pd.DataFrame({"person": person, "minute": minute, "what": LOOKING, "order_id": 0})
    return s[known]


def _browsing(draft: Draft, chosen: np.ndarray, orders: pd.DataFrame) -> pd.DataFrame:
    """Sessions that lead to nothing: drawn too many, then thinned by silence and season."""
    p = draft.parameters.web
    rng = draft.stream("contact/web/browsing")
    begin = int(minutes(p.begin)) // DAY
    days = END // DAY - begin
    who = np.flatnonzero(chosen)
    pace = p.browsing / 30.4 * days * rng.lognormal(-(p.browsing_spread**2) / 2, p.browsing_spread, len(who))
    person = np.repeat(who, rng.poisson(pace * p.december))
    day = begin + rng.integers(0, days, len(person))
    acquired = minutes(draft.traits["acquired_on"].to_numpy())[person] // DAY
    last = _last_order(orders, person, day, int(minutes(HISTORY_START)) // DAY)
    silent = day - np.maximum(last, acquired)
    keeps = np.maximum(np.exp(-silent / p.fades_days), p.fades_to)
    keeps *= np.where(day >= int(minutes("2025-12-01")) // DAY, 1.0, 1 / p.december)
    kept = (rng.random(len(person)) < keeps) & (day >= acquired)
    person, day = person[kept], day[kept]
    return pd.DataFrame(
        {"person": person, "minute": _at(draft, person, day, rng), "what": BROWSING, "order_id": 0}
    )


def _last_order(orders: pd.DataFrame, person: np.ndarray, day: np.ndarray, earliest: int) -> np.ndarray:
    """Day of each person's last order up to a day; ``earliest`` where there is none."""
    key = np.sort(orders["person"].to_numpy() * 100_000 + orders["day"].to_numpy())
    if not len(key):
        return np.full(len(person), earliest)
    at = np.searchsorted(key, person * 100_000 + day, side="right") - 1
    found = key[np.maximum(at, 0)]
    return np.where((at >= 0) & (found // 100_000 == person), found % 100_000, earliest)


def _clicks(draft: Draft, chosen: np.ndarray) -> pd.DataFrame:
    """Whoever clicks in an e-mail comes to the site: routine sends, and campaigns on the day they were sent."""
    rng = draft.stream("contact/web/clicks")
    sends = draft.frames["sends"]
    sends = sends[sends["clicked"] & (sends["channel"] == "email")]
    person, minute = [sends["person"].to_numpy()], [sends["minute"].to_numpy() + 2]
    contacts = draft.frames["contacts"]
    for run in draft.parameters.campaigns.runs:
        clicked = contacts[(contacts["campaign_id"] == run.campaign_id) & contacts["clicked"]][
            "person"
        ].to_numpy()
        person.append(clicked)
        minute.append(int(minutes(run.sent_on)) + 9 * 60 + rng.integers(10, 14 * 60, len(clicked)))
    person, minute = np.concatenate(person), np.concatenate(minute)
    s = pd.DataFrame({"person": person, "minute": minute, "what": CLICKED, "order_id": 0})
    return s[chosen[person]]


def _described(draft: Draft, s: pd.DataFrame) -> pd.DataFrame:
    """Give each session device, source, pages, seconds, category and basket."""
    p = draft.parameters.web
    rng = draft.stream("contact/web/details")
    n = len(s)
    person, what, minute = s["person"].to_numpy(), s["what"].to_numpy(), s["minute"].to_numpy()
    december = minute >= int(minutes("2025-12-01"))
    app_share = np.where(person >= 0, draft.traits["app_share"].to_numpy()[person], 0.0)
    in_app = np.where(what == BUYING, s["app"].eq(True).to_numpy(), rng.random(n) < 0.7 * app_share)
    in_app &= what != CLICKED
    device = np.where(in_app, 0, np.where(rng.random(n) < 0.62, 1, 2))

    source = np.ones(n, dtype=int)  # e-mail, for those who clicked in one
    u = rng.random(n)
    for kind, shares in COMES_FROM.items():
        weight = np.array(shares)
        source[what == kind] = np.searchsorted(np.cumsum(weight)[:-1], u[what == kind], side="right")
    source[(what == BROWSING) & december & (rng.random(n) < 0.3)] = SOURCES.index("social")
    mailed = (person >= 0) & email_consent(draft)[person]
    source[(source == 1) & (what != CLICKED) & (~mailed | in_app)] = SOURCES.index("direct")

    more = np.array([7.0, 4.0, 1.6, 2.0])[what]
    pages = 1 + rng.negative_binomial(1.5, 1.5 / (1.5 + more))
    pages = np.where(what == BUYING, pages + 3, pages)
    seconds = np.round(pages * 34 * rng.lognormal(-0.3, 0.75, n)) + rng.integers(3, 12, n)
    u = rng.random(n)
    usual = np.searchsorted(np.cumsum(LOOKS_AT)[:-1], u, side="right")
    gifts = np.searchsorted(np.cumsum(LOOKS_FOR_GIFTS)[:-1], u, side="right")
    category = np.where((what == BROWSING) & december, gifts, usual)
    looked = (pages > 1) | (rng.random(n) < 0.4)
    cart = np.ones(n)
    for kind, share in CART.items():
        cart[what == kind] = share
    cart = (rng.random(n) < cart) & ((pages > 1) | (what == BUYING))
    known = (person >= 0) & ((what == BUYING) | (rng.random(n) >= p.logged_out))

    order = np.lexsort((seconds, pages, draft.customer_id[person] * known, minute))
    table = pd.DataFrame(
        {
            "customer_id": pd.array(draft.customer_id[person], dtype="Int64"),
            "started_at": np.datetime64("2020-01-01", "us") + minute * np.timedelta64(1, "m"),
            "device": words(device, DEVICES),
            "source": words(source, SOURCES),
            "pages": pages,
            "seconds": seconds.astype(np.int64),
            "viewed_category": words(np.where(looked, category, len(CATEGORIES)), (*CATEGORIES, "")),
            "added_to_cart": cart,
            "order_id": pd.array(s["order_id"].to_numpy(), dtype="Int64"),
        }
    )
    table.loc[~known, "customer_id"] = pd.NA
    table.loc[s["order_id"].to_numpy() == 0, "order_id"] = pd.NA
    return numbered(table.iloc[order], "session_id")
