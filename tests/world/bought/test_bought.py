"""Patavina's files: what is wrong with them is there, can be seen in them, and is told nowhere else."""

import numpy as np
import pandas as pd
import pytest

from labkit.data import load
from labkit.data.tables import TABLES
from labkit.world import generate
from labkit.world.bought import formats, told

NAMES = [name for name in TABLES if "bought" in name]
IDENTIFIERS = {
    "bought_app": ["cpf", "celular", "email"],
    "bought_till": ["doc", "fone", "e_mail"],
    "bought_clinics": ["cpf_responsavel", "telefone", "email"],
}


@pytest.fixture(scope="module")
def app():
    return load("bought_app")


@pytest.fixture(scope="module")
def till():
    return load("bought_till")


@pytest.fixture(scope="module")
def clinics():
    return load("bought_clinics")


@pytest.fixture(scope="module")
def other():
    """Another, smaller Patavina."""
    return generate(4_000, seed=3, tables=NAMES).tables()


def test_every_record_is_somebodys_or_nobodys(app, till, clinics):
    records = load("truth/bought_records")
    assert set(records["record"]) == {*app["record_id"], *till["record_id"], *clinics["record_id"]}
    people = set(load("truth/bought_people")["person_id"])
    assert set(records["person_id"]) == people | {0}


def test_nobody_is_one_of_caramelos_people():
    assert not set(load("truth/bought_people")["cpf"]) & set(load("truth/people")["cpf"])


def test_all_of_the_migrated_accounts_and_no_others_have_slipped(app):
    slipped = app["cep"].str.contains("@") | app["celular"].str.fullmatch(r"\d{4}-\d\d-\d\d")
    assert slipped[app["origem"] == "mig"].mean() > 0.95
    assert not slipped[app["origem"] != "mig"].any()
    assert app.loc[app["origem"] == "mig", "cpf"].isna().all()


def test_one_shop_writes_the_month_first(till):
    days = till["nasc"].str[:2].astype(float).groupby(till["loja"]).max()
    months = till["nasc"].str[3:5].astype(float).groupby(till["loja"]).max()
    assert set(months.index[months > 12]) == {formats.MONTH_FIRST_AT}
    assert set(days.index[days <= 12]) == {formats.MONTH_FIRST_AT}


def test_the_shop_with_the_pets_notes_the_tutor(till):
    pets = till["obs"].str.startswith("TUTOR", na=False)
    assert set(till.loc[pets, "loja"]) == {formats.PET_AT}
    assert pets[till["loja"] == formats.PET_AT].mean() > 0.6


def test_only_one_shop_leaves_area_codes_out_and_cities_tell_them(till):
    short = till["fone"].str.len() == 9
    assert set(till.loc[short, "loja"]) == {formats.NO_DDD_AT}
    codes = till["fone"].where(till["fone"].str.len() == 11).str[:2]
    usual = till["cidade"].map(codes.groupby(till["cidade"]).agg(lambda each: each.mode()[0]))
    whole = "+55" + usual[short] + till.loc[short, "fone"]
    said = load("truth/bought_records").set_index("record")["phone"].loc[till.loc[short, "record_id"]]
    assert (whole.to_numpy() == said.to_numpy()).mean() > 0.95


def test_surname_first_at_three_partners_only(clinics):
    comma = clinics["tutor"].str.contains(", ").groupby(clinics["parceiro"]).mean()
    assert set(comma.index[comma > 0]) == set(formats.SURNAME_FIRST_AT)


def test_two_partners_have_a_date_that_stands_for_not_asked(clinics):
    often = clinics["nascimento"].eq("01/01/80").groupby(clinics["parceiro"]).mean()
    assert set(often.index[often > 0.1]) == set(told.NO_BIRTH_AT)


@pytest.mark.parametrize("where", ["course", "other"])
def test_what_is_shared_by_a_household_and_what_is_nobodys_are_far_apart(where, other):
    """Question 1 says: a household's number is on nine records at most. Stand-ins are on ten or more."""
    table = (lambda name: other[name]) if where == "other" else load
    records = table("truth/bought_records").set_index("record")
    assert max(records[c].value_counts().iloc[0] for c in ("cpf", "phone", "email")) <= 9
    written = pd.concat(
        [
            table(name)
            .set_index("record_id")[column]
            .str.lower()
            .str.replace(r"[ ().-](?!.*@)", "", regex=True)
            for name, columns in IDENTIFIERS.items()
            for column in columns
        ]
    )
    often = written.value_counts()
    assert (often >= 10).sum() >= 10  # eight shops, three partners, two addresses, the tests', the cashier


def test_the_copied_data_of_a_dependent_are_the_payers(clinics):
    dependents = clinics[clinics["vinculo"] == "dependente"]
    assert 0.15 < len(dependents) / len(clinics) < 0.4
    said = load("truth/bought_records").set_index("record").loc[dependents["record_id"]]
    assert said[["cpf", "phone", "email"]].isna().all(axis=None)
    person = load("truth/bought_people").set_index("person_id")["cpf"].loc[said["person_id"]]
    assert (
        dependents["cpf_responsavel"].str.replace(r"\D", "", regex=True).to_numpy() != person.to_numpy()
    ).all()


def test_revocations_come_under_other_records_and_after_the_day_in_question(other):
    events = other["bought_consents"]
    person = other["truth/bought_records"].set_index("record")["person_id"]
    events = events.assign(person=events["record"].map(person))
    assert (events["person"] > 0).all()
    keys = ["person", "purpose", "channel"]
    revoked = events[events["action"] == "revoke"].merge(events[events["action"] == "grant"], on=keys)
    assert (revoked["record_x"] != revoked["record_y"]).mean() > 0.3
    assert 0.01 < (events["at"] > "2025-11-30 23:59").mean() < 0.2
    assert events.duplicated().any()
    assert not events["at"].is_monotonic_increasing


def test_opt_outs_name_what_stands_on_a_record(other):
    said = other["bought_optouts"]["contato"].str.lower()
    digits = "+55" + said.str.replace(r"\D", "", regex=True)
    records = other["truth/bought_records"]
    assert np.where(
        said.str.contains("@"), said.isin(records["email"].str.lower()), digits.isin(records["phone"])
    ).all()


def test_minors_and_the_dead_can_be_known(other):
    records, people = other["truth/bought_records"], other["truth/bought_people"]
    young = people[people["birth_date"] > "2007-11-30"]
    assert len(young) >= 3
    told_births = records.merge(young, on="person_id", suffixes=("_told", ""))
    assert set(told_births.dropna(subset="birth_date_told")["person_id"]) == set(young["person_id"])
    assert (told_births["birth_date_told"].dropna() > "2007-11-30").all()
    dead = set(people.loc[people["dead"], "person_id"])
    person = records.set_index("record")["person_id"]
    app, till = other["bought_app"], other["bought_till"]
    noted = [
        *app.loc[app["situacao"] == "F", "record_id"],
        *till.loc[till["obs"].str.contains("FALECIDO", na=False), "record_id"],
    ]
    assert set(person[noted]) == dead


def test_the_same_seed_gives_the_same_files_whatever_else_is_made():
    one, two = (generate(150, seed=8, tables=names) for names in (NAMES, [*NAMES, "customers"]))
    for name in NAMES:
        pd.testing.assert_frame_equal(one.tables()[name], two.tables()[name])
