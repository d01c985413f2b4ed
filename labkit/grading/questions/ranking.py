"""Questions that ask for an order: the best first.

metric
    ``spearman`` and ``kendall``: rank correlation with the key's order; ``ndcg``: discounted gain, so that the
    first places count most; ``exact``: the same order, all or nothing; ``positions``: items in their place.
top
    Only so many places are looked at (ndcg, exact, positions).
scale
    The values of the metric that earn nothing and everything. If not said: from 0, for ndcg from what a
    random order brings, to 1.
"""

from __future__ import annotations

from typing import Any

from labkit.exercises import wire
from labkit.grading.notes import Note, note
from labkit.grading.questions.rules import count, one_of, scale
from labkit.grading.questions.score import Rules, Scale, Score, Source, counted, figure

DECLARED = {
    "metric": one_of("spearman", "kendall", "ndcg", "exact", "positions"),
    "top": count(None),
    "scale": scale(),
}


def acceptable(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, str | int) and not isinstance(item, bool) for item in value)
        and len(set(map(str, value))) == len(value)
        and wire.acceptable(value)
    )


def score(rules: Rules, answer: Any, right: Any, source: Source | None = None) -> Score:
    """Judge an order by the key's; what is missing counts as last, in no order of its own."""
    asked, found, said = _orders(answer, right)
    n = min(rules["top"] or len(asked), len(asked))
    metric = rules["metric"]
    if metric in ("exact", "positions"):
        good = sum(one == other for one, other in zip(found[:n], asked[:n], strict=False))
        if metric == "exact":
            return Score(float(good == n and len(found) == len(asked)), tuple(said))
        share = _scale(rules).share(good / n)
        return Score(share, (*counted("positions right", good, n), *said))
    if metric == "ndcg":
        value = _ndcg(found, asked, n)
    else:  # to name only what one is sure of must not pay
        value = _correlation(found, asked, metric) * len(found) / len(asked)
    if value < 1:
        said.insert(0, note("ranking", metric=metric, value=figure(value)))
    by_chance = _random_ndcg(len(asked), n) if metric == "ndcg" else 0.0
    return Score(_scale(rules, by_chance).share(value), tuple(said))


def _scale(rules: Rules, by_chance: float = 0.0) -> Scale:
    stated = rules["scale"]
    return Scale(stated.get("naive", by_chance), stated.get("excellent", 1.0))


def _random_ndcg(items: int, n: int) -> float:
    """What an order drawn at random brings on average."""
    from math import log2

    discounts = [1 / log2(place + 2) for place in range(n)]
    best = sum((items - place) * discount for place, discount in enumerate(discounts))
    return (items + 1) / 2 * sum(discounts) / best if items > 1 else 0.0


def _orders(answer: list, right: list) -> tuple[list[str], list[str], list[Note]]:
    asked, found = list(map(str, right)), list(map(str, answer))
    said = []
    known = set(asked)
    unknown = [item for item in found if item not in known]
    if unknown:
        said.append(note("items unknown", n=len(unknown)))
    found = [item for item in found if item in known]
    if len(found) < len(asked):
        said.append(note("items missing", n=len(asked) - len(found)))
    return asked, found, said


def _correlation(found: list[str], asked: list[str], metric: str) -> float:
    from scipy import stats

    if len(asked) < 2:
        return float(found == asked)
    place = {item: n for n, item in enumerate(found)}
    last = (len(found) + len(asked) - 1) / 2  # the missing ones share the places that are left
    theirs = [place.get(item, last) for item in asked]
    if len(set(theirs)) < 2:
        return 0.0
    method = stats.spearmanr if metric == "spearman" else stats.kendalltau
    value = float(method(range(len(asked)), theirs).statistic)
    return 1.0 if value > 1 - 1e-12 else value


def _ndcg(found: list[str], asked: list[str], n: int) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002); an item's gain falls with its place."""
    from math import log2

    gain = {item: len(asked) - place for place, item in enumerate(asked)}
    best = sum(gain[item] / log2(place + 2) for place, item in enumerate(asked[:n]))
    value = sum(gain[item] / log2(place + 2) for place, item in enumerate(found[:n])) / best
    return 1.0 if value > 1 - 1e-12 else value
