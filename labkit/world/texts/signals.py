"""What is planted in texts to be found: a need that grows, a service that fades, a priority nobody voices.

- *Fresh food*: customers ask for fresh, cooked or chilled food, which Caramelo does not sell. The share of
  texts that ask rises from ``need_first`` to ``need_last``. They say it in many words: no single one finds
  most of them, :data:`FRESH_FOOD` finds nearly all (and a little that is meant otherwise).
- *Printed catalogue and orders by phone*: mentions fall, users fall in ``feature_use``, the cost stays.
- *A community of pet owners inside the app*: first on the board's list, and in no customer's text.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.parameters import HISTORY_END, HISTORY_START, Texts

FRESH_FOOD = (
    r"\b(?:fresh(?:ly)?|cook(?:ed|s)?|boil|chilled|refrigerated|fridge|freezer|cold shelf|frozen|vacuum|homemade"
    r"|home-?cooked|our own pot|natural (?:diet|meals?)|real (?:food|ingredients)|proper food|raw menus?|stew"
    r"|cool box|made to order|(?:un|less )processed|without kibble|make at home|chicken and rice"
    r"|dry (?:balls|pellets)|ingredients i can)\b"
)
"""Regular expression (no case) for the words in which fresh food is asked for."""

CATALOGUE = r"\b(?:catalogue|booklet|magazine|leafing|by phone|over the phone|telephone order)\b"
"""The same for the printed catalogue and orders by phone."""

COMMUNITY = r"\b(?:community|social network|followers?|forum|profiles?|other owners)\b"
"""The same for the community inside the app."""

WORDS = {"fresh food": FRESH_FOOD, "printed catalogue": CATALOGUE, "pet community": COMMUNITY}


def asked_share(at: np.ndarray, first: float, last: float) -> np.ndarray:
    """Return the share of texts with a signal at given moments, exponential from first to last month."""
    span = (HISTORY_END - HISTORY_START).astype(float)
    passed = (np.asarray(at).astype("datetime64[D]") - HISTORY_START).astype(float) / span
    return first * (last / first) ** np.clip(passed, 0, 1)


def planted(
    at: np.ndarray, p: Texts, rng: np.random.Generator, times: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw which texts ask for fresh food, and which are about the catalogue; never both.

    Parameters
    ----------
    at : numpy.ndarray of datetime64, shape (n,)
    p : Texts
    rng : numpy.random.Generator
    times : float
        How much more often than in comments.

    Returns
    -------
    need, catalogue : numpy.ndarray of bool, shape (n,)
    """
    u = rng.random(len(at))
    need = u < times * asked_share(at, p.need_first, p.need_last)
    catalogue = u > 1 - times * asked_share(at, p.catalogue_first, p.catalogue_last)
    return need, catalogue


def signal_table(p: Texts) -> pd.DataFrame:
    """Return the signals with their words and the shares of texts that they were planted at."""
    rows = [
        ("fresh food", "emerging need", FRESH_FOOD, p.need_first, p.need_last),
        ("printed catalogue", "obsolete service", CATALOGUE, p.catalogue_first, p.catalogue_last),
        ("pet community", "priority nobody voices", COMMUNITY, 0.0, 0.0),
    ]
    return pd.DataFrame(rows, columns=["signal", "kind", "words", "first_share", "last_share"])
