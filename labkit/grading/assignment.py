"""An assignment as it was handed out, and its key."""

from __future__ import annotations

import json
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
from labkit.exercises.structure import Expected, fact_numbers
from labkit.grading.files import sha256
from labkit.i18n import LANGUAGES, _

TEXT = "text"
KINDS = ("choices", "number", "choice", TEXT)
"""Kinds of questions this version grades: letters, a number, a word; and free text, marked by a person."""

OPTION = re.compile(r"^\s*[-*]\s+\*\*([A-Z])[.)]\*\*\s*(.+)$")

HIDDEN = ".labkit"
"""Folder of a released bundle that keeps the assignment as it was handed out."""


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
    tolerance : float
        How far a number may be off, in its own unit; 0 for exact.
    expected : Expected
        What the form of a free text must have.
    """

    id: str
    kind: str
    points: float
    prompt: str
    answer: str
    report: str | None
    tolerance: float = 0.0
    expected: Expected = field(default_factory=Expected)

    @property
    def is_text(self) -> bool:
        return self.kind == TEXT


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
    """What the key reported: values by question, and the outputs of its report cells by cell id."""

    values: Mapping[str, Any]
    outputs: Mapping[str, list[NotebookNode]]
    sha256: str


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
            questions.append(_question(name, cell, ids))
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
    values, outputs = {}, {}
    for question in assignment.questions:
        if question.is_text:
            continue
        cell = cell_of(nb, question.report, missing_ok=True)
        bundles = [output.get("data", {}) for output in cell.outputs] if cell is not None else []
        given = [bundle[MIME] for bundle in bundles if MIME in bundle]
        if len(given) != 1 or given[0].get("question") != question.id or given[0].get("value") is None:
            raise LabkitError(
                _(
                    "{file} gives no answer to {question}. The key must be executed and answer every question; "
                    "build it with `labkit assignment {name}`."
                ).format(file=file, question=question.id, name=assignment.id)
            )
        values[question.id], outputs[question.report] = given[0]["value"], cell.outputs
    return Key(values, outputs, sha256(content))


def heading(prompt: str) -> str:
    """What a prompt is called: its heading, else its first words in bold; empty if it has neither."""
    match = re.search(r"^#+\s+(.+)$", prompt, re.MULTILINE) or re.search(
        r"^\*\*(.+?)\*\*", prompt, re.MULTILINE
    )
    return match[1].strip() if match else ""


def options(prompt: str) -> dict[str, str]:
    """The options of a prompt by letter, Markdown: list items that begin with ``**A.**``."""
    return {match[1]: match[2] for line in prompt.splitlines() if (match := OPTION.match(line))}


def tags(cell: Mapping[str, Any]) -> list[str]:
    return cell["metadata"].get("tags", [])


def cell_of(nb: NotebookNode, cell_id: str, missing_ok: bool = False) -> NotebookNode | None:
    for cell in nb.cells:
        if cell.id == cell_id:
            return cell
    if missing_ok:
        return None
    raise LabkitError(_("The notebook has no cell {cell}.").format(cell=cell_id))


def _question(assignment: str, cell: NotebookNode, ids: Mapping[str, NotebookNode]) -> Question:
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
    return Question(
        id=name,
        kind=kind,
        points=float(own.get("points", 0)),
        prompt=cell.id,
        answer=answer,
        report=None if kind == TEXT else report,
        tolerance=float(own.get("tolerance", 0)),
        expected=Expected.of(own),
    )
