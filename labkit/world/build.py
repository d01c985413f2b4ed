"""Put a world together: from the seed to every table."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from labkit.data.tables import TABLES, conform
from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.world import lists
from labkit.world.campaigns import run_campaigns
from labkit.world.marketing import draw_spend
from labkit.world.parameters import COURSE_PEOPLE, Campaigns, Parameters
from labkit.world.partners import draw_opportunities
from labkit.world.people import draw_people, full_names
from labkit.world.plans import draw_plans
from labkit.world.purchases import draw_orders, settle_orders
from labkit.world.sources import draw_sources
from labkit.world.streams import stream
from labkit.world.traits import draw_traits
from labkit.world.voice import draw_answers


@dataclass(frozen=True)
class Truth:
    """What nobody at Caramelo can see; for scoring only."""

    identity: pd.DataFrame
    people: pd.DataFrame
    effects: pd.DataFrame


@dataclass(frozen=True)
class World:
    """Every table of a Caramelo, the visible ones apart from the truth."""

    seed: int
    customers: pd.DataFrame
    orders: pd.DataFrame
    plans: pd.DataFrame
    campaigns: pd.DataFrame
    contacts: pd.DataFrame
    spend: pd.DataFrame
    nps: pd.DataFrame
    opportunities: pd.DataFrame
    source_ecommerce: pd.DataFrame
    source_shop: pd.DataFrame
    source_clinic: pd.DataFrame
    source_newsletter: pd.DataFrame
    truth: Truth

    def visible(self) -> dict[str, pd.DataFrame]:
        """Return the tables that a company could see, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"seed", "truth"}}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name; those of the truth are called ``truth/…``."""
        truth = {f"truth/{f.name}": getattr(self.truth, f.name) for f in fields(self.truth)}
        return self.visible() | truth


def generate(people: int = COURSE_PEOPLE, *, seed: int, parameters: Parameters | None = None) -> World:
    """Generate a Caramelo from a seed.

    Parameters
    ----------
    people : int
        Number of people, at least 100.
    seed : int
        The same seed gives the same world.
    parameters : Parameters, optional
        Its causes; the documented ones by default.

    Returns
    -------
    World

    Raises
    ------
    LabkitError
        If there are too few people to fill every table.
    """
    if people < 100:
        raise LabkitError(_("A world needs at least 100 people, got {people:,}.").format(people=people))
    parameters = parameters or Parameters()
    size = people / COURSE_PEOPLE
    persons = draw_people(people, seed, parameters.population)
    traits = draw_traits(people, seed, parameters)
    plans = draw_plans(traits, seed, parameters.plans)
    bought = draw_orders(traits, seed, parameters.purchases)
    results = run_campaigns(bought, plans, traits, seed, parameters)
    orders = settle_orders(results.orders)
    answers = draw_answers(orders, plans, traits, seed, parameters.voice)

    person_id = stream(seed, "ids/person").permutation(people) + 1
    sources, identity = draw_sources(persons, traits, plans, person_id, seed, parameters)
    customer_id = _customer_ids(traits, seed)
    customers = _customers(persons, traits, customer_id, sources, identity, person_id)
    campaigns = campaign_table(parameters.campaigns)
    spend = draw_spend(
        customers, orders, results.contacts,
        dict(zip(campaigns["campaign_id"], campaigns["contact_cost_brl"], strict=True)),
        dict(zip(campaigns["campaign_id"], campaigns["sent_on"].astype(str), strict=True)),
        seed, parameters.marketing, size,
    )  # fmt: skip

    def public(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(customer_id=customer_id[frame["person"]]).drop(columns="person")

    tables = {
        "customers": customers,
        "orders": _numbered(
            public(orders).sort_values(["ordered_on", "customer_id", "revenue_brl"]), "order_id"
        ),
        "plans": _numbered(public(plans), "contract_id"),
        "campaigns": campaigns,
        "contacts": public(results.contacts).sort_values(["campaign_id", "customer_id"]),
        "spend": spend,
        "nps": _numbered(public(answers).sort_values(["answered_on", "customer_id", "survey"]), "answer_id"),
        "opportunities": _numbered(draw_opportunities(seed, parameters.partners, size), "opportunity_id"),
        **{f"source_{name}": table for name, table in sources.items()},
        "truth/identity": identity,
        "truth/people": _true_people(persons, traits, person_id, customer_id),
        "truth/effects": public(results.effects).sort_values(["campaign_id", "customer_id"]),
    }
    tables = {name: conform(frame, TABLES[name]) for name, frame in tables.items()}
    truth = {
        name.removeprefix("truth/"): tables.pop(name) for name in list(tables) if name.startswith("truth/")
    }
    return World(seed=seed, truth=Truth(**truth), **tables)


CAMPAIGN_COLUMNS = [
    "campaign_id", "name", "sent_on", "window_days", "goal", "contact_cost_brl", "offer", "planned_treated_share",
]  # fmt: skip


def campaign_table(p: Campaigns) -> pd.DataFrame:
    """Return the campaigns as the company lists them."""
    rows = [
        {c: getattr(run, c) for c in CAMPAIGN_COLUMNS} for run in sorted(p.runs, key=lambda c: c.campaign_id)
    ]
    table = pd.DataFrame(rows, columns=CAMPAIGN_COLUMNS)
    return table.assign(sent_on=pd.to_datetime(table["sent_on"]))


def _customer_ids(traits: pd.DataFrame, seed: int) -> np.ndarray:
    """Number the customers at random; people who are none get 0."""
    customer = np.flatnonzero(~traits["prospect"].to_numpy())
    ids = np.zeros(len(traits), dtype=np.int64)
    ids[customer] = stream(seed, "ids/customer").permutation(len(customer)) + 1
    return ids


def _numbered(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Number rows from 1 in their order: that of dates and customer numbers, or random."""
    frame = frame.reset_index(drop=True)
    frame.insert(0, name, np.arange(1, len(frame) + 1))
    return frame


def _customers(persons, traits, customer_id, sources, identity, person_id) -> pd.DataFrame:
    """One row a customer, as an analyst sees them after matching: a birth date only if some system has it."""
    known = set()
    for name, column in (("ecommerce", "data_nascimento"), ("shop", "dt_nasc"), ("clinic", "nasc")):
        table = sources[name]
        has = ~table[column].isin(["", "01/01/1900"]).to_numpy()
        ids = identity.loc[identity["source"] == name, "person_id"].to_numpy()
        known.update(ids[has].tolist())
    has_birth = np.isin(person_id, list(known))
    place = lists.places()
    row = np.flatnonzero(customer_id)
    row = row[np.argsort(customer_id[row])]
    birth = persons["birth"].to_numpy().astype("datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": customer_id[row],
            "name": full_names(persons.iloc[row], persons["surname_after"].to_numpy()[row]),
            "birth_date": np.where(has_birth, birth, np.datetime64("NaT", "D"))[row],
            "city": place["city"][persons["place_after"].to_numpy()[row]],
            "state": place["state"][persons["place_after"].to_numpy()[row]],
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
            "name": full_names(persons, persons["surname_after"].to_numpy()),
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
        }
    )
    return frame.sort_values("person_id", ignore_index=True)
