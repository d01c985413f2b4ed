"""Matching the four sources is hard, but fair: exact matching fails, a plain matcher succeeds, without the truth.

The matcher's weights are round numbers in the spirit of log odds, set by hand from what the systems are (which field
is typed how, who shares what), not fitted to the truth.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rapidfuzz.distance import DamerauLevenshtein
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from labkit.world import lists
from labkit.world.documents import plain

PARTICLES = {"da", "de", "do", "dos", "das"}
SUFFIXES = {"filho", "junior", "neto"}
STREETS = {"R.": "Rua", "Av.": "Avenida", "Tv.": "Travessa", "Al.": "Alameda"}


@pytest.fixture(scope="module")
def records(world) -> pd.DataFrame:
    stacked = stack(world.visible())
    identity = world.truth.identity.set_index(["source", "record_id"])["person_id"]
    return stacked.assign(
        person=identity.loc[list(zip(stacked["source"], stacked["record_id"], strict=True))].to_numpy()
    )


@pytest.fixture(scope="module")
def matched(records) -> np.ndarray:
    return match(records.drop(columns="person"))


def pairwise(cluster: np.ndarray, records: pd.DataFrame) -> tuple[float, float, float]:
    """Precision, recall and F1 over all pairs, within and across sources."""
    person = records["person"].to_numpy()
    return scores(cluster, person, true_pairs(person))


def test_exact_matching_on_name_and_birth_date_fails(records):
    precision, recall, f1 = pairwise(exact(records), records)
    assert f1 < 0.6
    assert precision > 0.95  # what it finds is right; it finds too little
    assert recall < 0.4


def test_no_single_field_suffices(records):
    for field in ("cpf", "email", "phone"):
        key = records[field].mask(records[field] == "", records["record_id"])
        assert pairwise(pd.factorize(key)[0], records)[2] < 0.8, field


def test_a_plain_matcher_exceeds_095(records, matched):
    assert pairwise(matched, records)[2] > 0.95


def test_ignoring_first_names_merges_twins_and_costs_precision(records, matched):
    careless = match(records.drop(columns="person"), first_names_count=False)
    assert pairwise(careless, records)[0] < pairwise(matched, records)[0] - 0.04


@pytest.mark.parametrize("kind", ["twin_of", "homonym_of"])
def test_merging_those_planted_costs_precision(world, records, kind):
    other = world.truth.people.set_index("person_id")[kind]
    person = records["person"].to_numpy()
    partner = other.loc[person].to_numpy()
    merged = np.where(partner > 0, np.minimum(person, partner), person)
    assert pairwise(merged, records)[0] < 0.985


def test_truth_scores_one(records):
    assert pairwise(records["person"].to_numpy(), records) == (1.0, 1.0, 1.0)


def stack(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the four sources into one frame of name, birth, cpf, phone, email, cep, address, city."""
    web, shop, clinic, news = (tables[f"source_{n}"] for n in ("ecommerce", "shop", "clinic", "newsletter"))

    def digits(s):
        return s.str.replace(r"\D", "", regex=True)

    line = clinic["endereco"].str.split(" ap ").str[0]
    line = line.map(lambda s: STREETS.get(s.split(" ")[0], s.split(" ")[0]) + " " + s.partition(" ")[2])
    born = pd.to_datetime(clinic["nasc"], format="%d/%m/%y")
    born = born.mask(born.dt.year > 2007, born - pd.DateOffset(years=100))
    parts = {
        "ecommerce": {
            "record_id": web["record_id"], "name": web["nome_completo"], "birth": pd.to_datetime(web["data_nascimento"]),
            "cpf": digits(web["cpf"]), "phone": digits(web["celular"]), "email": web["email"], "cep": digits(web["cep"]),
            "address": web["endereco"] + ", " + web["numero"], "city": web["cidade"],
        },
        "shop": {
            "record_id": shop["record_id"], "name": shop["nome"],
            "birth": pd.to_datetime(shop["dt_nasc"].mask(shop["dt_nasc"] == "01/01/1900"), format="%d/%m/%Y"),
            "cpf": shop["nr_cpf"].str.zfill(11), "phone": shop["fone"], "email": shop["e_mail"], "cep": shop["cep"],
            "city": shop["cidade"],
        },
        "clinic": {
            "record_id": clinic["record_id"], "name": clinic["tutor_nome"] + " " + clinic["tutor_sobrenome"],
            "birth": born, "cpf": digits(clinic["cpf_tutor"]), "phone": digits(clinic["telefone"]),
            "email": clinic["email_contato"], "address": line, "city": clinic["municipio"].str.split("/").str[0],
        },
        "newsletter": {"record_id": news["record_id"], "name": news["nome"], "email": news["email"]},
    }  # fmt: skip
    frame = pd.concat([pd.DataFrame(p).assign(source=name) for name, p in parts.items()], ignore_index=True)
    for column in ("name", "cpf", "phone", "email", "cep", "address", "city"):
        frame[column] = [plain(v).lower().strip() if isinstance(v, str) else "" for v in frame[column]]
    frame["birth"] = pd.to_datetime(frame["birth"]).dt.strftime("%Y%m%d").fillna("")
    return frame


def scores(cluster: np.ndarray, person: np.ndarray, true: int) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1 of a clustering."""
    found = _pairs(pd.Series(cluster).value_counts())
    right = _pairs(pd.DataFrame({"c": cluster, "p": person}).value_counts())
    precision, recall = right / max(found, 1), right / true
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def true_pairs(person: np.ndarray) -> int:
    """Pairs of records, within and across sources, of one person."""
    return _pairs(pd.Series(person).value_counts())


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def exact(frame: pd.DataFrame) -> np.ndarray:
    """Cluster records with equal name and birth date; records without one of them stay alone."""
    key = frame["name"] + "|" + frame["birth"]
    alone = (frame["name"] == "") | (frame["birth"] == "")
    return pd.factorize(key.mask(alone, frame["record_id"]))[0]


def match(frame: pd.DataFrame, threshold: float = 7.0, *, first_names_count: bool = True) -> np.ndarray:
    """Cluster records whose points reach the threshold; connected components."""
    names = [_name(text) for text in frame["name"]]
    pairs = np.array(sorted(_candidates(frame, names)))
    points = _Points(frame, names, first_names_count)
    keep = np.array([points(i, j) >= threshold for i, j in pairs])
    i, j = pairs[keep].T
    n = len(frame)
    return connected_components(coo_matrix((np.ones(len(i)), (i, j)), shape=(n, n)), directed=False)[1]


def _name(text: str) -> tuple[str, list[str], str]:
    words = [w for w in text.replace(".", "").split() if w not in PARTICLES]
    suffix = next((w for w in words if w in SUFFIXES), "")
    words = [w for w in words if w not in SUFFIXES]
    return (words[0] if words else "", words[1:], suffix)


def _candidates(frame: pd.DataFrame, names: list) -> set[tuple[int, int]]:
    first = [n[0] for n in names]
    last = [n[1][-1] if n[1] else "" for n in names]
    column = {c: frame[c].tolist() for c in ("cpf", "email", "phone", "birth", "city", "address", "cep")}
    year = [b[:4] for b in column["birth"]]
    keys = [
        [column["cpf"]], [column["email"]], [column["phone"]], [column["birth"], [f[:1] for f in first]],
        [column["birth"], [w[:3] for w in last]], [first, last, column["city"]], [first, last, year],
        [column["address"], column["city"]], [column["cep"], first],
    ]  # fmt: skip
    found: set[tuple[int, int]] = set()
    for key in keys:
        blocks = defaultdict(list)
        for row, value in enumerate(zip(*key, strict=True)):
            if all(value):
                blocks[value].append(row)
        for rows in blocks.values():
            if len(rows) <= 60:
                found.update(combinations(rows, 2))
    return found


class _Points:
    def __init__(self, frame: pd.DataFrame, names: list, first_names_count: bool):
        self.names, self.first_names_count = names, first_names_count
        self.field = {
            c: frame[c].tolist() for c in ("cpf", "email", "phone", "birth", "city", "address", "cep")
        }
        self.frequent = Counter(n[0] for n in names)
        self.nick = defaultdict(set)
        with (Path(lists.__file__).parent / "nicknames.csv").open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                for nick in row["nicknames"].split():
                    self.nick[plain(nick).lower()].add(plain(row["name"]).lower())
        self.firsts_of_email = defaultdict(set)
        for email, name in zip(self.field["email"], names, strict=True):
            if email and name[0]:
                self.firsts_of_email[email].add(name[0])

    def __call__(self, i: int, j: int) -> float:
        total = (
            self._first(i, j) + self._rest(i, j) + self._birth(self.field["birth"][i], self.field["birth"][j])
        )
        total += self._agreement("cpf", i, j, same=7, near=3, other=-4.5)
        total += self._agreement("phone", i, j, same=5, near=3, other=-0.7)
        total += self._agreement("email", i, j, same=5.5, near=3.5, other=-0.7)
        home = self._agreement("cep", i, j, same=3.5, near=-0.5, other=-0.5)
        total += home or self._agreement("address", i, j, same=3.5, near=-0.5, other=-0.5)
        return total + self._agreement("city", i, j, same=0.8, near=-1, other=-1)

    def _agreement(self, field: str, i: int, j: int, *, same: float, near: float, other: float) -> float:
        a, b = self.field[field][i], self.field[field][j]
        if not a or not b:
            return 0.0
        if a == b:
            return same
        return near if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1 else other

    def _first(self, i: int, j: int) -> float:
        a, b = self.names[i][0], self.names[j][0]
        if not a or not b:  # a subscription without a name: its address decides, unless a family shares it
            email = self.field["email"][i]
            return 2.0 if email and len(self.firsts_of_email[email]) <= 1 else 0.0
        if a == b:
            return 3.0
        if not self.first_names_count:
            return 0.0
        if b in self.nick[a] or a in self.nick[b]:
            return 2.5
        rare = min(self.frequent[a], self.frequent[b]) < 4 and min(len(a), len(b)) >= 4
        return 2.0 if rare and DamerauLevenshtein.distance(a, b) == 1 else -7.0

    def _rest(self, i: int, j: int) -> float:
        few, many = sorted((self.names[i][1], self.names[j][1]), key=len)
        suffixes = {self.names[i][2], self.names[j][2]}
        apart = 0.0 if len(suffixes) == 1 else (-1.0 if "" in suffixes else -6.0)
        if not few:
            return apart
        hits = 0.0
        for word in few:
            if word in many:
                hits += 1
            elif any(re.match(w if len(w) == 1 else word[0] + "$", word if len(w) == 1 else w) for w in many):
                hits += 0.6
            elif any(len(w) > 3 and DamerauLevenshtein.distance(word, w) == 1 for w in many):
                hits += 0.85
        share = hits / len(few)
        return apart + (3 + 0.8 * (len(few) - 1) if share == 1 else 7 * share - 4)

    @staticmethod
    def _birth(a: str, b: str) -> float:
        if not a or not b:
            return 0.0
        if a == b:
            return 6.0
        if a[:4] == b[:4] and (a[4:6], a[6:]) == (b[6:], b[4:6]):
            return 4.0
        if DamerauLevenshtein.distance(a, b) == 1:
            return 2.0
        if "0101" in (a[4:], b[4:]) and a[:4] == b[:4]:
            return 1.0
        return -6.0
