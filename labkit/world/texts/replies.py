"""Replies to complaints: some admit the failure, some evade, some blame the customer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.parameters import Replies
from labkit.world.texts.comments import TROUBLE
from labkit.world.texts.grammar import draw, fill, vocabulary
from labkit.world.texts.surface import follow, tidy

STANCES = np.array(["admits", "blames", "evades"], dtype=object)


def write_replies(
    tickets: pd.DataFrame, p: Replies, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the replies to the latest complaints that were answered in writing.

    Good answers admit more, bad ones blame more; a good answer may evade all the same.

    Parameters
    ----------
    tickets : pandas.DataFrame
        ticket_id, channel, first_answer_at, compensation_brl, cause, answer (good, fair, bad).
    p : Replies
    rng : numpy.random.Generator

    Returns
    -------
    replies, truth : pandas.DataFrame
        ticket_id, replied_at, text; ticket_id, stance.
    """
    written = tickets["channel"].isin(["email", "whatsapp", "chat"]) & tickets["cause"].isin(TROUBLE)
    answered = tickets[written & tickets["first_answer_at"].notna()].tail(p.count).reset_index(drop=True)
    n = len(answered)
    quality = answered["answer"].map({"good": 0, "fair": 1, "bad": 2}).to_numpy()
    admits, blames = np.array(p.admits)[quality], np.array(p.blames)[quality]
    u, v, w = rng.random((3, n))
    stance = STANCES[np.where(u < admits, 0, np.where(u < admits + blames, 1, 2))]
    cause = answered["cause"].to_numpy(dtype=object)
    core = np.where(stance == "evades", "evades.any", stance + "." + cause)
    paid = answered["compensation_brl"].to_numpy()
    phrases = vocabulary("replies")
    parts = [
        draw(phrases, np.where(v < 0.8, "opening", "").astype(object), rng),
        draw(phrases, core, rng),
        draw(phrases, np.where((paid > 0) & (stance != "blames"), "voucher", "").astype(object), rng),
        draw(phrases, np.where(w < 0.7, "closing", "").astype(object), rng),
    ]
    texts = fill(
        (_join(*row) for row in zip(*parts, strict=True)), {"voucher": [f"R$ {x:.0f}" for x in paid]}
    )
    replies = pd.DataFrame(
        {
            "ticket_id": answered["ticket_id"],
            "replied_at": answered["first_answer_at"],
            "text": [tidy(text) for text in texts],
        }
    )
    return replies, pd.DataFrame({"ticket_id": answered["ticket_id"], "stance": stance})


def _join(*parts: str) -> str:
    text = ""
    for part in parts:
        if part:
            text = follow(text, part)
    return text if text[-1] in ".!?" else text + "."
