"""The figures by which the company steers, each at the end of a day and from its own tables only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

DISCOUNT_RATE = 0.10
"""A year; what a margin of next year is worth less."""

LARGE_BRL = 5_000.0
"""R$ a month from which a partner counts as large."""

SPAN = np.timedelta64(365, "D")
HALF = np.timedelta64(182, "D")
QUARTER = np.timedelta64(90, "D")

Tables = Mapping[str, pd.DataFrame]


def during(table: pd.DataFrame, column: str, day: np.datetime64, span: np.timedelta64) -> pd.DataFrame:
    """Return the rows of the days up to ``day``, as many as ``span``; a slice where the table is in their order."""
    at = table[column]
    if at.is_monotonic_increasing:
        first, end = at.searchsorted(pd.DatetimeIndex([day - span, day]), side="right")
        return table.iloc[first:end]
    return table[(at > day - span) & (at <= day)]


def distinct(customers: pd.Series) -> np.ndarray:
    """Return by customer number whether the customer is among these."""
    return np.bincount(customers.to_numpy(), minlength=1) > 0


def year_to(day: np.datetime64) -> np.timedelta64:
    """Return the days from the same date a year before: 366 to 31 December of a leap year."""
    month = day.astype("datetime64[M]")
    into = day + np.timedelta64(1, "D") - month.astype("datetime64[D]")
    return day + np.timedelta64(1, "D") - ((month - 12).astype("datetime64[D]") + into)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else np.nan


def active_customers(t: Tables, day: np.datetime64) -> float:
    """Customers with an order in the last 90 days."""
    return float(distinct(during(t["orders"], "ordered_on", day, QUARTER)["customer_id"]).sum())


def frequency(t: Tables, day: np.datetime64) -> float:
    """Orders of the last 365 days per customer who placed one of them."""
    orders = during(t["orders"], "ordered_on", day, SPAN)
    return _share(len(orders), distinct(orders["customer_id"]).sum())


def repeat_share(t: Tables, day: np.datetime64) -> float:
    """Share of the buyers of the half year before last (182 days) who bought again in the last one."""
    before = distinct(during(t["orders"], "ordered_on", day - HALF, HALF)["customer_id"])
    now = distinct(during(t["orders"], "ordered_on", day, HALF)["customer_id"])
    both = min(len(before), len(now))
    return _share((before[:both] & now[:both]).sum(), before.sum())


def clv(t: Tables, day: np.datetime64) -> float:
    """Lifetime value of a buyer, R$: m r / (1 + i - r) with the half-yearly margin m, repeat share r and rate i."""
    orders = during(t["orders"], "ordered_on", day, HALF)
    margin = _share(orders["margin_brl"].sum(), distinct(orders["customer_id"]).sum())
    repeat, rate = repeat_share(t, day), (1 + DISCOUNT_RATE) ** 0.5 - 1
    return margin * repeat / (1 + rate - repeat)


def nps(t: Tables, day: np.datetime64) -> float:
    """Net promoter score, points, of the relational answers of the last 365 days."""
    answers = during(t["nps"], "answered_on", day, SPAN)
    score = answers.loc[answers["survey"] == "relational", "score"]
    return 100 * _share((score >= 9).sum() - (score <= 6).sum(), len(score))


def win_share(t: Tables, day: np.datetime64) -> float:
    """Opportunities won among those closed in the last 365 days."""
    closed = during(t["opportunities"], "closed_on", day, SPAN)
    return _share((closed["status"] == "won").sum(), len(closed))


def cac(t: Tables, day: np.datetime64) -> float:
    """Acquisition spend of the last three whole months per customer won in them, R$."""
    first = (day.astype("datetime64[M]") - 2).astype("datetime64[D]")
    spend = t["spend"]
    spent = spend[(spend["purpose"] == "acquisition") & (spend["month"] >= first) & (spend["month"] <= day)][
        "spend_brl"
    ].sum()
    won = ((t["customers"]["acquired_on"] >= first) & (t["customers"]["acquired_on"] <= day)).sum()
    return _share(spent, won)


def proposals_per_seller(t: Tables, day: np.datetime64) -> float:
    """Proposals of the last 90 days per seller and month."""
    staff = t["staff"]
    sellers = staff[(staff["team"] == "sales") & (staff["joined_on"] <= day) & ~(staff["left_on"] < day)]
    return _share(len(during(t["proposals"], "sent_on", day, QUARTER)), 3 * len(sellers))


def large_partners(t: Tables, day: np.datetime64) -> float:
    """Partners of R$ 5,000 a month or more signed since the beginning of the year."""
    contracts = t["partner_contracts"]
    large = contracts[contracts["monthly_value_brl"] >= LARGE_BRL]
    return float(((large["signed_on"] >= day.astype("datetime64[Y]")) & (large["signed_on"] <= day)).sum())


def co_marketing(t: Tables, day: np.datetime64) -> float:
    """Partners who have joined a shared campaign since the beginning of the year."""
    joined = t["partner_contracts"]["co_marketing_on"]
    return float(((joined >= day.astype("datetime64[Y]")) & (joined <= day)).sum())


def partner_revenue(t: Tables, day: np.datetime64) -> float:
    """Billed to partners in the last twelve months, this one included, R$."""
    return _billed(t, "partner", day)


def plan_revenue(t: Tables, day: np.datetime64) -> float:
    """Plan fees billed in the last twelve months, this one included, R$."""
    return _billed(t, "plan", day)


def _billed(t: Tables, kind: str, day: np.datetime64) -> float:
    # Invoices bear the first of a month, so that 365 days of a leap year would have eleven.
    first = (day.astype("datetime64[M]") - 11).astype("datetime64[D]")
    bills = during(t["receivables"], "issued_on", day, day + np.timedelta64(1, "D") - first)
    return float(bills.loc[bills["kind"] == kind, "amount_brl"].sum())


def churn(t: Tables, day: np.datetime64) -> float:
    """Share of the plan contracts of 365 days ago that were cancelled since."""
    plans, before = t["plans"], day - SPAN
    held = plans[(plans["started_on"] <= before) & ~(plans["cancelled_on"] <= before)]
    return _share((held["cancelled_on"] <= day).sum(), len(held))


def renewal_share(t: Tables, day: np.datetime64) -> float:
    """Share of the partners' terms that ended in the last 365 days and were renewed."""
    contracts = t["partner_contracts"]
    signed = contracts["signed_on"].to_numpy().astype("datetime64[M]")
    ends_of_terms = renewed = 0
    for k in range(1, 5):
        month = signed + k * contracts["term_months"].to_numpy()
        ends = (month.astype("datetime64[D]") > day - SPAN) & (month.astype("datetime64[D]") <= day)
        ends_of_terms += (ends & (contracts["renewals"] >= k - 1)).sum()
        renewed += (ends & (contracts["renewals"] >= k)).sum()
    return _share(renewed, ends_of_terms)


def first_contact(t: Tables, day: np.datetime64) -> float:
    """Share of the tickets closed in the last 90 days that were solved at the first contact."""
    tickets = t["tickets"][["closed_at", "resolved_first_contact"]]
    closed = during(tickets, "closed_at", day + np.timedelta64(1, "D"), QUARTER)
    return _share(closed["resolved_first_contact"].sum(), len(closed))


def _logged(measure: str, column: str) -> Callable[[Tables, np.datetime64], float]:
    def value(t: Tables, day: np.datetime64) -> float:
        log = t["initiatives"]
        log = log[(log["measure"] == measure) & (log["ended_on"] <= day)]
        return float(log.loc[log["began_on"] >= day.astype("datetime64[Y]"), column].sum())

    value.__doc__ = f"Sum of {column} of the initiatives ended this year that aim at {measure}."
    return value


MEASURES: dict[str, Callable[[Tables, np.datetime64], float]] = {
    f.__name__: f
    for f in (
        active_customers, frequency, repeat_share, clv, nps, win_share, cac, proposals_per_seller, large_partners,
        co_marketing, partner_revenue, plan_revenue, churn, renewal_share, first_contact,
    )
} | {"reached": _logged("reached", "reached"), "events": _logged("events", "count")}  # fmt: skip
"""Figures by the name that objectives and key results give them."""
