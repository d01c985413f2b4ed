"""Who the customers are on 2026-01-01, and what changes from day to day: arrays, one entry a customer.

:func:`begin` is the only place that knows how history hands over.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from labkit.world.causes import fatigue, response
from labkit.world.parameters import HISTORY_END, HISTORY_START
from labkit.world.parameters.causes import Experience, Season
from labkit.world.parameters.service import Service
from labkit.world.streams import stream

START = HISTORY_END + np.timedelta64(1, "D")
"""First day of the future; day 0 of a plan."""

F32 = np.float32
RING = 30  # days of contacts kept, for the frequency caps


@dataclass
class Cast:
    """What does not change: one entry a customer (``n``), by ``customer_id`` - 1, or a contract (``m``)."""

    parameters: object
    experience: Experience
    season: Season
    service: Service
    customer_id: np.ndarray
    goods: np.ndarray
    need_day: np.ndarray
    need_left: np.ndarray
    regular: np.ndarray
    dropout: np.ndarray
    satisfaction: np.ndarray
    spend: np.ndarray
    in_shop: np.ndarray
    in_app: np.ndarray
    discounts: np.ndarray
    order_margin: np.ndarray
    holder: np.ndarray
    follows: np.ndarray
    annoyance: np.ndarray
    weariness: np.ndarray
    touchiness: np.ndarray
    notices: np.ndarray
    hour: np.ndarray
    voucher_lift: np.ndarray
    contract_id: np.ndarray
    contract_customer: np.ndarray
    contract_margin: np.ndarray
    contract_hazard: np.ndarray
    contract_wakes: np.ndarray

    @property
    def n(self) -> int:
        return len(self.customer_id)


@dataclass
class State:
    """What changes. Copied before every run."""

    rate: np.ndarray
    alive: np.ndarray
    returned: np.ndarray
    age: np.ndarray
    impulse: np.ndarray
    voucher: np.ndarray
    voucher_left: np.ndarray
    fatigue: np.ndarray
    mood: np.ndarray
    grievance: np.ndarray
    harm: np.ndarray
    harm_age: np.ndarray
    consent: np.ndarray
    running: np.ndarray
    wake: np.ndarray
    wake_left: np.ndarray
    sent: np.ndarray = field(repr=False)
    sent_7: np.ndarray = field(repr=False)
    sent_30: np.ndarray = field(repr=False)

    def copy(self) -> State:
        return State(**{f.name: getattr(self, f.name).copy() for f in fields(self)})


def begin(world) -> tuple[Cast, State]:
    """Return the customers and their state on the first day of the future; kept on the world once made."""
    kept = world.__dict__.setdefault("_played", {})
    if "begin" not in kept:
        kept["begin"] = _begin(world)
    cast, state = kept["begin"]
    return cast, state.copy()


def _begin(world) -> tuple[Cast, State]:
    parameters = world.parameters
    p, buying = parameters.play, parameters.purchases
    people = world.truth.people
    people = people[people["customer_id"] > 0].sort_values("customer_id")
    n = len(people)

    def trait(name: str) -> np.ndarray:
        return people[name].to_numpy()

    experience = getattr(parameters, "experience", None) or Experience()
    season = getattr(parameters, "season", None) or Season()
    service = getattr(parameters, "service", None) or Service()
    clinic = trait("channel_type") == "clinic"
    rate = np.where(clinic, 0.0, trait("purchase_rate")) / 7
    need_day, need_left = _needs(world, n)
    price, tolerance = trait("price_sensitivity"), trait("tolerance")

    plans = world.plans[world.plans["cancelled_on"].isna()]
    contract_customer = plans["customer_id"].to_numpy() - 1
    holder = np.zeros(n, dtype=bool)
    holder[contract_customer] = True

    rng = stream(world.seed, "play/reactions")
    # More rows than are used: the draws after them, and so every future, stay as they are.
    noise = rng.standard_normal((4 + len(p.channels), n))
    odds = np.log(buying.discounted_share / (1 - buying.discounted_share)) + buying.discount_seeking * price
    discounts = 1 / (1 + np.exp(-odds))
    in_shop, in_app = _places(world, trait("channel_type"), buying)
    notices, hour = _preferences(world, n, p)
    wakes = rng.standard_normal(len(plans))
    cast = Cast(
        parameters=parameters, experience=experience, season=season, service=service,
        customer_id=trait("customer_id"),
        goods=rate > 0,
        need_day=need_day,
        need_left=need_left,
        regular=trait("regular") & ~clinic,
        dropout=np.clip(trait("dropout").astype(float), 1e-6, 1 - 1e-6),
        satisfaction=trait("satisfaction"),
        spend=trait("mean_spend_brl"),
        in_shop=in_shop,
        in_app=in_app,
        discounts=discounts,
        order_margin=trait("mean_spend_brl") * (buying.margin_mean - discounts * buying.discount_mean)
        - (1 - in_shop) * buying.freight_brl * 0.5,
        holder=holder,
        follows=np.stack(response.follows(price, noise[:2], p)).astype(F32),
        annoyance=response.annoyance(tolerance, holder, noise[2], p).astype(F32),
        weariness=fatigue.weariness(tolerance, p).astype(F32),
        touchiness=fatigue.touchiness(tolerance, p).astype(F32),
        notices=notices.astype(F32),
        hour=hour,
        voucher_lift=np.stack([response.voucher_lift(m.discount, price, p) for m in p.messages]).astype(F32),
        contract_id=plans["contract_id"].to_numpy(),
        contract_customer=contract_customer,
        contract_margin=(plans["monthly_fee_brl"] - plans["monthly_cost_brl"]).to_numpy() * 12 / 365.25,
        contract_hazard=-np.log1p(-np.clip(trait("plan_churn")[contract_customer], 1e-9, 1 - 1e-9)) / 365.25,
        contract_wakes=p.offer_wakes + p.offer_spread * wakes,
    )  # fmt: skip
    zeros = np.zeros(n, dtype=F32)
    age = _silence(world, n)
    alive, mood, grievance, tired = _left_by_history(world, cast)
    alive &= ~clinic
    state = State(
        rate=np.where(need_day < 0, rate * need_left, rate),
        alive=alive,
        returned=np.zeros(n, dtype=bool),
        age=age.astype(F32),
        impulse=zeros, voucher=np.full(n, -1, dtype=np.int8), voucher_left=np.zeros(n, dtype=np.int16),
        fatigue=tired, mood=mood, grievance=grievance, harm=zeros, harm_age=np.full(n, 999, dtype=np.int16),
        consent=_consents(world, n, p),
        running=np.ones(len(plans), dtype=bool),
        wake=np.zeros(len(plans)), wake_left=np.zeros(len(plans), dtype=np.int16),
        sent=np.zeros((RING, n), dtype=np.int8),
        sent_7=np.zeros(n, dtype=np.int16), sent_30=np.zeros(n, dtype=np.int16),
    )  # fmt: skip
    return cast, state.copy()


def _preferences(world, n: int, p) -> tuple[np.ndarray, np.ndarray]:
    """How well an average message on each channel is noticed, shape (channels, n); the customer's hour."""
    share = np.array([channel.noticed for channel in p.channels])[:, None]
    likes = world.truth["preferences"].set_index("customer_id").loc[np.arange(1, n + 1)]
    factors = np.stack([likes[f"like_{channel.name}"].to_numpy() for channel in p.channels])
    return share * factors, likes["preferred_hour"].to_numpy()


def _left_by_history(world, cast: Cast) -> tuple[np.ndarray, ...]:
    """Who is still a customer, and what each remembers, as history has left it."""
    hidden = world.frames["state"].set_index("customer_id").loc[cast.customer_id]
    mood, grievance, tired = (hidden[c].to_numpy(dtype=F32) for c in ("memory", "grievance", "fatigue"))
    return hidden["alive"].to_numpy(dtype=bool).copy(), mood, grievance, tired


def _needs(world, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Day on which the first pet dies, and the share of the purchase rate that remains from then on."""
    state = world.frames["state"].set_index("customer_id").loc[np.arange(1, n + 1)]
    day = (state["need_ends_on"].to_numpy().astype("datetime64[D]") - START).astype(int)
    return day, state["need_left"].to_numpy()


def _places(world, kind: np.ndarray, buying) -> tuple[np.ndarray, np.ndarray]:
    """Share of each customer's orders in the shop, and of the others in the app: past orders, smoothed."""
    n = len(kind)
    where = world.orders["customer_id"].to_numpy() - 1
    channel = world.orders["channel"].to_numpy()
    total = np.bincount(where, minlength=n)
    shop = np.bincount(where[channel == "shop"], minlength=n)
    app = np.bincount(where[channel == "app"], minlength=n)
    both = (shop + 2.0) / (total + 4.0)
    in_shop = np.select([kind == "shop", kind == "both"], [1.0, both], 0.0)
    return in_shop, (app + 2.2 * buying.app_share) / (total - shop + 2.2)


def _silence(world, n: int) -> np.ndarray:
    """Days since the last order; without any, since history began."""
    where = world.orders["customer_id"].to_numpy() - 1
    day = (world.orders["ordered_on"].to_numpy() - HISTORY_START).astype("timedelta64[D]").astype(int)
    horizon = int((START - HISTORY_START).astype(int))
    last = np.full(n, -1)
    np.maximum.at(last, where, day)
    return (horizon - last).astype(float)


def _consents(world, n: int, p) -> np.ndarray:
    """Who allows marketing on which channel on the last day of history, shape (channels, n)."""
    names = [channel.name for channel in p.channels]
    consent = np.zeros((len(names), n), dtype=bool)
    ledger = world["consents"]
    ledger = ledger[ledger["purpose"].eq("marketing") & ledger["channel"].isin(names)]
    last = ledger.sort_values(["at", "event_id"]).drop_duplicates(["customer_id", "channel"], keep="last")
    granted = last[last["action"] == "grant"]
    consent[[names.index(c) for c in granted["channel"]], granted["customer_id"].to_numpy() - 1] = True
    return consent
