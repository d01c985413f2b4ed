"""Workers: processes that grade one submission after another, and are missed by nobody if they die."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.grading.intake import Found
    from labkit.grading.results import Result

_PRELOADED = [
    *("labkit.grading.grade", "labkit.grading.sitting", "labkit.grading.questions.table"),
    *("labkit.world.variants", "pandas", "pyarrow.pandas_compat", "papermill"),
]
"""What every worker needs before its first submission."""


def begin(workers: int) -> None:
    """Have what workers will need imported, where several are wanted, while other things are done."""
    if workers > 1 and _has_server():
        from multiprocessing import forkserver

        _context()
        forkserver.ensure_running()


def each(
    job: Callable[[Found], Result],
    failed: Callable[[Found, BaseException], Result],
    todo: Sequence[Found],
    workers: int,
    sandboxed: bool = False,
) -> Iterator[Result]:
    """Results in the order in which they are done.

    Parameters
    ----------
    job : callable
        Grades one submission; can be sent to another process.
    failed : callable
        The result of one on which a worker died.
    sandboxed : bool
        Whether jobs want sandboxed kernels; then one preloader is started for all workers.
    """
    if not todo:
        return
    lent = None
    if sandboxed:
        from labkit.grading.sandbox import pool

        lent = pool.lend()
    if workers <= 1 or len(todo) == 1:
        for left, found in zip(range(len(todo), 0, -1), todo, strict=True):
            yield _do(job, found, sandboxed, left > 1)
        return
    suspects: list[tuple[Found, BaseException]] = []
    yield from _by(workers, job, todo, suspects, lent)
    # A worker died, and took the others' work with it: nobody can say by whose submission. Each again, alone.
    for found, _error in suspects:
        guilty: list[tuple[Found, BaseException]] = []
        yield from _by(1, job, [found], guilty, lent)
        for one, error in guilty:
            yield failed(one, error)


def _by(
    workers: int,
    job: Callable[[Found], Result],
    todo: Sequence[Found],
    broken: list[tuple[Found, BaseException]],
    lent: tuple[Any, Any] | None = None,
) -> Iterator[Result]:
    pool = ProcessPoolExecutor(
        min(workers, len(todo)), mp_context=_context(), initializer=_begin, initargs=(lent,)
    )
    try:
        lasts = len(todo) - workers
        pending = {
            pool.submit(_do, job, found, lent is not None, place < lasts): found
            for place, found in enumerate(todo)
        }
        for future in as_completed(pending):
            found = pending.pop(future)  # and let go of its result
            try:
                result = future.result()
            except BrokenProcessPool as error:
                broken.append((found, error))
                continue
            yield result
    finally:  # interrupted: what has begun ends, what has not does not begin
        pool.shutdown(cancel_futures=True)


def _do(job: Callable[[Found], Result], found: Found, sandboxed: bool, is_followed: bool) -> Result:
    """Grade one; in a sandbox, a kernel is forked for the next meanwhile, if there is one."""
    if not sandboxed:
        return job(found)
    from labkit.grading.sandbox import pool

    pool.keep_one_waiting(is_followed)
    try:
        return job(found)
    finally:
        pool.keep_one_waiting(True)


def _context() -> BaseContext:
    """A worker starts clean, not as a fork of this process; all from one server, where the system has such a thing.

    What workers need is then imported once, and not once a worker.
    """
    if not _has_server():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _has_server() -> bool:
    return "forkserver" in get_all_start_methods()


def _begin(lent: tuple[Any, Any] | None) -> None:
    """What a worker does first."""
    _die_with_parent()
    if lent is not None:
        from labkit.grading.sandbox import pool

        pool.borrow(*lent)


def _die_with_parent() -> None:
    """A worker whose grader was killed would wait for work for ever."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="labkit-parent").start()
