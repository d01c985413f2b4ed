"""Shops, clinics, warehouses and the office; defects there; and incidents with data.

The shops are those whose codes the loyalty cards of ``source_shop`` bear; a code lies in the largest city that uses it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world import lists
from labkit.world.company.tools import NO_DAY, any_day, days, seen, span
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, HISTORY_START, Premises

SHOPS = 60
OTHERS = (
    ("clinic", "São Paulo", 260, 46),
    ("clinic", "Rio de Janeiro", 190, 34),
    ("clinic", "Belo Horizonte", 150, 26),
    ("clinic", "Curitiba", 140, 24),
    ("warehouse", "Guarulhos", 900, 420),
    ("warehouse", "Recife", 300, 110),
    ("office", "São Paulo", 210, 40),
)
"""Kind, city, area (m²), and capacity (visits, parcels or seats a day)."""

DEFECTS = ("cold store", "lighting", "door or shutter", "water", "till and network", "air conditioning")
INCIDENTS = (
    ("list sent to the wrong address", "newsletter", 0.01),
    ("stolen laptop", "office", 0.03),
    ("guessed password", "ecommerce", 0.002),
    ("open export folder", "ecommerce", 0.20),
    ("phishing of an agent", "support", 0.004),
    ("supplier's system broken into", "shop", 0.12),
    ("file printed and lost", "clinic", 0.001),
)


def make_premises(draft: Draft) -> None:
    """Put facilities, maintenance and security incidents into the draft."""
    p = draft.parameters.premises
    facilities = draw_facilities(draft.stream("company/facilities"), p)
    draft.tables["facilities"] = facilities
    draft.tables["maintenance"] = draw_maintenance(draft.stream("company/maintenance"), facilities, p)
    draft.tables["security_incidents"] = draw_incidents(
        draft.stream("company/incidents"), len(draft.tables["customers"]), p
    )


def draw_facilities(rng: np.random.Generator, p: Premises) -> pd.DataFrame:
    """Draw the places: what they are, where, since when, how large, at what rent."""
    place = lists.places()
    city = [_city_of(code) for code in range(SHOPS)]
    median, spread = p.shop_area
    area = np.round(median * rng.lognormal(0, spread, SHOPS), 1)
    state = dict(zip(place["city"], place["state"], strict=True))
    shops = pd.DataFrame(
        {
            "code": [f"L{code + 1:02d}" for code in range(SHOPS)],
            "kind": "shop",
            "city": city,
            "area_m2": area,
            "capacity_a_day": np.ceil(area * 2.5),
        }
    )
    others = pd.DataFrame(OTHERS, columns=["kind", "city", "area_m2", "capacity_a_day"])
    others["code"] = others["kind"].str[0].str.upper() + (others.groupby("kind").cumcount() + 1).astype(
        str
    ).str.zfill(2)
    frame = pd.concat([shops, others], ignore_index=True)
    n = len(frame)
    frame["state"] = frame["city"].map(state)
    opened = np.datetime64("2019-03-01") + rng.integers(0, 300, n)
    frame["opened_on"] = np.where(frame["kind"] == "clinic", opened + 500, opened)
    ratio = np.where(frame["city"] == "São Paulo", 1.0, p.rent_elsewhere)
    frame["monthly_rent_brl"] = np.round(
        frame["area_m2"] * p.rent_m2_brl * ratio * rng.lognormal(0, p.rent_spread, n), 2
    )
    return numbered(frame, "facility_id")


def _city_of(code: int) -> str:
    place = lists.places()
    there = [k for k in range(len(place["city"])) if (code - 7 * k) % SHOPS < 3]
    return str(place["city"][max(there, key=lambda k: place["weight"][k])])


def draw_maintenance(rng: np.random.Generator, facilities: pd.DataFrame, p: Premises) -> pd.DataFrame:
    """Draw defects: where, what, when reported and mended, hours closed and cost."""
    area = facilities["area_m2"].to_numpy()
    rate = p.repairs_a_year * 2 * np.sqrt(area / np.median(area))
    row = np.repeat(np.arange(len(facilities)), rng.poisson(rate))
    n = len(row)
    reported = any_day(rng, n)
    median, spread = p.repair_days
    took = median * rng.lognormal(0, spread, n)
    closed = rng.random(n) < 0.3
    frame = pd.DataFrame(
        {
            "facility_id": facilities["facility_id"].to_numpy()[row],
            "reported_on": reported,
            "mended_on": seen(reported + span(took)),
            "what": np.array(DEFECTS, dtype=object)[rng.integers(0, len(DEFECTS), n)],
            "hours_closed": np.where(closed, np.round(np.minimum(took, 6) * rng.uniform(0.5, 4, n), 1), 0.0),
            "cost_brl": np.round(220 * rng.lognormal(0, 0.8, n), 2),
        }
    )
    return numbered(frame.sort_values(["reported_on", "facility_id", "what"]), "maintenance_id")


def draw_incidents(rng: np.random.Generator, customers: int, p: Premises) -> pd.DataFrame:
    """Draw incidents with customer data: when they happened, were noticed, and those affected were told."""
    n = max(4, rng.poisson(2 * p.incidents_a_year))
    kind = rng.integers(0, len(INCIDENTS), n)
    share = np.array([share for *_, share in INCIDENTS])[kind]
    happened = any_day(rng, n)
    median, spread = p.detect_days
    noticed = happened + span(median * rng.lognormal(0, spread, n)) - 1
    median, spread = p.notify_days
    told = noticed + span(median * rng.lognormal(0, spread, n))
    affected = np.ceil(customers * share * rng.uniform(0.2, 1.0, n))
    frame = pd.DataFrame(
        {
            "happened_on": happened,
            "noticed_on": noticed,
            "what": np.array([what for what, *_ in INCIDENTS], dtype=object)[kind],
            "system": np.array([system for _, system, _ in INCIDENTS], dtype=object)[kind],
            "records_affected": affected.astype(int),
            # A single record does not always seem worth a letter.
            "notified_on": np.where((affected < 20) & (rng.random(n) < 0.7), NO_DAY, seen(told)),
        }
    )
    frame = frame[days(frame["noticed_on"]) <= HISTORY_END]
    if frame.empty:
        raise AssertionError("no incident was noticed in history")
    assert (days(frame["happened_on"]) >= HISTORY_START).all()
    return numbered(frame.sort_values(["noticed_on", "happened_on", "what"]), "incident_id")
