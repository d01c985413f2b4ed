"""The student's working copy: notebooks to write in, apart from those the course keeps.

Files are copied with their outputs cleared. What a student has changed is never overwritten, so a newer
version of the course cannot touch homework.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from labkit import paths
from labkit.errors import LabkitError
from labkit.i18n import _, language

MANIFEST = "manifest.json"


@dataclass
class StartReport:
    """What ``labkit start`` did, by kind: ``new``, ``updated``, ``same``, ``kept`` (changed by the student)."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    newer: list[str] = field(default_factory=list)
    """Files the student changed and the course has changed since."""

    def __str__(self) -> str:
        count = Counter(self.files.values())
        lines = [
            _("{folder}: {new} new, {updated} updated, {same} as they were, {kept} of yours kept.").format(
                folder=self.folder,
                new=count["new"],
                updated=count["updated"],
                same=count["same"],
                kept=count["kept"],
            )
        ]
        lines += [
            _("{file}: the course has a newer version. To get it, rename yours and start again.").format(
                file=file
            )
            for file in self.newer
        ]
        return "\n".join(lines)


def start(folder: Path | None = None, lang: str | None = None) -> StartReport:
    """Make the working copy, or bring it up to date.

    Parameters
    ----------
    folder : Path, optional
        Where; ``work/`` in the course folder if not said.
    lang : str, optional
        ``en`` or ``pt-BR``. A lesson that is not translated yet comes in English.
    """
    folder = paths.default_workspace() if folder is None else folder
    manifest_file = folder / paths.WORKSPACE_MARK / MANIFEST
    manifest = _read_manifest(manifest_file)
    report = StartReport(folder)
    for relative, content in _course_files(lang or language()):
        target, digest = folder / relative, _digest(content)
        copied = manifest.get(relative)
        if not target.exists():
            report.files[relative] = "new"
        elif _digest(target.read_bytes()) == digest:
            manifest[relative] = digest
            report.files[relative] = "same"
            continue
        elif copied == _digest(target.read_bytes()):
            report.files[relative] = "updated"
        else:
            report.files[relative] = "kept"
            if copied != digest:
                report.newer.append(relative)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        manifest[relative] = digest
    manifest_file.parent.mkdir(parents=True, exist_ok=True)
    manifest_file.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return report


def _read_manifest(file: Path) -> dict[str, str]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError:
        # Without it every changed file counts as the student's own, which loses nothing.
        return {}


def _course_files(lang: str) -> Iterator[tuple[str, bytes]]:
    """Relative path in the working copy and content, for every lesson, assignment and case pack."""
    english = paths.NOTEBOOKS / "en"
    if not english.is_dir():
        raise LabkitError(
            _(
                "The course's notebooks are missing from {folder}. Restore them with: git restore notebooks"
            ).format(folder=paths.NOTEBOOKS)
        )
    for source in sorted(english.rglob("*.ipynb")):
        relative = source.relative_to(english)
        translated = paths.NOTEBOOKS / lang / relative
        yield relative.as_posix(), _cleared(translated if translated.is_file() else source)
    for source in sorted(paths.ASSIGNMENTS.glob("*/assignment.ipynb")):
        name = source.parent.name
        translated = source.with_name(f"assignment.{lang}.ipynb")
        yield f"assignments/{name}/{name}.ipynb", _cleared(translated if translated.is_file() else source)
        case = source.parent / "case"
        for file in sorted(path for path in case.rglob("*") if path.is_file()):
            yield f"assignments/{name}/case/{file.relative_to(case).as_posix()}", file.read_bytes()


def _cleared(notebook: Path) -> bytes:
    """The notebook without outputs, as JupyterLab itself would save it."""
    nb = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
