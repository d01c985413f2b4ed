"""Health plans: contracts, whose cancellation is observed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.parameters import HISTORY_END, HealthPlans
from labkit.world.streams import stream


def survival(years: np.ndarray, a: float, b: float) -> np.ndarray:
    """Share of contracts alive after ``years`` (any real number) under the shifted beta-geometric.

    A contract that lapses in a year with probability θ ~ Beta(a, b) survives t years with probability
    (1-θ)^t, hence B(a, b+t) / B(a, b) on average (Fader & Hardie 2007).
    """
    from scipy.special import betaln

    return np.exp(betaln(a, b + np.asarray(years, dtype=float)) - betaln(a, b))


def draw_plans(traits: pd.DataFrame, seed: int, p: HealthPlans) -> pd.DataFrame:
    """Draw the contracts of all customers.

    The time to cancellation is exponential at -log(1-θ) a year, θ the customer's own yearly probability:
    at each anniversary the shares alive are exactly those of the shifted beta-geometric.

    Returns
    -------
    pandas.DataFrame
        person, started_on, cancelled_on (NaT while running), monthly_fee_brl, monthly_cost_brl, in random order.
    """
    rng = stream(seed, "plans")
    n = len(traits)
    clinic = (traits["channel_type"] == "clinic").to_numpy()
    holder = clinic & (rng.random(n) < p.clinic_holder_share) | ~clinic & (
        rng.random(n) < _share_of_buyers(traits, p)
    )
    holder &= ~traits["prospect"].to_numpy()
    person = np.flatnonzero(holder)
    second = person[rng.random(len(person)) < p.second_contract_share]
    who = np.concatenate([person, second])
    m = len(who)
    launch = np.datetime64(p.first_start)
    acquired = traits["acquired_on"].to_numpy()[who].astype("datetime64[D]")
    at_once = clinic[who] | (rng.random(m) < p.at_once)
    wait = np.where(at_once, 0, np.round(rng.exponential(p.wait_days, m))).astype("timedelta64[D]")
    wait[len(person) :] += np.round(rng.exponential(p.second_wait_days, len(second))).astype("timedelta64[D]")
    start = np.maximum(acquired, launch + rng.integers(0, 500, m).astype("timedelta64[D]")) + wait
    churn = np.clip(traits["plan_churn"].to_numpy()[who], 1e-9, 1 - 1e-9)
    years = rng.exponential(1.0, m) / -np.log1p(-churn)
    days = np.minimum(np.ceil(years * 365.25), 40_000).astype("timedelta64[D]")
    cancelled = start + days
    names_fee = np.array([fee for _, fee, _ in p.tiers])
    tier = rng.choice(len(p.tiers), m, p=[share for _, _, share in p.tiers])
    since = (start - launch).astype(int) / 365.25
    fee = np.round(names_fee[tier] * (1 + p.fee_growth) ** np.floor(np.maximum(since, 0)), 1)
    cost = fee * p.cost_ratio * rng.lognormal(-(p.cost_spread**2) / 2, p.cost_spread, m)
    frame = pd.DataFrame(
        {
            "person": who,
            "started_on": start,
            "cancelled_on": np.where(cancelled <= HISTORY_END, cancelled, np.datetime64("NaT", "D")),
            "monthly_fee_brl": np.round(fee, 2),
            "monthly_cost_brl": np.round(cost, 2),
        }
    )
    frame = frame[frame["started_on"] <= pd.Timestamp(HISTORY_END)]
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


def holders(plans: pd.DataFrame, day: np.datetime64) -> np.ndarray:
    """Persons (row numbers) with a contract running on ``day``."""
    running = (plans["started_on"] <= day) & ~(plans["cancelled_on"] <= day)
    return plans.loc[running, "person"].unique()


def _share_of_buyers(traits: pd.DataFrame, p: HealthPlans) -> float:
    """Share among those who also buy goods that gives the wanted share of holders overall."""
    clinic = float((traits["channel_type"] == "clinic").mean())
    return max(0.0, (p.holder_share - p.clinic_holder_share * clinic) / (1 - clinic))
