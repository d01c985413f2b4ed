"""nbval is the judge of committed notebooks: change a value of a dataset, and it must say so."""

import os
import shutil
import subprocess
import sys

import pytest

from labkit import paths
from labkit.data import checksums

LESSON = "notebooks/en/3_interact/34_experiments.ipynb"


@pytest.fixture
def datasets(tmp_path, monkeypatch):
    copy = tmp_path / "datasets"
    shutil.copytree(paths.ROOT / "datasets", copy)
    return copy


def nbval(datasets):
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--nbval",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            LESSON,
        ],
        cwd=paths.ROOT,
        env={**os.environ, "LABKIT_DATASETS": str(datasets)},
        capture_output=True,
        text=True,
    )


def change_a_value(datasets):
    file = datasets / "email_test" / "arms.csv"
    before = file.read_text(encoding="utf-8")
    assert "2262" in before
    file.write_text(before.replace("2262", "2362"), encoding="utf-8", newline="\n")


def test_a_changed_value_fails_by_its_checksum(datasets):
    change_a_value(datasets)
    done = nbval(datasets)
    assert done.returncode == 1
    assert "checksum" in done.stdout


def test_a_changed_value_fails_by_the_outputs_when_its_checksum_is_changed_too(datasets):
    change_a_value(datasets)
    checksums.write(datasets, list(checksums.read(datasets)))
    done = nbval(datasets)
    assert done.returncode == 1
    assert "checksum" not in done.stdout
    assert "2362" in done.stdout or "mismatch" in done.stdout
