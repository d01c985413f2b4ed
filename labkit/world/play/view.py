"""What a plan that is a function sees: the company's tables up to yesterday, and nothing latent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.play import tables
from labkit.world.play.engine import Engine
from labkit.world.play.plan import latent_error
from labkit.world.play.state import START


class View:
    """The company's knowledge on the morning of a day.

    Every visible table of the world is an attribute (``view.customers``, ``view.nps``, ``view.campaigns``, …) as it
    stood on 2025-12-31; those below go on growing. Changing a table changes nothing but your copy of it.

    Attributes
    ----------
    day : int
        Days since 2026-01-01.
    date : pandas.Timestamp
    days : int
        The horizon: the last day is ``days - 1``.
    budget_left : float
        R$.
    boxes_left : int
        Sample boxes in stock.
    orders, plans : pandas.DataFrame
        As of yesterday, history included.
    deliveries : pandas.DataFrame
        Web and app orders of the future: order_id, customer_id, status and days late.
    sent : pandas.DataFrame
        Contacts of this plan so far, with refusal and reactions.
    base : pandas.DataFrame
        One row a customer, in the order of customer_id, for quick decisions: days since the last order (NaN:
        none known), number of orders and margin since 2024, whether a health plan is running, contacts in
        the last 7 and 30 days, days since the last contact of this plan (NaN: none), and for each channel
        whether marketing is allowed.
    """

    def __init__(self, world, engine: Engine, days: int, latent: frozenset[str]):
        self._world, self._engine, self._latent = world, engine, latent
        self._cast = engine.cast
        self.days = days
        self.day = 0
        self._cache: dict[str, tuple[int, object]] = {}
        n = self._cast.n
        where = world.orders["customer_id"].to_numpy() - 1
        self._orders = np.bincount(where, minlength=n)
        self._margin = np.bincount(where, world.orders["margin_brl"].to_numpy(), minlength=n)
        self._last = np.full(n, -(10**6))
        ordered = (world.orders["ordered_on"].to_numpy().astype("datetime64[D]") - START).astype(int)
        np.maximum.at(self._last, where, ordered)
        self._contacted = np.full(n, -(10**6))
        self._first_order = int(world.orders["order_id"].max()) + 1
        self._parts: dict[str, list[pd.DataFrame]] = {"orders": [], "deliveries": [], "sent": []}

    def _turn(self, day: int) -> None:
        """Learn what happened yesterday; ``day`` is the new day."""
        self.day = day
        if day == 0:
            return
        diary = self._engine.diary
        new = diary.orders[-1]
        margin = np.round(new.revenue - new.cost, 2)
        self._orders[new.who] += 1
        self._margin[new.who] += margin
        self._last[new.who] = day - 1
        for outcome in diary.outcomes[-1]:
            self._contacted[outcome.contacts.who[outcome.refusal == 0]] = day - 1

    @property
    def date(self) -> pd.Timestamp:
        return pd.Timestamp(START) + pd.Timedelta(days=self.day)

    @property
    def budget_left(self) -> float:
        return self._engine.desk.till.money

    @property
    def boxes_left(self) -> int:
        return self._engine.desk.till.boxes

    @property
    def orders(self) -> pd.DataFrame:
        return self._grown("orders", tables.orders_of_day, self._world.orders)

    @property
    def deliveries(self) -> pd.DataFrame:
        return self._grown("deliveries", tables.deliveries_of_day, None)

    @property
    def sent(self) -> pd.DataFrame:
        return self._grown("sent", tables.contacts_of_day, None)

    @property
    def plans(self) -> pd.DataFrame:
        return self._today("plans", lambda: tables.plans(self._world, self._cast, self._engine.diary))

    @property
    def base(self) -> pd.DataFrame:
        return self._today("base", self._base)

    def _base(self) -> pd.DataFrame:
        cast, state = self._cast, self._engine.state
        holder = np.zeros(cast.n, dtype=bool)
        holder[cast.contract_customer[state.running]] = True
        known = self._last > -(10**6)
        met = self._contacted > -(10**6)
        columns = {
            "customer_id": cast.customer_id,
            "days_since_order": np.where(known, self.day - self._last, np.nan),
            "orders": self._orders,
            "margin_brl": self._margin,
            "holder": holder,
            "contacts_7": state.sent_7.astype(np.int64),
            "contacts_30": state.sent_30.astype(np.int64),
            "days_since_contact": np.where(met, self.day - self._contacted, np.nan),
        }
        for channel, allowed in zip(cast.parameters.play.channels, state.consent, strict=True):
            columns[f"consent_{channel.name}"] = allowed
        return pd.DataFrame(columns, copy=True)

    def _today(self, name: str, make) -> pd.DataFrame:
        day, frame = self._cache.get(name, (-1, None))
        if day != self.day:
            frame = make()
            self._cache[name] = (self.day, frame)
        return frame.copy(deep=False)

    def _grown(self, name: str, make, history: pd.DataFrame | None) -> pd.DataFrame:
        """History and all days so far; days are turned into rows when first asked for."""
        parts = self._parts[name]
        diary = self._engine.diary
        for day in range(len(parts), self.day):
            parts.append(make(self._cast, diary, day))

        def join() -> pd.DataFrame:
            frames = [*([] if history is None else [history]), *parts]
            if not frames:
                return make(self._cast, diary, None)
            frame = pd.concat(frames, ignore_index=True)
            if name in {"orders", "deliveries"}:
                start = 0 if history is None else len(history)
                ids = self._first_order + self._numbers(name)
                frame.loc[start:, "order_id"] = ids
            return frame

        return self._today(name, join)

    def _numbers(self, name: str) -> np.ndarray:
        orders = self._engine.diary.orders[: self.day]
        count = np.arange(sum(len(o.who) for o in orders))
        if name == "orders":
            return count
        return count[np.concatenate([o.late_days >= 0 for o in orders])] if orders else count

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "truth" or name in self._latent:
            raise latent_error(name, self.day)
        if name in self._world:
            return self._world[name].copy(deep=False)
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._world]
