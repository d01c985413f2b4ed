"""Comments under NPS answers: what moved the score, as the customer says it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.world.parameters import Texts
from labkit.world.texts import facts
from labkit.world.texts.grammar import choose, draw, vocabulary
from labkit.world.texts.signals import planted
from labkit.world.texts.writing import draw_registers, write

HINTS = {
    "waiting": ("delivery", "service", "shop", "clinic", "plan", "app"),
    "money": ("price", "plan", "loyalty", "product", "clinic"),
    "broken": ("product", "app", "delivery", "loyalty"),
    "people": ("service", "shop", "clinic", "delivery", "plan"),
}
"""Families of words that fit several topics, and the topics they fit."""

TOPIC_OF_CONTACT = {
    "late": "delivery", "damaged": "delivery", "incomplete": "delivery", "lost": "delivery", "product": "product",
    "app": "app", "billing": "plan", "plan question": "plan", "clinic": "clinic", "question": "service",
    "praise": "service",
}  # fmt: skip
"""Topic of a comment after a contact that was about something."""

TROUBLE = [cause for cause in TOPIC_OF_CONTACT if cause not in {"question", "plan question", "praise"}]
"""Causes of a contact that somebody had to put right."""

TRUTH = ["topic", "second_topic", "sentiment", "signal", "register", "contradicts", "sarcastic"]
"""What the truth says of a comment."""


@dataclass(frozen=True)
class Happened:
    """What had happened to each writer, row by row; see :func:`happened`.

    Attributes
    ----------
    late : numpy.ndarray of float
        Days by which the last delivery was late; NaN where there was none lately.
    failure : numpy.ndarray of object
        damaged, incomplete or lost; empty.
    product : numpy.ndarray of object
        What was bought, in the customer's words.
    kind : numpy.ndarray of object
        eaten, used, or empty where the product is not known.
    pet : numpy.ndarray of object
        A living pet's name, or "my dog".
    contact : numpy.ndarray of object
        What the ticket was about after which the question came (a cause of :mod:`.tickets`); empty otherwise.
    concerned : dict of numpy.ndarray of bool
        Which topics can concern the writer at all.
    category : numpy.ndarray of object
        Of the product; empty where it is not known.
    tenure : numpy.ndarray of int
        Days since the writer became a customer.
    """

    late: np.ndarray
    failure: np.ndarray
    product: np.ndarray
    kind: np.ndarray
    pet: np.ndarray
    contact: np.ndarray
    concerned: dict[str, np.ndarray]
    category: np.ndarray
    tenure: np.ndarray


def write_comments(
    answers: pd.DataFrame, happened: Happened, p: Texts, rng: np.random.Generator
) -> pd.DataFrame:
    """Write a comment for each answer.

    Parameters
    ----------
    answers : pandas.DataFrame
        answered_on, score.
    happened : Happened
    p : Texts
    rng : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        text, then what the truth says: see :data:`TRUTH`.
    """
    n = len(answers)
    score = answers["score"].to_numpy()
    contradicts = rng.random(n) < p.contradicts
    feeling = _feeling(score, contradicts)
    need, catalogue = planted(answers["answered_on"].to_numpy(), p, rng)
    alone = need & (rng.random(n) < p.need_alone)
    topic, told = _topics(feeling, happened, p, rng)
    topic = np.where(alone, "need", np.where(catalogue, "catalogue", topic)).astype(object)
    told = np.where(alone | catalogue, "", told)
    first = _sections(topic, told, feeling, happened.kind, rng)
    mended = (topic == "service") & np.isin(happened.contact, TROUBLE) & (first == "service.positive")
    first = np.where(mended & (rng.random(n) < 0.5), "service.mended.positive", first)
    plain_topic = (told == "") & ~alone & ~catalogue
    hinted = plain_topic & (rng.random(n) < p.hinted)
    first = np.where(hinted, _hint(topic, feeling, first, rng), first)
    sarcastic = plain_topic & (feeling == "negative") & (rng.random(n) < p.sarcastic)
    first = np.where(sarcastic, "sarcastic.negative", first)
    second_topic, second = _second(topic, feeling, sarcastic, happened, p, rng)
    rides = need & ~alone
    second_topic = np.where(rides, "need", second_topic)
    second = np.where(rides, "need.request", second)
    looks = draw_registers(n, (feeling == "negative") & ~sarcastic, p, rng)
    phrases = vocabulary("comments")
    sad = np.char.endswith(second.astype(str), "negative")
    joint = np.where(sad == (feeling == "negative"), "joint.same", "joint.contrast")
    joint = np.where(rides, "joint.same", joint)
    texts = write(
        (draw(phrases, first, rng), draw(phrases, second, rng)),
        (draw(phrases, joint, rng),),
        feeling,
        looks,
        phrases,
        {
            "late": facts.said_late(happened.late, rng),
            "product": happened.product,
            "pet": happened.pet,
            "years": facts.said_tenure(happened.tenure),
            **facts.judged(happened.category),
        },
        rng,
    )
    return pd.DataFrame(
        {
            "text": texts,
            "topic": topic,
            "second_topic": second_topic,
            "sentiment": feeling,
            "signal": np.where(need, "fresh food", np.where(catalogue, "printed catalogue", "")),
            "register": looks["register"],
            "contradicts": contradicts,
            "sarcastic": sarcastic,
        }
    )


def _feeling(score: np.ndarray, contradicts: np.ndarray) -> np.ndarray:
    feeling = np.where(score >= 9, "positive", np.where(score <= 6, "negative", "middling"))
    turned = np.where(feeling == "positive", "negative", "positive")
    return np.where(contradicts, turned, feeling).astype(object)


def _topics(feeling, happened, p, rng) -> tuple[np.ndarray, np.ndarray]:
    """Choose what each comment is about, and what of a delivery it tells: late, damaged, … or nothing."""
    weights = np.column_stack([happened.concerned[name] * weight for name, weight in p.comment_topics])
    names = np.array([name for name, _ in p.comment_topics], dtype=object)
    topic = names[choose(weights, rng)]
    asked_after = happened.contact != ""
    what = pd.Series(happened.contact).map(TOPIC_OF_CONTACT).fillna("").to_numpy(dtype=object)
    moved = rng.random(len(topic))
    topic = np.where(asked_after & (moved < p.of_the_desk), "service", topic)
    topic = np.where(asked_after & (moved > 1 - p.of_the_contact), what, topic)
    told = np.full(len(feeling), "", dtype=object)
    content = np.where(feeling == "positive", 0.25, 1.0)
    late = np.nan_to_num(happened.late)
    share = np.where(late >= 1, np.minimum(p.late_told + p.late_told_day * (late - 1), p.late_told_most), 0)
    u, v = rng.random((2, len(feeling)))
    told[u < share * content] = "late"
    failed = (happened.failure != "") & (v < p.failure_told * content)
    told = np.where(failed, happened.failure, told)
    # Who is content tells of trouble as a second thought only, see _second.
    unhappy = (told != "") & (feeling != "positive")
    # Praise of punctuality by who has just waited would be untrue.
    waited = (topic == "delivery") & (feeling != "negative") & ((late >= 1) | (happened.failure != ""))
    topic = np.where(waited & ~unhappy, "general", topic)
    return np.where(unhappy, "delivery", topic).astype(object), np.where(unhappy, told, "").astype(object)


def _sections(topic, told, feeling, kind, rng) -> np.ndarray:
    """Name the section of the first statement."""
    positive = (feeling == "positive") | ((feeling == "middling") & (rng.random(len(topic)) < 0.5))
    side = np.where(positive, "positive", "negative").astype(object)
    section = topic + "." + side
    section = np.where((topic == "general") & (feeling == "middling"), "general.middling", section)
    goods = (topic == "product") & (kind != "") & (rng.random(len(topic)) < 0.6)
    section = np.where(goods, "product." + kind + "." + side, section)
    section = np.where(told != "", "delivery." + told + ".negative", section)
    return np.where(topic == "need", "need.request", section).astype(object)


def _hint(topic, feeling, section, rng) -> np.ndarray:
    """Name a section of words that fit several topics, this one among them; keep the section if none does."""
    names = list(HINTS)
    weights = np.column_stack([np.isin(topic, HINTS[name]) * 1.0 for name in names])
    family = np.array(names, dtype=object)[np.minimum(choose(weights + 1e-9, rng), len(names) - 1)]
    side = np.where(np.char.endswith(section.astype(str), "positive"), "positive", "negative").astype(object)
    return np.where(weights.sum(axis=1) > 0, "hint." + family + "." + side, section).astype(object)


def _second(topic, feeling, sarcastic, happened, p, rng) -> tuple[np.ndarray, np.ndarray]:
    """Choose a second topic for some, mostly of the same feeling; the middling set one against the other."""
    n = len(topic)
    weights = np.column_stack([happened.concerned[name] * weight for name, weight in p.comment_topics])
    names = np.array([name for name, _ in p.comment_topics], dtype=object)
    other = names[choose(weights, rng)]
    u, v, w = rng.random((3, n))
    # A sarcastic text always tells what it is about, or nobody could know.
    other = np.where(sarcastic, topic, other)
    late = (np.nan_to_num(happened.late) >= 1) | (happened.failure != "")
    turn = np.where(feeling == "middling", 0.6, 0.12)
    positive = (feeling == "positive") != (v < turn)
    other = np.where((other == "delivery") & positive & late, "general", other)
    same = (other == topic) & ~sarcastic
    wanted = sarcastic | (~same & (u < np.where(feeling == "middling", 1.8, 1.0) * p.second_topic))
    side = np.where(positive & ~sarcastic, "positive", "negative").astype(object)
    goods = (other == "product") & (happened.kind != "") & (w < 0.6)
    section = np.where(goods, "product." + happened.kind + "." + side, other + "." + side)
    return np.where(wanted, other, "").astype(object), np.where(wanted, section, "").astype(object)
