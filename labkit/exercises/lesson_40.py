"""Lesson 40: six KPIs, and the classic wrong denominators."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_


def _data() -> SimpleNamespace:
    import labkit as lk

    return SimpleNamespace(**_retention(lk), **_conversion(lk), **_acquisition(lk))


def _retention(lk) -> dict:
    plans = lk.load("plans")
    runs = {
        year: (plans["started_on"] <= f"{year}-12-31") & ~(plans["cancelled_on"] <= f"{year}-12-31")
        for year in (2024, 2025)
    }
    start, end = (set(plans.loc[runs[year], "customer_id"]) for year in (2024, 2025))
    cancelled = plans.loc[plans["cancelled_on"].dt.year == 2025, "customer_id"]
    return {
        "retention": len(start & end) / len(start),
        "retention_with_new": len(end) / len(start),
        "retention_of_start_and_new": len(end) / len(start | end),
        "retention_of_end": len(start & end) / len(end),
        "retention_of_ever": len(end) / plans["customer_id"].nunique(),
        "retention_contracts": float((runs[2024] & runs[2025]).sum() / runs[2024].sum()),
        "retention_less_cancellations": 1 - cancelled.nunique() / len(start),
    }


def _conversion(lk) -> dict:
    table = lk.load("opportunities")
    window = (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-09-30"))
    created = table[table["created_on"].between(*window)]
    closed = table[table["closed_on"].between(*window)]
    won = (created["status"] == "won").sum()
    whole_year = table[table["created_on"].dt.year == 2025]
    usual = created[created["source"] != "bought_list"]
    return {
        "conversion": won / len(created),
        "conversion_decided": (closed["status"] == "won").mean(),
        "conversion_without_open": won / (created["status"] != "open").sum(),
        "conversion_mixed": (closed["status"] == "won").sum() / len(created),
        "conversion_qualified": won / (created["stage"] != "lead").sum(),
        "conversion_whole_year": (whole_year["status"] == "won").mean(),
        "conversion_usual": (usual["status"] == "won").mean(),
        "conversion_per_loss": won / (created["status"] == "lost").sum(),
    }


def _acquisition(lk) -> dict:
    spend, customers, orders = lk.load("spend"), lk.load("customers"), lk.load("orders")
    won = customers[
        (customers["acquired_on"].dt.year == 2024) & (customers["acquisition_channel"] == "influencers")
    ]
    later = customers[
        (customers["acquired_on"].dt.year == 2025) & (customers["acquisition_channel"] == "influencers")
    ]
    paid = spend[(spend["purpose"] == "acquisition") & (spend["month"].dt.year == 2024)]
    paid_later = spend[
        (spend["channel"] == "influencers")
        & (spend["purpose"] == "acquisition")
        & (spend["month"].dt.year == 2025)
    ]
    cac = paid.loc[paid["channel"] == "influencers", "spend_brl"].sum() / len(won)
    history = orders.merge(won[["customer_id", "acquired_on"]], on="customer_id")
    first = history[history["ordered_on"] < history["acquired_on"] + pd.Timedelta(days=365)]
    margin = first["margin_brl"].sum() / len(won)
    return {
        "net": margin - cac,
        "net_revenue": first["revenue_brl"].sum() / len(won) - cac,
        "net_of_buyers": first["margin_brl"].sum() / first["customer_id"].nunique() - cac,
        "net_per_order": first["margin_brl"].mean() - cac,
        "net_blended": margin - paid["spend_brl"].sum() / (customers["acquired_on"].dt.year == 2024).sum(),
        "net_other_year": margin - paid_later["spend_brl"].sum() / len(later),
        "net_whole_history": history["margin_brl"].sum() / len(won) - cac,
        "net_without_cost": margin,
    }


def nps_with_margin(scores: pd.Series) -> tuple[float, float]:
    """NPS and half-width of its 95% interval, both in points."""
    return _nps(scores, promoter=9, detractor=6)


def _nps(scores, promoter=9, detractor=6, factor=1.96, passives=True) -> tuple[float, float]:
    scores = np.asarray(scores)
    above, below = (scores >= promoter).sum(), (scores <= detractor).sum()
    n = len(scores) if passives else above + below
    p, d = above / n, below / n
    return 100 * (p - d), 100 * factor * ((p + d - (p - d) ** 2) / n) ** 0.5


def _margin_of_promoters(scores) -> tuple[float, float]:
    score, _margin = _nps(scores)
    p = (np.asarray(scores) >= 9).mean()
    return score, 196 * (p * (1 - p) / len(scores)) ** 0.5


def _surveys(_data: SimpleNamespace) -> list[tuple[pd.Series]]:
    """Every answer from 0 to 10 occurs, so that a boundary put in the wrong place shows."""
    return [
        (pd.Series([9] * 50 + [10] * 50 + [7] * 20 + [8] * 20 + [0] * 30 + [6] * 30),),
        (pd.Series([10] * 12 + [9] * 6 + [8] * 7 + [7] * 5 + [6] * 3 + [5] * 3 + [3] * 2 + [1] * 2),),
        (pd.Series(list(range(11)) * 9),),
    ]


LESSON = Lesson(
    id="40",
    title=N_("Are we doing well?"),
    step="manage",
    data=_data,
    exercises=[
        Exercise(
            id="40.q1",
            answer="retention_2025",
            expected=lambda d: d.retention,
            tolerance=5e-4,
            unit="share",
            hints=[
                N_("Only who was a customer at the end of 2024 can be kept. How many is that?"),
                N_("`end_2024.intersection(end_2025)` holds those who are in both."),
            ],
            misconceptions={
                "counts new customers": (
                    lambda d: d.retention_with_new,
                    N_(
                        "You divided everybody of the end of 2025 by everybody of the end of 2024. That is growth: "
                        "customers won during the year cannot be *retained* in it. Count only those in both."
                    ),
                ),
                "start plus new as the base": (
                    lambda d: d.retention_of_start_and_new,
                    N_(
                        "Your denominator holds start *and* new customers. The new ones were not there to be kept, "
                        "and hardly had time to leave: they make the rate look better than it is."
                    ),
                ),
                "of the end": (
                    lambda d: d.retention_of_end,
                    N_(
                        "You divided by the customers of the *end*. That is how many of today's customers are old "
                        "ones; it falls when many new ones come, though nobody left."
                    ),
                ),
                "of all ever": (
                    lambda d: d.retention_of_ever,
                    N_(
                        "You divided by everybody who ever had a plan. Who left in 2023 could not be kept in "
                        "2025: the window says who is in the denominator."
                    ),
                ),
                "contracts, not customers": (
                    lambda d: d.retention_contracts,
                    N_(
                        "You counted contracts. Who ends one of two contracts is still a customer; the question is "
                        "about customers."
                    ),
                ),
                "every cancellation": (
                    lambda d: d.retention_less_cancellations,
                    N_(
                        "You took off everybody who cancelled anything in 2025. Some of them came only in 2025, "
                        "others kept a second contract: they are not lost customers of the start."
                    ),
                ),
                "churn": (
                    lambda d: 1 - d.retention,
                    N_("That is churn, the share that left. Retention is the rest: 1 minus your number."),
                ),
            },
            success=N_(
                "One in ten left. That is the number to set beside the price of keeping them; the page's number was growth."
            ),
        ),
        Exercise(
            id="40.q2",
            answer="conversion_2025",
            expected=lambda d: d.conversion,
            tolerance=5e-4,
            unit="share",
            hints=[
                N_("Choose the rows by `created_on` first; every one of them is in the denominator."),
                N_("`(created['status'] == 'won').mean()` is the share of rows that are won."),
            ],
            misconceptions={
                "decided, not created": (
                    lambda d: d.conversion_decided,
                    N_(
                        "You chose the rows by `closed_on`. Those were decided in the window, many were created "
                        "before it; asked is the cohort *created* in it."
                    ),
                ),
                "wins of one cohort over another": (
                    lambda d: d.conversion_mixed,
                    N_(
                        "Your wins were closed in the window, your denominator was created in it: other "
                        "opportunities above and below the line. Follow the same ones from creation to win."
                    ),
                ),
                "leaves out what is open": (
                    lambda d: d.conversion_without_open,
                    N_(
                        "You left out the opportunities still open. Losses come quickly and wins slowly, so who is "
                        "left out is no random part; they stay in the denominator."
                    ),
                ),
                "of qualified": (
                    lambda d: d.conversion_qualified,
                    N_(
                        "You divided by those that were at least qualified. That is a question too, another one: here "
                        "*all* opportunities created are the denominator, from lead on."
                    ),
                ),
                "whole year": (
                    lambda d: d.conversion_whole_year,
                    N_(
                        "You took the whole of 2025. Those created from October on had no time to be won: the "
                        "cohort is not ripe. Take January to September."
                    ),
                ),
                "without the list": (
                    lambda d: d.conversion_usual,
                    N_(
                        "You left out the leads of the bought list. The team worked them, so they belong to the "
                        "rate; look at them apart afterwards."
                    ),
                ),
                "wins per loss": (
                    lambda d: d.conversion_per_loss,
                    N_("You divided wins by losses. That is a ratio of two outcomes, not a share of all."),
                ),
            },
            success=N_("Same months, same cohort, all of it: now it can be set beside 2024."),
        ),
        Exercise(
            id="40.q3",
            answer="nps_with_margin",
            inputs=_surveys,
            expected=nps_with_margin,
            tolerance=0.02,
            hints=[
                N_(
                    "`(scores >= 9).mean()` is the share of promoters, `(scores <= 6).mean()` that of detractors."
                ),
                N_("n is `len(scores)`, passives included. Points are 100 times a share, for both results."),
            ],
            misconceptions={
                "eight promotes": (
                    lambda scores: _nps(scores, promoter=8),
                    N_("You count 8 as a promoter. Promoters answer 9 or 10; 7 and 8 are passives."),
                ),
                "six is passive": (
                    lambda scores: _nps(scores, detractor=5),
                    N_("You count 6 as a passive. Detractors answer 0 to 6, six included."),
                ),
                "passives left out": (
                    lambda scores: _nps(scores, passives=False),
                    N_(
                        "You divided by promoters plus detractors. Passives answered too: they are in n, and pull "
                        "the score towards zero."
                    ),
                ),
                "shares, not points": (
                    lambda scores: tuple(part / 100 for part in _nps(scores)),
                    N_("You return shares. NPS is given in points: multiply both results by 100."),
                ),
                "score in points, margin as a share": (
                    lambda scores: (_nps(scores)[0], _nps(scores)[1] / 100),
                    N_("The score is in points, the margin still a share: multiply it by 100 too."),
                ),
                "one standard error": (
                    lambda scores: _nps(scores, factor=1.0),
                    N_(
                        "The margin is one standard error; that interval holds the truth in about 68 of 100 "
                        "surveys. For 95 take 1.96 of them."
                    ),
                ),
                "whole width": (
                    lambda scores: _nps(scores, factor=2 * 1.96),
                    N_("You return the whole width of the interval; its half is asked, the “give or take”."),
                ),
                "promoters alone": (
                    _margin_of_promoters,
                    N_(
                        "The margin is that of the promoters' share alone. The score is a difference of two shares "
                        "of the same answers: use SE = √((p + d - (p - d)²) / n)."
                    ),
                ),
                "mean answer": (
                    lambda scores: (float(np.mean(scores)), _nps(scores)[1]),
                    N_("The first result is the mean answer. NPS is promoters minus detractors, in points."),
                ),
            },
            success=N_(
                "With p = 0.5, d = 0.3 and 200 answers: +20, give or take 12. A score without n is half a number."
            ),
        ),
        Exercise(
            id="40.q4",
            answer="net_per_customer",
            expected=lambda d: d.net,
            tolerance=0.5,
            unit="R$",
            hints=[
                N_(
                    "Margin: the rows of `first_year` whose `acquisition_channel` is influencers. Customers: those rows "
                    "of `won_2024`, whether or not they ever ordered."
                ),
                N_("`influencers_2024.value` is the CAC in R$ per customer won."),
            ],
            misconceptions={
                "revenue": (
                    lambda d: d.net_revenue,
                    N_(
                        "You took revenue. Goods, freight and payment have to be paid from it; the *margin* is what can "
                        "pay for winning the customer."
                    ),
                ),
                "only who bought": (
                    lambda d: d.net_of_buyers,
                    N_(
                        "You divided by the customers who ordered. CAC was paid for everybody won, so the margin must "
                        "be shared among the same customers."
                    ),
                ),
                "per order": (
                    lambda d: d.net_per_order,
                    N_(
                        "You averaged over orders; CAC is per customer. Sum the margin, then divide by customers."
                    ),
                ),
                "blended CAC": (
                    lambda d: d.net_blended,
                    N_(
                        "You took off the CAC of all channels together. It contains customers whom nobody paid for; "
                        "influencers cost more than that."
                    ),
                ),
                "cost of another year": (
                    lambda d: d.net_other_year,
                    N_(
                        "The margin is of customers won in 2024, the CAC of 2025: other customers. Take the cost at which "
                        "*these* were won."
                    ),
                ),
                "all orders": (
                    lambda d: d.net_whole_history,
                    N_(
                        "You counted all their orders. Who came in January 2024 had two years, who came in December "
                        "one: take `first_year`, the same window for each."
                    ),
                ),
                "cost forgotten": (
                    lambda d: d.net_without_cost,
                    N_("That is the margin alone. Take off what winning the customer cost."),
                ),
            },
            success=N_(
                "The dearest channel still pays for itself within the year: CAC alone could not have told you."
            ),
        ),
        Exercise(
            id="40.q5",
            answer="sentences",
            expected=lambda _d: {"A", "D", "F", "H"},
            hints=[
                N_("Ask of each: of whom, since when, and what would have happened anyway?"),
                N_("Four of the eight can be signed."),
            ],
            misconceptions={
                "growth for retention": (
                    lambda _d: {"A", "B", "D", "F", "H"},
                    N_(
                        "B is not a share of anything kept: a share above 100% is end over start. The base grew because "
                        "many were won, while some left."
                    ),
                ),
                "unripe cohort": (
                    lambda _d: {"A", "C", "D", "F", "H"},
                    N_(
                        "C compares a year that had two years to be won with one of which many are still open, and other "
                        "sources besides. On the same months and sources the direction is not established."
                    ),
                ),
                "one pot": (
                    lambda _d: {"A", "D", "E", "F", "H"},
                    N_(
                        "E rests on two surveys in one pot. In each of them the score fell; the pot rose because more "
                        "people were asked right after they had been helped."
                    ),
                ),
                "lower cost is better": (
                    lambda _d: {"A", "D", "F", "G", "H"},
                    N_(
                        "G has the cost right and the conclusion wrong: the customers it would not win bring more margin "
                        "in a year than they cost."
                    ),
                ),
                "everything with a right number": (
                    lambda _d: {"A", "D", "F"},
                    N_(
                        "H can be signed too: it says which rate, and that margin and retention are assumed to stay. "
                        "A value is an estimate with its conditions."
                    ),
                ),
            },
            success=N_(
                "Each of the four says of whom or under which condition; the other four hide exactly that."
            ),
        ),
    ],
)
