"""A bound on the expected score that no plan can beat, with or without the latent effects.

The argument. Let V be the value of a state under doing nothing from then on (with the margin until the
horizon and the value of the base at it). By the performance difference lemma (Kakade & Langford 2002, lemma 6.1)
the expected score of any plan is the sum, over its contacts, of their expected *advantages*: what each contact
adds if nothing followed it. So a bound on every advantage, summed as generously as the rules allow, bounds
every plan, however clever its sequence. Taken as generously as follows:

* a contact meets a rested customer at his hour: fatigue only lowers noticing, orders and value; annoyance,
  opting out and complaints are left out;
* crowding: of the contacts within a week counted from day 0, the j-th has at least j - 1 others in the seven days up
  to it, so its impulse is multiplied by at most the j-th crowding factor;
* an impulse is worth the largest that it can be at any time since the last order, and in the best weeks of the season;
* whoever has left is addressed as one who has, and in proportion to the chance of having been won back by then as one
  who has not; whoever has not left as whichever of the two is worth more;
* a voucher counts as always open for nothing, if that is worth its discount;
* an offer counts as lowering cancellation from the first day until its effect of the last day ends;
* customers who lose money count as annoyed into ordering nothing, for nothing, and they and contracts that lose money
  as tired out by as many of the heaviest contacts as the caps allow, kept up from the first day;
* contacts go out on channels that are allowed on the first day; sample boxes go to those with whom they do most.

Contacts cost money and the budget holds: for any price λ ≥ 0 of money, Σ max(advantage - λ·cost, 0) + λ·budget is a
bound, and the least of them is taken.

It is a bound in expectation, over futures: in one future a plan may be luckier.
"""

from __future__ import annotations

import numpy as np

from labkit.world.play.engine import START
from labkit.world.play.oracle import order_flow
from labkit.world.play.reactions import Desk
from labkit.world.play.rules import Rules
from labkit.world.play.state import Cast, State, begin
from labkit.world.play.worth import returner_value

WEEK = 7


def upper_bound(world, days: int = 90, *, rules: Rules | None = None) -> float:
    """Return the bound on the expected score of any plan, R$; see the module for the argument.

    Parameters
    ----------
    world : World
    days : int
        Horizon.
    rules : Rules, optional
        Consent must be required, as it is by default.
    """
    cast, state = begin(world)
    desk = Desk(cast, state, (rules or Rules()).filled(world.parameters, cast.n, days))
    best = _Best(cast, state, desk, days)
    return float(best.impulses() + best.boxes() + best.vouchers().sum() + best.offers() + best.losses())


class _Best:
    """The largest possible advantages of one kind each."""

    def __init__(self, cast: Cast, state: State, desk: Desk, days: int):
        self.cast, self.state, self.desk, self.days = cast, state, desk, days
        p = self.p = cast.parameters.play
        hour = np.clip(cast.hour, desk.rules.quiet_until, desk.rules.quiet_from - 1)
        notices = np.minimum(cast.notices * desk.hour_fit[hour, cast.hour], 0.97)
        self.noticing = notices * (1 - desk.bounce[:, None])
        self.gains = cast.goods & (cast.order_margin > 0)
        self.fade = 0.5 ** (np.arange(60) / p.impulse_days)
        self.season = _best_season(cast, days, self.fade)
        self.won = np.maximum(returner_value(cast, state), 0.0)

    def impulses(self) -> float:
        """Impulses of all messages but sample boxes, under the best price of money."""
        budget = self.desk.rules.budget_brl
        return min(
            self._impulses(price) + price * budget
            for price in (0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0)
        )

    def _impulses(self, price: float) -> float:
        messages = [m for m in range(len(self.desk.pull)) if m != self.desk.box]
        living = self._week(messages, price, self._living, self.cast.order_margin)
        gone = self._week(messages, price, self._gone, self.cast.order_margin + self.won)
        return float(self._mix(living, gone).sum())

    def boxes(self) -> float:
        """Sample boxes, one a contact, to those with whom they do most."""
        box = [self.desk.box]
        living = self._week(box, 0.0, self._living, self.cast.order_margin, contacts=1)
        gone = self._week(box, 0.0, self._gone, self.cast.order_margin + self.won, contacts=1)
        worth = np.where(self.state.alive, np.maximum(living, gone), self._mix(living, gone)) / self._weeks()
        return float(np.sort(worth)[::-1][: self.desk.rules.sample_boxes].sum())

    def vouchers(self) -> np.ndarray:
        """A voucher that is always open, if it is worth that."""
        cast, desk, p = self.cast, self.desk, self.p
        rate = self.state.rate * self.season * self.days
        # In an Erlang clock no more orders can come of a lift than its stages let through.
        rate = np.where(cast.regular, rate * self._peak(), rate)
        best = np.zeros(cast.n)
        for m in np.flatnonzero(desk.voucher):
            off = desk.discount[m] * cast.spend * (1 - cast.discounts)
            lift = cast.voucher_lift[m]
            living = rate * (lift * cast.order_margin - off * (1 + lift))
            gone = (
                p.winback
                * lift
                * self.state.rate
                * self.season
                * self.days
                * (cast.order_margin + self.won - off)
            )
            np.maximum(best, self._mix(np.maximum(living, 0), np.maximum(gone, 0)), out=best)
        return np.where(self.gains, best, 0.0)

    def offers(self) -> float:
        """plan_offer to those whom it keeps."""
        cast, p = self.cast, self.p
        worth = self._contracts()
        hazard = cast.contract_hazard * np.exp(
            cast.experience.cancel_memory * self.state.grievance[cast.contract_customer]
        )
        kept = hazard * -np.expm1(np.minimum(cast.contract_wakes, 0.0)) * (self.days + p.wake_days)
        return float((np.minimum(kept, 1.0) * np.maximum(worth, 0.0)).sum())

    def losses(self) -> float:
        """Contracts and customers that lose money: fewer orders, and sooner gone, by fatigue that costs nothing."""
        cast, state, p, days = self.cast, self.state, self.p, self.days
        each = self.desk.burden.max() * self.desk.intrusion.max() * cast.weariness
        gaps = 30 / max(self.desk.rules.cap_30_days, 1)
        tired = state.fatigue + each / (1 - 0.5 ** (gaps / p.fatigue_days))
        heals = p.fatigue_days / np.log(2)
        rise = np.exp(
            p.fatigue_cancels * tired[cast.contract_customer] + np.maximum(cast.contract_wakes, 0.0)
        )
        ends = np.minimum(cast.contract_hazard * (rise - 1) * (days + p.wake_days), 1.0)
        contracts = -(ends * np.minimum(self._contracts(), 0.0)).sum()
        bad = np.where(cast.goods, np.minimum(cast.order_margin, 0.0), 0.0)
        discount = np.log1p(p.discount_rate) / 365.25
        worth = bad * state.rate / (discount + state.rate * cast.dropout)
        occasions = state.rate * (days + heals)
        leaves = np.minimum(occasions * cast.dropout * (np.exp(p.fatigue_leaves * tired) - 1), 1.0)
        goods = -np.where(state.alive, bad * state.rate * days + leaves * worth, 0.0).sum()
        return float(contracts + goods)

    def _contracts(self) -> np.ndarray:
        discount = np.log1p(self.p.discount_rate) / 365.25
        return self.cast.contract_margin / (self.cast.contract_hazard + discount)

    def _weeks(self) -> int:
        return -(-self.days // WEEK)

    def _mix(self, living: np.ndarray, gone: np.ndarray) -> np.ndarray:
        """By whether a customer has left: the better of two, or what one who has left may become again."""
        # Being won back becomes likelier evenly with every week: half of it holds on average.
        back = np.minimum(self._returns(), 1.0)
        return np.where(self.state.alive, np.maximum(living, gone), gone + back / 2 * living)

    def _returns(self) -> np.ndarray:
        """Most orders to be expected of one who has left: the chance of winning him back is no larger."""
        if not hasattr(self, "_back"):
            messages = [m for m in range(len(self.desk.pull)) if m != self.desk.box]
            orders = self._week(messages, 0.0, self._gone, np.ones(self.cast.n), free=True)
            lift = self.cast.voucher_lift.max(axis=0) * self.state.rate * self.season * self.days
            self._back = orders + self.p.winback * lift
        return self._back

    def _week(
        self, messages, price, flow, margin, *, contacts: int | None = None, free: bool = False
    ) -> np.ndarray:
        """Sum over the weeks of the horizon of the best contacts of a week, in R$ (``free``: in orders)."""
        cast, desk, state = self.cast, self.desk, self.state
        contacts = desk.rules.cap_7_days if contacts is None else contacts
        crowding = [desk.crowding[min(j, len(desk.crowding) - 1)] for j in range(contacts)]
        total = np.zeros((len(crowding), cast.n))
        for m in messages:
            one = desk.pull[m] * cast.follows[int(desk.voucher[m])] * flow(m) * self.season * margin
            one = np.where(self.gains, one, 0.0)
            for c in range(len(desk.channels)):
                allowed = state.consent[c] | ~desk.marketing[m]
                cost = 0.0 if free else (1 + price) * desk.cost[c, m]
                for j, crowd in enumerate(crowding):
                    gain = np.where(allowed, self.noticing[c] * one * crowd - cost, 0.0)
                    np.maximum(total[j], gain, out=total[j])
        return total.sum(axis=0) * self._weeks()

    def _living(self, message: int) -> np.ndarray:
        """Orders that an impulse of one adds at the best time since the last order."""
        key = (
            "reminder"
            if message == self.desk.reminder
            else "voucher"
            if self.desk.voucher[message]
            else "other"
        )
        if not hasattr(self, "_flows"):
            self._flows = self._best_flows()
        return self._flows[key]

    def _best_flows(self) -> dict[str, np.ndarray]:
        cast, state, desk = self.cast, self.state, self.desk
        k = cast.parameters.purchases.regular_shape
        rate = np.maximum(state.rate, 1e-9)
        best = {name: np.zeros(cast.n) for name in ("reminder", "voucher", "other")}
        steps = np.arange(0, 60, 3)
        weight = self.fade.reshape(-1, 3).sum(axis=1)
        for cycle in (0.0, 0.25, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.6, 2.0, 3.0):
            age = cycle / rate
            flow = sum(
                w * order_flow(state.rate, age + s + 2, cast.regular, k)
                for w, s in zip(weight, steps, strict=True)
            )
            fits = desk.fits(age, rate)
            for name, m in (("reminder", desk.reminder), ("other", desk.offer)):
                np.maximum(best[name], fits[m] * flow, out=best[name])
            np.maximum(best["voucher"], desk.drifting_fit.max() * flow, out=best["voucher"])
        return best

    def _gone(self, message: int) -> np.ndarray:
        flow = self.p.winback * self.state.rate * self.fade.sum() * self.cast.goods
        if message == self.desk.reminder:
            return flow * self.desk.reminder_fit.max(axis=1)[self.cast.regular.astype(int)]
        return flow * (self.desk.drifting_fit.max() if self.desk.voucher[message] else 1.0)

    def _peak(self) -> float:
        """Largest order_flow of a regular customer over his rate."""
        age = np.linspace(0, 10, 200)
        k = self.cast.parameters.purchases.regular_shape
        return float(order_flow(np.ones(200), age, np.ones(200, dtype=bool), k).max())


def _best_season(cast: Cast, days: int, fade: np.ndarray) -> float:
    """Largest mean season that an impulse can meet, relative to an average day."""
    from labkit.world.causes import timing
    from labkit.world.parameters import HISTORY_START

    first = int((START - HISTORY_START).astype(int))
    season = timing.intensity(np.arange(first, first + days + len(fade)), cast.season)
    return float(np.convolve(season, fade[::-1] / fade.sum(), mode="valid").max())
