"""Write a world of any size to folders of its own: whole or not at all, the truth apart from what is visible."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from labkit.data import checksums
from labkit.data.tables import TABLES
from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.world.build import TRUTH, start
from labkit.world.files import file_of, write_table
from labkit.world.parameters import COURSE_PEOPLE, COURSE_SEED, Parameters

MANIFEST = "manifest.json"
MADE_BY = "labkit world"


def write_world(
    out: Path | str, *, seed: int, people: int = COURSE_PEOPLE, truth: Path | str | None = None, workers: int = 1,
    tables: Iterable[str] | None = None, parameters: Parameters | None = None,
    tell: Callable[[str], None] = lambda line: None, note: dict[str, object] | None = None,
) -> list[Path]:  # fmt: skip
    """Generate a world and write what the company could see to ``out``, and the truth only if asked.

    The folders appear when they are complete. The bytes do not depend on the number of workers.

    Parameters
    ----------
    out : path
        Folder for the visible tables, with a manifest (without the seed) and SHA256SUMS. It must not exist, or be
        empty, or hold nothing but an earlier world, which is replaced.
    seed, people, parameters
        As for :func:`labkit.world.generate`.
    truth : path, optional
        Another folder, for the truth and the seed; not inside ``out``, so that ``out`` can be handed out whole.
    workers : int
        Threads that write files while the next tables are made; with 1 all is done one after the other.
    tables : iterable of str, optional
        Only these.
    tell : callable
        Is told a line about each table written.
    note : dict, optional
        More for the manifest of the visible tables.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    LabkitError
        If a folder is not free for it, a table is not known, or the arguments make no world.
    """
    if workers < 1:
        raise LabkitError(_("At least 1 worker is needed, got {workers}.").format(workers=workers))
    tables = None if tables is None else list(tables)
    if truth is None and tables is not None and any(name.startswith(TRUTH) for name in tables):
        raise LabkitError(_("Tables of the truth are written only to a folder of their own: say which."))
    out, truth = Path(out).absolute(), None if truth is None else Path(truth).absolute()
    _check_folders(out, truth)
    _draft, production = start(people, seed, parameters or Parameters(), tables, keep=False)
    with contextlib.ExitStack() as stack:
        with _uninterrupted():  # between making a folder and knowing that it is to be taken away
            parts = {
                folder: stack.enter_context(_part(folder)) for folder in (out, truth) if folder is not None
            }
        rows: dict[str, int] = {}
        with _writers(workers) as write:
            for name, frame in production:
                folder = truth if name.startswith(TRUTH) else out
                if folder is not None:
                    rows[name] = len(frame)
                    write(_write, frame, name, parts[folder] / _file(name), tell)
                del frame
        for folder, part in parts.items():
            mine = {n: rows[n] for n in TABLES if n in rows and n.startswith(TRUTH) == (folder == truth)}
            facts = {"made_by": MADE_BY, "people": people, **(note or {}), "rows": mine}
            if folder == truth:
                facts["seed"] = int(seed)
            text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
            (part / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
            checksums.write(part, [MANIFEST, *(_file(name) for name in mine)])
        for folder, part in reversed(parts.items()):  # the truth first: no visible tables without theirs
            _put_in_place(part, folder)
    return [(truth if n.startswith(TRUTH) else out) / _file(n) for n in TABLES if n in rows]


def run(
    out: Path, *, people: int | None, seed: int | None, truth: Path | None, workers: int, tables: str | None
) -> None:
    """Do what the command ``labkit world`` says: write a world, tell how it goes, leave nothing half-written."""

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    people = COURSE_PEOPLE if people is None else people
    seed = COURSE_SEED if seed is None else seed
    chosen = None if tables is None else [name.strip() for name in tables.split(",") if name.strip()]
    begun = time.perf_counter()

    def tell(line: str) -> None:
        print(f"{time.perf_counter() - begun:6.1f} s  {line}", flush=True)

    before = signal.signal(signal.SIGTERM, stop)  # so that folders in the making are taken away
    try:
        files = write_world(
            out, people=people, seed=seed, truth=truth, workers=workers, tables=chosen, tell=tell
        )
    finally:
        signal.signal(signal.SIGTERM, before)
    size = sum(path.stat().st_size for path in files) / 1e6
    tell(
        _("{people:,} people, {files} files, {size:.1f} MB: {out}").format(
            people=people, files=len(files), size=size, out=out
        )
    )


def _file(name: str) -> str:
    """Return the path of a table's file within its folder."""
    return file_of(name).removeprefix(TRUTH)


def _write(frame: pd.DataFrame, name: str, path: Path, tell: Callable[[str], None]) -> None:
    write_table(frame, TABLES[name], path)
    tell(
        _("{table}: {rows:,} rows, {size:.1f} MB").format(
            table=name, rows=len(frame), size=path.stat().st_size / 1e6
        )
    )


def _check_folders(out: Path, truth: Path | None) -> None:
    for folder in (out, truth):
        if folder is not None:
            _check_free(folder)
    if truth is not None:
        one, other = out.resolve(), truth.resolve()
        if one == other or one in other.parents or other in one.parents:
            raise LabkitError(
                _(
                    "The truth goes to a folder apart from the visible tables, so that these can be handed out: "
                    "{truth} and {out} are not apart."
                ).format(truth=truth, out=out)
            )


def _check_free(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise LabkitError(_("{folder} is a file; a folder is expected.").format(folder=folder))
    if folder.exists() and any(folder.iterdir()) and not _is_a_world(folder):
        raise LabkitError(
            _(
                "{folder} holds something else than an earlier world, and nothing of it is overwritten. Choose an "
                "empty or a new folder."
            ).format(folder=folder)
        )


def _is_a_world(folder: Path) -> bool:
    """Tell whether all in a folder is what this module wrote there."""
    try:
        ours = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("made_by") == MADE_BY
    except (OSError, ValueError, AttributeError):
        return False
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return ours and found <= {checksums.NAME, *checksums.read(folder)}


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let signals to stop wait for the end of the block; they reach the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: waiting.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in waiting:
        signal.raise_signal(number)


@contextlib.contextmanager
def _part(folder: Path) -> Iterator[Path]:
    """Make the folder in which a world grows, beside the one it will be; take away what is left of it."""
    part = folder.with_name(f".{folder.name}.part")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
    except FileExistsError:
        raise LabkitError(
            _(
                "{part} exists: another run is writing {folder}, or one was killed. If none is running, remove it."
            ).format(part=part, folder=folder)
        ) from None
    except OSError as error:
        raise LabkitError(
            _("Cannot write to {folder}: {reason}.").format(folder=folder, reason=error.strerror)
        ) from None
    try:
        yield part
    except OSError as error:
        raise LabkitError(
            _("Cannot write to {folder}: {reason}.").format(folder=folder, reason=error.strerror or error)
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _put_in_place(part: Path, folder: Path) -> None:
    """Rename the finished folder; what was there before goes only when the new one is there."""
    before = folder.with_name(f".{folder.name}.before")
    if folder.exists():
        shutil.rmtree(before, ignore_errors=True)
        folder.rename(before)
    part.rename(folder)
    shutil.rmtree(before, ignore_errors=True)


@contextlib.contextmanager
def _writers(workers: int) -> Iterator[Callable[..., None]]:
    """Hand out a function that calls another now (one worker) or in a thread; no more wait than there are workers."""
    if workers == 1:
        yield lambda function, *arguments: function(*arguments)
        return
    free = threading.Semaphore(workers)
    waiting: list[Future] = []

    def call(function: Callable, *arguments: object) -> None:
        try:
            function(*arguments)
        finally:
            free.release()

    with ThreadPoolExecutor(workers) as pool:

        def submit(function: Callable, *arguments: object) -> None:
            free.acquire()
            for future in [f for f in waiting if f.done()]:
                waiting.remove(future)
                future.result()
            waiting.append(pool.submit(call, function, *arguments))

        try:
            yield submit
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        for future in waiting:
            future.result()
