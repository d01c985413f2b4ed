"""From authored text to committed notebooks."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from labkit import lessons, paths
from labkit.authoring import variants
from labkit.authoring.execute import execute
from labkit.authoring.translate import translate
from labkit.errors import LabkitError
from labkit.i18n import LANGUAGES
from labkit.lessons import LessonFile, tags
from labkit.prices import protected

REFERENCE = paths.NOTEBOOKS / "reference.json"
CORRECT = "Correct"


def lesson_notebook(lesson: LessonFile, language: str = "en", *, solved: bool = False) -> NotebookNode:
    """The notebook of a lesson in one language, not executed yet."""
    nb = lessons.read(lesson.path)
    variants.check_vocabulary(nb, lesson.path)
    nb.metadata.setdefault("labkit", {})["language"] = language
    if language != lessons.SOURCE_LANGUAGE:
        nb = translate(nb, lesson.translation(language), language)
    return protect_prices(variants.solved(nb) if solved else variants.blank(nb, language))


def lesson_languages(lesson: LessonFile) -> list[str]:
    """The languages a lesson exists in."""
    return [lang for lang in LANGUAGES if lang == "en" or lesson.translation(lang).is_file()]


def build_lesson(lesson: LessonFile, language: str = "en", root: Path = paths.NOTEBOOKS) -> Path:
    """Execute a lesson and write its notebook; returns the file."""
    target = lesson.built(language, root)
    nb = execute(lesson_notebook(lesson, language), target.parent, target.name)
    write(nb, target)
    return target


def run_solved(lesson: LessonFile, language: str = "en", root: Path | None = None) -> NotebookNode:
    """Execute the solved variant of a lesson.

    Raises
    ------
    LabkitError
        Naming every check that does not say "Correct".
    """
    folder = lesson.built(language).parent
    nb = execute(lesson_notebook(lesson, language, solved=True), folder, f"{lesson.name} (solved)")
    if root is not None:
        write(nb, lesson.built(language, root))
    require_correct(nb, lesson.name)
    return nb


def require_correct(nb: NotebookNode, name: str) -> None:
    """Raise :class:`LabkitError` for the checks of an executed notebook that do not say "Correct"."""
    failed = [f"{cell.id}: {shown}" for cell, shown in checks(nb) if not is_correct(cell)]
    if failed:
        raise LabkitError(f"{name}: the solved variant fails its checks:\n" + "\n".join(failed))


def checks(nb: NotebookNode) -> list[tuple[NotebookNode, str]]:
    """The check cells of an executed notebook, each with what it says."""
    found = []
    for cell in nb.cells:
        if "check" in tags(cell):
            shown = " ".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
            found.append((cell, shown))
    return found


def is_correct(cell: NotebookNode) -> bool:
    """Whether every output of a check cell says that the answer is right."""
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    return bool(results) and all(r.data["text/plain"].startswith(CORRECT) for r in results)


def build_assignment(
    assignment: str, languages: Iterable[str] | None = None, root: Path | None = None
) -> list[Path]:
    """Write the student's notebook of an assignment in each language, and its executed key.

    Parameters
    ----------
    root : Path, optional
        The folder of assignments; the course's if not said.
    """
    folder = (root or paths.ASSIGNMENTS) / assignment
    source = folder / "source.md"
    if not source.is_file():
        known = ", ".join(assignments()) or "none"
        raise LabkitError(f"There is no assignment {assignment!r}. Assignments: {known}.")
    english = lessons.read(source)
    variants.check_vocabulary(english, source)
    english.metadata.setdefault("labkit", {}).setdefault("language", "en")
    written = []
    for language in languages or LANGUAGES:
        nb, suffix = english, ""
        if language != "en":
            file = folder / f"source.{language}.md"
            if not file.is_file():
                continue
            nb, suffix = translate(english, file, language), f".{language}"
        target = folder / f"assignment{suffix}.ipynb"
        write(_without_outputs(protect_prices(variants.student(nb))), target)
        written.append(target)
    target = folder / "key.ipynb"
    write(execute(protect_prices(variants.key(english)), folder, f"{assignment} key"), target)
    return [*written, target]


def assignments() -> list[str]:
    """The ids of all assignments."""
    return sorted(source.parent.name for source in paths.ASSIGNMENTS.glob("*/source.md"))


def protect_prices(nb: NotebookNode) -> NotebookNode:
    """Protect every price in the Markdown cells of a notebook from being read as mathematics, in place."""
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = protected(cell.source)
    return nb


def _without_outputs(nb: NotebookNode) -> NotebookNode:
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nb.metadata.language_info = {"name": "python"}
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb.nbformat, nb.nbformat_minor = 4, 5
    return nb


def dumps(nb: NotebookNode) -> str:
    """A notebook as the text that is committed: keys sorted, one final line end."""
    nbformat.validate(nb)
    return nbformat.writes(nb, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def write(nb: NotebookNode, target: Path) -> None:
    """Write a notebook whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".ipynb.new")
    beside.write_text(dumps(nb), encoding="utf-8", newline="\n")
    beside.replace(target)


def build_all(
    chosen: Iterable[LessonFile] | None = None, tell: Callable[[str], None] = lambda _text: None
) -> list[Path]:
    """Build lessons in all their languages; without a choice, every lesson and every assignment."""
    written = []
    for lesson in chosen if chosen is not None else lessons.lesson_files():
        for language in lesson_languages(lesson):
            written.append(build_lesson(lesson, language))
            tell(str(written[-1].relative_to(paths.ROOT)))
    if chosen is None:
        for assignment in assignments():
            for path in build_assignment(assignment):
                written.append(path)
                tell(str(path.relative_to(paths.ROOT)))
        REFERENCE.write_text(json.dumps(this_machine(), indent=1) + "\n", encoding="utf-8")
    return written


def this_machine() -> dict[str, str]:
    """What decides whether a rebuild must give the same bytes: Python, processor, and what NumPy uses of it."""
    import numpy as np

    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "system": f"{platform.system()} {platform.machine()}",
        "simd": " ".join(simd.get("found", [])),
    }


def is_reference_machine() -> bool:
    """Whether the committed notebooks were built on a machine like this one."""
    return REFERENCE.is_file() and json.loads(REFERENCE.read_text(encoding="utf-8")) == this_machine()
