"""What each customer needs: for which pets, of what age, and which dry food is the usual one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.world.goods.catalogue import Catalogue
from labkit.world.parameters.goods import Goods

FAR = np.iinfo(np.int32).max // 2
NEVER = -1


@dataclass(frozen=True)
class Owners:
    """Arrays by row of persons; days are counted from 1970-01-01.

    Attributes
    ----------
    keeps : dict of str to (first, last)
        By species: from when until when there is such a pet (first > last: never).
    born : dict of str to numpy.ndarray
        By species: birth of the youngest pet.
    first_is_cat : numpy.ndarray of bool
    favourite : numpy.ndarray of int
        Row of the dry food that is bought again and again, NEVER for people without pets.
    """

    keeps: dict[str, tuple[np.ndarray, np.ndarray]]
    born: dict[str, np.ndarray]
    first_is_cat: np.ndarray
    favourite: np.ndarray


def draw_owners(
    traits: pd.DataFrame, pets: pd.DataFrame, goods: Catalogue, rng: np.random.Generator
) -> Owners:
    """Read from the pets what their owners need, and draw their favourite food in the size of their pack.

    Parameters
    ----------
    traits : pandas.DataFrame
        With food_species, pack_kg and mean_spend_brl.
    pets : pandas.DataFrame
        person, species, born_on, died_on.
    """
    people = len(traits)
    keeps, born = {}, {}
    for species in ("dog", "cat"):
        some = pets[pets["species"] == species]
        who = some["person"].to_numpy()
        birth = some["born_on"].to_numpy().astype("datetime64[D]").astype(np.int32)
        death = some["died_on"].to_numpy().astype("datetime64[D]")
        gone = np.where(np.isnat(death), FAR, death.astype(np.int32))
        first, last, young = (np.full(people, day, dtype=np.int32) for day in (FAR, -FAR, -FAR))
        np.minimum.at(first, who, birth)
        np.maximum.at(last, who, gone)
        np.maximum.at(young, who, birth)
        keeps[species], born[species] = (first, last), young
    return Owners(keeps, born, (traits["food_species"] == "cat").to_numpy(), _favourites(traits, goods, rng))


def _favourites(traits: pd.DataFrame, goods: Catalogue, rng: np.random.Generator) -> np.ndarray:
    """Among the foods in the pack that the pets need, whom spends little takes a cheap one."""
    chosen = np.full(len(traits), NEVER)
    u = rng.random(len(traits))
    species = traits["food_species"].to_numpy()
    pack = traits["pack_kg"].to_numpy()
    spend = traits["mean_spend_brl"].to_numpy()
    food = (goods.of("category") == "dry food") & goods.on_offer.all(axis=1)
    food[np.concatenate([goods.puppy_food, goods.kitten_food])] = False
    for kind in ("dog", "cat"):
        rows = np.flatnonzero(food & goods.fits(kind))
        sizes = goods.of("pack_kg")[rows]
        here = np.flatnonzero(species == kind)
        nearest = np.abs(np.log(pack[here, None] / np.unique(sizes))).argmin(axis=1)
        weight = goods.of("popularity")[rows] * (sizes == np.unique(sizes)[nearest, None])
        weight *= np.where(goods.of("price_brl")[rows] < 0.8 * spend[here, None], 1.0, 0.15)
        total = np.cumsum(weight, axis=1)
        place = (total < u[here, None] * total[:, -1:]).sum(axis=1)
        chosen[here] = rows[place]
    return chosen


def ages(owners: Owners, species: str, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Age in days, on ``day``, of the youngest pet of a species; the far past where there is none."""
    return day - owners.born[species][person]


def has(owners: Owners, species: str, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Whether a person has a living pet of a species on ``day``."""
    first, last = owners.keeps[species]
    return (first[person] <= day) & (day < last[person])


def young(owners: Owners, species: str, person: np.ndarray, day: np.ndarray, p: Goods) -> np.ndarray:
    """Whether the youngest pet of a species is of an age for puppy or kitten food."""
    age = ages(owners, species, person, day)
    return has(owners, species, person, day) & (age >= p.young_days[0]) & (age < p.young_days[1])
