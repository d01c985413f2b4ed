"""Pets: the users, while their owners buy and pay.

A pet's weight decides what it eats, what it eats decides when a pack is empty, and its death ends that
need: whoever goes on writing to the owner about its food has not looked.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from labkit.world import lists
from labkit.world.parameters import HISTORY_END, HISTORY_START, Pets
from labkit.world.streams import stream

SPECIES = np.array(["dog", "cat"], dtype=object)
YEAR = 365.25  # days


def draw_pets(traits: pd.DataFrame, seed: int, p: Pets) -> pd.DataFrame:
    """Draw the pets of every customer, one to three each; prospects have none that Caramelo knows of.

    Returns
    -------
    pandas.DataFrame
        person (row number), pet (0, 1, 2: the first one's food is what a regular customer replenishes), name,
        species, breed, weight_kg, born_on, died_on (NaT while alive), neutered; hidden: dies_on (also where it
        lies after the end of history) and daily_kg (dry food eaten a day).
    """
    rng = stream(seed, "pets")
    customer = np.flatnonzero(~traits["prospect"].to_numpy())
    count = 1 + rng.choice(len(p.per_customer), len(customer), p=p.per_customer)
    person = np.repeat(customer, count)
    n = len(person)
    start = np.cumsum(count) - count
    pet = np.arange(n) - np.repeat(start, count)
    first_is_cat = np.repeat(rng.random(len(customer)) >= p.dog_share, count)
    cat = first_is_cat ^ ((pet > 0) & (rng.random(n) >= p.same_species))
    breed, weight = _bodies(cat, rng)
    names, shares = lists.pet_names()
    acquired = traits["acquired_on"].to_numpy().astype("datetime64[D]")[person]
    born = _born(pet, acquired, rng, p)
    dies = _dies(born, np.maximum(acquired, HISTORY_START), cat, weight, rng, p)
    year_old = (HISTORY_END - born).astype(int) > YEAR
    return pd.DataFrame(
        {
            "person": person,
            "pet": pet,
            "name": names[rng.choice(len(names), n, p=shares)],
            "species": SPECIES[cat.astype(int)],
            "breed": breed,
            "weight_kg": weight,
            "born_on": born,
            "died_on": np.where(dies <= HISTORY_END, dies, np.datetime64("NaT", "D")),
            "neutered": year_old & (rng.random(n) < p.neutered),
            "dies_on": dies,
            "daily_kg": daily_food(weight, cat, p),
        }
    )


def daily_food(weight_kg: np.ndarray, cat: np.ndarray, p: Pets) -> np.ndarray:
    """Dry food that an adult pet eats, kg a day, from its weight."""
    energy = np.where(cat, p.energy_cat * weight_kg**0.67, p.energy_dog * weight_kg**0.75)
    return energy / p.food_energy


def add_feeding(traits: pd.DataFrame, pets: pd.DataFrame, seed: int, p: Pets) -> pd.DataFrame:
    """Add to the traits what a customer's pets eat; regular customers buy when the pack is empty.

    Returns
    -------
    pandas.DataFrame
        The traits with food_species, daily_kg (of all pets of that species), pack_kg, wallet_share (of the food
        bought here), period_days (between two packs bought here), need_ends_on (death of the first pet) and
        need_left (share of the purchases that remain after it). Those of regular customers follow their pets:
        purchase_rate is 7 / period_days, and the average order goes with the size of the pack.
    """
    rng = stream(seed, "pets/feeding")
    people = len(traits)
    first = pets[pets["pet"] == 0]
    owner = first["person"].to_numpy()
    species = np.full(people, "", dtype=object)
    species[owner] = first["species"].to_numpy()
    same = pets["species"].to_numpy() == species[pets["person"]]
    daily = np.bincount(pets["person"], pets["daily_kg"] * same, minlength=people)
    eaten_by_first = np.zeros(people)
    eaten_by_first[owner] = first["daily_kg"].to_numpy()
    dies = np.full(people, np.datetime64("2200-01-01"), dtype="datetime64[D]")
    dies[owner] = first["dies_on"].to_numpy().astype("datetime64[D]")

    wanted = daily * p.pack_lasts * np.exp(p.pack_spread * rng.standard_normal(people))
    pack = np.where(species == "cat", _nearest(wanted, p.packs_cat), _nearest(wanted, p.packs_dog))
    # Who buys often for the rest of reasons also buys more of the food here: the rank of the rate is kept.
    rank = (traits["purchase_rate"].rank(method="first").to_numpy() - 0.5) / people
    wallet = stats.beta.ppf(rank, p.wallet_a, p.wallet_b)
    feeds = traits["regular"].to_numpy() & (daily > 0)
    period = np.where(feeds, pack / np.maximum(daily, 1e-9) / wallet, np.nan)
    rate = np.where(feeds, 7.0 / np.where(feeds, period, 1.0), traits["purchase_rate"])
    gone = np.divide(eaten_by_first, daily, out=np.zeros(people), where=daily > 0)
    return traits.assign(
        purchase_rate=rate,
        mean_spend_brl=_spend_with_pack(traits["mean_spend_brl"].to_numpy(), pack, feeds, p),
        food_species=species,
        daily_kg=daily,
        pack_kg=pack,
        wallet_share=np.where(feeds, wallet, np.nan),
        period_days=period,
        need_ends_on=dies,
        need_left=1.0 - p.need_ends * gone,
    )


def _bodies(cat: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n = len(cat)
    breed, weight = np.empty(n, dtype=object), np.empty(n)
    u, z = rng.random(n), rng.standard_normal(n)
    for is_cat, name in ((False, "dog"), (True, "cat")):
        here = np.flatnonzero(cat == is_cat)
        kinds = lists.breeds(name)
        kind = np.searchsorted(np.cumsum(kinds["share"])[:-1], u[here], side="right")
        breed[here] = kinds["breed"][kind]
        weight[here] = kinds["weight_kg"][kind] * np.exp(kinds["spread"][kind] * z[here])
    return breed, np.round(np.clip(weight, 1.2, 70.0), 1)


def _born(pet: np.ndarray, acquired: np.ndarray, rng: np.random.Generator, p: Pets) -> np.ndarray:
    n = len(pet)
    age = np.minimum(rng.gamma(p.age_shape, p.age_mean / p.age_shape, n), 15.0) * YEAR
    later = (pet > 0) & (rng.random(n) < p.came_later)
    room = (HISTORY_END - acquired).astype(int)
    shift = np.where(later, rng.random(n) * room, -60.0 - age)
    return acquired + np.floor(shift).astype("timedelta64[D]")


def _dies(born, seen_from, cat, weight, rng, p: Pets) -> np.ndarray:
    """Draw the day of death under a Gompertz hazard, given that the pet lived when the records begin."""
    life = np.where(cat, p.life_cat, p.life_dog + p.life_by_weight * np.log(np.maximum(weight, 2.0) / 10.0))
    scale = np.log(2.0) / np.expm1(p.ageing * life)
    age = np.maximum((seen_from - born).astype(int) / YEAR, 0.0)
    hazard = scale * np.expm1(p.ageing * age) + rng.exponential(1.0, len(born))
    at = np.log1p(hazard / scale) / p.ageing
    return born + np.ceil(at * YEAR + 1).astype("timedelta64[D]")


def _nearest(wanted: np.ndarray, packs: tuple) -> np.ndarray:
    """Pack nearest to the wanted one in proportion."""
    packs = np.array(packs)
    middle = np.sqrt(packs[1:] * packs[:-1])
    return packs[np.searchsorted(middle, wanted)]


def _spend_with_pack(spend: np.ndarray, pack: np.ndarray, feeds: np.ndarray, p: Pets) -> np.ndarray:
    """Rearrange the average orders of regular customers so that large packs go with large orders.

    Only who has which value changes: the distribution of values stays as it was.
    """
    who = np.flatnonzero(feeds)
    if p.pack_spend == 0 or len(who) < 2:
        return spend
    own = stats.norm.ppf((pd.Series(spend[who]).rank(method="first").to_numpy() - 0.5) / len(who))
    size = stats.norm.ppf((stats.rankdata(pack[who]) - 0.5) / len(who))
    # The ranks of the blend receive the values: own taste and the size of the pack both count.
    blend = np.sqrt(1 - p.pack_spend**2) * own + p.pack_spend * size
    arranged = spend.copy()
    arranged[who[np.argsort(blend, kind="stable")]] = np.sort(spend[who])
    return arranged
