"""What a system is told about a person on the day of registration, after its own dirt."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from labkit.world import letters
from labkit.world.parameters import Dirt
from labkit.world.people import full_names
from labkit.world.sources import dirt as d


def draw_records(
    people: pd.DataFrame, who: np.ndarray, created: np.ndarray, dirt: Dirt, rng: np.random.Generator
) -> pd.DataFrame:
    """Return records in one common, still unformatted shape, one row a registration.

    Returns
    -------
    pandas.DataFrame
        name, cpf (eleven digits or ""), birth (NaT where missing), phone, email, street, number, flat, cep
        (digits), place (row of the list of cities), created.
    """
    told = {
        "name": _names(_of(people, who, _NAME), created, dirt, rng),
        "cpf": _cpf(people["cpf"], who, people["head"].to_numpy()[who], dirt, rng),
        "birth": _births(_of(people, who, ["birth"]), dirt, rng),
        "phone": _phones(_of(people, who, _PHONE), created, dirt, rng),
        "email": _emails(_of(people, who, _EMAIL), dirt, rng),
        **_address(people, who, created),
        "created": created,
    }
    return pd.DataFrame({k: letters.column(v) if isinstance(v, pa.Array) else v for k, v in told.items()})


_NAME = ["given", "surname_before", "surname_after", "suffix", "name_changed_on"]
_PHONE = ["mobile_before", "mobile_after", "household_phone", "mobile_changed_on"]
_EMAIL = ["email", "email_other", "household_email"]


def _of(people: pd.DataFrame, who: np.ndarray, columns: list[str]) -> pd.DataFrame:
    return people[columns].iloc[who]


def _names(person: pd.DataFrame, created: np.ndarray, dirt: Dirt, rng: np.random.Generator) -> pa.Array:
    n = len(person)
    changed = person["name_changed_on"].to_numpy() <= created
    surname = letters.where(changed, person["surname_after"], person["surname_before"])
    names = full_names(person, surname)
    u = rng.random((n, 9))
    ends = pc.match_substring_regex(letters.arrow(names), pattern=" (Filho|Júnior|Neto)$")
    suffixed = ends.to_numpy(zero_copy_only=False)
    names = d.spoil(names, suffixed & (u[:, 0] < dirt.suffix_lost), d.without_suffix)
    names = d.spoil(names, u[:, 1] < dirt.name_short, d.shorten, u[:, 5])
    names = d.spoil(names, u[:, 2] < dirt.name_initials, d.initials, u[:, 5])
    names = d.spoil(names, u[:, 3] < dirt.nickname, d.nickname, u[:, 6])
    names = d.spoil(names, u[:, 4] < dirt.name_typo, d.mistype, u[:, 7], u[:, 8])
    without = rng.random(n) < dirt.accents_lost
    return letters.replace(names, without, letters.plain(names.filter(pa.array(without))))


def _cpf(cpf: pd.Series, who: np.ndarray, head: np.ndarray, dirt: Dirt, rng: np.random.Generator) -> pa.Array:
    u = rng.random((len(who), 5))
    # At the till somebody's CPF is asked for; the head of the household often gives it for all.
    cpf = letters.take(cpf, np.where(u[:, 0] < dirt.cpf_of_household, head, who))
    cpf = d.spoil(cpf, u[:, 1] < dirt.cpf_wrong, d.wrong_digit, u[:, 3], u[:, 4])
    return letters.where(u[:, 2] < dirt.cpf_missing, "", cpf)


def _births(person: pd.DataFrame, dirt: Dirt, rng: np.random.Generator) -> np.ndarray:
    u = rng.random((len(person), 4))
    birth = person["birth"].to_numpy().astype("datetime64[D]")
    birth = np.where(u[:, 0] < dirt.birth_swapped, d.swapped(birth), birth)
    birth = np.where(u[:, 1] < dirt.birth_wrong, d.wrong_birth(birth, u[:, 3]), birth)
    return np.where(u[:, 2] < dirt.birth_missing, np.datetime64("NaT", "D"), birth)


def _phones(person: pd.DataFrame, created: np.ndarray, dirt: Dirt, rng: np.random.Generator) -> pa.Array:
    u = rng.random((len(person), 5))
    changed = person["mobile_changed_on"].to_numpy() <= created
    phone = letters.where(changed, person["mobile_after"], person["mobile_before"])
    shared = (person["household_phone"] != "").to_numpy() & (u[:, 0] < dirt.household_phone)
    phone = letters.where(shared, person["household_phone"], phone)
    phone = d.spoil(phone, u[:, 1] < dirt.phone_typo, d.wrong_digit, u[:, 3], u[:, 4])
    return letters.where(u[:, 2] < dirt.phone_missing, "", phone)


def _emails(person: pd.DataFrame, dirt: Dirt, rng: np.random.Generator) -> pa.Array:
    u = rng.random((len(person), 5))
    other = (person["email_other"] != "").to_numpy() & (u[:, 0] < dirt.second_email)
    email = letters.where(other, person["email_other"], person["email"])
    family = (person["household_email"] != "").to_numpy() & (u[:, 1] < dirt.household_email)
    email = letters.where(family, person["household_email"], email)
    email = d.spoil(email, u[:, 2] < dirt.email_typo, d.wrong_email, u[:, 3], u[:, 4])
    return letters.where(rng.random(len(person)) < dirt.email_missing, "", email)


def _address(people: pd.DataFrame, who: np.ndarray, created: np.ndarray) -> dict[str, pa.Array | np.ndarray]:
    moved = people["moved_on"].to_numpy()[who] <= created
    address: dict[str, pa.Array | np.ndarray] = {
        part: letters.where(
            moved, letters.take(people[f"{part}_after"], who), letters.take(people[f"{part}_before"], who)
        )
        for part in ("street", "number", "flat", "cep")
    }
    after, before = (people[f"place_{when}"].to_numpy()[who] for when in ("after", "before"))
    return address | {"place": np.where(moved, after, before)}
