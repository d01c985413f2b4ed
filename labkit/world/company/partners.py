"""Opportunities: how shops, clinics, groomers and breeders become partners."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, Partners
from labkit.world.streams import stream

STAGES = ("lead", "qualified", "proposal", "contract")

LEAST_SIZE = 0.05
"""A company of any size has some opportunities: at least those of a twentieth of the course base."""


def make_opportunities(draft: Draft) -> None:
    """Put the opportunities into the draft: as a table, and with the days on which each stage ends as a frame."""
    drawn = draw_opportunities(draft.seed, draft.parameters.partners, max(draft.size, LEAST_SIZE))
    draft.frames["opportunities"] = numbered(drawn, "opportunity_id")
    draft.tables["opportunities"] = draft.frames["opportunities"]


def draw_opportunities(seed: int, p: Partners, size: float = 1.0) -> pd.DataFrame:
    """Draw opportunities with their stage and status on the last day of history.

    Parameters
    ----------
    seed : int
    p : Partners
    size : float
        Opportunities relative to the course base.

    Returns
    -------
    pandas.DataFrame
        partner_type, source, created_on, stage, status, closed_on, monthly_value_brl. ``stage`` is the last
        stage reached: contract if won, where it was lost, where it stands if open.
    """
    rng = stream(seed, "opportunities")
    created, source = _created(rng, p, size)
    n = len(created)
    kinds = np.array([kind for kind, _ in p.partner_types], dtype=object)
    kind = rng.choice(len(kinds), n, p=[share for _, share in p.partner_types])
    odds_of = {name: odds for name, _, odds in p.sources} | {"bought_list": p.list_odds}
    odds = np.array([odds_of[s] for s in source])
    in_2025 = created >= np.datetime64("2025-01-01")
    share = np.array(p.advance)[None, :] * np.where(
        in_2025[:, None], [1.0, p.advance_2025, p.advance_2025], 1.0
    )
    tilt = np.column_stack([odds, np.sqrt(odds), np.ones(n)])
    # Leads of a bought list are sifted at the first step; who passes fares as any other.
    tilt[source == "bought_list", 1] = 1.0
    advance = share * tilt / (1 - share + share * tilt)
    passes = rng.random((n, 3)) < advance
    days = np.array(p.stage_days) * rng.lognormal(0, p.stage_spread, (n, 3))
    reached = np.where(~passes[:, 0], 0, np.where(~passes[:, 1], 1, np.where(~passes[:, 2], 2, 3)))
    leave = np.ceil(np.cumsum(days, axis=1)).astype("timedelta64[D]")
    decided = created[:, None] + leave  # day on which each stage ends, for better or worse
    end_stage = np.minimum(reached, 2)
    closed = decided[np.arange(n), end_stage]
    is_open = closed > HISTORY_END
    stands = (decided <= HISTORY_END).sum(axis=1)
    stage = np.where(is_open, np.minimum(stands, end_stage), reached)
    status = np.where(is_open, "open", np.where(reached == 3, "won", "lost")).astype(object)
    median = np.array([value for _, value in p.value_brl])[kind]
    value = np.round(median * rng.lognormal(0, p.value_spread, n), 0)
    return pd.DataFrame(
        {
            "partner_type": kinds[kind],
            "source": source,
            "created_on": created,
            "stage": np.array(STAGES, dtype=object)[stage],
            "status": status,
            "closed_on": np.where(is_open, np.datetime64("NaT", "D"), closed),
            "monthly_value_brl": np.where(stage >= 1, value, np.nan),
            "reached": reached,
        }
        | {f"ends_{name}": decided[:, k] for k, name in enumerate(STAGES[:3])}
    )


def _created(rng, p, size):
    names = np.array([name for name, _, _ in p.sources], dtype=object)
    shares = [share for _, share, _ in p.sources]
    dates, sources = [], []
    for month in np.arange(np.datetime64("2024-01"), np.datetime64("2026-01")):
        first = month.astype("datetime64[D]")
        days = int(((month + np.timedelta64(1, "M")).astype("datetime64[D]") - first).astype(int))
        mean = p.per_month_2024 if month < np.datetime64("2025-01") else p.per_month_2025
        usual = rng.poisson(mean * size)
        listed = rng.poisson(p.list_per_month * size) if first >= np.datetime64(p.list_from) else 0
        dates.append(first + rng.integers(0, days, usual + listed).astype("timedelta64[D]"))
        sources.append(names[rng.choice(len(names), usual, p=shares)])
        sources.append(np.full(listed, "bought_list", dtype=object))
    dates, sources = np.concatenate(dates), np.concatenate(sources)
    order = np.argsort(dates, kind="stable")
    return dates[order], sources[order]
