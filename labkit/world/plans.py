"""Health plans: contracts, whose cancellation is observed.

A contract's own hazard is constant, and its spread over contracts makes retention shifted beta-geometric. Wrong
bills, mishaps at the clinic and bad deliveries raise it for a while.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.causes import service as cause
from labkit.world.causes.leaving import cancellation_times
from labkit.world.causes.satisfaction import Memory
from labkit.world.causes.service import Weather
from labkit.world.parameters import HISTORY_END, HISTORY_START, Experience, HealthPlans, Parameters
from labkit.world.streams import stream

WEEK = 7 / 365.25
"""Years in a week."""

END = ((HISTORY_END - HISTORY_START).astype(int) + 1) / 7
"""End of history, in weeks from its start."""


def survival(years: np.ndarray, a: float, b: float) -> np.ndarray:
    """Share of contracts alive after ``years`` (any real number) under the shifted beta-geometric.

    A contract that lapses in a year with probability θ ~ Beta(a, b) survives t years with probability
    (1-θ)^t, hence B(a, b+t) / B(a, b) on average (Fader & Hardie 2007).
    """
    from scipy.special import betaln

    return np.exp(betaln(a, b + np.asarray(years, dtype=float)) - betaln(a, b))


def draw_plans(traits: pd.DataFrame, seed: int, p: HealthPlans) -> pd.DataFrame:
    """Draw contracts that nothing but their own hazard ends: :func:`sign` and :func:`cancel` without the rest."""
    contracts = sign(traits, seed, p)
    return cancel(
        contracts, _week(contracts["started_on"]) + contracts["work"] / (contracts["yearly"] * WEEK)
    )


def sign(traits: pd.DataFrame, seed: int, p: HealthPlans) -> pd.DataFrame:
    """Draw the contracts of all customers, before any cancellation.

    Returns
    -------
    pandas.DataFrame
        person, started_on, monthly_fee_brl, monthly_cost_brl, in random order; hidden: yearly (hazard of
        cancellation a year, -log(1-θ), θ the customer's own yearly probability) and work (unit exponential: the
        contract ends when its cumulative hazard reaches it). With a constant hazard the shares alive at each
        anniversary are exactly those of the shifted beta-geometric.
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
    work = rng.exponential(1.0, m)
    names_fee = np.array([fee for _, fee, _ in p.tiers])
    tier = rng.choice(len(p.tiers), m, p=[share for _, _, share in p.tiers])
    since = (start - launch).astype(int) / 365.25
    fee = np.round(names_fee[tier] * (1 + p.fee_growth) ** np.floor(np.maximum(since, 0)), 1)
    cost = fee * p.cost_ratio * rng.lognormal(-(p.cost_spread**2) / 2, p.cost_spread, m)
    frame = pd.DataFrame(
        {
            "person": who,
            "started_on": start,
            "monthly_fee_brl": np.round(fee, 2),
            "monthly_cost_brl": np.round(cost, 2),
            "yearly": -np.log1p(-churn),
            "work": work,
        }
    )
    frame = frame[frame["started_on"] <= pd.Timestamp(HISTORY_END)]
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


def draw_mishaps(
    contracts: pd.DataFrame, weather: Weather, seed: int, parameters: Parameters
) -> pd.DataFrame:
    """Draw wrong bills, mishaps at the clinic and questions, as if no contract were ever cancelled.

    Returns
    -------
    pandas.DataFrame
        contract (row of ``contracts``), person, week, and the columns of an order that was served: kind,
        severity, told, hours, solved, quality, mood, grievance.
    """
    p = parameters.service
    rng = stream(seed, "service/plans")
    start = _week(contracts["started_on"])
    weeks = END - start
    parts = []
    most = float(weather.billing.max())
    for kind, yearly in (
        (cause.BILLING, p.billing * most),
        (cause.CLINIC, p.clinic),
        (cause.PLAN_QUESTION, p.plan_question),
    ):
        contract = np.repeat(np.arange(len(contracts)), rng.poisson(yearly * WEEK * weeks))
        when = start[contract] + weeks[contract] * rng.random(len(contract))
        if kind == cause.BILLING:  # thinned to the intensity of the week
            kept = rng.random(len(when)) * most < weather.billing[weather.week(when)]
            contract, when = contract[kept], when[kept]
        parts.append((contract, when, np.full(len(when), kind, dtype=np.int8)))
    contract, when, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    severe = cause.severity(kind, np.zeros(len(kind)))
    u = rng.random((cause.ANSWER_DRAWS, len(kind)))
    told = cause.answer(when, kind, severe, weather, u, p)
    mood, grievance = cause.impacts(
        kind, np.zeros(len(kind)), severe, told.told, told.quality, parameters.experience
    )
    return pd.DataFrame(
        {
            "contract": contract,
            "person": contracts["person"].to_numpy()[contract],
            "week": when,
            "kind": kind,
            "severity": severe,
            "told": told.told,
            "hours": told.hours,
            "solved": told.solved,
            "quality": told.quality,
            "mood": mood,
            "grievance": grievance,
        }
    )


def live_through(
    contracts: pd.DataFrame, mishaps: pd.DataFrame, grievance: Memory, experience: Experience
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let contracts run until what their holders live through, and their own hazard, ends them.

    Parameters
    ----------
    contracts, mishaps : pandas.DataFrame
        From :func:`sign` and :func:`draw_mishaps`.
    grievance : Memory
        What the holders' orders have left, by person.
    experience : Experience

    Returns
    -------
    plans : pandas.DataFrame
        The contracts with cancelled_on.
    mishaps : pandas.DataFrame
        Those that happened while the contract ran.
    """
    person = contracts["person"].to_numpy()
    own = Memory(
        mishaps["contract"].to_numpy(), mishaps["week"].to_numpy(), mishaps["grievance"].to_numpy(),
        len(contracts), experience.half_life,
    )  # fmt: skip
    ends = cancellation_times(
        _week(contracts["started_on"]),
        END,
        contracts["yearly"].to_numpy(),
        contracts["work"].to_numpy(),
        lambda contract, when: own.at(contract, when) + grievance.at(person[contract], when),
        experience,
    )
    happened = mishaps["week"].to_numpy() < ends[mishaps["contract"]]
    return cancel(contracts, ends), mishaps[happened].reset_index(drop=True)


def cancel(contracts: pd.DataFrame, ends: np.ndarray) -> pd.DataFrame:
    """Add cancelled_on (NaT while running) from times in weeks; a contract runs for a day at least."""
    start = contracts["started_on"].to_numpy().astype("datetime64[D]")
    days = np.clip(np.ceil((np.asarray(ends) - _week(contracts["started_on"])) * 7 - 1e-6), 1, 40_000)
    cancelled = start + days.astype("timedelta64[D]")
    cancelled = np.where(cancelled <= HISTORY_END, cancelled, np.datetime64("NaT", "D"))
    return contracts.assign(cancelled_on=cancelled)


def holders(plans: pd.DataFrame, day: np.datetime64) -> np.ndarray:
    """Persons (row numbers) with a contract running on ``day``."""
    running = (plans["started_on"] <= day) & ~(plans["cancelled_on"] <= day)
    return plans.loc[running, "person"].unique()


def _week(day: pd.Series) -> np.ndarray:
    return ((day - pd.Timestamp(HISTORY_START)) / pd.Timedelta(days=7)).to_numpy()


def _share_of_buyers(traits: pd.DataFrame, p: HealthPlans) -> float:
    """Share among those who also buy goods that gives the wanted share of holders overall."""
    clinic = float((traits["channel_type"] == "clinic").mean())
    return max(0.0, (p.holder_share - p.clinic_holder_share * clinic) / (1 - clinic))
