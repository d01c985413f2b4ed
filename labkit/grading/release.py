"""What students get of an assignment: a folder and a zip of it, and nothing that answers a question."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from labkit.errors import LabkitError
from labkit.exercises.answers import MIME
from labkit.grading import assignment as assignments
from labkit.grading import files
from labkit.grading.assignment import HIDDEN, Assignment, tags
from labkit.i18n import LANGUAGES, _, speaking

README = "README.txt"
_NEVER = ("key", "rubric", "solution", "teacher", "sample", "gabarito", "rubrica")
"""Words that no file name of a bundle may hold."""

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes every time


@dataclass(frozen=True)
class Released:
    """Where the bundle lies and what it holds."""

    folder: Path
    archive: Path
    names: tuple[str, ...]


def release(name: str, out: Path | None = None) -> Released:
    """Write the student's bundle of an assignment, as a folder and as a zip beside it.

    Raises
    ------
    LabkitError
        If something in it would give an answer away; nothing is written then. Or if `out` holds files
        that are not the bundle's: work would be lost.
    """
    assignment = assignments.find(name)
    out = out or Path("dist") / assignment.id
    content = bundle(assignment)
    leaks = [leak for path, data in content.items() for leak in _leaks(path, data, assignment)]
    if leaks:
        raise LabkitError(
            "\n".join([_("{name} is not released, it would give answers away:").format(name=name), *leaks])
        )
    strange = _strange(out, content)
    if strange:
        raise LabkitError(
            _(
                "{out} holds files that are not of this bundle: {files}. Choose another folder with --out."
            ).format(out=out, files=", ".join(strange[:5]))
        )
    for path, data in content.items():
        files.write(out / path, data)
    archive = files.write(out.with_name(f"{out.name}.zip"), _zip(assignment.id, content))
    return Released(out, archive, tuple(sorted(content)))


def bundle(assignment: Assignment) -> dict[str, bytes]:
    """Every file of the bundle by its path: notebooks, case pack, a read-me, and the notebooks once more
    in a hidden folder, where ``labkit preview`` finds the assignment as it was handed out."""
    content: dict[str, bytes] = {}
    for language in assignment.notebooks:
        name = "assignment.ipynb" if language == "en" else f"assignment.{language}.ipynb"
        data = (assignment.folder / name).read_bytes()
        content[notebook_name(assignment, language)] = content[f"{HIDDEN}/{name}"] = data
    if assignment.case is not None:
        for file in sorted(path for path in assignment.case.rglob("*") if path.is_file()):
            relative = file.relative_to(assignment.case)
            if not any(part.startswith(".") for part in relative.parts):
                content[f"case/{relative.as_posix()}"] = file.read_bytes()
    content[README] = _readme(assignment).encode("utf-8")
    return content


def notebook_name(assignment: Assignment, language: str) -> str:
    """What the student's notebook is called, as in the course's working copy: ``petlove.ipynb``."""
    return f"{assignment.id}.ipynb" if language == "en" else f"{assignment.id}.{language}.ipynb"


def _readme(assignment: Assignment) -> str:
    parts = []
    for language in [each for each in LANGUAGES if each in assignment.notebooks]:
        notebook = notebook_name(assignment, language)
        with speaking(language):
            case = (
                _("The case pack is in the folder case.")
                if assignment.case is not None
                else _("Its data are the course's own: lk.load reads them.")
            )
            parts.append(
                _(
                    """{title}

1. You need the course CRM Labs on your machine: its README says how to install it.
   Open a terminal in the course folder and put this folder into it, for example as work/{name}.
2. Start JupyterLab with `make lab` and open {notebook} in this folder.
3. {case} Write only in the cells meant for answers, and save (Ctrl+S).
   The next two commands go into a terminal of JupyterLab, opened in this folder. The end of the notebook
   names assignments/{name}/{name}.ipynb, where the course keeps a copy of its own: your work is {notebook} here.
4. See what will be graded:          labkit preview {notebook}
5. Make the PDF that you hand in:    labkit pdf {notebook} --name "Your Name"
6. Hand in the notebook and the PDF.

Steps 4 and 5 work without a network connection. Leave the hidden folder {hidden} where it is:
with it, `labkit preview` can tell whether a cell of the assignment was changed by mistake.
"""
                ).format(
                    case=case,
                    title=assignment.title(language),
                    name=assignment.id,
                    notebook=notebook,
                    hidden=HIDDEN,
                )
            )
    return ("-" * 78 + "\n\n").join(f"{part}\n" for part in parts)


def _leaks(path: str, data: bytes, assignment: Assignment) -> list[str]:
    """What of one file would give an answer away."""
    leaks = []
    name = path.rsplit("/", 1)[-1].casefold()
    if any(word in name for word in _NEVER):
        leaks.append(_("- {path}: the name of the file.").format(path=path))
    if MIME.encode() in data:
        leaks.append(_("- {path}: it holds a recorded answer.").format(path=path))
    if path.endswith(".ipynb"):
        leaks += _notebook_leaks(path, data)
    else:
        leaks += [
            _("- {path}: it holds the solution of {cell}.").format(path=path, cell=cell)
            for cell, source in _solutions(assignment).items()
            if source.encode() in data
        ]
    return leaks


def _notebook_leaks(path: str, data: bytes) -> list[str]:
    leaks = []
    nb = nbformat.reads(data.decode("utf-8"), as_version=4)
    for cell in nb.cells:
        if "solution" in tags(cell) or cell.id.endswith("-solution"):
            leaks.append(_("- {path}: the solution cell {cell}.").format(path=path, cell=cell.id))
        if "inputs" in tags(cell):
            leaks.append(_("- {path}: the inputs in {cell}.").format(path=path, cell=cell.id))
        if cell.get("outputs"):
            leaks.append(_("- {path}: outputs of {cell}.").format(path=path, cell=cell.id))
        is_code_answer = cell.cell_type == "code" and "answer" in tags(cell)
        if is_code_answer and not any("____" in line.split("#")[0] for line in cell.source.splitlines()):
            leaks.append(_("- {path}: the answer cell {cell} is not blank.").format(path=path, cell=cell.id))
    return leaks


def _solutions(assignment: Assignment) -> dict[str, str]:
    """The answers of the key, by cell id, where there is a key."""
    file = assignment.folder / "key.ipynb"
    if not file.is_file():
        return {}
    key = {cell.id: cell.source.strip() for cell in assignments.read_notebook(file).cells}
    blank = {cell.id: cell.source.strip() for cell in assignment.main.cells}
    return {
        question.answer: key[question.answer]
        for question in assignment.questions
        if key.get(question.answer, "") not in ("", blank.get(question.answer))
    }


def _strange(out: Path, content: dict[str, bytes]) -> list[str]:
    """Files in the target folder that are not the bundle's own as it was handed out."""
    if not out.is_dir():
        return []
    present = [file.relative_to(out).as_posix() for file in sorted(out.rglob("*")) if file.is_file()]
    return [name for name in present if name not in content and not name.endswith(".new")]


def _zip(top: str, content: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(content):
            info = zipfile.ZipInfo(f"{top}/{path}", _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, content[path])
    return made.getvalue()
