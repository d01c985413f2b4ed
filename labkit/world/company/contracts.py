"""Contracts with partners: what was agreed, until when, and whether it was renewed.

Contracts of 2022 and 2023 stand in no ``opportunities``: the funnel has been kept since 2024. Planted for lessons:
who came for a discount renews less.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company.tools import NO_DAY, choose, days
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, HISTORY_START, Partners, Sales


def make_contracts(draft: Draft) -> None:
    """Put the partners' contracts into the draft."""
    p = draft.parameters
    draft.tables["partner_contracts"] = draw_contracts(
        draft.stream("company/contracts"),
        draft.frames["opportunities"],
        draft.tables["proposals"],
        p.sales,
        p.partners,
        draft.size,
    )


def draw_contracts(
    rng: np.random.Generator,
    deals: pd.DataFrame,
    proposals: pd.DataFrame,
    p: Sales,
    partners: Partners,
    size: float,
) -> pd.DataFrame:
    """Draw the contracts of the partners won, and of those who were there before.

    Returns
    -------
    pandas.DataFrame
        opportunity_id (missing before 2024), partner_type, signed_on, term_months, monthly_value_brl, reviewed_on,
        renewals, renews_on (next end of term; missing once ended), ended_on (missing while running), co_marketing_on.
    """
    won = deals[deals["status"] == "won"].merge(
        proposals.loc[
            proposals["status"] == "accepted", ["opportunity_id", "discount_share", "monthly_value_brl"]
        ],
        on="opportunity_id",
        suffixes=("_estimated", ""),
    )
    old = _old(rng, p, partners, size)
    frame = pd.DataFrame(
        {
            "opportunity_id": pd.array([*won["opportunity_id"], *[pd.NA] * len(old)], "Int64"),
            "partner_type": np.concatenate([won["partner_type"], old["partner_type"]]),
            "signed_on": np.concatenate([days(won["closed_on"]), days(old["signed_on"])]),
            "monthly_value_brl": np.concatenate([won["monthly_value_brl"], old["monthly_value_brl"]]),
            "discount": np.concatenate([won["discount_share"], old["discount"]]),
        }
    )
    n = len(frame)
    signed = days(frame["signed_on"])
    term = np.where(rng.random(n) < p.two_years, 24, 12)
    chance = 1 / (1 + np.exp(-(p.renews + p.discount_renews * frame["discount"].to_numpy())))
    ended, renewals = np.full(n, NO_DAY), np.zeros(n, dtype=int)
    for k in range(1, 5):  # at most four terms of twelve months fit between 2022 and 2025
        ends = _months_later(signed, k * term)
        due = (ends <= HISTORY_END) & np.isnat(ended)
        stays = rng.random(n) < chance
        # Nobody has kept contracts that ended before 2024: those that are listed were renewed then.
        stays |= ends < HISTORY_START
        renewals += due & stays
        ended = np.where(due & ~stays, ends, ended)
    running = np.isnat(ended)
    reviewed = signed - rng.integers(1, 9, n)
    joint = signed + rng.integers(30, 400, n)
    joins = (rng.random(n) < p.co_marketing) & (joint >= HISTORY_START) & (joint <= HISTORY_END)
    frame = frame.assign(
        term_months=term,
        reviewed_on=np.where(rng.random(n) < p.unreviewed, NO_DAY, reviewed),
        renewals=renewals,
        renews_on=np.where(running, _months_later(signed, term * (renewals + 1)), NO_DAY),
        ended_on=ended,
        co_marketing_on=np.where(joins & ~(joint >= ended), joint, NO_DAY),
    )
    ordered = frame.sort_values(["signed_on", "opportunity_id", "monthly_value_brl"]).drop(columns="discount")
    return numbered(ordered, "partner_contract_id")


def _old(rng, p: Sales, partners: Partners, size: float) -> pd.DataFrame:
    n = max(3, round(p.old_contracts * size))
    kinds = np.array([kind for kind, _ in partners.partner_types], dtype=object)
    kind = choose(rng, n, partners.partner_types)
    median = np.array([value for _, value in partners.value_brl])[
        (kind[:, None] == kinds[None, :]).argmax(axis=1)
    ]
    return pd.DataFrame(
        {
            "partner_type": kind,
            "signed_on": np.datetime64("2022-01-03") + rng.integers(0, 725, n),
            "monthly_value_brl": np.round(median * rng.lognormal(0, partners.value_spread, n), 2),
            "discount": rng.exponential(p.discount[0], n),
        }
    )


def _months_later(day: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Return the same day of the month, months later; the last one of a shorter month."""
    month = day.astype("datetime64[M]")
    into = (day - month.astype("datetime64[D]")).astype(int)
    later = month + months
    length = ((later + 1).astype("datetime64[D]") - later.astype("datetime64[D]")).astype(int)
    return later.astype("datetime64[D]") + np.minimum(into, length - 1)
