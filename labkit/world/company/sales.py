"""Leads, the stages behind each opportunity, and proposals.

All of it agrees with ``opportunities``, which is drawn first. Planted for lessons:

- Sellers differ in nothing. The two hired for the bought list get most of its leads and so win less per lead;
  within a source nobody is better than chance.
- ``fit_score`` at entry tells something about how far a lead comes; so does whether the decider was spoken to,
  through the same fit only.
- Discounts are pushed in the last ten days of a quarter. They win nothing: who wins was settled without them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company.partners import STAGES
from labkit.world.company.tools import NO_DAY, choose, days, span
from labkit.world.company.workforce import active
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, HISTORY_START, Sales


def make_sales(draft: Draft) -> None:
    """Put leads, stages and proposals into the draft."""
    p, deals = draft.parameters.sales, draft.frames["opportunities"]
    starts = np.datetime64(draft.parameters.partners.list_from)
    stages = draw_stages(draft.stream("company/stages"), deals, draft.tables["staff"], p)
    draft.tables["opportunity_stages"] = stages
    draft.tables["leads"] = draw_leads(draft.stream("company/leads"), deals, starts, p)
    draft.tables["proposals"] = draw_proposals(draft.stream("company/proposals"), deals, p)


def draw_stages(rng: np.random.Generator, deals: pd.DataFrame, staff: pd.DataFrame, p: Sales) -> pd.DataFrame:
    """Write the way of each opportunity through the stages, with its seller.

    Returns
    -------
    pandas.DataFrame
        One row an opportunity and stage entered: opportunity_id, stage, entered_on, left_on (missing where it
        stands and for a contract), outcome (advanced, lost, open, won), staff_id.
    """
    last = deals["stage"].map({name: k for k, name in enumerate(STAGES)}).to_numpy()
    status = deals["status"].to_numpy()
    ends = np.column_stack([days(deals[f"ends_{name}"]) for name in STAGES[:3]])
    entered = np.column_stack([days(deals["created_on"]), ends])
    parts = []
    for k, name in enumerate(STAGES):
        there = last >= k
        stands = (last == k) & (status != "lost")
        left = np.where(stands, NO_DAY, ends[:, min(k, 2)])
        outcome = np.where(last > k, "advanced", status.astype(str))
        parts.append(
            pd.DataFrame(
                {
                    "opportunity_id": deals["opportunity_id"],
                    "source": deals["source"],
                    "order": k,
                    "stage": name,
                    "entered_on": entered[:, k],
                    "left_on": left,
                    "outcome": outcome,
                }
            )[there]
        )
    frame = pd.concat(parts).sort_values(["opportunity_id", "order"], ignore_index=True)
    frame["staff_id"] = _owners(rng, frame, staff[staff["team"] == "sales"], p)
    return frame.drop(columns=["source", "order"])


def _owners(rng, stages: pd.DataFrame, sellers: pd.DataFrame, p: Sales) -> np.ndarray:
    """Give each opportunity a seller who is there when it is created, and another when that one leaves."""
    new = sellers["joined_on"].to_numpy() == sellers["joined_on"].max()
    day = days(stages["entered_on"])
    here = active(sellers, day)
    listed = (stages["source"] == "bought_list").to_numpy()[:, None]
    share_new = p.list_to_new / (1 - p.list_to_new) * (~new).sum() / new.sum()
    weight = here * np.where(new[None, :], np.where(listed, share_new, p.new_usual), 1.0)
    total = weight.cumsum(axis=1)
    picked = (rng.random(len(stages))[:, None] * total[:, -1:] >= total).sum(axis=1)
    # Later stages stay with the seller of the first one, unless that seller has left.
    first = stages["opportunity_id"].ne(stages["opportunity_id"].shift()).to_numpy()
    begins = np.maximum.accumulate(np.where(first, np.arange(len(stages)), 0))
    kept = here[np.arange(len(stages)), picked[begins]]
    return sellers["staff_id"].to_numpy()[np.where(kept, picked[begins], picked)]


def draw_leads(
    rng: np.random.Generator, deals: pd.DataFrame, list_from: np.datetime64, p: Sales
) -> pd.DataFrame:
    """Write every lead: those that became opportunities, and those that never did."""
    wasted = deals["source"].map(dict(p.lost_leads)).to_numpy()
    copies = rng.poisson(wasted)
    row = np.concatenate([np.arange(len(deals)), np.repeat(np.arange(len(deals)), copies)])
    n, kept = len(row), len(deals)
    became = np.arange(n) < kept
    entered = days(deals["created_on"])[row] + np.where(became, 0, rng.integers(-15, 16, n))
    earliest = np.where(deals["source"].to_numpy()[row] == "bought_list", list_from, HISTORY_START)
    entered = np.clip(entered, earliest, HISTORY_END)
    kind = deals["partner_type"].to_numpy()[row]
    kind = np.where(became, kind, kind[rng.permutation(n)])
    come = np.where(became, deals["reached"].to_numpy()[row] + 1, 0)
    fit = np.array(p.fit_reached)[come] + p.fit_noise * rng.standard_normal(n)
    base, slope = p.decider
    outcome = choose(rng, n, p.lead_outcomes)
    outcome[:kept] = "opportunity"
    # Nobody who could not be reached has said anything.
    spoken = ~np.isin(outcome, ["no_answer", "bad_data"])
    decider = spoken & (rng.random(n) < 1 / (1 + np.exp(-(base + slope * fit))))
    frame = pd.DataFrame(
        {
            "entered_on": entered,
            "source": deals["source"].to_numpy()[row],
            "partner_type": kind,
            "attempts": np.where(outcome == "no_answer", 3, 1) + rng.poisson(0.9, n),
            "fit_score": np.clip((50 + 18 * fit).round(), 0, 100),
            "decision_maker": decider,
            "need": np.where(spoken, choose(rng, n, p.needs), ""),
            "outcome": outcome,
            "opportunity_id": pd.array(
                np.where(became, deals["opportunity_id"].to_numpy()[row], -1), "Int64"
            ),
        }
    )
    frame["opportunity_id"] = frame["opportunity_id"].mask(~became)
    ordered = frame.assign(chance=rng.random(n)).sort_values(["entered_on", "chance"]).drop(columns="chance")
    return numbered(ordered, "lead_id")


def draw_proposals(rng: np.random.Generator, deals: pd.DataFrame, p: Sales) -> pd.DataFrame:
    """Write the proposals of the opportunities that came so far: one, or a second that is better.

    Returns
    -------
    pandas.DataFrame
        opportunity_id, sent_on, list_value_brl, discount_share, monthly_value_brl, valid_until, status, reason_lost.
    """
    deals = deals[deals["stage"].isin(["proposal", "contract"])]
    n = len(deals)
    entered, closed = days(deals["ends_qualified"]), days(deals["closed_on"])
    until = np.where(np.isnat(closed), HISTORY_END, closed)
    median, spread = p.prepare_days
    first = np.minimum(entered + span(median * rng.lognormal(0, spread, n)), until)
    second = first + np.round((until - first).astype(int) * rng.uniform(0.4, 0.9, n)).astype(int)
    twice = (rng.random(n) < p.second_proposal) & (second > first)
    status = deals["status"].to_numpy().astype(str)
    reason = np.where(status == "lost", choose(rng, n, p.reasons), "")
    ended = np.where(status == "won", "accepted", np.where(status == "open", "open", "refused"))
    ended = np.where(reason == "no decision", "expired", ended)
    start, step = p.discount
    opening = rng.exponential(start, n)
    parts = []
    for sent, number, final in ((first, 0, ~twice), (second, 1, twice)):
        discount = opening + number * step + p.quarter_push * _ends_quarter(sent)
        discount = np.round(np.minimum(discount, 0.35), 3)
        frame = pd.DataFrame(
            {
                "opportunity_id": deals["opportunity_id"].to_numpy(),
                "sent_on": sent,
                "list_value_brl": deals["monthly_value_brl"].to_numpy(),
                "discount_share": discount,
                "monthly_value_brl": np.round(deals["monthly_value_brl"].to_numpy() * (1 - discount), 2),
                "valid_until": sent + np.timedelta64(p.valid_days, "D"),
                "status": np.where(final, ended, "superseded"),
                "reason_lost": np.where(final, reason, ""),
            }
        )
        parts.append(frame if number == 0 else frame[twice])
    ordered = pd.concat(parts).sort_values(["sent_on", "opportunity_id", "valid_until"])
    return numbered(ordered, "proposal_id")


def _ends_quarter(day: np.ndarray) -> np.ndarray:
    """Tell which days are among the last ten of a quarter."""
    month = day.astype("datetime64[M]")
    closing = month.astype(int) % 3 == 2
    rest = ((month + 1).astype("datetime64[D]") - day).astype(int)
    return closing & (rest <= 10)
