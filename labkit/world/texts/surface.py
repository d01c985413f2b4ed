"""How a text looks: who writes in a hurry, in anger, or with care."""

from __future__ import annotations

import re

import numpy as np

_START = re.compile(r"(^|[.!?] )([a-z])")
_MARKS = re.compile(r"[.,;:!?]")
_RUNS = ("..", "?.", "!.", "?,", "!,", ".,", "?;", ",.", "??")
"""Marks that stand together where phrases meet; the first of the two stays."""
_FIRST_PERSON = ("I ", "I'", "{")


def follow(before: str, text: str) -> str:
    """Put a phrase behind another: in lower case if the first has not ended its sentence."""
    if not before:
        return text
    if before[-1] not in ".!?:;,":
        before += " " if before.rsplit(" ", 1)[-1] in {"and", "but", "though", "however", "plus"} else "."
        before = before.rstrip(" ")
    if before[-1] not in ".!?" and not text.startswith(_FIRST_PERSON):
        text = text[:1].lower() + text[1:]
    return f"{before} {text}"


def tidy(text: str) -> str:
    """Write sentences with a capital and one mark at the end."""
    text = text.replace(" .", ".").replace(" ,", ",")
    for run in _RUNS:
        if run in text:
            text = text.replace(run, run[0])
    return _START.sub(lambda m: m[1] + m[2].upper(), text)


def unpunctuated(text: str) -> str:
    return _MARKS.sub("", text).lower()


def shouted(text: str) -> str:
    """Write a text in capitals with marks of anger."""
    return text.rstrip(".!").upper() + "!!!"


def misspelt(text: str, at: float, kind: float) -> str:
    """Slip once, at a share of the text's length: two letters swapped, one lost, or one doubled."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    i = long[int(at * len(long))]
    word, cut = words[i], 1 + int(kind * 997) % (len(words[i]) - 2)
    if kind < 0.4:
        words[i] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    elif kind < 0.75:
        words[i] = word[:cut] + word[cut + 1 :]
    else:
        words[i] = word[:cut] + word[cut] + word[cut:]
    return " ".join(words)


def dress(
    texts: list[str], angry: np.ndarray, bare: np.ndarray, slips: np.ndarray, rng: np.random.Generator
) -> list[str]:
    """Give every text its look.

    Parameters
    ----------
    texts : list of str
        Complete sentences.
    angry, bare, slips : numpy.ndarray of bool, shape (n,)
        Shouted; without punctuation and capitals; with a slip of the keyboard (two in long texts).
    rng : numpy.random.Generator
    """
    at, kind, loud = rng.random((3, len(texts)))
    texts = [tidy(text) for text in texts]
    for i in np.flatnonzero(slips):
        texts[i] = misspelt(texts[i], at[i], kind[i])
        if len(texts[i]) > 120:
            texts[i] = misspelt(texts[i], 1 - at[i], 1 - kind[i])
    for i in np.flatnonzero(bare):
        texts[i] = unpunctuated(texts[i])
    for i in np.flatnonzero(angry & ~bare):
        texts[i] = shouted(texts[i]) if loud[i] < 0.5 else texts[i].rstrip(".") + "!!"
    return texts
