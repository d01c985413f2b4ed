"""Judge what a submission reported against what the key reported."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode

from labkit.exercises import structure
from labkit.exercises.answers import MIME, canonical_text, kept
from labkit.exercises.tabular import UnusableError
from labkit.grading import kernel, questions
from labkit.grading.assignment import Assignment, Key, Question, cell_of, options
from labkit.grading.graft import Grafted
from labkit.grading.notes import Note, note
from labkit.grading.questions import function
from labkit.grading.questions.score import Score, Source
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

_FAILED = {kernel.TIMEOUT: TIMEOUT, kernel.NOT_RUN: TIMEOUT, kernel.DEAD: DEAD}


class _UnusableError(Exception):
    """What a report cell gave out is not an answer; the argument says why."""


def judge(
    assignment: Assignment, grafted: Grafted, run: Run, key: Key, source: Source | None = None
) -> tuple[tuple[QuestionResult, ...], tuple[Note, ...]]:
    """The results of all questions of an executed submission, and what is to be remarked on them.

    Parameters
    ----------
    key : Key
        Of the data that the submission was run on.
    source : Source, optional
        The truth and the world behind that data, for questions that are judged by them.
    """
    notes: list[Note] = []
    results = []
    for question in assignment.questions:
        if question.is_text:
            results.append(written(question, assignment, grafted, notes))
        else:
            letters = options(assignment.prompt(question))
            credit = key.credit.get(question.id)
            results.append(
                reported(question, run, key.values[question.id], notes, letters, source=source, credit=credit)
            )
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
        if question.calls is not None and value is not None:
            return _called(question, run, notes)
    except _UnusableError as problem:
        notes.append(note("unreadable report", question=question.id, reason=str(problem)))
        return None, ERROR, ""
    if len(report.outputs) > 1:
        notes.append(note("noisy report", question=question.id))
    if value is not None and cause.get("status") == kernel.ERROR:
        notes.append(note("error but answered", question=question.id, error=cause["error"]))
    return value, "", ""


def _called(question: Question, run: Run, notes: list[Note]) -> tuple[Any, str, str]:
    """What the calls of a function gave; where nobody has called it yet, that there is one."""
    cell = cell_of(run.nb, question.calls, missing_ok=True)
    if cell is None:
        return {"function": True}, "", ""
    how = run.statuses.get(cell.id, {})
    if how.get("status") in _FAILED:
        return None, _FAILED[how["status"]], ""
    if how.get("status") != kernel.OK:
        return None, ERROR, how.get("error", "")
    value = _said(question, cell.outputs)["value"]
    if not function.acceptable_results(value):
        raise _UnusableError(N_("not in the form of an answer"))
    return value["results"], "", ""


def name_no_options(question: Question, value: Any, letters: Collection[str], notes: list[Note]) -> None:
    """Note the letters of an answer that the question does not offer; they count as wrong choices."""
    strange = set(value) - set(letters) if question.kind == "choices" and value and letters else set()
    if strange:
        shown, known = ", ".join(sorted(strange)), ", ".join(sorted(letters))
        notes.append(note("no option", question=question.id, letters=shown, options=known))


def reported(
    question: Question,
    run: Run,
    right: Any,
    notes: list[Note],
    letters: Collection[str] = (),
    *,
    source: Source | None = None,
    credit: Mapping[str, float] | None = None,
) -> QuestionResult:
    """Judge a question whose answer is reported.

    Parameters
    ----------
    letters : collection of str, optional
        The options there are; any other letter is noted, and counts as a wrong choice as nbval has it.
    source : Source, optional
        The truth and the world, for questions that are judged by them.
    credit : mapping, optional
        What other choices are worth, a share of the points.
    """
    value, failure, error = recorded(question, run, notes)
    result = QuestionResult(question.id, question.kind, 0.0, question.points, failure, error)
    if failure:
        pass
    elif value is None:
        # A cell that stopped before it could set the answer is an error, not a question left out.
        cause = run.statuses.get(question.answer, {})
        verdict = ERROR if cause.get("status") == kernel.ERROR else _FAILED.get(cause.get("status"), BLANK)
        result = replace(result, verdict=verdict, error=cause.get("error", "") if verdict == ERROR else "")
    else:
        name_no_options(question, value, letters, notes)
        given = judged(question, value, right, source, credit)
        points = round(question.points * given.share, 2)
        verdict = CORRECT if points == question.points else PARTIAL if points > 0 else WRONG
        shown = None if question.calls is not None else kept(value)
        result = replace(result, points=points, verdict=verdict, value=shown, said=given.said)
    return replace(result, why=_why(question, run)) if result.verdict == ERROR else result


def judged(
    question: Question,
    value: Any,
    right: Any,
    source: Source | None = None,
    credit: Mapping[str, float] | None = None,
) -> Score:
    """How right an answer is; one that cannot be used is wrong, and says why."""
    more = {"credit": credit} if question.kind == "choice" else {}
    try:
        return questions.kind(question.kind).score(question.stated, value, right, source, **more)
    except UnusableError as problem:
        return Score(0.0, (note("unusable", reason=str(problem)),))


def _why(question: Question, run: Run) -> str:
    """The message of the error that left a question without an answer."""
    cause = run.statuses.get(question.answer, {})
    how = cause if cause.get("status") == kernel.ERROR else run.statuses.get(question.report, {})
    return " ".join(how.get("message", "").split())


def score(question: Question, value: Any, right: Any) -> float:
    """Points of a reported answer."""
    return round(question.points * judged(question, value, right).share, 2)


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
    answer = _said(question, outputs)
    value = answer["value"]
    if value is None:
        return None
    if not questions.kind(question.kind).acceptable(value):
        raise _UnusableError(N_("not a value for this kind of question"))
    if answer["text"] != canonical_text(question.id, value):
        raise _UnusableError(N_("text and data of the answer differ"))
    return value


def _said(question: Question, outputs: list[NotebookNode]) -> dict[str, Any]:
    """The one bundle of a question among some outputs: its value and its text."""
    bundles = [output.data for output in outputs if MIME in output.get("data", {})]
    if len(bundles) != 1:
        raise _UnusableError(N_("no answer") if not bundles else N_("more than one answer"))
    bundle = bundles[0]
    answer = bundle[MIME]
    if not isinstance(answer, Mapping) or set(answer) != {"question", "value"}:
        raise _UnusableError(N_("not in the form of an answer"))
    if answer["question"] != question.id:
        raise _UnusableError(N_("it answers another question"))
    if answer["value"] is not None and set(bundle) != {MIME, "text/plain"}:
        raise _UnusableError(N_("text and data of the answer differ"))
    return {"value": answer["value"], "text": bundle.get("text/plain")}
