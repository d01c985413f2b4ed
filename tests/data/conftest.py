"""A copy of the datasets that a test may damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from labkit.data import datasets_dir


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "datasets"
    shutil.copytree(datasets_dir(), folder)
    monkeypatch.setenv("LABKIT_DATASETS", str(folder))
    return folder
