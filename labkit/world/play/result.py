"""What came of a plan: tables, totals, the score, and the comparison with another plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.world.play import tables
from labkit.world.play.engine import Diary
from labkit.world.play.reactions import FLAGS
from labkit.world.play.rules import REFUSALS, Rules
from labkit.world.play.state import Cast, State

AMOUNTS = [
    "orders", "revenue_brl", "discount_brl", "order_margin_brl", "plan_margin_brl", "margin_brl", "contacts",
    "refused", "contact_cost_brl", "opt_outs", "complaints", "cancelled", "dropped_out", "satisfaction",
    "value_brl", "profit_brl",
]  # fmt: skip
"""What is kept for every customer, and compared."""


@dataclass
class Result:
    """A future as it came under a plan.

    Attributes
    ----------
    customers : pandas.DataFrame
        One row a customer: orders, revenue, discount, margin of orders and of health plans and their sum, contacts
        sent and refused, their cost, opt-outs, complaints, contracts cancelled; and what only a simulation can
        know: dropped_out (1: left in these days for good, -1: won back), satisfaction and value_brl (expected
        discounted future margin) at the horizon; profit_brl = margin_brl - contact_cost_brl + value_brl.
    orders, contacts, plans, daily : pandas.DataFrame
        Every order; every contact of the plan with refusal (empty: sent) and reactions; the health plans; sums
        by day. All money in R$.
    score : float
        Incremental margin against doing nothing in the same future, minus contact cost, plus the change in
        the value of the base at the horizon, R$.
    breaches : pandas.DataFrame
        Contacts refused, by rule; which ones is in ``contacts``.
    """

    name: str
    days: int
    seed: int
    rules: Rules
    world: object = field(repr=False)
    cast: Cast = field(repr=False)
    start: State = field(repr=False)
    end: State = field(repr=False)
    diary: Diary = field(repr=False)
    value: np.ndarray = field(repr=False)
    do_nothing: Callable[[], Result] | None = field(repr=False)

    @cached_property
    def nothing(self) -> Result | None:
        """Doing nothing in the same future; none if this is it."""
        return None if self.do_nothing is None else self.do_nothing()

    @cached_property
    def customers(self) -> pd.DataFrame:
        return _by_customer(self)

    @cached_property
    def orders(self) -> pd.DataFrame:
        first = int(self.world.orders["order_id"].max()) + 1
        return tables.orders(self.cast, self.diary, range(self.days), first)

    @cached_property
    def contacts(self) -> pd.DataFrame:
        return tables.contacts(self.cast, self.diary, range(self.days))

    @cached_property
    def plans(self) -> pd.DataFrame:
        return tables.plans(self.world, self.cast, self.diary)

    @cached_property
    def daily(self) -> pd.DataFrame:
        return _by_day(self)

    @cached_property
    def totals(self) -> pd.Series:
        """Sums over all customers; satisfaction is the mean, in standard deviations of the base."""
        totals = self.customers[AMOUNTS].sum()
        totals["satisfaction"] = self.customers["satisfaction"].mean()
        return totals.rename(self.name)

    @property
    def score(self) -> float:
        if self.nothing is None:
            return 0.0
        return float(self.totals["profit_brl"] - self.nothing.totals["profit_brl"])

    @cached_property
    def breaches(self) -> pd.DataFrame:
        code = [o.refusal for outcomes in self.diary.outcomes for o in outcomes]
        count = (
            np.bincount(np.concatenate(code), minlength=len(REFUSALS))
            if code
            else np.zeros(len(REFUSALS), int)
        )
        return pd.DataFrame({"rule": REFUSALS[1:], "refused": count[1:].astype(int)})

    def against(self, other: Result) -> pd.DataFrame:
        """Compare with another plan in the same future, customer by customer.

        Parameters
        ----------
        other : Result
            Same world, seed and days.

        Returns
        -------
        pandas.DataFrame
            One row a quantity (as in ``customers``): this plan's and the other's total, their difference,
            and the 95% interval of the difference, which holds for another base of the same kind: customers
            are the sampling units, each compared with himself. Satisfaction is a mean.

        Raises
        ------
        LabkitError
            If the futures are not the same.
        """
        for what in ("days", "seed"):
            mine, theirs = getattr(self, what), getattr(other, what)
            if mine != theirs:
                raise LabkitError(
                    _(
                        "These futures cannot be paired: {what} is {mine} here and {theirs} there; run both alike."
                    ).format(what=what, mine=mine, theirs=theirs)
                )
        if self.cast is not other.cast:
            raise LabkitError(_("These futures cannot be paired: they are of different worlds."))
        a, b = self.customers[AMOUNTS], other.customers[AMOUNTS]
        difference = (a - b).astype(float)
        n = len(a)
        factor = pd.Series(float(n), index=AMOUNTS)
        factor["satisfaction"] = 1.0
        half = 1.959964 * difference.std() / np.sqrt(n) * factor
        mean = difference.mean() * factor
        frame = pd.DataFrame(
            {
                "this": a.mean() * factor, "other": b.mean() * factor, "difference": mean,
                "low": mean - half, "high": mean + half,
            }
        )  # fmt: skip
        return frame.rename_axis("quantity")

    def summary(self) -> pd.DataFrame:
        """The plan's totals beside those of doing nothing."""
        nothing = self if self.nothing is None else self.nothing
        frame = pd.DataFrame({self.name: self.totals, "do nothing": nothing.totals})
        if self.nothing is None:
            frame = frame.iloc[:, :1]
        return frame

    def __repr__(self) -> str:
        return _("{name}: {days} days, score R$ {score:,.0f}, {sent:,} contacts sent, {refused:,} refused").format(
            name=self.name, days=self.days, score=self.score,
            sent=int(self.totals["contacts"]), refused=int(self.totals["refused"]),
        )  # fmt: skip

    def _repr_html_(self) -> str:
        import html

        table = self.summary().to_html(float_format="{:,.2f}".format, border=0)
        refused = self.breaches[self.breaches["refused"] > 0]
        text = f"<p><b>{html.escape(repr(self))}</b></p>{table}"
        return text + (refused.to_html(index=False, border=0) if len(refused) else "")


def _by_customer(result: Result) -> pd.DataFrame:
    cast, diary, n = result.cast, result.diary, result.cast.n
    orders = diary.orders
    who = np.concatenate([o.who for o in orders])
    outcomes = [o for day in diary.outcomes for o in day]
    met = _joined([o.contacts.who for o in outcomes])
    refused = _joined([o.refusal for o in outcomes]) > 0
    flags = _joined([o.flags for o in outcomes])

    def total(index: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(index, weights, minlength=n)

    revenue = total(who, np.concatenate([o.revenue for o in orders]))
    margin = np.round(revenue - total(who, np.concatenate([o.cost for o in orders])), 2)
    lasted = np.full(len(cast.contract_id), result.days, dtype=float)
    for day, ends in enumerate(diary.cancelled):
        lasted[ends] = day
    plan_margin = np.round(total(cast.contract_customer, lasted * cast.contract_margin), 2)
    cost = np.round(total(met, _joined([o.cost for o in outcomes], float)), 2)
    value = np.round(result.value, 2)
    return pd.DataFrame(
        {
            "customer_id": cast.customer_id,
            "orders": total(who),
            "revenue_brl": np.round(revenue, 2),
            "discount_brl": np.round(total(who, np.concatenate([o.discount for o in orders])), 2),
            "order_margin_brl": margin,
            "plan_margin_brl": plan_margin,
            "margin_brl": margin + plan_margin,
            "contacts": total(met[~refused]),
            "refused": total(met[refused]),
            "contact_cost_brl": cost,
            "opt_outs": total(met, flags >> FLAGS.index("opted_out") & 1).astype(int),
            "complaints": total(met, flags >> FLAGS.index("complained") & 1).astype(int),
            "cancelled": total(cast.contract_customer[~result.end.running]),
            "dropped_out": result.start.alive.astype(int) - result.end.alive.astype(int),
            "satisfaction": cast.satisfaction + result.end.mood,
            "value_brl": value,
            "profit_brl": np.round(margin + plan_margin - cost + value, 2),
        }
    )


def _joined(parts: list, kind=np.int64) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _by_day(result: Result) -> pd.DataFrame:
    rows = []
    for day, (orders, outcomes, ends, running, mood) in enumerate(
        zip(
            result.diary.orders,
            result.diary.outcomes,
            result.diary.cancelled,
            result.diary.running,
            result.diary.mood,
            strict=True,
        )
    ):
        flags = _joined([o.flags for o in outcomes])
        code = _joined([o.refusal for o in outcomes])
        rows.append(
            {
                "day": day,
                "orders": len(orders.who),
                "order_margin_brl": round(float((orders.revenue - orders.cost).sum()), 2),
                "plan_margin_brl": round(running, 2),
                "contacts": int((code == 0).sum()),
                "refused": int((code > 0).sum()),
                "contact_cost_brl": round(float(sum(o.cost.sum() for o in outcomes)), 2),
                "opened": int((flags >> FLAGS.index("opened") & 1).sum()),
                "visited": int((flags >> FLAGS.index("visited") & 1).sum()),
                "opt_outs": int((flags >> FLAGS.index("opted_out") & 1).sum()),
                "complaints": int((flags >> FLAGS.index("complained") & 1).sum()),
                "cancelled": len(ends),
                "satisfaction": float(result.cast.satisfaction.mean()) + mood,
            }
        )
    frame = pd.DataFrame(rows)
    frame.insert(1, "date", tables.dates(frame["day"].to_numpy()))
    return frame
