"""Pets, deliveries and tickets, and what bad service does, as the tables of the course base show it."""

import numpy as np
import pandas as pd
import pytest

from labkit.world import generate
from labkit.world.parameters import plain
from labkit.world.plans import survival

END = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def large():
    """A base large enough to see what follows from what; only the tables of service."""
    names = (
        "orders",
        "deliveries",
        "tickets",
        "nps",
        "plans",
        "pets",
        "customers",
        "truth/people",
        "truth/tickets",
    )
    return generate(60_000, seed=8, tables=names)


def returned(world) -> pd.DataFrame:
    """Deliveries with whether the customer ordered again within 180 days, where that can be seen."""
    orders = world.orders.sort_values(["customer_id", "ordered_on", "order_id"])
    after = orders.groupby("customer_id")["ordered_on"].shift(-1)
    orders = orders.assign(back=(after - orders["ordered_on"]).dt.days <= 180)
    seen = orders[orders["ordered_on"] <= END - pd.Timedelta(days=180)]
    return seen.merge(world.deliveries, on="order_id")


@pytest.mark.parametrize("size", ["world", "large"])
def test_customers_come_back_less_after_a_failure_the_less_the_worse(size, request):
    back = returned(request.getfixturevalue(size)).groupby("status")["back"].mean()
    assert back["delivered"] > back["incomplete"] > back["damaged"] > back["lost"]
    assert back["delivered"] - back["lost"] > 0.08


def test_a_good_answer_does_not_bring_customers_back(large):
    """Matos, Henrique & Rossi (2007): no effect of recovery on repurchase."""
    answer = large.tickets.merge(large.truth.tickets, on="ticket_id").set_index("order_id")["answer"]
    failed = returned(large).query("status in ('incomplete', 'damaged', 'lost')")
    answer = failed["order_id"].map(answer.groupby(level=0).last()).astype(object).fillna("silent")
    difference, error = 0.0, 0.0
    for _status, group in failed.groupby("status"):
        good, silent = (group.loc[answer[group.index] == a, "back"] for a in ("good", "silent"))
        share = len(group) / len(failed)
        difference += share * (good.mean() - silent.mean())
        error += share**2 * (good.var() / len(good) + silent.var() / len(silent))
    assert abs(difference) < 2.5 * np.sqrt(error)
    fine = returned(large).query("status == 'delivered'")["back"].mean()
    assert failed.loc[answer == "good", "back"].mean() < fine - 0.03


def test_a_good_answer_lifts_what_customers_say_afterwards(large):
    troubles = large.tickets.merge(large.truth.tickets, on="ticket_id")
    troubles = troubles[
        ~troubles["topic"].isin(["question", "praise", "plan"]) & troubles["closed_at"].notna()
    ]
    asked = large.nps[large.nps["survey"] == "relational"].sort_values("answered_on")
    both = pd.merge_asof(
        asked, troubles.sort_values("closed_at")[["customer_id", "closed_at", "answer"]], by="customer_id",
        left_on="answered_on", right_on="closed_at", tolerance=pd.Timedelta(days=60),
    )  # fmt: skip
    score = both.groupby(both["answer"].astype(object).fillna("none"))["score"].mean()
    assert score["good"] > score["none"]
    assert score["none"] > score["bad"] + 1.0


def test_tickets_bad_weeks_and_failures_go_together(large):
    sent = large.orders.merge(large.deliveries, on="order_id")
    late = sent["delivered_on"] > sent["promised_on"]
    weekly = late.groupby([sent["carrier"], sent["ordered_on"].dt.to_period("W")]).agg(["mean", "size"])
    weekly = weekly[weekly["size"] > 30]
    alone = late.mean() * (1 - late.mean()) / weekly["size"].mean()
    assert weekly["mean"].var() > 4 * alone  # spells: far more spread between weeks than chance gives
    tickets = large.tickets
    wait = (tickets["first_answer_at"] - tickets["opened_at"]).dt.total_seconds() / 3600
    month = tickets["opened_at"].dt.month
    assert wait[month.isin([11, 12])].median() > 1.2 * wait[~month.isin([11, 12])].median()


def test_grievance_makes_contracts_end_earlier(large):
    orders = large.orders.merge(large.deliveries, on="order_id")
    failed = orders.loc[orders["status"].isin(["damaged", "lost"]), ["customer_id", "ordered_on"]]
    fine = orders.loc[orders["status"] == "delivered", ["customer_id", "ordered_on"]]
    shares = []
    for group in (failed, fine):
        group = group[group["ordered_on"] < END - pd.Timedelta(days=100)]
        held = group.merge(large.plans, on="customer_id")
        held = held[(held["started_on"] < held["ordered_on"]) & ~(held["cancelled_on"] <= held["ordered_on"])]
        shares.append(((held["cancelled_on"] - held["ordered_on"]).dt.days <= 90).mean())
    assert shares[0] > 1.2 * shares[1]


def test_on_average_contracts_survive_as_without_these_causes(large):
    plans = large.plans
    for years in (1, 2):
        seen = plans[plans["started_on"] <= END - pd.Timedelta(days=round(365.25 * years))]
        alive = 1 - ((seen["cancelled_on"] - seen["started_on"]).dt.days <= 365.25 * years).mean()
        expected = survival(np.array([years]), 0.668, 3.806)[0]
        assert alive == pytest.approx(expected, abs=0.02)


def test_regular_customers_follow_the_pack(large):
    people = large.truth.people
    regular = people[people["regular"] & people["gone_on"].isna() & (people["customer_id"] > 0)]
    orders = large.orders[large.orders["customer_id"].isin(regular["customer_id"])]
    gaps = (
        orders.sort_values(["customer_id", "ordered_on"]).groupby("customer_id")["ordered_on"].diff().dt.days
    )
    mean = gaps.groupby(orders["customer_id"]).agg(["mean", "std", "size"]).query("size >= 12")
    # Of those who bought often, so that who buys rarely does not cut the long gaps.
    period = regular.set_index("customer_id")["period_days"][mean.index]
    quick = period < 40
    assert (mean["mean"] / period)[quick].median() == pytest.approx(1.0, abs=0.06)
    assert (mean["std"] / mean["mean"])[quick].median() == pytest.approx(0.5, abs=0.08)  # Erlang-4


def test_the_death_of_an_only_pet_ends_most_purchases(large):
    pets = large.pets
    only = pets[pets.groupby("customer_id")["pet_id"].transform("size") == 1]
    died = only[only["died_on"].between("2024-07-01", "2025-06-30")].set_index("customer_id")["died_on"]
    days = large.orders[large.orders["customer_id"].isin(died.index)]
    apart = (days["ordered_on"] - died[days["customer_id"]].to_numpy()).dt.days
    before, after = ((apart >= a) & (apart < b) for a, b in ((-180, 0), (0, 180)))
    assert after.sum() < 0.4 * before.sum()


def test_pets_belong_to_customers_one_to_three_each(world):
    pets = world.pets
    assert set(world.customers["customer_id"]) == set(pets["customer_id"])
    assert pets["customer_id"].value_counts().between(1, 3).all()
    assert not (pets["died_on"] < pets["born_on"]).any()
    median = pets.groupby("breed")["weight_kg"].median()
    assert median["Chihuahua"] < median["Beagle"] < median["Labrador Retriever"]
    assert 0.03 < pets["died_on"].notna().mean() < 0.12


def test_every_web_and_app_order_has_a_delivery_and_no_shop_order(world):
    online = world.orders[world.orders["channel"] != "shop"]
    assert set(online["order_id"]) == set(world.deliveries["order_id"])


def test_tickets_run_forward_in_time_and_belong_to_the_orders_customer(world):
    tickets = world.tickets
    assert not (tickets["first_answer_at"] < tickets["opened_at"]).any()
    assert not (tickets["closed_at"] < tickets["first_answer_at"]).any()
    assert tickets["closed_at"].dropna().dt.hour.between(8, 21).all()
    about = tickets.dropna(subset="order_id").merge(world.orders, on="order_id", suffixes=("", "_order"))
    assert (about["customer_id"] == about["customer_id_order"]).all()
    assert (about["opened_at"] >= about["ordered_on"]).all()
    assert set(world.tickets.loc[world.tickets["order_id"].isna(), "topic"]) == {"billing", "clinic", "plan"}
    assert set(tickets["staff_id"]) == set(range(1, 15))


def test_most_troubles_are_silent_and_the_grave_ones_least(large):
    asked = large.tickets.dropna(subset="order_id")["order_id"]
    told = large.deliveries["order_id"].isin(asked).groupby(large.deliveries["status"]).mean()
    assert 0.35 < told["incomplete"] < 0.5
    assert 0.6 < told["lost"] < 0.75


def test_the_state_at_the_end_agrees_with_the_tables(small):
    state = small.frames["state"].set_index("customer_id")
    last = small.orders.groupby("customer_id")["ordered_on"].max()
    assert (state.loc[last.index, "last_order_on"] == last).all()
    people = small.truth.people.set_index("customer_id")
    gone = people["gone_on"].notna() & (people.index > 0)
    assert not state.loc[people.index[gone], "alive"].any()
    running = small.plans[small.plans["cancelled_on"].isna()]
    assert set(small.frames["contracts"]["contract_id"]) == set(running["contract_id"])


def test_without_the_causes_failures_change_nothing():
    world = generate(30_000, seed=4, parameters=plain(), tables=("orders", "deliveries"))
    back = returned(world)
    failed = back["status"].isin(["incomplete", "damaged", "lost"])
    groups = [back.loc[at, "back"].astype(float) for at in (failed, ~failed)]
    error = np.sqrt(sum(g.var() / len(g) for g in groups))
    assert abs(groups[0].mean() - groups[1].mean()) < 3 * error
