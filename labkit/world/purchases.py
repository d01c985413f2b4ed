"""Orders: buying without a contract.

A customer buys at a rate of his own, after each purchase leaves for good with a probability of his own
(BG/NBD: Fader, Hardie & Lee 2005), and spends around a mean of his own (gamma-gamma: Fader & Hardie).
Part of the base buys regularly, with Erlang times between purchases, as those do who replenish what their pets
eat. Seasons, bad service and the death of a pet act on top (:mod:`labkit.world.causes`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.world.causes.leaving import dropout_probability
from labkit.world.causes.satisfaction import fade
from labkit.world.causes.timing import Clock, next_purchase
from labkit.world.parameters import HISTORY_END, HISTORY_START, Experience, Parameters, Purchases
from labkit.world.streams import stream

if TYPE_CHECKING:
    from labkit.world.service import Desk

CHANNELS = np.array(["web", "shop", "app"], dtype=object)
WEB, SHOP, APP = range(3)


@dataclass(frozen=True)
class Walk:
    """Purchases of many customers until the end of observation.

    Parameters
    ----------
    who : numpy.ndarray of int, shape (m,)
    when : numpy.ndarray of float, shape (m,)
        Customer's index and time of every purchase, round by round; times are continuous, in weeks.
    left : numpy.ndarray of float, shape (n,)
        Time of the purchase after which each left for good; infinite for those who have not.
    """

    who: np.ndarray
    when: np.ndarray
    left: np.ndarray


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
    """Draw purchase times with no cause but the BG/NBD's (and Erlang timing): :func:`walk` without the rest.

    Returns
    -------
    who : numpy.ndarray of int, shape (m,)
    when : numpy.ndarray of float, shape (m,)
        Customer's index and continuous time in weeks of every purchase, round by round.
    """
    drawn = walk(start, end, rate, dropout, regular, rng, regular_shape=regular_shape)
    return drawn.who, drawn.when


def walk(
    start: np.ndarray,
    end: float,
    rate: np.ndarray,
    dropout: np.ndarray,
    regular: np.ndarray,
    rng: np.random.Generator,
    *,
    regular_shape: int = 4,
    clock: Clock | None = None,
    need_ends: np.ndarray | None = None,
    need_left: np.ndarray | None = None,
    serve: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    experience: Experience | None = None,
) -> Walk:
    """Let customers buy until ``end``, the first time at ``start``: the k-th purchase of everybody at once.

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
    clock : Clock, optional
        Seasons.
    need_ends, need_left : numpy.ndarray, shape (n,), optional
        Weeks: when the need for most purchases ends; share of the rate that remains.
    serve : callable, optional
        ``serve(who, when)`` serves the purchases of a round, once each and in the order in which they are
        returned, and gives the grievance that each leaves (standard deviations).
    experience : Experience, optional
        How grievance acts; needed with ``serve``. Whether one leaves is decided once the order has arrived: what
        went wrong with it counts in full, what went wrong before as far as it is remembered.
    """
    who = np.flatnonzero(start <= end)
    when = start[who].astype(float)
    gone = np.full(len(start), np.inf)
    rounds_who, rounds_when = [who], [when]
    memory, since = np.zeros(len(start)), np.array(start, dtype=float)
    first = True
    while who.size:
        chance = dropout[who]
        if serve is not None:
            fresh = serve(who, when)
            old = memory[who] * fade(when - since[who], experience.half_life)
            chance = dropout_probability(chance, old, fresh, experience)
            memory[who], since[who] = old + fresh, when
        if not first:  # BG/NBD: one leaves after a repeat purchase only
            stays = rng.random(who.size) >= chance
            gone[who[~stays]] = when[~stays]
            who, when = who[stays], when[stays]
        first = False
        shape = np.where(regular[who], float(regular_shape), 1.0)
        ends, left = (None, None) if need_ends is None else (need_ends[who], need_left[who])
        when = next_purchase(when, rng.gamma(shape) / shape, rate[who], clock, ends, left)
        seen = when <= end
        who, when = who[seen], when[seen]
        rounds_who.append(who)
        rounds_when.append(when)
    return Walk(np.concatenate(rounds_who), np.concatenate(rounds_when), gone)


def draw_orders(
    traits: pd.DataFrame, seed: int, parameters: Parameters, desk: Desk
) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw all orders of history from the customers' traits, before any campaign, and how each was served.

    Orders before 2024 are drawn (a customer of 2021 may have left by 2024) and then dropped: the shop
    system of those years is gone.

    Returns
    -------
    orders : pandas.DataFrame
        Columns person (row number), ordered_on, channel, value_brl (before discount), discount_brl,
        margin_share, freight_brl; hidden: week (continuous time, weeks from the start of history) and the
        columns of :class:`~labkit.world.service.Desk`. Sorted by day, then by person.
    left : numpy.ndarray of float, shape (people,)
        Time in weeks at which each left for good; infinite for who has not, NaN for who never bought goods.
    """
    p = parameters.purchases
    buys = (~traits["prospect"] & (traits["channel_type"] != "clinic")).to_numpy()
    index = np.flatnonzero(buys)
    begin = (traits["acquired_on"].to_numpy()[index] - HISTORY_START) / np.timedelta64(7, "D")
    end = ((HISTORY_END - HISTORY_START).astype(int) + 1) / 7
    need_ends = (traits["need_ends_on"].to_numpy()[index] - HISTORY_START) / np.timedelta64(7, "D")
    drawn = walk(
        begin,
        end,
        traits["purchase_rate"].to_numpy()[index],
        traits["dropout"].to_numpy()[index],
        traits["regular"].to_numpy()[index],
        stream(seed, "orders/timing"),
        regular_shape=p.regular_shape,
        clock=Clock(parameters.season),
        need_ends=need_ends,
        need_left=traits["need_left"].to_numpy()[index],
        serve=lambda who, when: desk.serve(index[who], when),
        experience=parameters.experience,
    )
    who, when = drawn.who, drawn.when
    left = np.full(len(traits), np.nan)
    left[index] = drawn.left
    served = desk.collect()
    seen = np.flatnonzero((when >= 0) & (when < end))
    day = calendar_day(when[seen])
    seen = seen[np.lexsort((when[seen], index[who[seen]], day))]
    orders = describe_orders(
        index[who[seen]], calendar_day(when[seen]), served["channel"].to_numpy()[seen], traits,
        stream(seed, "orders/baskets"), p,
    )  # fmt: skip
    hidden = served.drop(columns="channel").iloc[seen].reset_index(drop=True)
    return pd.concat([orders, hidden.assign(week=when[seen])], axis=1), left


def calendar_day(week: np.ndarray) -> np.ndarray:
    """Day of a time in weeks. A purchase at the very start of a day may fall short of it in floating point."""
    return HISTORY_START + np.floor(week * 7 + 1e-6).astype("timedelta64[D]")


class Habits:
    """Where each customer buys, as arrays: columns of the traits, ready to be asked round by round."""

    def __init__(self, traits: pd.DataFrame):
        kind = traits["channel_type"].to_numpy()
        self._shop = np.where(kind == "shop", 1.0, np.where(kind == "both", traits["shop_share"], 0.0))
        self._app = traits["app_share"].to_numpy()

    def choose(self, who: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Choose the channel of each purchase: a code of CHANNELS."""
        in_shop = rng.random(len(who)) < self._shop[who]
        in_app = rng.random(len(who)) < self._app[who]
        return np.where(in_shop, SHOP, np.where(in_app, APP, WEB)).astype(np.int8)


def describe_orders(
    who: np.ndarray,
    day: np.ndarray,
    channel: np.ndarray,
    traits: pd.DataFrame,
    rng: np.random.Generator,
    p: Purchases,
) -> pd.DataFrame:
    """Give each purchase its value, everyday discount, margin and freight; ``channel`` is a code of CHANNELS."""
    n = len(who)
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
            "channel": CHANNELS[channel],
            "value_brl": value,
            "discount_brl": np.round(np.where(discounted, value * share, 0.0), 2),
            "margin_share": np.clip(rng.normal(p.margin_mean, p.margin_spread, n), 0.05, 0.6),
            "freight_brl": np.where(channel == SHOP, 0.0, p.freight_brl),
        }
    )


def settle_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """Turn values, discounts and cost shares into the money columns of the orders table.

    A discount comes off the revenue and leaves the cost as it is, so it is paid in full from the margin.
    """
    revenue = np.round(orders["value_brl"] - orders["discount_brl"], 2)
    cost = np.round(orders["value_brl"] * (1 - orders["margin_share"]) + orders["freight_brl"] * 0.5, 2)
    return orders.assign(revenue_brl=revenue, cost_brl=cost, margin_brl=np.round(revenue - cost, 2))
