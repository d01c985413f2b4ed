"""The right and the classic wrong ways of computing the answers of lesson 40."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd


def answers() -> SimpleNamespace:
    """Every value an answer of the lesson can be, named after the way it was computed."""
    import labkit as lk

    return SimpleNamespace(**_retention(lk), **_conversion(lk), **_acquisition(lk), **_changes(lk))


def _retention(lk) -> dict:
    plans = lk.load("plans")
    runs = {
        year: (plans["started_on"] <= f"{year}-12-31") & ~(plans["cancelled_on"] <= f"{year}-12-31")
        for year in (2024, 2025)
    }
    start, end = (set(plans.loc[runs[year], "customer_id"]) for year in (2024, 2025))
    cancelled = plans.loc[plans["cancelled_on"].dt.year == 2025, "customer_id"]
    started = set(plans.loc[plans["started_on"].dt.year == 2025, "customer_id"])
    return {
        "retention_new_started": (len(end) - len(started)) / len(start),
        "retention_new_of_end": (len(end) - len(started & end)) / len(start),
        "retention": len(start & end) / len(start),
        "retention_with_new": len(end) / len(start),
        "retention_of_start_and_new": len(end) / len(start | end),
        "retention_of_end": len(start & end) / len(end),
        "retention_of_ever": len(end) / plans["customer_id"].nunique(),
        "retention_contracts": float((runs[2024] & runs[2025]).sum() / runs[2024].sum()),
        "retention_less_cancellations": 1 - cancelled.nunique() / len(start),
        "retention_less_contracts": 1 - len(cancelled) / len(start),
    }


def _conversion(lk) -> dict:
    table = lk.load("opportunities")
    window = (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-09-30"))
    created = table[table["created_on"].between(*window)]
    closed = table[table["closed_on"].between(*window)]
    won = (created["status"] == "won").sum()
    whole_year = table[table["created_on"].dt.year == 2025]
    usual = created[created["source"] != "bought_list"]
    months = table[table["created_on"].dt.month <= 9]
    return {
        "conversion_won_in_window": (
            (created["status"] == "won") & (created["closed_on"] <= window[1])
        ).mean(),
        "conversion_both_years": (months["status"] == "won").mean(),
        "conversion": won / len(created),
        "conversion_decided": (closed["status"] == "won").mean(),
        "conversion_without_open": won / (created["status"] != "open").sum(),
        "conversion_mixed": (closed["status"] == "won").sum() / len(created),
        "conversion_qualified": won / (created["stage"] != "lead").sum(),
        "conversion_whole_year": (whole_year["status"] == "won").mean(),
        "conversion_usual": (usual["status"] == "won").mean(),
        "conversion_wins": int(won),
        "conversion_per_loss": won / (created["status"] == "lost").sum(),
    }


def _acquisition(lk) -> dict:
    spend, customers, orders = lk.load("spend"), lk.load("customers"), lk.load("orders")
    won_all = customers[customers["acquired_on"].dt.year == 2024]
    won = won_all[won_all["acquisition_channel"] == "influencers"]
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
    everybody = orders.merge(won_all[["customer_id", "acquired_on", "acquisition_channel"]], on="customer_id")
    history = everybody[everybody["acquisition_channel"] == "influencers"]
    everybody, first = (
        table[table["ordered_on"] < table["acquired_on"] + pd.Timedelta(days=365)]
        for table in (everybody, history)
    )
    margin = first["margin_brl"].sum() / len(won)
    return {
        "net": margin - cac,
        "net_revenue": first["revenue_brl"].sum() / len(won) - cac,
        "net_of_buyers": first["margin_brl"].sum() / first["customer_id"].nunique() - cac,
        "net_per_order": first["margin_brl"].mean() - cac,
        "net_blended": margin - paid["spend_brl"].sum() / len(won_all),
        "net_of_all": everybody["margin_brl"].sum() / len(won_all) - cac,
        "net_in_all": first["margin_brl"].sum() - cac * len(won),
        "net_other_year": margin - paid_later["spend_brl"].sum() / len(later),
        "net_of_next_year": first["margin_brl"].sum() / len(later) - cac,
        "net_whole_history": history["margin_brl"].sum() / len(won) - cac,
        "net_without_cost": margin,
    }


def _changes(lk) -> dict:
    from labkit.manage import kpis

    plans, nps, opportunities = lk.load("plans"), lk.load("nps"), lk.load("opportunities")
    spend, customers = lk.load("spend"), lk.load("customers")
    years = ("2024", "2025")
    usual = opportunities[opportunities["source"] != "bought_list"]
    as_of_2024 = usual.assign(status=usual["status"].mask(usual["closed_on"] > "2024-12-31", "open"))
    nine_months = [(f"{year}-01-01", f"{year}-09-30") for year in years]

    def scores(year, *kinds):
        of_year = nps[(nps["answered_on"].dt.year == int(year)) & nps["survey"].isin(kinds)]
        return kpis.net_promoter_score(of_year["score"], window=year)

    pairs = {
        "retention": [kpis.retention_rate(plans, year) for year in years],
        "conversion, page": [kpis.conversion_rate(opportunities, year, of="lead") for year in years],
        "conversion, same age": [
            kpis.conversion_rate(table, window, of="lead")
            for table, window in zip((as_of_2024, usual), nine_months, strict=True)
        ],
        "NPS, one pot": [scores(year, "relational", "after_contact") for year in years],
        "NPS, relational": [scores(year, "relational") for year in years],
        "CAC": [kpis.acquisition_cost(spend, customers, year) for year in years],
    }
    return {
        "established": {name for name, pair in pairs.items() if kpis.change(*pair).established},
        "established_apart": {
            name for name, (one, two) in pairs.items() if two.low > one.high or two.high < one.low
        },
        "established_all": set(pairs),
    }


def nps_with_margin(scores: pd.Series) -> tuple[float, float]:
    """NPS and half-width of its 95% interval, both in points."""
    return nps(scores, promoter=9, detractor=6)


def nps(scores, promoter=9, detractor=6, factor=1.96, passives=True) -> tuple[float, float]:
    """Score and margin in points, with the boundaries, the factor and the denominator to be got wrong."""
    scores = np.asarray(scores)
    above, below = (scores >= promoter).sum(), (scores <= detractor).sum()
    n = len(scores) if passives else above + below
    p, d = above / n, below / n
    return 100 * (p - d), 100 * factor * ((p + d - (p - d) ** 2) / n) ** 0.5


def ends(scores) -> tuple[float, float]:
    """The two ends of the interval."""
    score, margin = nps(scores)
    return score - margin, score + margin


def of_counts(scores) -> tuple[float, float]:
    """Counts put where shares belong: the root is mostly of a negative number."""
    scores = np.asarray(scores)
    p, d = int((scores >= 9).sum()), int((scores <= 6).sum())
    variance = (p + d - (p - d) ** 2) / len(scores)
    return 100.0 * (p - d), 196 * variance**0.5 if variance >= 0 else float("nan")


def with_variance(scores) -> tuple[float, float]:
    """The square root forgotten."""
    score, _margin = nps(scores)
    p, d = (np.asarray(scores) >= 9).mean(), (np.asarray(scores) <= 6).mean()
    return score, 196 * (p + d - (p - d) ** 2) / len(scores)


def without_covariance(scores) -> tuple[float, float]:
    """Promoters and detractors taken for two samples of different people."""
    score, _margin = nps(scores)
    p, d = (np.asarray(scores) >= 9).mean(), (np.asarray(scores) <= 6).mean()
    return score, 196 * ((p * (1 - p) + d * (1 - d)) / len(scores)) ** 0.5


def with_sample_variance(scores) -> tuple[float, float]:
    """The margin with n - 1 below the variance."""
    score, margin = nps(scores)
    return score, margin * (len(scores) / (len(scores) - 1)) ** 0.5


def with_margin_of_promoters(scores) -> tuple[float, float]:
    """The margin of the share of promoters alone."""
    score, _margin = nps(scores)
    p = (np.asarray(scores) >= 9).mean()
    return score, 196 * (p * (1 - p) / len(scores)) ** 0.5


def surveys(_data: SimpleNamespace) -> list[tuple[pd.Series]]:
    """Answers to call the function with. Every score from 0 to 10 occurs, so that a boundary put in the wrong place shows."""
    return [
        (pd.Series([9] * 50 + [10] * 50 + [7] * 20 + [8] * 20 + [0] * 30 + [6] * 30),),
        (pd.Series([10] * 12 + [9] * 6 + [8] * 7 + [7] * 5 + [6] * 3 + [5] * 3 + [3] * 2 + [1] * 2),),
        (pd.Series(list(range(11)) * 9),),
    ]
