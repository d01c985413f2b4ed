"""Run a notebook, and bring its outputs into the one form that is committed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from nbformat import NotebookNode

from labkit.errors import LabkitError

TIMEOUT = 120
"""Seconds a cell may take while a lesson is built."""

# What a lesson may depend on: nothing of the machine it is built on.
ENVIRONMENT = {
    "LABKIT_LANG": "",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "COLUMNS": "100",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

# A repr with an address in it differs at every run.
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")


def execute(nb: NotebookNode, folder: Path, name: str) -> NotebookNode:
    """Execute a notebook in place in a fresh kernel, with `folder` as the working directory.

    Raises
    ------
    LabkitError
        If a cell raises, runs too long, writes to stderr or shows a memory address; `name` says where.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(nb, timeout=TIMEOUT, kernel_name="python3", record_timing=False)
    try:
        # What the kernel process itself writes is about its own start-up; cells write to the notebook.
        client.execute(cwd=str(folder), env={**os.environ, **ENVIRONMENT}, stderr=subprocess.DEVNULL)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise LabkitError(f"{name}: the notebook does not run.\n{error}") from error
    normalise_outputs(nb)
    require_clean(nb, name)
    return nb


def normalise_outputs(nb: NotebookNode) -> NotebookNode:
    """Bring the outputs of an executed notebook into the committed form, in place.

    Streams are merged, execution counts run from 1, and whatever a run leaves of itself (times, widget
    states, the patch release of Python) is dropped.
    """
    count = 0
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = _merge_streams(cell.outputs)
        for output in cell.outputs:
            output.pop("transient", None)
            if output.output_type == "execute_result":
                output.execution_count = count
    nb.metadata.pop("widgets", None)
    nb.metadata.language_info = {"name": "python"}
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb.nbformat, nb.nbformat_minor = 4, 5
    return nb


def _merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    merged: list[NotebookNode] = []
    for output in outputs:
        before = merged[-1] if merged else None
        same_stream = before is not None and before.output_type == output.output_type == "stream"
        if same_stream and before.name == output.name:
            before.text += output.text
        else:
            merged.append(output)
    return merged


def require_clean(nb: NotebookNode, name: str) -> None:
    """Raise :class:`LabkitError` for output that a committed notebook must not hold."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise LabkitError(f"{name}: cell {cell.id!r} writes to stderr:\n{output.text[:500]}")
            if ADDRESS.search(str(output.get("data", output.get("text", "")))):
                raise LabkitError(
                    f"{name}: cell {cell.id!r} shows a memory address, which differs at every run."
                )


def normalised_text(nb: NotebookNode) -> str:
    """Everything a reader sees of a notebook but its pictures, for comparing across machines.

    The last digits of long decimals and the amount of white space are not compared: they may differ
    between processors and releases.
    """
    lines: list[str] = []
    for cell in nb.cells:
        lines += [f"# {cell.id} {cell.cell_type}", cell.source]
        for output in cell.get("outputs", []):
            if "text" in output:
                lines.append(output.text)
            lines += [
                str(content)
                for mime, content in sorted(output.get("data", {}).items())
                if not mime.startswith("image/")
            ]
    text = "\n".join(lines)
    text = re.sub(r"\d+\.\d{5,}", lambda match: f"{float(match[0]):.4g}", text)
    return re.sub(r"\s+", " ", text)
