"""Judge what a submission reported against what the key reported."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from nbformat import NotebookNode

from labkit.exercises import structure
from labkit.exercises.answers import MIME, canonical_text
from labkit.grading import kernel
from labkit.grading.assignment import Assignment, Key, Question, cell_of, options
from labkit.grading.graft import Grafted
from labkit.grading.notes import Note, note
from labkit.grading.results import (
    AWAITING,
    BLANK,
    CORRECT,
    DEAD,
    ERROR,
    PARTIAL,
    TIMEOUT,
    WRONG,
    QuestionResult,
)
from labkit.grading.run import Run
from labkit.i18n import N_

TEXT_LIMIT = 10_000
"""Characters of a reported text that are accepted."""

_FAILED = {kernel.TIMEOUT: TIMEOUT, kernel.NOT_RUN: TIMEOUT, kernel.DEAD: DEAD}


class _UnusableError(Exception):
    """What a report cell gave out is not an answer; the argument says why."""


def judge(
    assignment: Assignment, grafted: Grafted, run: Run, key: Key
) -> tuple[tuple[QuestionResult, ...], tuple[Note, ...]]:
    """The results of all questions of an executed submission, and what is to be remarked on them."""
    notes: list[Note] = []
    results = []
    for question in assignment.questions:
        if question.is_text:
            results.append(written(question, assignment, grafted, notes))
        else:
            letters = options(assignment.prompt(question))
            results.append(reported(question, run, key.values[question.id], notes, letters))
    return tuple(results), tuple(notes)


def recorded(question: Question, run: Run, notes: list[Note]) -> tuple[Any, str, str]:
    """What the report cell of a question gave out, by its own output alone.

    Returns
    -------
    value : object
        In canonical form; None for a blank, or if there is none.
    failure : str
        The verdict, if there is no answer to judge: error, timeout or dead kernel; else empty.
    error : str
        Name of the exception behind it.
    """
    report = cell_of(run.nb, question.report)
    own = run.statuses.get(question.report, {})
    cause = run.statuses.get(question.answer, {})
    if own.get("status") in _FAILED:
        return None, _FAILED[own["status"]], ""
    if own.get("status") != kernel.OK:
        # The report found no answer: what became of the answer cell says why.
        if cause.get("status") in _FAILED:
            return None, _FAILED[cause["status"]], ""
        return None, ERROR, cause.get("error") or own.get("error", "")
    try:
        value = _value(question, report.outputs)
    except _UnusableError as problem:
        notes.append(note("unreadable report", question=question.id, reason=str(problem)))
        return None, ERROR, ""
    if len(report.outputs) > 1:
        notes.append(note("noisy report", question=question.id))
    if value is not None and cause.get("status") == kernel.ERROR:
        notes.append(note("error but answered", question=question.id, error=cause["error"]))
    return value, "", ""


def name_no_options(question: Question, value: Any, letters: Collection[str], notes: list[Note]) -> None:
    """Note the letters of an answer that the question does not offer; they count as wrong choices."""
    strange = set(value) - set(letters) if question.kind == "choices" and value and letters else set()
    if strange:
        shown, known = ", ".join(sorted(strange)), ", ".join(sorted(letters))
        notes.append(note("no option", question=question.id, letters=shown, options=known))


def reported(
    question: Question, run: Run, right: Any, notes: list[Note], letters: Collection[str] = ()
) -> QuestionResult:
    """Judge a question whose answer is reported.

    Parameters
    ----------
    letters : collection of str, optional
        The options there are; any other letter is noted, and counts as a wrong choice as nbval has it.
    """
    why = ""
    value, failure, error = recorded(question, run, notes)
    if failure:
        verdict, points = failure, 0.0
    elif value is None:
        # A cell that stopped before it could set the answer is an error, not a question left out.
        cause = run.statuses.get(question.answer, {})
        verdict = ERROR if cause.get("status") == kernel.ERROR else _FAILED.get(cause.get("status"), BLANK)
        error, points = cause.get("error", "") if verdict == ERROR else "", 0.0
    else:
        name_no_options(question, value, letters, notes)
        points = score(question, value, right)
        verdict = CORRECT if points == question.points else PARTIAL if points > 0 else WRONG
    if verdict == ERROR:
        why = _why(question, run)
    return QuestionResult(question.id, question.kind, points, question.points, verdict, error, value, why=why)


def _why(question: Question, run: Run) -> str:
    """The message of the error that left a question without an answer."""
    cause = run.statuses.get(question.answer, {})
    how = cause if cause.get("status") == kernel.ERROR else run.statuses.get(question.report, {})
    return " ".join(how.get("message", "").split())


def score(question: Question, value: Any, right: Any) -> float:
    """Points of a reported answer.

    Choices earn points × (right chosen - wrong chosen) / number of right options, never less than
    nothing; a number or a text earns all or nothing.
    """
    if question.kind == "choices":
        chosen, options = set(value), set(right)
        share = (len(chosen & options) - len(chosen - options)) / len(options)
        return round(question.points * max(0.0, share), 2)
    if question.kind == "number":
        close = math.isclose(value, right, rel_tol=1e-9, abs_tol=question.tolerance)
        return question.points if close else 0.0
    return question.points if _folded(value) == _folded(right) else 0.0


def written(
    question: Question, assignment: Assignment, grafted: Grafted, notes: list[Note]
) -> QuestionResult:
    """What there is to mark of a free text; a blank one earns nothing, anything else awaits a person."""
    pristine = cell_of(assignment.main, question.answer).source
    text = structure.without_prompt(grafted.answers.get(question.answer, ""), pristine)
    counted = structure.measure(text, assignment.facts)
    around = _around(question)
    beside = "\n\n".join(grafted.beside[cell_id] for cell_id in around if cell_id in grafted.beside)
    if beside:
        notes.append(note("text elsewhere" if counted.blank else "text beside", question=question.id))
    elif counted.blank and (beside := loose_text(assignment, grafted)):
        notes.append(note("loose text", question=question.id))
    if counted.unread:
        notes.append(note("unread citations", question=question.id, found=" ".join(counted.unread)))
    if lost := [ref for ref in counted.refs if ref not in _research(assignment, grafted)]:
        notes.append(note("unknown research", question=question.id, refs=", ".join(lost)))
    if counted.unknown:
        facts = ", ".join(map(str, counted.unknown))
        notes.append(note("unknown facts", question=question.id, facts=facts))
    blank = counted.blank and not beside
    return QuestionResult(
        question.id,
        question.kind,
        0.0 if blank else None,
        question.points,
        BLANK if blank else AWAITING,
        text=text,
        beside=beside,
        structure=counted,
    )


def _research(assignment: Assignment, grafted: Grafted) -> set[str]:
    """The rows of the student's own research that hold something, such as ``{"R1"}``."""
    rows = set()
    for cell_id in assignment.extra_answers:
        written = "\n".join(filter(None, (grafted.answers.get(cell_id), grafted.beside.get(cell_id))))
        for line in written.splitlines():
            name = re.match(r"\W*[Rr]\s?(\d{1,3})\b", line)
            if name and re.search(r"\w", line[name.end() :]):
                rows.add(f"R{int(name[1])}")
    return rows


def loose_text(assignment: Assignment, grafted: Grafted) -> str:
    """Text a student added that stands beside no written question, so that it may belong to any of them."""
    owned = {
        cell_id for question in assignment.questions if question.is_text for cell_id in _around(question)
    }
    return "\n\n".join(text for anchor, text in grafted.beside.items() if anchor not in owned)


def _around(question: Question) -> tuple[str, str, str]:
    """The cells below which an added text belongs to a written question."""
    return question.prompt, question.answer, f"{question.answer}-check"


def _value(question: Question, outputs: list[NotebookNode]) -> Any:
    """The one answer among the outputs of a report cell, checked in type and size."""
    bundles = [output.data for output in outputs if MIME in output.get("data", {})]
    if len(bundles) != 1:
        raise _UnusableError(N_("no answer") if not bundles else N_("more than one answer"))
    bundle = bundles[0]
    answer = bundle[MIME]
    if not isinstance(answer, Mapping) or set(answer) != {"question", "value"}:
        raise _UnusableError(N_("not in the form of an answer"))
    if answer["question"] != question.id:
        raise _UnusableError(N_("it answers another question"))
    value = answer["value"]
    if value is None:
        return None
    if not _acceptable(question.kind, value):
        raise _UnusableError(N_("not a value for this kind of question"))
    if set(bundle) != {MIME, "text/plain"} or bundle["text/plain"] != canonical_text(question.id, value):
        raise _UnusableError(N_("text and data of the answer differ"))
    return value


def _acceptable(kind: str, value: Any) -> bool:
    if kind == "choices":
        letters = isinstance(value, list) and all(
            isinstance(v, str) and re.fullmatch("[A-Z]", v) for v in value
        )
        return letters and bool(value) and value == sorted(set(value))
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return isinstance(value, str) and len(value) <= TEXT_LIMIT


def _folded(value: Any) -> str:
    if isinstance(value, list):
        value = "".join(value)
    return " ".join(str(value).split()).casefold()
