"""Visits to the clinic: holders of a plan pay nothing when they come, others pay for each visit.

How often a holder comes follows from what the contract costs a month (``monthly_cost_brl`` of plans, which
differs between contracts): the visits of a contract cost that much on average, so that some holders cost more
than their fee, and can be found. Others who are in the clinic's register come now and then.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.parameters import HISTORY_END, HISTORY_START
from labkit.world.parameters.goods import Goods

MONTH = 365.25 / 12  # days


def draw_visits(draft: Draft) -> pd.DataFrame:
    """Draw all visits of history, sorted by day and customer."""
    p = draft.parameters.goods
    rng = draft.stream("clinic/visits")
    covered = _of_contracts(draft.frames["plans"], p, rng)
    frame = pd.concat([covered, _of_others(draft, p, rng)], ignore_index=True)
    names, shares, means = (np.array(c) for c in zip(*p.reasons, strict=True))
    reason = rng.choice(len(names), len(frame), p=shares / shares.sum())
    spread = rng.lognormal(-(p.visit_spread**2) / 2, p.visit_spread, len(frame))
    cost = np.round(means[reason] * spread, 2)
    own = frame["covered_by_contract_id"].isna().to_numpy()
    frame["reason"] = names.astype(object)[reason]
    frame["cost_brl"] = cost
    frame["charged_brl"] = np.where(own, np.round(cost / (1 - p.clinic_margin), 2), 0.0)
    frame["pet_id"] = _pet(frame, draft.frames["pets"], rng)
    frame = frame[frame["pet_id"] > 0]
    return frame.sort_values(["visited_on", "customer_id", "pet_id", "cost_brl"], ignore_index=True)


def _of_contracts(plans: pd.DataFrame, p: Goods, rng: np.random.Generator) -> pd.DataFrame:
    """Customer, day and contract of each visit that a contract covers."""
    begin = np.maximum(plans["started_on"].to_numpy().astype("datetime64[D]"), HISTORY_START)
    end = plans["cancelled_on"].to_numpy().astype("datetime64[D]")
    end = np.where(np.isnat(end), HISTORY_END + 1, end)
    days = np.maximum((end - begin).astype(np.int64), 0)
    mean_cost = sum(share * cost for _reason, share, cost in p.reasons)
    rate = plans["monthly_cost_brl"].to_numpy() / mean_cost / MONTH
    count = rng.poisson(rate * days)
    row = np.repeat(np.arange(len(plans)), count)
    return pd.DataFrame(
        {
            "customer_id": plans["customer_id"].to_numpy()[row],
            "visited_on": begin[row] + np.floor(rng.random(len(row)) * days[row]).astype("timedelta64[D]"),
            "covered_by_contract_id": pd.array(plans["contract_id"].to_numpy()[row], dtype="Int64"),
        }
    )


def _of_others(draft: Draft, p: Goods, rng: np.random.Generator) -> pd.DataFrame:
    """… and of customers in the clinic's register who have no contract in these years."""
    identity = draft.tables["truth/identity"]
    known = np.isin(draft.person_id, identity.loc[identity["source"] == "clinic", "person_id"].to_numpy())
    known &= (draft.customer_id > 0) & ~np.isin(draft.customer_id, draft.frames["plans"]["customer_id"])
    row = np.flatnonzero(known)
    row = row[np.argsort(draft.customer_id[row])]
    begin = np.maximum(draft.traits["acquired_on"].to_numpy().astype("datetime64[D]")[row], HISTORY_START)
    days = (HISTORY_END + 1 - begin).astype(np.int64)
    at = np.repeat(np.arange(len(row)), rng.poisson(p.visits_of_others * days / 365.25))
    return pd.DataFrame(
        {
            "customer_id": draft.customer_id[row[at]],
            "visited_on": begin[at] + np.floor(rng.random(len(at)) * days[at]).astype("timedelta64[D]"),
            "covered_by_contract_id": pd.array([pd.NA] * len(at), dtype="Int64"),
        }
    )


def _pet(visits: pd.DataFrame, pets: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """One of the customer's pets that live on the day, at random; 0 where there is none."""
    pets = pets.sort_values("customer_id", kind="stable")
    owner = pets["customer_id"].to_numpy()
    customer = visits["customer_id"].to_numpy()
    day = visits["visited_on"].to_numpy().astype("datetime64[D]")
    first = np.searchsorted(owner, customer)
    count = np.searchsorted(owner, customer, side="right") - first
    born = pets["born_on"].to_numpy().astype("datetime64[D]")
    died = pets["died_on"].to_numpy().astype("datetime64[D]")
    start = rng.integers(0, np.maximum(count, 1))
    chosen = np.zeros(len(visits), dtype=np.int64)
    for step in range(int(count.max(initial=0))):
        at = np.where(count > 0, first + (start + step) % np.maximum(count, 1), 0)
        lives = (born[at] <= day) & ~(died[at] <= day) & (count > step) & (chosen == 0)
        chosen[lives] = pets["pet_id"].to_numpy()[at[lives]]
    return chosen
