"""NPS answers: who is asked, who answers, and how kind they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.parameters import COURSE_PEOPLE, Voice
from labkit.world.plans import holders
from labkit.world.streams import stream

DAY = np.timedelta64(1, "D")


def draw_answers(
    orders: pd.DataFrame, plans: pd.DataFrame, traits: pd.DataFrame, seed: int, p: Voice
) -> pd.DataFrame:
    """Draw NPS answers of both surveys.

    Relational: waves by e-mail to customers with an order in the last year or a running plan; the very
    happy, the very unhappy and plan holders answer more. After contact: asked when a service contact
    ends; most went well, and answers are kinder.

    Returns
    -------
    pandas.DataFrame
        person, answered_on, score, survey; sorted by day.
    """
    parts = [_relational(np.datetime64(day), orders, plans, traits, seed, p) for day in p.relational_waves]
    parts.append(_after_contact(orders, plans, traits, seed, p))
    answers = pd.concat(parts, ignore_index=True)
    return answers.sort_values(["answered_on", "person"], kind="stable", ignore_index=True)


def _scores(person, day, holder, survey_bonus, traits, rng, p):
    mood = traits["satisfaction"].to_numpy()[person]
    year_2025 = day >= np.datetime64("2025-01-01")
    score = p.mean + p.spread * mood + p.noise * rng.standard_normal(len(person))
    score += survey_bonus + p.holder_bonus * holder + p.drift_2025 * year_2025
    return np.clip(np.round(score), 0, 10).astype(int)


def _relational(day, orders, plans, traits, seed, p):
    rng = stream(seed, f"nps/relational {day}")
    n = len(traits)
    lately = orders.loc[
        (orders["ordered_on"] < day) & (orders["ordered_on"] >= day - 365 * DAY), "person"
    ].unique()
    holding = holders(plans, day)
    asked = np.zeros(n, dtype=bool)
    asked[lately] = True
    asked[holding] = True
    asked &= rng.random(n) < p.relational_asked
    holder = np.isin(np.arange(n), holding)
    mood = traits["satisfaction"].to_numpy()
    odds = np.log(p.relational_answer / (1 - p.relational_answer))
    odds = odds + p.extreme_answers * (mood**2 - 1) / 2 + p.holder_answers * holder
    person = np.flatnonzero(asked & (rng.random(n) < 1 / (1 + np.exp(-odds))))
    when = day + np.minimum(np.floor(rng.exponential(3.0, len(person))), 20).astype("timedelta64[D]")
    score = _scores(person, when, holder[person], 0.0, traits, rng, p)
    return pd.DataFrame({"person": person, "answered_on": when, "score": score, "survey": "relational"})


def _after_contact(orders, plans, traits, seed, p):
    rng = stream(seed, "nps/after contact")
    months = np.arange(np.datetime64("2024-01"), np.datetime64("2026-01"))
    parts = []
    for month in months:
        year = int(month.astype("datetime64[Y]").astype(int)) + 1970 - 2024
        first = month.astype("datetime64[D]")
        days = int(((month + np.timedelta64(1, "M")).astype("datetime64[D]") - first).astype(int))
        count = rng.poisson(p.contact_per_month[year] * len(traits) / COURSE_PEOPLE)
        lately = orders.loc[
            (orders["ordered_on"] < first) & (orders["ordered_on"] >= first - 60 * DAY), "person"
        ]
        holding = holders(plans, first)
        callers = np.concatenate([lately.to_numpy(), np.repeat(holding, 2)])
        if count == 0 or len(callers) == 0:
            continue
        person = rng.choice(callers, count)
        when = first + rng.integers(0, days, count).astype("timedelta64[D]")
        badly = rng.random(count) < p.after_contact_bad
        bonus = np.where(badly, p.bad_contact, p.after_contact)
        score = _scores(person, when, np.isin(person, holding), bonus, traits, rng, p)
        parts.append(
            pd.DataFrame({"person": person, "answered_on": when, "score": score, "survey": "after_contact"})
        )
    return pd.concat(parts, ignore_index=True)
