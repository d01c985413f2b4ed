"""The rubric of an assignment: criteria and levels by which people mark the free texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.errors import LabkitError
from labkit.grading.assignment import Assignment
from labkit.i18n import LANGUAGES, _, language

_CODE = re.compile(r"(?<![\w#&/])#([a-z][a-z0-9-]*)")
"""A code in a comment; no heading, no number, no part of an address."""

Words = Mapping[str, str]
"""A text by language; under ``""`` if it is the same in all."""


@dataclass(frozen=True)
class Level:
    """One level of a criterion: what earns these points."""

    points: float
    descriptor: Words


@dataclass(frozen=True)
class Criterion:
    """One thing that is marked."""

    id: str
    title: Words
    levels: tuple[Level, ...]

    @property
    def maximum(self) -> float:
        return max(level.points for level in self.levels)

    def level(self, points: float) -> Level | None:
        return next((level for level in self.levels if level.points == points), None)


@dataclass(frozen=True)
class QuestionRubric:
    """How one text is marked; its points are the sum of its criteria."""

    id: str
    points: float
    title: Words
    criteria: tuple[Criterion, ...]

    def criterion(self, name: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.id == name), None)


@dataclass(frozen=True)
class Rubric:
    """The rubric of an assignment, by question id.

    Attributes
    ----------
    comments : mapping
        Comments to be used again, by code: ``#code`` in a marker's comment stands for one.
    """

    assignment: str
    questions: Mapping[str, QuestionRubric]
    comments: Mapping[str, Words] = field(default_factory=dict)

    @property
    def criteria(self) -> list[str]:
        """Ids of all criteria, each once, in the order of the rubric."""
        return list(dict.fromkeys(c.id for question in self.questions.values() for c in question.criteria))


def say(words: Words, lang: str | None = None) -> str:
    """A text in the language asked for, else in English, else in whatever there is."""
    return words.get(lang or language()) or words.get("en") or next(iter(words.values()), "")


def unknown_codes(comment: str, rubric: Rubric) -> list[str]:
    """Codes in a comment that the rubric does not have; none at all if it has no comments to be used again."""
    if not rubric.comments:
        return []
    return [code for code in dict.fromkeys(_CODE.findall(comment)) if code not in rubric.comments]


def written_out(comment: str, rubric: Rubric, lang: str) -> str:
    """A marker's comment with the words that its codes stand for, in a language."""

    def words(match: re.Match[str]) -> str:
        return say(rubric.comments[match[1]], lang) if match[1] in rubric.comments else match[0]

    return _CODE.sub(words, comment)


def load(assignment: Assignment, file: Path | None = None) -> Rubric:
    """Read ``rubric.yml`` of an assignment and hold it against the questions.

    Raises
    ------
    LabkitError
        If it is missing, is of another assignment, or does not fit the questions; says all that is wrong.
    """
    texts = {question.id: question for question in assignment.questions if question.is_text}
    if not texts:
        return Rubric(assignment.id, {})
    file = file or assignment.folder / "rubric.yml"
    if not file.is_file():
        raise LabkitError(
            _(
                "The rubric of {name} is missing: {file}. Its texts ({questions}) cannot be marked without it."
            ).format(name=assignment.id, file=file, questions=", ".join(texts))
        )
    data = _yaml(file)
    if data.get("assignment") != assignment.id:
        raise LabkitError(
            _("{file} is the rubric of {found}; expected the rubric of {expected}.").format(
                file=file, found=data.get("assignment"), expected=assignment.id
            )
        )
    questions = data.get("questions")
    problems: list[str] = []
    read = {}
    for name, raw in (questions if isinstance(questions, dict) else {}).items():
        if name not in texts:
            problems.append(_("{question} is no text question of the assignment.").format(question=name))
            continue
        rubric = _question(name, raw, problems)
        if rubric is not None:
            _hold_against(rubric, texts[name].points, problems)
            read[name] = rubric
    comments = _comments(data.get("comments"), problems)
    missing = [name for name in texts if name not in read]
    if missing and not problems:
        problems.append(_("Nothing is said of {questions}.").format(questions=", ".join(missing)))
    if problems:
        raise LabkitError(
            "\n".join([_("{file} cannot be used:").format(file=file), *(f"- {p}" for p in problems)])
        )
    return Rubric(assignment.id, {name: read[name] for name in texts}, comments)


def _yaml(file: Path) -> dict[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LabkitError(_("{file} cannot be read: {reason}").format(file=file, reason=error)) from None
    return data if isinstance(data, dict) else {}


def _question(name: str, raw: Any, problems: list[str]) -> QuestionRubric | None:
    try:
        criteria = tuple(_criterion(each) for each in raw["criteria"])
        points = float(raw["points"])
    except (KeyError, TypeError, ValueError) as error:
        problems.append(
            _(
                "{question}: expected points and a list of criteria, each with an id and levels ({reason})."
            ).format(question=name, reason=error)
        )
        return None
    return QuestionRubric(name, points, _words(raw.get("title", name)), criteria)


def _comments(raw: Any, problems: list[str]) -> dict[str, Words]:
    """The bank of comments, by code."""
    bank: dict[str, Words] = {}
    for each in raw if isinstance(raw, list) else [raw] if raw is not None else []:
        code, text = (each.get("id"), each.get("text")) if isinstance(each, dict) else (each, None)
        if not isinstance(code, str) or not _CODE.fullmatch(f"#{code}"):
            problems.append(
                _("comments: {code} is no code; expected an id of small letters, digits and hyphens.").format(
                    code=repr(code)
                )
            )
        elif code in bank:
            problems.append(_("comments: {code} is there twice.").format(code=code))
        elif not isinstance(text, (str, dict)) or not all(say(_words(text), lang) for lang in LANGUAGES):
            problems.append(
                _("comments: {code} has no text; expected one, or one by language.").format(code=code)
            )
        else:
            bank[code] = _words(text)
    return bank


def _criterion(raw: Any) -> Criterion:
    name = raw["id"]
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise ValueError(f"id {name!r}")
    levels = tuple(Level(float(level["points"]), _words(level["descriptor"])) for level in raw["levels"])
    if not levels:
        raise ValueError(f"no levels in {name}")
    return Criterion(
        name, _words(raw.get("title", name)), tuple(sorted(levels, key=lambda level: level.points))
    )


def _words(raw: Any) -> dict[str, str]:
    if isinstance(raw, dict):
        return {str(language): str(text) for language, text in raw.items()}
    return {"": str(raw)}


def _hold_against(rubric: QuestionRubric, points: float, problems: list[str]) -> None:
    names = [criterion.id for criterion in rubric.criteria]
    if len(set(names)) < len(names):
        problems.append(_("{question}: a criterion is there twice.").format(question=rubric.id))
    for criterion in rubric.criteria:
        steps = [level.points for level in criterion.levels]
        if len(set(steps)) < len(steps) or min(steps) < 0:
            problems.append(
                _("{question}, {criterion}: two levels have the same points, or fewer than none.").format(
                    question=rubric.id, criterion=criterion.id
                )
            )
    total = sum(criterion.maximum for criterion in rubric.criteria)
    if not total == rubric.points == points:
        problems.append(
            _(
                "{question}: the criteria add up to {total} points, the rubric says {said}, the assignment {asked}."
            ).format(question=rubric.id, total=f"{total:g}", said=f"{rubric.points:g}", asked=f"{points:g}")
        )
