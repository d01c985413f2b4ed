"""How far two markers agree on the same texts, and where they do not."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import pandas as pd

from labkit.errors import LabkitError
from labkit.grading.marks import Marks
from labkit.grading.rubric import Rubric
from labkit.i18n import _

COLUMNS = ("question", "criterion", "texts", "same", "kappa", "first_higher_by")
DISAGREEMENTS = ("question", "student", "criterion", "first", "second", "levels_apart")


@dataclass(frozen=True)
class Agreement:
    """What two markers gave to the texts that both marked.

    Attributes
    ----------
    by_criterion : pandas.DataFrame
        question, criterion; texts (marked by both), same (share with the same level), kappa (weighted, see
        :func:`compare`), first_higher_by (mean difference in points). The last row, with criterion "all", has
        them all together.
    disagreements : pandas.DataFrame
        question, student, criterion, first, second (points), levels_apart; the widest first.
    only_first, only_second : list of (str, str)
        Student and question of texts that only one of the two has marked.
    """

    by_criterion: pd.DataFrame
    disagreements: pd.DataFrame
    only_first: list[tuple[str, str]]
    only_second: list[tuple[str, str]]


def compare(first: Marks, second: Marks, rubric: Rubric) -> Agreement:
    """Compare the marks of two markers.

    Kappa is Cohen's (1968, *Psychological Bulletin* 70(4)) with quadratic weights over the levels of a criterion, in
    their order: two levels apart weighs four times as much as one. It is 1 for full agreement, 0 for as much as two
    markers would reach by chance with the levels each of them uses, and not a number where neither ever left
    one level: then there is nothing to agree on.

    Raises
    ------
    LabkitError
        If no text was marked by both.
    """
    rows = [
        {
            "question": key[1],
            "student": key[0],
            "criterion": criterion.id,
            "first": first[key].points[criterion.id],
            "second": second[key].points[criterion.id],
            "steps": [level.points for level in criterion.levels],
        }
        for key in sorted(set(first) & set(second), key=lambda key: (key[1], key[0]))
        if key[1] in rubric.questions
        for criterion in rubric.questions[key[1]].criteria
        if criterion.id in first[key].points and criterion.id in second[key].points
    ]
    if not rows:
        raise LabkitError(
            _(
                "No text was marked by both: the first sheet holds marks of {first} texts, the second of {second}. Give both markers sheets of the same grades."
            ).format(first=len(first), second=len(second))
        )
    both = pd.DataFrame(rows)
    both["first_level"] = [
        steps.index(points) for steps, points in zip(both["steps"], both["first"], strict=True)
    ]
    both["second_level"] = [
        steps.index(points) for steps, points in zip(both["steps"], both["second"], strict=True)
    ]
    both["levels_apart"] = (both["first_level"] - both["second_level"]).abs()
    table = [
        {"question": question, "criterion": criterion, **_agreed(part)}
        for (question, criterion), part in both.groupby(["question", "criterion"], sort=False)
    ]
    table.append({"question": "", "criterion": "all", **_agreed(both)})
    apart = both[both["levels_apart"] > 0].sort_values(
        ["levels_apart", "question", "student", "criterion"], ascending=[False, True, True, True]
    )
    return Agreement(
        pd.DataFrame(table, columns=list(COLUMNS)),
        apart[list(DISAGREEMENTS)].reset_index(drop=True),
        sorted(set(first) - set(second)),
        sorted(set(second) - set(first)),
    )


def _agreed(part: pd.DataFrame) -> dict[str, float]:
    return {
        "texts": part[["question", "student"]].drop_duplicates().shape[0],
        "same": float((part["levels_apart"] == 0).mean()),
        "kappa": weighted_kappa(part["first_level"].tolist(), part["second_level"].tolist()),
        "first_higher_by": float((part["first"] - part["second"]).mean()),
    }


def weighted_kappa(first: list[int], second: list[int]) -> float:
    """Cohen's kappa with quadratic weights; not a number where both used one and the same level throughout."""
    from sklearn.metrics import cohen_kappa_score

    if len({*first, *second}) < 2:
        return nan
    return float(
        cohen_kappa_score(first, second, weights="quadratic", labels=range(max(*first, *second) + 1))
    )
