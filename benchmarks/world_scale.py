"""Time and memory of generating Caramelo, from ten thousand to a million people. Prints Markdown.

Each size runs in a process of its own, once kept in memory (``generate``) and once written to disk
(``labkit world`` with one worker), so that neither profits from what the other has loaded. Seconds are those
of the processor (user and system, one thread), because they do not depend on what else the machine does; the
clock's are given too. Peak memory is the largest resident set of the process (``getrusage``), Python and its
packages included.

    python -m benchmarks.world_scale                  # 10^4, 3·10^4, 10^5, 3·10^5, 10^6 people
    python -m benchmarks.world_scale 10000 100000     # some sizes
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SEED = 1
ONE_CORE = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"), "1"
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("people", nargs="*", type=int, default=SIZES)
    parser.add_argument("--disk", type=Path, help="folder to write to; a temporary one if not said")
    parser.add_argument("--in-memory", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--on-disk", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.in_memory:
        print(json.dumps(in_memory(chosen.in_memory)))
    elif chosen.on_disk:
        print(json.dumps(on_disk(chosen.on_disk, chosen.disk)))
    else:
        report(chosen.people, chosen.disk)


class Clock:
    """Seconds since it was made: of the processor, and by the clock."""

    def __init__(self):
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def read(self) -> dict[str, float]:
        return {"cpu": time.process_time() - self.cpu, "wall": time.perf_counter() - self.wall}


def in_memory(people: int) -> dict:
    """Generate a world, keep every table, and time each maker."""
    from labkit.world import build

    seconds: dict[str, float] = {}
    build.MAKERS = tuple(_timed(make, seconds, people) for make in build.MAKERS)
    build.begin = _timed(build.begin, seconds, people)
    clock = Clock()
    world = build.generate(people, seed=SEED)
    took = clock.read()
    tables = world.tables()
    return {
        **took,
        "peak": _peak(),
        "tables": len(tables),
        "rows": sum(len(frame) for frame in tables.values()),
        "bytes": sum(int(frame.memory_usage(deep=True).sum()) for frame in tables.values()),
        "makers": seconds | {"types as declared, rehearsal": took["cpu"] - sum(seconds.values())},
    }


def on_disk(people: int, folder: Path | None) -> dict:
    """Write a world with its truth, one file after the other."""
    from labkit.world.export import write_world

    with tempfile.TemporaryDirectory(dir=folder) as parent:
        clock = Clock()
        files = write_world(Path(parent, "visible"), seed=SEED, people=people, truth=Path(parent, "truth"))
        took = clock.read()
        return {**took, "peak": _peak(), "size": sum(path.stat().st_size for path in files)}


def _timed(function, seconds: dict[str, float], people: int):
    name = f"{function.__module__.removeprefix('labkit.world.')}: {function.__name__}"

    def call(*arguments):
        begun = time.process_time()
        result = function(*arguments)
        draft = result if result is not None else arguments[0]
        if len(draft.person_id) == people:  # and not the rehearsal
            seconds[name] = seconds.get(name, 0.0) + time.process_time() - begun
        return result

    call.__module__, call.__name__ = function.__module__, function.__name__
    return call


def _peak() -> int:
    """Return the largest resident set in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _run(option: str, people: int, folder: Path | None) -> dict:
    command = [sys.executable, __file__, option, str(people), *(["--disk", str(folder)] if folder else [])]
    done = subprocess.run(
        command, env={**os.environ, **ONE_CORE}, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB"


def report(sizes: list[int], folder: Path | None) -> None:
    """Print the curve, and where the time goes at each size."""
    print(
        "| people | tables | rows | in memory: CPU | a 100,000 people | clock | size | peak "
        "| to disk: CPU | clock | peak | files |"
    )
    print("|" + "---:|" * 12)
    makers: dict[int, dict[str, float]] = {}
    for people in sizes:
        memory, disk = _run("--in-memory", people, folder), _run("--on-disk", people, folder)
        makers[people] = memory["makers"]
        cells = [
            f"{people:,}", memory["tables"], f"{memory['rows']:,}", f"{memory['cpu']:.1f} s",
            f"{memory['cpu'] / people * 1e5:.1f} s", f"{memory['wall']:.1f} s", _gb(memory["bytes"]),
            _gb(memory["peak"]), f"{disk['cpu']:.1f} s", f"{disk['wall']:.1f} s", _gb(disk["peak"]),
            f"{disk['size'] / 1e6:,.0f} MB",
        ]  # fmt: skip
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    print("\nCPU seconds in memory, by maker:\n")
    print("| maker | " + " | ".join(f"{people:,}" for people in sizes) + " |")
    print("|---|" + "---:|" * len(sizes))
    last = makers[sizes[-1]]
    for name in sorted(last, key=last.get, reverse=True):
        print(f"| {name} | " + " | ".join(f"{makers[people].get(name, 0):.1f}" for people in sizes) + " |")


if __name__ == "__main__":
    main()
