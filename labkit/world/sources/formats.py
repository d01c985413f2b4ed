"""How each system writes the same facts: column names, cases, masks and date formats of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from labkit.world import letters, lists
from labkit.world.documents import plain
from labkit.world.parameters import Sources

CPF, CEP = "###.###.###-##", "#####-###"
PHONE, PHONE_SHORT = "(##) #####-####", "## ##### ####"
"""Masks: ``01310100`` becomes ``01310-100``."""


def ecommerce(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Web and app accounts: typed by the customer, masks half the time, dates as YYYY-MM-DD."""
    place = lists.places()
    n = len(records)
    lower = rng.random(n) < 0.08
    flat = records["flat"]
    return _table(
        nome_completo=letters.where(lower, pc.utf8_lower(letters.arrow(records["name"])), records["name"]),
        cpf=letters.restamp(records["cpf"], rng.random(n) < 0.6, CPF),
        email=records["email"],
        celular=letters.restamp(records["phone"], rng.random(n) < 0.7, PHONE),
        data_nascimento=_dates(records["birth"], "ymd", "####-##-##"),
        cep=letters.restamp(records["cep"], np.ones(n, dtype=bool), CEP),
        endereco=records["street"],
        numero=records["number"],
        complemento=letters.where(letters.equal(flat, ""), "", letters.join("apto ", flat)),
        cidade=letters.pick(place["city"], records["place"].to_numpy()),
        uf=letters.pick(place["state"], records["place"].to_numpy()),
        criado_em=_dates(records["created"], "ymd", "####-##-##"),
    )


def shop(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Loyalty card: capitals without accents, CPF kept as a number (leading zeros lost), DD/MM/YYYY."""
    n = len(records)
    address = rng.random(n) < 0.55
    birth = _dates(records["birth"], "dmy", "##/##/####")
    placeholder = records["birth"].isna().to_numpy() & (rng.random(n) < p.birth_placeholder)
    place = records["place"].to_numpy()
    return _table(
        nome=pc.utf8_upper(letters.arrow(records["name"])),
        nr_cpf=pc.utf8_ltrim(letters.arrow(records["cpf"]), characters="0"),
        fone=records["phone"],
        dt_nasc=letters.where(placeholder, "01/01/1900", birth),
        e_mail=records["email"],
        cep=letters.where(address, records["cep"], ""),
        cidade=letters.pick([plain(city).upper() for city in lists.places()["city"]], place),
        loja=letters.stamp("L##", letters.digits((place * 7 + rng.integers(0, 3, n)) % 60 + 1, 2)),
        dt_cadastro=_dates(records["created"], "dmy", "##/##/####"),
    )


def clinic(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Clinic register: given name and surname apart, two-digit years, one line of address, the pet's name."""
    place = lists.places()
    n = len(records)
    first, rest = letters.split_first(records["name"])
    town = [f"{city}/{state}" for city, state in zip(place["city"], place["state"], strict=True)]
    flat = letters.where(letters.equal(records["flat"], ""), "", letters.join(" ap ", records["flat"]))
    short = letters.by_word(records["street"], _short_street)
    street = letters.where(rng.random(n) < 0.5, short, records["street"])
    return _table(
        tutor_nome=first,
        tutor_sobrenome=rest,
        cpf_tutor=letters.restamp(records["cpf"], np.ones(n, dtype=bool), CPF),
        telefone=letters.restamp(records["phone"], rng.random(n) < 0.5, PHONE_SHORT),
        nasc=_dates(records["birth"], "dmY", "##/##/##"),
        email_contato=records["email"],
        endereco=letters.join(street, ", ", records["number"], flat),
        municipio=letters.pick(town, records["place"].to_numpy()),
        pet=letters.pick(PETS, rng.choice(len(PETS), n, p=lists.by_rank(len(PETS), 0.5))),
        especie=letters.where(rng.random(n) < 0.68, "cão", letters.pick(["gato"], np.zeros(n, dtype=int))),
        primeira_visita=_dates(records["created"], "dmy", "##/##/####"),
    )


def newsletter(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Newsletter form: an e-mail and mostly a first name."""
    n = len(records)
    only_first = rng.random(n) < 0.82
    blank = rng.random(n) < 0.04
    name = letters.where(only_first, letters.split_first(records["name"])[0], records["name"])
    upper = rng.random(n) < 0.15
    origins = ("rodapé do site", "pop-up", "sorteio", "feira")
    return _table(
        email=letters.where(upper, pc.utf8_upper(letters.arrow(records["email"])), records["email"]),
        nome=letters.where(blank, "", name),
        origem=letters.pick(origins, rng.choice(4, n, p=[0.46, 0.31, 0.15, 0.08])),
        inscrito_em=_dates(records["created"], "ymd", "####-##-##"),
    )


FORMATS = {"ecommerce": ecommerce, "shop": shop, "clinic": clinic, "newsletter": newsletter}

PETS = (
    "Mel", "Thor", "Luna", "Bob", "Nina", "Amora", "Caramelo", "Belinha", "Bidu", "Pipoca", "Tobias",
    "Simba", "Lola", "Frajola", "Maya", "Pretinha", "Billy", "Jade", "Max", "Kiara", "Toddy", "Paçoca",
    "Theo", "Meg", "Fred", "Cacau", "Tico", "Princesa", "Farofa", "Zeca", "Malu", "Pingo", "Bolinha",
    "Chico", "Estrela", "Floquinho", "Pandora", "Scooby", "Duque", "Mia",
)  # fmt: skip


def _table(**columns: letters.Texts) -> pd.DataFrame:
    return pd.DataFrame({name: letters.column(texts) for name, texts in columns.items()})


def _dates(dates: pd.Series, order: str, pattern: str) -> pa.Array:
    """Write dates; ``order`` is of d, m, y (four digits) and Y (two); missing ones are empty."""
    day = dates.to_numpy().astype("datetime64[D]")
    there = ~np.isnat(day)
    day = day[there]
    month, year = day.astype("datetime64[M]"), day.astype("datetime64[Y]")
    parts = {
        "d": letters.digits((day - month.astype("datetime64[D]")).astype(int) + 1, 2),
        "m": letters.digits((month - year.astype("datetime64[M]")).astype(int) + 1, 2),
        "y": letters.digits(year.astype(int) + 1970, 4),
    }
    parts["Y"] = parts["y"][:, 2:]
    written = letters.stamp(pattern, np.column_stack([parts[part] for part in order]))
    return letters.replace(letters.pick([""], np.zeros(len(there), dtype=int)), there, written)


def _short_street(street: str) -> str:
    for long, short in (("Rua", "R."), ("Avenida", "Av."), ("Travessa", "Tv."), ("Alameda", "Al.")):
        if street.startswith(long + " "):
            return short + street[len(long) :]
    return street
