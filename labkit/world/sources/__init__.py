"""Four source systems, written from the one population, each with its own schema and its own dirt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world import letters
from labkit.world.parameters import HISTORY_END, Parameters
from labkit.world.sources.formats import FORMATS
from labkit.world.sources.records import draw_records
from labkit.world.streams import stream

NAMES = ("ecommerce", "shop", "clinic", "newsletter")


def draw_sources(
    people: pd.DataFrame, traits: pd.DataFrame, plans: pd.DataFrame, person_id: np.ndarray, seed: int,
    parameters: Parameters,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:  # fmt: skip
    """Write the records of the four systems.

    Parameters
    ----------
    people, traits, plans : pandas.DataFrame
        The true population, one row a person (plans: one a contract).
    person_id : numpy.ndarray
        Public number of each person.
    seed : int
    parameters : Parameters

    Returns
    -------
    tables : dict of pandas.DataFrame
        By source name, as each system exports it: everything is text.
    identity : pandas.DataFrame
        source, record_id, person_id.
    """
    tables, identity = {}, []
    for name, members in _members(traits, plans, seed, parameters).items():
        rng = stream(seed, f"sources/{name}")
        dirt = getattr(parameters.sources, name)
        who, created = _registrations(members, traits, dirt.duplicate, rng)
        records = draw_records(people, who, created, dirt, rng)
        table = FORMATS[name](records, parameters.sources, stream(seed, f"sources/{name}/format"))
        table.insert(0, "record_id", _record_ids(name, len(table)))
        tables[name] = table
        identity.append(
            pd.DataFrame({"source": name, "record_id": table["record_id"], "person_id": person_id[who]})
        )
    return tables, pd.concat(identity, ignore_index=True)


def _record_ids(source: str, n: int) -> pd.api.extensions.ExtensionArray:
    """Number the records of a source from 1: its letter and at least six digits."""
    width = max(6, len(str(n)))
    return letters.column(letters.join(source[0].upper(), letters.padded(np.arange(1, n + 1), width)))


def _members(
    traits: pd.DataFrame, plans: pd.DataFrame, seed: int, parameters: Parameters
) -> dict[str, np.ndarray]:
    """Decide who is known to which system; every customer to one at least."""
    p = parameters.sources
    n = len(traits)
    rng = stream(seed, "sources/members")
    kind = traits["channel_type"].to_numpy()
    prospect = traits["prospect"].to_numpy()
    holder = np.isin(np.arange(n), plans["person"])
    online, shop = np.isin(kind, ["online", "both"]), np.isin(kind, ["shop", "both"])
    inside = {
        "ecommerce": ~prospect & (rng.random(n) < np.where(online, p.ecommerce.member, p.wrong_system)),
        "shop": ~prospect & (rng.random(n) < np.where(shop, p.shop.member, p.wrong_system)),
        "clinic": ~prospect & (rng.random(n) < np.where(holder, p.clinic_of_holders, p.clinic_of_others)),
        "newsletter": prospect
        | (rng.random(n) < np.where(online, p.newsletter.member, p.newsletter_of_shop)),
    }
    nowhere = ~prospect & ~(inside["ecommerce"] | inside["shop"] | inside["clinic"])
    inside["ecommerce"] |= nowhere & online
    inside["shop"] |= nowhere & (kind == "shop")
    inside["clinic"] |= nowhere & (kind == "clinic")
    return {name: np.flatnonzero(inside[name]) for name in NAMES}


def _registrations(
    members: np.ndarray, traits: pd.DataFrame, duplicate: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Date the records; some people register again. Sorted by date, as systems number them."""
    again = members[rng.random(len(members)) < duplicate]
    who = np.concatenate([members, again])
    acquired = traits["acquired_on"].to_numpy().astype("datetime64[D]")[who]
    room = (HISTORY_END - acquired).astype(int)
    wait = np.where(rng.random(len(who)) < 0.45, 0, np.floor(rng.exponential(260, len(who)))).astype(int)
    wait[len(members) :] = 20 + np.floor(rng.exponential(330, len(again)))
    wait = np.where(wait > room, np.floor(rng.random(len(who)) * (room + 1)), wait).astype("timedelta64[D]")
    created = acquired + wait
    order = np.lexsort((rng.random(len(who)), created))
    return who[order], created[order]
