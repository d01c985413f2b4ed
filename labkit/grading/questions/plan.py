"""Questions that ask for a plan: a table of contacts, played in the world, outside of the kernel.

days
    The horizon.
scale
    ``{naive: ..., excellent: ...}`` in R$ of the world's score, which counts from doing nothing. Each is a number,
    ``do_nothing`` (R$ 0), ``key`` (the key's plan), or a rival of :mod:`labkit.world.play.rivals`:
    ``spray_everyone`` or ``recency_rule``.
futures
    Over how many futures the score is averaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labkit.errors import LabkitError
from labkit.exercises.tabular import UnusableError, has_form, read_table
from labkit.grading.notes import note
from labkit.grading.questions.rules import count, scale
from labkit.grading.questions.score import Rules, Scale, Score, Source, figure

if TYPE_CHECKING:
    import pandas as pd

NOTHING, KEY = "do_nothing", "key"
RIVALS = ("spray_everyone", "recency_rule")
DECLARED = {"days": count(90), "scale": scale(NOTHING, KEY, *RIVALS), "futures": count(1)}


def acceptable(value: Any) -> bool:
    return has_form(value)


def score(rules: Rules, answer: Any, right: Any, source: Source) -> Score:
    """Play a plan and hold what it brings against doing nothing and against a reference.

    Raises
    ------
    UnusableError
        If the table is no plan; says which row breaks which rule.
    """
    world = source.world()
    value, refused = _played(rules, contacts(answer), world)

    def stated(where: str, otherwise: str) -> float:
        limit = rules["scale"].get(where, otherwise)
        if limit == NOTHING:
            return 0.0
        if isinstance(limit, str):
            return _reference(rules, limit, right, world)
        return float(limit)

    span = Scale(stated("naive", NOTHING), stated("excellent", KEY))
    limits = {"naive": figure(span.naive), "excellent": figure(span.excellent)}
    said = (note("plan score", value=figure(value), **limits), *refused)
    return Score(span.share(value), said)


def contacts(answer: Any) -> pd.DataFrame:
    """A plan's table with the plain types that a world reads."""
    frame, levels = read_table(answer)
    for level in levels:
        if level.name is not None and level.name not in frame.columns:
            frame.insert(0, level.name, level.array)
    for column in frame.columns:
        kind = str(frame[column].dtype)
        if kind in ("Int64", "boolean") and not frame[column].isna().any():
            frame[column] = frame[column].astype({"Int64": "int64", "boolean": "bool"}[kind])
    return frame


def _played(rules: Rules, plan: Any, world: Any) -> tuple[float, tuple]:
    from labkit.world.play import run

    try:
        results = [run(world, plan, days=rules["days"], seed=seed) for seed in _seeds(rules, world)]
    except LabkitError as problem:
        raise UnusableError(str(problem)[:300]) from None
    value = sum(result.score for result in results) / len(results)
    breaches = results[0].breaches
    breaches = breaches[breaches["refused"] > 0]
    if breaches.empty:
        return value, ()
    asked = len(plan) if hasattr(plan, "__len__") else int(breaches["refused"].sum())
    words = ", ".join(breaches["rule"].astype(str))
    return value, (note("plan refused", n=int(breaches["refused"].sum()), all=asked, rules=words),)


def _reference(rules: Rules, name: str, right: Any, world: Any) -> float:
    """What the key's plan, or a rival's, brings; once a world."""
    from labkit.world.play import rivals

    kept = world.__dict__.setdefault("_references", {})
    mark = (name, rules["question"], rules["days"], rules["futures"])
    if mark not in kept:
        if name == KEY:
            plan = contacts(right)
        elif name == "spray_everyone":
            plan = rivals.spray_everyone(world, rules["days"])
        else:
            plan = rivals.recency_rule(world)
        kept[mark] = _played(rules, plan, world)[0]
    return kept[mark]


def _seeds(rules: Rules, world: Any) -> list[int]:
    """Of the futures: the world's own first."""
    return [int(world.seed) + n for n in range(rules["futures"])]
