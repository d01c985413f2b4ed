"""Grade a thousand notebooks mangled at random, kernels and all: every one gets a grade and a note.

    python -m benchmarks.grading_mangled                 # 1,000 of them, two at a time
    python -m benchmarks.grading_mangled --many 50

The accidents are those of ``tests/grading/mangling.py``, befalling the good samples of the tests' small assignment.
Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from labkit.grading import assignment, grade, samples
from labkit.grading.kernel import Limits
from tests.grading.conftest import AVERAGE, MINI, STRONG, WRONG
from tests.grading.mangling import mangled

GOOD = ("strong", "average", "helper-cells")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--many", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    mini = assignment.load(MINI)
    texts = samples.samples(mini, {"strong": STRONG, "average": AVERAGE, "wrong": WRONG})
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "submissions", Path(scratch) / "grades"
        folder.mkdir()
        for seed in range(chosen.many):
            name, content = mangled(texts[GOOD[seed % len(GOOD)]], seed)
            (folder / name).write_bytes(content)
        began = time.monotonic()
        limits = Limits(cell_seconds=4, total_seconds=30)
        summary = grade.grade(str(MINI), folder, out, limits=limits, workers=chosen.workers)
        took = time.monotonic() - began
    print(report(summary, chosen.many, took))
    if len(summary.results) != chosen.many or summary.failed or silent(summary):
        sys.exit(1)


def silent(summary: grade.Summary) -> list[str]:
    """Students without a note whose file was not graded in full."""
    return [r.student for r in summary.results if not r.graded and not r.notes]


def report(summary: grade.Summary, many: int, took: float) -> str:
    """Return what came of them as Markdown."""
    codes = Counter(code for result in summary.results for code in {note.code for note in result.notes})
    graded = sum(result.graded for result in summary.results)
    lines = [
        f"{many:,} mangled notebooks: {len(summary.results):,} grades, {graded:,} of them after running what was left; "
        f"the grader failed on {len(summary.failed)}; without a word {len(silent(summary))}. {took:.0f} s.",
        "",
        "| remark | notebooks |",
        "| --- | --- |",
        *(f"| {code} | {n} |" for code, n in codes.most_common()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
