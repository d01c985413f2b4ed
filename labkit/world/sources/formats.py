"""How each system writes the same facts: column names, cases, masks and date formats of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world import lists
from labkit.world.documents import plain
from labkit.world.parameters import Sources


def ecommerce(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Web and app accounts: typed by the customer, masks half the time, dates as YYYY-MM-DD."""
    place = lists.places()
    n = len(records)
    lower = rng.random(n) < 0.08
    return pd.DataFrame(
        {
            "nome_completo": [v.lower() if low else v for v, low in zip(records["name"], lower, strict=True)],
            "cpf": _masked(records["cpf"], rng.random(n) < 0.6, cpf_mask),
            "email": records["email"],
            "celular": _masked(records["phone"], rng.random(n) < 0.7, phone_mask),
            "data_nascimento": _dates(records["birth"], "{2:04d}-{1:02d}-{0:02d}"),
            "cep": _masked(records["cep"], np.ones(n, dtype=bool), cep_mask),
            "endereco": records["street"],
            "numero": records["number"],
            "complemento": ["apto " + f if f else "" for f in records["flat"]],
            "cidade": place["city"][records["place"].to_numpy()],
            "uf": place["state"][records["place"].to_numpy()],
            "criado_em": _dates(records["created"], "{2:04d}-{1:02d}-{0:02d}"),
        }
    )


def shop(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Loyalty card: capitals without accents, CPF kept as a number (leading zeros lost), DD/MM/YYYY."""
    place = lists.places()
    n = len(records)
    address = rng.random(n) < 0.55
    birth = _dates(records["birth"], "{0:02d}/{1:02d}/{2:04d}")
    placeholder = records["birth"].isna().to_numpy() & (rng.random(n) < p.birth_placeholder)
    return pd.DataFrame(
        {
            "nome": [v.upper() for v in records["name"]],
            "nr_cpf": [v.lstrip("0") for v in records["cpf"]],
            "fone": records["phone"],
            "dt_nasc": np.where(placeholder, "01/01/1900", birth),
            "e_mail": records["email"],
            "cep": np.where(address, records["cep"], ""),
            "cidade": [plain(c).upper() for c in place["city"][records["place"].to_numpy()]],
            "loja": [f"L{k:02d}" for k in (records["place"].to_numpy() * 7 + rng.integers(0, 3, n)) % 60 + 1],
            "dt_cadastro": _dates(records["created"], "{0:02d}/{1:02d}/{2:04d}"),
        }
    )


def clinic(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Clinic register: given name and surname apart, two-digit years, one line of address, the pet's name."""
    place = lists.places()
    n = len(records)
    split = [v.partition(" ") for v in records["name"]]
    city = place["city"][records["place"].to_numpy()]
    state = place["state"][records["place"].to_numpy()]
    flat = np.array([f" ap {f}" if f else "" for f in records["flat"]], dtype=object)
    short = np.array([_short_street(s) for s in records["street"]], dtype=object)
    street = np.where(rng.random(n) < 0.5, short, records["street"])
    pets = np.array(PETS, dtype=object)
    return pd.DataFrame(
        {
            "tutor_nome": [first for first, _, _ in split],
            "tutor_sobrenome": [rest for _, _, rest in split],
            "cpf_tutor": _masked(records["cpf"], np.ones(n, dtype=bool), cpf_mask),
            "telefone": _masked(records["phone"], rng.random(n) < 0.5, phone_mask_short),
            "nasc": _dates(records["birth"], "{0:02d}/{1:02d}/{3:02d}"),
            "email_contato": records["email"],
            "endereco": street + ", " + records["number"].to_numpy(dtype=object) + flat,
            "municipio": city + "/" + state,
            "pet": pets[rng.choice(len(pets), n, p=lists.by_rank(len(pets), 0.5))],
            "especie": np.where(rng.random(n) < 0.68, "cão", "gato").astype(object),
            "primeira_visita": _dates(records["created"], "{0:02d}/{1:02d}/{2:04d}"),
        }
    )


def newsletter(records: pd.DataFrame, p: Sources, rng: np.random.Generator) -> pd.DataFrame:
    """Newsletter form: an e-mail and mostly a first name."""
    n = len(records)
    only_first = rng.random(n) < 0.82
    blank = rng.random(n) < 0.04
    names = [
        v.partition(" ")[0] if first else v for v, first in zip(records["name"], only_first, strict=True)
    ]
    upper = rng.random(n) < 0.15
    return pd.DataFrame(
        {
            "email": [e.upper() if u else e for e, u in zip(records["email"], upper, strict=True)],
            "nome": np.where(blank, "", np.array(names, dtype=object)),
            "origem": np.array(["rodapé do site", "pop-up", "sorteio", "feira"], dtype=object)[
                rng.choice(4, n, p=[0.46, 0.31, 0.15, 0.08])
            ],
            "inscrito_em": _dates(records["created"], "{2:04d}-{1:02d}-{0:02d}"),
        }
    )


FORMATS = {"ecommerce": ecommerce, "shop": shop, "clinic": clinic, "newsletter": newsletter}

PETS = [
    "Mel",
    "Thor",
    "Luna",
    "Bob",
    "Nina",
    "Amora",
    "Caramelo",
    "Belinha",
    "Bidu",
    "Pipoca",
    "Tobias",
    "Simba",
    "Lola",
    "Frajola",
    "Maya",
    "Pretinha",
    "Billy",
    "Jade",
    "Max",
    "Kiara",
    "Toddy",
    "Paçoca",
    "Theo",
    "Meg",
    "Fred",
    "Cacau",
    "Tico",
    "Princesa",
    "Farofa",
    "Zeca",
    "Malu",
    "Pingo",
    "Bolinha",
    "Chico",
    "Estrela",
    "Floquinho",
    "Pandora",
    "Scooby",
    "Duque",
    "Mia",
]


def cpf_mask(v: str) -> str:
    """``00012345678`` becomes ``000.123.456-78``."""
    return f"{v[:3]}.{v[3:6]}.{v[6:9]}-{v[9:]}"


def cep_mask(v: str) -> str:
    """``01310100`` becomes ``01310-100``."""
    return f"{v[:5]}-{v[5:]}"


def phone_mask(v: str) -> str:
    """``11901234567`` becomes ``(11) 90123-4567``."""
    return f"({v[:2]}) {v[2:7]}-{v[7:]}"


def phone_mask_short(v: str) -> str:
    """``11901234567`` becomes ``11 90123 4567``."""
    return f"{v[:2]} {v[2:7]} {v[7:]}"


def _masked(values: pd.Series, where: np.ndarray, mask) -> list[str]:
    return [mask(v) if v and m else v for v, m in zip(values, where, strict=True)]


def _dates(dates: pd.Series, pattern: str) -> np.ndarray:
    """Format dates by day {0}, month {1}, year {2}, two-digit year {3}; missing ones are empty."""
    d = pd.DatetimeIndex(dates)
    there = ~d.isna()
    parts = zip(d.day[there], d.month[there], d.year[there], d.year[there] % 100, strict=True)
    text = np.full(len(d), "", dtype=object)
    text[there] = [pattern.format(*(int(x) for x in p)) for p in parts]
    return text


def _short_street(street: str) -> str:
    for long, short in (("Rua", "R."), ("Avenida", "Av."), ("Travessa", "Tv."), ("Alameda", "Al.")):
        if street.startswith(long + " "):
            return short + street[len(long) :]
    return street
