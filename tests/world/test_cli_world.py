"""The command ``labkit world``: whole folders or none, the truth only if asked, any number of workers."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from labkit.cli import app
from labkit.data import checksums
from labkit.data.tables import TABLES
from labkit.errors import LabkitError
from labkit.world import build, export
from labkit.world.export import write_world


def run(*arguments: str):
    return CliRunner().invoke(app, ["world", *arguments], catch_exceptions=True)


def content(folder) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    result = run("--people", "150", "--seed", "3", "--out", f"{folder}/see", "--truth", f"{folder}/truth")
    assert result.exit_code == 0, result.output
    return folder, result.output


def test_visible_and_truth_lie_apart_and_are_whole(written):
    folder, output = written
    generated = [n for n, t in TABLES.items() if t.generated]
    visible = {export._file(n) for n in generated if not n.startswith("truth/")}
    true = {export._file(n) for n in generated if n.startswith("truth/")}
    assert set(content(folder / "see")) == visible | {"manifest.json", "SHA256SUMS"}
    assert set(content(folder / "truth")) == true | {"manifest.json", "SHA256SUMS"}
    for name in generated:
        assert f"  {name}: " in output
    assert sorted(p.name for p in folder.iterdir()) == ["see", "truth"]


def test_checksums_hold(written):
    for part in ("see", "truth"):
        listed = checksums.read(written[0] / part)
        assert {file: checksums.digest(written[0] / part / file) for file in listed} == listed
        assert set(listed) == set(content(written[0] / part)) - {"SHA256SUMS"}


def test_only_the_truth_knows_the_seed(written):
    visible, truth = (json.loads((written[0] / p / "manifest.json").read_text()) for p in ("see", "truth"))
    assert visible["people"] == truth["people"] == 150
    assert "seed" not in visible
    assert truth["seed"] == 3


@pytest.mark.parametrize(("workers", "parts"), [("2", ["see"]), ("3", ["see", "truth"])])
def test_any_number_of_workers_writes_the_same_bytes_and_the_truth_only_if_asked(
    written, tmp_path, workers, parts
):
    truth = ["--truth", str(tmp_path / "truth")] if "truth" in parts else []
    size = ["--people", "150", "--seed", "3", "--workers", workers]
    result = run(*size, "--out", str(tmp_path / "see"), *truth)
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == parts
    assert not any("truth" in file for file in content(tmp_path / "see"))
    for part in parts:
        assert content(tmp_path / part) == content(written[0] / part)


def test_a_world_that_frees_its_frames_has_the_same_bytes(written, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "LARGE", 100)
    write_world(tmp_path / "see", people=150, seed=3, truth=tmp_path / "truth")
    for part in ("see", "truth"):
        assert content(tmp_path / part) == content(written[0] / part)


def test_who_calls_it_keeps_their_own_way_to_be_stopped(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    out = str(tmp_path / "see")
    assert run("--people", "100", "--seed", "3", "--out", out, "--tables", "nps").exit_code == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_chosen_tables_are_those_of_the_whole_world(written, tmp_path):
    result = run(
        "--people", "150", "--seed", "3", "--out", str(tmp_path / "see"), "--tables", "nps, customers"
    )
    assert result.exit_code == 0, result.output
    assert set(content(tmp_path / "see")) == {"nps.csv", "customers.csv", "manifest.json", "SHA256SUMS"}
    for file in ("nps.csv", "customers.csv"):
        assert (tmp_path / "see" / file).read_bytes() == (written[0] / "see" / file).read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--people", "99"], "at least 100 people, got 99"),
        (["--people", "10000000"], "at most 9,999,999 people, got 10,000,000"),
        (["--seed", "-1"], "whole number from 0 on, got -1"),
        (["--workers", "0"], "At least 1 worker is needed, got 0"),
        (["--tables", "order"], "no table 'order' to generate"),
        (["--tables", "cdnow"], "no table 'cdnow' to generate"),
        (["--tables", "truth/people"], "truth are written only to a folder of their own"),
    ],
)
def test_what_makes_no_world_is_refused_and_leaves_nothing(tmp_path, options, message):
    result = run("--out", str(tmp_path / "see"), *options)
    assert isinstance(result.exception, LabkitError)
    assert message in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("truth", ["see", "see/truth", "."])
def test_truth_within_reach_of_the_visible_is_refused(tmp_path, truth):
    result = run("--people", "100", "--out", str(tmp_path / "see"), "--truth", str(tmp_path / truth))
    assert "are not apart" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_is_left_as_it_is(tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"years of work")
    result = run("--people", "100", "--out", str(tmp_path))
    assert "holds something else than an earlier world" in str(result.exception)
    assert content(tmp_path) == {"thesis.docx": b"years of work"}


def test_an_earlier_world_is_replaced_unless_something_was_added(tmp_path):
    out = tmp_path / "see"
    write_world(out, people=100, seed=1, tables=["nps", "customers"])
    write_world(out, people=100, seed=2, tables=["nps"])
    assert set(content(out)) == {"nps.csv", "manifest.json", "SHA256SUMS"}
    (out / "notes.txt").write_text("mine")
    with pytest.raises(LabkitError, match="something else"):
        write_world(out, people=100, seed=3, tables=["nps"])
    assert (out / "notes.txt").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["see"]


def test_a_file_where_a_folder_should_be_is_refused(tmp_path):
    (tmp_path / "see").write_text("")
    with pytest.raises(LabkitError, match="is a file; a folder is expected"):
        write_world(tmp_path / "see", people=100, seed=1, tables=["nps"])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_while_writing_leaves_nothing_and_keeps_the_earlier_world(tmp_path, monkeypatch, workers):
    out = tmp_path / "see"
    write_world(out, people=100, seed=1, tables=["nps"])
    before = content(out)

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "write_table", full)
    with pytest.raises(LabkitError, match=r"Cannot write to .*see: No space left on device"):
        write_world(out, people=100, seed=2, tables=["nps", "customers"], workers=workers)
    assert content(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["see"]


def test_two_runs_do_not_write_the_same_folder(tmp_path):
    (tmp_path / ".see.part").mkdir()
    with pytest.raises(LabkitError, match="another run is writing"):
        write_world(tmp_path / "see", people=100, seed=1, tables=["nps"])


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_nothing(tmp_path, which):
    command = [sys.executable, "-m", "labkit", "world", "--people", "20000", "--seed", "1"]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "see")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / ".see.part").exists() and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(which)
    assert process.wait(timeout=60) != 0
    assert list(tmp_path.iterdir()) == []
