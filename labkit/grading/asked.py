"""What an assignment asks: its questions and the data it is graded on, as the notebook's metadata states them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nbformat import NotebookNode

from labkit.errors import LabkitError
from labkit.exercises.structure import Expected
from labkit.grading import questions
from labkit.grading.questions.rules import COMMON
from labkit.i18n import _

TEXT = questions.TEXT
KINDS = questions.NAMES
"""Kinds of questions; a free text is marked by a person."""

DATA_PARAMETER = "data_dir"
"""Parameter of an assignment that is graded on data of its own: the folder of that data."""


@dataclass(frozen=True)
class Question:
    """One graded question.

    Attributes
    ----------
    id : str
        Such as ``q1`` or ``q1-why``.
    kind : str
        One of :data:`KINDS`.
    points : float
    prompt, answer, report : str
        Ids of its cells; a free text has no report.
    rules : dict
        How its answer is judged, see :mod:`labkit.grading.questions`.
    expected : Expected
        What the form of a free text must have.
    hands_on : str
        The variable in which later questions find the reference answer, if this one failed; empty for none.
    """

    id: str
    kind: str
    points: float
    prompt: str
    answer: str
    report: str | None
    rules: Mapping[str, Any] = field(default_factory=dict)
    expected: Expected = field(default_factory=Expected)
    hands_on: str = ""

    @property
    def is_text(self) -> bool:
        return self.kind == TEXT

    @property
    def calls(self) -> str | None:
        """Id of the cell that calls the student's function, which only the grader puts in."""
        return f"{self.answer}-calls" if self.kind == "function" else None

    @property
    def is_exact(self) -> bool:
        """Whether nbval, which knows no tolerance, must find what the grader finds."""
        if self.kind in ("choices", "choice"):
            return True
        stated = self.stated
        loose = (
            stated.get("against") == "truth"
            or stated.get("tolerance")
            or stated.get("relative_tolerance")
            or stated.get("near")
        )
        if self.kind == "table":
            strict = (stated["rows"], stated["columns"], stated["index"], stated["dtypes"])
            return not loose and strict == ("same",) * 4
        return self.kind in ("number", "value", "function") and not loose

    @cached_property
    def stated(self) -> dict[str, Any]:
        """The rules, with the defaults of what is not stated, and the name of the question."""
        return {**questions.read_rules(self.kind, self.rules, self.id), "question": self.id}


@dataclass(frozen=True)
class OwnData:
    """The data on which an assignment is graded: another Caramelo for each few students.

    Attributes
    ----------
    people : int or None
        How many there are in it; None for as many as in the course's.
    tables : tuple of str
        The visible tables that are in it; empty for all.
    pool : int
        How many different ones there are.
    """

    people: int | None
    tables: tuple[str, ...]
    pool: int


def tags(cell: Mapping[str, Any]) -> list[str]:
    return cell["metadata"].get("tags", [])


def question(assignment: str, cell: NotebookNode, ids: Mapping[str, NotebookNode]) -> Question:
    own = cell.metadata.get("labkit", {})
    name, kind = own.get("id"), own.get("kind")
    if kind not in KINDS:
        raise LabkitError(
            _("{assignment}, question {name}: the kind {kind} is not known; known are: {known}.").format(
                assignment=assignment, name=name, kind=json.dumps(kind), known=", ".join(KINDS)
            )
        )
    answer, report = f"{assignment}-{name}", f"{assignment}-{name}-report"
    wanted = {answer: "markdown"} if kind == TEXT else {answer: "code", report: "code"}
    for cell_id, cell_type in wanted.items():
        if cell_id not in ids or ids[cell_id].cell_type != cell_type:
            raise LabkitError(
                _("{assignment}, question {name}: the {type} cell {cell} is missing.").format(
                    assignment=assignment, name=name, type=cell_type, cell=cell_id
                )
            )
    asked = Question(
        id=name,
        kind=kind,
        points=float(own.get("points", 0)),
        prompt=cell.id,
        answer=answer,
        report=None if kind == TEXT else report,
        rules={rule: value for rule, value in own.items() if rule not in COMMON},
        expected=Expected.of(own),
        hands_on=_hands_on(assignment, name, kind, own),
    )
    questions.read_rules(kind, asked.rules, f"{assignment}, {name}")
    return asked


def _hands_on(assignment: str, name: str, kind: str, own: Mapping[str, Any]) -> str:
    """The variable that takes the reference answer to the later questions."""
    variable = own.get("hands_on", "")
    if variable and (kind in (TEXT, "function") or not str(variable).isidentifier()):
        raise LabkitError(
            _(
                "{assignment}, question {name}: hands_on is {found}; expected the name of a variable, and a kind of "
                "question whose answer is data."
            ).format(assignment=assignment, name=name, found=repr(variable))
        )
    return variable


def own_data(assignment: str, nb: NotebookNode) -> OwnData | None:
    said = nb.metadata.get("labkit", {}).get("variants")
    if not said:
        return None
    from labkit.world.variants import POOL

    parameters = next((cell.source for cell in nb.cells if "parameters" in tags(cell)), "")
    if not re.search(rf"^{DATA_PARAMETER}\s*=", parameters, re.MULTILINE):
        raise LabkitError(
            _(
                "{assignment} is graded on data of its own, so its parameters cell must set {parameter}, and its "
                "first import cell call lk.begin(..., data_dir={parameter})."
            ).format(assignment=assignment, parameter=DATA_PARAMETER)
        )
    said = said if isinstance(said, Mapping) else {}
    return OwnData(said.get("people"), tuple(said.get("tables", ())), int(said.get("pool", POOL)))
