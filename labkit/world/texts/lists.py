"""What the company lists: use of its features, ideas, and the board's priorities.

Planted: users of the printed catalogue and of orders by phone fall to a sixth and a fifth while their cost stays;
two other features fall for a season only. Ideas of fresh food come from customers and staff, ever more of them; the
board's first priority comes from the board alone and is in no customer's text.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.world.draft import numbered
from labkit.world.parameters import HISTORY_END, HISTORY_START, Ideas
from labkit.world.texts.facts import DAY
from labkit.world.texts.grammar import draw, vocabulary

_HERE = Path(__file__).parent / "vocabulary"


def _rows(file: str) -> pd.DataFrame:
    with (_HERE / file).open(encoding="utf-8", newline="") as handle:
        return pd.DataFrame(list(csv.DictReader(handle)))


def draw_feature_use(size: float, p: Ideas, rng: np.random.Generator) -> pd.DataFrame:
    """Draw users, uses and cost of each feature by month.

    Returns
    -------
    pandas.DataFrame
        month, feature, users, uses, cost_brl (R$ of the month: licences, paper, hours).
    """
    features = _rows("features.csv")
    months = np.arange(np.datetime64("2024-01"), np.datetime64("2026-01"))
    number = {
        c: features[c].to_numpy(float) for c in ("users_first", "users_last", "uses_per_user", "season")
    }
    launched = features["launched"].to_numpy(dtype="datetime64[M]")
    k, n = len(features), len(months)
    passed = np.arange(n)[None, :] / (n - 1)
    trend = number["users_first"][:, None] * (number["users_last"] / number["users_first"])[:, None] ** passed
    winter = 0.5 * (1 - np.cos(2 * np.pi * (months.astype(int) % 12 - 0) / 12))  # 0 in January, 1 in July
    december = (months.astype(int) % 12 == 11) * 1.0
    season = number["season"][:, None]
    shape = np.where(season < 0, 1 + season * winter, 1 + season * december)
    wobble = rng.lognormal(0, p.feature_wobble, (k, n))
    users = rng.poisson(trend * shape * wobble * size)
    uses = users + rng.poisson(users * (number["uses_per_user"] - 1)[:, None])
    cost = features["cost_brl"].to_numpy(float)[:, None] * rng.lognormal(0, 0.03, (k, n))
    month, feature = np.nonzero((months[None, :] >= launched[:, None]).T)
    return pd.DataFrame(
        {
            "month": months[month].astype("datetime64[D]"),
            "feature": features["feature"].to_numpy()[feature],
            "users": users[feature, month],
            "uses": uses[feature, month],
            "cost_brl": np.round(cost[feature, month], 2),
        }
    )


def draw_ideas(p: Ideas, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the ideas log.

    Returns
    -------
    pandas.DataFrame
        suggested_on, suggested_by, area, text, status, effort_days, done_on and users_90_days (of what was done).
    """
    parts = []
    span = (HISTORY_END - HISTORY_START).astype(int)
    for who, count in p.ideas:
        at = rng.random(count)
        areas = [
            a.split(".")[1] for a in vocabulary("ideas") if a.startswith(who + ".") and not a.endswith("need")
        ]
        area = rng.choice(np.array(areas, dtype=object), count)
        wish = (who != "board") & (rng.random(count) < p.need_first + (p.need_last - p.need_first) * at)
        area = np.where(wish, "need", area)
        parts.append(
            pd.DataFrame(
                {
                    "suggested_on": HISTORY_START + (at * span).astype("timedelta64[D]"),
                    "suggested_by": who,
                    "area": area,
                    "text": draw(vocabulary("ideas"), who + "." + area.astype(object), rng),
                }
            )
        )
    ideas = pd.concat(parts, ignore_index=True)
    n = len(ideas)
    wish = (ideas["area"] == "need").to_numpy()
    share = ideas["suggested_by"].map(dict(p.done)).to_numpy()
    takes = np.round(rng.gamma(3.0, 35.0, n)).astype(int).astype("timedelta64[D]")
    done_on = ideas["suggested_on"].to_numpy().astype("datetime64[D]") + 20 * DAY + takes
    done = (rng.random(n) < share) & ~wish & (done_on <= HISTORY_END - 90 * DAY)
    u = rng.random(n)
    status = np.where(u < 0.45, "rejected", np.where(u < 0.75, "under review", "new"))
    status = np.where(wish, np.where(u < 0.6, "rejected", "under review"), status)
    users = np.round(rng.lognormal(np.log(p.users_of_idea), 1.0, n))
    ideas["area"] = ideas["area"].replace("need", "range")
    ideas["status"] = np.where(done, "done", status)
    ideas["effort_days"] = np.maximum(np.round(rng.lognormal(np.log(12), 0.8, n)), 1).astype(int)
    ideas["done_on"] = np.where(done, done_on, np.datetime64("NaT"))
    ideas["users_90_days"] = pd.array(np.where(done, users, -1).astype(int), dtype="Int64")
    ideas.loc[~done, "users_90_days"] = pd.NA
    ideas["text"] = ideas["text"].str[:1].str.upper() + ideas["text"].str[1:]
    return numbered(ideas.sort_values(["suggested_on", "suggested_by", "text"], kind="stable"), "idea_id")


def priority_list() -> pd.DataFrame:
    """Return the board's priorities, with the hidden column ``signal`` that each answers (empty: none)."""
    table = _rows("priorities.csv")
    return table.astype({"rank": int, "cost_brl": float, "months": int})
