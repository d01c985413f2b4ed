"""Kill the grader at random moments, go on, and compare what comes out with a run that nobody disturbed.

    python -m benchmarks.grading_kills --kills 50

A folder is graded by ``labkit grade`` with two workers; the process is killed with SIGKILL at a moment drawn
evenly over the work that is left, and started again, until it comes to its end. Then another folder
of grades is begun, until there have been as many kills as asked for. At each end the canonical export, the whole
gradebook and every page of feedback must be the same bytes as those of the undisturbed run; no student may be
lost or doubled in the journal, and no process may be left.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from labkit.grading import assignment as assignments
from labkit.grading import export, files, samples
from labkit.grading.database import Gradebook
from labkit.grading.journal import FILE, GRADED, Journal
from labkit.grading.output import FEEDBACK, default_gradebook
from labkit.paths import ROOT

MINI = ROOT / "tests" / "grading" / "fixtures" / "mini"
TEXT = "The tutor pays and the pet uses the product, so both roles are there [1, 5]."
ANSWERS = {
    "q1": ["A", "C"],
    "q1-why": TEXT,
    "q2": ["B", "D", "E"],
    "q2-why": TEXT,
    "q3": 0.25,
    "q4": "monthly",
    "q5": ["C"],
}


@dataclass
class Told:
    """What the kills came to.

    Attributes
    ----------
    kills : int
    graded_before : list of int
        Students in the journal when each kill came.
    torn : int
        Kills that left a torn line.
    runs : int
        Folders that came to their end.
    differing : list of str
        What was not as in the undisturbed run; empty if all is well.
    left_over : list of str
        Processes that outlived a kill.
    seconds : float
        Length of the undisturbed run.
    """

    kills: int = 0
    graded_before: list[int] = field(default_factory=list)
    torn: int = 0
    runs: int = 0
    differing: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    seconds: float = 0.0


def write_submissions(folder: Path, n: int) -> Path:
    """Write a class: right, wrong, partly answered, broken off, and no notebook at all."""
    assignment = assignments.load(MINI)
    made = list(
        samples.samples(
            assignment, {"strong": ANSWERS, "average": {"q1": ["A"]}, "wrong": {"q1": ["B"]}}
        ).items()
    )
    made = [(name, text) for name, text in made if name != "loops-for-ever"]
    for number in range(n):
        name, text = made[number % len(made)]
        files.write(folder / f"{number:02d}-{name}.ipynb", text)
    return folder


def canonical(out: Path) -> dict[str, str]:
    """What has to be the same: the export, the gradebook but for clock and order, every page; by name."""
    exported, _folder = export.export(str(MINI), out=out)
    book = Gradebook(default_gradebook(out)).canonical(Journal(out, "mini").id)
    pages = {file.name: file.read_text(encoding="utf-8") for file in sorted((out / FEEDBACK).iterdir())}
    return {"export": exported.text, "gradebook": book, **pages}


def lost_or_doubled(out: Path, n: int) -> list[str]:
    """Students without a grade in the journal, or with more than one."""
    grades = Counter(each.data["student"] for each in Journal(out, "mini").entries() if each.kind == GRADED)
    doubled = [f"{student} was graded {times} times" for student, times in grades.items() if times > 1]
    return [*doubled, *([f"{n - len(grades)} grades are lost"] if len(grades) != n else [])]


def run(
    kills: int, n: int, seed: int, folder: Path, isolation: str = "sandbox", tell=lambda line: None
) -> Told:
    """Kill as often as asked, and say what came of it."""
    rng, told = random.Random(seed), Told()
    submissions = write_submissions(folder / "submissions", n)
    started = time.monotonic()
    grader = _grader(submissions, folder / "whole", isolation)
    if grader.wait() != 0:
        raise RuntimeError(f"the undisturbed run failed: {_said(folder / 'whole')}")
    told.seconds = time.monotonic() - started
    expected = canonical(folder / "whole")
    told.differing += lost_or_doubled(folder / "whole", n)
    while told.kills < kills or told.runs == 0:
        out = folder / f"killed-{told.runs}"
        while True:
            grader = _grader(submissions, out, isolation)
            left = n - len(Journal(out, "mini").state.results)
            if told.kills >= kills or left == 0:
                killed = grader.wait() < 0
            else:
                # Evenly over what is left to do, from the start to the last files written.
                killed = _wait(grader, out, rng.uniform(0, left + 1), told.seconds / n)
            if not killed:
                if grader.returncode != 0:
                    told.differing.append(f"run {told.runs} ended with {grader.returncode}: {_said(out)}")
                break
            told.left_over += _kill(grader)
            told.kills += 1
            journal = Journal(out, "mini")
            told.torn += bool(journal.torn)
            told.graded_before.append(len(journal.state.results))
            tell(f"kill {told.kills}: {told.graded_before[-1]} of {n} graded")
        found = canonical(out)
        differing = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
        told.differing += [*differing, *lost_or_doubled(out, n)]
        told.runs += 1
        tell(
            f"folder {told.runs} at its end, after {told.kills} kills; differing so far: {told.differing or 'nothing'}"
        )
    return told


def _grader(submissions: Path, out: Path, isolation: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "labkit", "grade", str(MINI), str(submissions), "--out", str(out)]
    command += ["--workers", "2", "--isolation", isolation]
    environment = {**os.environ, "LABKIT_LANG": "en", "OMP_NUM_THREADS": "1"}
    with out.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=ROOT)


def _said(out: Path) -> str:
    return out.with_suffix(".log").read_text(encoding="utf-8", errors="replace")[-1000:]


def _lines(out: Path) -> int:
    """Lines of the journal, which is all that can be seen of a run from outside."""
    file = out / FILE
    return file.read_bytes().count(b"\n") if file.is_file() else 0


def _wait(grader: subprocess.Popen, out: Path, moment: float, seconds_each: float) -> bool:
    """Wait until so much has been done, in submissions and parts of one; False if the run ended before."""
    whole = int(moment)
    wanted = max(_lines(out), 1) + whole  # the first line says whose journal it is
    while whole and _lines(out) < wanted:
        if grader.poll() is not None:
            return False
        time.sleep(0.005)
    try:
        grader.wait((moment % 1) * seconds_each)
    except subprocess.TimeoutExpired:
        return True
    return False


def _kill(grader: subprocess.Popen, seconds: float = 20) -> list[str]:
    """Kill the grader alone, and return the names of its processes that are still there after a while."""
    grader.send_signal(signal.SIGSTOP)  # to look for its processes takes longer than to grade a notebook
    children = psutil.Process(grader.pid).children(recursive=True)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    _gone, alive = psutil.wait_procs(children, timeout=seconds)
    names = []
    for process in alive:
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                names.append(" ".join(process.cmdline())[:200])
                process.kill()
        except psutil.NoSuchProcess:
            pass
    return names


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--isolation", choices=["sandbox", "none"], default="sandbox")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="labkit-kills-") as folder:
        told = run(asked.kills, asked.submissions, asked.seed, Path(folder), asked.isolation, print)
    print(f"undisturbed run: {told.seconds:.1f} s for {asked.submissions} submissions")
    print(f"kills: {told.kills}, over {told.runs} folders; graded when the kill came: {told.graded_before}")
    print(f"torn lines set aside: {told.torn}; processes left over: {told.left_over or 'none'}")
    print(f"differing from the undisturbed run: {told.differing or 'nothing'}")
    raise SystemExit(bool(told.differing or told.left_over))


if __name__ == "__main__":
    main()
