"""Invoices, and what service costs."""

import numpy as np
import pandas as pd
import pytest

from labkit.world.company.invoices import draw_invoices
from labkit.world.company.service import cost_of_service, unit_costs
from labkit.world.parameters import Receivables, Sales, ServiceCosts
from labkit.world.streams import stream


def test_each_contract_is_billed_on_the_first_of_each_month_that_it_runs():
    plans = pd.DataFrame(
        {
            "contract_id": [1, 2, 3],
            "started_on": pd.to_datetime(["2023-05-10", "2025-11-02", "2024-02-01"]),
            "cancelled_on": pd.to_datetime(["2024-03-01", None, "2024-02-20"]),
            "monthly_fee_brl": [50.0, 80.0, 70.0],
        }
    )
    partners = pd.DataFrame(
        {
            "partner_contract_id": [1],
            "partner_type": ["clinic"],
            "signed_on": pd.to_datetime(["2025-10-15"]),
            "ended_on": pd.to_datetime([None]),
            "monthly_value_brl": [1000.0],
        }
    )
    bills = draw_invoices(stream(1, "bills"), plans, partners, Receivables(), Sales(activity=(0.0, 0.0)))
    issued = bills.assign(month=bills["issued_on"].dt.strftime("%Y-%m"))
    by_plan = issued.groupby("contract_id")["month"].apply(list)
    assert by_plan[1] == ["2024-01", "2024-02"]
    assert by_plan[2] == ["2025-12"]
    assert by_plan[3] == ["2024-02"]
    partner = issued[issued["kind"] == "partner"]
    assert partner["month"].tolist() == ["2025-11", "2025-12"]
    assert partner["amount_brl"].tolist() == [1000.0, 1000.0]
    assert (bills.loc[bills["kind"] == "plan", "due_on"].dt.day == 10).all()


def test_plan_invoices_add_up_to_the_fees_of_running_contracts(world):
    day = pd.Timestamp("2025-06-01")
    running = world.plans[(world.plans["started_on"] <= day) & ~(world.plans["cancelled_on"] <= day)]
    billed = world.receivables.query("kind == 'plan' and issued_on == @day")
    assert billed["amount_brl"].sum() == pytest.approx(running["monthly_fee_brl"].sum())
    assert sorted(billed["contract_id"]) == sorted(running["contract_id"])


def test_partners_pay_later_than_plan_holders(world):
    bills = world.receivables[world.receivables["due_on"] < "2025-10-01"]
    late = (bills["paid_on"] > bills["due_on"]) | bills["paid_on"].isna()
    by_kind = late.groupby(bills["kind"]).mean()
    assert by_kind["partner"] > by_kind["plan"] + 0.05
    assert 0.05 < by_kind["plan"] < 0.2


def test_lateness_does_not_announce_a_cancellation(world):
    bills = world.receivables.query("kind == 'plan'").merge(world.plans, on="contract_id")
    ahead = bills[~(bills["cancelled_on"] < bills["issued_on"] + pd.Timedelta(days=60))]
    ahead = ahead[ahead["issued_on"] < "2025-06-01"]
    late = ~(ahead["paid_on"] <= ahead["due_on"])
    leaves = ahead["cancelled_on"].notna()
    by_contract = late.groupby(ahead["contract_id"]).mean()
    goes = leaves.groupby(ahead["contract_id"]).first()
    difference = by_contract[goes].mean() - by_contract[~goes].mean()
    error = np.sqrt(by_contract[goes].var() / goes.sum() + by_contract[~goes].var() / (~goes).sum())
    assert abs(difference) < 3.5 * error


def test_the_last_invoice_of_a_cancelled_contract_is_the_one_most_often_unpaid(world):
    bills = world.receivables.query("kind == 'plan' and due_on < '2025-10-01'").merge(
        world.plans, on="contract_id"
    )
    last = bills.groupby("contract_id")["invoice_id"].transform("max") == bills["invoice_id"]
    last &= bills["cancelled_on"] < "2025-10-01"
    unpaid = bills["paid_on"].isna()
    assert unpaid[last].mean() > 4 * unpaid[~last].mean()


@pytest.fixture
def served() -> dict[str, pd.DataFrame]:
    orders = pd.DataFrame(
        {
            "order_id": [1, 2, 3, 4],
            "customer_id": [1, 1, 2, 1],
            "ordered_on": pd.to_datetime(["2024-05-01", "2024-06-01", "2024-07-01", "2025-01-05"]),
            "channel": ["web", "app", "shop", "web"],
        }
    )
    return {
        "customers": pd.DataFrame({"customer_id": [1, 2, 3]}),
        "orders": orders,
        "deliveries": pd.DataFrame({"order_id": [1, 2, 4], "status": ["delivered", "lost", "on the way"]}),
        "tickets": pd.DataFrame(
            {
                "customer_id": [1, 3],
                "opened_at": pd.to_datetime(["2024-06-03 10:00", "2025-02-01 11:30"]),
                "channel": ["phone", "chat"],
                "compensation_brl": [30.0, 0.0],
            }
        ),
        "contacts": pd.DataFrame(
            {"campaign_id": [1, 1], "customer_id": [1, 2], "arm": ["treated", "control"]}
        ),
        "campaigns": pd.DataFrame(
            {"campaign_id": [1], "sent_on": pd.to_datetime(["2025-05-12"]), "contact_cost_brl": [1.35]}
        ),
    }


def test_service_is_summed_by_customer_and_year(served):
    p = ServiceCosts(returns=0.0, help_minutes=(0.0, 0.5))
    service = cost_of_service(stream(1, "service"), served, unit_costs(p), p).set_index(
        ["customer_id", "year"]
    )
    # 2024: two parcels picked, one sent again, a call, and R$ 30 given back.
    assert service.loc[(1, 2024), "cost_brl"] == pytest.approx(2 * 4.1 + 19.0 + 14.5 + 30.0)
    # 2025, 6% dearer: a parcel, which is on its way and has not failed; a message at R$ 1.35.
    assert service.loc[(1, 2025), "cost_brl"] == pytest.approx(round(4.1 * 1.06, 2) + 1.35)
    assert service.loc[(3, 2025), "cost_brl"] == pytest.approx(round(5.0 * 1.06, 2))
    # Customer 2 bought in a shop and was in the control group: nothing was done.
    assert (2, 2024) not in service.index
    assert service["failed_deliveries"].sum() == 1


def test_counts_of_service_are_those_of_the_tables(world):
    service = world.cost_of_service
    assert service["tickets"].sum() == len(world.tickets)
    assert service["deliveries"].sum() == (world.orders["channel"] != "shop").sum()
    failed = world.deliveries["status"].isin(["incomplete", "damaged", "lost"])
    assert service["failed_deliveries"].sum() == failed.sum()
    assert service["messages"].sum() == (world.contacts["arm"] == "treated").sum()
    assert service["compensation_brl"].sum() == pytest.approx(world.tickets["compensation_brl"].sum())


def test_a_contact_costs_what_the_future_charges(world):
    costs = world.unit_costs[world.unit_costs["unit"] == "contact"].set_index(["year", "item"])["cost_brl"]
    for channel in world.parameters.play.channels:
        assert costs.loc[(2025, f"contact by {channel.name}")] == channel.cost_brl


def test_the_cost_follows_from_the_unit_costs(world):
    service = world.cost_of_service.query("tickets == 0 and messages == 0")
    price = world.unit_costs.pivot(index="year", columns="item", values="cost_brl").loc[service["year"]]
    cost = (
        service["deliveries"] * price["picking and packing"].to_numpy()
        + service["failed_deliveries"] * price["second delivery"].to_numpy()
        + service["returns"] * price["return"].to_numpy()
        + service["help_minutes"] * price["help before an order"].to_numpy()
    )
    assert len(service) > 1000
    assert np.allclose(cost, service["cost_brl"], atol=0.006)


def test_some_of_the_heaviest_buyers_cost_more_than_they_bring(world):
    orders = world.orders.groupby("customer_id")["margin_brl"].agg(["size", "sum"])
    cost = world.cost_of_service.groupby("customer_id")["cost_brl"].sum().reindex(orders.index, fill_value=0)
    heavy = orders["size"] >= orders["size"].quantile(0.9)
    at_a_loss = cost > orders["sum"]
    assert 0.02 < at_a_loss[heavy].mean() < 0.15
    assert at_a_loss.mean() < 0.25
    assert cost.sum() < 0.3 * orders["sum"].sum()
    # They are no poor buyers before service.
    assert orders.loc[heavy & at_a_loss, "sum"].median() > orders["sum"].median()
