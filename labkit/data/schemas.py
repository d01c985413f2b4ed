"""pandera schemas, made from the declarations of :mod:`labkit.data.tables`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from labkit.data.loading import find, load, names
from labkit.data.tables import Column, company, dtype, partners, texts
from labkit.errors import LabkitError
from labkit.i18n import _

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema


def _adds_up(f: pd.DataFrame) -> pd.Series:
    return (f["revenue_brl"] - f["cost_brl"] - f["margin_brl"]).abs() < 0.005


def _only_delivered(f: pd.DataFrame) -> pd.Series:
    reaction = f["opened"] | f["opted_out"] | f["complained"]
    return (f["delivered"] | ~reaction) & (f["opened"] | ~f["clicked"])


def _group_follows(f: pd.DataFrame) -> pd.Series:
    pairs = {"persuadable": (0, 1), "sure thing": (1, 1), "lost cause": (0, 0), "sleeping dog": (1, 0)}
    expected = f["uplift_group"].map(pairs)
    return expected == list(
        zip(f["bought_control"].astype(int), f["bought_treated"].astype(int), strict=True)
    )


def _orders_known(f: pd.DataFrame) -> pd.Series:
    return f["order_id"].isna() | (f["customer_id"].notna() & f["added_to_cart"])


def _line_adds_up(f: pd.DataFrame) -> pd.Series:
    value = f["quantity"] * f["unit_price_brl"]
    return (value - f["discount_brl"] - f["line_brl"]).abs() < 0.0051


RULES: dict[str, dict[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "orders": {"margin is revenue minus cost": _adds_up},
    "plans": {"cancelled after the start": lambda f: ~(f["cancelled_on"] <= f["started_on"])},
    "contacts": {
        "control is not delivered": lambda f: ~(f["delivered"] & (f["arm"] == "control")),
        "only what is delivered is opened, only what is opened clicked": _only_delivered,
    },
    "opportunities": {
        "closed after creation": lambda f: ~(f["closed_on"] < f["created_on"]),
        "closed unless open": lambda f: f["closed_on"].isna() == (f["status"] == "open"),
        "won with a contract": lambda f: (f["status"] == "won") == (f["stage"] == "contract"),
        "valued from qualified on": lambda f: f["monthly_value_brl"].isna() == (f["stage"] == "lead"),
    },
    "sends": {"only what is delivered is opened, only what is opened clicked": _only_delivered},
    "web_sessions": {"who orders is known, with a basket": _orders_known},
    "loyalty": {
        "points come with earning and go otherwise": lambda f: (f["points"] > 0) == (f["kind"] == "earn"),
        "value only where points are redeemed": lambda f: (f["value_brl"] > 0) == (f["kind"] == "redeem"),
    },
    "touchpoints": {
        "a customer's number only after a purchase": lambda f: f["customer_id"].notna() == f["converted"]
    },
    "order_items": {"paid is quantity times price minus discount": _line_adds_up},
    "price_history": {"asked is at most the list price": lambda f: f["price_brl"] <= f["list_price_brl"]},
    "stock": {"lost only when sold out": lambda f: (f["lost_sales"] == 0) | (f["on_hand"] == 0)},
    "supplier_deliveries": {
        "ordered before it is promised": lambda f: f["ordered_on"] < f["promised_on"],
        "never early": lambda f: f["delivered_on"] >= f["promised_on"],
    },
    "clinic_visits": {
        "what a contract covers is free": lambda f: (
            f["covered_by_contract_id"].isna() | (f["charged_brl"] == 0)
        )
    },
    "truth/effects": {"the group follows from both futures": _group_follows},
}
"""What must hold across the columns of a row, by table."""
RULES |= partners.RULES | company.RULES | texts.RULES


def schema(name: str) -> DataFrameSchema:
    """Return the pandera schema of a table: columns in order, types, ranges, values, patterns, keys, rules."""
    import pandera.pandas as pa

    table = find(name)
    return pa.DataFrameSchema(
        {column: _column(declared) for column, declared in table.columns.items()},
        strict=True,
        ordered=True,
        checks=[pa.Check(rule, name=text, error=text) for text, rule in RULES.get(name, {}).items()],
        unique=list(table.key) or None,
        name=name,
    )


def _column(declared: Column):
    import pandas as pd
    import pandera.pandas as pa

    def value(v):
        return pd.Timestamp(v) if declared.kind in {"date", "time"} else v

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
        dtype(declared) if declared.kind != "text" else pd.StringDtype(na_value=float("nan")),
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


def verify(chosen: list[str] | None = None) -> list[str]:
    """Validate tables in full and say so, one line a table.

    Raises
    ------
    LabkitError
        If something is not as declared; the message lists every table that has a problem.
    """
    report = check(chosen)
    bad = report[report["problem"] != ""]
    if len(bad):
        raise LabkitError("\n".join(f"{row.table}: {row.problem}" for row in bad.itertuples()))
    return [
        _("{table}: {rows:,} rows, as declared").format(table=r.table, rows=r.rows)
        for r in report.itertuples()
    ]


def _dangling(name: str, frame: pd.DataFrame) -> list[str]:
    """Find values that refer to nothing."""
    problems = []
    for column, declared in find(name).columns.items():
        if declared.refers is None:
            continue
        other, _dot, key = declared.refers.rpartition(".")
        lost = frame[column].notna() & ~frame[column].isin(load(other)[key])
        if lost.any():
            problems.append(
                _("{column}: {n} rows refer to no {key} of {other}").format(
                    column=column, n=int(lost.sum()), key=key, other=other
                )
            )
    return problems
