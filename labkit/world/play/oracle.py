"""A plan that sees everything latent: what one could earn at best by thinking of each contact on its own.

For every customer, channel and message the oracle works out what one contact now would bring if nothing
followed it (:func:`advantages`), takes off a price for the fatigue that it leaves behind, and makes the best
contact that is still worth more than nothing. It is no upper bound: a plan may be better at timing a
sequence. :mod:`labkit.world.play.bound` has one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.causes import fatigue, value
from labkit.world.play.reactions import Desk
from labkit.world.play.state import Cast, State
from labkit.world.play.view import View
from labkit.world.play.worth import returner_value


class Oracle:
    """See :func:`oracle`."""

    __name__ = "oracle"

    def __init__(self, *, fatigue_price: float = 0.35, patience: float = 0.7, budget_price: float = 1.0):
        self.fatigue_price, self.patience, self.budget_price = fatigue_price, patience, budget_price
        self._best: np.ndarray | None = None

    def __call__(self, view: View) -> pd.DataFrame:
        cast, state, desk = view._cast, view._engine.state, view._engine.desk
        if self._best is None or view.day == 0:
            rested = _rested(state)
            self._best = np.maximum(advantages(cast, rested, desk, ideal=True).max(axis=(0, 1)), 0.0)
        gain = advantages(cast, state, desk, view.days - view.day)
        tires = desk.burden[None, :, None] * desk.intrusion[:, None, None] * cast.weariness
        # What one unit of fatigue will cost in contacts to come, plus what it costs at once where there is too much.
        later = self.fatigue_price * (0.1 / (1 + 0.1 * state.fatigue)) / 0.1 * self._best
        price = later + _harm(cast, state)
        net = gain - price * tires - (self.budget_price - 1) * desk.cost[:, :, None]
        if view.boxes_left == 0:
            net[:, desk.box] = -np.inf
        net = np.where(gain >= self.patience * self._best, net, -np.inf)
        flat = net.reshape(-1, cast.n)
        best = flat.argmax(axis=0)
        due = np.flatnonzero(flat[best, np.arange(cast.n)] > 0)
        channel, message = np.divmod(best[due], net.shape[1])
        p = cast.parameters.play
        plan = pd.DataFrame(
            {
                "customer_id": cast.customer_id[due],
                "hour": np.clip(cast.hour[due], 8, 20),
                "channel": np.array([c.name for c in p.channels], dtype=object)[channel],
                "message": np.array([m.name for m in p.messages], dtype=object)[message],
            }
        )
        worth = flat[best[due], due]
        return plan.iloc[np.argsort(-worth, kind="stable")]


def oracle(world=None, **how: float) -> Oracle:
    """Return the oracle.

    Parameters
    ----------
    fatigue_price : float
        What one unit of fatigue is held to cost, as a share of the customer's best contact.
    patience : float
        It waits until a contact is worth this share of the customer's best one.
    budget_price : float
        What a real is worth in the till.
    """
    return Oracle(**how)


def advantages(
    cast: Cast, state: State, desk: Desk, days_left: int = 10**6, *, ideal: bool = False
) -> np.ndarray:
    """Expected gain, R$, of one contact now with nothing after it, shape (channels, messages, n).

    Parameters
    ----------
    cast, state, desk
        Of a run.
    days_left : int
        Impulses count up to the horizon only.
    ideal : bool
        At the best moment of the customer's cycle instead of now, and whether or not consent is given.
    """
    p = cast.parameters.play
    k = cast.parameters.purchases.regular_shape
    hour = np.clip(cast.hour, 8, 20)
    noticing = cast.notices * desk.hour_fit[hour, cast.hour] * fatigue.noticing(state.fatigue, p)
    noticing = np.minimum(noticing, 0.97) * (1 - desk.bounce[:, None])
    crowd = desk.crowding[np.minimum(state.sent_7, len(desk.crowding) - 1)]
    age = np.maximum(state.age.astype(float), 0)
    if ideal:
        age = np.where(cast.regular, 0.95 / np.maximum(state.rate, 1e-9), age)
    rate = np.where(state.alive, state.rate, p.winback * state.rate) * cast.goods
    # An extra order is worth its margin, less the part of the next one that it brings forward.
    first, open_ = min(days_left, 60), min(days_left, p.voucher_days)
    fade = np.append(0.5 ** (np.arange(first) / p.impulse_days), 0.0)
    flow, voucher_flow = 0 * rate, 0 * rate
    for s in range(0, max(first, open_), 2):
        at = order_flow(rate, age + s, cast.regular & state.alive, k)
        if s < first:
            flow += (fade[s] + fade[s + 1]) * at
        if s < open_:
            voucher_flow += 2 * at
    won = np.where(state.alive, 0.0, returner_value(cast, state))
    margin = cast.order_margin + won

    gain = np.empty((len(desk.channels), len(desk.pull), cast.n))
    fits = desk.fits(age, state.rate)
    for m in range(len(desk.pull)):
        pull = desk.pull[m] * cast.follows[int(desk.voucher[m])] * fits[m] * crowd
        extra = pull * flow * margin
        if desk.voucher[m]:
            off = desk.discount[m] * cast.spend
            chance = np.minimum(voucher_flow * (1 + cast.voucher_lift[m]) + pull * flow, 1.0)
            lift = cast.voucher_lift[m] * np.minimum(voucher_flow, 1.0) * margin
            extra = extra + np.where(state.voucher >= 0, 0.0, lift) - chance * off
        if m == desk.offer:
            extra = extra + offer_gain(cast, state)
        harm = cast.annoyance * desk.burden[m] * np.where(state.alive, flow * cast.order_margin, 0.0)
        gain[:, m] = noticing * extra - (desk.intrusion * (1 - desk.bounce))[:, None] * harm
    gain -= desk.cost[:, :, None]
    if not ideal:
        allowed = state.consent[:, None, :] | ~desk.marketing[None, :, None]
        gain = np.where(allowed, gain, -np.inf)
        gain = np.where(state.sent_7 < desk.rules.cap_7_days, gain, -np.inf)
    return gain


def order_flow(rate: np.ndarray, age: np.ndarray, regular: np.ndarray, k: int) -> np.ndarray:
    """Orders a day at an age, each weighted by what it adds: λ times the expected wait for the next one.

    For exponential customers the rate itself; a regular customer's extra order takes the place of one that was to
    come after r days, and so adds λ·r orders.
    """
    flow = rate.copy()
    x = (k * rate * age)[regular]
    weights = [np.ones_like(x)]
    for j in range(1, k):
        weights.append(weights[-1] * x / j)
    total = sum(weights)
    hazard = k * rate[regular] * weights[-1] / total
    adds = sum(w * (k - j) for j, w in enumerate(weights)) / total / k
    flow[regular] = hazard * adds
    return flow


def offer_gain(cast: Cast, state: State) -> np.ndarray:
    """What a noticed plan_offer does to the value of a customer's contracts, R$."""
    p = cast.parameters.play
    discount = np.log1p(p.discount_rate) / 365.25
    worth = cast.contract_margin / (cast.contract_hazard + discount)
    change = -cast.contract_hazard * np.expm1(cast.contract_wakes) * p.wake_days * worth
    change = np.where(state.running & (state.wake_left == 0), change, 0.0)
    return np.bincount(cast.contract_customer, change, minlength=cast.n)


def _harm(cast: Cast, state: State) -> np.ndarray:
    """What one more unit of fatigue costs a customer at once, R$: fewer orders, drop-out, cancellation."""
    p = cast.parameters.play
    too_much = state.fatigue > 0.6 * p.fatigue_free
    lasts = p.fatigue_days / value.LN2
    daily = state.rate * np.where(state.alive & cast.goods, cast.order_margin, 0.0)
    discount = np.log1p(p.discount_rate) / 365.25
    worth = daily / (discount + state.rate * cast.dropout + 1e-9)
    leaving = p.fatigue_leaves * state.rate * cast.dropout * (1 - cast.dropout) * worth
    plans = (
        cast.contract_margin / (cast.contract_hazard + discount) * cast.contract_hazard * p.fatigue_cancels
    )
    plans = np.bincount(cast.contract_customer, np.where(state.running, plans, 0.0), minlength=cast.n)
    return np.where(too_much, lasts * (p.fatigue_stops * daily + leaving + plans), 0.0)


def _rested(state: State) -> State:
    rested = state.copy()
    for name in ("fatigue", "sent_7", "sent_30"):
        getattr(rested, name)[:] = 0
    return rested
