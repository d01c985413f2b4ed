"""What a learner has done, kept in the working copy."""

from __future__ import annotations

import html
import json
import os
from dataclasses import dataclass
from pathlib import Path

from labkit import paths
from labkit.exercises import declare
from labkit.i18n import N_, _, ngettext

PROGRESS_FILE = "progress.json"

STEP_NAMES = {
    "start": N_("start"),
    "strategy": N_("strategy"),
    "identify": N_("identify"),
    "differentiate": N_("differentiate"),
    "interact": N_("interact"),
    "manage": N_("manage"),
}


def record(exercise_id: str, correct: bool) -> None:
    """Keep the result of a check; outside a working copy nothing is kept. Once solved, it stays solved."""
    file = _progress_file()
    if file is None:
        return
    done = _read(file)
    entry = done.setdefault(exercise_id, {"tries": 0, "solved": False})
    entry["tries"] += 1
    entry["solved"] = entry["solved"] or correct
    # Written beside and moved into place, so that a notebook closed in between loses nothing.
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    beside.write_text(json.dumps(done, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(file)


def _progress_file() -> Path | None:
    folder = paths.workspace()
    return None if folder is None else folder / paths.WORKSPACE_MARK / PROGRESS_FILE


def _read(file: Path) -> dict:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError:
        # A damaged file is put aside, not thrown away, and the count starts anew.
        file.replace(file.with_suffix(".damaged.json"))
        return {}


@dataclass(frozen=True)
class LessonProgress:
    """One lesson on the path map."""

    id: str
    title: str
    step: str
    solved: int
    exercises: int


@dataclass(frozen=True)
class Progress:
    """The path map: every lesson under its step, with what is solved."""

    lessons: tuple[LessonProgress, ...]
    kept: bool
    """False outside a working copy, where nothing is kept."""

    def __repr__(self) -> str:
        lines = []
        for step, lessons in self._by_step():
            lines.append(_(STEP_NAMES[step]))
            lines += [f"  {_mark(each)} {each.id} {_(each.title)}: {_count(each)}" for each in lessons]
        if not self.kept:
            lines.append(_not_kept())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        columns = []
        for step, lessons in self._by_step():
            rows = "".join(
                f'<li style="margin:.25em 0"><span aria-hidden="true">{_mark(each)}</span> '
                f"<strong>{html.escape(each.id)}</strong> {html.escape(_(each.title))}<br>"
                f'<span style="color:#4d4d4d">{html.escape(_count(each))}</span></li>'
                for each in lessons
            )
            columns.append(
                '<div style="flex:1 1 9em;border-top:.3em solid #0b5394;padding:.3em .6em;text-align:left">'
                f"<strong>{html.escape(_(STEP_NAMES[step]))}</strong>"
                f'<ul style="list-style:none;margin:.3em 0;padding:0">{rows}</ul></div>'
            )
        note = "" if self.kept else f'<p style="color:#4d4d4d">{html.escape(_not_kept())}</p>'
        return f'<div style="display:flex;flex-wrap:wrap;gap:.5em">{"".join(columns)}</div>{note}'

    def _by_step(self) -> list[tuple[str, list[LessonProgress]]]:
        return [
            (step, [each for each in self.lessons if each.step == step])
            for step in STEP_NAMES
            if any(each.step == step for each in self.lessons)
        ]


def progress() -> Progress:
    """The path map with what is done in this working copy."""
    file = _progress_file()
    done = {} if file is None else _read(file)
    lessons = tuple(
        LessonProgress(
            lesson.id,
            lesson.title,
            lesson.step,
            sum(done.get(exercise.id, {}).get("solved", False) for exercise in lesson.exercises),
            len(lesson.exercises),
        )
        for lesson in declare.lessons().values()
    )
    return Progress(lessons, kept=file is not None)


def _mark(lesson: LessonProgress) -> str:
    if lesson.exercises and lesson.solved == lesson.exercises:
        return "●"
    return "◐" if lesson.solved else "○"


def _count(lesson: LessonProgress) -> str:
    if not lesson.exercises:
        return _("to read")
    return ngettext(
        "{solved} of {n} exercise solved", "{solved} of {n} exercises solved", lesson.exercises
    ).format(solved=lesson.solved, n=lesson.exercises)


def _not_kept() -> str:
    return _("You are outside your working copy, so nothing is kept. To make one, in work/: labkit start")
