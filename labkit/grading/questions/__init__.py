"""The kinds of questions: which rules each may state, and how an answer is judged outside of any kernel.

A kind is judged by the value that was reported, which is data and nothing else, and by what the key
reported on the same data. Neither is ever a live object of the student's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.grading.questions import rules as rule


@dataclass(frozen=True)
class Kind:
    """One kind of question.

    Attributes
    ----------
    rules : dict of Rule
        What its metadata may state.
    acceptable : callable
        Whether a reported value has the form of an answer.
    score : callable
        ``score(rules, answer, right, source)`` returns a :class:`~labkit.grading.questions.score.Score`.
    """

    rules: Mapping[str, rule.Rule]
    acceptable: Callable[[Any], bool]
    score: Callable[..., Any]


TEXT = "text"
NAMES = (
    *("choices", "number", "choice", "value", "table", "function", "ranking", "prediction", "plan"),
    TEXT,
)


@functools.cache
def kind(name: str) -> Kind:
    """A kind by its name; free text, which a person marks, is none of them."""
    from labkit.exercises import wire
    from labkit.grading.questions import function, plan, prediction, ranking, table, values

    return {
        "choices": Kind(values.CHOICES, values.is_letters, values.score_choices),
        "number": Kind(values.NUMBER, values.is_number, values.score_number),
        "choice": Kind(values.CHOICE, values.is_word, values.score_choice),
        "value": Kind(values.VALUE, wire.acceptable, values.score_value),
        **{
            name: Kind(module.DECLARED, module.acceptable, module.score)
            for name, module in {
                "table": table, "function": function, "ranking": ranking, "prediction": prediction, "plan": plan,
            }.items()
        },
    }[name]  # fmt: skip


def read_rules(name: str, stated: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The rules of a question of this kind, checked, the defaults filled in; see :func:`rules.read`."""
    declared = {} if name == TEXT else kind(name).rules
    return rule.read(declared, stated, where)
