"""Phrases by section, read from a vocabulary file, and drawn by the thousand.

A vocabulary file has sections, ``[delivery.late.negative]``, and below each one phrase a line. In a phrase
``(a|b|)`` stands for one of its parts (nothing is a part as well) and ``{days}`` for a fact that is filled
in afterwards. Every phrase is written out once, so that drawing is no more than picking numbers.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent / "vocabulary"
_CHOICE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Phrases:
    """The phrases of a section: lines are equally likely, then the ways of saying a line.

    Attributes
    ----------
    said : numpy.ndarray of object, shape (ways,)
        Every way of saying every line, line after line.
    start, ways : numpy.ndarray of int, shape (lines,)
        Where a line's ways begin, and how many there are.
    """

    said: np.ndarray
    start: np.ndarray
    ways: np.ndarray

    @classmethod
    def of(cls, lines: Sequence[str]) -> Phrases:
        every = [expand(line) for line in lines]
        ways = np.array([len(one) for one in every])
        return cls(np.array(list(itertools.chain(*every)), dtype=object), np.cumsum(ways) - ways, ways)

    def pick(self, line: np.ndarray, way: np.ndarray) -> np.ndarray:
        """Return the phrases at uniform numbers in [0, 1), one pair a phrase."""
        row = (line * len(self.start)).astype(np.int32)
        return self.said[self.start[row] + (way * self.ways[row]).astype(np.int32)]


def expand(phrase: str) -> list[str]:
    """Return every way of saying a phrase.

    >>> expand("so (kind|helpful)(|!)")
    ['so kind', 'so kind!', 'so helpful', 'so helpful!']
    """
    pieces = _CHOICE.split(phrase)
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return ["".join(said) for said in itertools.product(*choices)]


@functools.cache
def vocabulary(name: str) -> Mapping[str, Phrases]:
    """Return the sections of ``vocabulary/<name>.txt``."""
    sections: dict[str, list[str]] = {}
    for line in (_HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[] "), [])
        elif line.strip() and not line.startswith("#"):
            current.append(line.strip())
    return {section: Phrases.of(lines) for section, lines in sections.items()}


def draw(
    phrases: Mapping[str, Phrases], section: np.ndarray, rng: np.random.Generator, *, blank: str = ""
) -> np.ndarray:
    """Draw one phrase for every row from the section that the row names.

    Parameters
    ----------
    phrases : mapping
        As :func:`vocabulary` returns.
    section : numpy.ndarray of str, shape (n,)
        Section by row; ``blank`` stands for no phrase.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of object, shape (n,)

    Raises
    ------
    KeyError
        If the vocabulary lacks a section.
    """
    line, way = rng.random((2, len(section)))
    said = np.full(len(section), "", dtype=object)
    names, code = np.unique(section.astype(str), return_inverse=True)
    for i, name in enumerate(names):
        if name != blank:
            rows = np.flatnonzero(code == i)
            said[rows] = phrases[name].pick(line[rows], way[rows])
    return said


def fill(texts: Iterable[str], facts: Mapping[str, Sequence]) -> list[str]:
    """Fill the facts into the texts: ``facts["days"][i]`` for ``{days}`` in text i."""
    names = list(facts)
    rows = zip(*(facts[name] for name in names), strict=True)
    return [
        text.format(**dict(zip(names, row, strict=True))) if "{" in text else text
        for text, row in zip(texts, rows, strict=True)
    ]


def choose(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose a column for every row, in proportion to the weights of the row."""
    total = np.cumsum(weights, axis=1)
    return (rng.random(len(weights))[:, None] * total[:, -1:] >= total).sum(axis=1)
