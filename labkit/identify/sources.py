"""Several source systems, one table of records to match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify import standardise as to

FIELDS = ("name", "first", "last", "suffix", "cpf", "birth_date", "phone", "email", "cep", "address", "city")
"""What is known of a record for matching; blank where a source does not ask it."""


@dataclass(frozen=True)
class SourceLayout:
    """Where a source system keeps what matching needs.

    Attributes
    ----------
    name : tuple of str
        Columns that make up the full name, in order.
    cpf, birth_date, phone, email, cep, street, number, city : str or None
        Column of each, None where the system does not ask it. Without `number`, `street` is a whole line of
        address with the number after a comma.
    date_format : str
        How the system writes dates, as in ``datetime.strptime``.
    record_id : str
        Column with the system's own number of the record.
    """

    name: tuple[str, ...]
    cpf: str | None = None
    birth_date: str | None = None
    phone: str | None = None
    email: str | None = None
    cep: str | None = None
    street: str | None = None
    number: str | None = None
    city: str | None = None
    date_format: str = "%Y-%m-%d"
    record_id: str = "record_id"

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that the source must have."""
        single = (
            self.cpf,
            self.birth_date,
            self.phone,
            self.email,
            self.cep,
            self.street,
            self.number,
            self.city,
        )
        return (self.record_id, *self.name, *(column for column in single if column))


CARAMELO = {
    "ecommerce": SourceLayout(
        name=("nome_completo",),
        cpf="cpf",
        birth_date="data_nascimento",
        phone="celular",
        email="email",
        cep="cep",
        street="endereco",
        number="numero",
        city="cidade",
    ),
    "shop": SourceLayout(
        name=("nome",),
        cpf="nr_cpf",
        birth_date="dt_nasc",
        phone="fone",
        email="e_mail",
        cep="cep",
        city="cidade",
        date_format="%d/%m/%Y",
    ),
    "clinic": SourceLayout(
        name=("tutor_nome", "tutor_sobrenome"),
        cpf="cpf_tutor",
        birth_date="nasc",
        phone="telefone",
        email="email_contato",
        street="endereco",
        city="municipio",
        date_format="%d/%m/%y",
    ),
    "newsletter": SourceLayout(name=("nome",), email="email"),
}
"""The four systems of Caramelo."""


def stack_sources(
    tables: Mapping[str, pd.DataFrame],
    layouts: Mapping[str, SourceLayout] | None = None,
    latest_birth: str | pd.Timestamp | None = "2025-12-31",
) -> pd.DataFrame:
    """Put the records of several systems, standardised, into one table.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Source name → its records as exported, every column text.
    layouts : mapping of str to SourceLayout, optional
        Source name → where it keeps what; Caramelo's four by default.
    latest_birth : str or Timestamp
        Last day of the data: nobody was born later. By default the last day of Caramelo's history.

    Returns
    -------
    DataFrame of shape (n_records, 12)
        Indexed by ``record``, such as ``shop:S000017``, in the order given; columns ``source`` and
        :data:`FIELDS`.

    Raises
    ------
    LabkitError
        If a source has no layout, lacks a column, or holds a record id twice or none.
    """
    layouts = CARAMELO if layouts is None else layouts
    latest = None if latest_birth is None else pd.Timestamp(latest_birth)
    stacked = []
    for source, table in tables.items():
        if source not in layouts:
            raise LabkitError(
                _("The source {found} has no layout. Layouts: {known}.").format(
                    found=repr(source), known=", ".join(map(repr, layouts))
                )
            )
        stacked.append(_standardise(source, table, layouts[source], latest))
    return pd.concat(stacked)


def _standardise(
    source: str, table: pd.DataFrame, layout: SourceLayout, latest: pd.Timestamp | None
) -> pd.DataFrame:
    lacking = [column for column in layout.columns if column not in table.columns]
    if lacking:
        raise LabkitError(
            _("The source {source} lacks the columns {lacking}. It has: {found}.").format(
                source=repr(source), lacking=", ".join(lacking), found=", ".join(map(str, table.columns))
            )
        )
    ids = table[layout.record_id].astype("str")
    if ids.isna().any() or ids.duplicated().any():
        row = int((ids.isna() | ids.duplicated()).to_numpy().argmax())
        raise LabkitError(
            _("The source {source} has the record id {id} in row {row}, missing or there before.").format(
                source=repr(source), id=ids.iloc[row], row=row + 1
            )
        )
    table = table.set_axis(pd.Index(source + ":" + ids, name="record"), axis=0)
    blank = pd.Series(None, index=table.index, dtype="str")

    def column(name: str | None) -> pd.Series:
        return table[name].astype("str") if name else blank

    first, *more = (table[part].astype("str").fillna("") for part in layout.name)
    full_name = first.str.cat(more, sep=" ") if more else first
    result = to.names(full_name)
    result.insert(0, "source", source)
    result["cpf"] = to.cpf(column(layout.cpf))
    result["birth_date"] = to.birth_date(column(layout.birth_date), layout.date_format, latest)
    result["phone"] = to.phone(column(layout.phone))
    result["email"] = to.email(column(layout.email))
    result["cep"] = to.cep(column(layout.cep))
    number = column(layout.number) if layout.number else None
    result["address"] = to.street_address(column(layout.street), number)
    result["city"] = to.city(column(layout.city))
    return result
