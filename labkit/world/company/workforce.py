"""Staff and training.

Support staff are numbers 1 to 14 and all of them stay, so that every ticket of history has somebody who was there.
Nobody has a name. Planted for lessons: the *refresher* of the CRM system teaches nothing; because only those
with a poor test are sent to it, their scores rise all the same (regression to the mean). The other topics teach what
:class:`~labkit.world.parameters.company_side.Workforce` says.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company.tools import NO_DAY, any_day, days
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, HISTORY_START, Workforce

YEAR = 365.25
TRAINED = ("support", "sales", "crm", "shops", "clinic", "marketing")
"""Teams that meet customers or partners, or write to them."""


def make_staff(draft: Draft) -> None:
    """Put staff and training into the draft."""
    p = draft.parameters.workforce
    staff = draw_staff(draft.stream("company/staff"), p)
    draft.tables["staff"] = staff
    draft.tables["training"] = draw_training(draft.stream("company/training"), staff, p)


def draw_staff(rng: np.random.Generator, p: Workforce) -> pd.DataFrame:
    """Draw who has worked here since 2024: every position, with those who left and those who followed."""
    rows: list[tuple] = []
    for team, role, positions, hours, cost in p.roster:
        for _ in range(positions):
            joined = HISTORY_START - np.timedelta64(int(rng.integers(20, 6 * 365)), "D")
            while joined <= HISTORY_END:
                stays = np.inf if team == "support" else rng.exponential(YEAR / p.turnover)
                # Whoever is here when history begins has not left before.
                left = max(joined, HISTORY_START) + np.timedelta64(int(min(stays, 1e5)), "D")
                paid = cost * rng.lognormal(0, p.cost_spread)
                rows.append((team, role, hours, joined, left if left <= HISTORY_END else NO_DAY, paid))
                joined = left + np.timedelta64(int(rng.integers(*p.vacancy_days)), "D")
    for joined, left in p.sellers:
        paid = p.seller_cost_brl * rng.lognormal(0, p.cost_spread)
        rows.append(
            ("sales", "partner seller", 40, np.datetime64(joined), np.datetime64(left or "NaT", "D"), paid)
        )
    columns = ["team", "role", "hours_a_week", "joined_on", "left_on", "monthly_cost_brl"]
    staff = pd.DataFrame(rows, columns=columns)
    staff["monthly_cost_brl"] = staff["monthly_cost_brl"].round(2)
    staff["joined_on"], staff["left_on"] = days(staff["joined_on"]), days(staff["left_on"])
    staff = staff.assign(other=staff["team"] != "support").sort_values(["other", "joined_on", "team", "role"])
    staff = numbered(staff.drop(columns="other"), "staff_id")
    place = staff.groupby("team").cumcount() + 1
    staff["code"] = staff["team"].str.upper().str[:3] + "-" + place.astype(str).str.zfill(2)
    return staff


def draw_training(rng: np.random.Generator, staff: pd.DataFrame, p: Workforce) -> pd.DataFrame:
    """Draw trainings with a test before and after."""
    pupils = staff[staff["team"].isin(TRAINED)]
    n = max(1, rng.poisson(len(pupils) * p.trained_a_year * 2))
    who = rng.integers(0, len(pupils), n)
    held = any_day(rng, n)
    joined, left = days(pupils["joined_on"])[who], days(pupils["left_on"])[who]
    topic = rng.integers(0, len(p.topics), n)
    gain = np.array([gain for *_, gain in p.topics])[topic]
    mean, spread = p.knowledge
    knows = mean + spread * rng.standard_normal(n)
    before = knows + p.score_noise * rng.standard_normal(n)
    after = knows + gain + p.score_noise * rng.standard_normal(n)
    refresher = np.array([name.endswith("refresher") for name, *_ in p.topics])[topic]
    sent = (held >= joined) & ~(held > left) & (~refresher | (before < p.refresher_below))
    names = np.array([name for name, *_ in p.topics], dtype=object)
    frame = pd.DataFrame(
        {
            "held_on": held,
            "topic": names[topic],
            "given_by": np.array([team for _, team, *_ in p.topics], dtype=object)[topic],
            "staff_id": pupils["staff_id"].to_numpy()[who],
            "hours": np.array([hours for _, _, hours, _ in p.topics])[topic],
            "score_before": np.clip(before.round(), 0, 100),
            "score_after": np.clip(after.round(), 0, 100),
        }
    )
    return numbered(frame[sent].sort_values(["held_on", "staff_id", "topic"]), "training_id")


def active(staff: pd.DataFrame, day: np.ndarray) -> np.ndarray:
    """Return who (columns) works here on each day (rows)."""
    joined, left = days(staff["joined_on"]), days(staff["left_on"])
    return (joined[None, :] <= day[:, None]) & ~(left[None, :] < day[:, None])
