"""How far two markers agree on the same texts, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import pandas as pd

from labkit.errors import LabkitError
from labkit.grading.marks import Mark, Marks
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


@dataclass(frozen=True)
class Decision:
    """What double marking comes to.

    Attributes
    ----------
    marks : dict
        Of criteria on which both agree, and of those that a third marker decided; never a mean.
    open : list of (str, str, str)
        Student, question and criterion on which the two differ and nobody has decided.
    decided : list of (str, str, str)
        Those that the third marker decided.
    """

    marks: Marks
    open: list[tuple[str, str, str]]
    decided: list[tuple[str, str, str]]


def decide(
    first: Marks,
    second: Marks,
    rubric: Rubric,
    third: Marks | None = None,
    texts: Mapping[tuple[str, str], str] | None = None,
) -> Decision:
    """Final marks by rule: what both gave, else what a third marker gave, else none.

    Texts that only one of the two has marked are left out: they have not been marked twice. With `texts`, the
    id of each text as it is now, a mark that anybody gave to an earlier text is one of that text.
    """
    third, texts = third or {}, texts or {}
    final: Marks = {}
    undecided, settled = [], []
    for key in sorted(set(first) & set(second)):
        if key[1] not in rubric.questions:
            continue
        student, question = key
        points = {}
        for name in (criterion.id for criterion in rubric.questions[question].criteria):
            one, two = first[key].points.get(name), second[key].points.get(name)
            say = third[key].points.get(name) if key in third else None
            if one is not None and one == two:
                points[name] = one
            elif one is None or two is None:
                continue
            elif say is not None:
                points[name] = say
                settled.append((student, question, name))
            else:
                undecided.append((student, question, name))
        markers = [marks[key] for marks in (first, second, third) if key in marks]
        comments = dict.fromkeys(mark.comment for mark in markers if mark.comment)
        seen = sorted(
            {mark.text_id for mark in markers if mark.text_id}, key=lambda text: text == texts.get(key)
        )
        text = next(iter(seen), texts.get(key, ""))
        if points or comments:
            final[key] = Mark(student, question, points, "\n\n".join(comments), text)
    return Decision(final, undecided, settled)


def in_dispute(decision: Decision, first: Marks, second: Marks) -> dict[tuple[str, str], dict[str, str]]:
    """What the two gave where nobody has decided, such as ``2 / 1``, by text and criterion."""
    told: dict[tuple[str, str], dict[str, str]] = {}
    for student, question, name in decision.open:
        key = (student, question)
        told.setdefault(key, {})[name] = f"{first[key].points[name]:g} / {second[key].points[name]:g}"
    return told
