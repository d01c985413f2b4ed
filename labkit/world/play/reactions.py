"""One round of contacts: who may be sent what, and what it does to those who get it.

A round has at most one contact a customer; a customer who is contacted twice on a day is in two rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labkit.world.causes import fatigue, response
from labkit.world.play.draws import Draws
from labkit.world.play.plan import Contacts
from labkit.world.play.rules import Rules, Till
from labkit.world.play.state import F32, RING, Cast, State

FLAGS = ("delivered", "opened", "clicked", "visited", "opted_out", "complained")


@dataclass
class Outcome:
    """What became of contacts: code of the refusal (0: sent), cost, and a bit for each of FLAGS."""

    contacts: Contacts
    refusal: np.ndarray
    cost: np.ndarray
    flags: np.ndarray


class Desk:
    """Sends contacts by the rules and applies their effects to the state."""

    def __init__(self, cast: Cast, state: State, rules: Rules):
        p = self.p = cast.parameters.play
        self.cast, self.state, self.rules = cast, state, rules
        self.till = Till(rules)
        self.quiet = rules.quiet()
        self.channels = p.channels
        self.bounce = np.array([c.bounce for c in p.channels])
        self.intrusion = np.array([c.intrusion for c in p.channels], dtype=F32)
        cost = np.array([c.cost_brl for c in p.channels])
        content = np.array([m.cost_brl for m in p.messages])
        self.cost = cost[:, None] + content[None, :]
        self.pull = np.array([m.pull for m in p.messages], dtype=F32)
        self.mood = np.array([m.mood for m in p.messages], dtype=F32)
        self.burden = np.array([m.burden for m in p.messages], dtype=F32)
        self.voucher = np.array([m.discount > 0 for m in p.messages])
        self.discount = np.array([m.discount for m in p.messages])
        self.marketing = np.array([m.purpose == "marketing" for m in p.messages])
        names = [m.name for m in p.messages]
        self.reminder, self.apology, self.offer, self.box = (
            names.index(name) for name in ("reminder", "apology", "plan_offer", "sample_box")
        )
        self.crowding = np.array(p.crowding, dtype=F32)
        self.reminder_fit = response.reminder_fit(p)
        self.drifting_fit = response.drifting_fit(p)
        self.hour_fit = response.hour_fit(p)

    def work(self, contacts: Contacts, day: int, draws: Draws) -> list[Outcome]:
        """Make all contacts of a day, which are in the order of hours and rows."""
        if len(contacts) == 0:
            return []
        times = np.bincount(contacts.who, minlength=self.cast.n)
        if times.max() == 1:
            return [self._round(contacts, day, draws)]
        turn = _turns(contacts.who)
        return [self._round(contacts[turn == k], day, draws) for k in range(turn.max() + 1)]

    def _round(self, contacts: Contacts, day: int, draws: Draws) -> Outcome:
        who, channel, message = contacts.who, contacts.channel, contacts.message
        state, rules = self.state, self.rules
        cost = self.cost[channel, message]
        code = np.zeros(len(who), dtype=np.int8)
        code[state.sent_30[who] >= rules.cap_30_days] = 4
        code[state.sent_7[who] >= rules.cap_7_days] = 3
        if rules.consent:
            code[self.marketing[message] & ~state.consent[channel, who]] = 2
        code[self.quiet[contacts.hour]] = 1
        self.till.sell(code, cost, message == self.box)
        sent = np.flatnonzero(code == 0)
        flags = np.zeros(len(who), dtype=np.uint8)
        if sent.size:
            flags[sent] = self._send(contacts[sent], day, draws)
        return Outcome(contacts, code, np.where(code == 0, cost, 0.0), flags)

    def _send(self, contacts: Contacts, day: int, draws: Draws) -> np.ndarray:
        p, cast, state = self.p, self.cast, self.state
        who, channel, message = contacts.who, contacts.channel, contacts.message
        u = np.empty((5, len(who)))
        for code in np.unique(channel):
            here = channel == code
            u[:, here] = draws.sparse(f"contacts/{self.channels[code].name}", who[here], 5)

        tired = state.fatigue[who]
        delivered = u[0] >= self.bounce[channel]
        noticing = cast.notices[channel, who] * self.hour_fit[contacts.hour, cast.hour[who]]
        noticing = np.minimum(noticing * fatigue.noticing(tired, p), 0.97)
        noticed = delivered & (u[1] < noticing)
        marketing = self.marketing[message]
        mood = np.clip(state.mood[who], -1, 1)
        strain = (self.intrusion[channel] * cast.touchiness[who]) * (1 + p.opt_out_fatigue * tired)
        strain = strain * (1 - p.mood_spares * mood) * self.burden[message]
        opts_out = delivered & marketing & (u[2] < p.opt_out * strain)
        complains = delivered & (u[3] < p.complaint * strain)
        clicked = noticed & (u[4] < p.click_rate)
        visited = noticed & (u[4] < p.visit_rate)

        crowd = self.crowding[np.minimum(state.sent_7[who], len(self.crowding) - 1)]
        gain = self.pull[message] * cast.follows[self.voucher[message].astype(int), who]
        gain = gain * self._fit(who, message) * crowd * noticed
        burden = self.burden[message] * self.intrusion[channel] * delivered
        state.impulse[who] += gain - cast.annoyance[who] * burden
        state.fatigue[who] += cast.weariness[who] * burden
        state.mood[who] += self.mood[message] * crowd * noticed
        self._vouchers(who, message, noticed)
        self._apologise(who[noticed & (message == self.apology)])
        self._offer(who[noticed & (message == self.offer)])

        all_channels = opts_out & (u[2] < p.opt_out * strain * p.opt_out_all)
        state.consent[channel[opts_out], who[opts_out]] = False
        state.consent[:, who[all_channels]] = False
        state.sent[day % RING, who] += 1
        state.sent_7[who] += 1
        state.sent_30[who] += 1
        flags = (delivered, noticed, clicked, visited, opts_out, complains)
        return sum(flag.astype(np.uint8) << bit for bit, flag in enumerate(flags)).astype(np.uint8)

    def _fit(self, who: np.ndarray, message: np.ndarray) -> np.ndarray:
        """How well a message fits the moment: reminders near replenishment, vouchers while drifting."""
        cast, age = self.cast, self.state.age[who]
        steps = np.minimum(age * self.state.rate[who] * response.FIT_STEPS, self.reminder_fit.shape[1] - 1)
        rhythm = self.reminder_fit[cast.regular[who].astype(int), steps.astype(int)]
        drifting = self.drifting_fit[np.minimum(age, len(self.drifting_fit) - 1).astype(int)]
        one = F32(1.0)
        return np.where(message == self.reminder, rhythm, np.where(self.voucher[message], drifting, one))

    def fits(self, age: np.ndarray, rate: np.ndarray) -> np.ndarray:
        """How well each message fits customers at an age, shape (messages, n)."""
        steps = np.minimum(age * rate * response.FIT_STEPS, self.reminder_fit.shape[1] - 1).astype(int)
        rhythm = self.reminder_fit[self.cast.regular.astype(int), steps]
        drifting = self.drifting_fit[np.minimum(age, len(self.drifting_fit) - 1).astype(int)]
        fits = np.ones((len(self.pull), len(age)))
        fits[self.voucher] = drifting
        fits[self.reminder] = rhythm
        return fits

    def _vouchers(self, who: np.ndarray, message: np.ndarray, noticed: np.ndarray) -> None:
        """Open the voucher; a worse one does not replace a better."""
        state = self.state
        held = np.where(state.voucher[who] >= 0, self.discount[state.voucher[who]], 0.0)
        gets = noticed & self.voucher[message] & (self.discount[message] >= held)
        state.voucher[who[gets]] = message[gets]
        state.voucher_left[who[gets]] = self.p.voucher_days

    def _apologise(self, who: np.ndarray) -> None:
        state = self.state
        who = who[state.harm_age[who] <= self.p.apology_days]
        state.mood[who] -= F32(self.p.apology_restores) * state.harm[who]
        state.harm[who] = 0
        state.harm_age[who] = 999

    def _offer(self, who: np.ndarray) -> None:
        if who.size == 0:
            return
        offered = np.zeros(self.cast.n, dtype=bool)
        offered[who] = True
        contract = np.flatnonzero(offered[self.cast.contract_customer])
        self.state.wake[contract] = self.cast.contract_wakes[contract]
        self.state.wake_left[contract] = self.p.wake_days


def _turns(who: np.ndarray) -> np.ndarray:
    """For each entry, how many earlier ones are of the same customer."""
    order = np.argsort(who, kind="stable")
    sorted_ = who[order]
    first = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]])
    rank = np.arange(len(who)) - np.repeat(first, np.diff(np.r_[first, len(who)]))
    turn = np.empty(len(who), dtype=np.int64)
    turn[order] = rank
    return turn
