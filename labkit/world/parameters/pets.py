"""The pets: how many, of what kind, how heavy, how old, and what they eat."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known

NRC = "National Research Council 2006, Nutrient Requirements of Dogs and Cats (from memory)"


@dataclass(frozen=True)
class Pets:
    """Pets, the users of what their owners buy."""

    per_customer: tuple = known((0.62, 0.27, 0.11), "share", "customers with 1, 2, 3 pets")
    dog_share: float = known(0.68, "share", "first pets that are dogs; the rest are cats")
    same_species: float = known(0.78, "share", "further pets of the species of the first")
    age_shape: float = known(1.4, "1", "shape of the gamma of a pet's age when its owner is won")
    age_mean: float = known(3.8, "years", "mean of that age")
    came_later: float = known(0.30, "share", "further pets that came after the owner was won")
    life_dog: float = known(12.0, "years", "median life of a dog of 10 kg")
    life_cat: float = known(13.5, "years", "median life of a cat")
    life_by_weight: float = known(
        -1.3, "years per log kg", "heavier dogs die younger, about ten years at 40 kg"
    )
    ageing: float = known(0.38, "per year", "growth of the hazard of death with age (Gompertz)")
    neutered: float = known(0.66, "share", "pets of a year and more that are neutered")
    energy_dog: float = known(110.0, "kcal a day per kg^0.75", "energy an adult dog needs", NRC)
    energy_cat: float = known(100.0, "kcal a day per kg^0.67", "energy an adult cat needs", NRC)
    food_energy: float = known(3_600.0, "kcal per kg", "energy of dry food", NRC)
    packs_dog: tuple = known((1.0, 3.0, 7.5, 10.1, 15.0, 20.0), "kg", "packs of dry food for dogs")
    packs_cat: tuple = known((1.0, 3.0, 7.5, 10.1), "kg", "packs of dry food for cats")
    pack_lasts: float = known(36.0, "days", "how long the pack that an owner picks lasts, median")
    pack_spread: float = known(0.45, "log s.d.", "owners differ in how long a pack they pick")
    wallet_a: float = known(
        3.0, "1", "a of the beta of the share of a regular customer's food bought at Caramelo"
    )
    wallet_b: float = known(1.5, "1", "b of that beta")
    pack_spend: float = known(
        0.45, "copula correlation", "size of the pack and average value of a regular customer's order"
    )
    need_ends: float = known(
        0.85, "share", "purchases for a pet that cease with its death; 0 for a world without that cause"
    )
