"""Answers that are set again below their report, where nothing reads them any more.

Found by reading the code, not by running it: a student who corrected a choice further down is told
that the correction does not count, whatever the cell would have done.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from nbformat import NotebookNode

from labkit.grading.assignment import Assignment, cell_of, tags
from labkit.grading.notes import Note, note

_CHANGING = {"append", "extend", "insert", "remove", "pop", "clear", "add", "update", "discard"}


def set_again(nb: NotebookNode, assignment: Assignment) -> list[Note]:
    """A note for each question whose answer is set in a student's code below the report cell."""
    notes = []
    places = {cell.id: place for place, cell in enumerate(nb.cells)}
    written = [
        (place, cell)
        for place, cell in enumerate(nb.cells)
        if cell.cell_type == "code" and {"answer", "student"} & set(tags(cell))
    ]
    for question in assignment.questions:
        if question.is_text:
            continue
        names = reported_names(cell_of(nb, question.report).source)
        below = [cell for place, cell in written if place > places[question.report]]
        if any(names & names_set(cell.source) for cell in below):
            notes.append(note("set again", question=question.id))
    return notes


def reported_names(source: str) -> set[str]:
    """The variables that a report cell hands to ``lk.report``, such as ``{"q1"}``."""
    tree = _parsed(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree else []
    given = [argument for call in calls for argument in call.args]
    return {argument.id for argument in given if isinstance(argument, ast.Name)}


def names_set(source: str) -> set[str]:
    """The variables that some code sets or changes in place; names local to a function are not told apart."""
    tree = _parsed(source)
    if tree is None:
        return set(re.findall(r"^\s*([A-Za-z_]\w*)\s*(?:[-+|&]?=)(?!=)", source, re.MULTILINE))
    return set(_set_in(tree))


def _set_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name):
                yield node.value.id
        elif isinstance(node, ast.Attribute) and node.attr in _CHANGING and isinstance(node.value, ast.Name):
            yield node.value.id


def _parsed(source: str) -> ast.AST | None:
    """The code as a tree, without the lines that only IPython reads; None if it is no Python."""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of a student's backslashes is not said here
            return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
