"""Tickets in words: a subject and what the customer wrote, or what the desk noted down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.parameters import Texts
from labkit.world.texts import facts, surface
from labkit.world.texts.grammar import draw, fill, vocabulary
from labkit.world.texts.signals import planted

TALK = ("question", "plan", "praise")
"""Causes that are no trouble."""

FORMAL = {"email": 0.8, "whatsapp": 0.45, "chat": 0.4, "phone": 0.8, "shop": 0.6}
"""Share of tickets with an opening, by channel."""

TRUTH = ["cause", "signal", "hinted"]


def write_tickets(
    tickets: pd.DataFrame, product: np.ndarray, late: np.ndarray, pet: np.ndarray, p: Texts,
    rng: np.random.Generator, category: np.ndarray | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Write what each ticket is about.

    Parameters
    ----------
    tickets : pandas.DataFrame
        opened_at, channel, severity, cause.
    product, pet : numpy.ndarray of object, shape (n,)
        What was ordered, and the animal, in the customer's words.
    late : numpy.ndarray of float, shape (n,)
        Days by which the order came late, or had been waited for when the ticket was opened.
    p : Texts
    rng : numpy.random.Generator
    category : numpy.ndarray of object, shape (n,), optional
        Of the product; empty where it is not known.

    Returns
    -------
    pandas.DataFrame
        subject, text, then what the truth says: cause, signal, hinted.
    """
    n = len(tickets)
    cause = np.where(tickets["cause"] == "plan question", "plan", tickets["cause"]).astype(object)
    channel = tickets["channel"].to_numpy(dtype=object)
    severity = tickets["severity"].to_numpy()
    need, catalogue = planted(tickets["opened_at"].to_numpy(), p, rng, p.need_of_questions)
    asked = cause == "question"
    need, catalogue = need & asked, catalogue & asked
    talk = np.isin(cause, TALK)
    u = rng.random((6, n))
    hinted = ~need & ~catalogue & (cause != "praise") & (u[0] < p.ticket_hinted)
    late_unknown = (cause == "late") & ~(late >= 1)
    first = np.where(hinted | late_unknown, np.where(talk, "hint.question", "hint.negative"), cause)
    first = np.where(need, "need", np.where(catalogue, "catalogue", first)).astype(object)
    asks = ~talk & (u[1] < p.ticket_asks)
    tells = ~talk & (u[2] < p.ticket_severity)
    opens = u[3] < pd.Series(channel).map(FORMAL).to_numpy()
    phrases = vocabulary("tickets")
    said = [
        draw(phrases, np.where(opens, "opening." + channel, ""), rng),
        draw(phrases, first, rng),
        draw(phrases, np.where(asks, "ask." + cause, ""), rng),
        draw(phrases, np.where(tells, "severity." + severity.astype(str).astype(object), ""), rng),
    ]
    known = {"late": facts.said_late(late, rng), "product": product, "pet": pet}
    known |= facts.about_product(product, np.full(n, "") if category is None else category, pet)
    texts = fill((_sentences(*parts) for parts in zip(*said, strict=True)), known)
    written = np.isin(channel, ("whatsapp", "chat", "email"))
    quick = np.isin(channel, ("whatsapp", "chat"))
    texts = surface.dress(
        texts,
        written & ~talk & (severity >= 2) & (u[4] < p.angry),
        quick & (u[5] < 2 * p.unpunctuated),
        written & (rng.random(n) < p.misspelt),
        rng,
    )
    vague = rng.random(n) < p.ticket_vague
    subjects = draw(phrases, np.where(vague, "subject.any", "subject." + cause), rng)
    return pd.DataFrame(
        {
            "subject": subjects,
            "text": texts,
            "cause": tickets["cause"].to_numpy(),
            "signal": np.where(need, "fresh food", np.where(catalogue, "printed catalogue", "")),
            "hinted": hinted,
        }
    )


def _sentences(opening: str, statement: str, asked: str, told: str) -> str:
    text = surface.follow(opening, statement)
    for more in (asked, told):
        if more:
            text = surface.follow(text if text[-1] in ".?!" else text + ".", more)
    return text if text[-1] in ".?!" else text + "."
