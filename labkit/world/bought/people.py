"""Who Patavina's customers are: drawn like Caramelo's, and then a few who may not be written to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.people import draw_people, full_names

FEWEST = 150
"""People in the smallest base in which every table has a row."""


def draw(draft: Draft) -> pd.DataFrame:
    """Return one row a person, as :func:`labkit.world.people.draw_people` does.

    Further columns: ``minor``, ``dead`` (bool), ``person_id``, and ``app``, ``till``, ``clinic`` (bool): the systems
    that know the person, at least one.
    """
    p = draft.parameters.bought
    n = max(FEWEST, round(draft.size * 12_000 * p.people_share))
    # A seed of its own: no person of Patavina is one of Caramelo's, and none of their streams is drawn from.
    seed = int(draft.stream("bought/seed").integers(2**62))
    persons = draw_people(n, seed, replace(draft.parameters.population, household_size=p.household_size))
    rng = draft.stream("bought/people")
    u = rng.random((n, 6))
    minor = (
        (persons["role"] == "child").to_numpy()
        & (persons["junior_of"] < 0).to_numpy()
        & (u[:, 0] < p.minor_share)
    )
    day = np.datetime64("2008-01-15") + (u[:, 1] * 1_600).astype("timedelta64[D]")
    persons["birth"] = np.where(minor, day, persons["birth"].to_numpy().astype("datetime64[D]"))
    app, till, clinic = u[:, 2] < p.in_app, u[:, 3] < p.in_till, u[:, 4] < p.in_clinic
    nowhere = ~(app | till | clinic)
    dead = ~minor & (u[:, 5] < p.dead_share)
    return persons.assign(
        minor=minor,
        dead=dead,
        person_id=rng.permutation(n) + 1,
        app=app | minor,  # they typed their own birth date, so that it can be known
        till=till | nowhere | (dead & ~app),
        clinic=clinic,
    )


def true_people(persons: pd.DataFrame) -> pd.DataFrame:
    """The table of the truth."""
    ids = persons["person_id"].to_numpy()
    frame = pd.DataFrame(
        {
            "person_id": ids,
            "household_id": pd.factorize(ids[persons["head"].to_numpy()], sort=True)[0] + 1,
            "name": full_names(persons, persons["surname_after"]),
            "birth_date": persons["birth"].to_numpy().astype("datetime64[D]"),
            "cpf": persons["cpf"],
            "dead": persons["dead"],
        }
    )
    return frame.sort_values("person_id", ignore_index=True)
