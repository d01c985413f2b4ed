"""The four source systems, each with its own schema, and who each record truly is."""

from __future__ import annotations

from labkit.data.tables.declare import BLANK, SOURCES, STATE, Column, caramelo, identifier, text


def record(letter: str) -> Column:
    return Column("text", unique=True, pattern=letter + r"\d{6,8}")


TABLES = caramelo(
    {
        "source_ecommerce": (
            "csv",
            ("record_id",),
            {
                "record_id": record("E"),
                "nome_completo": text(),
                "cpf": BLANK,
                "email": BLANK,
                "celular": BLANK,
                "data_nascimento": text(nullable=True, pattern=r"\d{4}-\d{2}-\d{2}"),
                "cep": text(pattern=r"\d{5}-\d{3}"),
                "endereco": text(),
                "numero": text(),
                "complemento": BLANK,
                "cidade": text(),
                "uf": STATE,
                "criado_em": text(pattern=r"\d{4}-\d{2}-\d{2}"),
            },
        ),
        "source_shop": (
            "csv",
            ("record_id",),
            {
                "record_id": record("S"),
                "nome": text(),
                "nr_cpf": text(nullable=True, pattern=r"\d{1,11}"),
                "fone": text(nullable=True, pattern=r"\d{10,12}"),
                "dt_nasc": text(nullable=True, pattern=r"\d{2}/\d{2}/\d{4}"),
                "e_mail": BLANK,
                "cep": text(nullable=True, pattern=r"\d{8}"),
                "cidade": text(),
                "loja": text(pattern=r"L\d{2}"),
                "dt_cadastro": text(pattern=r"\d{2}/\d{2}/\d{4}"),
            },
        ),
        "source_clinic": (
            "csv",
            ("record_id",),
            {
                "record_id": record("C"),
                "tutor_nome": text(),
                "tutor_sobrenome": BLANK,
                "cpf_tutor": BLANK,
                "telefone": BLANK,
                "nasc": text(nullable=True, pattern=r"\d{2}/\d{2}/\d{2}"),
                "email_contato": BLANK,
                "endereco": text(),
                "municipio": text(pattern=r"[^/]+/[A-Z]{2}"),
                "pet": text(),
                "especie": text("cão", "gato"),
                "primeira_visita": text(pattern=r"\d{2}/\d{2}/\d{4}"),
            },
        ),
        "source_newsletter": (
            "csv",
            ("record_id",),
            {
                "record_id": record("N"),
                "email": text(),
                "nome": BLANK,
                "origem": text("rodapé do site", "pop-up", "sorteio", "feira"),
                "inscrito_em": text(pattern=r"\d{4}-\d{2}-\d{2}"),
            },
        ),
        "truth/identity": (
            "csv",
            ("source", "record_id"),
            {
                "source": text(*SOURCES),
                "record_id": text(pattern=r"[ESCN]\d{6,8}"),
                "person_id": identifier("truth/people.person_id"),
            },
        ),
    }
)
