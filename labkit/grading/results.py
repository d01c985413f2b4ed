"""What grading one submission gives, as data that can be kept and read again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from labkit.exercises.structure import Structure
from labkit.grading.notes import Note
from labkit.i18n import N_, _

SCHEMA = 1

CORRECT, PARTIAL, WRONG, BLANK = "correct", "partial", "wrong", "blank"
ERROR, TIMEOUT, DEAD = "error", "timeout", "dead kernel"
AWAITING, MARKED = "awaiting marks", "marked"

VERDICTS = {
    CORRECT: N_("correct"),
    PARTIAL: N_("partly correct"),
    WRONG: N_("wrong"),
    BLANK: N_("not answered"),
    ERROR: N_("stopped with an error"),
    TIMEOUT: N_("stopped: it took too long"),
    DEAD: N_("ended the kernel"),
    AWAITING: N_("awaiting marks"),
    MARKED: N_("marked"),
}


def verdict_in_words(verdict: str) -> str:
    return _(VERDICTS[verdict])


@dataclass(frozen=True)
class QuestionResult:
    """The grade of one question.

    Attributes
    ----------
    points : float or None
        None while a text awaits its marks.
    maximum : float
    verdict : str
        One of :data:`VERDICTS`.
    error : str
        Name of the exception, if there was one.
    value : object
        The answer as recorded, in canonical form.
    text : str
        A written answer, Markdown.
    beside : str
        Text written beside an answer cell.
    why : str
        The message of the error that left it without an answer.
    structure : Structure or None
        What can be counted of a text.
    said : tuple of Note
        What may be said of an answer that is not all right.
    built_on : tuple of str
        Questions whose reference answers it was worked out from, since their own had failed.
    """

    id: str
    kind: str
    points: float | None
    maximum: float
    verdict: str
    error: str = ""
    value: Any = None
    text: str = ""
    beside: str = ""
    why: str = ""
    structure: Structure | None = None
    said: tuple[Note, ...] = ()
    built_on: tuple[str, ...] = ()

    @property
    def awaiting(self) -> bool:
        return self.points is None


@dataclass(frozen=True)
class Result:
    """The grade of one submission.

    Attributes
    ----------
    graded : bool
        Whether there was something to grade; if not, every question is blank and a note says why.
    limits : dict
        The limits that held while it ran.
    isolation : str
        What kept its code from the machine and from other submissions: ``sandbox`` or ``none``; empty if
        nothing was run.
    hashes : dict
        SHA-256 of ``submission``, ``assignment``, ``key`` and ``lock`` (requirements.lock).
    extra : dict
        Answer cells that no question asks about, such as own research, by cell id.
    seconds : float
        Wall time of this run; not kept, since it differs each time.
    """

    assignment: str
    student: str
    graded: bool
    language: str | None
    questions: tuple[QuestionResult, ...]
    notes: tuple[Note, ...] = ()
    file: str = ""
    limits: dict[str, str] = field(default_factory=dict)
    isolation: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    labkit: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def points(self) -> float:
        """Points so far; texts that await their marks count nothing yet."""
        return round(sum((question.points or 0.0 for question in self.questions), 0.0), 2)

    @property
    def maximum(self) -> float:
        return sum(question.maximum for question in self.questions)

    @property
    def awaiting(self) -> tuple[str, ...]:
        return tuple(question.id for question in self.questions if question.awaiting)

    def question(self, name: str) -> QuestionResult:
        return next(question for question in self.questions if question.id == name)


def dumps(result: Result) -> str:
    """A result as JSON: the same result, the same bytes."""
    data = {
        "schema": SCHEMA,
        "assignment": result.assignment,
        "student": result.student,
        "file": result.file,
        "graded": result.graded,
        "language": result.language,
        "labkit": result.labkit,
        "hashes": result.hashes,
        "parameters": result.parameters,
        "limits": result.limits,
        "isolation": result.isolation,
        "questions": [_question_data(question) for question in result.questions],
        "extra": result.extra,
        "notes": [note.data() for note in result.notes],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def loads(text: str) -> Result:
    """Read what :func:`dumps` wrote.

    Raises
    ------
    ValueError
        If it is not a result, or of a later version of labkit.
    """
    try:
        data = json.loads(text)
        if data.pop("schema") != SCHEMA:
            raise ValueError("written by another version of labkit")
        data["questions"] = tuple(_question(each) for each in data["questions"])
        data["notes"] = tuple(Note(**each) for each in data["notes"])
        return Result(**data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a result: {error}") from None


def _question_data(question: QuestionResult) -> dict[str, Any]:
    data = dict(vars(question))
    if question.structure is not None:
        data["structure"] = vars(question.structure)
    data["said"] = [note.data() for note in question.said]
    return data


def _question(data: dict[str, Any]) -> QuestionResult:
    data["said"] = tuple(Note(**each) for each in data.get("said", ()))
    data["built_on"] = tuple(data.get("built_on", ()))
    counted = data.pop("structure")
    if counted is not None:
        counted = Structure(**{k: tuple(v) if isinstance(v, list) else v for k, v in counted.items()})
    return QuestionResult(**data, structure=counted)
