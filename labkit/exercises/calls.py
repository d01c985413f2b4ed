"""What cells do that a grader puts below a student's: call a function with inputs, hand a reference on.

An author's key holds a cell that gives the inputs, made of the key's own data::

    from labkit.exercises.calls import inputs
    inputs("q5", churn_rate, [(orders, 90), (orders, 180)])

Only data goes in and comes out: each call gets its inputs made anew from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.errors import LabkitError
from labkit.exercises import wire
from labkit.exercises.answers import MIME
from labkit.exercises.tabular import UnusableError, is_table, read_table
from labkit.i18n import _, ngettext

MOST_CALLS = 500


@dataclass(frozen=True)
class Calls:
    """What came of calling a function, as it is recorded."""

    question: str
    value: dict[str, Any]

    def __repr__(self) -> str:
        n = len(self.value["results"])
        return ngettext("{question}: called {n} time", "{question}: called {n} times", n).format(
            question=self.question, n=n
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), MIME: {"question": self.question, "value": self.value}}


def inputs(question: str, function: Callable[..., Any], cases: Iterable[Any]) -> Calls:
    """Say with which inputs a student's function is to be called; the last expression of a cell of a key.

    Parameters
    ----------
    question : str
        Such as ``"q5"``.
    function : callable
        The key's own, whose results are the reference.
    cases : iterable
        One a call: a tuple of arguments, a dictionary of named ones, or the only argument. Numbers, texts,
        lists, dictionaries, DataFrames and Series.

    Raises
    ------
    LabkitError
        If an input, or what the key's function gives for it, cannot be made data of.
    """
    try:
        packed = [_packed(case) for case in cases]
    except UnusableError as problem:
        raise LabkitError(
            _("{question}: an input is {problem}.").format(question=question, problem=problem)
        ) from None
    if not 1 <= len(packed) <= MOST_CALLS:
        raise LabkitError(
            _("{question}: {found} inputs; expected 1 to {most}.").format(
                question=question, found=len(packed), most=MOST_CALLS
            )
        )
    results = _called(function, packed)
    for result in results:
        if "unusable" in result:
            raise LabkitError(
                _("{question}: the key's function gives {problem}.").format(
                    question=question, problem=result["unusable"]
                )
            )
    return Calls(question, {"inputs": packed, "results": results})


def call(question: str, function: Callable[..., Any], packed: str) -> Calls:
    """Call a function once for each of some packed inputs; an error ends that call only."""
    return Calls(question, {"results": _called(function, json.loads(packed))})


def reference(packed: str) -> Any:
    """A reference answer, to go on from."""
    return unpacked(json.loads(packed))


def unpacked(value: Any) -> Any:
    """Data as objects again: a table as the DataFrame or the Series that it was."""
    if is_table(value):
        return _frame(value)
    if isinstance(value, Mapping):
        return {name: unpacked(item) for name, item in value.items()}
    return [unpacked(item) for item in value] if isinstance(value, list) else value


def _frame(value: Any) -> Any:
    import pandas as pd

    frame, levels = read_table(value)
    for name in frame.columns:
        frame[name] = _usual(frame[name])
    if levels:
        levels = [_usual(level) for level in levels]
        frame.index = (
            pd.Index(levels[0]) if len(levels) == 1 else pd.MultiIndex.from_arrays(levels)
        ).set_names([level.name for level in levels])
    return frame.iloc[:, 0] if value["table"]["series"] else frame


def _usual(column: Any) -> Any:
    """A column of the types that a student has met: whole numbers without holes as int64."""
    kind = str(column.dtype)
    if kind == "Int64":
        return column.astype("float64" if column.isna().any() else "int64")
    return column.astype("bool") if kind == "boolean" and not column.isna().any() else column


def _packed(case: Any) -> dict[str, Any]:
    if isinstance(case, tuple):
        return {"args": [wire.plain(each) for each in case]}
    if isinstance(case, Mapping) and all(isinstance(name, str) and name.isidentifier() for name in case):
        return {"kwargs": {name: wire.plain(each) for name, each in case.items()}}
    return {"args": [wire.plain(case)]}


def _called(function: Callable[..., Any], packed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_result(function, case) for case in packed]


def _result(function: Callable[..., Any], case: Mapping[str, Any]) -> dict[str, Any]:
    try:
        given = unpacked(case.get("args", [])), unpacked(case.get("kwargs", {}))
        value = function(*given[0], **given[1])
    except Exception as error:
        return {"error": type(error).__name__[:100]}
    try:
        return {"value": wire.plain(value)}
    except Exception as problem:
        return {"unusable": str(problem)[:200]}
