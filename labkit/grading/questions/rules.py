"""The rules of a question, as its metadata states them: which there are, what each may be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.errors import LabkitError
from labkit.i18n import N_, _

COMMON = {
    *("id", "kind", "points", "cell", "concepts", "hands_on"),
    *("paragraphs", "citations", "words"),  # of a text
}
"""What any question may state."""


@dataclass(frozen=True)
class Rule:
    """One rule: its value where nothing is said, what is accepted, and that in words for the author."""

    default: Any
    accepts: Callable[[Any], bool]
    words: str
    among: tuple[str, ...] = ()

    def in_words(self) -> str:
        return _(self.words).format(words=", ".join(self.among))


def one_of(*words: str) -> Rule:
    """The first of some words unless another is given."""
    return Rule(words[0], lambda value: value in words, N_("one of {words}"), words)


def amount(default: float | None = 0.0, *, most: float = math.inf) -> Rule:
    """A number from 0 on."""
    return Rule(default, lambda v: _is_number(v) and 0 <= v <= most, N_("a number from 0 on"))


def count(default: int | None) -> Rule:
    return Rule(default, lambda v: type(v) is int and v >= 1, N_("a whole number from 1 on"))


def name(default: str = "") -> Rule:
    return Rule(default, lambda v: isinstance(v, str) and bool(v), N_("a name"))


def names() -> Rule:
    return Rule(
        (), lambda v: isinstance(v, list) and all(isinstance(each, str) for each in v), N_("a list of names")
    )


def tolerance() -> Rule:
    """A number, or a number by column."""
    return Rule(
        0.0,
        lambda v: (
            (_is_number(v) and v >= 0)
            or (isinstance(v, Mapping) and all(_is_number(each) and each >= 0 for each in v.values()))
        ),
        N_("a number from 0 on, or one by column"),
    )


def scale(*words: str) -> Rule:
    """``{naive: ..., excellent: ...}``, each a number or one of some words."""
    return Rule(
        {},
        lambda v: (
            isinstance(v, Mapping)
            and set(v) <= {"naive", "excellent"}
            and all(_is_number(each) or each in words for each in v.values())
        ),
        N_("naive and excellent, each a number or one of {words}")
        if words
        else N_("naive and excellent, each a number"),
        words,
    )


def prices(*names: str) -> Rule:
    """An amount above 0 for each name, 1 unless given."""
    return Rule(
        dict.fromkeys(names, 1.0),
        lambda v: (
            isinstance(v, Mapping)
            and set(v) == set(names)
            and all(_is_number(p) and p > 0 for p in v.values())
        ),
        N_("an amount above 0 for each of {words}"),
        names,
    )


def near() -> Rule:
    """``{tolerance: ..., relative_tolerance: ..., credit: ...}``."""
    return Rule(
        {},
        lambda v: (
            isinstance(v, Mapping)
            and set(v) <= {"tolerance", "relative_tolerance", "credit"}
            and all(_is_number(each) and each >= 0 for each in v.values())
            and 0 < v.get("credit", 0) < 1
        ),
        N_("tolerance or relative_tolerance, and credit between 0 and 1"),
    )


def read(declared: Mapping[str, Rule], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The rules of a question, the defaults filled in.

    Raises
    ------
    LabkitError
        If a rule is not known or cannot be what it is said to be; names all that are wrong.
    """
    problems = [
        _("{rule} is no rule of this kind; there are: {known}").format(
            rule=rule, known=", ".join(sorted(declared)) or _("none")
        )
        for rule in given
        if rule not in declared and rule not in COMMON
    ]
    problems += [
        _("{rule} is {found}; expected {expected}").format(
            rule=rule, found=repr(given[rule]), expected=declared[rule].in_words()
        )
        for rule in declared
        if rule in given and not declared[rule].accepts(given[rule])
    ]
    if problems:
        raise LabkitError(_("{where}: {problems}.").format(where=where, problems="; ".join(problems)))
    return {rule: given.get(rule, declared[rule].default) for rule in declared}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
