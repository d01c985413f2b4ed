"""pandera schemas, made from the declarations of :mod:`labkit.data.tables`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.data.loading import find, load, names
from labkit.data.tables import DTYPES, Column
from labkit.errors import LabkitError
from labkit.i18n import _

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema


def schema(name: str) -> DataFrameSchema:
    """Return the pandera schema of a table: columns in order, types, ranges, values, patterns, keys."""
    import pandera.pandas as pa

    table = find(name)
    return pa.DataFrameSchema(
        {column: _column(declared) for column, declared in table.columns.items()},
        strict=True,
        ordered=True,
        unique=list(table.key) or None,
        name=name,
    )


def _column(declared: Column):
    import pandas as pd
    import pandera.pandas as pa

    def value(v):
        return pd.Timestamp(v) if declared.kind == "date" else v

    checks = []
    if declared.low is not None:
        checks.append(pa.Check.ge(value(declared.low)))
    if declared.high is not None:
        checks.append(pa.Check.le(value(declared.high)))
    if declared.values is not None:
        checks.append(pa.Check.isin(list(declared.values)))
    if declared.pattern is not None:
        checks.append(pa.Check.str_matches(f"^(?:{declared.pattern})$"))
    return pa.Column(
        DTYPES[declared.kind] if declared.kind != "text" else pd.StringDtype(na_value=float("nan")),
        checks,
        nullable=declared.nullable,
        unique=declared.unique,
    )


def check(chosen: list[str] | None = None) -> pd.DataFrame:
    """Validate tables in full: checksum, schema, references to other tables.

    Parameters
    ----------
    chosen : list of str, optional
        Tables to check; all, the truth included, by default.

    Returns
    -------
    pandas.DataFrame
        One row a table: table, rows, problem (empty where all is well).
    """
    import pandas as pd
    import pandera.errors

    rows = []
    for name in chosen or names(truth=True):
        problems, count = [], 0
        try:
            frame = load(name)
            count = len(frame)
            schema(name).validate(frame, lazy=True)
            problems = _dangling(name, frame)
        except LabkitError as error:
            problems = [str(error)]
        except pandera.errors.SchemaErrors as error:
            cases = error.failure_cases.drop_duplicates(["column", "check"])
            problems = [
                _("{column}: {rule} fails, for example at {example!r}").format(
                    column=case.column, rule=case.check, example=case.failure_case
                )
                for case in cases.itertuples()
            ]
        rows.append({"table": name, "rows": count, "problem": "; ".join(problems)})
    return pd.DataFrame(rows)


def _dangling(name: str, frame: pd.DataFrame) -> list[str]:
    """Find values that refer to nothing."""
    problems = []
    for column, declared in find(name).columns.items():
        if declared.refers is None:
            continue
        other, _dot, key = declared.refers.rpartition(".")
        lost = ~frame[column].isin(load(other)[key])
        if lost.any():
            problems.append(
                _("{column}: {n} rows refer to no {key} of {other}").format(
                    column=column, n=int(lost.sum()), key=key, other=other
                )
            )
    return problems
