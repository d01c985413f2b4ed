"""Imports and starts without what only a person at a prompt needs, which takes a quarter of their time.

A submission is graded with nobody there to read help or to step through its code. Left out are the debugger of
a kernel, numpy's wrapper of Fortran, which scipy imports with all of numpy, and the documentation that scipy and
matplotlib put together when they are imported (of functions that share a parameter, of every artist's ``set``).
What the functions do is the same. Where a later version of these packages has other insides, nothing is left out.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

_DEBUGGER, _FORTRAN = "debugpy", "f2py"


@contextlib.contextmanager
def imports() -> Iterator[None]:
    """Within the block, imports write no documentation, and find no debugger; afterwards all is there."""
    with contextlib.ExitStack() as stack:
        if _DEBUGGER not in sys.modules:
            sys.modules[_DEBUGGER] = None  # type: ignore[assignment]  # which is how an import is told to fail
            stack.callback(sys.modules.pop, _DEBUGGER)
        with contextlib.suppress(ImportError):
            numpy = importlib.import_module("numpy")
            if _FORTRAN not in vars(numpy):
                setattr(numpy, _FORTRAN, ModuleType(f"numpy.{_FORTRAN}"))
                stack.callback(delattr, numpy, _FORTRAN)
        for module, (name, method, quick) in _QUICK.items():
            with contextlib.suppress(ImportError, AttributeError, KeyError):
                owner = getattr(importlib.import_module(module), name)
                before = owner.__dict__[method]
                setattr(owner, method, quick(before))
                stack.callback(setattr, owner, method, before)
        yield


@contextlib.contextmanager
def start() -> Iterator[None]:
    """Within the block, ipykernel sees no module when it notes for its debugger what each one's file is.

    Looking at them all would copy half the pages that a fork shares with its preloader.
    """
    from ipykernel import ipkernel

    ipkernel.sys = SimpleNamespace(**{**vars(sys), "modules": {}})
    try:
        yield
    finally:
        ipkernel.sys = sys


def _without_text(before: Any) -> Any:
    """A reader of docstrings that finds each of them empty."""

    def read_nothing(self: Any, _docstring: str, *rest: Any, **named: Any) -> None:
        before(self, "", *rest, **named)

    return read_nothing


def _not_at_all(_before: Any) -> Any:
    return classmethod(lambda cls: None)


_QUICK = {
    "scipy._lib._docscrape": ("NumpyDocString", "__init__", _without_text),
    "matplotlib.artist": ("Artist", "_update_set_signature_and_docstring", _not_at_all),
}
"""By module, the method that writes documentation, and what makes another of it that does not."""
