"""Households, twins, namesakes, fathers and sons."""

import numpy as np
import pandas as pd
import pytest
from stdnum.br import cpf

from labkit.world.parameters import Population
from labkit.world.people import draw_people


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return draw_people(12_000, 3, Population())


def test_household_sizes_follow_the_parameter(people):
    sizes = people.groupby("household").size().iloc[:-1]  # the last household may be cut short
    shares = sizes.value_counts(normalize=True)
    for size, share in enumerate(Population().household_size, start=1):
        assert shares[size] == pytest.approx(share, abs=0.02)


def test_twins_share_birth_surname_and_address_but_not_the_given_name(people):
    twins = people[people["twin_of"] >= 0]
    others = people.loc[twins["twin_of"]]
    assert len(twins) > 150
    for column in ("birth", "surname_before", "household", "cep_after", "sex"):
        assert (twins[column].to_numpy() == others[column].to_numpy()).all(), column
    assert (twins["given"].to_numpy() != others["given"].to_numpy()).all()


def test_a_son_with_his_fathers_name_has_a_suffix_and_is_a_generation_younger(people):
    sons = people[people["junior_of"] >= 0]
    fathers = people.loc[sons["junior_of"]]
    assert len(sons) > 50
    assert (sons["given"].to_numpy() == fathers["given"].to_numpy()).all()
    assert sons["suffix"].isin(["Filho", "Júnior", "Neto"]).all()
    years = (sons["birth"].to_numpy() - fathers["birth"].to_numpy()) / np.timedelta64(365, "D")
    assert years.min() > 18


def test_homonyms_share_the_name_but_neither_birth_date_nor_household(people):
    twice = people[people["homonym_of"] >= 0]
    other = people.loc[twice["homonym_of"]]
    same_name = (twice["given"] + twice["surname_before"]).to_numpy() == (
        other["given"] + other["surname_before"]
    ).to_numpy()
    assert len(twice) > 200
    assert same_name.all()
    assert (twice["birth"].to_numpy() != other["birth"].to_numpy()).all()
    assert (twice["household"].to_numpy() != other["household"].to_numpy()).all()
    same_year = twice["birth"].dt.year.to_numpy() == other["birth"].dt.year.to_numpy()
    assert 0.3 < same_year.mean() < 0.6


def test_everybody_was_of_age_when_won(world):
    customers = world.truth.people.merge(world.customers[["customer_id", "acquired_on"]], on="customer_id")
    years = (customers["acquired_on"] - customers["birth_date"]).dt.days / 365.25
    assert years.min() >= 18


def test_birth_dates_do_not_pile_up(people):
    assert people["birth"].value_counts().max() <= 12


def test_every_cpf_is_valid_and_ones_own(world):
    numbers = world.truth.people["cpf"]
    assert numbers.is_unique
    assert numbers.map(cpf.is_valid).all()
