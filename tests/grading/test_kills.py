"""Killed with SIGKILL at random moments and started again, the grader comes to the same end.

Four kills here; ``python -m benchmarks.grading_kills --kills 50`` is the same with more.
"""

import sys

import pytest

from benchmarks.grading_kills import run
from tests.grading.conftest import WITHOUT_SANDBOX


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    isolation = "none" if sys.platform != "linux" or WITHOUT_SANDBOX else "sandbox"
    return run(4, 6, seed=7, folder=tmp_path_factory.mktemp("kills"), isolation=isolation)


def test_export_gradebook_and_pages_are_those_of_an_undisturbed_run(told):
    assert told.kills == 4
    assert told.runs >= 1
    assert told.differing == []


def test_no_process_outlives_its_grader(told):
    assert told.left_over == []
