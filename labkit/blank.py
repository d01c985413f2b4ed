"""The blank a learner fills in."""

from __future__ import annotations

from typing import Any


class Blank:
    """The value of ``____``: an answer that is not there yet.

    It swallows arithmetic, comparison, indexing and calls, and stays blank, so a notebook whose
    exercises are unfilled still runs from top to bottom.
    """

    __array_ufunc__ = None  # NumPy hands the operation to the reflected method below
    __pandas_priority__ = 10_000  # and so does pandas

    def __repr__(self) -> str:
        return "____"

    def __bool__(self) -> bool:
        return False

    def __hash__(self) -> int:
        return 0

    def __iter__(self):
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getattr__(self, name: str) -> Any:
        # Names that start with an underscore are Python's and the notebook's own questions.
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def _stay_blank(self, *_args: Any, **_kwargs: Any) -> Blank:
        return self

    __call__ = __getitem__ = _stay_blank
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _stay_blank
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _stay_blank
    __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __round__ = __invert__ = _stay_blank
    __and__ = __rand__ = __or__ = __ror__ = _stay_blank
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _stay_blank


____ = Blank()


def is_blank(value: Any) -> bool:
    """Whether ``value`` is the blank, is missing, or is a collection with a blank in it."""
    if value is None or value is Ellipsis or isinstance(value, Blank):
        return True
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(is_blank(item) for item in value)
    if isinstance(value, dict):
        return any(is_blank(item) for item in value.values())
    return False
