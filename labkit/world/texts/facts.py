"""What truly happened to whoever writes: the last delivery, what was bought, the pets, plan and shop."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

DAY = np.timedelta64(1, "D")
COUNTED = np.array(
    ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    dtype=object,
)

EATEN = ("bulk", "dry food", "wet food", "treats")
"""Categories of products that a pet eats."""

WORN = ("accessories",)
"""Categories of products that fit or do not."""

NOUNS = {
    "bulk": ("the loose food", "what I buy by the kilo"),
    "dry food": ("the dry food", "the kibble", "the bag of food", "the food"),
    "wet food": ("the wet food", "the box of wet food"),
    "treats": ("the bag of treats", "the snack"),
    "litter": ("the litter", "the litter bag"),
}
"""How customers call what they bought where they do not use a short form of its name."""

UNKNOWN = ("the order", "the whole order")
_SIZES = re.compile(r"\b(dogs?|cats?|for|per|premium|box of|[\d.]+|k?g|m?l|l)\b")


def nouns(products: pd.DataFrame) -> dict[int, tuple[str, ...]]:
    """Return how customers call each product: never by its full name."""
    said = {}
    for row in products.itertuples():
        short = " ".join(_SIZES.sub(" ", row.name.lower()).split())
        pack = "the pack of " if short.endswith("s") and not short.endswith("ss") else "the "
        said[row.product_id] = NOUNS.get(row.category, (pack + short,))
    return said


def said_late(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Say how late something was: "3 days", "three days", "a week"; empty where it was not."""
    days = np.nan_to_num(days).astype(int)
    u = rng.random(len(days))
    words = COUNTED[np.clip(days, 0, len(COUNTED) - 1)]
    numbers = np.where((u < 0.5) | (days >= len(COUNTED)), days.astype(str).astype(object), words)
    said = numbers + np.where(days == 1, " day", " days")
    said = np.where((days == 7) & (u > 0.4), "a week", np.where((days == 14) & (u > 0.4), "two weeks", said))
    return np.where(days >= 1, said, "").astype(object)


def said_product(product: np.ndarray, products: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Say what was bought, in a customer's words; product 0 is not known."""
    u = rng.random(len(product))
    called = nouns(products)
    said = np.full(len(product), "", dtype=object)
    for one in np.unique(product):
        rows = np.flatnonzero(product == one)
        ways = np.array(called.get(one, UNKNOWN), dtype=object)
        said[rows] = ways[(u[rows] * len(ways)).astype(int)]
    return said


def about_product(product: np.ndarray, category: np.ndarray, pet: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is said of a product by its category: nobody eats a leash, and no food is too small.

    Parameters
    ----------
    product, category, pet : numpy.ndarray of object, shape (n,)
        What was bought, in the customer's words; its category, empty where it is not known; the animal.
    """
    eaten, worn = np.isin(category, EATEN), np.isin(category, WORN)
    dislikes = " if " + pet.astype(object) + " does not like it"
    return {
        "food": np.where(eaten, product, "the food").astype(object),
        "unfit": np.where(
            eaten, dislikes, np.where(worn, " if it does not fit", " if I do not need it")
        ).astype(object),
        "delicate": np.where(eaten, "a sensitive stomach", "a nervous animal").astype(object),
        "rejects": np.where(eaten, "will not eat", "does not tolerate").astype(object),
        "changed": np.where(eaten, "is the recipe new", "is it a new version").astype(object),
    }


def judged(category: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is good and bad about a product by its category: no food is too small, and no leash is fresh."""
    eaten, worn = np.isin(category, EATEN), np.isin(category, WORN)
    return {
        "flaw": np.where(worn, "does not fit", "is not worth it").astype(object),
        "small": np.where(worn, "too small", "too dear for what it is").astype(object),
        "large": np.where(worn, "too big", "a waste of money").astype(object),
        "fresh": np.where(eaten, "always fresh", "nothing breaks").astype(object),
        "dated": np.where(eaten, "long dates", "made to last").astype(object),
    }


def said_tenure(days: np.ndarray) -> np.ndarray:
    """Say for how long somebody has been a customer, never for longer than it is: "two years", "some months"."""
    years = np.clip(np.asarray(days) // 366, 0, len(COUNTED) - 1).astype(int)
    short = np.where(np.asarray(days) >= 90, "some months", "some weeks")
    said = np.where(years >= 2, COUNTED[years] + " years", np.where(years == 1, "a year", short))
    return said.astype(object)


def last_before(
    customer: np.ndarray, at: np.ndarray, events: pd.DataFrame, when: str, days: float
) -> np.ndarray:
    """Return for each (customer, moment) the row of the customer's last event in the days before, or -1.

    Parameters
    ----------
    customer : numpy.ndarray of int, shape (n,)
    at : numpy.ndarray of datetime64, shape (n,)
    events : pandas.DataFrame
        customer_id and the column ``when``, in any order.
    when : str
    days : float
        An event may be so many days old; one of the same day is too fresh.
    """
    who = events["customer_id"].to_numpy()
    row = np.flatnonzero(np.isin(who, customer))
    time = events[when].to_numpy()[row].astype("datetime64[D]").astype(np.int64)
    row, time = row[time >= 0], time[time >= 0]
    order = np.lexsort((time, who[row]))
    row, time = row[order], time[order]
    # One number that sorts by customer, then by day.
    key = who[row].astype(np.int64) * 100_000 + time
    day = np.asarray(at).astype("datetime64[D]").astype(np.int64)
    place = np.searchsorted(key, customer.astype(np.int64) * 100_000 + day) - 1
    if len(row) == 0:
        return np.full(len(customer), -1)
    ok = (place >= 0) & (who[row[place]] == customer) & (day - time[place] <= days)
    return np.where(ok, row[np.maximum(place, 0)], -1)


def late_days(deliveries: pd.DataFrame) -> np.ndarray:
    """Return how many days after the promised day each delivery came; NaN if it did not."""
    return (deliveries["delivered_on"] - deliveries["promised_on"]).dt.days.to_numpy(dtype=float)


def pet_of(
    customer: np.ndarray, at: np.ndarray, pets: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return a living pet of every customer at a moment: its name and species, empty if there is none."""
    pets = pets.loc[pets["customer_id"].isin(np.unique(customer))]
    pets = pets.sort_values(["customer_id", "pet_id"], ignore_index=True)
    owner = pets["customer_id"].to_numpy()
    start, end = np.searchsorted(owner, customer), np.searchsorted(owner, customer, side="right")
    u = rng.random(len(customer))
    row = start + (u * np.maximum(end - start, 1)).astype(int)
    found = end > start
    row = np.where(found, np.minimum(row, len(pets) - 1), 0)
    at = np.asarray(at).astype("datetime64[D]")
    if len(pets) == 0:
        blank = np.full(len(customer), "", dtype=object)
        return pd.DataFrame({"name": blank, "species": blank})
    born = pets["born_on"].to_numpy().astype("datetime64[D]")[row]
    died = pets["died_on"].to_numpy().astype("datetime64[D]")[row]
    alive = found & (born <= at) & ~(died <= at)
    return pd.DataFrame(
        {c: np.where(alive, pets[c].to_numpy(dtype=object)[row], "") for c in ("name", "species")}
    )


def said_pet(pet: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Say which animal: its name, or "my dog"."""
    name, species = pet["name"].to_numpy(), pet["species"].to_numpy()
    called = np.where(species != "", "my " + species, "my pet")
    return np.where((rng.random(len(pet)) < 0.55) & (name != ""), name, called).astype(object)
