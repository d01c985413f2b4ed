"""How Patavina's systems wrote it down, and what went wrong on the way.

Planted here, in the app: an older app's accounts came over one column too far to the right; who has no e-mail address got
one of two that stand for none; tests were never taken out. At the tills: CPF and CEP are numbers, so leading zeros are
lost; who gave no phone got the shop's; P02 has a cashier's CPF where there was none; P03 has the pet's name, and the tutor
in a note; P05 writes the month first; P06 leaves the city's area code out; sales at the counter have a card of
their own. At the partners: K02, K05 and K11 give their own phone and address for everybody; K04 and K10 write
1 January 1980 for a date not asked; K07 to K09 write the surname first.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world import letters, lists
from labkit.world.bought.told import NO_BIRTH_AT, PARTNERS, SHOPS, ddd_of
from labkit.world.documents import cpf_check_digits, plain
from labkit.world.draft import Draft
from labkit.world.parameters.bought import Bought

NO_EMAIL = ("naotem@patavina.example", "cliente@patavina.example")
TEST_CPF = "00000000191"
COUNTER = ("CONSUMIDOR", "CLIENTE BALCAO", "VENDA BALCAO")
TESTS = ("Teste", "Teste QA", "Usuário Teste", "teste app")
CASHIER_AT, PET_AT, MONTH_FIRST_AT, NO_DDD_AT = "P02", "P03", "P05", "P06"
OWN_PHONE_AT, SURNAME_FIRST_AT = ("K02", "K05", "K11"), ("K07", "K08", "K09")
LETTER = {"app": "A", "till": "T", "clinic": "K"}
_PETS = ("THOR", "MEL", "LUNA", "BOB", "NINA", "AMORA", "SIMBA", "LOLA", "PIPOCA", "FRED", "MAX", "BELINHA")


def with_nobody(draft: Draft, records: pd.DataFrame, p: Bought) -> pd.DataFrame:
    """Add the records that are nobody's: tests of the app, sales at the counter."""
    rng = draft.stream("bought/nobody")
    n_app, n_till = (int((records["system"] == system).sum()) for system in ("app", "till"))
    parts = [records]
    for system, n, names in (
        ("app", max(14, round(n_app * p.tests_share)), TESTS),
        ("till", max(40, round(n_till * p.counter_share)), COUNTER),
    ):
        like = records[records["system"] == system]
        rows = like.iloc[rng.integers(0, len(like), n)].copy()
        rows["name"] = np.array(names, dtype=object)[rng.integers(0, len(names), n)]
        rows["person"], rows["birth"], rows["dead"] = -1, np.datetime64("NaT"), False
        for column in ("cpf", "phone", "email", "cep"):
            rows[column] = ""
        if system == "till":  # the shops of the busiest counters
            rows["place_code"] = np.array(SHOPS, dtype=object)[rng.choice(8, n, p=lists.by_rank(8, 0.9))]
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def numbered(draft: Draft, records: pd.DataFrame) -> pd.DataFrame:
    """Number the records of each system by day of registration; the order tells nothing else."""
    rng = draft.stream("bought/order")
    records = records.assign(_u=rng.random(len(records))).sort_values(
        ["system", "created", "_u"], ignore_index=True
    )
    number = records.groupby("system").cumcount() + 1
    ids = records["system"].map(LETTER) + number.astype(str).str.zfill(5)
    return records.drop(columns="_u").assign(record=ids)


def app(draft: Draft, records: pd.DataFrame, p: Bought) -> pd.DataFrame:
    """Accounts in the app."""
    r = records[records["system"] == "app"].reset_index(drop=True)
    rng = draft.stream("bought/app/format")
    n, nobody = len(r), (r["person"] < 0).to_numpy()
    place = lists.places()
    email = np.where(r["email"] == "", np.array(NO_EMAIL, dtype=object)[rng.integers(0, 2, n)], r["email"])
    status = np.where(rng.random(n) < 0.2, "I", "A")
    status = np.where(nobody & (rng.random(n) < 0.5), "T", np.where(r["dead"], "F", status))
    table = pd.DataFrame(
        {
            "record_id": r["record"],
            "nome": r["name"],
            "cpf": np.where(nobody, TEST_CPF, _masked(r["cpf"], rng.random(n) < 0.6, letters_cpf)),
            "nascimento": _dates(r["birth"], "%Y-%m-%d"),
            "celular": _masked(r["phone"], rng.random(n) < 0.7, letters_phone),
            "email": np.where(nobody, "qa@patavina.example", email),
            "cep": r["cep"].map(lambda cep: f"{cep[:5]}-{cep[5:]}" if cep else ""),
            "rua": r["street"],
            "numero": r["number"],
            "complemento": r["flat"].map(lambda flat: f"ap {flat}" if flat else ""),
            "cidade": place["city"][r["place"]],
            "uf": place["state"][r["place"]],
            "situacao": status,
            "criado_em": _dates(r["created"], "%Y-%m-%d"),
            "origem": np.where(rng.random(n) < 0.4, "web", "app"),
        }
    )
    old = (r["created"] < pd.Timestamp("2022-01-01")).to_numpy() & ~nobody
    migrated = np.zeros(n, dtype=bool)
    migrated[rng.permutation(np.flatnonzero(old))[: round(n * p.migrated_share)]] = True
    slipped = ["cpf", "nascimento", "celular", "email", "cep", "rua", "numero", "complemento"]
    before = table.loc[migrated, slipped].to_numpy()
    table.loc[migrated, slipped[1:]] = before[:, :-1]
    table.loc[migrated, "cpf"] = ""
    table.loc[migrated, "origem"] = "mig"
    return table


def till(draft: Draft, records: pd.DataFrame, p: Bought) -> pd.DataFrame:
    """Cards of the shops, typed at the till."""
    r = records[records["system"] == "till"].reset_index(drop=True)
    rng = draft.stream("bought/till/format")
    n, shop, nobody = len(r), r["place_code"].to_numpy(), (r["person"] < 0).to_numpy()
    u = rng.random((n, 5))
    phones = _own_phones(SHOPS, rng)
    cpf = r["cpf"].to_numpy()
    cashier = (shop == CASHIER_AT) & (cpf == "") & (u[:, 0] < p.cashier_cpf)
    ddd = ddd_of(r["place"].to_numpy())
    short = [
        phone[2:] if phone and code == NO_DDD_AT and phone[:2] == city else phone
        for phone, code, city in zip(r["phone"], shop, ddd, strict=True)
    ]
    own = (r["phone"] == "").to_numpy() & (nobody | (u[:, 1] < p.shop_phone))
    name = r["name"].map(lambda text: plain(text).upper()).to_numpy()
    pet = (shop == PET_AT) & ~nobody & (u[:, 2] < p.pet_as_name)
    note = np.where(r["dead"], "FALECIDO", "")
    note = np.where(pet, _after("TUTOR ", name) + np.where(note == "", "", " - ") + note, note)
    spare = (note == "") & (u[:, 3] < 0.12)
    note = np.where(
        spare,
        np.array(["RACAO 15KG", "ENTREGAR A TARDE", "CLIENTE ANTIGO"], dtype=object)[
            (u[:, 4] * 3).astype(int)
        ],
        note,
    )
    order = np.where(shop == MONTH_FIRST_AT, "%m/%d/%Y", "%d/%m/%Y")
    return pd.DataFrame(
        {
            "record_id": r["record"],
            "cliente": np.where(pet, np.array(_PETS, dtype=object)[rng.integers(0, len(_PETS), n)], name),
            "doc": [text.lstrip("0") for text in np.where(cashier, _cashier(draft), cpf)],
            "fone": np.where(own, [phones[code] for code in shop], np.array(short, dtype=object)),
            "nasc": _dates(r["birth"], order),
            "e_mail": r["email"],
            "cep": [text.lstrip("0") for text in r["cep"]],
            "cidade": [plain(city).upper() for city in lists.places()["city"][r["place"]]],
            "loja": shop,
            "obs": note,
            "cadastro": _dates(r["created"], order),
        }
    )


def clinics(draft: Draft, records: pd.DataFrame, p: Bought) -> pd.DataFrame:
    """Records of the partner clinics."""
    r = records[records["system"] == "clinic"].reset_index(drop=True)
    rng = draft.stream("bought/clinics/format")
    n, partner = len(r), r["place_code"].to_numpy()
    place = lists.places()
    phones = _own_phones(PARTNERS, rng)
    own = np.isin(partner, OWN_PHONE_AT)
    default = np.isin(partner, NO_BIRTH_AT) & r["birth"].isna().to_numpy() & (rng.random(n) < p.default_birth)
    first = np.isin(partner, SURNAME_FIRST_AT)
    phone = _masked(r["phone"], rng.random(n) < 0.5, lambda t: f"{t[:2]} {t[2:7]} {t[7:]}")
    lines = r["street"] + ", " + r["number"] + r["flat"].map(lambda flat: f" ap {flat}" if flat else "")
    return pd.DataFrame(
        {
            "record_id": r["record"],
            "parceiro": partner,
            "tutor": np.where(first, r["name"].map(_surname_first), r["name"]),
            "cpf_responsavel": _masked(r["cpf"], np.ones(n, dtype=bool), letters_cpf),
            "telefone": np.where(own, [phones[code] for code in partner], phone),
            "email": np.where(
                own, [f"recepcao@clinica-{code.lower()}.example" for code in partner], r["email"]
            ),
            "nascimento": np.where(default, "01/01/80", _dates(r["birth"], "%d/%m/%y")),
            "endereco": lines,
            "cep": r["cep"],
            "municipio": place["city"][r["place"]] + "/" + place["state"][r["place"]],
            "vinculo": r["plan"],
            "pet": np.array(_PETS, dtype=object)[rng.integers(0, len(_PETS), n)],
            "primeira_consulta": _dates(r["created"], "%d/%m/%Y"),
        }
    )


def as_written(records: pd.DataFrame) -> pd.DataFrame:
    """Blank what the files do not say of a customer: where a partner's own phone and address stand, or the payer's data."""
    dependent = records["plan"] == "dependente"
    lost = dependent | records["place_code"].isin(OWN_PHONE_AT)
    blanked = {column: records[column].mask(lost, "") for column in ("phone", "email")}
    return records.assign(cpf=records["cpf"].mask(dependent, ""), **blanked)


def letters_cpf(text: str) -> str:
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def letters_phone(text: str) -> str:
    return f"({text[:2]}) {text[2:7]}-{text[7:]}"


def _masked(texts: pd.Series, mask: np.ndarray, form) -> np.ndarray:
    return np.array([form(t) if t and m else t for t, m in zip(texts, mask, strict=True)], dtype=object)


def _after(lead: str, texts: np.ndarray) -> np.ndarray:
    return np.array([lead + text for text in texts], dtype=object)


def _dates(days: pd.Series, form: str | np.ndarray) -> np.ndarray:
    """Write dates; missing ones are empty. One form for all, or one a row."""
    form = np.broadcast_to(np.asarray(form, dtype=object), len(days))
    return np.array(
        ["" if pd.isna(day) else day.strftime(f) for day, f in zip(pd.to_datetime(days), form, strict=True)],
        dtype=object,
    )


def _surname_first(name: str) -> str:
    *given, last = name.split(" ")
    return f"{last}, {' '.join(given)}" if given else name


def _own_phones(codes: tuple[str, ...], rng: np.random.Generator) -> dict[str, str]:
    numbers = letters.padded(rng.integers(0, 10_000_000, len(codes)), 7).to_pylist()
    ddd = rng.choice(lists.places()["ddd"], len(codes))
    return {code: f"{d}90{tail}" for code, d, tail in zip(codes, ddd, numbers, strict=True)}


def _cashier(draft: Draft) -> str:
    base = int(draft.stream("bought/cashier").integers(1, 9_000_000))
    return str(cpf_check_digits(np.array([base]))[0]).zfill(11)
