import json

import pytest

from labkit import paths
from labkit.exercises import progress


@pytest.fixture
def working_copy(tmp_path, monkeypatch):
    mark = tmp_path / paths.WORKSPACE_MARK
    mark.mkdir()
    (mark / "manifest.json").write_text("{}")
    folder = tmp_path / "2_differentiate"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return mark


def kept(mark):
    return json.loads((mark / "progress.json").read_text())


def test_nothing_is_kept_outside_a_working_copy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    progress.record("00.q1", True)
    assert list(tmp_path.iterdir()) == []
    assert "labkit start" in repr(progress.progress())


def test_tries_are_counted_and_solved_stays_solved(working_copy):
    for correct in (False, True, False):
        progress.record("00.q1", correct)
    assert kept(working_copy) == {"00.q1": {"solved": True, "tries": 3}}


def test_the_map_shows_what_is_solved(working_copy):
    before = next(each for each in progress.progress().lessons if each.id == "00")
    progress.record("00.q1", True)
    after = next(each for each in progress.progress().lessons if each.id == "00")
    assert (before.solved, after.solved) == (0, 1)
    assert f"1 of {after.exercises}" in repr(progress.progress())


def test_a_damaged_file_is_put_aside(working_copy):
    (working_copy / "progress.json").write_text("{ not json")
    progress.record("00.q1", True)
    assert kept(working_copy)["00.q1"]["solved"]
    assert (working_copy / "progress.damaged.json").read_text() == "{ not json"


def test_no_half_written_file_is_left(working_copy):
    progress.record("00.q1", True)
    assert {path.name for path in working_copy.iterdir()} == {"manifest.json", "progress.json"}
