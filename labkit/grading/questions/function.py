"""Questions that ask for a function: it was called, in the student's kernel, with inputs unseen before.

What comes here are the results only, as data; the key's function was called with the same inputs in a
kernel of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labkit.exercises import wire
from labkit.exercises.tabular import UnusableError
from labkit.grading.notes import note
from labkit.grading.questions.rules import amount, one_of
from labkit.grading.questions.score import Rules, Score, Source, counted, lifted
from labkit.grading.questions.values import compared
from labkit.i18n import _

DECLARED = {
    "tolerance": amount(),
    "relative_tolerance": amount(),
    "credit": one_of("calls", "all"),
    "credit_from": amount(most=0.99),
}


def acceptable(value: Any) -> bool:
    return value == {"function": True}


def acceptable_results(value: Any) -> bool:
    """Whether what a cell of calls gave out has the form of results."""
    if not isinstance(value, Mapping) or set(value) != {"results"} or not isinstance(value["results"], list):
        return False
    return all(isinstance(each, Mapping) and len(each) == 1 and _is_result(each) for each in value["results"])


def _is_result(each: Mapping[str, Any]) -> bool:
    ((name, content),) = each.items()
    return (name == "value" and wire.acceptable(content)) or (
        name in ("error", "unusable") and isinstance(content, str) and len(content) <= 300
    )


def score(rules: Rules, answer: Any, right: Any, source: Source | None = None) -> Score:
    """Judge results by the key's.

    Parameters
    ----------
    answer, right : list of dict
        One a call: ``{"value": ...}``, ``{"error": name}`` or ``{"unusable": why}``.

    Raises
    ------
    UnusableError
        If there are not as many results as there were calls.
    """
    if len(answer) != len(right):
        raise UnusableError(_("results of another number of calls"))
    good = sum(_agrees(rules, one, other) for one, other in zip(answer, right, strict=True))
    said = list(counted("calls right", good, len(right)))
    if errors := sorted({each["error"] for each in answer if "error" in each}):
        n = sum("error" in each for each in answer)
        said.append(note("calls failed", n=n, errors=", ".join(errors[:4])))
    if reasons := [each["unusable"] for each in answer if "unusable" in each]:
        said.append(note("calls unusable", n=len(reasons), reason=reasons[0]))
    if rules["credit"] == "all":
        return Score(float(good == len(right)), tuple(said))
    return Score(lifted(good / len(right), rules["credit_from"]), tuple(said))


def _agrees(rules: Rules, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two results are the same; a call on which the key raises must raise the same error."""
    if "value" not in other:
        return one == other
    if "value" not in one:
        return False
    try:
        good, of = compared(one["value"], other["value"], rules["tolerance"], rules["relative_tolerance"])
    except UnusableError:
        return False
    return good == of
