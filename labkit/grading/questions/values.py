"""Questions whose answer is a number, letters, a word, or a few of these put together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from labkit.errors import LabkitError
from labkit.exercises import wire
from labkit.exercises.tabular import is_table
from labkit.grading.notes import note
from labkit.grading.questions import table
from labkit.grading.questions.rules import amount, near, one_of
from labkit.grading.questions.score import Rules, Score, Source, close, counted, lifted
from labkit.i18n import _

NUMBER = {
    "tolerance": amount(),
    "relative_tolerance": amount(),
    "near": near(),
    "against": one_of("key", "truth"),
}
CHOICES = {"credit": one_of("right less wrong", "all")}
CHOICE: dict[str, Any] = {}
VALUE = {
    "tolerance": amount(),
    "relative_tolerance": amount(),
    "credit": one_of("parts", "all"),
    "credit_from": amount(most=0.99),
}


def is_number(value: Any) -> bool:
    return type(value) in (int, float) and -1e300 < value < 1e300


def is_letters(value: Any) -> bool:
    letters = isinstance(value, list) and all(
        isinstance(each, str) and re.fullmatch("[A-Z]", each) for each in value
    )
    return bool(letters and value) and value == sorted(set(value))


def is_word(value: Any) -> bool:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return isinstance(value, str) and len(value) <= wire.MOST_TEXT


def score_number(rules: Rules, answer: Any, right: Any, source: Source | None = None) -> Score:
    """By how near it is: to the key's answer, or to what ``truth.py`` knows."""
    if rules["against"] == "truth":
        right = source.truth(rules["question"])
        if not is_number(right):
            raise LabkitError(
                _("The truth of {question} is not a number.").format(question=rules["question"])
            )
    if close(answer, right, rules["tolerance"], rules["relative_tolerance"]):
        return Score(1.0)
    wider = rules["near"]
    if wider and close(answer, right, wider.get("tolerance", 0.0), wider.get("relative_tolerance", 0.0)):
        return Score(wider["credit"], (note("near"),))
    return Score(0.0)


def score_choices(rules: Rules, answer: Any, right: Any, source: Source | None = None) -> Score:
    """Right less wrong of the right ones, never less than nothing."""
    chosen, options = set(answer), set(right)
    if rules["credit"] == "all":
        return Score(float(chosen == options))
    return Score(max(0.0, (len(chosen & options) - len(chosen - options)) / len(options)))


def score_choice(
    rules: Rules,
    answer: Any,
    right: Any,
    source: Source | None = None,
    credit: Mapping[str, float] | None = None,
) -> Score:
    """All for the right word, and for another what the key says that it is worth."""
    if folded(answer) == folded(right):
        return Score(1.0)
    worth = {folded(word): share for word, share in (credit or {}).items()}.get(folded(answer), 0.0)
    return Score(worth, (note("alternative"),) if worth else ())


def score_value(rules: Rules, answer: Any, right: Any, source: Source | None = None) -> Score:
    good, of = compared(answer, right, rules["tolerance"], rules["relative_tolerance"])
    if good == of:
        return Score(1.0)
    if rules["credit"] == "all" or of <= 1:
        return Score(0.0)
    share = lifted(good / of, rules["credit_from"])
    return Score(share, counted("parts right", round(good, 2), of))


def compared(found: Any, right: Any, absolute: float, relative: float) -> tuple[float, int]:
    """How many parts of a value are right, and of how many.

    A dictionary has its names for parts, a list its places, of whichever there are more; anything else
    is one part.
    """
    if isinstance(right, Mapping) and not is_table(right):
        if not isinstance(found, Mapping) or is_table(found):
            return 0, max(1, len(right))
        keys = {**right, **found}
        pairs = [(found.get(key), right.get(key)) for key in keys if key in found and key in right]
        of = len(keys)
    elif isinstance(right, list):
        if not isinstance(found, list):
            return 0, max(1, len(right))
        pairs, of = list(zip(found, right, strict=False)), max(len(found), len(right))
    else:
        return _leaf(found, right, absolute, relative), 1
    if of == 0:
        return 1, 1
    parts = (compared(one, other, absolute, relative) for one, other in pairs)
    return sum(good / all_ for good, all_ in parts), of


def _leaf(found: Any, right: Any, absolute: float, relative: float) -> float:
    if is_table(right):
        if not is_table(found):
            return 0
        rules = {**table.defaults(), "tolerance": absolute, "relative_tolerance": relative}
        return table.score(rules, found, right).share
    if isinstance(right, bool) or right is None:
        return float(found is right)
    if isinstance(right, str):
        return float(isinstance(found, str) and folded(found) == folded(right))
    return float(is_number(found) and close(found, right, absolute, relative))


def folded(value: Any) -> str:
    if isinstance(value, list):
        value = "".join(value)
    return " ".join(str(value).split()).casefold()
