"""Time, memory and quality of ``labkit identify`` on a generated Caramelo. Prints Markdown.

Makes the files of a world (not measured), runs ``labkit identify`` on them in a process of its own, and scores the
customers with the truth. Seconds are by the clock and of the processor, on two threads; peak memory is the largest resident
set of the process.

    python -m benchmarks.identify_scale                       # 52,000 people, about 100,000 records
    python -m benchmarks.identify_scale 52000 521000          # and a million records
    python -m benchmarks.identify_scale --seed 8 1600 12000   # another seed
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from labkit import identify

SOURCES = "source_ecommerce,source_shop,source_clinic,source_newsletter,consents"
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("people", nargs="*", type=int, default=[52_000])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threshold", type=float, default=4.0, help="bits; lesson 12's best F1 is at 4")
    parser.add_argument("--folder", type=Path, help="where files go; a temporary folder if not said")
    chosen = parser.parse_args()
    print("| people | records | customers | clock | CPU | peak memory | pair F1 | cluster F1 |")
    print("|" + "---:|" * 8)
    for people in chosen.people:
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            print(measure(Path(folder), people, chosen.seed, chosen.threshold), flush=True)


def measure(folder: Path, people: int, seed: int, threshold: float) -> str:
    """One row of the table."""
    sources, truth, out = folder / "sources", folder / "truth", folder / "customers.duckdb"
    labkit = [sys.executable, "-m", "labkit"]
    make = [*labkit, "world", "--people", str(people), "--seed", str(seed), "--out", str(sources)]
    make += ["--truth", str(truth), "--tables", f"{SOURCES},truth/identity"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run = [*labkit, "identify", "--sources", str(sources), "--out", str(out), "--threshold", str(threshold)]
    begun = time.perf_counter()
    process = subprocess.Popen(run, env=os.environ | ONE_CORE, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - begun
    if status:
        raise SystemExit(f"labkit identify ended with {os.waitstatus_to_exitcode(status)}")
    pairs, clusters, records, customers = scores(out, truth / "identity.csv")
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9
    cells = [
        f"{people:,}", f"{records:,}", f"{customers:,}", f"{clock:.0f} s", f"{used.ru_utime + used.ru_stime:.0f} s",
        f"{peak:.1f} GB", f"{pairs:.3f}", f"{clusters:.3f}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def scores(database: Path, truth: Path) -> tuple[float, float, int, int]:
    """Pair F1, cluster F1, records, customers."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("SELECT record, customer_id FROM records").df()
    found = found.set_index("record")["customer_id"]
    who = pd.read_csv(truth, dtype={"record_id": str})
    person = who.set_index(who["source"] + ":" + who["record_id"])["person_id"].reindex(found.index)
    pairs = identify.clustering_pair_scores(found, person).f1
    return pairs, identify.cluster_scores(found, person).f1, len(found), found.nunique()


if __name__ == "__main__":
    main()
