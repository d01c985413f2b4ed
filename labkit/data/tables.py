"""Every table of the course: its file, and for each column the type and the values it may have.

The one list that loading, validation, generation and the tests of the data cards work from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

DTYPES = {"int": "int64", "float": "float64", "text": "str", "bool": "bool", "date": "datetime64[us]"}
"""Kinds of column and the pandas type each is loaded as."""


@dataclass(frozen=True)
class Column:
    """What a column may hold.

    Parameters
    ----------
    kind : str
        int, float, text, bool or date.
    nullable, unique : bool
    low, high : float or str, optional
        Least and greatest value (dates as ISO text).
    values : tuple, optional
        The only values allowed.
    pattern : str, optional
        Regular expression that the whole text matches.
    refers : str, optional
        "table.column" whose values these must be among.
    """

    kind: str
    nullable: bool = False
    unique: bool = False
    low: float | str | None = None
    high: float | str | None = None
    values: tuple | None = None
    pattern: str | None = None
    refers: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: its name for ``lk.load``, its file under ``datasets/``, its columns in order."""

    name: str
    file: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    generated: bool = True


def _id(refers: str | None = None, *, unique: bool = False) -> Column:
    return Column("int", low=1, unique=unique, refers=refers)


def _text(*values: str, nullable: bool = False, pattern: str | None = None) -> Column:
    return Column("text", nullable=nullable, values=values or None, pattern=pattern)


def _money(low: float | None = 0.0, *, nullable: bool = False) -> Column:
    return Column("float", low=low, nullable=nullable)


def _day(low: str = "2024-01-01", high: str = "2025-12-31", *, nullable: bool = False) -> Column:
    return Column("date", low=low, high=high, nullable=nullable)


_SHARE = Column("float", low=0.0, high=1.0)
_FLAG = Column("bool")
_NUMBER = Column("float")
_STATE = _text(pattern="[A-Z]{2}")
_CUSTOMER = _id("customers.customer_id")
_BLANK = _text(nullable=True)
_SOURCES = ("ecommerce", "shop", "clinic", "newsletter")


def _record(letter: str) -> Column:
    return Column("text", unique=True, pattern=letter + r"\d{6}")


_CARAMELO = {
    "customers": (
        "csv",
        ("customer_id",),
        {
            "customer_id": _id(unique=True),
            "name": _text(),
            "birth_date": _day("1938-01-01", "2003-01-01", nullable=True),
            "city": _text(),
            "state": _STATE,
            "acquired_on": _day("2020-01-01"),
            "acquisition_channel": _text(
                "search", "social", "influencers", "shop", "partners", "referral", "organic"
            ),
        },
    ),
    "orders": (
        "parquet",
        ("order_id",),
        {
            "order_id": _id(unique=True),
            "customer_id": _CUSTOMER,
            "ordered_on": _day(),
            "channel": _text("web", "shop", "app"),
            "revenue_brl": _money(),
            "discount_brl": _money(),
            "cost_brl": _money(),
            "margin_brl": _money(None),
        },
    ),
    "plans": (
        "csv",
        ("contract_id",),
        {
            "contract_id": _id(unique=True),
            "customer_id": _CUSTOMER,
            "started_on": _day("2021-07-01"),
            "cancelled_on": _day("2021-07-01", nullable=True),
            "monthly_fee_brl": _money(),
            "monthly_cost_brl": _money(),
        },
    ),
    "campaigns": (
        "csv",
        ("campaign_id",),
        {
            "campaign_id": _id(unique=True),
            "name": _text(),
            "sent_on": _day(),
            "window_days": Column("int", low=1, high=90),
            "goal": _text("retention", "frequency", "win-back"),
            "contact_cost_brl": _money(),
            "offer": _text(),
            "planned_treated_share": _SHARE,
        },
    ),
    "contacts": (
        "parquet",
        ("campaign_id", "customer_id"),
        {
            "campaign_id": _id("campaigns.campaign_id"),
            "customer_id": _CUSTOMER,
            "arm": _text("treated", "control"),
            "delivered": _FLAG,
            "opened": _FLAG,
            "clicked": _FLAG,
            "visited": _FLAG,
            "opted_out": _FLAG,
            "complained": _FLAG,
        },
    ),
    "spend": (
        "csv",
        ("month", "channel", "purpose"),
        {
            "month": _day(),
            "channel": _text(
                "search",
                "social",
                "influencers",
                "shop",
                "partners",
                "team",
                "e-mail",
                "WhatsApp",
                "loyalty programme",
                "retargeting",
            ),
            "purpose": _text("acquisition", "retention"),
            "spend_brl": _money(),
        },
    ),
    "nps": (
        "csv",
        ("answer_id",),
        {
            "answer_id": _id(unique=True),
            "customer_id": _CUSTOMER,
            "answered_on": _day(),
            "score": Column("int", low=0, high=10),
            "survey": _text("relational", "after_contact"),
        },
    ),
    "opportunities": (
        "csv",
        ("opportunity_id",),
        {
            "opportunity_id": _id(unique=True),
            "partner_type": _text("pet_shop", "clinic", "groomer", "breeder"),
            "source": _text("inbound", "referral", "fair", "cold_call", "bought_list"),
            "created_on": _day(),
            "stage": _text("lead", "qualified", "proposal", "contract"),
            "status": _text("open", "won", "lost"),
            "closed_on": _day(nullable=True),
            "monthly_value_brl": _money(nullable=True),
        },
    ),
    "source_ecommerce": (
        "csv",
        ("record_id",),
        {
            "record_id": _record("E"),
            "nome_completo": _text(),
            "cpf": _BLANK,
            "email": _BLANK,
            "celular": _BLANK,
            "data_nascimento": _text(nullable=True, pattern=r"\d{4}-\d{2}-\d{2}"),
            "cep": _text(pattern=r"\d{5}-\d{3}"),
            "endereco": _text(),
            "numero": _text(),
            "complemento": _BLANK,
            "cidade": _text(),
            "uf": _STATE,
            "criado_em": _text(pattern=r"\d{4}-\d{2}-\d{2}"),
        },
    ),
    "source_shop": (
        "csv",
        ("record_id",),
        {
            "record_id": _record("S"),
            "nome": _text(),
            "nr_cpf": _text(nullable=True, pattern=r"\d{1,11}"),
            "fone": _text(nullable=True, pattern=r"\d{10,12}"),
            "dt_nasc": _text(nullable=True, pattern=r"\d{2}/\d{2}/\d{4}"),
            "e_mail": _BLANK,
            "cep": _text(nullable=True, pattern=r"\d{8}"),
            "cidade": _text(),
            "loja": _text(pattern=r"L\d{2}"),
            "dt_cadastro": _text(pattern=r"\d{2}/\d{2}/\d{4}"),
        },
    ),
    "source_clinic": (
        "csv",
        ("record_id",),
        {
            "record_id": _record("C"),
            "tutor_nome": _text(),
            "tutor_sobrenome": _BLANK,
            "cpf_tutor": _BLANK,
            "telefone": _BLANK,
            "nasc": _text(nullable=True, pattern=r"\d{2}/\d{2}/\d{2}"),
            "email_contato": _BLANK,
            "endereco": _text(),
            "municipio": _text(pattern=r"[^/]+/[A-Z]{2}"),
            "pet": _text(),
            "especie": _text("cão", "gato"),
            "primeira_visita": _text(pattern=r"\d{2}/\d{2}/\d{4}"),
        },
    ),
    "source_newsletter": (
        "csv",
        ("record_id",),
        {
            "record_id": _record("N"),
            "email": _text(),
            "nome": _BLANK,
            "origem": _text("rodapé do site", "pop-up", "sorteio", "feira"),
            "inscrito_em": _text(pattern=r"\d{4}-\d{2}-\d{2}"),
        },
    ),
    "truth/identity": (
        "csv",
        ("source", "record_id"),
        {
            "source": _text(*_SOURCES),
            "record_id": _text(pattern=r"[ESCN]\d{6}"),
            "person_id": _id("truth/people.person_id"),
        },
    ),
    "truth/people": (
        "parquet",
        ("person_id",),
        {
            "person_id": _id(unique=True),
            "customer_id": Column("int", low=0),
            "household_id": _id(),
            "name": _text(),
            "birth_date": _day("1938-01-01", "2003-01-01"),
            "cpf": Column("text", unique=True, pattern=r"00\d{9}"),
            "twin_of": Column("int", low=0),
            "homonym_of": Column("int", low=0),
            "junior_of": Column("int", low=0),
            "prospect": _FLAG,
            "channel_type": _text("online", "shop", "both", "clinic"),
            "satisfaction": _NUMBER,
            "tolerance": _NUMBER,
            "price_sensitivity": _NUMBER,
            "purchase_rate": _money(),
            "dropout": _SHARE,
            "regular": _FLAG,
            "mean_spend_brl": _money(),
            "plan_churn": _SHARE,
        },
    ),
    "truth/effects": (
        "parquet",
        ("campaign_id", "customer_id"),
        {
            "campaign_id": _id("campaigns.campaign_id"),
            "customer_id": _CUSTOMER,
            "uplift_group": _text("persuadable", "sure thing", "lost cause", "sleeping dog"),
            "visited_control": _FLAG,
            "visited_treated": _FLAG,
            "bought_control": _FLAG,
            "bought_treated": _FLAG,
            "margin_control_brl": _money(None),
            "margin_treated_brl": _money(None),
        },
    ),
}

TABLES: dict[str, Table] = {
    name: Table(name, f"caramelo/{name}.{suffix}", columns, key)
    for name, (suffix, key, columns) in _CARAMELO.items()
}
TABLES["cdnow"] = Table(
    "cdnow",
    "cdnow/cdnow.csv",
    {
        "customer_id": Column("int", low=1, high=2357),
        "date": _day("1997-01-01", "1998-06-30"),
        "quantity": Column("int", low=1),
        "dollars": _money(),
    },
    generated=False,
)
TABLES["email_test"] = Table(
    "email_test",
    "email_test/arms.csv",
    {
        "arm": _text("men's e-mail", "women's e-mail", "no e-mail"),
        "bought_womens": _text("all", "yes", "no"),
        "customers": Column("int", low=1),
        "visited": Column("int", low=0),
        "converted": Column("float", nullable=True, low=0),
        "mean_spend_usd": _money(nullable=True),
        "sd_spend_usd": _money(nullable=True),
    },
    key=("arm", "bought_womens"),
    generated=False,
)


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return ``frame`` with the columns, order and types of ``table``; blank texts become missing.

    Raises
    ------
    KeyError
        If a declared column is not there.
    """
    frame = frame[list(table.columns)].reset_index(drop=True)
    types = {name: DTYPES[column.kind] for name, column in table.columns.items()}
    frame = frame.astype(types)
    for name, column in table.columns.items():
        if column.kind == "text" and column.nullable:
            frame[name] = frame[name].mask(frame[name] == "")
    return frame
