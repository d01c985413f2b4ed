"""Messages of the company: most are honest, some break a guideline, and the data can show which.

Planted breaches, by guideline of the five (truthful, integrity, balance, sustainable, humane):

- truthful: ``raised price`` (a discount on a list price raised weeks before: ``price_history``), ``false
  scarcity`` ("only 5 left": ``stock`` has many), ``false deadline`` ("last day", a week before the sale ends:
  ``price_history`` and the next "last day"), ``failure hidden`` ("under 1%": ``deliveries`` shows more);
- integrity: ``hidden condition`` (stands on the page in ``conditions``, not in the text), ``disrespect``;
- balance: ``unequal`` (who spends less waits); sustainable: ``pressure`` (more than five messages in seven days
  to one audience); humane: ``guilt``.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, HISTORY_START, Messages
from labkit.world.texts.facts import DAY
from labkit.world.texts.grammar import draw, fill, vocabulary
from labkit.world.texts.surface import tidy

GUIDELINE = {
    "raised price": "truthful", "false scarcity": "truthful", "false deadline": "truthful",
    "failure hidden": "truthful", "hidden condition": "integrity", "disrespect": "integrity", "unequal": "balance",
    "pressure": "sustainable", "guilt": "humane", "": "",
}  # fmt: skip
"""Guideline that each breach breaks."""

OFFERS = (
    "R$ 20 off",
    "R$ 30 off",
    "15% off",
    "10% off",
    "R$ 15 off",
    "free delivery",
    "two for the price of one",
)
TERMS = (
    "from R$ 200 and on accessories only", "for a first order by app only", "from R$ 250, dry food excluded",
    "once a household, from R$ 180", "paid back as points, which expire after 15 days", "on list prices, not on sales",
)  # fmt: skip
CHANNELS = (("email", 0.45), ("whatsapp", 0.25), ("app_push", 0.20), ("sms", 0.10))
ANIMALS = {"dog owners": "your dog", "cat owners": "your cat"}
COLUMNS = [
    "sent_on", "channel", "audience", "purpose", "product_id", "subject", "text", "conditions",
    "claimed_discount", "claimed_was_brl", "claimed_units", "claimed_until", "delivered", "orders", "opt_outs",
]  # fmt: skip


def write_messages(draft: Draft, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the messages, and the truth about each: guideline, breach, evidence."""
    p = draft.parameters.messages
    products = draft.tables["products"].set_index("product_id")
    plan = [
        *_sales(draft.parameters.goods.sales, products, draft.tables["price_history"], p, rng),
        *_scarce(products, draft.tables["stock"], p, rng),
        *_incidents(draft.tables["deliveries"], p),
        *_lapses(p, rng),
    ]
    plan += _vouchers(plan, p, rng)
    plan += _ordinary(p.count - len(plan), plan, p, rng)
    frame = pd.DataFrame(plan).reindex(columns=[*COLUMNS, "kind", "breach", "evidence", "facts"])
    frame = frame.sort_values(["sent_on", "audience", "purpose", "kind"], kind="stable", ignore_index=True)
    _say(frame, rng)
    _results(frame, _reachable(draft, frame), p, rng, draft.stream("texts/messages/opt-outs"))
    frame = numbered(frame, "message_id")
    frame["breach"] = frame["breach"].fillna("")
    frame["guideline"] = frame["breach"].map(GUIDELINE)
    return frame[["message_id", *COLUMNS]], frame[["message_id", "guideline", "breach", "evidence"]]


def _say(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Put subjects and texts into the frame, and the channel where it is open."""
    phrases = vocabulary("messages")
    kind = frame["kind"].to_numpy(dtype=object)
    subject_kind = np.where(np.isin(kind, ["voucher.open", "voucher.hidden"]), "voucher", kind)
    animal = frame["audience"].map(ANIMALS).fillna("your pet")
    rows = frame["facts"].to_list()
    names = sorted({name for row in rows for name in row})
    facts = {name: [row.get(name, "") for row in rows] for name in names}
    facts |= {"animal": animal, "animal_up": animal.str.capitalize()}
    frame["subject"] = [tidy(t) for t in fill(draw(phrases, "subject." + subject_kind, rng), facts)]
    frame["text"] = fill(draw(phrases, "text." + kind, rng), facts)
    names = np.array([name for name, _ in CHANNELS], dtype=object)
    frame["channel"] = names[rng.choice(len(names), len(frame), p=[share for _, share in CHANNELS])]


def _reachable(draft: Draft, frame: pd.DataFrame) -> np.ndarray:
    """How many customers there were on the day of each message who allow marketing on its channel."""
    acquired = draft.traits["acquired_on"].to_numpy()[draft.customer_id > 0].astype("datetime64[D]")
    sent = frame["sent_on"].to_numpy().astype("datetime64[D]")
    there = np.searchsorted(np.sort(acquired), sent, side="right")
    consent = {channel.name: channel.consent for channel in draft.parameters.play.channels}
    return there * frame["channel"].replace("app_push", "push").map(consent).to_numpy(dtype=float)


def _results(
    frame: pd.DataFrame,
    customers: np.ndarray,
    p: Messages,
    rng: np.random.Generator,
    other: np.random.Generator,
) -> None:
    """Draw what came of each message; what breaks a guideline sells more, and drives more away.

    Messages differ among themselves as well, so that the figures alone do not say which ones are honest.
    """
    reach = frame["audience"].map(dict(p.audiences)).to_numpy() * rng.uniform(0.75, 0.95, len(frame))
    delivered = np.maximum(np.round(reach * customers), 1).astype(int)
    dishonest = frame["breach"].fillna("").ne("").to_numpy()
    sells = frame["purpose"].isin(["offer", "win-back", "replenishment"]).to_numpy()
    rate = p.order_rate * np.where(sells, 1.0, 0.15) * rng.lognormal(0, 0.5, len(frame))
    frame["delivered"] = delivered
    frame["orders"] = rng.binomial(delivered, rate * np.where(dishonest, p.dishonest_orders, 1.0))
    leave = p.opt_out * np.where(dishonest, p.dishonest_opt_out, 1.0) * other.lognormal(0, 0.6, len(frame))
    frame["opt_outs"] = rng.binomial(delivered, np.minimum(leave, 1.0))


def _said_day(day: np.datetime64) -> str:
    return f"{pd.Timestamp(day):%-d %B}"


def _audience(species: str) -> str:
    return {"dog": "dog owners", "cat": "cat owners"}.get(species, "all customers")


def _sales(sales, products, history, p, rng) -> list[dict]:
    """Announce each sale, remind of the longer ones, and say when the last day is."""
    honest_long = [s.product_id for s in sales if s.honest and s.weeks > 1]
    early = set(rng.permutation(honest_long)[: p.deadlines].tolist())
    plan = []
    for sale in sales:
        first = np.datetime64(sale.sale_on)
        last = first + (7 * sale.weeks - 1) * DAY
        asked = history[(history["product_id"] == sale.product_id) & (history["valid_from"] <= first)].iloc[
            -1
        ]
        item = products.loc[sale.product_id]
        evidence = f"price_history of product {sale.product_id}: sale from {sale.sale_on} to {last}"
        if not sale.honest:
            evidence += f", list price raised on {sale.raised_on}"
        steps = [("sale.announce", first, last), ("sale.last", last, last)]
        if sale.product_id in early:
            steps.append(("sale.last", first + 6 * DAY, first + 6 * DAY))
        elif sale.weeks > 1:
            steps.append(("sale.reminder", first + 7 * DAY, last))
        for kind, sent, until in steps:
            breach = "" if sale.honest else "raised price"
            plan.append(
                {
                    "kind": kind, "sent_on": sent, "audience": _audience(item["species"]), "purpose": "offer",
                    "product_id": sale.product_id, "claimed_discount": sale.announced,
                    "claimed_was_brl": asked["list_price_brl"], "claimed_until": until,
                    "breach": "false deadline" if until < last else breach, "evidence": evidence,
                    "facts": {
                        "name": item["name"], "off": f"{sale.announced:.0%}", "until": _said_day(until),
                        "was": f"{asked['list_price_brl']:.2f}", "now": f"{asked['price_brl']:.2f}",
                    },
                }
            )  # fmt: skip
    return plan


def _scarce(products, stock, p, rng) -> list[dict]:
    """Say that little is left, on the Sunday that ends a week: true where it is so, untrue where it is not."""
    packed = products.index[products["category"] != "bulk"]
    here = stock[stock["product_id"].isin(packed) & (stock["on_hand"] >= 2)]
    here = here[here["week"] < pd.Timestamp(HISTORY_END) - pd.Timedelta(days=7)]
    here = here.sort_values(["on_hand", "week", "product_id"], ignore_index=True)
    true, false = p.scarce
    # One message a product: the scarcest weeks of some, the fullest of others.
    fullest = here.drop_duplicates("product_id", keep="last").tail(3 * false)
    fullest = fullest.iloc[rng.permutation(len(fullest))[:false]].assign(low=False)
    rest = here[~here["product_id"].isin(fullest["product_id"])]
    scarcest = rest.drop_duplicates("product_id").head(4 * true)
    scarcest = scarcest.iloc[rng.permutation(len(scarcest))[:true]].assign(low=True)
    plan = []
    for row in pd.concat([scarcest, fullest]).itertuples():
        units = int(row.on_hand) if row.low else int(np.clip(row.on_hand * rng.uniform(0.05, 0.15), 1, 12))
        item = products.loc[row.product_id]
        plan.append(
            {
                "kind": "stock", "sent_on": np.datetime64(row.week, "D") + 6 * DAY,
                "audience": _audience(item["species"]), "purpose": "offer", "product_id": row.product_id,
                "claimed_units": units, "breach": "" if row.low else "false scarcity",
                "evidence": f"stock of product {row.product_id} in the week of {row.week:%Y-%m-%d}: {row.on_hand:.0f}",
                "facts": {"name": item["name"], "units": str(units)},
            }
        )  # fmt: skip
    return plan


def _incidents(deliveries, p) -> list[dict]:
    """Write after bad weeks of delivery: admit every second one, play down the others."""
    due = deliveries["promised_on"].to_numpy().astype("datetime64[D]")
    week = due - ((due.astype(int) + 3) % 7) * DAY
    came = deliveries["delivered_on"].to_numpy().astype("datetime64[D]")
    late = ~(came <= due)
    weeks = pd.DataFrame({"week": week, "late": late}).groupby("week")["late"].agg(["mean", "size"])
    weeks = weeks[(weeks.index >= pd.Timestamp(HISTORY_START)) & (weeks.index < pd.Timestamp("2025-12-15"))]
    weeks = weeks[weeks["size"] >= 0.5 * weeks["size"].median()].sort_values("mean", ascending=False)
    chosen: list[pd.Timestamp] = []
    for when in weeks.index:
        if all(abs((when - other).days) >= 21 for other in chosen):
            chosen.append(when)
    plan = []
    for i, when in enumerate(chosen[: sum(p.incidents)]):
        share, hidden = weeks.loc[when, "mean"], i % 2 == 1
        plan.append(
            {
                "kind": "incident.hidden" if hidden else "incident.open",
                "sent_on": np.datetime64(when, "D") + 9 * DAY, "audience": "recent buyers", "purpose": "service",
                "breach": "failure hidden" if hidden else "",
                "evidence": f"deliveries promised in the week of {when:%Y-%m-%d}: {share:.1%} late or lost",
                "facts": {"late": f"{share:.0%}", "week": _said_day(when)},
            }
        )  # fmt: skip
    return plan


def _days(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n days spread over history: one in each of n equal spans."""
    span = (HISTORY_END - HISTORY_START).astype(int) - 14
    at = (np.arange(n) + rng.random(n)) / max(n, 1) * span
    return HISTORY_START + at.astype("timedelta64[D]")


def _weeks(plan: list[dict]) -> dict[tuple[str, int], int]:
    """Count messages by audience and week of history."""
    return Counter((row["audience"], _week(row["sent_on"])) for row in plan)


def _week(day: np.datetime64) -> int:
    return int((day - HISTORY_START).astype(int)) // 7


def _vouchers(others: list[dict], p, rng) -> list[dict]:
    """Offer vouchers, with the conditions in the text or only on the page; in no week that is full already."""
    full = _weeks(others)
    open_, hidden = p.vouchers
    order = rng.permutation(open_ + hidden)
    plan = []
    for day, place in zip(_days(open_ + hidden, rng), order, strict=True):
        terms, offer = (str(rng.choice(TERMS)), str(rng.choice(OFFERS)))
        audience = str(rng.choice(["all customers", "dog owners", "cat owners", "plan holders"]))
        while full[audience, _week(day)] > 1 and day < HISTORY_END - 22 * DAY:
            day = day + 7 * DAY
        until = day + int(rng.integers(7, 15)) * DAY
        plan.append(
            {
                "kind": "voucher.hidden" if place >= open_ else "voucher.open", "sent_on": day,
                "audience": audience,
                "purpose": "offer", "conditions": terms, "claimed_until": until,
                "claimed_discount": _percent(offer),
                "breach": "hidden condition" if place >= open_ else "",
                "evidence": f"the page says: {terms}",
                "facts": {"offer": offer, "terms": terms, "until": _said_day(until)},
            }
        )  # fmt: skip
    return plan


def _percent(offer: str) -> float:
    """Return the share off that an offer claims; NaN if it is no percentage."""
    return float(offer.split("%")[0]) / 100 if "%" in offer else np.nan


def _lapses(p, rng) -> list[dict]:
    """Write what ought not to be written: guilt, insults, service by spend, and bursts to one audience."""
    plan = []
    for breach, kind, n, audience, purpose in (
        ("guilt", "guilt", p.guilt, "lapsed customers", "win-back"),
        ("disrespect", "disrespect", p.disrespect, "recent buyers", "offer"),
        ("unequal", "unequal", p.unequal, "all customers", "service"),
    ):
        plan += [
            {
                "kind": kind, "sent_on": day, "audience": audience, "purpose": purpose, "breach": breach,
                "evidence": "its own words", "facts": {},
            }
            for day in _days(n, rng)
            if all(abs((day - np.datetime64(week)).astype(int)) > 14 for week in p.bursts)
        ]  # fmt: skip
    for week in p.bursts:
        offer = str(rng.choice(OFFERS[:5]))
        plan += [
            {
                "kind": "pressure", "sent_on": np.datetime64(week) + day * DAY, "audience": "lapsed customers",
                "purpose": "offer", "breach": "pressure", "claimed_discount": _percent(offer), "facts": {"offer": offer},
                "evidence": f"{p.burst} messages to lapsed customers in the week of {week}",
            }
            for day in range(p.burst)
        ]  # fmt: skip
    return plan


def _ordinary(n: int, others: list[dict], p: Messages, rng: np.random.Generator) -> list[dict]:
    """Fill the log with ordinary messages, on days on which they crowd nobody."""
    with (Path(__file__).parent / "vocabulary/news.csv").open(encoding="utf-8", newline="") as file:
        news = list(csv.DictReader(file))
    tips, info = ([row for row in news if row["kind"] == kind] for kind in ("tip", "info"))
    busy = _weeks(others)
    plan = []
    for i, day in enumerate(_days(n, rng)):
        kind = ("tip", "tip", "info", "replenish", "renewal", "winback")[i % 6]
        audience = {
            "renewal": "plan holders",
            "winback": "lapsed customers",
            "replenish": "recent buyers",
        }.get(kind, str(rng.choice(["all customers", "dog owners", "cat owners"])))
        while (audience, _week(day)) in busy and day < HISTORY_END - 8 * DAY:
            day = day + 7 * DAY
        source = tips if kind == "tip" else info
        item = source[int(rng.integers(len(source)))]
        until = min(day + 30 * DAY, HISTORY_END)
        terms = "from R$ 100, once" if kind == "winback" else None
        plan.append(
            {
                "kind": kind, "sent_on": day, "audience": audience, "breach": "", "evidence": "", "conditions": terms,
                "purpose": {"replenish": "replenishment", "renewal": "service", "winback": "win-back"}.get(kind, "news"),
                "claimed_until": until if kind == "winback" else np.datetime64("NaT"),
                "facts": {
                    "topic": item["topic"], "topic_low": item["topic"].lower(), "advice": item["advice"],
                    "offer": "R$ 20 off", "terms": terms, "until": _said_day(until),
                },
            }
        )  # fmt: skip
    return plan
