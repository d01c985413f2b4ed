"""Answers as data: what may leave a notebook, in one canonical form, within limits.

Plain values travel as JSON, tables as :mod:`labkit.exercises.tabular` has them. Nothing is ever pickled.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from typing import Any

from labkit.exercises.tabular import (
    MOST_TEXT,
    TABLE,
    UnusableError,
    digest,
    has_form,
    is_table,
    label,
    pack_table,
    text_within,
)
from labkit.i18n import _

TABLES = ("table", "prediction", "plan")
"""Kinds of answers that are tables."""

MOST_ITEMS = 20_000
"""Values in a list or a dictionary, those inside it included."""

MOST_DEEP = 6
"""Lists in lists."""


# --- in the notebook: from what a student has to data -----------------------------------------------------


def plain(value: Any, deep: int = MOST_DEEP) -> Any:
    """Return a value as JSON can hold it: numbers, texts, booleans, None, lists, dictionaries; and tables.

    Sets become sorted lists, tuples lists, NumPy's and pandas' values Python's own.

    Raises
    ------
    UnusableError
        If it is something else; says what was found.
    """
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.DataFrame | pd.Series):
        return pack_table(value)
    if isinstance(value, pd.Timestamp | np.datetime64) and not pd.isna(value):
        return pd.Timestamp(value).isoformat()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | str):
        return text_within(value) if isinstance(value, str) else bool(value)
    if isinstance(value, numbers.Integral):
        return _whole(int(value))
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    if deep == 0:
        raise UnusableError(
            _("lists in lists more than {most} deep; expected at most that").format(most=MOST_DEEP)
        )
    if isinstance(value, np.ndarray | pd.Index | pd.api.extensions.ExtensionArray):
        value = value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(
            (plain(item, deep - 1) for item in value), key=lambda item: (str(type(item)), str(item))
        )
    if isinstance(value, list | tuple):
        _few(len(value))
        return [plain(item, deep - 1) for item in value]
    if isinstance(value, Mapping):
        _few(len(value))
        return {label(name): plain(item, deep - 1) for name, item in value.items()}
    raise UnusableError(
        _("an object of type {type}; expected a number, a text, a list, a dictionary or a table").format(
            type=type(value).__name__
        )
    )


# --- on the other side ------------------------------------------------------------------------------------


def _as_table(value: Any) -> Any:
    """A table as data; a dictionary is a column by id."""
    import pandas as pd

    if isinstance(value, dict) and value:
        value = pd.Series(value)
    if not isinstance(value, pd.DataFrame | pd.Series):
        raise UnusableError(
            _("{found}; expected a table (DataFrame or Series)").format(found=_type_in_words(value))
        )
    return plain(value)


def _as_ranking(value: Any) -> list[Any]:
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.Series | pd.Index | np.ndarray):
        value = value.tolist()
    if not isinstance(value, list | tuple):
        raise UnusableError(_("{found}; expected a list, the best first").format(found=_type_in_words(value)))
    items = plain(value)
    if not all(isinstance(item, str | int) and not isinstance(item, bool) for item in items):
        raise UnusableError(_("a list of something else; expected names or whole numbers, the best first"))
    twice = [item for place, item in enumerate(items) if item in items[:place]] if len(items) < 2000 else []
    if twice:
        raise UnusableError(
            _("{item} twice in the list; expected each once").format(item=repr(twice[0])[:80])
        )
    return items


def _as_function(value: Any) -> dict[str, Any]:
    if not callable(value):
        raise UnusableError(_("{found}; expected a function").format(found=_type_in_words(value)))
    return {"function": True}


"""How a value of a kind is read; the other kinds are letters, numbers and texts."""


def _type_in_words(value: Any) -> str:
    return _("an object of type {type}").format(type=type(value).__name__)


READ: dict[str, Callable[[Any], Any]] = {
    "value": plain,
    "ranking": _as_ranking,
    "function": _as_function,
    **dict.fromkeys(TABLES, _as_table),
}
"""How a value of a kind is read; the other kinds are letters, numbers and texts."""


def acceptable(value: Any, deep: int = MOST_DEEP) -> bool:
    """Whether a value that came out is plain data within the limits; tables in it are not looked into."""
    return _acceptable(value, deep, [MOST_ITEMS])


def _acceptable(value: Any, deep: int, left: list[int]) -> bool:
    left[0] -= 1
    if left[0] < 0:
        return False
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return len(value) <= MOST_TEXT
    if isinstance(value, int | float):
        return -1e300 < value < 1e300
    if is_table(value):
        return has_form(value)
    if deep == 0:
        return False
    if isinstance(value, list):
        return all(_acceptable(item, deep - 1, left) for item in value)
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and len(name) <= 200 and _acceptable(item, deep - 1, left)
        for name, item in value.items()
    )


# --- in words ---------------------------------------------------------------------------------------------


def summary(value: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a table beside a grade: its shape and a hash of its content, not the content."""
    said = value[TABLE]
    head = {name: said[name] for name in ("columns", "index", "types", "series", "rows")}
    return {TABLE: {**head, "sha256": digest(value)}}


def in_words(value: Any) -> str:
    """A value as a reader sees it: the same text for the same value, in every language."""
    if is_table(value):
        said = value[TABLE]
        content = said.get("sha256") or digest(value)
        names = [name or "index" for name in said["index"]] + said["columns"]
        shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        return f"{said['rows']} × {len(names)} ({shown}) #{content[:12]}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {in_words(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    return str(value)


def _whole(number: int) -> int:
    if abs(number) >= 2**63:
        raise UnusableError(_("a whole number of more than 64 bits"))
    return number


def _few(found: int) -> None:
    if found > MOST_ITEMS:
        raise UnusableError(
            _("a list of {found} values; expected at most {most}, or a table").format(
                found=found, most=MOST_ITEMS
            )
        )
