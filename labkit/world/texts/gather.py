"""Gather from the finished tables what each writer can truthfully write about."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.texts import facts
from labkit.world.texts.comments import Happened

DAY = np.timedelta64(1, "D")
RECENT = 365.0  # days: who bought (or visited) so long ago may still write about it


def gather(draft: Draft, answers: pd.DataFrame, rng: np.random.Generator) -> Happened:
    """Gather what happened to those who comment on an answer.

    Parameters
    ----------
    draft : Draft
        Orders, deliveries, order_items, products, pets, plans, clinic_visits, customers; the frame of tickets.
    answers : pandas.DataFrame
        customer_id, answered_on, and ``ticket``: row of the ticket asked after, -1 if none.
    rng : numpy.random.Generator
    """
    p, tables = draft.parameters.texts, draft.tables
    who = answers["customer_id"].to_numpy()
    at = answers["answered_on"].to_numpy().astype("datetime64[D]")
    orders = tables["orders"]
    orders = orders.loc[
        orders["customer_id"].isin(np.unique(who)), ["order_id", "customer_id", "ordered_on", "channel"]
    ]
    orders = orders.reset_index(drop=True)
    shop = orders[orders["channel"] == "shop"].reset_index(drop=True)
    last = facts.last_before(who, at, orders, "ordered_on", RECENT)
    in_shop = facts.last_before(who, at, shop, "ordered_on", RECENT) >= 0
    order_id = (
        np.where(last >= 0, orders["order_id"].to_numpy()[last], 0)
        if len(orders)
        else np.zeros(len(who), int)
    )
    late, failure, online = _delivery(tables["deliveries"], orders, who, at, p.remembered_days)
    product = product_of(order_id, tables["order_items"], rng)
    holder, patient = _holders(tables["plans"], who, at), _patients(tables["clinic_visits"], who, at)
    pet = facts.pet_of(who, at, tables["pets"], rng)
    everybody = np.ones(len(who), dtype=bool)
    bought = order_id > 0
    return Happened(
        late=late,
        failure=failure,
        product=facts.said_product(product, tables["products"], rng),
        kind=kind_of(product, tables["products"]),
        category=category_of(product, tables["products"]),
        tenure=_tenure(tables["customers"], who, at),
        pet=facts.said_pet(pet, rng),
        contact=contact_of(draft.frames["tickets"], answers["ticket"].to_numpy()),
        concerned={
            "product": bought, "price": bought | holder, "delivery": online, "service": everybody, "app": online,
            "shop": in_shop, "plan": holder, "clinic": patient, "loyalty": bought, "general": everybody,
        },
    )  # fmt: skip


def contact_of(tickets: pd.DataFrame, row: np.ndarray) -> np.ndarray:
    """Return the cause of the tickets at given rows; empty where the row is -1."""
    cause = np.append(tickets["cause"].to_numpy(dtype=object), "")
    return cause[row]


def product_of(order_id: np.ndarray, items: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return one product of each order, 0 for order 0; items are sorted by order."""
    of, product = items["order_id"].to_numpy(), items["product_id"].to_numpy()
    start, end = np.searchsorted(of, order_id), np.searchsorted(of, order_id, side="right")
    row = start + (rng.random(len(order_id)) * (end - start)).astype(np.int64)
    return np.where(end > start, product[np.minimum(row, len(of) - 1)], 0)


def category_of(product: np.ndarray, products: pd.DataFrame) -> np.ndarray:
    """Return the category; empty for product 0."""
    category = np.full(products["product_id"].max() + 1, "", dtype=object)
    category[products["product_id"]] = products["category"].to_numpy(dtype=object)
    return category[product]


def kind_of(product: np.ndarray, products: pd.DataFrame) -> np.ndarray:
    """Return eaten or used; empty for product 0."""
    kind = np.full(products["product_id"].max() + 1, "", dtype=object)
    kind[products["product_id"]] = np.where(products["category"].isin(facts.EATEN), "eaten", "used")
    return kind[product]


def _delivery(deliveries, orders, who, at, days):
    """How late the last delivery was that had to be there by now, how it failed, whether there was one at all."""
    row = pd.Index(deliveries["order_id"])
    place = row.get_indexer(orders["order_id"])
    sent = orders[place >= 0].reset_index(drop=True)
    parcel = deliveries.iloc[place[place >= 0]].reset_index(drop=True)
    due = parcel[["promised_on", "delivered_on"]].max(axis=1)
    events = pd.DataFrame({"customer_id": sent["customer_id"], "due": due})
    last = facts.last_before(who, at, events, "due", days)
    ever = facts.last_before(who, at, events, "due", RECENT) >= 0
    late = np.append(facts.late_days(parcel), np.nan)[last]
    status = np.append(parcel["status"].to_numpy(dtype=object), "")[last]
    return late, np.where(np.isin(status, ["damaged", "incomplete", "lost"]), status, "").astype(object), ever


def _tenure(customers, who, at):
    """Days since each writer was won."""
    won = pd.Series(
        customers["acquired_on"].to_numpy().astype("datetime64[D]"), index=customers["customer_id"]
    )
    return (at - won.reindex(who).to_numpy().astype("datetime64[D]")).astype(int)


def _holders(plans, who, at):
    last = facts.last_before(who, at, plans, "started_on", 36_500.0)
    ended = np.append(plans["cancelled_on"].to_numpy().astype("datetime64[D]"), np.datetime64("NaT"))[last]
    return (last >= 0) & ~(ended < at - 60 * DAY)


def _patients(visits, who, at):
    return facts.last_before(who, at, visits, "visited_on", RECENT) >= 0
