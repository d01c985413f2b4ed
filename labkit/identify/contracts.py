"""Contracts: what a source has promised to deliver, so that a changed feed is caught and not swallowed.

A source's next export may lack a column, rename it, or write dates the American way. Nothing breaks then:
the phones are simply blank from that month on. A contract (a pandera schema) is checked before anything is
loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _, ngettext

if TYPE_CHECKING:
    from pandera.pandas import Column, DataFrameSchema

TOLERANCE = 0.05
"""A column of which a larger share of the values does not fit has changed its format. Below, they are slips."""

SHOWN = 3
"""Rows named for each broken promise."""


@dataclass(frozen=True)
class Rule:
    """What a column promises. Everything is text; a blank breaks no rule but `required`.

    Attributes
    ----------
    pattern : str or None
        Regular expression that each whole value matches.
    date_format : str or None
        As in ``datetime.strptime``; each value is such a date.
    values : tuple of str
        The only values allowed; any if empty.
    required : bool
        No blanks.
    unique : bool
        No value twice.
    """

    pattern: str | None = None
    date_format: str | None = None
    values: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False

    def __str__(self) -> str:
        """What the rule expects, in words."""
        said = []
        if self.pattern:
            said.append(_("the form {pattern}").format(pattern=self.pattern))
        if self.date_format:
            said.append(_("a date as {format}").format(format=self.date_format))
        if self.values:
            said.append(_("one of {values}").format(values=", ".join(self.values)))
        if self.required:
            said.append(_("no blank"))
        if self.unique:
            said.append(_("no value twice"))
        return "; ".join(said) or _("any text")


ANY = Rule()


@dataclass(frozen=True)
class Contract:
    """The columns that a source has promised, each with its rule, and the share of slips that is put up with."""

    source: str
    columns: Mapping[str, Rule]
    tolerance: float = TOLERANCE

    def schema(self) -> DataFrameSchema:
        """The contract as a pandera schema: columns that must be there, others reported, values checked."""
        from pandera.pandas import DataFrameSchema

        columns = {name: _column(rule) for name, rule in self.columns.items()}
        return DataFrameSchema(columns, strict=True, name=self.source)


@dataclass(frozen=True)
class Findings:
    """Where a table keeps its contract, and where not.

    Attributes
    ----------
    source : str
    rows : int
        Rows checked.
    missing, unexpected : tuple of str
        Columns promised and not there; there and not promised.
    values : DataFrame of shape (n, 4)
        ``row`` (label of the row), ``column``, ``value``, ``expected``: values that break a rule.
    changed : dict of str to float
        Columns of which more than the tolerance breaks a rule → the share that does.
    """

    source: str
    rows: int
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    values: pd.DataFrame = field(repr=False)
    changed: dict[str, float] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether the table may be loaded: no column is missing, and none has changed its format."""
        return not self.missing and not self.changed

    def lines(self) -> list[str]:
        """What was found, a sentence each, with rows and columns named."""
        said = []
        if self.missing:
            said.append(
                _("{source}: columns missing: {columns}.").format(
                    source=self.source, columns=", ".join(self.missing)
                )
            )
        if self.unexpected:
            said.append(
                _("{source}: columns that nobody promised: {columns}.").format(
                    source=self.source, columns=", ".join(self.unexpected)
                )
            )
        for (column, expected), broken in self.values.groupby(["column", "expected"], sort=False):
            examples = "; ".join(
                _("row {row}: {value}").format(row=row, value=repr(None if pd.isna(value) else value))
                for row, value in broken[["row", "value"]].head(SHOWN).itertuples(index=False)
            )
            said.append(
                ngettext(
                    "{source}, column {column}: {n} value of {rows} rows is not what was promised ({expected}): {examples}.",
                    "{source}, column {column}: {n} values of {rows} rows are not what was promised ({expected}): {examples}.",
                    len(broken),
                ).format(
                    source=self.source,
                    column=column,
                    n=f"{len(broken):,}",
                    rows=f"{self.rows:,}",
                    expected=expected,
                    examples=examples,
                )
            )
        return said


def check(table: pd.DataFrame, contract: Contract) -> Findings:
    """Compare a table with its contract.

    Parameters
    ----------
    table : DataFrame
        As exported, every column text; its index labels the rows (1, 2, … in what :mod:`labkit.identify.intake` reads).
    contract : Contract

    Returns
    -------
    Findings
        Never raises for what is in the table: whoever calls decides what to do with it.
    """
    from pandera.errors import SchemaErrors

    missing = tuple(column for column in contract.columns if column not in table)
    unexpected = tuple(column for column in table.columns if column not in contract.columns)
    present = [column for column in contract.columns if column in table]
    schema = contract.schema().select_columns(present)
    try:
        schema.validate(table[present], lazy=True)
        values = pd.DataFrame({name: [] for name in ("row", "column", "value", "expected")})
    except SchemaErrors as errors:
        cases = errors.failure_cases
        cases = cases[cases["index"].notna()].drop_duplicates(["column", "index"])
        expected = {column: str(contract.columns[column]) for column in cases["column"].unique()}
        values = pd.DataFrame(
            {
                "row": cases["index"].astype(table.index.dtype),
                "column": cases["column"],
                "value": cases["failure_case"].astype("str"),
                "expected": cases["column"].map(expected),
            }
        ).sort_values(["column", "row"], kind="stable", ignore_index=True)
    broken = values.groupby("column").size()
    known = table[present].notna().sum()
    changed = {}
    for column in broken.index:
        rule = contract.columns[column]
        share = broken[column] / (len(table) if rule.required else known[column])
        if (
            share > contract.tolerance and not rule.unique
        ):  # a number twice is the row's fault, not the column's
            changed[column] = float(share)
    return Findings(contract.source, len(table), missing, unexpected, values, changed)


def require(table: pd.DataFrame, contract: Contract) -> Findings:
    """Compare a table with its contract, and refuse it if a column is missing or has changed its format.

    Raises
    ------
    LabkitError
        Naming the columns, the rows, what was found and what was promised.
    """
    findings = check(table, contract)
    if not findings.kept:
        raise LabkitError(
            "\n".join(
                [
                    _("{source} does not keep its contract; nothing of it was loaded.").format(
                        source=contract.source
                    ),
                    *("  " + line for line in findings.lines()),
                    _(
                        "Ask whoever exports it what has changed. If the change is meant to stay, change the "
                        "description of the source, and load it again."
                    ),
                ]
            )
        )
    return findings


def _column(rule: Rule) -> Column:
    from pandera.pandas import Check, Column

    checks = []
    if rule.pattern:
        checks.append(Check(_matches(rule.pattern), name="pattern"))
    if rule.date_format:
        checks.append(Check(_dates(rule.date_format), name="date"))
    if rule.values:
        checks.append(Check.isin(rule.values))
    return Column(checks=checks, nullable=not rule.required, unique=rule.unique)


def _matches(pattern: str):
    return lambda column: column.str.fullmatch(pattern)


def _dates(date_format: str):
    return lambda column: pd.to_datetime(column, format=date_format, errors="coerce").notna()


_DAY = "%d/%m/%Y"
CONTRACTS = {
    "ecommerce": Contract(
        "ecommerce",
        {
            "record_id": Rule(r"E\d{6,8}", required=True, unique=True),
            "nome_completo": Rule(required=True),
            "cpf": Rule(r"[\d.-]{3,14}"),
            "email": Rule(r"[^@\s]+@[^@\s]+"),
            "celular": Rule(r"[\d ()+-]{8,20}"),
            "data_nascimento": Rule(date_format="%Y-%m-%d"),
            "cep": Rule(r"\d{5}-\d{3}"),
            "endereco": ANY,
            "numero": Rule(r"\d+"),
            "complemento": ANY,
            "cidade": ANY,
            "uf": Rule(r"[A-Z]{2}"),
            "criado_em": Rule(date_format="%Y-%m-%d", required=True),
        },
    ),
    "shop": Contract(
        "shop",
        {
            "record_id": Rule(r"S\d{6,8}", required=True, unique=True),
            "nome": Rule(required=True),
            "nr_cpf": Rule(r"\d{1,11}"),
            "fone": Rule(r"\d{10,12}"),
            "dt_nasc": Rule(date_format=_DAY),
            "e_mail": Rule(r"[^@\s]+@[^@\s]+"),
            "cep": Rule(r"\d{8}"),
            "cidade": ANY,
            "loja": Rule(r"L\d{2,3}"),
            "dt_cadastro": Rule(date_format=_DAY, required=True),
        },
    ),
    "clinic": Contract(
        "clinic",
        {
            "record_id": Rule(r"C\d{6,8}", required=True, unique=True),
            "tutor_nome": Rule(required=True),
            "tutor_sobrenome": ANY,
            "cpf_tutor": Rule(r"\d{3}\.\d{3}\.\d{3}-\d{2}"),
            "telefone": Rule(r"[\d ()+-]{8,20}"),
            "nasc": Rule(date_format="%d/%m/%y"),
            "email_contato": Rule(r"[^@\s]+@[^@\s]+"),
            "endereco": ANY,
            "municipio": Rule(r"[^/]+/[A-Z]{2}"),
            "pet": ANY,
            "especie": Rule(values=("cão", "gato")),
            "primeira_visita": Rule(date_format=_DAY, required=True),
        },
    ),
    "newsletter": Contract(
        "newsletter",
        {
            "record_id": Rule(r"N\d{6,8}", required=True, unique=True),
            "email": Rule(r"[^@\s]+@[^@\s]+"),
            "nome": ANY,
            "origem": ANY,
            "inscrito_em": Rule(date_format="%Y-%m-%d", required=True),
        },
    ),
}
"""What the four systems of Caramelo have promised."""
