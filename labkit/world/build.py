"""Put a world together: from the seed to every table."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from labkit.data.tables import TABLES
from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.world import bought, company, contact, goods, letters, lists, texts
from labkit.world.draft import Draft
from labkit.world.history import KEPT as KEPT_OF_HISTORY
from labkit.world.history import make_history, make_pets
from labkit.world.parameters import COURSE_PEOPLE, COURSE_SEED, Parameters
from labkit.world.people import draw_people, full_names
from labkit.world.production import Needs, produce, rehearse
from labkit.world.sources import draw_sources
from labkit.world.streams import stream
from labkit.world.traits import draw_traits

TRUTH = "truth/"

FEWEST, MOST = 100, 9_999_999
"""People of the smallest world in which every table has a row, and of the largest whose CPF numbers differ."""

LARGE = 50_000
"""From so many people on, frames are freed as soon as nobody needs them any more."""


class Tables(Mapping):
    """Tables by name, also as attributes: ``tables["orders"]`` is ``tables.orders``."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]):
        self._tables = dict(tables)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __getattr__(self, name: str) -> pd.DataFrame:
        try:
            return self.__dict__["_tables"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._tables]


class World(Tables):
    """A Caramelo: every table that the company could see, and apart from them the truth.

    Attributes
    ----------
    seed : int
    parameters : Parameters
    truth : Tables
        What nobody at Caramelo can see; for scoring only.
    frames : dict of pandas.DataFrame
        What the world needs to go on from here: hidden, never written.
    """

    def __init__(
        self,
        seed: int,
        tables: Mapping[str, pd.DataFrame],
        *,
        parameters: Parameters | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
    ):
        super().__init__({name: frame for name, frame in tables.items() if not name.startswith(TRUTH)})
        self.seed = seed
        self.parameters = parameters or Parameters()
        self.truth = Tables(
            {name.removeprefix(TRUTH): f for name, f in tables.items() if name.startswith(TRUTH)}
        )
        self.frames = dict(frames or {})

    def visible(self) -> dict[str, pd.DataFrame]:
        """Return the tables that a company could see, by name."""
        return dict(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name; those of the truth are called ``truth/…``."""
        return dict(self) | {f"{TRUTH}{name}": frame for name, frame in self.truth.items()}

    def run(self, plan=None, days: int = 90, **how):
        """Play a plan of contacts from 2026-01-01 on; see :func:`labkit.world.play.run`."""
        from labkit.world.play import run

        return run(self, plan, days, **how)


def generate(
    people: int = COURSE_PEOPLE, *, seed: int, parameters: Parameters | None = None,
    tables: Iterable[str] | None = None,
) -> World:  # fmt: skip
    """Generate a Caramelo from a seed.

    Parameters
    ----------
    people : int
        Number of people, at least 100.
    seed : int
        The same seed gives the same world.
    parameters : Parameters, optional
        Its causes; the documented ones by default.
    tables : iterable of str, optional
        Only these, each as it is in the whole world; faster where they rest on little else.

    Returns
    -------
    World

    Raises
    ------
    LabkitError
        If there are too few people to fill every table, or more than can be told apart; if the seed is no whole
        number from 0 on; if there is no such table.
    """
    draft, production = start(people, seed, parameters or Parameters(), tables)
    made = dict(production)
    frames = {} if tables is not None else {name: draft.frames[name] for name in KEPT}
    made = {name: made[name] for name in TABLES if name in made}
    return World(seed, made, parameters=draft.parameters, frames=frames)


def start(
    people: int, seed: int, parameters: Parameters, tables: Iterable[str] | None = None, *, keep: bool = True
) -> tuple[Draft, Iterator[tuple[str, pd.DataFrame]]]:
    """Begin a world; return its draft and the iterator that makes its tables, in no particular order.

    Parameters are those of :func:`generate`; without ``keep`` the draft ends empty.
    """
    wanted = None if tables is None else _wanted(tables)
    if people < FEWEST:
        raise LabkitError(
            _("A world needs at least {least} people, got {people:,}.").format(least=FEWEST, people=people)
        )
    if people > MOST:
        raise LabkitError(
            _("A world has at most {most:,} people, got {people:,}: each needs a CPF of one's own.").format(
                most=MOST, people=people
            )
        )
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise LabkitError(_("A seed is a whole number from 0 on, got {seed!r}.").format(seed=seed))
    needs = None
    if wanted is not None or people >= LARGE:
        needs = _rehearsed(parameters, MAKERS)
    draft = begin(people, seed, parameters)
    kept = KEPT if keep and wanted is None else ()
    return draft, produce(draft, MAKERS, needs, wanted=wanted, kept=kept)


@functools.lru_cache(maxsize=4)
def _rehearsed(parameters: Parameters, makers: tuple[Callable[[Draft], None], ...]) -> Needs:
    return rehearse(begin(FEWEST, 1, parameters), makers)


def _wanted(names: Iterable[str]) -> list[str]:
    generated = [name for name, table in TABLES.items() if table.generated]
    names = list(names)
    for name in names:
        if name not in generated:
            raise LabkitError(
                _("There is no table {name!r} to generate. The tables are: {names}.").format(
                    name=name, names=", ".join(generated)
                )
            )
    return names


@functools.cache
def course(*, to_play: bool = False) -> World:
    """Return the world of the course, whose tables are in ``datasets/caramelo``; generated once a process.

    Parameters
    ----------
    to_play : bool
        Make only what a future starts from (orders, contracts, customers, consents): the same future in less than
        half the time. A plan then sees no other table.
    """
    if not to_play:
        return generate(seed=COURSE_SEED)
    draft = begin(COURSE_PEOPLE, COURSE_SEED, Parameters())
    made = dict(produce(draft, MAKERS_TO_PLAY))
    return World(
        COURSE_SEED, made, parameters=draft.parameters, frames={name: draft.frames[name] for name in KEPT}
    )


def begin(people: int, seed: int, parameters: Parameters) -> Draft:
    """Draw who there is and what drives them."""
    persons = draw_people(people, seed, parameters.population)
    traits = draw_traits(people, seed, parameters)
    return Draft(
        seed=seed,
        parameters=parameters,
        size=people / COURSE_PEOPLE,
        persons=persons,
        traits=traits,
        person_id=stream(seed, "ids/person").permutation(people) + 1,
        customer_id=_customer_ids(traits, seed),
    )


def make_customers(draft: Draft) -> None:
    """The four source systems, the customers as an analyst sees them, and who they truly are."""
    sources, identity = draw_sources(
        draft.persons, draft.traits, draft.frames["plans"], draft.person_id, draft.seed, draft.parameters
    )
    draft.tables |= {f"source_{name}": table for name, table in sources.items()}
    draft.tables |= {
        "customers": _customers(draft, sources, identity),
        "truth/identity": identity,
        "truth/people": _true_people(draft.persons, draft.traits, draft.person_id, draft.customer_id),
    }


MAKERS: tuple[Callable[[Draft], None], ...] = (
    make_pets, make_history, make_customers, *contact.MAKERS, *goods.MAKERS, *company.MAKERS, *texts.MAKERS,
    *bought.MAKERS,
)  # fmt: skip
"""What puts tables into the draft, in order: a maker may use what earlier ones have made."""

MAKERS_TO_PLAY = (make_pets, make_history, make_customers, contact.make_preferences, contact.make_contacts)
"""Those of them that make what a future starts from."""

KEPT: tuple[str, ...] = KEPT_OF_HISTORY
"""Frames of the draft that the world keeps, to go on from the end of history."""


def _customer_ids(traits: pd.DataFrame, seed: int) -> np.ndarray:
    """Number the customers at random; people who are none get 0."""
    customer = np.flatnonzero(~traits["prospect"].to_numpy())
    ids = np.zeros(len(traits), dtype=np.int64)
    ids[customer] = stream(seed, "ids/customer").permutation(len(customer)) + 1
    return ids


def _customers(draft: Draft, sources: dict[str, pd.DataFrame], identity: pd.DataFrame) -> pd.DataFrame:
    """One row a customer, as an analyst sees them after matching: a birth date only if some system has it."""
    persons, traits = draft.persons, draft.traits
    customer_id, person_id = draft.customer_id, draft.person_id
    known = np.zeros(len(person_id) + 1, dtype=bool)
    for name, column in (("ecommerce", "data_nascimento"), ("shop", "dt_nasc"), ("clinic", "nasc")):
        has = ~sources[name][column].isin(["", "01/01/1900"]).to_numpy()
        known[identity["person_id"].to_numpy()[(identity["source"] == name).to_numpy()][has]] = True
    has_birth = known[person_id]
    place = lists.places()
    row = np.flatnonzero(customer_id)
    row = row[np.argsort(customer_id[row])]
    city = persons["place_after"].to_numpy()[row]
    birth = persons["birth"].to_numpy().astype("datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": customer_id[row],
            "name": full_names(persons[["given", "suffix"]].iloc[row], persons["surname_after"].iloc[row]),
            "birth_date": np.where(has_birth, birth, np.datetime64("NaT", "D"))[row],
            "city": letters.column(letters.pick(place["city"], city)),
            "state": letters.column(letters.pick(place["state"], city)),
            "acquired_on": traits["acquired_on"].to_numpy()[row],
            "acquisition_channel": traits["acquisition_channel"].to_numpy()[row],
        }
    )


def _true_people(persons, traits, person_id, customer_id) -> pd.DataFrame:
    household = pd.factorize(person_id[persons["head"].to_numpy()], sort=True)[0] + 1

    def other(column: str) -> np.ndarray:
        row = persons[column].to_numpy()
        return np.where(row >= 0, person_id[row], 0)

    frame = pd.DataFrame(
        {
            "person_id": person_id,
            "customer_id": customer_id,
            "household_id": household,
            "name": full_names(persons, persons["surname_after"]),
            "birth_date": persons["birth"].to_numpy().astype("datetime64[D]"),
            "cpf": persons["cpf"],
            "twin_of": other("twin_of"),
            "homonym_of": other("homonym_of"),
            "junior_of": other("junior_of"),
            "prospect": traits["prospect"],
            "channel_type": traits["channel_type"],
            "satisfaction": traits["satisfaction"].round(4),
            "tolerance": traits["tolerance"].round(4),
            "price_sensitivity": traits["price_sensitivity"].round(4),
            "purchase_rate": traits["purchase_rate"].round(6),
            "dropout": traits["dropout"].round(6),
            "regular": traits["regular"],
            "mean_spend_brl": traits["mean_spend_brl"].round(2),
            "plan_churn": traits["plan_churn"].round(6),
            "gone_on": traits["left_on"],
            "food_species": traits["food_species"],
            "food_daily_kg": traits["daily_kg"].round(4),
            "food_pack_kg": traits["pack_kg"].where(traits["daily_kg"] > 0),
            "wallet_share": traits["wallet_share"].round(4),
            "period_days": traits["period_days"].round(2),
        }
    )
    return frame.sort_values("person_id", ignore_index=True)
