"""Every table of the course: its file, and for each column the type and the values it may have.

The one list that loading, validation, generation and the tests of the data cards work from. Tables are
declared in groups, one module a group.
"""

from __future__ import annotations

from labkit.data.tables import bought, company, contact, core, goods, partners, real, service, sources, texts
from labkit.data.tables.declare import DTYPES, Column, Table, conform, dtype

GROUPS = (core, contact, goods, service, sources, partners, company, texts, bought, real)
"""Modules that declare tables, in the order in which tables are listed."""

TABLES: dict[str, Table] = {name: table for group in GROUPS for name, table in group.TABLES.items()}

__all__ = ["DTYPES", "GROUPS", "TABLES", "Column", "Table", "conform", "dtype"]
