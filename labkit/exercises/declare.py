"""An exercise is data: what is asked, what is expected, and how people go wrong."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from labkit.errors import LabkitError
from labkit.i18n import _

STEPS = ("strategy", "identify", "differentiate", "interact", "manage")
"""The path of the course, in order."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    Parameters
    ----------
    id : str
        Lesson number and name, ``"22.q1"``; the notebook's cells are ``22-q1``, ``22-q1-check`` and
        ``22-q1-solution``.
    answer : str
        The name the learner assigns the answer to.
    expected : callable
        Given the lesson's data, computes the right answer. Its type decides how an answer is compared:
        number, text, bool, set (several choices), list (a ranking), pandas Series or DataFrame, or a
        tuple or dict of these. With `inputs`, it is the reference function itself.
    tolerance : float
        Largest absolute difference from a number that still passes, in the unit of the answer.
    unit : str
        Said beside the number ("R$", "share").
    hints : sequence of str
        Shown one at a time.
    misconceptions : mapping
        Name of the mistake → (the value it leads to, computed from the lesson's data, and the sentence
        that sets the learner right).
    success : str
        One sentence shown with a right answer: what it means.
    inputs : callable, optional
        If the answer is a function: given the lesson's data, the argument tuples it is called with.
    """

    id: str
    answer: str
    expected: Callable[[Any], Any]
    tolerance: float = 0.0
    unit: str = ""
    hints: Sequence[str] = ()
    misconceptions: Mapping[str, tuple[Callable[[Any], Any], str]] = field(default_factory=dict)
    success: str = ""
    inputs: Callable[[Any], Sequence[tuple]] | None = None

    @property
    def cell(self) -> str:
        """The id of the exercise's cell."""
        return self.id.replace(".", "-", 1)


@dataclass(frozen=True)
class Lesson:
    """The exercises of one lesson, and the data their answers are computed from."""

    id: str
    title: str
    step: str
    exercises: Sequence[Exercise] = ()
    data: Callable[[], Any] = SimpleNamespace

    def exercise(self, exercise_id: str) -> Exercise:
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        known = ", ".join(exercise.id for exercise in self.exercises)
        raise LabkitError(
            _("There is no exercise {found!r} in lesson {lesson}. Its exercises are: {known}.").format(
                found=exercise_id, lesson=self.id, known=known
            )
        )


@functools.cache
def lessons() -> dict[str, Lesson]:
    """All declared lessons by id, in the order of the course."""
    import labkit.exercises as package

    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.name.startswith("lesson_"))
    declared = [importlib.import_module(f"{package.__name__}.{name}").LESSON for name in names]
    return {lesson.id: lesson for lesson in declared}


def find(exercise_id: str) -> tuple[Lesson, Exercise]:
    """The exercise of that id and the lesson it belongs to; only that lesson's module is imported."""
    lesson_id = str(exercise_id).partition(".")[0]
    try:
        module = importlib.import_module(f"labkit.exercises.lesson_{lesson_id}")
    except ModuleNotFoundError as error:
        if error.name != f"labkit.exercises.lesson_{lesson_id}":
            raise
        raise LabkitError(
            _(
                "There is no exercise {found!r}: no lesson has the number {lesson!r}. "
                "An exercise is named like '22.q1'; the cell with lk.check shows its name."
            ).format(found=exercise_id, lesson=lesson_id)
        ) from None
    return module.LESSON, module.LESSON.exercise(exercise_id)


@functools.cache
def data_of(lesson_id: str) -> Any:
    """The data a lesson's expected answers are computed from, made once per kernel."""
    return importlib.import_module(f"labkit.exercises.lesson_{lesson_id}").LESSON.data()
