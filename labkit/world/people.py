"""Who there is: households, names, birth dates, documents, phones, e-mails, addresses.

Everybody is drawn as if living alone; then the household overrules: spouses, children, twins and
namesakes take from the first person of the household what such people share.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from labkit.world import letters, lists
from labkit.world.documents import cpf_numbers, email_addresses, mobile_numbers
from labkit.world.parameters import Population
from labkit.world.streams import stream

DAY = np.timedelta64(1, "D")
YOUNGEST, OLDEST = 24.1, 86.0  # years, on the last day of history


def draw_people(people: int, seed: int, p: Population) -> pd.DataFrame:
    """Draw ``people`` people in households, one row each.

    Returns
    -------
    pandas.DataFrame
        Indexed 0..people-1, members of a household side by side. Columns: household, role, sex, given,
        surname_before, surname_after, suffix, name_changed_on, birth, twin_of, homonym_of, junior_of
        (row numbers, -1 for nobody), cpf, mobile_before, mobile_after, mobile_changed_on, email, email_other,
        household_email, household_phone, place, street and number and cep before and after, moved_on.
    """
    household, position, head = _households(people, stream(seed, "people/households"), p)
    rng = stream(seed, "people/persons")
    female = rng.random(people) < p.female_share
    role = _roles(people, position, stream(seed, "people/roles"), p)
    female = _sexes(female, role, head)
    birth = _births(role, head, stream(seed, "people/births"), p)
    frame = pd.DataFrame(
        {
            "household": household,
            "head": head,
            "role": role,
            "sex": np.where(female, "female", "male"),
            "birth": birth,
        }
    )
    _name(frame, stream(seed, "people/names"), p)
    _twins(frame, stream(seed, "people/twins"))
    _juniors(frame, stream(seed, "people/juniors"), p)
    _homonyms(frame, stream(seed, "people/homonyms"), p)
    _change_names(frame, stream(seed, "people/name changes"), p)
    _settle(frame, stream(seed, "people/addresses"), p)
    frame["cpf"] = cpf_numbers(people, stream(seed, "people/cpf"))
    _reach(frame, stream(seed, "people/reach"), p)
    return frame


def full_names(frame: pd.DataFrame, surname: letters.Texts) -> pd.api.extensions.ExtensionArray:
    """Join given names, a surname column and the suffix (Filho, Júnior, Neto)."""
    return letters.column(letters.join_words(frame["given"], surname, frame["suffix"]))


def _households(people: int, rng: np.random.Generator, p: Population) -> tuple[np.ndarray, ...]:
    sizes = rng.choice(np.arange(1, len(p.household_size) + 1), size=people, p=p.household_size)
    household = np.repeat(np.arange(people), sizes)[:people]
    start = np.searchsorted(household, household, side="left")
    return household, np.arange(people) - start, start


def _roles(people: int, position: np.ndarray, rng: np.random.Generator, p: Population) -> np.ndarray:
    u = rng.random(people)
    second = np.select(
        [
            u < p.spouse_share,
            u < p.spouse_share + p.child_share,
            u < p.spouse_share + p.child_share + p.twin_share,
        ],
        ["spouse", "child", "twin"],
        "sibling",
    )
    later = np.where(u < 0.8, "child", "sibling")
    return np.select([position == 0, position == 1], ["head", second], later).astype(object)


def _sexes(female: np.ndarray, role: np.ndarray, head: np.ndarray) -> np.ndarray:
    female = np.where(role == "spouse", ~female[head], female)
    return np.where(role == "twin", female[head], female)


def _births(role: np.ndarray, head: np.ndarray, rng: np.random.Generator, p: Population) -> np.ndarray:
    """Draw birth dates; everybody was of age on becoming a customer, in 2020 at the earliest."""
    n = len(role)
    u = rng.random((n, 2))
    age = _within(rng.normal(p.age_mean, p.age_spread, n), u)
    parent = np.zeros(n, dtype=bool)
    parent[head[role == "child"]] = True
    age = np.where(parent, rng.uniform(50, OLDEST, n), age)
    apart = rng.normal(0, 3.5, n)
    between = rng.uniform(1.2, 9, n) * rng.choice([-1, 1], n)
    # A parent was between 19 and 38, and no more than leaves the child of age.
    generation = 19 + rng.random(n) * (np.minimum(38, age[head] - YOUNGEST) - 19)
    age = np.where(role == "spouse", _within(age[head] + apart, u), age)
    age = np.where(role == "child", age[head] - generation, age)
    age = np.where(role == "sibling", _within(age[head] + between, u), age)
    birth = np.datetime64("2025-12-31") - np.round(age * 365.25).astype("timedelta64[D]")
    return np.where(role == "twin", birth[head], birth)


def _within(age: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Draw ages out of range again, near the bound they broke."""
    age = np.where(age < YOUNGEST, YOUNGEST + 9 * u[:, 0], age)
    return np.where(age > OLDEST, OLDEST - 9 * u[:, 1], age)


def _surname(n: int, rng: np.random.Generator, p: Population) -> pa.Array:
    last = lists.names()["last"]
    spoken = [f"{lists.particles()[name]} {name}" if name in lists.particles() else name for name in last]
    chosen = rng.choice(len(last), size=n, p=lists.by_rank(len(last)))
    return letters.pick([*last, *spoken], chosen + len(last) * (rng.random(n) < p.particle))


def _name(frame: pd.DataFrame, rng: np.random.Generator, p: Population) -> None:
    n = len(frame)
    head = frame["head"].to_numpy()
    role = frame["role"]
    first_names, second_names, first_code, second_code = [], [], np.empty(n, int), np.empty(n, int)
    for sex in ("female", "male"):
        here = (frame["sex"] == sex).to_numpy()
        for names, code, kind, exponent in (
            (first_names, first_code, sex, 0.6),
            (second_names, second_code, f"second_{sex}", 0.5),
        ):
            fresh = lists.names()[kind]
            code[here] = len(names) + rng.choice(
                len(fresh), here.sum(), p=lists.by_rank(len(fresh), exponent)
            )
            names += fresh
    given, second = letters.pick(first_names, first_code), letters.pick(second_names, second_code)
    double = (rng.random(n) < p.second_name) & ~letters.equal(given, second)
    first, last = _surname(n, rng, p), _surname(n, rng, p)
    single = rng.random(n) < p.one_surname
    own = letters.where(single | letters.equal(first, last), last, letters.join(first, last, between=" "))
    # Children bear the mother's and the father's surname, brothers, sisters and twins the same as the first.
    mother = _surname(n, rng, p)
    child = letters.join(letters.take(mother, head), letters.take(last, head), between=" ")
    surname = letters.where((role == "child").to_numpy(), child, own)
    surname = letters.where(role.isin(["sibling", "twin"]).to_numpy(), letters.take(own, head), surname)
    frame["given"] = letters.column(letters.where(double, letters.join(given, second, between=" "), given))
    frame["surname_before"] = letters.column(surname)
    frame["suffix"] = letters.column(letters.pick([""], np.zeros(n, int)))


def _twins(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    frame["twin_of"] = -1
    role, head = frame["role"].to_numpy(), frame["head"].to_numpy()
    twin = np.flatnonzero(role == "twin")
    twin_of = np.full(len(frame), -1)
    fresh: dict[int, str] = {}
    sexes = frame["sex"].iloc[twin]
    second = {sex: lists.names()[f"second_{sex}"] for sex in ("female", "male")}
    alike, which, double = rng.random(len(twin)), rng.random(len(twin)), rng.random((len(twin), 3))
    for row, sex, u, v, (d, a, b) in zip(twin, sexes, alike, which, double, strict=True):
        if u < 0.62:  # similar names: Mariana and Mariane
            pairs = lists.twins()[sex]
            one, other = pairs[int(v * len(pairs))]
        else:  # the same first name with another second one: Maria Clara and Maria Luíza
            firsts = lists.names()[sex]
            pick = second[sex]
            one = f"{firsts[int(v * 12)]} {pick[int(a * len(pick))]}"
            other = f"{firsts[int(v * 12)]} {pick[(int(a * len(pick)) + 1 + int(b * (len(pick) - 1))) % len(pick)]}"
            d = 1.0
        if d < 0.25:
            pick = second[sex]
            one, other = f"{one} {pick[int(a * len(pick))]}", f"{other} {pick[int(a * len(pick))]}"
        fresh[int(head[row])], fresh[int(row)] = one, other
        twin_of[row], twin_of[head[row]] = head[row], row
    frame["given"] = letters.column(_put(frame["given"], fresh))
    frame["twin_of"] = twin_of


def _put(texts: pd.Series, fresh: dict[int, str]) -> pa.Array:
    """Return the texts with those of some rows replaced."""
    rows = np.sort(np.fromiter(fresh, dtype=int, count=len(fresh)))
    mask = np.zeros(len(texts), dtype=bool)
    mask[rows] = True
    return letters.replace(texts, mask, [fresh[row] for row in rows.tolist()])


def _juniors(frame: pd.DataFrame, rng: np.random.Generator, p: Population) -> None:
    head = frame["head"].to_numpy()
    male = (frame["sex"] == "male").to_numpy()
    son = (
        (frame["role"] == "child").to_numpy() & male & male[head] & (rng.random(len(frame)) < p.junior_share)
    )
    gap = (frame["birth"].to_numpy() - frame["birth"].to_numpy()[head]) / DAY / 365.25
    suffix = np.where(gap > 36, 3, np.where(rng.random(len(frame)) < 0.5, 1, 2))
    source = np.where(son, head, np.arange(len(frame)))
    for column in ("given", "surname_before"):
        frame[column] = letters.column(letters.take(frame[column], source))
    frame["suffix"] = letters.column(letters.pick(("", "Filho", "Júnior", "Neto"), np.where(son, suffix, 0)))
    frame["junior_of"] = np.where(son, head, -1)


def _homonyms(frame: pd.DataFrame, rng: np.random.Generator, p: Population) -> None:
    """Give some who live alone the whole name of somebody else who does."""
    size = _household_size(frame)
    homonym_of = np.full(len(frame), -1)
    for sex in ("female", "male"):
        alone = rng.permutation(np.flatnonzero((size == 1) & (frame["sex"] == sex).to_numpy()))
        pairs = min(round(p.homonym_share * (frame["sex"] == sex).sum() / 2), len(alone) // 2)
        homonym_of[alone[:pairs]] = alone[pairs : 2 * pairs]
    copy = np.flatnonzero(homonym_of >= 0)
    donor = homonym_of[copy]
    source = np.where(homonym_of >= 0, homonym_of, np.arange(len(frame)))
    for column in ("given", "surname_before"):
        frame[column] = letters.column(letters.take(frame[column], source))
    birth = frame["birth"].to_numpy(copy=True)
    same_year = rng.random(len(copy)) < p.homonym_same_year
    start = birth[donor].astype("datetime64[Y]").astype("datetime64[D]")
    another_day = start + rng.integers(0, 365, len(copy)).astype("timedelta64[D]")
    another_day = np.where(another_day == birth[donor], another_day - 40 * DAY, another_day)
    birth[copy] = np.where(same_year, another_day, birth[copy])
    frame["birth"] = birth
    homonym_of[donor] = copy  # both sides know each other
    frame["homonym_of"] = homonym_of


def _household_size(frame: pd.DataFrame) -> np.ndarray:
    """Return for each person how many live in the household."""
    return np.bincount(frame["household"])[frame["household"]]


def _change_names(frame: pd.DataFrame, rng: np.random.Generator, p: Population) -> None:
    """Wives who take the husband's surname, long ago or during history; other changes during history."""
    n = len(frame)
    head = frame["head"].to_numpy()
    before = letters.arrow(frame["surname_before"])
    female = (frame["sex"] == "female").to_numpy()
    last = letters.by_word(before, lambda surname: surname.split(" ")[-1])
    partner = np.arange(n)
    spouse = np.flatnonzero(frame["role"] == "spouse")
    partner[spouse], partner[head[spouse]] = head[spouse], spouse
    wife = female & (partner != np.arange(n)) & (rng.random(n) < p.takes_surname)
    other = female & ~wife & (frame["homonym_of"] < 0).to_numpy() & (rng.random(n) < p.name_changed_share)
    other &= (frame["twin_of"] < 0).to_numpy()
    fresh = _surname(n, rng, p)
    added = letters.where(wife, letters.take(last, partner), fresh)
    after = letters.where(wife | other, letters.join(last, added, between=" "), before)
    recently = other | (rng.random(n) < 0.45)
    changed = np.datetime64("2022-01-01") + rng.integers(0, 1_400, n).astype("timedelta64[D]")
    changed = np.where(recently, changed, np.datetime64("2010-01-01"))
    frame["surname_after"] = letters.column(after)
    same = letters.equal(after, before)
    frame["name_changed_on"] = np.where(same, np.datetime64("2010-01-01"), changed)


def _settle(frame: pd.DataFrame, rng: np.random.Generator, p: Population) -> None:
    """Addresses are the household's; a move keeps four in five in the same city."""
    n = len(frame)
    head = frame["head"].to_numpy()
    place = lists.places()
    weight = place["weight"] / place["weight"].sum()
    before = rng.choice(len(weight), n, p=weight)
    homonym = frame["homonym_of"].to_numpy()
    together = (homonym > np.arange(n)) & (rng.random(n) < p.homonym_same_city)
    before = np.where(together, before[homonym], before)[head]
    after = np.where(rng.random(n)[head] < 0.8, before, rng.choice(len(weight), n, p=weight)[head])
    moved = rng.random(n)[head] < p.moved_share
    day = np.datetime64("2022-01-01") + rng.integers(0, 1_400, n).astype("timedelta64[D]")
    frame["moved_on"] = np.where(moved, day[head], np.datetime64("2010-01-01"))
    flat_share = 0.4
    for when, city in (("before", before), ("after", after)):
        street = rng.integers(0, len(lists.streets()), n)[head]
        number = rng.integers(2, 2_800, n)[head]
        flat = rng.integers(1, 220, n)[head]
        flat = np.where(rng.random(n)[head] < flat_share, flat, 0)
        low, high = place["cep_from"][city], place["cep_to"][city]
        cep = low + np.floor(rng.random(n)[head] * (high - low + 1)).astype(int)
        cep = cep * 1_000 + rng.integers(0, 900, n)[head]
        frame[f"place_{when}"] = city
        frame[f"street_{when}"] = letters.column(letters.pick(lists.streets(), street))
        frame[f"number_{when}"] = letters.column(letters.pick([str(i) for i in range(2_800)], number))
        frame[f"flat_{when}"] = letters.column(letters.pick(["", *map(str, range(1, 220))], flat))
        frame[f"cep_{when}"] = letters.column(letters.padded(cep, 8))


def _reach(frame: pd.DataFrame, rng: np.random.Generator, p: Population) -> None:
    n = len(frame)
    head = frame["head"].to_numpy()
    size = _household_size(frame)
    ddd = lists.places()["ddd"][frame["place_before"].to_numpy()]
    numbers = mobile_numbers(3 * n, np.tile(ddd, 3), rng)
    frame["mobile_before"], frame["mobile_after"] = numbers[:n], numbers[n : 2 * n]
    changes = rng.random(n) < p.new_mobile_share
    day = np.datetime64("2022-01-01") + rng.integers(0, 1_400, n).astype("timedelta64[D]")
    frame["mobile_changed_on"] = np.where(changes, day, np.datetime64("2030-01-01"))
    shares_phone = (size > 1) & (rng.random(n)[head] < p.shared_phone_share)
    frame["household_phone"] = letters.column(
        letters.where(shares_phone, letters.take(numbers[2 * n :], head), "")
    )
    email, other, family = email_addresses(frame, rng)
    frame["email"] = letters.column(email)
    has_other = rng.random(n) < p.second_email_share
    frame["email_other"] = letters.column(letters.where(has_other, other, ""))
    shares_email = (size > 1) & (rng.random(n)[head] < p.shared_email_share)
    # One address for all is either the family's own or simply that of the first person of the household.
    common = letters.where(rng.random(n) < 0.5, family, email)
    frame["household_email"] = letters.column(letters.where(shares_email, letters.take(common, head), ""))
