"""Write a world to files, the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from labkit.data import cards, checksums
from labkit.data.tables import TABLES, Table, conform
from labkit.world.build import World, generate
from labkit.world.csv_text import write_csv
from labkit.world.parameters import COURSE_PEOPLE, COURSE_SEED

MANY_ROWS = 1_000_000
"""Tables of more rows are compressed less, which is many times as fast and costs a few percent in size."""


def write_table(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Write one table as CSV or Parquet, by the suffix of ``path``.

    CSV: see :mod:`labkit.world.csv_text`. Parquet: zstd, without pandas' own metadata, which names versions.
    """
    frame = conform(frame, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        content = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1).replace_schema_metadata(None)
        level = 9 if len(frame) <= MANY_ROWS else 1
        pq.write_table(content, path, compression="zstd", compression_level=level)
    else:
        write_csv(frame, table, path)


def file_of(name: str) -> str:
    """Return the path of a table's file within the folder of a world."""
    return TABLES[name].file.removeprefix("caramelo/")


def write(world: World, directory: Path | str, *, truth: bool = True) -> list[Path]:
    """Write all tables of a world below ``directory``, truth in its own folder, and SHA256SUMS.

    Parameters
    ----------
    world : World
    directory : path
        Made if it does not exist.
    truth : bool
        Without the truth, the folder holds what may be handed out, and nothing else.

    Returns
    -------
    list of pathlib.Path
        The files written, in the order of the tables.
    """
    directory = Path(directory)
    written = []
    for name, frame in (world.tables() if truth else world.visible()).items():
        path = directory / file_of(name)
        write_table(frame, TABLES[name], path)
        written.append(path)
    checksums.write(directory, [path.relative_to(directory).as_posix() for path in written])
    return written


def write_course_base(datasets: Path | str) -> list[Path]:
    """Generate the course base into ``datasets/caramelo``; bring SHA256SUMS and the data cards up to date."""
    datasets = Path(datasets)
    written = write(generate(COURSE_PEOPLE, seed=COURSE_SEED), datasets / "caramelo")
    (datasets / "caramelo" / checksums.NAME).unlink()
    checksums.write(datasets, [table.file for table in TABLES.values() if (datasets / table.file).exists()])
    return written + cards.refresh(datasets)
