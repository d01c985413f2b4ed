"""pytest plugin: one execution of a lesson serves nbval and the rebuild.

nbval runs every code cell of a committed notebook and compares outputs. This plugin adds one more item
to each lesson's notebook, ``rebuild``: it puts the outputs that nbval has just seen into the notebook
built anew from the authored text, and compares the result with the committed file, byte for byte on the
reference machine, elsewhere by normalised text without pictures.
"""

from __future__ import annotations

import copy
import difflib
import os
import time
from collections.abc import Generator
from itertools import groupby
from pathlib import Path

import pytest

from labkit import lessons, paths

MOST_SECONDS = 60
"""What a lesson may take from top to bottom."""


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("nbval", False):
        from labkit.authoring.execute import ENVIRONMENT

        os.environ.update(ENVIRONMENT)  # kernels inherit it


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    started = time.monotonic()
    try:
        return (yield)
    finally:
        item.seconds = time.monotonic() - started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    complete = []
    for parent, group in groupby(items, key=lambda item: item.parent):
        complete += group
        lesson = _lesson_of(parent)
        if lesson is not None:
            complete.append(Rebuild.from_parent(parent, name="rebuild", lesson=lesson, cells=complete[:]))
    items[:] = complete


def _lesson_of(parent: pytest.Collector | None) -> tuple[lessons.LessonFile, str] | None:
    """The lesson and language of a notebook that nbval collected from ``notebooks/``."""
    from nbval.plugin import IPyNbFile

    if not isinstance(parent, IPyNbFile) or not parent.path.is_relative_to(paths.NOTEBOOKS):
        return None
    language = parent.path.relative_to(paths.NOTEBOOKS).parts[0]
    return lessons.lesson_file(parent.path.stem), language


class Rebuild(pytest.Item):
    """Compare a committed notebook with the one that its source and this run's outputs make."""

    def __init__(self, *, lesson: tuple[lessons.LessonFile, str], cells: list[pytest.Item], **kwargs) -> None:
        super().__init__(**kwargs)
        self.lesson, self.language = lesson
        self.cells = [cell for cell in cells if cell.parent is self.parent]

    def runtest(self) -> None:
        from labkit.authoring import build
        from labkit.authoring.execute import normalise_outputs, normalised_text, require_clean

        rebuilt = build.lesson_notebook(self.lesson, self.language)
        code = [cell for cell in rebuilt.cells if cell.cell_type == "code"]
        if len(code) != len(self.cells):
            self._fail(f"the source has {len(code)} code cells, the notebook {len(self.cells)}")
        for cell, ran in zip(code, self.cells, strict=True):
            if ran.test_outputs is None:
                self._fail(f"cell {cell.id!r} was not run, so there is nothing to compare")
            cell.outputs = copy.deepcopy(ran.test_outputs)
        normalise_outputs(rebuilt)
        require_clean(rebuilt, self.path.name)
        if (taken := sum(ran.seconds for ran in self.cells)) > MOST_SECONDS:
            self._fail(f"it takes {taken:.0f} s to run; {MOST_SECONDS} s is the most a lesson may take")
        if build.is_reference_machine():
            committed, new = self.path.read_text(encoding="utf-8"), build.dumps(rebuilt)
        else:
            import nbformat

            committed, new = normalised_text(nbformat.read(self.path, as_version=4)), normalised_text(rebuilt)
        if committed != new:
            self._fail(f"Run `make notebooks`. The difference:\n{_difference(committed, new)}")

    def _fail(self, reason: str) -> None:
        pytest.fail(
            f"{self.path.relative_to(paths.ROOT)} is not as its source builds it.\n{reason}",
            pytrace=False,
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, "rebuild"


def _difference(committed: str, new: str) -> str:
    lines = difflib.unified_diff(
        committed.splitlines(), new.splitlines(), "committed", "rebuilt", lineterm="", n=1
    )
    return "\n".join(line[:300] for line in list(lines)[:40])
