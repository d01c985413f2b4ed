"""What judging an answer gives: a share of the points, and what may be said of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from labkit.grading.notes import Note, note


@dataclass(frozen=True)
class Score:
    """How right an answer is.

    Attributes
    ----------
    share : float
        Of the question's points, 0 to 1.
    said : tuple of Note
        For the student; tells nothing of the key.
    """

    share: float
    said: tuple[Note, ...] = ()


class Source(Protocol):
    """What an answer may be judged by that no kernel ever sees."""

    def truth(self, question: str) -> Any:
        """The truth of a prediction, a DataFrame of ids and what came true; or of a number."""

    def world(self) -> Any:
        """The world in which a plan is played."""


@dataclass(frozen=True)
class Scale:
    """From no points to all of them; either way round."""

    naive: float
    excellent: float

    def share(self, value: float) -> float:
        if not math.isfinite(value) or self.naive == self.excellent:
            return 0.0
        return min(1.0, max(0.0, (value - self.naive) / (self.excellent - self.naive)))


def lifted(share: float, credit_from: float = 0.0) -> float:
    """A share of which the part that guessing brings is worth nothing."""
    if share >= 1:
        return 1.0
    return 0.0 if share <= credit_from else (share - credit_from) / (1 - credit_from)


def close(found: float, expected: float, absolute: float = 0.0, relative: float = 0.0) -> bool:
    """Whether a number lies within a tolerance; without one, the last digits that an order of summing leaves."""
    slack = 1e-9 * abs(expected)
    return abs(found - expected) <= max(absolute * (1 + 1e-9), relative * abs(expected) * (1 + 1e-9), slack)


def figure(value: float) -> str:
    """A number as it is said: four digits that count, no more."""
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.4g}"


def counted(code: str, right: int, of: int, **more: Any) -> tuple[Note, ...]:
    """Such as "7 of 10 rows are right"; nothing where all are."""
    return () if right == of else (note(code, right=right, all=of, **more),)


Rules = Mapping[str, Any]
