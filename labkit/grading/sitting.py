"""One submission, run and judged: the cells that only the grader puts in, and the second kernel.

A question may state the name of a variable to *hand on* (``labkit: {hands_on: orders_by_month}``). If it
earned nothing, the notebook is run once more, with a cell below its report that puts the key's answer
into that variable. From that run only the later questions count, and only where they do better. The
reference so never enters a kernel before the answer to it was reported there. Nothing that such an answer
holds is shown to the student: it may be the key's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from labkit.grading import compare, run
from labkit.grading.again import reported_names
from labkit.grading.assignment import Assignment, Key, Question, cell_of
from labkit.grading.graft import Grafted
from labkit.grading.kernel import DEAD, TIMEOUT, Limits
from labkit.grading.notes import Note, note
from labkit.grading.results import QuestionResult
from labkit.grading.run import Run
from labkit.grading.variants import Variant

_TOOLS = '__import__("labkit.exercises.calls", fromlist=["calls"])'
"""The tools of an injected cell, without leaving a name behind."""


@dataclass(frozen=True)
class Sitting:
    """What came of running and judging a submission.

    Attributes
    ----------
    run : Run
        The student's own.
    questions, notes
        As judged.
    second : Run or None
        The run that went on from reference answers.
    """

    run: Run
    questions: tuple[QuestionResult, ...] = ()
    notes: tuple[Note, ...] = ()
    second: Run | None = None


def sit(
    grafted: Grafted, assignment: Assignment, key: Key, variant: Variant, limits: Limits, isolated: str
) -> Sitting:
    """Run a grafted submission on its data and judge it; never raises for what it does.

    Parameters
    ----------
    key : Key
        As run on that data.
    """
    nb = with_calls(grafted.nb, assignment, key)

    def once(nb: NotebookNode, known: dict[str, str] | None = None) -> Run:
        return run.run(
            nb, assignment, limits, isolation=isolated, data=variant.data, shown=grafted.nb, known=known
        )

    first = once(nb)
    if not first.ran:
        return Sitting(first, notes=first.notes)
    questions, notes = compare.judge(assignment, grafted, first, key, variant)
    failed = _failed(assignment, questions)
    if not failed:
        return Sitting(first, questions, (*first.notes, *notes))
    second = once(with_references(nb, failed, key), _known(first, failed[0]))
    notes = (*first.notes, *notes)
    if not second.ran:
        return Sitting(first, questions, (*notes, *second.notes))
    again, _notes = compare.judge(assignment, grafted, second, key, variant)
    better = tuple(_better(assignment, failed, questions, again))
    said = note("built on reference", questions=", ".join(question.id for question in failed))
    return Sitting(first, better, (*notes, said), second)


def with_calls(nb: NotebookNode, assignment: Assignment, key: Key) -> NotebookNode:
    """The notebook with a cell below the report of each function, which calls it with the key's inputs."""
    nb = _copied(nb)
    for question in assignment.questions:
        if question.calls is None:
            continue
        names = reported_names(cell_of(nb, question.report).source) - {"lk"}
        if len(names) != 1:
            continue  # then the report is no call of lk.report with one variable, and gives no answer
        packed = json.dumps(key.inputs[question.id], ensure_ascii=False)
        source = f"{_TOOLS}.call({question.id!r}, {names.pop()}, {packed!r})"
        _insert_below(nb, question.report, question.calls, source, "calls")
    return nb


def with_references(nb: NotebookNode, failed: Sequence[Question], key: Key) -> NotebookNode:
    """The notebook with a cell below the report of each of these questions that sets its variable to the key's."""
    nb = _copied(nb)
    for question in failed:
        packed = json.dumps(key.values[question.id], ensure_ascii=False)
        source = f"{question.hands_on} = {_TOOLS}.reference({packed!r})"
        _insert_below(nb, question.report, f"{question.answer}-reference", source, "reference")
    return nb


def _copied(nb: NotebookNode) -> NotebookNode:
    """The notebook with a list of cells of its own, into which others can be put."""
    return NotebookNode({**nb, "cells": list(nb.cells)})


def _insert_below(nb: NotebookNode, above: str, cell_id: str, source: str, tag: str) -> None:
    place = next(place for place, cell in enumerate(nb.cells) if cell.id == above)
    cell = new_code_cell(source, id=cell_id)
    cell.metadata["tags"] = [tag]
    nb.cells.insert(place + 1, cell)


def _failed(assignment: Assignment, questions: Sequence[QuestionResult]) -> list[Question]:
    """Questions that earned nothing and hand on, if a later one has something to gain by it."""
    found: dict[str, QuestionResult] = {each.id: each for each in questions}
    asked = assignment.questions
    return [
        question
        for place, question in enumerate(asked)
        if question.hands_on
        and found[question.id].points == 0
        and any(
            not later.is_text and (found[later.id].points or 0) < later.points for later in asked[place + 1 :]
        )
    ]


def _known(first: Run, failed: Question) -> dict[str, str]:
    """How cells ended that hung or killed a kernel, above the first reference; below it things may differ."""
    known: dict[str, str] = {}
    for cell in first.nb.cells:
        status = first.statuses.get(cell.id, {}).get("status")
        if status in (TIMEOUT, DEAD):
            known[cell.id] = status
        if cell.id == failed.report:
            return known
    return known


def _better(
    assignment: Assignment,
    failed: Sequence[Question],
    questions: Sequence[QuestionResult],
    again: Sequence[QuestionResult],
) -> Iterator[QuestionResult]:
    """Of each question below a reference the better result; its content is nobody's to see."""
    before: list[str] = []
    handing_on: set[Any] = {question.id for question in failed}
    for question, one, other in zip(assignment.questions, questions, again, strict=True):
        gained = before and not question.is_text and (other.points or 0) > (one.points or 0)
        yield replace(other, value=None, said=(), why="", built_on=tuple(before)) if gained else one
        if question.id in handing_on:
            before.append(question.id)
