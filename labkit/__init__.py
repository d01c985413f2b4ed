"""labkit: the helper package of CRM Labs. In a notebook: ``import labkit as lk``.

A notebook uses a dozen names; each is loaded when it is first used, so importing labkit costs little.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from labkit.blank import ____
from labkit.errors import LabkitError

__version__ = "0.1.0"

# nbformat brings jsonschema, which builds grammars of international addresses and of durations at its import, for a
# second or two, to check what no notebook has. Where they are not to be had, jsonschema leaves those checks out.
for _grammar in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(_grammar, None)

_WHERE = {
    "begin": "labkit.begin",
    "load": "labkit.data",
    "card": "labkit.data",
    "check": "labkit.exercises.check",
    "hint": "labkit.exercises.check",
    "solution": "labkit.exercises.check",
    "progress": "labkit.exercises.progress",
    "compare": "labkit.exercises.predict",
    "decide": "labkit.exercises.predict",
    "report": "labkit.exercises.answers",
    "read_answer": "labkit.exercises.answers",
    "show": "labkit.plots",
    "COLOURS": "labkit.plots",
}

__all__ = ["LabkitError", "____", *_WHERE]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        value = getattr(importlib.import_module(_WHERE[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'labkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
