"""Bring files back: Caramelo is generated again from its seed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from labkit.data import checksums
from labkit.data.loading import find, restore_command
from labkit.data.places import datasets_dir
from labkit.data.tables import TABLES, Table
from labkit.errors import LabkitError
from labkit.i18n import _


def restore(names: Iterable[str] | None = None) -> list[Path]:
    """Write missing or changed files again.

    Parameters
    ----------
    names : iterable of str, optional
        Tables to restore; by default all of Caramelo.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    LabkitError
        If a name is unknown, if a table does not come from the seed (the message names the command that brings
        it back), or if what was generated differs from what was published.
    """
    from labkit.world import COURSE_PEOPLE, COURSE_SEED, generate
    from labkit.world.files import write_table

    chosen = None if names is None else list(names)
    names = [name for name, table in TABLES.items() if table.generated] if chosen is None else chosen
    tables = [find(name) for name in names]
    for table in tables:
        if not table.generated:
            raise LabkitError(
                _("{name!r} is real data and cannot be generated. Restore it with: {command}").format(
                    name=table.name, command=restore_command(table)
                )
            )
    if not tables:
        return []
    directory = datasets_dir()
    world = generate(COURSE_PEOPLE, seed=COURSE_SEED, tables=chosen).tables()
    written = []
    for table in tables:
        path = directory / table.file
        fresh = path.with_name(f".{path.stem}.new{path.suffix}")
        write_table(world[table.name], table, fresh)
        _compare(table, fresh, checksums.read(directory).get(table.file))
        fresh.replace(path)
        written.append(path)
    return written


def _compare(table: Table, fresh: Path, expected: str | None) -> None:
    """Refuse to put in place what is not the published file; leave nothing behind."""
    found = checksums.digest(fresh)
    if expected is None or found == expected:
        return
    fresh.unlink()
    raise LabkitError(
        _(
            "{name!r} was generated, but differs from the published file (checksum {found}…, expected {expected}…): "
            "NumPy or PyArrow are probably not the versions of requirements.lock. Nothing was changed. Restore it "
            "with: {command}"
        ).format(
            name=table.name,
            found=found[:12],
            expected=expected[:12],
            command=f"git restore datasets/{table.file}",
        )
    )
