"""A notebook run in this process: the outputs a kernel would send, without a kernel that imports everything anew."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from labkit import i18n
from labkit.authoring.execute import ENVIRONMENT, normalise_outputs, require_clean

UNSEEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""Warnings that Python shows only if the code of a cell itself raises them."""


def run(nb: NotebookNode, folder: Path, name: str) -> dict[str, Any]:
    """Run the code cells of a notebook, with `folder` as the working directory, and put their outputs into them.

    Returns
    -------
    dict
        Every name after the last cell.

    Raises
    ------
    LabkitError
        If a cell writes to stderr, warns or shows a memory address. What a cell raises comes through.
    """
    import matplotlib
    import matplotlib.pyplot as plt
    import pandas as pd

    matplotlib.use("Agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    # Without a kernel, pandas takes itself to be in a terminal and would fit tables to it.
    with pytest.MonkeyPatch.context() as patch, pd.option_context("display.max_columns", 20):
        for variable, value in ENVIRONMENT.items():
            if variable != "MPLBACKEND":
                patch.setenv(variable, value)
        patch.chdir(folder)
        try:
            for cell in nb.cells:
                if cell.cell_type == "code":
                    cell.outputs = _outputs(cell, names)
        finally:
            plt.close("all")
            i18n.use_language(None)
    require_clean(normalise_outputs(nb), name)
    return names


def _outputs(cell: NotebookNode, names: dict[str, Any]) -> list[NotebookNode]:
    shown: list[NotebookNode] = []
    with _listening(shown):
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell.id, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
            if value is not None:
                shown.append(_formatted("execute_result", value))
    return shown


@contextlib.contextmanager
def _listening(shown: list[NotebookNode]) -> Iterator[None]:
    """Add to `shown` what is displayed, printed, written to stderr or warned of meanwhile."""

    def display(*values: Any, raw: bool = False, metadata: dict | None = None) -> None:
        for value in values:
            if raw:
                shown.append(new_output("display_data", value, metadata=metadata or {}))
            else:
                shown.append(_formatted("display_data", value))

    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(_Stream("stdout", shown)),
        contextlib.redirect_stderr(_Stream("stderr", shown)) as stderr,
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        for category in UNSEEN:
            warnings.simplefilter("ignore", category)
        warnings.filterwarnings("always", category=DeprecationWarning, module="__main__")
        patch.setattr("IPython.display.display", display)
        yield
    for each in warned:
        stderr.write(warnings.formatwarning(each.message, each.category, each.filename, each.lineno))


class _Stream(io.TextIOBase):
    """What is written becomes outputs at once, so that they stand in the order in which they came."""

    def __init__(self, name: str, shown: list[NotebookNode]) -> None:
        self._name, self._shown = name, shown

    def write(self, text: str) -> int:
        self._shown.append(new_output("stream", name=self._name, text=text))
        return len(text)


def _formatted(kind: str, value: Any) -> NotebookNode:
    from IPython.core.formatters import DisplayFormatter

    data, metadata = DisplayFormatter().format(value)
    return new_output(kind, data, metadata=metadata)
