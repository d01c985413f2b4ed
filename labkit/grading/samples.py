"""Sample submissions of an assignment, made from written answers: to try the grader on, and to train markers.

Each is what a student could hand in, or has managed to. They are made, not taken from anybody.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from labkit.grading import files
from labkit.grading.assignment import Assignment, cell_of

Answers = Mapping[str, Any]
"""By question id: a list of letters, or a text. Names that no question has go to the cell of that name."""


def filled(assignment: Assignment, answers: Answers, language: str = "en") -> NotebookNode:
    """The student's notebook with these answers written in."""
    nb = copy.deepcopy(assignment.notebook(language))
    for name, answer in answers.items():
        cell_id = f"{assignment.id}-{name}"
        if answer in (None, "") or not any(cell.id == cell_id for cell in nb.cells):
            continue
        cell = cell_of(nb, cell_id)
        cell.source = f"{name} = {json.dumps(answer)}" if cell.cell_type == "code" else str(answer).strip()
    return nb


def samples(assignment: Assignment, written: Mapping[str, Answers]) -> dict[str, str]:
    """All samples by name, as the text of their files.

    Parameters
    ----------
    written : mapping
        ``strong``, ``average`` and ``wrong`` answers.
    """
    strong = written["strong"]
    made = {
        "strong": filled(assignment, strong),
        "average": filled(assignment, written["average"]),
        "wrong": filled(assignment, written["wrong"]),
        "blank": filled(assignment, {}),
        "helper-cells": _helper_cells(assignment, strong),
        "tampered": _tampered(assignment, written["wrong"], strong),
        "raises": _raises(assignment, strong),
        "loops-for-ever": _loops(assignment, strong),
        "other-assignment": _other(assignment, strong),
    }
    texts = {name: nbformat.writes(nb) + "\n" for name, nb in made.items()}
    # An upload that broke off, and a page saved from the browser under the notebook's name.
    texts["breaks-off"] = texts["average"][: len(texts["average"]) * 2 // 3]
    texts["not-json"] = (
        f"<!DOCTYPE html>\n<title>{assignment.id}</title>\n<p>Page saved from the browser.</p>\n"
    )
    return texts


def write(assignment: Assignment, written: Mapping[str, Answers], folder: Path) -> list[Path]:
    """Write all samples as notebooks into a folder."""
    return [
        files.write(folder / f"{name}.ipynb", text) for name, text in samples(assignment, written).items()
    ]


def choice_questions(assignment: Assignment) -> list[str]:
    return [question.id for question in assignment.questions if question.kind == "choices"]


def _helper_cells(assignment: Assignment, answers: Answers) -> NotebookNode:
    """Works out an answer in cells of its own, reads the case pack, keeps notes."""
    nb = filled(assignment, answers)
    first, second, *_rest = choice_questions(assignment)
    helper = new_code_cell(
        "def letters(text):\n    return {letter for letter in text.upper() if letter.isalpha()}",
        id="a1b2c3d4",
    )
    look = new_code_cell(
        'import csv\n\nwith open(f"{case_dir}/facts.csv", encoding="utf-8") as file:\n    print(sum(1 for row in csv.DictReader(file)), "facts")',
        id="b2c3d4e5",
    )
    idea = new_markdown_cell("A note to myself: read the definitions again.", id="c3d4e5f6")
    _insert_before(nb, f"{assignment.id}-{first}", helper, look, idea)
    cell = cell_of(nb, f"{assignment.id}-{second}")
    cell.source = f'{second} = letters("{"".join(answers[second]).lower()}")'
    return nb


def _tampered(assignment: Assignment, answers: Answers, better: Answers) -> NotebookNode:
    """Wrong answers, and a report cell rewritten to hand out better ones."""
    nb = filled(assignment, answers)
    first = choice_questions(assignment)[0]
    cell_of(
        nb, f"{assignment.id}-{first}-report"
    ).source = f'lk.report("{first}", {json.dumps(better[first])})'
    cell_of(nb, f"{assignment.id}-{first}-question").metadata["labkit"]["points"] = 100
    return nb


def _raises(assignment: Assignment, answers: Answers) -> NotebookNode:
    """One answer stops with an error; the others are fine."""
    nb = filled(assignment, answers)
    second = choice_questions(assignment)[1]
    cell_of(nb, f"{assignment.id}-{second}").source = f'options = {{}}\n{second} = options["the right ones"]'
    return nb


def _loops(assignment: Assignment, answers: Answers) -> NotebookNode:
    """One answer never ends; one further down needs what a cell above it defined."""
    nb = filled(assignment, answers)
    first, second, *rest = choice_questions(assignment)
    last = rest[-1] if rest else first
    helper = new_code_cell("def letters(text):\n    return list(text)", id="d4e5f6a7")
    _insert_before(nb, f"{assignment.id}-{first}", helper)
    cell_of(nb, f"{assignment.id}-{second}").source = f"{second} = []\nwhile not {second}:\n    pass"
    cell_of(nb, f"{assignment.id}-{last}").source = f'{last} = letters("{"".join(answers[last])}")'
    return nb


def _other(assignment: Assignment, answers: Answers) -> NotebookNode:
    """A notebook of another assignment."""
    nb = filled(assignment, answers)
    nb.metadata.labkit.assignment = "identify"
    for cell in nb.cells:
        cell.id = cell.id.replace(f"{assignment.id}-", "identify-", 1)
        cell.metadata["labkit"]["cell"] = cell.id
    return nb


def _insert_before(nb: NotebookNode, cell_id: str, *cells: NotebookNode) -> None:
    position = next(place for place, cell in enumerate(nb.cells) if cell.id == cell_id)
    nb.cells[position:position] = cells


__all__ = ["Answers", "choice_questions", "filled", "samples", "write"]
