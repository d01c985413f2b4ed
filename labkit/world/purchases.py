"""Orders: buying without a contract.

A customer buys at a rate of his own, after each purchase leaves for good with a probability of his own
(BG/NBD: Fader, Hardie & Lee 2005), and spends around a mean of his own (gamma-gamma: Fader & Hardie).
Part of the base buys regularly, with Erlang times between purchases, as those do who replenish.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.parameters import HISTORY_END, HISTORY_START, Purchases
from labkit.world.streams import stream


def draw_purchase_times(
    start: np.ndarray,
    end: float,
    rate: np.ndarray,
    dropout: np.ndarray,
    regular: np.ndarray,
    rng: np.random.Generator,
    *,
    regular_shape: int = 4,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw purchase times until ``end``, the first at ``start``.

    Parameters
    ----------
    start : numpy.ndarray, shape (n,)
        Time of the first purchase, in weeks.
    end : float
        End of observation, in weeks.
    rate, dropout : numpy.ndarray, shape (n,)
        Purchases a week while alive; probability of leaving after each repeat purchase. Nobody leaves after the
        first one, as in the model.
    regular : numpy.ndarray of bool, shape (n,)
        Who buys with Erlang instead of exponential times between purchases.
    rng : numpy.random.Generator
    regular_shape : int
        k of the Erlang.

    Returns
    -------
    who : numpy.ndarray of int, shape (m,)
    when : numpy.ndarray of float, shape (m,)
        Customer's index and time of every purchase, round by round.
    """
    who = np.flatnonzero(start <= end)
    when = start[who]
    rounds_who, rounds_when = [who], [when]
    first = True
    while who.size:
        if not first:  # BG/NBD: one leaves after a repeat purchase only
            stays = rng.random(who.size) >= dropout[who]
            who, when = who[stays], when[stays]
        first = False
        shape = np.where(regular[who], float(regular_shape), 1.0)
        when = when + rng.gamma(shape) / (shape * np.maximum(rate[who], 1e-9))
        seen = when <= end
        who, when = who[seen], when[seen]
        rounds_who.append(who)
        rounds_when.append(when)
    return np.concatenate(rounds_who), np.concatenate(rounds_when)


def draw_orders(traits: pd.DataFrame, seed: int, p: Purchases) -> pd.DataFrame:
    """Draw all orders of history from the customers' traits, before any campaign.

    Orders before 2024 are drawn (a customer of 2021 may have left by 2024) and then dropped: the shop
    system of those years is gone.

    Returns
    -------
    pandas.DataFrame
        Columns person (row number), ordered_on, channel, value_brl (before discount), discount_brl,
        margin_share, freight_brl; sorted by day, then at random within the day.
    """
    buys = (~traits["prospect"] & (traits["channel_type"] != "clinic")).to_numpy()
    index = np.flatnonzero(buys)
    begin = (traits["acquired_on"].to_numpy()[index] - HISTORY_START) / np.timedelta64(7, "D")
    end = (HISTORY_END - HISTORY_START).astype(int) / 7
    who, when = draw_purchase_times(
        begin,
        end,
        traits["purchase_rate"].to_numpy()[index],
        traits["dropout"].to_numpy()[index],
        traits["regular"].to_numpy()[index],
        stream(seed, "orders/timing"),
        regular_shape=p.regular_shape,
    )
    seen = when >= 0
    who, when = index[who[seen]], when[seen]
    # A first purchase lies at the very start of its day, which weeks in floating point may fall short of.
    day = HISTORY_START + np.minimum(np.floor(when * 7 + 1e-6), end * 7).astype("timedelta64[D]")
    order = np.lexsort((who, day))
    return describe_orders(who[order], day[order], traits, stream(seed, "orders/baskets"), p)


def describe_orders(
    who: np.ndarray, day: np.ndarray, traits: pd.DataFrame, rng: np.random.Generator, p: Purchases
) -> pd.DataFrame:
    """Give each purchase its channel, value, everyday discount, margin and freight."""
    n = len(who)
    kind = traits["channel_type"].to_numpy()[who]
    in_shop = (kind == "shop") | ((kind == "both") & (rng.random(n) < traits["shop_share"].to_numpy()[who]))
    in_app = rng.random(n) < traits["app_share"].to_numpy()[who]
    channel = np.select([in_shop, in_app], ["shop", "app"], "web").astype(object)
    value = rng.gamma(p.spend_p, 1.0, n) * traits["mean_spend_brl"].to_numpy()[who] / p.spend_p
    value = np.maximum(np.round(value, 2), 4.90)
    odds = np.log(p.discounted_share / (1 - p.discounted_share))
    odds = odds + p.discount_seeking * traits["price_sensitivity"].to_numpy()[who]
    discounted = rng.random(n) < 1 / (1 + np.exp(-odds))
    share = rng.beta(2.0, 2.0 * (1 - p.discount_mean) / p.discount_mean, n)
    return pd.DataFrame(
        {
            "person": who,
            "ordered_on": day,
            "channel": channel,
            "value_brl": value,
            "discount_brl": np.round(np.where(discounted, value * share, 0.0), 2),
            "margin_share": np.clip(rng.normal(p.margin_mean, p.margin_spread, n), 0.05, 0.6),
            "freight_brl": np.where(in_shop, 0.0, p.freight_brl),
        }
    )


def settle_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """Turn values, discounts and cost shares into the money columns of the orders table.

    A discount comes off the revenue and leaves the cost as it is, so it is paid in full from the margin.
    """
    revenue = np.round(orders["value_brl"] - orders["discount_brl"], 2)
    cost = np.round(orders["value_brl"] * (1 - orders["margin_share"]) + orders["freight_brl"] * 0.5, 2)
    return orders.assign(revenue_brl=revenue, cost_brl=cost, margin_brl=np.round(revenue - cost, 2))
