"""The value of the base on a day, from the state of every customer."""

from __future__ import annotations

import numpy as np

from labkit.world.causes import fatigue, leaving, value
from labkit.world.causes.value import LN2
from labkit.world.play.state import Cast, State


def base_value(cast: Cast, state: State) -> np.ndarray:
    """Expected discounted margin of every customer from now on, R$; see :mod:`labkit.world.causes.value`.

    What today's grievance adds is taken at the customer's next order or cancellation; whoever has left is worth
    nothing, though he might be won back.
    """
    p, e = cast.parameters.play, cast.experience
    shape = cast.parameters.purchases.regular_shape
    discount = np.log1p(p.discount_rate) / 365.25
    rate = np.maximum(state.rate, 1e-9)
    age = np.maximum(state.age.astype(float), 0)
    life = e.half_life * 7
    tired = fatigue.excess(state.fatigue.astype(float), p)

    still_grieved = state.grievance * value.next_order(rate, age, cast.regular, LN2 / life, shape)
    still_tired = tired * value.next_order(rate, age, cast.regular, LN2 / p.fatigue_days, shape)
    later = np.where(state.returned, cast.dropout + (1 - cast.dropout) * p.returner_leaves, cast.dropout)
    following = leaving.dropout_probability(later, still_grieved, np.zeros_like(rate), e)
    odds = np.exp(p.fatigue_leaves * still_tired)
    following = following * odds / (1 - following + following * odds)
    orders = value.orders_to_come(rate, age, cast.regular, following, later, discount, shape)
    goods = np.where(state.alive & cast.goods, orders * cast.order_margin, 0.0)

    hazard = cast.contract_hazard
    holder = cast.contract_customer
    contracts = value.contract_value(
        cast.contract_margin,
        hazard,
        [
            (e.cancel_memory * state.grievance[holder].astype(float), life),
            (p.fatigue_cancels * tired[holder], p.fatigue_days),
            (np.where(state.wake_left > 0, state.wake, 0.0), p.wake_days / 2 * LN2),
        ],
        discount,
    )
    plans = np.bincount(holder, np.where(state.running, contracts, 0.0), minlength=cast.n)
    return goods + goods * _reachable(cast, state) + plans


def _reachable(cast: Cast, state: State) -> np.ndarray:
    """Rise of a customer's value because he may be written to: the best channel that he allows."""
    p = cast.parameters.play
    reminder = next(m for m in p.messages if m.name == "reminder")
    life_of_impulse = 1 / (1 - 0.5 ** (1 / p.impulse_days))
    fit = np.where(cast.regular, 1.0, p.reminder_unplanned)
    daily_margin = np.maximum(state.rate * cast.order_margin, 1e-9)
    best = np.zeros(cast.n)
    for k, channel in enumerate(p.channels):
        gain = cast.notices[k] * reminder.pull * cast.follows[0] * fit
        gain = gain - cast.annoyance * channel.intrusion
        rise = gain * life_of_impulse - channel.cost_brl / daily_margin
        np.maximum(best, np.where(state.consent[k], rise, 0.0), out=best)
    return p.kept_contacts / 30.44 * best


def returner_value(cast: Cast, state: State) -> np.ndarray:
    """Expected discounted margin of a customer just won back, after the order that did it, R$."""
    p = cast.parameters.play
    discount = np.log1p(p.discount_rate) / 365.25
    rate = np.maximum(state.rate, 1e-9)
    dropout = cast.dropout + (1 - cast.dropout) * p.returner_leaves
    shape = cast.parameters.purchases.regular_shape
    orders = value.orders_to_come(rate, np.zeros(cast.n), cast.regular, dropout, dropout, discount, shape)
    return np.where(cast.goods, orders * cast.order_margin, 0.0)
