"""Data cards: one a table, complete, up to date, and true."""

from pathlib import Path

import pandas as pd
import pytest

from labkit.data import card, cards, datasets_dir, load
from labkit.data.tables import TABLES, Column, Table

HEADINGS = ("## Columns", "## How it was made", "## Known traps", "## A short reading", "## Licence")


@pytest.mark.parametrize("name", TABLES)
def test_card_has_every_part_and_every_column(name):
    text = card(name)
    assert text.startswith(f"# {name}\n\n**One row is** ")
    positions = [text.index(heading) for heading in HEADINGS]
    assert positions == sorted(positions)
    for column in TABLES[name].columns:
        assert f"\n| `{column}` | " in text, column


@pytest.mark.parametrize("name", TABLES)
def test_facts_on_the_card_are_those_of_the_data(name):
    assert cards.facts(TABLES[name], load(name)) in card(name)


def test_refresh_mends_a_stale_card_and_nothing_else(copied):
    path = copied / "cards/nps.md"
    fresh = path.read_text(encoding="utf-8")
    path.write_text(fresh.replace(" rows in `datasets/", " old rows in `datasets/"), encoding="utf-8")
    assert cards.refresh(copied) == [path]
    assert path.read_text(encoding="utf-8") == fresh
    assert cards.refresh(copied) == []


def test_every_card_belongs_to_a_table():
    folder = datasets_dir() / "cards"
    found = {
        path.relative_to(folder).with_suffix("").as_posix().split(".")[0] for path in folder.rglob("*.md")
    }
    assert found == set(TABLES)


def test_no_card_names_a_place_on_this_machine():
    root = str(Path(__file__).resolve().parents[2])
    assert not any(root in card(name) for name in TABLES)


# What the cards say in words, recomputed.


def test_customers_card():
    customers, orders = load("customers"), load("orders")
    assert (customers["acquired_on"] < "2024-01-01").mean() == pytest.approx(0.5, abs=0.02)
    assert (~customers["customer_id"].isin(orders["customer_id"])).mean() > 0.06
    won = customers[customers["acquired_on"] >= "2024-01-01"]
    assert (~won["customer_id"].isin(orders["customer_id"])).mean() == pytest.approx(0.06, abs=0.01)
    assert customers["name"].duplicated().any()


def test_orders_card():
    orders = load("orders")
    assert orders["revenue_brl"].std() / orders["revenue_brl"].mean() == pytest.approx(1.5, abs=0.15)
    assert orders.duplicated(["customer_id", "ordered_on"]).any()
    negative = orders[orders["margin_brl"] < 0]
    assert (negative["channel"] != "shop").mean() > 0.8


def test_plans_card():
    plans = load("plans")
    assert (plans["monthly_cost_brl"] > plans["monthly_fee_brl"]).mean() == pytest.approx(1 / 9, abs=0.02)
    assert plans["customer_id"].value_counts().gt(1).mean() == pytest.approx(0.1, abs=0.03)
    assert plans["cancelled_on"].isna().head(3).all()


def test_contacts_card():
    contacts = load("contacts")
    assert contacts.loc[0, ["arm", "visited"]].tolist() == ["control", True]
    assert contacts.loc[2, ["opened", "visited"]].tolist() == [True, False]


def test_nps_card():
    scores = load("nps")["score"]
    assert scores[1] >= 9
    assert scores[[0, 2]].isin([7, 8]).all()


def test_pets_card():
    pets = load("pets")
    assert pets.loc[1, "customer_id"] == pets.loc[2, "customer_id"]
    assert pets["died_on"].min() >= pd.Timestamp("2024-01-01")
    assert pets.duplicated(["customer_id", "name"]).any()


def test_deliveries_card():
    sent = load("orders").merge(load("deliveries"), on="order_id")
    assert set((sent["promised_on"] - sent["ordered_on"]).dt.days) <= set(range(3, 8))
    on_the_way = sent.loc[sent["status"] == "on the way", "ordered_on"]
    assert on_the_way.min() > pd.Timestamp("2025-11-25")
    assert (sent["delivered_on"] < sent["promised_on"]).any()
    assert not (sent["delivered_on"] <= sent["ordered_on"]).any()


def test_tickets_card():
    tickets, truth = load("tickets"), load("truth/tickets")
    assert tickets["first_answer_at"].dropna().dt.hour.between(8, 21).all()
    solved = truth.set_index("ticket_id")["solved"][tickets["ticket_id"]].to_numpy()
    assert tickets.loc[~solved, "reopened"].mean() > 5 * tickets.loc[solved, "reopened"].mean()
    monthly = tickets.groupby(tickets["opened_at"].dt.to_period("M")).size()
    assert monthly.iloc[0] < monthly.iloc[1:].min()
    assert (truth.loc[truth["cause"] == "damaged", "mood"] > 0).any()


def test_opportunities_card():
    deals = load("opportunities")
    assert deals.loc[0, ["stage", "status"]].tolist() == ["qualified", "lost"]
    late = deals[deals["created_on"] >= "2025-11-01"]
    assert (late["status"] == "open").mean() > 0.5


def test_source_cards():
    web, shop, clinic, news = (load(f"source_{s}") for s in ("ecommerce", "shop", "clinic", "newsletter"))
    assert web.loc[0, ["cpf", "celular", "data_nascimento"]].notna().all()
    assert web.loc[1, ["cpf", "data_nascimento"]].isna().all()
    assert web["cpf"].isna().mean() == pytest.approx(1 / 6, abs=0.04)
    assert web["data_nascimento"].isna().mean() == pytest.approx(1 / 6, abs=0.04)
    assert len(shop.loc[2, "nr_cpf"]) == 9
    assert (shop["dt_nasc"] == "01/01/1900").sum() > 200
    assert clinic["cpf_tutor"].isna().mean() > 0.5
    assert clinic["email_contato"].isna().mean() == pytest.approx(0.5, abs=0.03)
    assert clinic.loc[0, "email_contato"] == web.loc[1, "email"]
    digits = web.loc[1, "celular"].translate(str.maketrans("", "", "() -"))
    assert clinic.loc[0, "telefone"] == digits
    assert news.loc[1, "email"] == web.loc[2, "email"]
    births = load("truth/people")["birth_date"]
    assert births.max() < pd.Timestamp("2002-01-01")


def test_newsletter_card():
    subscribers = load("truth/identity").query("source == 'newsletter'")["person_id"].unique()
    people = load("truth/people").set_index("person_id")
    assert people.loc[subscribers, "prospect"].mean() == pytest.approx(0.2, abs=0.03)


def test_truth_cards():
    people, effects = load("truth/people"), load("truth/effects")
    assert people.loc[1, "homonym_of"] > 0
    first = effects.iloc[0]
    assert first["uplift_group"] == "sure thing"
    assert first["margin_control_brl"] == first["margin_treated_brl"]
    contacts = load("contacts")
    audience, contacted = (set(f.query("campaign_id == 2")["customer_id"]) for f in (effects, contacts))
    assert audience > contacted


def test_email_card():
    arms = load("email_test").set_index(["arm", "bought_womens"])
    share = arms["visited"] / arms["customers"]
    assert share["men's e-mail", "all"] - share["no e-mail", "all"] == pytest.approx(0.077, abs=0.0005)


def test_a_text_stays_in_its_cell():
    table = Table("t", "t.csv", {"text": Column("text"), "at": Column("time")})
    frame = pd.DataFrame({"text": ["food | toys\nthanks"], "at": pd.to_datetime(["2025-01-02 03:04"])})
    assert "| food \\| toys thanks | 2025-01-02 03:04 |" in cards.facts(table, frame).splitlines()
