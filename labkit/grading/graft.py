"""Put a student's answers into the pristine assignment.

Everything locked comes from the assignment as it was handed out. From the submission come the source
of each answer cell, found by its id, and the cells the student added, each after the cell of the
assignment that it stood after.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from labkit.exercises import structure
from labkit.grading.again import set_again
from labkit.grading.assignment import Assignment, cell_of, tags
from labkit.grading.intake import Cell, Submission
from labkit.grading.notes import Note, note
from labkit.i18n import N_

STUDENT = "student"
"""Tag of a cell the student added, and the beginning of its new id."""

# nbval obeys these comments even in an answer, where they would hide it from its judgement.
_NBVAL_MARKERS = {
    "PYTEST_VALIDATE_IGNORE_OUTPUT",
    "NBVAL_IGNORE_OUTPUT",
    "NBVAL_CHECK_OUTPUT",
    "NBVAL_RAISES_EXCEPTION",
    "NBVAL_SKIP",
}
_SWITCHED_OFF = " (has no effect in grading)"
_KINDS = {"code": N_("code"), "markdown": N_("text"), "raw": N_("raw")}
"""How a type of cell is called in a note."""

_AS_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@dataclass(frozen=True)
class Grafted:
    """The notebook to run, and what was written where.

    Attributes
    ----------
    nb : NotebookNode
        The pristine assignment with the student's answers and added cells; without outputs.
    answers : dict of str to str
        Source of each answer cell by its id; absent if the cell was missing.
    beside : dict of str to str
        Text the student wrote in cells of their own, by the id of the cell it stood after, "" for the top.
    """

    nb: NotebookNode
    answers: dict[str, str]
    beside: dict[str, str]
    notes: tuple[Note, ...]


def graft(submission: Submission, assignment: Assignment) -> Grafted:
    """Graft a submission onto the assignment, in the submission's own language."""
    nb = copy.deepcopy(assignment.notebook(_language(submission, assignment)))
    notes: list[Note] = []
    known = [cell.id for cell in nb.cells]
    owners = _owners(submission.cells, set(known), nb, notes)
    answers = _answers(nb, submission.cells, owners, assignment, notes)
    _locked(nb, submission.cells, owners, notes)
    added = _added(submission.cells, owners, notes)
    nb.cells = _assembled(nb.cells, added)
    _switch_off_nbval(nb, notes)
    notes += set_again(nb, assignment)
    beside = {anchor: _texts(cells) for anchor, cells in added.items() if _texts(cells)}
    return Grafted(nb, answers, beside, tuple(notes))


def _language(submission: Submission, assignment: Assignment) -> str | None:
    """The language the notebook says; else that of the assignment whose locked cells it shares most."""
    if submission.language in assignment.notebooks:
        return submission.language
    sources = {cell.source.strip() for cell in submission.cells}
    shared = {
        language: sum(cell.source.strip() in sources for cell in nb.cells)
        for language, nb in assignment.notebooks.items()
    }
    return max(shared, key=shared.get)


def _owners(cells: Sequence[Cell], known: set[str], nb: NotebookNode, notes: list[Note]) -> dict[int, str]:
    """Which cell of the assignment each submitted cell is, by position; the student's own are absent.

    The id decides. Where no cell carries an id, the first cell labelled with it takes its place: a copy
    of a cell made in JupyterLab has a new id and the old label, so the label alone is weaker.
    """
    by_id, by_label = defaultdict(list), defaultdict(list)
    for position, cell in enumerate(cells):
        if cell.id in known:
            by_id[cell.id].append(position)
        elif cell.label in known:
            by_label[cell.label].append(position)
    owners, recovered = {}, []
    for cell_id in sorted(known):
        claims = by_id[cell_id] or by_label[cell_id]
        if not claims:
            continue
        pristine = cell_of(nb, cell_id).source.strip()
        filled = [position for position in claims if cells[position].source.strip() != pristine]
        chosen = (filled or claims)[0] if "answer" in tags(cell_of(nb, cell_id)) else claims[0]
        owners[chosen] = cell_id
        if not by_id[cell_id]:
            recovered.append(cell_id)
        if len(by_id[cell_id]) > 1 and "answer" in tags(cell_of(nb, cell_id)):
            notes.append(note("doubled cell", cell=cell_id))
    if recovered:
        notes.append(note("lost ids", cells=_listed(_ordered(recovered, nb), 3)))
    prefix = f"{nb.metadata.labkit.assignment}-"
    strange = [cell.id or cell.label for cell in cells if _claims_unknown(cell, known, prefix)]
    if strange:
        notes.append(note("unknown cells", cells=_listed(strange)))
    return owners


def _claims_unknown(cell: Cell, known: set[str], prefix: str) -> bool:
    claims = [claim for claim in (cell.id, cell.label) if claim]
    return any(claim.startswith(prefix) for claim in claims) and not any(claim in known for claim in claims)


def _answers(
    nb: NotebookNode, cells: Sequence[Cell], owners: dict[int, str], assignment: Assignment, notes: list[Note]
) -> dict[str, str]:
    """Put the submitted source into each answer cell; a missing one stays blank."""
    submitted = {cell_id: cells[position] for position, cell_id in owners.items()}
    asked = {question.answer: question.id for question in assignment.questions}
    answers = {}
    for cell in nb.cells:
        if "answer" not in tags(cell):
            continue
        found = submitted.get(cell.id)
        if found is None:
            notes.append(note("missing answer", question=asked.get(cell.id, cell.id)))
            continue
        if found.kind != cell.cell_type:
            notes.append(
                note("retyped cell", cell=cell.id, found=_KINDS[found.kind], expected=_KINDS[cell.cell_type])
            )
        cell.source = answers[cell.id] = found.source
    return answers


def _locked(nb: NotebookNode, cells: Sequence[Cell], owners: dict[int, str], notes: list[Note]) -> None:
    """Compare what the submission has of locked cells with the originals, which are used in any case."""
    submitted = {cell_id: cells[position] for position, cell_id in owners.items()}
    locked = [cell for cell in nb.cells if "answer" not in tags(cell)]
    missing = [cell.id for cell in locked if cell.id not in submitted]
    changed = [
        cell.id
        for cell in locked
        if cell.id in submitted
        and (
            submitted[cell.id].source.strip() != cell.source.strip()
            or submitted[cell.id].kind != cell.cell_type
        )
    ]
    if missing:
        notes.append(note("missing cells", cells=_listed(missing)))
    if changed:
        notes.append(note("tampered", cells=_listed(changed)))
    order = [cell_id for _position, cell_id in sorted(owners.items())]
    if order != _ordered(order, nb):
        notes.append(note("moved cells"))


def _added(cells: Sequence[Cell], owners: dict[int, str], notes: list[Note]) -> dict[str, list[Cell]]:
    """The student's own cells, by the cell of the assignment they stood after ("" for the top)."""
    added: dict[str, list[Cell]] = defaultdict(list)
    anchor = ""
    for position, cell in enumerate(cells):
        if position in owners:
            anchor = owners[position]
        elif cell.source.strip():
            added[anchor].append(cell)
    code = sum(cell.kind == "code" for group in added.values() for cell in group)
    text = sum(len(group) for group in added.values()) - code
    if code:
        notes.append(note("added code", n=code))
    if text:
        notes.append(note("added text", n=text))
    return added


def _assembled(pristine: Sequence[NotebookNode], added: dict[str, list[Cell]]) -> list[NotebookNode]:
    assembled: list[NotebookNode] = []
    count = 0
    for anchor, cell in [("", None), *((cell.id, cell) for cell in pristine)]:
        if cell is not None:
            assembled.append(cell)
        for own in added.get(anchor, ()):
            count += 1
            new = _AS_NEW[own.kind](own.source, id=f"{STUDENT}-{count}")
            new.metadata["tags"] = [STUDENT, "nbval-ignore-output"] if own.kind == "code" else [STUDENT]
            assembled.append(new)
    return assembled


def _switch_off_nbval(nb: NotebookNode, notes: list[Note]) -> None:
    changed = []
    for cell in nb.cells:
        if cell.cell_type == "code" and {"answer", STUDENT} & set(tags(cell)):
            # Lines as nbval splits them.
            lines = cell.source.splitlines(keepends=True)
            source = "".join(_switched_off(line) for line in lines)
            if source != cell.source:
                cell.source = source
                changed.append(cell.id)
    if changed:
        notes.append(note("nbval marker", cells=", ".join(changed)))


def _switched_off(line: str) -> str:
    text = line.strip()
    if text.startswith("#") and text.lstrip("#").strip() in _NBVAL_MARKERS:
        end = len(line.rstrip())
        return line[:end] + _SWITCHED_OFF + line[end:]
    return line


def _texts(cells: Sequence[Cell]) -> str:
    """What a student wrote in text cells; a bare heading or a prompt is no text."""
    texts = [cell.source.strip() for cell in cells if cell.kind != "code"]
    return "\n\n".join(text for text in texts if not structure.measure(text).blank)


def _listed(cell_ids: Sequence[str], most: int = 8) -> str:
    """Names of cells, of many the first and how many there are."""
    shown = ", ".join(cell_ids[:most])
    return shown if len(cell_ids) <= most else f"{shown} … ({len(cell_ids)})"


def _ordered(cell_ids: Sequence[str], nb: NotebookNode) -> list[str]:
    place = {cell.id: position for position, cell in enumerate(nb.cells)}
    return sorted(cell_ids, key=place.__getitem__)
