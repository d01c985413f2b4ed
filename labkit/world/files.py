"""Write a world to files, the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from labkit.data import cards, checksums
from labkit.data.loading import FORMATS
from labkit.data.tables import TABLES, Table, conform
from labkit.world.build import World, generate
from labkit.world.parameters import COURSE_PEOPLE, COURSE_SEED


def write_table(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Write one table as CSV or Parquet, by the suffix of ``path``.

    CSV: UTF-8, LF, dates as YYYY-MM-DD, moments as YYYY-MM-DD HH:MM, money with two decimals, missing values empty.
    Parquet: zstd, without pandas' own metadata, which names versions.
    """
    frame = conform(frame, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        content = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        pq.write_table(content, path, compression="zstd", compression_level=9)
    else:
        for name in frame.columns[frame.columns.str.endswith("_brl")]:
            frame[name] = frame[name].map("{:.2f}".format, na_action="ignore")
        for name, column in table.columns.items():
            if column.kind in FORMATS:
                frame[name] = frame[name].dt.strftime(FORMATS[column.kind])
        text = frame.to_csv(index=False, lineterminator="\n")
        path.write_bytes(text.encode("utf-8"))


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
        table = TABLES[name]
        path = directory / table.file.removeprefix("caramelo/")
        write_table(frame, table, path)
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
