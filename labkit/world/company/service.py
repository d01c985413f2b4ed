"""What serving each customer costs, from unit costs and from what they asked for.

None of it is in ``orders.cost_brl`` (goods, freight, payment), so that the margin of ``orders`` is the margin before
service. Planted for lessons: goods sent back and help asked for rest on how demanding a customer is, which differs
far more than orders do (a gamma with a small shape): among the heaviest buyers some cost more than they bring.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.parameters import ServiceCosts
from labkit.world.parameters.play import Channel

YEARS = (2024, 2025)

FAILED = ("incomplete", "damaged", "lost")
"""What makes a delivery fail; a late one has not."""


def make_service(draft: Draft) -> None:
    """Put unit costs and the cost of service into the draft."""
    costs = unit_costs(draft.parameters.service_costs, draft.parameters.play.channels)
    draft.tables["unit_costs"] = costs
    draft.tables["cost_of_service"] = cost_of_service(
        draft.stream("company/service"), draft.tables, costs, draft.parameters.service_costs
    )


def unit_costs(p: ServiceCosts, channels: Sequence[Channel] = ()) -> pd.DataFrame:
    """List what a unit of service, and a marketing contact by each channel, cost in each year, R$.

    What a contact costs is agreed with the carriers of messages, and did not change.
    """
    items = [(f"ticket by {channel}", "ticket", cost) for channel, cost in p.ticket_brl] + [
        ("picking and packing", "web or app order", p.delivery_brl),
        ("second delivery", "failed delivery", p.failed_brl),
        ("return", "parcel sent back", p.return_brl),
        ("help before an order", "minute", p.minute_brl),
    ]
    contacts = [(f"contact by {channel.name}", "contact", channel.cost_brl) for channel in channels]
    rows = []
    for year in YEARS:
        price = p.inflation_2025 if year == 2025 else 1.0
        rows += [(year, item, unit, round(cost * price, 2)) for item, unit, cost in items]
        rows += [(year, *contact) for contact in contacts]
    return pd.DataFrame(rows, columns=["year", "item", "unit", "cost_brl"])


def cost_of_service(
    rng: np.random.Generator, tables: dict[str, pd.DataFrame], costs: pd.DataFrame, p: ServiceCosts
) -> pd.DataFrame:
    """Sum up service by customer and year.

    Returns
    -------
    pandas.DataFrame
        customer_id, year, deliveries, failed_deliveries, returns, help_minutes, tickets, messages,
        compensation_brl, cost_brl (unit costs times units, campaign messages at their own cost, and
        compensation). Customers of whom nothing was asked and to whom nothing was sent have no row.
    """
    orders, customers = tables["orders"], tables["customers"]
    n = int(customers["customer_id"].max())
    cells = n * len(YEARS)

    def cell(customer: np.ndarray, at: pd.Series) -> np.ndarray:
        return (np.asarray(customer) - 1) * len(YEARS) + (at.dt.year.to_numpy() - YEARS[0])

    def count(where: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(where, weights, minlength=cells)

    bought = cell(orders["customer_id"], orders["ordered_on"])
    sent = (orders["channel"] != "shop").to_numpy()
    deliveries = count(bought[sent])
    status = tables["deliveries"]["status"].to_numpy()
    # Orders are numbered from 1 in their order.
    again = np.isin(status, FAILED)
    failed = bought[tables["deliveries"]["order_id"].to_numpy()[again] - 1]
    demanding = rng.gamma(p.demanding, 1 / p.demanding, n)
    returns = rng.poisson(deliveries * np.repeat(p.returns * demanding, len(YEARS)))
    mean, spread = p.help_minutes
    asks = mean * demanding * rng.lognormal(-(spread**2) / 2, spread, n)
    minutes = np.round(count(bought) * np.repeat(asks, len(YEARS)))
    tickets = tables["tickets"]
    asked = cell(tickets["customer_id"], tickets["opened_at"])
    treated = tables["contacts"][tables["contacts"]["arm"] == "treated"]
    treated = treated.merge(
        tables["campaigns"][["campaign_id", "sent_on", "contact_cost_brl"]], on="campaign_id"
    )
    told = cell(treated["customer_id"], treated["sent_on"])

    price = costs.pivot(index="item", columns="year", values="cost_brl")
    by_year = {item: np.tile(price.loc[item, list(YEARS)].to_numpy(), n) for item in price.index}
    compensation = count(asked, tickets["compensation_brl"].to_numpy(dtype=float))
    cost = (
        deliveries * by_year["picking and packing"]
        + count(failed) * by_year["second delivery"]
        + returns * by_year["return"]
        + minutes * by_year["help before an order"]
        + count(told, treated["contact_cost_brl"].to_numpy())
        + compensation
    )
    for channel, _ in p.ticket_brl:
        cost += count(asked[(tickets["channel"] == channel).to_numpy()]) * by_year[f"ticket by {channel}"]
    frame = pd.DataFrame(
        {
            "customer_id": np.repeat(np.arange(1, n + 1), len(YEARS)),
            "year": np.tile(YEARS, n),
            "deliveries": deliveries,
            "failed_deliveries": count(failed),
            "returns": returns,
            "help_minutes": minutes,
            "tickets": count(asked),
            "messages": count(told),
            "compensation_brl": compensation.round(2),
            "cost_brl": cost.round(2),
        }
    )
    return frame[cost > 0]
