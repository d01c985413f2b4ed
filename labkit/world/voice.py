"""NPS answers: who is asked, who answers, and how kind they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from labkit.world.parameters import COURSE_PEOPLE, HISTORY_END, Voice
from labkit.world.plans import holders
from labkit.world.streams import stream

DAY = np.timedelta64(1, "D")


def draw_answers(
    orders: pd.DataFrame,
    plans: pd.DataFrame,
    tickets: pd.DataFrame,
    mood: Callable[[np.ndarray, np.ndarray], np.ndarray],
    people: int,
    seed: int,
    p: Voice,
) -> pd.DataFrame:
    """Draw NPS answers of both surveys.

    Relational: waves by e-mail to customers with an order in the last year or a running plan; the very
    happy, the very unhappy and plan holders answer more. After contact: asked when a ticket is closed; most
    went well, and answers are kinder.

    Parameters
    ----------
    orders, plans, tickets : pandas.DataFrame
        With the column person; tickets with closed_at and the hidden answer.
    mood : callable
        ``mood(person, day)``: satisfaction of persons (row numbers) on days, lasting and of the moment, in
        standard deviations.
    people : int
    seed : int
    p : Voice

    Returns
    -------
    pandas.DataFrame
        person, answered_on, score, survey, ticket (row of ``tickets``, -1 in the relational survey); sorted by day.
    """
    parts = [
        _relational(np.datetime64(day), orders, plans, mood, people, seed, p) for day in p.relational_waves
    ]
    parts.append(_after_contact(plans, tickets, mood, people, seed, p))
    answers = pd.concat(parts, ignore_index=True)
    return answers.sort_values(["answered_on", "person"], kind="stable", ignore_index=True)


def _scores(person, day, holder, survey_bonus, mood, rng, p):
    year_2025 = day >= np.datetime64("2025-01-01")
    score = p.mean + p.spread * mood(person, day) + p.noise * rng.standard_normal(len(person))
    score += survey_bonus + p.holder_bonus * holder + p.drift_2025 * year_2025
    return np.clip(np.round(score), 0, 10).astype(int)


def _relational(day, orders, plans, mood, n, seed, p):
    rng = stream(seed, f"nps/relational {day}")
    lately = orders.loc[
        (orders["ordered_on"] < day) & (orders["ordered_on"] >= day - 365 * DAY), "person"
    ].unique()
    holding = holders(plans, day)
    asked = np.zeros(n, dtype=bool)
    asked[lately] = True
    asked[holding] = True
    asked &= rng.random(n) < p.relational_asked
    holder = np.isin(np.arange(n), holding)
    feels = mood(np.arange(n), np.full(n, day))
    odds = np.log(p.relational_answer / (1 - p.relational_answer))
    odds = odds + p.extreme_answers * (feels**2 - 1) / 2 + p.holder_answers * holder
    person = np.flatnonzero(asked & (rng.random(n) < 1 / (1 + np.exp(-odds))))
    when = day + np.minimum(np.floor(rng.exponential(3.0, len(person))), 20).astype("timedelta64[D]")
    score = _scores(person, when, holder[person], 0.0, mood, rng, p)
    return pd.DataFrame(
        {"person": person, "answered_on": when, "score": score, "survey": "relational", "ticket": -1}
    )


def _after_contact(plans, tickets, mood, people, seed, p):
    rng = stream(seed, "nps/after contact")
    closed = tickets["closed_at"].to_numpy().astype("datetime64[D]")
    closed_in = closed.astype("datetime64[M]")
    parts = []
    for month in np.arange(np.datetime64("2024-01"), np.datetime64("2026-01")):
        year = int(month.astype("datetime64[Y]").astype(int)) + 1970 - 2024
        here = np.flatnonzero(closed_in == month)
        count = min(rng.poisson(p.contact_per_month[year] * people / COURSE_PEOPLE), len(here))
        if count == 0:
            continue
        chosen = np.sort(rng.choice(here, count, replace=False))
        person = tickets["person"].to_numpy()[chosen]
        when = np.minimum(closed[chosen] + rng.integers(0, 3, count).astype("timedelta64[D]"), HISTORY_END)
        badly = (tickets["answer"].to_numpy() == "bad")[chosen]
        bonus = np.where(badly, p.bad_contact, p.after_contact)
        holding = np.isin(person, holders(plans, month.astype("datetime64[D]")))
        score = _scores(person, when, holding, bonus, mood, rng, p)
        parts.append(
            pd.DataFrame(
                {
                    "person": person,
                    "answered_on": when,
                    "score": score,
                    "survey": "after_contact",
                    "ticket": chosen,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
