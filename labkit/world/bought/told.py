"""What each system was told about whom, before it wrote it down in its own way.

Planted here: in a family plan the clinic keeps the payer's CPF, phone and e-mail address for every member, so that all
of a family agree on everything but the first name and the birth date.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world import lists
from labkit.world.draft import Draft
from labkit.world.parameters.bought import Bought
from labkit.world.sources.records import draw_records

SYSTEMS = ("app", "till", "clinic")
SHOPS, PARTNERS = tuple(f"P0{i}" for i in range(1, 9)), tuple(f"K{i:02}" for i in range(1, 13))
NO_BIRTH_AT = ("K04", "K10")
FIRST, LAST = np.datetime64("2018-03-01"), np.datetime64("2025-10-31")
FIELDS = ("cpf", "phone", "email", "cep")


def draw(draft: Draft, persons: pd.DataFrame, p: Bought) -> pd.DataFrame:
    """Return one row a record, in the order of registration.

    Columns: those of :func:`labkit.world.sources.records.draw_records` as Python texts, ``person`` (row of `persons`),
    ``system``, ``place_code`` (shop or partner; empty for the app), ``dead`` (the record that says so).
    """
    parts = [_system(draft, persons, system, p) for system in SYSTEMS]
    records = pd.concat(parts, ignore_index=True)
    return _mark_dead(records, persons, draft.stream("bought/dead"))


def _system(draft: Draft, persons: pd.DataFrame, system: str, p: Bought) -> pd.DataFrame:
    rng = draft.stream(f"bought/{system}")
    dirt = getattr(p, system)
    members = np.flatnonzero(persons[system])
    again = members[rng.random(len(members)) < dirt.duplicate]
    who = np.concatenate([members, again])
    days = (LAST - FIRST).astype(int)
    created = FIRST + (rng.random(len(who)) ** 0.6 * days).astype("timedelta64[D]")
    order = np.lexsort((rng.random(len(who)), created))
    who, created = who[order], created[order]
    records = draw_records(persons, who, created, dirt, rng)
    records = records.astype({c: object for c in records.columns if c not in ("birth", "created", "place")})
    records["person"], records["system"] = who, system
    minor = persons["minor"].to_numpy()[who]
    birth = persons["birth"].to_numpy().astype("datetime64[D]")[who]
    told = records["birth"].to_numpy().astype("datetime64[D]")
    records["birth"] = np.where(minor & ((system == "app") | ~np.isnat(told)), birth, told)
    if system == "till":  # hardly asked
        records["cep"] = np.where(rng.random(len(who)) < 0.7, records["cep"], "")
    home = persons["place_before"].to_numpy()[who]
    records["place_code"] = _branch(system, home, rng)
    if system != "clinic":
        return records
    unasked = np.isin(records["place_code"], NO_BIRTH_AT) & ~minor & (rng.random(len(who)) < p.birth_unasked)
    return _family_plan(records.assign(birth=records["birth"].mask(unasked)), persons, p, rng)


def _branch(system: str, home: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shop or partner of each record: mostly one of the two of the city, now and then another."""
    codes = {"app": (), "till": SHOPS, "clinic": PARTNERS}[system]
    if not codes:
        return np.full(len(home), "", dtype=object)
    u = rng.random((len(home), 2))
    near = (home * 5 + (u[:, 0] < 0.35)) % len(codes)
    return np.array(codes, dtype=object)[np.where(u[:, 1] < 0.75, near, (u[:, 0] * len(codes)).astype(int))]


def _family_plan(
    records: pd.DataFrame, persons: pd.DataFrame, p: Bought, rng: np.random.Generator
) -> pd.DataFrame:
    """Who is covered by a family's plan, and who pays for it, under whose data all of them are registered."""
    head = persons["head"].to_numpy()
    size = np.bincount(head, minlength=len(persons))[head]
    in_plan = ((size > 1) & (rng.random(len(persons))[head] < p.family_plan))[records["person"]]
    payer = persons.iloc[head[records["person"]]]
    for column, value in (("cpf", "cpf"), ("phone", "mobile_before"), ("email", "email")):
        records[column] = np.where(in_plan, payer[value].astype(object).to_numpy(), records[column])
    dependent = in_plan & (records["person"].to_numpy() != head[records["person"]])
    return records.assign(plan=np.where(dependent, "dependente", np.where(in_plan, "titular", "avulso")))


def _mark_dead(records: pd.DataFrame, persons: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One record of each of the dead says so: an account in the app or a card of a shop."""
    can = records["system"].isin(["app", "till"]) & persons["dead"].to_numpy()[records["person"]]
    chosen = records[can].sample(frac=1, random_state=int(rng.integers(2**32))).drop_duplicates("person")
    return records.assign(dead=records.index.isin(chosen.index))


def ddd_of(place: np.ndarray) -> np.ndarray:
    """Area code of each city, as text."""
    return lists.places()["ddd"][place].astype(str)


def true_records(persons: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Who each record is, and what it was told, in standard form; 0 for a record that is nobody's."""
    person = records["person"].to_numpy()
    ids = np.where(person >= 0, persons["person_id"].to_numpy()[np.maximum(person, 0)], 0)
    phone = records["phone"].astype(str)
    frame = pd.DataFrame(
        {
            "record": records["record"],
            "person_id": ids,
            "registered_on": records["created"],
            "cpf": records["cpf"],
            "birth_date": records["birth"],
            "phone": np.where(phone == "", "", "+55" + phone),
            "email": records["email"],
            "cep": records["cep"],
        }
    )
    return frame.sort_values("record", ignore_index=True)
