"""The files of Patavina, the customer base that Caramelo buys, and who is who in them."""

from __future__ import annotations

from labkit.data.tables.declare import (
    BLANK,
    FLAG,
    STATE,
    Column,
    caramelo,
    day,
    identifier,
    moment,
    text,
    whole,
)

ANY_RECORD = Column("text", pattern=r"[ATK]\d{5,7}")


def _record(letter: str) -> Column:
    return Column("text", unique=True, pattern=letter + r"\d{5,7}")


TABLES = caramelo(
    {
        "bought_app": (
            "csv",
            ("record_id",),
            {
                "record_id": _record("A"),
                "nome": text(),
                "cpf": BLANK,
                "nascimento": BLANK,
                "celular": BLANK,
                "email": BLANK,
                "cep": BLANK,
                "rua": BLANK,
                "numero": BLANK,
                "complemento": BLANK,
                "cidade": text(),
                "uf": STATE,
                "situacao": text("A", "I", "F", "T"),
                "criado_em": text(pattern=r"\d{4}-\d{2}-\d{2}"),
                "origem": text("app", "web", "mig"),
            },
        ),
        "bought_till": (
            "csv",
            ("record_id",),
            {
                "record_id": _record("T"),
                "cliente": text(),
                "doc": text(nullable=True, pattern=r"\d{1,11}"),
                "fone": text(nullable=True, pattern=r"\d{9,11}"),
                "nasc": text(nullable=True, pattern=r"\d{2}/\d{2}/\d{4}"),
                "e_mail": BLANK,
                "cep": text(nullable=True, pattern=r"\d{7,8}"),
                "cidade": text(),
                "loja": text(pattern=r"P0\d"),
                "obs": BLANK,
                "cadastro": text(pattern=r"\d{2}/\d{2}/\d{4}"),
            },
        ),
        "bought_clinics": (
            "csv",
            ("record_id",),
            {
                "record_id": _record("K"),
                "parceiro": text(pattern=r"K\d{2}"),
                "tutor": text(),
                "cpf_responsavel": BLANK,
                "telefone": BLANK,
                "email": BLANK,
                "nascimento": text(nullable=True, pattern=r"\d{2}/\d{2}/\d{2}"),
                "endereco": text(),
                "cep": text(pattern=r"\d{8}"),
                "municipio": text(pattern=r"[^/]+/[A-Z]{2}"),
                "vinculo": text("avulso", "titular", "dependente"),
                "pet": text(),
                "primeira_consulta": text(pattern=r"\d{2}/\d{2}/\d{4}"),
            },
        ),
        "bought_consents": (
            "csv",
            (),
            {
                "record": ANY_RECORD,
                "at": moment("2018-03-01"),
                "purpose": text("marketing", "reminders"),
                "channel": text("email", "whatsapp"),
                "action": text("grant", "revoke"),
            },
        ),
        "bought_optouts": (
            "csv",
            ("protocolo",),
            {
                "protocolo": Column("text", unique=True, pattern=r"SAC\d{4,6}"),
                "contato": text(),
                "pedido": text("não enviar e-mail", "não enviar WhatsApp", "não enviar nada"),
                "recebido_em": text(pattern=r"\d{2}/\d{2}/\d{4}"),
            },
        ),
        "truth/bought_people": (
            "csv",
            ("person_id",),
            {
                "person_id": identifier(unique=True),
                "household_id": identifier(),
                "name": text(),
                "birth_date": day("1930-01-01"),
                "cpf": text(pattern=r"\d{11}"),
                "dead": FLAG,
            },
        ),
        "truth/bought_records": (
            "csv",
            ("record",),
            {
                "record": Column("text", unique=True, pattern=r"[ATK]\d{5,7}"),
                "person_id": whole(),
                "registered_on": day("2018-03-01"),
                "cpf": text(nullable=True, pattern=r"\d{11}"),
                "birth_date": day("1900-01-01", nullable=True),
                "phone": text(nullable=True, pattern=r"\+55\d{11}"),
                "email": BLANK,
                "cep": text(nullable=True, pattern=r"\d{8}"),
            },
        ),
    }
)
