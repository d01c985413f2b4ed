"""What a system is told about a person on the day of registration, after its own dirt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.documents import plain
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
    person = people.iloc[who].reset_index(drop=True)
    n = len(who)
    return pd.DataFrame(
        {
            "name": _names(person, created, dirt, rng),
            "cpf": _cpf(person, people, dirt, rng),
            "birth": _births(person, dirt, rng),
            "phone": _phones(person, created, dirt, rng),
            "email": _emails(person, dirt, rng),
            **_address(person, created),
            "created": created,
        },
        index=range(n),
    )


def _names(person: pd.DataFrame, created: np.ndarray, dirt: Dirt, rng: np.random.Generator) -> np.ndarray:
    n = len(person)
    changed = person["name_changed_on"].to_numpy() <= created
    surname = np.where(changed, person["surname_after"], person["surname_before"])
    names = full_names(person, surname)
    u = rng.random((n, 9))
    names = d.spoil(names, u[:, 0] < dirt.suffix_lost, d.without_suffix)
    names = d.spoil(names, u[:, 1] < dirt.name_short, d.shorten, u[:, 5])
    names = d.spoil(names, u[:, 2] < dirt.name_initials, d.initials, u[:, 5])
    names = d.spoil(names, u[:, 3] < dirt.nickname, d.nickname, u[:, 6])
    names = d.spoil(names, u[:, 4] < dirt.name_typo, d.mistype, u[:, 7], u[:, 8])
    return d.spoil(names, rng.random(n) < dirt.accents_lost, plain)


def _cpf(person: pd.DataFrame, people: pd.DataFrame, dirt: Dirt, rng: np.random.Generator) -> np.ndarray:
    n = len(person)
    u = rng.random((n, 5))
    cpf = person["cpf"].to_numpy(dtype=object, copy=True)
    # At the till somebody's CPF is asked for; the head of the household often gives it for all.
    head = people["cpf"].to_numpy(dtype=object)[person["head"].to_numpy()]
    cpf = np.where(u[:, 0] < dirt.cpf_of_household, head, cpf)
    cpf = d.spoil(cpf, u[:, 1] < dirt.cpf_wrong, d.wrong_digit, u[:, 3], u[:, 4])
    return np.where(u[:, 2] < dirt.cpf_missing, "", cpf)


def _births(person: pd.DataFrame, dirt: Dirt, rng: np.random.Generator) -> np.ndarray:
    u = rng.random((len(person), 4))
    birth = person["birth"].to_numpy().astype("datetime64[D]")
    birth = np.where(u[:, 0] < dirt.birth_swapped, d.swapped(birth), birth)
    birth = np.where(u[:, 1] < dirt.birth_wrong, d.wrong_birth(birth, u[:, 3]), birth)
    return np.where(u[:, 2] < dirt.birth_missing, np.datetime64("NaT", "D"), birth)


def _phones(person: pd.DataFrame, created: np.ndarray, dirt: Dirt, rng: np.random.Generator) -> np.ndarray:
    u = rng.random((len(person), 5))
    changed = person["mobile_changed_on"].to_numpy() <= created
    phone = np.where(changed, person["mobile_after"], person["mobile_before"])
    shared = (person["household_phone"] != "").to_numpy() & (u[:, 0] < dirt.household_phone)
    phone = np.where(shared, person["household_phone"], phone)
    phone = d.spoil(phone, u[:, 1] < dirt.phone_typo, d.wrong_digit, u[:, 3], u[:, 4])
    return np.where(u[:, 2] < dirt.phone_missing, "", phone)


def _emails(person: pd.DataFrame, dirt: Dirt, rng: np.random.Generator) -> np.ndarray:
    u = rng.random((len(person), 5))
    email = person["email"].to_numpy(dtype=object, copy=True)
    other = (person["email_other"] != "").to_numpy() & (u[:, 0] < dirt.second_email)
    email = np.where(other, person["email_other"], email)
    family = (person["household_email"] != "").to_numpy() & (u[:, 1] < dirt.household_email)
    email = np.where(family, person["household_email"], email)
    email = d.spoil(email, u[:, 2] < dirt.email_typo, d.wrong_email, u[:, 3], u[:, 4])
    return np.where(rng.random(len(person)) < dirt.email_missing, "", email)


def _address(person: pd.DataFrame, created: np.ndarray) -> dict[str, np.ndarray]:
    moved = person["moved_on"].to_numpy() <= created
    return {
        part: np.where(moved, person[f"{part}_after"], person[f"{part}_before"])
        for part in ("street", "number", "flat", "cep", "place")
    }
