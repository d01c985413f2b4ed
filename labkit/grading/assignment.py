"""An assignment as it was handed out, and its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from labkit import paths
from labkit.errors import LabkitError
from labkit.exercises.answers import MIME
from labkit.exercises.calls import Calls
from labkit.exercises.structure import fact_numbers
from labkit.grading import asked
from labkit.grading.asked import DATA_PARAMETER, KINDS, TEXT, OwnData, Question, tags
from labkit.grading.files import sha256
from labkit.i18n import LANGUAGES, _

OPTION = re.compile(r"^\s*[-*]\s+\*\*([A-Z])[.)]\*\*\s*(.+)$")

HIDDEN = ".labkit"
"""Folder of a released bundle that keeps the assignment as it was handed out."""


@dataclass(frozen=True)
class Assignment:
    """The notebooks a student can have received, by language, and what is asked in them."""

    id: str
    folder: Path
    notebooks: Mapping[str, NotebookNode]
    questions: tuple[Question, ...]
    case: Path | None

    @cached_property
    def facts(self) -> frozenset[int] | None:
        return None if self.case is None else fact_numbers(self.case)

    @cached_property
    def sha256(self) -> str:
        """Of the notebooks, in all languages."""
        texts = [nbformat.writes(self.notebooks[language]) for language in sorted(self.notebooks)]
        return sha256("\n".join(texts).encode())

    @property
    def version(self) -> Any:
        return self.main.metadata.labkit.get("version")

    @cached_property
    def own_data(self) -> OwnData | None:
        """What the notebook's metadata says of the data it is graded on, ``labkit: {variants: {...}}``."""
        return asked.own_data(self.id, self.main)

    @property
    def main(self) -> NotebookNode:
        """The English notebook, or the only one there is."""
        return self.notebooks.get("en") or next(iter(self.notebooks.values()))

    def notebook(self, language: str | None) -> NotebookNode:
        return self.notebooks.get(language or "", self.main)

    def title(self, language: str | None = None) -> str:
        for cell in self.notebook(language).cells:
            for line in cell.source.splitlines():
                if cell.cell_type == "markdown" and line.startswith("# "):
                    return line[2:].strip()
        return self.id

    def prompt(self, question: Question, language: str | None = None) -> str:
        """The question as the student reads it, Markdown."""
        return cell_of(self.notebook(language), question.prompt).source

    @cached_property
    def extra_answers(self) -> tuple[str, ...]:
        """Ids of answer cells that no question asks about, such as a student's own research."""
        asked = {question.answer for question in self.questions}
        return tuple(cell.id for cell in self.main.cells if "answer" in tags(cell) and cell.id not in asked)


@dataclass(frozen=True)
class Key:
    """What the key reported.

    Attributes
    ----------
    values : dict
        By question; of a function, the results of the calls.
    outputs : dict
        By id of the cell, of all cells that report.
    sha256 : str
        Of the key's file.
    inputs : dict
        By question that asks for a function: what it is called with.
    credit : dict
        By question: what other answers are worth, a share of its points.
    nb : NotebookNode or None
        The notebook, to be run again on other data.
    """

    values: Mapping[str, Any]
    outputs: Mapping[str, list[NotebookNode]]
    sha256: str
    inputs: Mapping[str, list] = field(default_factory=dict)
    credit: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    nb: NotebookNode | None = field(default=None, compare=False, repr=False)


def find(name: str) -> Assignment:
    """Load the assignment of that id from the course, or from a folder.

    Raises
    ------
    LabkitError
        If there is none; lists those there are.
    """
    folder = Path(name) if Path(name, "assignment.ipynb").is_file() else paths.ASSIGNMENTS / name
    if not (folder / "assignment.ipynb").is_file():
        known = sorted(file.parent.name for file in paths.ASSIGNMENTS.glob("*/assignment.ipynb"))
        raise LabkitError(
            _("There is no assignment {name}. Assignments: {known}.").format(
                name=repr(name), known=", ".join(known) or _("none")
            )
        )
    return load(folder)


def load(folder: Path) -> Assignment:
    """Load ``assignment.ipynb`` and its translations from a folder; see :func:`find`."""
    notebooks = {}
    for language in LANGUAGES:
        file = folder / ("assignment.ipynb" if language == "en" else f"assignment.{language}.ipynb")
        if file.is_file():
            notebooks[language] = read_notebook(file)
    case = next((place for place in (folder / "case", folder.parent / "case") if place.is_dir()), None)
    return from_notebooks(notebooks, folder, case)


def from_notebooks(notebooks: Mapping[str, NotebookNode], folder: Path, case: Path | None) -> Assignment:
    """Put an assignment together from its notebooks.

    Raises
    ------
    LabkitError
        If a question lacks one of its cells or its kind is not known.
    """
    first = notebooks.get("en") or next(iter(notebooks.values()))
    own = first.metadata.get("labkit", {})
    name = own.get("assignment")
    if not isinstance(name, str) or not name:
        raise LabkitError(_("{folder}: the notebook does not name its assignment.").format(folder=folder))
    ids = {cell.id: cell for cell in first.cells}
    questions = []
    for cell in first.cells:
        if "question" in tags(cell):
            questions.append(asked.question(name, cell, ids))
    if not questions:
        raise LabkitError(_("{folder}: the assignment has no question.").format(folder=folder))
    return Assignment(name, folder, dict(notebooks), tuple(questions), case)


def read_notebook(file: Path) -> NotebookNode:
    """A notebook of the course itself, which must be in order."""
    try:
        return nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise LabkitError(_("{file} cannot be read: {reason}").format(file=file, reason=error)) from None


def load_key(assignment: Assignment, file: Path | None = None) -> Key:
    """What the key answers.

    Parameters
    ----------
    file : Path, optional
        The executed key; ``key.ipynb`` of the assignment's folder if not said.

    Raises
    ------
    LabkitError
        If there is no key, it belongs to another assignment, or it lacks an answer.
    """
    file = file or assignment.folder / "key.ipynb"
    if not file.is_file():
        raise LabkitError(
            _(
                "The key of {name} is missing: {file}. Build it with `labkit assignment {name}`, "
                "or say where yours is with --key."
            ).format(name=assignment.id, file=file)
        )
    content = file.read_bytes()
    nb = read_notebook(file)
    found = nb.metadata.get("labkit", {}).get("assignment")
    if found != assignment.id:
        raise LabkitError(
            _("{file} is the key of {found}; expected the key of {expected}.").format(
                file=file, found=found, expected=assignment.id
            )
        )
    return key_from(nb, assignment, sha256(content), str(file))


def key_from(nb: NotebookNode, assignment: Assignment, digest: str, file: str) -> Key:
    """What an executed key answers.

    Raises
    ------
    LabkitError
        If it lacks an answer; names the question.
    """
    values, outputs, inputs, credit = {}, {}, {}, {}
    for question in assignment.questions:
        if question.is_text:
            continue
        values[question.id], outputs[question.report] = _reported(
            nb, question, question.report, assignment, file
        )
        if question.calls is not None:
            called, _shown = _reported(nb, question, f"{question.answer}-inputs", assignment, file)
            inputs[question.id] = called["inputs"]
            values[question.id] = called["results"]
            outputs[question.calls] = [_calls_shown(question.id, called["results"])]
        own = cell_of(nb, question.answer).metadata.get("labkit", {})
        if "credit" in own:
            credit[question.id] = dict(own["credit"])
    return Key(values, outputs, digest, inputs, credit, nb)


def _reported(
    nb: NotebookNode, question: Question, cell_id: str, assignment: Assignment, file: str
) -> tuple[Any, list[NotebookNode]]:
    cell = cell_of(nb, cell_id, missing_ok=True)
    bundles = [output.get("data", {}) for output in cell.outputs] if cell is not None else []
    given = [bundle[MIME] for bundle in bundles if MIME in bundle]
    if len(given) != 1 or given[0].get("question") != question.id or given[0].get("value") is None:
        raise LabkitError(
            _(
                "{file} gives no answer to {question} in its cell {cell}. The key must be executed and answer every "
                "question; build it with `labkit assignment {name}`."
            ).format(file=file, question=question.id, cell=cell_id, name=assignment.id)
        )
    return given[0]["value"], cell.outputs


def _calls_shown(question: str, results: list[Any]) -> NotebookNode:
    """The output of the cell that called a student's function, had it been the key's."""
    made = Calls(question, {"results": results})
    return nbformat.v4.new_output("execute_result", data=nbformat.from_dict(made._repr_mimebundle_()))


def heading(prompt: str) -> str:
    """What a prompt is called: its heading, else its first words in bold; empty if it has neither."""
    match = re.search(r"^#+\s+(.+)$", prompt, re.MULTILINE) or re.search(
        r"^\*\*(.+?)\*\*", prompt, re.MULTILINE
    )
    return match[1].strip() if match else ""


def options(prompt: str) -> dict[str, str]:
    """The options of a prompt by letter, Markdown: list items that begin with ``**A.**``."""
    return {match[1]: match[2] for line in prompt.splitlines() if (match := OPTION.match(line))}


def cell_of(nb: NotebookNode, cell_id: str, missing_ok: bool = False) -> NotebookNode | None:
    for cell in nb.cells:
        if cell.id == cell_id:
            return cell
    if missing_ok:
        return None
    raise LabkitError(_("The notebook has no cell {cell}.").format(cell=cell_id))


__all__ = [
    "DATA_PARAMETER", "HIDDEN", "KINDS", "TEXT", "Assignment", "Key", "OwnData", "Question", "cell_of", "find",
    "from_notebooks", "heading", "key_from", "load", "load_key", "options", "read_notebook", "tags",
]  # fmt: skip
