"""Bring a translation file and its English source together.

A translation file is MyST notebook text like the lesson's own. It holds, by cell id, the Markdown and
those code cells whose words change (titles, labels, comments); each carries in ``of`` the hash of the
English cell it translates, so that a changed source shows.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from labkit import lessons, paths
from labkit.errors import LabkitError
from labkit.i18n import LANGUAGES

OF = "of"


@dataclass(frozen=True)
class Finding:
    """One thing to do on a translation: ``missing``, ``stale``, ``unknown cell`` or ``other code``."""

    file: Path
    cell: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.cell}: {self.problem}"


def source_hash(source: str) -> str:
    """Twelve hex digits that stand for the text of an English cell."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:12]


def translate(english: NotebookNode, translation_file: Path, language: str) -> NotebookNode:
    """The notebook in another language; raises :class:`LabkitError` with every finding if it is not whole."""
    findings = review(english, translation_file)
    if findings:
        raise LabkitError("\n".join(map(str, findings)))
    nb = copy.deepcopy(english)
    translated = _cells(translation_file)
    for cell in nb.cells:
        if cell.id in translated:
            cell.source = translated[cell.id].source
    header = lessons.read(translation_file).metadata.get("labkit", {})
    nb.metadata.setdefault("labkit", {}).update(header, language=language)
    return nb


def review(english: NotebookNode, translation_file: Path) -> list[Finding]:
    """What is missing, stale or wrong in a translation file, in the order of the source."""
    translated = _cells(translation_file)
    findings = []
    for cell in english.cells:
        other = translated.pop(cell.id, None)
        if other is None:
            if cell.cell_type == "markdown":
                findings.append(Finding(translation_file, cell.id, "missing"))
            continue
        if other.cell_type != cell.cell_type:
            findings.append(Finding(translation_file, cell.id, f"is {other.cell_type}, not {cell.cell_type}"))
        elif other.metadata.get(OF) != source_hash(cell.source):
            findings.append(
                Finding(translation_file, cell.id, f"stale: expected of={source_hash(cell.source)}")
            )
        elif cell.cell_type == "code" and _shape(cell.source) != _shape(other.source):
            findings.append(
                Finding(translation_file, cell.id, "its code differs in more than strings and comments")
            )
    return findings + [
        Finding(translation_file, cell_id, "no such cell in the source") for cell_id in translated
    ]


def stamp(english: NotebookNode, translation_file: Path) -> list[str]:
    """Write the hash of the English source into cells of a translation that carry none yet.

    A hash that is there and stale stays: only a reader can say whether the words still fit.

    Returns
    -------
    list of str
        The ids of the cells stamped.
    """
    text = translation_file.read_text(encoding="utf-8")
    stamped = []
    for cell in english.cells:
        cell_id, digest = re.escape(cell.id), source_hash(cell.source)
        markdown = re.compile(rf'(\+\+\+ \{{[^\n]*"id": "{cell_id}"[^\n]*"{OF}": ")"')
        code = re.compile(rf"(:id: {cell_id}\n(?::[^\n]*\n)*?:{OF}:)[ ]*(?:\"\"|'')?[ ]*(?=\n)")
        text, in_markdown = markdown.subn(rf'\g<1>{digest}"', text)
        text, in_code = code.subn(rf'\g<1> "{digest}"', text)
        if in_markdown or in_code:
            stamped.append(cell.id)
    translation_file.write_text(text, encoding="utf-8")
    return stamped


def _cells(translation_file: Path) -> dict[str, NotebookNode]:
    if not translation_file.is_file():
        raise LabkitError(f"There is no translation file {translation_file}.")
    return {cell.id: cell for cell in lessons.read(translation_file).cells}


def _shape(source: str) -> str:
    """The syntax tree of a cell with every string emptied; comments are not in it anyway."""
    from IPython.core.inputtransformer2 import TransformerManager

    tree = ast.parse(TransformerManager().transform_cell(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def translations() -> list[tuple[Path, Path, str]]:
    """Every translation that exists: its source, its file, its language."""
    found = []
    for language in LANGUAGES[1:]:
        for lesson in lessons.lesson_files():
            file = lesson.translation(language)
            if file.is_file():
                found.append((lesson.path, file, language))
        for source in sorted(paths.ASSIGNMENTS.glob("*/source.md")):
            file = source.with_name(f"source.{language}.md")
            if file.is_file():
                found.append((source, file, language))
    return found
