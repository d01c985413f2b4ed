"""Frozen lists of names, places and streets, so that the bytes of a world depend on no other package."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent


def _rows(file: str) -> list[dict[str, str]]:
    with (_HERE / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@functools.cache
def names() -> dict[str, list[str]]:
    """Names by kind (female, male, second_female, second_male, last), the more frequent first."""
    return {row["kind"]: row["names"].split() for row in _rows("names.csv") if " " not in row["kind"]}


@functools.cache
def twins() -> dict[str, list[tuple[str, str]]]:
    """Pairs of similar given names, by sex ("female", "male")."""
    pairs = {
        row["kind"]: row["names"].split() for row in _rows("names.csv") if row["kind"].startswith("twins ")
    }
    return {kind.removeprefix("twins "): [tuple(p.split("/")) for p in ps] for kind, ps in pairs.items()}


@functools.cache
def particles() -> dict[str, str]:
    """Particles that some surnames are heard with: da Silva, dos Santos."""
    rows = {
        row["kind"]: row["names"].split() for row in _rows("names.csv") if row["kind"].startswith("after ")
    }
    return {name: kind.removeprefix("after ") for kind, group in rows.items() for name in group}


@functools.cache
def nicknames() -> dict[str, list[str]]:
    """Nicknames by given name."""
    return {row["name"]: row["nicknames"].split() for row in _rows("nicknames.csv")}


@functools.cache
def places() -> dict[str, np.ndarray]:
    """Cities as columns: city, state, ddd (area code), cep_from and cep_to (first five digits), weight."""
    rows = _rows("places.csv")
    columns = {key: np.array([row[key] for row in rows], dtype=object) for key in rows[0]}
    for key, dtype in (("ddd", int), ("cep_from", int), ("cep_to", int), ("weight", float)):
        columns[key] = columns[key].astype(dtype)
    return columns


@functools.cache
def streets() -> np.ndarray:
    """Street names such as "Rua das Acácias"."""
    return np.array([f"{row['kind']} {row['street']}" for row in _rows("streets.csv")], dtype=object)


def by_rank(n: int, exponent: float = 0.75) -> np.ndarray:
    """Shares of ``n`` things listed from the most to the least frequent, by Zipf's law."""
    weight = 1.0 / np.arange(1, n + 1) ** exponent
    return weight / weight.sum()


@functools.cache
def breeds(species: str) -> dict[str, np.ndarray]:
    """Breeds of dogs or cats as columns: breed, share, weight_kg (median of an adult), spread (log s.d.)."""
    rows = [row for row in _rows("breeds.csv") if row["species"] == species]
    share = np.array([float(row["share"]) for row in rows])
    return {
        "breed": np.array([row["breed"] for row in rows], dtype=object),
        "share": share / share.sum(),
        "weight_kg": np.array([float(row["weight_kg"]) for row in rows]),
        "spread": np.array([float(row["spread"]) for row in rows]),
    }


@functools.cache
def pet_names() -> tuple[np.ndarray, np.ndarray]:
    """Names of pets and their shares."""
    rows = _rows("pet_names.csv")
    share = np.array([float(row["share"]) for row in rows])
    return np.array([row["name"] for row in rows], dtype=object), share / share.sum()
