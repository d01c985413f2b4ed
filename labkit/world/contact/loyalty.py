"""The points programme: earned with orders, redeemed in blocks, lapsed after a year.

The programme changes nobody's orders. Customers who buy often join sooner and redeem more, so members look
better than others, and redeemers best of all, before they join as much as after. Part of the points is
never redeemed (breakage). What is handed out for points is a gift with the order and is not in ``orders``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.contact.ledger import rows_of, words
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END

KINDS = ("earn", "redeem", "expire")


def draw_loyalty(draft: Draft) -> pd.DataFrame:
    """Return the ledger, numbered by date; a customer's first entry is the bonus for joining."""
    p = draft.parameters.loyalty
    orders = _orders(draft)
    joined = _joining(draft, orders)
    orders = orders[orders["ordered_on"].to_numpy() >= joined[orders["row"]]]
    member = np.flatnonzero(~np.isnat(joined))
    bonus = pd.DataFrame(
        {"row": member, "on": joined[member], "kind": 0, "points": p.bonus, "order_id": 0, "value_brl": 0.0}
    )
    earned = pd.DataFrame(
        {
            "row": orders["row"].to_numpy(),
            "on": orders["ordered_on"].to_numpy(),
            "kind": 0,
            "points": np.floor(orders["revenue_brl"].to_numpy()).astype(np.int64),
            "order_id": orders["order_id"].to_numpy(),
            "value_brl": 0.0,
        }
    )
    earned = pd.concat([bonus, earned[earned["points"] > 0]], ignore_index=True)
    used = _redeem_and_expire(draft, earned, orders, member)
    ledger = pd.concat([earned, used], ignore_index=True)
    customer = draft.customer_id[ledger["row"].to_numpy()]
    day = ledger["on"].to_numpy().astype("datetime64[D]").astype(np.int64)
    order_id, kind = ledger["order_id"].to_numpy(), ledger["kind"].to_numpy()
    order = np.lexsort((kind, order_id, customer, day))
    ledger = ledger.iloc[order]
    table = pd.DataFrame(
        {
            "customer_id": customer[order],
            "on": ledger["on"].to_numpy(),
            "kind": words(ledger["kind"].to_numpy(), KINDS),
            "points": ledger["points"].to_numpy(),
            "order_id": ledger["order_id"].astype("Int64").mask(ledger["order_id"] == 0).array,
            "value_brl": ledger["value_brl"].round(2).to_numpy(),
        }
    )
    return numbered(table, "entry_id")


def _orders(draft: Draft) -> pd.DataFrame:
    """Orders since the programme began, with the row of the person."""
    orders = draft.tables["orders"]
    since = orders["ordered_on"].to_numpy() >= np.datetime64(draft.parameters.loyalty.begin)
    orders = orders.loc[since, ["order_id", "customer_id", "ordered_on", "revenue_brl"]]
    return orders.assign(row=rows_of(draft)[orders["customer_id"].to_numpy()]).drop(columns="customer_id")


def _keen(draft: Draft, strength: float) -> np.ndarray:
    """Log odds by how often a customer buys, about zero on average."""
    rate = draft.traits["purchase_rate"].to_numpy()
    return strength * np.clip(
        np.log(np.maximum(rate, 1e-4) / np.exp(np.log(np.maximum(rate, 1e-4)).mean())), -3, 2
    )


def _joining(draft: Draft, orders: pd.DataFrame) -> np.ndarray:
    """Day of joining by person row, NaT for those who never do: at an order, if at all."""
    p = draft.parameters.loyalty
    rng = draft.stream("contact/loyalty/joining")
    row = orders["row"].to_numpy()
    odds = np.log(p.joins / (1 - p.joins)) + _keen(draft, p.rate_joins)[row]
    says_yes = rng.random(len(orders)) < 1 / (1 + np.exp(-odds))
    row, on = row[says_yes][::-1], orders["ordered_on"].to_numpy()[says_yes][::-1]
    joined = np.full(len(draft.persons), np.datetime64("NaT", "D"))
    joined[row] = on.astype("datetime64[D]")  # in reverse: the earliest yes stays
    return joined


def _redeem_and_expire(draft, earned, orders, member) -> pd.DataFrame:
    """Month by month: points of earlier months are redeemed at an order, the oldest first, or lapse."""
    p = draft.parameters.loyalty
    rng = draft.stream("contact/loyalty/redeeming")
    place = np.full(len(draft.persons), -1)
    place[member] = np.arange(len(member))
    begin = np.datetime64(p.begin, "M")
    months = int((HISTORY_END.astype("datetime64[M]") - begin).astype(int)) + 1
    month = (earned["on"].to_numpy().astype("datetime64[M]") - begin).astype(int)
    # Points by member and month: small enough for a matrix, a column a month.
    gained = np.zeros((months, len(member)), dtype=np.int64)
    np.add.at(gained, (month, place[earned["row"].to_numpy()]), earned["points"].to_numpy())
    # The first order of each month of each member, month by month: orders lie in the order of days.
    row, day = orders["row"].to_numpy(), orders["ordered_on"].to_numpy()
    when = (day.astype("datetime64[M]") - begin).astype(int)
    _key, first = np.unique(when * len(place) + row, return_index=True)
    row, day, number = row[first], day[first], orders["order_id"].to_numpy()[first]
    edges = np.searchsorted(when[first], np.arange(months + 1))
    keen = _keen(draft, p.rate_redeems)[member]
    share = 1 / (1 + np.exp(-(np.log(p.redeems / (1 - p.redeems)) + keen)))
    spent = np.zeros(len(member), dtype=np.int64)  # redeemed or lapsed so far
    total = np.zeros(len(member), dtype=np.int64)  # earned before this month
    old = np.zeros(len(member), dtype=np.int64)  # … and by now too old
    parts = []
    for k in range(months):
        if k > 0:
            total += gained[k - 1]
        if k > p.expires_months:
            old += gained[k - 1 - p.expires_months]
            lapsed = np.maximum(old - spent, 0)
            who = np.flatnonzero(lapsed)
            spent += lapsed
            parts.append(_entries(member[who], (begin + k).astype("datetime64[D]"), 2, -lapsed[who], 0, 0.0))
        wants = rng.random(len(member)) < share
        buyers = slice(edges[k], edges[k + 1])
        at = place[row[buyers]]
        points = (total - spent)[at] // p.block * p.block
        takes = wants[at] & (points > 0)
        at, points = at[takes], points[takes]
        spent[at] += points
        parts.append(
            _entries(
                member[at],
                day[buyers][takes],
                1,
                -points,
                number[buyers][takes],
                points * p.value_brl,
            )
        )
    return pd.concat(parts, ignore_index=True)


def _entries(row, on, kind, points, order_id, value) -> pd.DataFrame:
    return pd.DataFrame(
        {"row": row, "on": on, "kind": kind, "points": points, "order_id": order_id, "value_brl": value}
    )
