"""Four source systems: who is in them, and how they spoil what they are told."""

import numpy as np
import pandas as pd
import pytest

from labkit.world.sources import _record_ids, dirt

SOURCES = ("ecommerce", "shop", "clinic", "newsletter")


def members(world, source: str) -> pd.Series:
    identity = world.truth.identity
    return identity.loc[identity["source"] == source, "person_id"]


def test_every_record_belongs_to_one_person(world):
    for source in SOURCES:
        table = getattr(world, f"source_{source}")
        known = world.truth.identity.query("source == @source")
        assert set(table["record_id"]) == set(known["record_id"])
        assert known["record_id"].is_unique


def test_every_customer_is_known_to_a_system_that_sells_or_treats(world):
    known = set().union(*(members(world, s) for s in ("ecommerce", "shop", "clinic")))
    customers = world.truth.people.query("customer_id > 0")["person_id"]
    assert set(customers) <= known


def test_prospects_are_in_the_newsletter_only(world):
    prospects = set(world.truth.people.query("prospect")["person_id"])
    assert prospects <= set(members(world, "newsletter"))
    for source in ("ecommerce", "shop", "clinic"):
        assert not prospects & set(members(world, source))


def test_some_people_are_registered_twice_in_one_source(world):
    for source in SOURCES:
        twice = members(world, source).duplicated().mean()
        assert 0.01 < twice < 0.08, source


def test_the_shop_loses_leading_zeros_and_accents(world):
    shop = world.source_shop
    assert not shop["nr_cpf"].dropna().str.startswith("0").any()
    assert shop["nome"].str.fullmatch(r"[A-Z. ]+").all()
    assert 0.02 < (shop["dt_nasc"] == "01/01/1900").mean() < 0.10


def test_a_mobile_may_be_shared_by_a_household(world):
    clinic = world.source_clinic.merge(world.truth.identity.query("source == 'clinic'"), on="record_id")
    digits = clinic["telefone"].str.replace(r"\D", "", regex=True)
    people = clinic.assign(phone=digits).dropna(subset=["phone"]).groupby("phone")["person_id"].nunique()
    assert (people > 1).sum() > 50


@pytest.mark.parametrize(
    ("function", "text", "draws", "expected"),
    [
        (dirt.shorten, "Ana Clara Souza Lima", (0.1,), "Ana Lima"),
        (dirt.shorten, "Ana Clara da Souza Lima", (0.6,), "Ana Souza Lima"),
        (dirt.shorten, "Ana Clara Souza Lima", (0.9,), "Ana Clara Souza"),
        (dirt.shorten, "Ana Lima", (0.1,), "Ana Lima"),
        (dirt.initials, "Ana Clara de Souza Lima", (0.1,), "Ana C. S. Lima"),
        (dirt.initials, "Ana Clara Lima", (0.9,), "Ana C Lima"),
        (dirt.nickname, "Francisco Souza", (0.1,), "Chico Souza"),
        (dirt.nickname, "Ulisses Souza", (0.1,), "Ulisses Souza"),
        (dirt.without_suffix, "José Lima Filho", (), "José Lima"),
        (dirt.mistype, "Ana Lima", (0.0, 0.3), "Aa Lima"),
        (dirt.mistype, "Ana Lima", (0.0, 0.6), "Anna Lima"),
        (dirt.wrong_digit, "00123456789", (0.0, 0.9), "00121456789"),
        (dirt.wrong_email, "ana.lima@caixa.example", (0.0, 0.3), "aa.lima@caixa.example"),
    ],
)
def test_dirt_worked_by_hand(function, text, draws, expected):
    assert function(text, *draws) == expected


def test_day_and_month_are_swapped_only_where_that_is_a_date():
    births = np.array(["1980-03-04", "1980-03-14", "1980-05-05"], dtype="datetime64[D]")
    assert dirt.swapped(births).astype(str).tolist() == ["1980-04-03", "1980-03-14", "1980-05-05"]


def test_spoil_leaves_the_others_alone():
    texts = np.array(["José Neto", "Ana Neto"], dtype=object)
    assert dirt.spoil(texts, np.array([True, False]), dirt.without_suffix).tolist() == ["José", "Ana Neto"]


def test_records_are_numbered_in_six_digits_or_as_many_as_the_last_needs():
    assert _record_ids("shop", 2).tolist() == ["S000001", "S000002"]
    assert _record_ids("clinic", 1_000_000)[[0, -1]].tolist() == ["C0000001", "C1000000"]
