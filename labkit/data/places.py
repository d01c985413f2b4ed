"""Where the datasets are."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "LABKIT_DATASETS"


def datasets_dir() -> Path:
    """Return the datasets folder: that of the environment variable ``LABKIT_DATASETS``, or that beside labkit."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen else Path(__file__).resolve().parents[2] / "datasets"
