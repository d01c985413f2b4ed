"""Caramelo, a fictional Brazilian pet company, generated from a seed.

``generate`` makes every table in memory, ``write`` puts them in a folder, ``write_course_base`` makes the
files of ``datasets/caramelo``. What is assumed is in :mod:`labkit.world.parameters`.
"""

from __future__ import annotations

import importlib

_WHERE = {
    "World": "build",
    "generate": "build",
    "course": "build",
    "write": "files",
    "write_course_base": "files",
    "write_world": "export",
    "Parameters": "parameters",
    "describe": "parameters",
    "stream": "streams",
    "COURSE_SEED": "constants",
    "COURSE_PEOPLE": "constants",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str):
    """Import on first use: ``import labkit.world`` alone loads neither pandas nor SciPy."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
