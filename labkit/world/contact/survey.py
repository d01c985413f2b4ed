"""A survey of needs: ten statements, what customers say they want, and who they are in truth.

Four needs (low price, convenience, health, pampering) drive the answers and are tied to value hardly at
all: segments by needs and by value are different cuts. Those who buy much and are content answer more.
People say yes to everything or to nothing by temper, and that common factor is larger than any need: clusters of
raw answers are first of all clusters of temper; centre each respondent before clustering. What respondents
name as their channel is right a little more often than not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.contact.preferences import CHANNELS
from labkit.world.draft import Draft, numbered
from labkit.world.plans import holders

NEEDS = ("low_price", "convenience", "health", "pampering")
STATEMENTS = {
    "compares_prices": (5.8, 3.9, 3.6, 3.4),
    "waits_for_offers": (5.6, 3.2, 3.3, 3.1),
    "no_time_to_shop": (3.3, 5.9, 3.7, 3.5),
    "wants_food_to_come_by_itself": (3.4, 5.7, 4.1, 3.3),
    "wants_short_ways": (4.0, 5.5, 3.6, 3.7),
    "asks_a_vet_first": (3.2, 3.6, 5.7, 4.1),
    "reads_ingredients": (3.3, 3.1, 5.6, 4.0),
    "worries_about_health": (3.8, 3.7, 5.8, 4.6),
    "pet_is_family": (4.4, 4.5, 4.9, 6.1),
    "likes_to_spoil_the_pet": (3.5, 3.6, 3.6, 5.9),
}
"""Statements and the average answer (1 to 7) of people with each of the NEEDS. All values are assumed."""

WISHED = {"low_price": 5.0, "convenience": 2.5, "health": 3.0, "pampering": 4.0}
PAYS = {"low_price": 6.0, "convenience": 16.0, "health": 11.0, "pampering": 13.0}
"""Contacts wished a month, and R$ a month that people would pay for delivery by subscription, by need; assumed."""


def draw_needs(draft: Draft) -> np.ndarray:
    """Draw everybody's leading need: an index of NEEDS by person row, tied loosely to price and plan."""
    rng = draft.stream("contact/survey/needs")
    n = len(draft.persons)
    price = draft.traits["price_sensitivity"].to_numpy()
    holds = np.zeros(n)
    holds[holders(draft.frames["plans"], np.datetime64(draft.parameters.survey.begin))] = 1.0
    appeal = np.stack([0.5 * price, np.full(n, 0.1), 0.5 * holds, np.full(n, -0.1)], axis=1)
    return np.argmax(appeal + rng.gumbel(size=(n, len(NEEDS))), axis=1)


def draw_survey(draft: Draft) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table ``needs_survey`` and, for its respondents, ``truth/needs``."""
    p = draft.parameters.survey
    need = draw_needs(draft)
    who = _respondents(draft)
    n = len(who)
    rng = draft.stream("contact/survey/answers")
    answered = np.datetime64(p.begin) + np.floor(np.minimum(rng.exponential(4.0, n), p.days - 1)).astype(
        "timedelta64[D]"
    )
    means = np.array(list(STATEMENTS.values())).T[need[who]]
    style = p.style * rng.standard_normal(n)
    answers = means + style[:, None] + p.noise * rng.standard_normal(means.shape)
    answers = np.clip(np.round(answers), 1, 7)
    skipped = rng.random(answers.shape) < p.missing
    leaves = rng.random(n) < p.gives_up
    for k in range(6, answers.shape[1]):
        skipped[:, k] |= leaves & (rng.random(n) < 0.8)
    answers[skipped] = np.nan
    wished = np.array([WISHED[name] for name in NEEDS])[need[who]]
    tolerance = draft.traits["tolerance"].to_numpy()[who]
    wished = rng.poisson(wished * np.exp(0.3 * tolerance)).clip(0, 30).astype(float)
    wished[rng.random(n) < p.missing] = np.nan
    pays = np.array([PAYS[name] for name in NEEDS])[need[who]] * rng.lognormal(-0.3, 0.75, n)
    pays = np.where(rng.random(n) < 0.22, 0.0, np.round(pays * 2) / 2)
    pays[rng.random(n) < 4 * p.missing] = np.nan
    table = pd.DataFrame(
        {
            "person": who,
            "answered_on": answered,
            **{name: answers[:, k] for k, name in enumerate(STATEMENTS)},
            "preferred_channel": _stated_channel(draft, who, rng),
            "contacts_wished_per_month": wished,
            "would_pay_brl": pays,
            "intends_to_buy": _intention(draft, who, style, rng),
        }
    )
    truth = pd.DataFrame(
        {"person": who, "need": np.array(NEEDS, dtype=object)[need[who]], "style": style.round(4)}
    )
    table = draft.public(table).sort_values(["answered_on", "customer_id"])
    return numbered(table, "respondent_id"), draft.public(truth).sort_values("customer_id")


def _respondents(draft: Draft) -> np.ndarray:
    """Who answers: the keen and the content more than others."""
    p = draft.parameters.survey
    rng = draft.stream("contact/survey/respondents")
    n = len(draft.persons)
    begin = np.datetime64(p.begin)
    orders = draft.frames["orders"]
    past = orders["person"].to_numpy()[orders["ordered_on"].to_numpy() < begin]
    known = draft.traits["acquired_on"].to_numpy() < begin
    asked = np.flatnonzero((draft.customer_id > 0) & known)
    number = np.bincount(past, minlength=n)[asked]
    will = (
        p.keen_answers * np.log1p(number) + p.content_answers * draft.traits["satisfaction"].to_numpy()[asked]
    )
    # The size wanted, drawn with these odds (Efraimidis & Spirakis: largest keys of log u / weight).
    size = int(min(p.most, max(20, round(p.share * len(asked)))))
    key = np.log(rng.random(len(asked))) / np.exp(will)
    return np.sort(asked[np.argsort(-key)[:size]])


def _stated_channel(draft: Draft, who: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    p = draft.parameters.survey
    likes = draft.frames["preferences"]
    noticed = {c.name: c.noticed for c in draft.parameters.play.channels}
    notices = np.stack([likes[f"like_{c}"].to_numpy()[who] * noticed[c] for c in CHANNELS], axis=1)
    said = np.where(
        rng.random(len(who)) < p.true_to_channel, notices.argmax(axis=1), rng.integers(0, 5, len(who))
    )
    names = np.array(CHANNELS, dtype=object)[said]
    return np.where(rng.random(len(who)) < p.missing, "", names)


def _intention(draft: Draft, who: np.ndarray, style: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How likely respondents say they will buy again soon, 1 to 5: kinder than what they do."""
    rate = np.log(draft.traits["purchase_rate"].to_numpy()[who])
    satisfaction = draft.traits["satisfaction"].to_numpy()[who]
    said = 4.0 + 0.35 * (rate - rate.mean()) + 0.35 * satisfaction + 0.3 * style
    return np.clip(np.round(said + 0.8 * rng.standard_normal(len(who))), 1, 5).astype(int)
