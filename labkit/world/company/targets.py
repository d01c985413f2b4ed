"""Targets by month, for teams and for each seller, beside what was reached.

What was reached is counted from the tables. Targets are set as companies do: last year's level, or this year's plan,
with ambition on top and the same for every seller, whatever leads they are given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company.tools import MONTHS, month_of
from labkit.world.company.workforce import active
from labkit.world.draft import Draft

AMBITION = 1.07
"""Targets above the level that the year will show (assumed)."""

SPREAD = 0.05
"""Log standard deviation of a target around it (assumed): planning is rough."""

N = len(MONTHS)


def make_targets(draft: Draft) -> None:
    """Put the targets into the draft."""
    tables = draft.tables
    rng = draft.stream("company/targets")
    parts = [_rows(rng, team, measure, actual) for team, measure, actual in team_results(tables)] + _sellers(
        tables
    )
    frame = pd.concat(parts, ignore_index=True)
    frame["staff_id"] = frame["staff_id"].astype("Int64").mask(frame["staff_id"] < 0)
    frame = frame.sort_values(["month", "team", "measure", "staff_id"], ignore_index=True)
    frame["month"] = MONTHS[frame["month"]].astype("datetime64[D]")
    draft.tables["targets"] = frame


def team_results(tables: dict[str, pd.DataFrame]) -> list[tuple[str, str, np.ndarray]]:
    """Return team, measure and what was reached in each month of history."""
    orders, tickets = tables["orders"], tables["tickets"]
    month = month_of(orders["ordered_on"])
    revenue, shop = orders["revenue_brl"].to_numpy(), (orders["channel"] == "shop").to_numpy()
    bought = np.zeros((orders["customer_id"].max() + 1, N), dtype=bool)
    bought[orders["customer_id"].to_numpy(), month] = True
    won = month_of(tables["customers"]["acquired_on"])
    closed = tickets[tickets["closed_at"].notna()]
    when = month_of(closed["closed_at"])
    solved = np.bincount(when, closed["resolved_first_contact"].to_numpy(dtype=float), minlength=N)
    started = month_of(tables["plans"]["started_on"])
    return [
        ("shops", "shop revenue R$", np.bincount(month[shop], revenue[shop], minlength=N)),
        ("marketing", "web and app revenue R$", np.bincount(month[~shop], revenue[~shop], minlength=N)),
        ("marketing", "customers won", np.bincount(won[won >= 0], minlength=N)),
        ("crm", "customers who bought", bought.sum(axis=0)),
        ("crm", "plan contracts signed", np.bincount(started[started >= 0], minlength=N)),
        ("support", "tickets closed", np.bincount(when, minlength=N)),
        ("support", "solved at first contact", solved),
    ]


def _rows(rng, team: str, measure: str, actual: np.ndarray) -> pd.DataFrame:
    year = np.arange(N) // 12
    level = np.array([actual[year == y].mean() for y in (0, 1)])[year]
    target = level * AMBITION * rng.lognormal(0, SPREAD, N)
    return pd.DataFrame(
        {
            "month": np.arange(N),
            "team": team,
            "staff_id": -1,
            "measure": measure,
            "target": np.round(target, -3 if level.max() > 50_000 else 0),
            "actual": np.round(actual.astype(float), 2),
        }
    )


def _sellers(tables: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Return contracts won, and their monthly value, by seller and month; the target is the same for all."""
    staff, stages = tables["staff"], tables["opportunity_stages"]
    sellers = staff[staff["team"] == "sales"]
    won = stages[stages["outcome"] == "won"].merge(
        tables["partner_contracts"].dropna(subset="opportunity_id")[["opportunity_id", "monthly_value_brl"]],
        on="opportunity_id",
    )
    place = np.searchsorted(sellers["staff_id"], won["staff_id"]) * N + month_of(won["entered_on"])
    # A seller has a target for every month in which they are here on the 15th.
    here = active(sellers, MONTHS.astype("datetime64[D]") + 14).T
    parts = []
    for measure, weights in (
        ("contracts won", None),
        ("monthly value won R$", won["monthly_value_brl"].to_numpy()),
    ):
        actual = np.bincount(place, weights, minlength=len(sellers) * N).reshape(-1, N)
        here = here | (actual > 0)
        year = np.arange(N) // 12
        level = np.array([actual[:, year == y].sum() / max(1, here[:, year == y].sum()) for y in (0, 1)])
        target = (level * AMBITION)[year]
        who, when = np.nonzero(here)
        parts.append(
            pd.DataFrame(
                {
                    "month": when,
                    "team": "sales",
                    "staff_id": sellers["staff_id"].to_numpy()[who],
                    "measure": measure,
                    "target": np.round(target[when], 1 if weights is None else -2),
                    "actual": np.round(actual[who, when].astype(float), 2),
                }
            )
        )
    return parts
