"""The day loop: contacts, orders, deliveries, cancellations, and the passing of a day."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import special

from labkit.world.causes import fatigue, leaving, timing
from labkit.world.parameters import HISTORY_START
from labkit.world.play.draws import Draws
from labkit.world.play.reactions import Desk, Outcome
from labkit.world.play.state import F32, RING, START, Cast, State

CHANNELS = ("shop", "app", "web")
STATUS = ("delivered", "late", "incomplete", "damaged", "lost")


@dataclass
class Orders:
    """Orders of one day; the delivery of shop orders is none (late_days -1, status 0)."""

    who: np.ndarray
    channel: np.ndarray
    revenue: np.ndarray
    discount: np.ndarray
    cost: np.ndarray
    late_days: np.ndarray
    status: np.ndarray


@dataclass
class Diary:
    """All that happened, by day."""

    orders: list[Orders] = field(default_factory=list)
    outcomes: list[list[Outcome]] = field(default_factory=list)
    cancelled: list[np.ndarray] = field(default_factory=list)
    running: list[float] = field(default_factory=list)
    mood: list[float] = field(default_factory=list)


class Engine:
    """Plays the days of a future, one after the other, on the arrays of the state."""

    def __init__(self, cast: Cast, state: State, desk: Desk, seed: int):
        self.cast, self.state, self.desk, self.seed = cast, state, desk, seed
        self.diary = Diary()
        self.p = cast.parameters.play
        self.buying = cast.parameters.purchases
        n = cast.n
        self.by_need = np.argsort(cast.need_day, kind="stable")
        self.need_day = cast.need_day[self.by_need]
        self.regular = np.flatnonzero(cast.regular)
        k = self.buying.regular_shape
        self.factorials = special.factorial(np.arange(k)).astype(F32)
        self.lift = np.zeros(n, dtype=F32)
        life = cast.experience.half_life * 7
        self.keeps = F32(0.5 ** (1 / life))
        self.rests = F32(0.5 ** (1 / self.p.fatigue_days))
        self.calms = F32(0.5 ** (1 / self.p.impulse_days))
        first = int((START - HISTORY_START).astype(int))
        self.seasons = timing.intensity(np.arange(first, first + 3660), cast.season)

    def play(self, day: int, contacts) -> None:
        """Play one day with its contacts."""
        draws = Draws(self.seed, day, self.cast.n)
        pet_dies = self.by_need[slice(*self.need_day.searchsorted([day, day + 1]))]
        self.state.rate[pet_dies] *= self.cast.need_left[pet_dies]
        self.diary.outcomes.append(self.desk.work(contacts, day, draws))
        self.diary.orders.append(self._buy(day, draws))
        self._plans(day)
        self._pass(day)

    def hazard(self) -> np.ndarray:
        """Orders a day of everybody without any impulse, as if alive; by the clock of those who buy regularly."""
        base = self.state.rate.astype(F32)
        stage_rate = F32(len(self.factorials)) * base[self.regular]
        x = stage_rate * (self.state.age[self.regular] + F32(0.5))
        term, total = np.ones_like(x), np.ones_like(x)
        for j in range(1, len(self.factorials)):
            term = term * x / F32(j)
            total += term
        base[self.regular] = stage_rate * term / total
        return base

    def _buy(self, day: int, draws: Draws) -> Orders:
        state, p = self.state, self.p
        held = np.flatnonzero(state.voucher >= 0)
        self.lift[:] = 0
        self.lift[held] = self.cast.voucher_lift[state.voucher[held], held]
        extra = state.impulse + self.lift
        multiplier = np.where(state.alive, np.maximum(1 + extra, F32(0.05)), 0)
        back = ~state.alive & (extra > 0)
        base = self.hazard()
        multiplier[back] = F32(p.winback) * extra[back]
        base[back] = state.rate[back]
        multiplier /= 1 + F32(p.fatigue_stops) * fatigue.excess(state.fatigue, p)
        season = F32(self.seasons[day])
        chance = 1 - np.exp(-base * multiplier * season)
        occasion = np.where(state.alive, 1 - np.exp(-base * season), 0)
        u = draws.dense("buying")
        moved = np.flatnonzero(u < np.maximum(chance, occasion))
        ordered = (u < chance)[moved]
        numbers = draws.sparse("orders", moved, 12)
        who = moved[ordered]
        fresh = np.zeros(len(moved))
        orders, fresh[ordered] = self._order(who, numbers[:, ordered])
        self._leave(moved, (u < occasion)[moved], fresh, numbers[11])
        state.returned[who] |= ~state.alive[who] & back[who]
        state.alive[who] |= back[who]
        state.age[who] = -1  # becomes 0 when the day has passed
        state.voucher[who] = -1
        return orders

    def _order(self, who: np.ndarray, u: np.ndarray) -> tuple[Orders, np.ndarray]:
        """Baskets and deliveries; and the grievance that each leaves."""
        cast, state, b, s, e = self.cast, self.state, self.buying, self.cast.service, self.cast.experience
        value = special.gammaincinv(b.spend_p, u[0]) * cast.spend[who] / b.spend_p
        value = np.maximum(np.round(value, 2), 4.90)
        everyday = np.zeros(len(who))
        seeks = np.flatnonzero(u[1] < cast.discounts[who])
        everyday[seeks] = special.betaincinv(2.0, 2.0 * (1 - b.discount_mean) / b.discount_mean, u[2, seeks])
        voucher = np.where(state.voucher[who] >= 0, self.desk.discount[state.voucher[who]], 0.0)
        discount = np.round(value * np.maximum(everyday, voucher), 2)
        margin = np.clip(b.margin_mean + b.margin_spread * special.ndtri(u[3]), 0.05, 0.6)
        shop = u[4] < cast.in_shop[who]
        channel = np.where(shop, 0, np.where(u[5] < cast.in_app[who], 1, 2))
        cost = np.round(value * (1 - margin) + np.where(shop, 0.0, b.freight_brl * 0.5), 2)

        late = ~shop & (u[6] < s.late)
        late_days = np.where(late, 1 + np.floor(-np.log1p(-u[7]) * (s.late_days - 0.5)), 0).astype(int)
        failed = ~shop & (u[8] < s.failed)
        kinds = np.array([share for _, share in s.failures])
        names = [kind for kind, _ in s.failures]
        kind = np.minimum(np.searchsorted(np.cumsum(kinds / kinds.sum()), u[9]), len(kinds) - 1)
        status = np.where(failed, np.array([STATUS.index(k) for k in names])[kind], np.where(late, 1, 0))
        bad_goods = u[10] < s.product
        impact = np.array([getattr(e, k) for k in ("late", "incomplete", "damaged", "lost")])
        slow = (1 - np.exp(-late_days / e.late_days))[:, None] * impact[0]
        left = slow + np.where(failed[:, None], impact[np.maximum(status - 1, 0)], 0.0)
        left = left + np.where(bad_goods[:, None], np.array(e.product), 0.0)
        mood = left[:, 0].astype(F32)
        state.mood[who] += mood
        harmed = mood < 0
        state.harm[who[harmed]] = mood[harmed]
        state.harm_age[who[harmed]] = 0
        delivered = np.where(shop, -1, late_days)
        orders = Orders(who, channel, np.round(value - discount, 2), discount, cost, delivered, status)
        return orders, left[:, 1]

    def _leave(self, who: np.ndarray, occasion: np.ndarray, fresh: np.ndarray, u: np.ndarray) -> None:
        """Some of those who ordered, or would have, leave: on occasions of their own, not on a message's."""
        state, p = self.state, self.p
        dropout = self.cast.dropout[who]
        dropout = leaving.dropout_probability(dropout, state.grievance[who], fresh, self.cast.experience)
        odds = np.exp(p.fatigue_leaves * fatigue.excess(state.fatigue[who], p))
        dropout = dropout * odds / (1 - dropout + dropout * odds)
        dropout = np.where(state.returned[who], dropout + (1 - dropout) * p.returner_leaves, dropout)
        state.alive[who[occasion & (u < dropout)]] = False
        state.grievance[who] += fresh.astype(F32)

    def _plans(self, day: int) -> None:
        """Mishaps of plan holders, and cancellations."""
        cast, state, p, s, e = self.cast, self.state, self.p, self.cast.service, self.cast.experience
        draws = Draws(self.seed, day, len(cast.contract_id))
        u = draws.dense("plans/mishaps")
        billing, clinic = s.billing / 365.25, s.clinic / 365.25
        mishap = np.flatnonzero(state.running & (u < billing + clinic))
        for share, (mood, grievance) in ((u[mishap] < billing, e.billing), (u[mishap] >= billing, e.clinic)):
            customer = cast.contract_customer[mishap[share]]
            np.add.at(state.mood, customer, F32(mood))
            np.add.at(state.grievance, customer, F32(grievance))
            state.harm[customer] = mood
            state.harm_age[customer] = 0
        holder = cast.contract_customer
        hazard = leaving.cancellation_hazard(cast.contract_hazard, state.grievance[holder], e)
        tired = fatigue.excess(state.fatigue[holder], p)
        hazard = hazard * np.exp(p.fatigue_cancels * tired + np.where(state.wake_left > 0, state.wake, 0.0))
        ends = np.flatnonzero(state.running & (draws.dense("plans/cancellation") < 1 - np.exp(-hazard)))
        state.running[ends] = False
        self.diary.cancelled.append(ends)
        self.diary.running.append(float(cast.contract_margin[state.running].sum()))

    def _pass(self, day: int) -> None:
        state = self.state
        self.diary.mood.append(float(state.mood.mean(dtype=np.float64)))
        state.age += 1
        state.impulse *= self.calms
        state.fatigue *= self.rests
        state.mood *= self.keeps
        state.grievance *= self.keeps
        state.harm_age += 1
        np.minimum(state.harm_age, 999, out=state.harm_age)
        state.voucher_left -= 1
        state.voucher[state.voucher_left <= 0] = -1
        np.maximum(state.voucher_left, 0, out=state.voucher_left)
        np.maximum(state.wake_left - 1, 0, out=state.wake_left)
        # Tomorrow looks back on the six days before it, and on the twenty-nine.
        state.sent_7 -= state.sent[(day - 6) % RING]
        state.sent_30 -= state.sent[(day - RING + 1) % RING]
        state.sent[(day + 1) % RING] = 0
