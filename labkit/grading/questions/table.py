"""Questions whose answer is a table: which rows and columns are asked, in what order, how exactly.

The rules:

rows
    ``any``: in any order; ``same``: in the key's.
columns
    ``any`` or ``same``, likewise.
index
    ``columns``: an index with a name is as good as a column of that name, and one that only numbers rows
    does not matter; ``same``: it must be the key's; ``ignore``.
dtypes
    ``loose``: 3 is 3.0, and a date may be its text; ``same``.
extra
    ``wrong``: a column that was not asked for takes its share away; ``allowed``.
key
    The columns that say which row is which. Their own content earns nothing.
tolerance, relative_tolerance
    Of numbers; one for all, or by column.
credit
    ``cells``, ``rows`` or ``columns``: the share of these that is right; ``all``: all or nothing.
credit_from
    The share up to which there are no points: what guessing brings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Any

from labkit.exercises.tabular import has_form, read_table
from labkit.grading.notes import Note, note
from labkit.grading.questions.rules import amount, names, one_of, tolerance
from labkit.grading.questions.score import Rules, Score, Source, counted, lifted

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DECLARED = {
    "rows": one_of("any", "same"),
    "columns": one_of("any", "same"),
    "index": one_of("columns", "same", "ignore"),
    "dtypes": one_of("loose", "same"),
    "extra": one_of("wrong", "allowed"),
    "key": names(),
    "tolerance": tolerance(),
    "relative_tolerance": tolerance(),
    "credit": one_of("rows", "cells", "columns", "all"),
    "credit_from": amount(most=0.99),
}
_INDEX = "index level "


def defaults() -> dict[str, Any]:
    return {name: rule.default for name, rule in DECLARED.items()}


def score(rules: Rules, answer: Any, right: Any, source: Source | None = None) -> Score:
    """Judge a packed table by another.

    Raises
    ------
    UnusableError
        If the answer is not what ``lk.report`` makes of a table.
    """
    found, asked, said = _framed(answer, right, rules)
    missing = [name for name in asked.columns if name not in found.columns]
    extra = [name for name in found.columns if name not in asked.columns]
    if missing:
        said.append(note("columns missing", n=len(missing)))
    if extra and rules["extra"] == "wrong":
        said.append(note("columns extra", names=_listed(extra)))
    wrong = _wrong_form(found, asked, rules, said)
    pairs = _paired(found, asked, rules)
    if len(found) != len(asked):
        said.append(note("rows found", found=len(found)))
    good = {
        name: _right_cells(found, asked, name, pairs, rules)
        for name in asked.columns
        if name not in missing and name not in wrong
    }
    most = max(len(asked), len(found))
    share, told = _share(rules, list(asked.columns), good, most)
    if extra and rules["extra"] == "wrong":
        share *= asked.shape[1] / (asked.shape[1] + len(extra))
    perfect = share == 1.0 and len(found) == len(asked)
    if rules["credit"] == "all":
        return Score(float(perfect), tuple(said))
    return Score(1.0 if perfect else lifted(share, rules["credit_from"]), (*told, *said))


def _share(
    rules: Rules, columns: list[str], good: Mapping[str, np.ndarray], most: int
) -> tuple[float, tuple[Note, ...]]:
    """The share that is right, by cells, rows or columns; `most`: rows of the longer table."""
    import numpy as np

    values = [name for name in columns if name not in rules["key"]]
    if most == 0:
        return (1.0 if len(good) == len(columns) else 0.0), ()
    if rules["credit"] == "cells" and values:
        right, of = sum(int(good[name].sum()) for name in values if name in good), most * len(values)
        return right / of, counted("cells right", right, of)
    if rules["credit"] == "columns" and values:
        right = sum(name in good and int(good[name].sum()) == most for name in values)
        return right / len(values), counted("columns right", right, len(values))
    whole = (
        np.logical_and.reduce([good[name] for name in columns]) if len(good) == len(columns) else np.zeros(1)
    )
    right = int(whole.sum())
    return right / most, counted("rows right", right, most)


# --- bringing both into one form --------------------------------------------------------------------------


def _framed(answer: Any, right: Any, rules: Rules) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """Both tables with their index as the rule has it, a Series under the name that is asked."""
    found, levels = read_table(answer)
    asked, right_levels = read_table(right)
    said: list[Note] = []
    if right["table"]["series"] and found.shape[1] == 1:
        found.columns = list(asked.columns)
    if rules["index"] == "same":
        same = [level.name for level in levels] == [level.name for level in right_levels]
        if not same:
            said.append(note("index differs"))
        for frame, each in ((asked, right_levels), (found, levels if same else [])):
            for n, level in enumerate(each):
                frame.insert(n, f"{_INDEX}{n}", level.array)
    elif rules["index"] == "columns":
        _index_as_columns(asked, right_levels, [])
        _index_as_columns(found, levels, [name for name in asked.columns if name not in found.columns])
    if right["table"]["series"]:  # the name of a Series is not asked
        lacking = [name for name in asked.columns if name not in found.columns]
        more = [name for name in found.columns if name not in asked.columns]
        if len(lacking) == len(more) == 1:
            found = found.rename(columns={more[0]: lacking[0]})
    return found, asked, said


def _index_as_columns(frame: pd.DataFrame, levels: list, lacking: list[str]) -> None:
    """Put the levels of an index in front as columns; one without a name takes a name that is lacking."""
    import pandas as pd

    taken = {level.name for level in levels}
    lacking = [name for name in lacking if name not in taken]
    place = 0
    for level in levels:
        name = level.name
        if name is None:
            if lacking:
                name = lacking.pop(0)
            elif pd.api.types.is_integer_dtype(level.dtype):
                continue  # numbers of rows, shuffled or filtered
            else:
                name = "index"
        if name not in frame.columns:
            frame.insert(place, name, level.array)
            place += 1


def _wrong_form(found: pd.DataFrame, asked: pd.DataFrame, rules: Rules, said: list[Note]) -> set[str]:
    """Columns that count as wrong for their place or their type."""
    wrong: set[str] = set()
    if rules["columns"] == "same":
        theirs = [name for name in found.columns if name in asked.columns]
        ours = [name for name in asked.columns if name in found.columns]
        moved = {one for one, other in zip(ours, theirs, strict=True) if one != other}
        if moved:
            said.append(note("columns order"))
        wrong |= moved
    if rules["dtypes"] == "same":
        other = [
            name
            for name in asked.columns
            if name in found.columns and _kind(found[name]) != _kind(asked[name])
        ]
        if other:
            said.append(note("columns type", names=_listed(other)))
        wrong |= set(other)
    return wrong


def _kind(column: pd.Series) -> str:
    import pandas as pd

    types, kind = pd.api.types, column.dtype
    if types.is_bool_dtype(kind):
        return "bool"
    if types.is_integer_dtype(kind):
        return "int"
    if types.is_float_dtype(kind):
        return "float"
    return "time" if types.is_datetime64_dtype(kind) else "text"


# --- which row is which -----------------------------------------------------------------------------------


def _paired(found: pd.DataFrame, asked: pd.DataFrame, rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    """Places of rows in the answer and in the key that are to be held against each other."""
    import numpy as np

    if rules["rows"] == "same":
        least = np.arange(min(len(found), len(asked)))
        return least, least
    there = [name for name in asked.columns if name in found.columns]
    keys = [name for name in there if name in rules["key"]]
    if not rules["key"]:
        keys = [name for name in there if _kind(asked[name]) != "float"]
    needed = rules["key"] or [name for name in asked.columns if _kind(asked[name]) != "float"]
    if needed and not keys:
        return np.zeros(0, int), np.zeros(0, int)
    rest = [name for name in there if name not in keys]
    one, other = _places(found, asked, keys, rest), _places(asked, asked, keys, rest)
    pairs = [pair for key, places in one.items() for pair in zip(places, other.get(key, ()), strict=False)]
    return tuple(np.array(pairs, int).reshape(-1, 2).T)


def _places(
    frame: pd.DataFrame, asked: pd.DataFrame, keys: list[str], rest: list[str]
) -> dict[tuple, list[int]]:
    """Places of each key's rows, in the order of what else they hold."""
    import numpy as np

    others = [_comparable(frame[name], asked[name]) for name in rest]
    numbers = [values for values in others if values.dtype == float]
    order = np.lexsort(numbers[::-1]) if numbers else np.arange(len(frame))
    key_columns = []
    for name in keys:
        values = _comparable(frame[name], asked[name])[order]
        values = np.round(values, 9) + 0.0 if values.dtype == float else values
        key_columns.append([None if value != value else value for value in values.tolist()])
    places: dict[tuple, list[int]] = defaultdict(list)
    for place, key in zip(
        order.tolist(), zip(*key_columns, strict=True) if keys else repeat(()), strict=False
    ):
        places[key].append(place)
    return places


def _comparable(column: pd.Series, asked: pd.Series) -> np.ndarray:
    """A column as the one that is asked: texts, or numbers (of a time, microseconds); None and NaN for the rest."""
    import numpy as np
    import pandas as pd

    wanted, kind = _kind(asked), _kind(column)
    if wanted == "text":
        if kind != "text":
            return np.full(len(column), None, dtype=object)
        values = column.to_numpy(dtype=object)
        return np.where(pd.isna(values), None, values)
    if wanted == "time" and kind == "text":
        column, kind = pd.to_datetime(column, errors="coerce", format="ISO8601"), "time"
    if (kind == "time") != (wanted == "time") or kind == "text":
        return np.full(len(column), np.nan)
    if wanted == "time":
        if getattr(column.dtype, "tz", None) is not None:
            column = column.dt.tz_localize(None)
        micros = column.astype("datetime64[us]")
        return np.where(micros.isna(), np.nan, micros.to_numpy().astype("int64").astype(float))
    return column.to_numpy(float, na_value=np.nan)


def _right_cells(
    found: pd.DataFrame, asked: pd.DataFrame, name: str, pairs: tuple[np.ndarray, np.ndarray], rules: Rules
) -> np.ndarray:
    """Which of the paired cells of a column are right."""
    import numpy as np

    one = _comparable(found[name], asked[name])[pairs[0]]
    other = _comparable(asked[name], asked[name])[pairs[1]]
    # What is missing in the column itself, not what could not be read as its type.
    hole, empty = found[name].isna().to_numpy()[pairs[0]], asked[name].isna().to_numpy()[pairs[1]]
    if other.dtype == object:
        same = one == other
    else:
        limit = np.maximum(
            _of(rules["tolerance"], name), _of(rules["relative_tolerance"], name) * np.abs(other)
        )
        slack = 0.0 if _kind(asked[name]) == "time" else 1e-9 * np.abs(other)
        same = np.abs(one - other) <= np.maximum(limit * (1 + 1e-9), slack)
    return np.where(empty, hole, same).astype(bool)


def _of(limit: Any, name: str) -> float:
    return float(limit.get(name, 0.0)) if isinstance(limit, Mapping) else float(limit)


def _listed(columns: list[str], most: int = 5) -> str:
    shown = ", ".join(name[:40] for name in columns[:most])
    return shown if len(columns) <= most else f"{shown} … ({len(columns)})"


def acceptable(value: Any) -> bool:
    return has_form(value)
