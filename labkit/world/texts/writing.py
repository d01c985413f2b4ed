"""Put statements together to a text: how it begins, what it says, how it ends, how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from labkit.world.parameters import Texts
from labkit.world.texts import surface
from labkit.world.texts.grammar import Phrases, draw, fill

FORMAL_OPENING = ("Dear Sir or Madam,", "To the Caramelo team:", "Dear Caramelo team,", "Good afternoon,")
FORMAL_CLOSING = ("Kind regards.", "Yours faithfully.", "Sincerely.", "Respectfully.", "Best regards.")
ASIDES = 0.35
"""Share of texts that are not terse with something said in passing."""


def draw_registers(n: int, unhappy: np.ndarray, p: Texts, rng: np.random.Generator) -> pd.DataFrame:
    """Draw how each text is written, whatever its writer is like in other respects.

    Returns
    -------
    pandas.DataFrame
        register (terse, plain, chatty, formal), angry, bare (no punctuation or capitals), slips.
    """
    names = np.array([name for name, _ in p.registers], dtype=object)
    register = names[rng.choice(len(names), n, p=[share for _, share in p.registers])]
    u = rng.random((3, n))
    formal = register == "formal"
    return pd.DataFrame(
        {
            "register": register,
            "angry": unhappy & ~formal & (u[0] < p.angry),
            "bare": ~formal & (u[1] < p.unpunctuated),
            "slips": ~formal & (u[2] < p.misspelt),
        }
    )


def write(
    statements: Sequence[np.ndarray],
    joints: Sequence[np.ndarray],
    feeling: np.ndarray,
    looks: pd.DataFrame,
    phrases: Mapping[str, Phrases],
    facts: Mapping[str, Sequence],
    rng: np.random.Generator,
) -> list[str]:
    """Write texts.

    Parameters
    ----------
    statements : sequence of numpy.ndarray of str
        First, second, … statement by text; empty where there is none.
    joints : sequence of numpy.ndarray of str
        What joins the second (third, …) to the one before.
    feeling : numpy.ndarray of str
        positive, negative, middling: decides opening and closing.
    looks : pandas.DataFrame
        As :func:`draw_registers` returns.
    phrases : mapping
        Sections ``opening.…`` and ``closing.…``.
    facts : mapping
        What is filled in.
    rng : numpy.random.Generator
    """
    n = len(feeling)
    u, v = rng.random((2, n))
    register = looks["register"].to_numpy()
    begins = (register == "chatty") & (u < 0.75) | (register == "plain") & (u < 0.12)
    ends = (register == "chatty") & (v < 0.65) | (register == "plain") & (v < 0.35)
    side = np.where(feeling == "negative", "opening.negative", "opening.positive")
    adds = (register != "terse") & (rng.random(n) < ASIDES)
    detail = draw(phrases, np.where(adds, "detail." + feeling.astype(object), ""), rng)
    opening = draw(phrases, np.where(begins, side, ""), rng)
    closing = draw(phrases, np.where(ends, "closing." + feeling.astype(object), ""), rng)
    formal = np.flatnonzero(register == "formal")
    opening[formal] = np.array(FORMAL_OPENING, dtype=object)[
        rng.integers(0, len(FORMAL_OPENING), len(formal))
    ]
    closing[formal] = np.array(FORMAL_CLOSING, dtype=object)[
        rng.integers(0, len(FORMAL_CLOSING), len(formal))
    ]
    texts = [
        _sentence(begin, said, joined, aside, end)
        for begin, end, aside, said, joined in zip(
            opening, closing, detail, zip(*statements, strict=True), zip(*joints, strict=True), strict=True
        )
    ]
    texts = fill(texts, facts)
    return surface.dress(texts, *(looks[c].to_numpy() for c in ("angry", "bare", "slips")), rng)


def _sentence(
    opening: str, statements: tuple[str, ...], joints: tuple[str, ...], aside: str, closing: str
) -> str:
    text = surface.follow(opening, statements[0])
    for joint, statement in zip(joints, statements[1:], strict=True):
        if statement:
            text = surface.follow(text.rstrip(".") + _spaced(joint), statement)
    if aside:
        text = text + ", " + aside if text[-1] not in ".!?" else surface.follow(text, aside)
    if text[-1] not in ".!?":
        text += "."
    return surface.follow(text, closing) if closing else text


def _spaced(joint: str) -> str:
    return joint if joint[0] in ",.;" else " " + joint
