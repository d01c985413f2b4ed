"""A bar that says how many notebooks are graded and how long the rest will take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from labkit.i18n import _


@contextmanager
def progress(console) -> Iterator[tuple[Callable[[int], None], Callable]]:
    """Give two callables, for ``on_start`` and ``on_graded``; the bar is gone when the ``with`` block ends."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    left = TimeRemainingColumn(elapsed_when_finished=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(_("left:")),
        left,
    )
    # The rate of the last thirty seconds would jump with every loop that runs into its limit.
    with Progress(
        *columns, console=console, transient=True, speed_estimate_period=600, refresh_per_second=2
    ) as bar:
        task = bar.add_task(_("Grading"), total=None)

        def graded(result) -> None:
            bar.update(task, advance=1, description=_("Graded {student}").format(student=result.student))

        yield lambda total: bar.update(task, total=total), graded
