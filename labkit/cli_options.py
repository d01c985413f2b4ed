"""Options that several commands of grading have."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer


class Isolated(StrEnum):
    """What keeps a submission's code from the machine."""

    sandbox = "sandbox"
    none = "none"


Isolation = Annotated[
    Isolated, typer.Option(help="Run submissions in a sandbox, or, at your own risk, without one.")
]
Workers = Annotated[int, typer.Option(min=1, help="Notebooks graded at the same time.")]
WORKERS = min(2, os.cpu_count() or 1)
