"""The course's data: ``load("orders")``, ``card("orders")``, checksums, schemas.

Files lie in ``datasets/`` beside the package, or where ``LABKIT_DATASETS`` says.
"""

from __future__ import annotations

from labkit.data.loading import Card, card, load, names
from labkit.data.places import datasets_dir

__all__ = ["Card", "card", "check", "datasets_dir", "load", "names", "restore", "schema", "verify"]


def __getattr__(name: str):
    """Reach for pandera and the generator only when they are asked for."""
    if name in {"schema", "check", "verify"}:
        from labkit.data import schemas

        return getattr(schemas, name)
    if name == "restore":
        from labkit.data.restoring import restore

        return restore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
