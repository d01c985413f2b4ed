"""Grade many submissions in one run: is the grader's memory flat, and is nothing left over?

    python benchmarks/grading_memory.py                 500 submissions of the Petlove samples
    python benchmarks/grading_memory.py --count 100 --seconds 120

Prints, every 50 submissions, seconds a submission and the memory (PSS, MB) of the grader itself and of
everything below it; at the end, what memory grew by after the first 50, and what is left of processes
and folders.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import psutil

from labkit.grading import assignment as assignments
from labkit.grading import grade
from labkit.grading.intake import Found
from labkit.grading.kernel import Limits
from labkit.grading.sandbox import pool

_EVERY = 50
_GROWTH_MB = 30


def main() -> None:
    options = _options()
    petlove = assignments.find("petlove")
    key = assignments.load_key(petlove)
    samples = petlove.folder / "teacher" / "samples"
    files = [samples / f"{name}.ipynb" for name in ("strong", "average", "wrong", "helper-cells", "blank")]
    grader = psutil.Process()
    began, rows = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as out:
        for number in range(options.count):
            found = Found(f"student-{number:04}", files[number % len(files)])
            result = grade.grade_one(found, petlove, key, Limits(cell_seconds=30), Path(out))
            assert result.graded, result.notes
            if (number + 1) % _EVERY == 0:
                rows.append(_row(number + 1, began, grader))
            if time.monotonic() - began > options.seconds:
                print(f"stopped after {options.seconds} s")
                break
    below = grader.children(recursive=True)
    exchange = pool._preloader.exchange.parent
    pool.close()
    _gone, left = psutil.wait_procs(below, timeout=5)
    growth = rows[-1][0] - rows[0][0] if rows else 0.0
    print(f"{number + 1} submissions; the grader grew by {growth:.1f} MB after the first {_EVERY}")
    print(f"processes left: {len(left)}; folders left: {int(exchange.exists())}")
    assert not left
    assert not exchange.exists()
    assert growth < _GROWTH_MB, "memory is not flat"


def _row(number: int, began: float, grader: psutil.Process) -> tuple[float, float]:
    own = _pss(grader)
    below = sum(map(_pss, grader.children(recursive=True)))
    each = (time.monotonic() - began) / number
    processes = len(grader.children(recursive=True))
    print(
        f"{number:5}  {each:.2f} s each  grader {own:.0f} MB  below it {below:.0f} MB, {processes} processes"
    )
    return own, below


def _pss(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss / 2**20
    except psutil.Error:
        return 0.0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500, help="submissions")
    parser.add_argument("--seconds", type=float, default=3600, help="stop after so many seconds")
    return parser.parse_args()


if __name__ == "__main__":
    main()
