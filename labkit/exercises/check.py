"""Check an answer, give a hint, show the solution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from labkit.blank import Blank, is_blank
from labkit.errors import LabkitError
from labkit.exercises import declare, progress
from labkit.exercises.declare import Exercise
from labkit.exercises.feedback import Feedback
from labkit.exercises.values import describe, is_number, plain, same, wrong_kind
from labkit.i18n import _

_hints_given: Counter[str] = Counter()


def check(exercise_id: str, value: Any) -> Feedback:
    """Say whether an answer is right, and if not, what kind of mistake it is.

    Parameters
    ----------
    exercise_id : str
        Such as ``"22.q1"``.
    value
        The learner's answer; ``____`` reads as not answered yet.

    Returns
    -------
    Feedback
        Shown by the notebook when it is the last expression of a cell.

    Raises
    ------
    LabkitError
        If there is no such exercise.
    """
    lesson, exercise = declare.find(exercise_id)
    feedback = judge(exercise, value, lesson.id)
    if feedback.status != "not answered":
        progress.record(exercise.id, feedback.status == "correct")
    return feedback


def judge(exercise: Exercise, value: Any, lesson_id: str) -> Feedback:
    """The feedback for an answer, without keeping it."""
    if is_blank(value):
        return Feedback(
            "not answered",
            _("Put your answer in `{name}`, then run this cell again.").format(name=exercise.answer),
        )
    data = declare.data_of(lesson_id)
    if exercise.inputs is not None:
        return _judge_function(exercise, value, data)
    expected = exercise.expected(data)
    if same(value, expected, exercise.tolerance):
        return Feedback("correct", _(exercise.success))
    problem = wrong_kind(value, expected)
    if problem:
        return _not_yet(exercise, problem)
    for name, (mistaken, message) in exercise.misconceptions.items():
        if same(value, mistaken(data), exercise.tolerance):
            return _not_yet(exercise, _(message), name)
    general = _general_mistake(value, expected, exercise.tolerance)
    return _not_yet(exercise, general or _("`{name}` is not what is asked.").format(name=exercise.answer))


def _judge_function(exercise: Exercise, function: Any, data: Any) -> Feedback:
    if not callable(function):
        problem = _("You have {found}; a function is asked.").format(found=describe(function))
        return _not_yet(exercise, problem)
    calls = list(exercise.inputs(data))
    try:
        results = [function(*arguments) for arguments in calls]
    except Exception as error:  # whatever a learner's function raises is the learner's news
        text = _("Called with {arguments}, your function raised {error}.")
        return _not_yet(exercise, text.format(arguments=_arguments(calls[0]), error=f"`{error!r}`"))
    if any(isinstance(result, Blank) for result in results):
        return Feedback("not answered", _("Your function still returns `____`."))
    if any(result is None for result in results):
        return _not_yet(exercise, _("Your function returns nothing. Does it end with `return`?"))

    def agrees(with_function: Any) -> bool:
        return all(
            same(result, with_function(*arguments), exercise.tolerance)
            for result, arguments in zip(results, calls, strict=True)
        )

    reference = exercise.expected
    if agrees(reference):
        return Feedback("correct", _(exercise.success))
    for name, (mistaken, message) in exercise.misconceptions.items():
        if agrees(mistaken):
            return _not_yet(exercise, _(message), name)
    not_asked = _("That is not what is asked.")
    for result, arguments in zip(results, calls, strict=True):
        expected = reference(*arguments)
        if not same(result, expected, exercise.tolerance):
            problem = wrong_kind(result, expected) or _general_mistake(result, expected, exercise.tolerance)
            said = _("Called with {arguments}, your function returns {found}.").format(
                arguments=_arguments(arguments), found=_short(result)
            )
            return _not_yet(exercise, f"{said} {problem or not_asked}")
    raise AssertionError("unreachable: some result disagrees with the reference")


def _arguments(arguments: tuple) -> str:
    return "`(" + ", ".join(_short(argument) for argument in arguments) + ")`"


def _short(value: Any) -> str:
    value = plain(value)
    if is_number(value):
        return f"{value:.6g}"
    return repr(value) if isinstance(value, (str, bool)) else describe(value)


def _general_mistake(value: Any, expected: Any, tolerance: float) -> str:
    """The slips that any number can suffer: percent for share, the sign, rounding too early."""
    value, expected = plain(value), plain(expected)
    if isinstance(expected, (set, frozenset)):
        return _run_together(value, expected) or _count_of_right(value, expected)
    if isinstance(expected, tuple) and len(value) == len(expected):
        return _parts_off(value, expected, tolerance)
    if isinstance(expected, Mapping):
        return _entries_off(value, expected, tolerance)
    if not (is_number(value) and is_number(expected)) or expected == 0:
        return ""
    if same(value, expected * 100, tolerance * 100):
        return _("That looks like percent. A share between 0 and 1 is asked: divide by 100.")
    if same(value * 100, expected, tolerance):
        return _("That looks like a share. A number of percent or points is asked: multiply by 100.")
    if same(-value, expected, tolerance):
        return _("The size is right, the sign is not.")
    off = abs(value - expected) / abs(expected)
    if off <= 0.005:
        return _("Very close: did you round on the way?")
    if off <= 0.05:
        return _("Close, but another number: look again at what exactly is counted.")
    return ""


def _parts_off(value: Any, expected: tuple, tolerance: float) -> str:
    """Which parts of a tuple are right, and what is known of those that are not."""
    said = []
    for place, (part, wanted) in enumerate(zip(value, expected, strict=True), start=1):
        if same(part, wanted, tolerance):
            said.append(_("Value {place} is right.").format(place=place))
            continue
        off = _("Value {place}, {found}, is not what is asked.").format(place=place, found=_short(part))
        said.append(f"{off} {_general_mistake(part, wanted, tolerance)}".rstrip())
    return " ".join(said)


def _entries_off(value: Mapping, expected: Mapping, tolerance: float) -> str:
    """Which entries of a dictionary are not right, or were not asked for."""
    more = [str(key) for key in value if key not in expected]
    if more:
        return _("The dictionary has more than is asked: {keys}.").format(keys=", ".join(more))
    off = [str(key) for key in expected if not same(value[key], expected[key], tolerance)]
    if len(off) == len(expected):
        return ""
    return _("Right: {right} of {n}. Look again at: {keys}.").format(
        right=len(expected) - len(off), n=len(expected), keys=", ".join(off)
    )


def _run_together(value: Any, expected: set | frozenset) -> str:
    """Letters typed as one text, {"AC"} for {"A", "C"}."""
    if not all(isinstance(each, str) and len(each) == 1 for each in expected):
        return ""
    texts = [each for each in value if isinstance(each, str) and len(each.strip()) > 1]
    if not texts:
        return ""
    letters = ", ".join(f'"{letter}"' for letter in texts[0] if letter.isalnum())
    return _("{found} is one text. Each letter is a text of its own: {letters}.").format(
        found=f"`{texts[0]!r}`", letters=f"`{{{letters}}}`"
    )


def _count_of_right(value: Any, expected: set | frozenset) -> str:
    chosen = {v.strip().casefold() if isinstance(v, str) else v for v in value}
    wanted = {v.casefold() if isinstance(v, str) else v for v in expected}
    right, wrong = len(chosen & wanted), len(chosen - wanted)
    if right and wrong:
        return _("Among your choices, belonging there: {right}; not belonging there: {wrong}.").format(
            right=right, wrong=wrong
        )
    if right:
        return _("What you chose belongs there, but something is missing.")
    if any(isinstance(v, str) and len(v) > max(map(len, map(str, wanted))) for v in chosen):
        return _('Write each choice as a text of its own: `{"A", "B"}`, not `{"A, B"}`.')
    return _("None of your choices belongs there.")


def _not_yet(exercise: Exercise, message: str, mistake: str = "") -> Feedback:
    if exercise.hints:
        message += " " + _('Stuck? `lk.hint("{id}")`').format(id=exercise.id)
    return Feedback("not yet", message, mistake=mistake)


def hint(exercise_id: str, number: int | None = None) -> Feedback:
    """Show the next hint of an exercise, or the hint of that number, counted from 1."""
    _lesson, exercise = declare.find(exercise_id)
    if not exercise.hints:
        return Feedback(
            "hint", _('This exercise has no hint. Its solution: `lk.solution("{id}")`').format(id=exercise.id)
        )
    if number is None:
        number = min(_hints_given[exercise.id] + 1, len(exercise.hints))
        _hints_given[exercise.id] = number
    if not 1 <= number <= len(exercise.hints):
        raise LabkitError(
            _("Exercise {id} has {n} hints; number {found} was asked for.").format(
                id=exercise.id, n=len(exercise.hints), found=number
            )
        )
    label = _("Hint {number} of {n}").format(number=number, n=len(exercise.hints))
    return Feedback("hint", _(exercise.hints[number - 1]), label=label)


def solution(exercise_id: str) -> Feedback:
    """Show the author's answer to an exercise, as it stands in the lesson."""
    from labkit.lessons import lesson_file, read

    lesson, exercise = declare.find(exercise_id)
    wanted = f"{exercise.cell}-solution"
    for cell in read(lesson_file(lesson.id).path).cells:
        if cell.id == wanted:
            return Feedback("solution", code=cell.source)
    raise LabkitError(
        _("The solution of exercise {id} is missing from the lesson's text.").format(id=exercise.id)
    )
