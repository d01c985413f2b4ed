"""What a graded notebook calls: hand an answer out, look at the form of a written one.

An answer leaves the notebook as data, in one canonical form: text a reader can check and JSON a grader
can compare. What is right is not known here.
"""

from __future__ import annotations

import json
import math
import numbers
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.blank import Blank, is_blank
from labkit.errors import LabkitError
from labkit.exercises import structure, wire
from labkit.exercises.feedback import Feedback
from labkit.exercises.tabular import UnusableError, is_table
from labkit.i18n import _

MIME = "application/vnd.labkit.answer+json"
"""The output in which an answer leaves the notebook: ``{"question": "q1", "value": ["A", "C"]}``."""

NOTEBOOK_VARIABLE = "LABKIT_NOTEBOOK"
"""Environment variable that names the notebook file where the front end does not say."""

STALE_SECONDS = 60
"""A file saved longer ago than this may not be what is on the screen."""

KINDS = ("choices", "number", "text", "value", "ranking", "function", *wire.TABLES)


@dataclass(frozen=True)
class Report:
    """One answer, as it is recorded.

    Attributes
    ----------
    question : str
    value : object
        In canonical form, as JSON holds it; None is a blank.
    """

    question: str
    value: Any

    def __repr__(self) -> str:
        return canonical_text(self.question, self.value)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), MIME: {"question": self.question, "value": self.value}}


def report(question: str, value: Any, kind: str = "choices") -> Report:
    """Hand one answer out; the last expression of a report cell.

    Parameters
    ----------
    question : str
        Such as ``"q1"``.
    value : object
        For choices: letters, as ``["A", "C"]``, ``{"A", "C"}`` or ``"A, C"``; case, order and doubles do
        not matter. A number is recorded as a number, a DataFrame as a table.
    kind : {"choices", "number", "text", "value", "ranking", "function", "table", "prediction", "plan"}
        What is asked; decides how the value is read: letters of options unless said otherwise. A *value* is
        anything of numbers, texts, booleans, lists and dictionaries; a *ranking* a list, best first; a
        *function* is called later, with inputs that the grader has; the others are tables.

    Raises
    ------
    LabkitError
        If the value cannot be read as such an answer; says what was found and what is expected.
    """
    if not isinstance(question, str) or not question.strip():
        raise LabkitError(_('lk.report needs the name of a question first, such as lk.report("q1", q1).'))
    if kind not in KINDS:
        raise LabkitError(
            _("{kind} is not a kind of answer; expected one of: {kinds}.").format(
                kind=repr(kind), kinds=", ".join(KINDS)
            )
        )
    return Report(question, canonical(question, value, kind))


def canonical(question: str, value: Any, kind: str = "choices") -> Any:
    """The one form of an answer: sorted capital letters, a finite number, a stripped text, a table, or None."""
    if kind in wire.READ and not _is_unfilled(value):
        try:
            return wire.READ[kind](value)
        except UnusableError as problem:
            raise LabkitError(
                _(
                    "{question}: found {problem}. Change the answer cell above and run both cells again."
                ).format(question=question, problem=problem)
            ) from None
    if _is_frame(value):
        if kind != "choices":
            raise _unusable(question, value, kind)
        return canonical(question, value, "table")
    if isinstance(value, (list, tuple, set, frozenset)) and not all(map(_is_left_blank, value)):
        if any(map(_is_left_blank, value)):
            raise LabkitError(
                _(
                    "{question}: one of your choices is still blank. Fill it in or take it out, "
                    "and run both cells again."
                ).format(question=question)
            )
    elif is_blank(value):
        return None
    if hasattr(value, "tolist") and not isinstance(value, str):  # NumPy and pandas, without importing them
        value = value.tolist()
    if isinstance(value, str):
        if not value.strip(" _"):
            return None
        return value.strip() if kind == "text" else _letters(question, [value])
    if isinstance(value, bool):
        raise _unusable(question, value)
    if isinstance(value, numbers.Real):
        return _number(question, value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _letters(question, value) if kind != "number" else _only_number(question, value)
    raise _unusable(question, value, kind)


def _is_unfilled(value: Any) -> bool:
    """Whether nothing was put in, or a blank is left in it; a None within a value may be meant."""
    if isinstance(value, list | tuple):
        return any(_is_unfilled(item) for item in value if item is not None)
    if isinstance(value, dict):
        return any(_is_unfilled(item) for item in value.values() if item is not None)
    return value is None or value is Ellipsis or isinstance(value, Blank)


def _is_frame(value: Any) -> bool:
    return type(value).__name__ == "DataFrame"  # without importing pandas


def _is_left_blank(item: Any) -> bool:
    return is_blank(item) if not isinstance(item, str) else bool(item) and not item.strip(" _")


def canonical_text(question: str, value: Any) -> str:
    """An answer in words that are the same in every language, but for a blank."""
    if value is None:
        return _("{question}: not answered").format(question=question)
    return f"{question}: {shown(value)}"


def shown(value: Any) -> str:
    """A recorded value on one line; a table by its shape, its columns and a digest of its content."""
    return wire.in_words(value)


def kept(value: Any) -> Any:
    """What is kept of a recorded value beside a grade: of a table its summary, of anything else all."""
    return wire.summary(value) if is_table(value) else value


def _letters(question: str, items: Iterable[Any]) -> list[str] | None:
    letters = set()
    for item in items:
        if isinstance(item, (list, tuple, set, frozenset)):
            raise LabkitError(
                _(
                    '{question}: found a list in a list; put all letters into one list, such as ["A", "C"].'
                ).format(question=question)
            )
        if not isinstance(item, str):
            raise _unusable(question, item)
        for letter in _split(question, item):
            if not re.fullmatch("[A-Za-z]", letter):
                raise _unusable(question, item)
            letters.add(letter.upper())
    return sorted(letters) or None


def _split(question: str, text: str) -> list[str]:
    """The letters of ``"A, C"``, ``"a;c"``, ``"A C"`` or ``"AC"``."""
    parts = [part for part in re.split(r"[,;/|+&]", text.strip().strip("[](){}")) if part.strip()]
    letters: list[str] = []
    for part in parts:
        words = [word.strip("'\".():") for word in part.split()]
        # In "A e C" the e may be the Portuguese "and" or an option: only the student knows.
        if len(words) > 1 and len({word.isupper() for word in words if word.isalpha()}) > 1:
            raise _unusable(question, text)
        for word in words:
            letters += list(word) if re.fullmatch(r"[A-Z]{2,26}", word) else [word]
    return letters


def _number(question: str, value: numbers.Real) -> int | float:
    if isinstance(value, numbers.Integral):
        return int(value)
    number = float(value)
    if not math.isfinite(number):
        raise LabkitError(
            _("{question}: found {found}; expected a finite number.").format(question=question, found=number)
        )
    return number


def _only_number(question: str, items: Any) -> int | float:
    """The number in a list of one; a list of several, or of something else, is none."""
    (item,) = items if len(items) == 1 else (None,)
    if isinstance(item, numbers.Real) and not isinstance(item, bool):
        return _number(question, item)
    raise _unusable(question, items, "number")


def _unusable(question: str, found: Any, kind: str = "choices") -> LabkitError:
    shown = repr(found) if isinstance(found, (str, int, float, bool)) else type(found).__name__
    if kind in ("number", "text"):
        wanted = _("a number") if kind == "number" else _("a text in quotes")
        return LabkitError(
            _(
                "{question}: found {found}; expected {wanted}. "
                "Change the answer cell above and run both cells again."
            ).format(question=question, found=shown[:80], wanted=wanted)
        )
    return LabkitError(
        _(
            '{question}: found {found}; expected the letters of the options you choose, such as ["A", "C"]. '
            "Change the answer cell above and run both cells again."
        ).format(question=question, found=shown[:80])
    )


def read_answer(question: str) -> Feedback:
    """Look at the form of a written answer, as it was last saved: paragraphs, words, facts cited.

    Parameters
    ----------
    question : str
        Such as ``"q1-why"``.

    Returns
    -------
    Feedback
        What was found and what the form still lacks. The content is for a person to mark.

    Raises
    ------
    LabkitError
        If the notebook has no written question of that name; lists those it has.
    """
    found = _notebook(question)
    if found is None:
        return Feedback(
            "note",
            _(
                "Your notebook was not found on disk, so its text cannot be read. Save it, then run this cell again."
            ),
        )
    file, nb = found
    spec = _question(nb, question)
    text = _answer_text(nb, question, file)
    facts = structure.fact_numbers(_case_dir(file))
    counted = structure.measure(text, facts)
    if counted.blank:
        return Feedback(
            "not answered",
            _(
                "The saved notebook has no text here yet. Write in the cell above, save with Ctrl+S, and run this cell."
            ),
        )
    lacking = structure.missing(counted, structure.Expected.of(spec))
    lines = [_("Found: {counts}.").format(counts=structure.in_words(counted)), *lacking]
    lines += structure.unread_in_words(counted)
    if not lacking:
        lines.append(_("The form is complete. What it says is for your teacher to mark."))
    if NOTEBOOK_VARIABLE not in os.environ and time.time() - file.stat().st_mtime > STALE_SECONDS:
        lines.append(
            _(
                "The notebook was last saved more than a minute ago. If you wrote since, press Ctrl+S and run this cell again."
            )
        )
    return Feedback("note", "\n".join(lines), label=_("Form of your answer"))


def _notebook(question: str) -> tuple[Path, dict[str, Any]] | None:
    """The file this kernel runs for, as saved: what the front end says, else the newest that fits."""
    named = [
        os.environ.get(NOTEBOOK_VARIABLE),
        os.environ.get("JPY_SESSION_NAME"),
        _ipython("__vsc_ipynb_file__"),
    ]
    for name in named:
        if isinstance(name, str) and name.endswith(".ipynb") and (nb := _load(Path(name))) is not None:
            return Path(name), nb
    fitting = []
    for file in Path.cwd().glob("*.ipynb"):
        nb = _load(file)
        if nb is not None and any(_labkit(cell).get("id") == question for cell in nb["cells"]):
            fitting.append((file.stat().st_mtime, file.name, file, nb))
    return max(fitting, key=lambda each: each[:2])[2:] if fitting else None


def _load(file: Path) -> dict[str, Any] | None:
    """A notebook of an assignment, or None for anything else."""
    try:
        nb = json.loads(file.read_text(encoding="utf-8-sig"))
        cells = [cell for cell in nb["cells"] if isinstance(cell, dict)]
        if "assignment" not in nb["metadata"]["labkit"]:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {**nb, "cells": cells}


def _labkit(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    own = metadata.get("labkit") if isinstance(metadata, dict) else None
    return own if isinstance(own, dict) else {}


def _question(nb: dict[str, Any], question: str) -> dict[str, Any]:
    written = {
        _labkit(cell)["id"]: _labkit(cell) for cell in nb["cells"] if _labkit(cell).get("kind") == "text"
    }
    if question not in written:
        raise LabkitError(
            _("This assignment has no written question {question}; it has: {known}.").format(
                question=repr(question), known=", ".join(map(repr, written)) or _("none")
            )
        )
    return written[question]


def _answer_text(nb: dict[str, Any], question: str, file: Path) -> str:
    wanted = f"{nb['metadata']['labkit']['assignment']}-{question}"
    by_id = [cell for cell in nb["cells"] if cell.get("id") == wanted]
    by_copy = [cell for cell in nb["cells"] if _labkit(cell).get("cell") == wanted]
    for cell in by_id or by_copy:
        source = cell.get("source", "")
        return "".join(source) if isinstance(source, list) else str(source)
    raise LabkitError(
        _(
            "The answer cell of {question} is not in {file}. It may have been deleted: undo the deletion, "
            "or take the cell from a fresh copy of the assignment."
        ).format(question=question, file=file.name)
    )


def _case_dir(file: Path) -> Path:
    """The case pack: what the parameters cell says, seen from the working directory, else beside the notebook."""
    named = _ipython("case_dir")
    if isinstance(named, (str, Path)) and Path(named).is_dir():
        return Path(named)
    return file.parent / "case"


def _ipython(name: str) -> Any:
    """A name of the running notebook, or None outside of one."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell.user_ns.get(name) if shell is not None else None
