"""Does the generator do what its parameters say, and do the usual methods find it out?

Run ``python -m benchmarks.world_statistics [study …]``; each study prints a Markdown table. The tests run
the same functions on fewer seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.tables import markdown
from labkit.data import load
from labkit.differentiate import BGNBD, GammaGamma, summarise_purchases
from labkit.world import generate
from labkit.world.build import begin
from labkit.world.history import make_history, make_pets
from labkit.world.parameters import HISTORY_END, HISTORY_START, Purchases, plain
from labkit.world.plans import survival
from labkit.world.purchases import draw_purchase_times
from labkit.world.streams import stream

WEEK = pd.Timedelta(7, "D")


def histories(who: np.ndarray, when: np.ndarray, start: np.ndarray, end: float) -> dict[str, np.ndarray]:
    """Summarise purchases up to ``end`` of the customers who started before: frequency, recency, T; in weeks.

    Times are continuous: no day is rounded and no two purchases are collapsed into one.
    """
    seen = when <= end
    count = np.bincount(who[seen], minlength=start.size)
    last = np.full(start.size, -np.inf)
    np.maximum.at(last, who[seen], when[seen])
    here = count > 0
    return {
        "customer": np.flatnonzero(here),
        "frequency": count[here] - 1,
        "recency": last[here] - start[here],
        "T": end - start[here],
    }


def draw_base(
    customers: int, end: float, p: Purchases, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the purchases of customers won over a year, by the world's own generator with other causes off."""
    start = rng.uniform(0.0, 52.0, customers)
    rate = rng.gamma(p.rate_shape, 1 / p.rate_scale, customers)
    dropout = rng.beta(p.dropout_a, p.dropout_b, customers)
    who, when = draw_purchase_times(start, end, rate, dropout, np.zeros(customers, dtype=bool), rng)
    return who, when, start


def recovery(seed: int, customers: int = 100_000, weeks: float = 78.0) -> dict[str, float]:
    """Fit BG/NBD to customers of 26 to 78 weeks, and predict their next 78 weeks.

    Returns
    -------
    dict
        For each parameter its relative error and its distance from the truth in standard errors, and the
        relative error of the purchases expected in the holdout.
    """
    p, rng = Purchases(), stream(seed, "study/recovery")
    who, when, start = draw_base(customers, 2 * weeks, p, rng)
    seen = histories(who, when, start, weeks)
    given = (seen["frequency"], seen["recency"], seen["T"])
    model = BGNBD().fit(*given)
    holdout = model.expected_purchases(weeks, *given).sum() / (when > weeks).sum() - 1
    return {**_distances(model, p), "holdout error": holdout}


def _distances(model: BGNBD, p: Purchases) -> dict[str, float]:
    """How far each estimate is from the parameter that made the data: relatively, and in standard errors."""
    truth = {"r": p.rate_shape, "alpha": p.rate_scale, "a": p.dropout_a, "b": p.dropout_b}
    found = {}
    for name, value in truth.items():
        found[f"{name} error"] = model.parameters_[name] / value - 1
        found[f"{name} z"] = (model.parameters_[name] - value) / model.standard_errors_[name]
    return found


def full_recovery(seed: int, people: int = 115_000) -> dict[str, float]:
    """Fit BG/NBD to the orders of a whole world with the other causes off: the customers won in 2024 and 2025.

    The same path as the course base takes; times of purchase are the hidden, continuous ones.
    """
    parameters = plain()
    draft = begin(people, seed, parameters)
    make_pets(draft)
    make_history(draft)
    orders, p = draft.frames["orders"], parameters.purchases
    new = (draft.traits["acquired_on"] >= pd.Timestamp(HISTORY_START)).to_numpy()
    orders = orders[new[orders["person"]]]
    start = np.full(people, np.inf)
    np.minimum.at(start, orders["person"].to_numpy(), orders["week"].to_numpy())
    end = (HISTORY_END - HISTORY_START).astype(int) / 7
    seen = histories(orders["person"].to_numpy(), orders["week"].to_numpy(), start, end)
    model = BGNBD().fit(seen["frequency"], seen["recency"], seen["T"])
    return {"customers": len(seen["customer"]), **_distances(model, p)}


def interval_coverage(fits: int = 200, customers: int = 5_000, level: float = 0.8) -> pd.DataFrame:
    """Simulation-based calibration: how often intervals of the stated level hold the true parameter.

    Each fit has parameters of its own, drawn around Caramelo's (a factor of about 1.35 either way); intervals
    are normal in the logarithm of the parameter.

    Returns
    -------
    DataFrame
        One row a fit, one column a parameter: True where the interval holds the truth.
    """
    z, rows = stats.norm.ppf((1 + level) / 2), []
    base = Purchases()
    for fit in range(fits):
        rng = stream(fit, "study/coverage")
        factor = np.exp(rng.normal(0.0, 0.3, 4))
        truth = np.array([base.rate_shape, base.rate_scale, base.dropout_a, base.dropout_b]) * factor
        p = Purchases(**dict(zip(("rate_shape", "rate_scale", "dropout_a", "dropout_b"), truth, strict=True)))
        who, when, start = draw_base(customers, 104.0, p, rng)
        seen = histories(who, when, start, 104.0)
        model = BGNBD().fit(seen["frequency"], seen["recency"], seen["T"])
        estimate = model.parameters_.to_numpy()
        distance = np.abs(np.log(estimate / truth)) / (model.standard_errors_.to_numpy() / estimate)
        rows.append(dict(zip(model.parameter_names, distance <= z, strict=True)))
    return pd.DataFrame(rows)


def campaign_interval(seed: int, people: int = 4_000, campaign: int = 1) -> dict[str, float]:
    """Estimate what a randomised campaign did to visits, and look whether the interval holds what it truly did.

    The estimate is the difference of the two arms' shares of visitors (intention to treat: bounced messages
    count), with its usual 95% interval; the truth is the mean difference of both futures over the whole audience.
    """
    world = generate(people, seed=seed, tables=["contacts", "truth/effects"])
    contacts = world.contacts.query("campaign_id == @campaign")
    effects = world.truth.effects.query("campaign_id == @campaign")
    arms = contacts.groupby("arm")["visited"].agg(["mean", "size"])
    estimate = arms.loc["treated", "mean"] - arms.loc["control", "mean"]
    error = np.sqrt((arms["mean"] * (1 - arms["mean"]) / arms["size"]).sum())
    truth = (effects["visited_treated"].astype(int) - effects["visited_control"]).mean()
    return {
        "estimate": estimate,
        "error": error,
        "truth": truth,
        "covered": abs(estimate - truth) <= 1.96 * error,
    }


def plan_survival(people: int = 100_000, seed: int = 1) -> pd.DataFrame:
    """Kaplan-Meier on the contracts as the company sees them, beside the curve that made them.

    Other causes are off: the curve is the shifted beta-geometric, and cancellation is observed to the day.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    parameters = plain()
    plans = generate(people, seed=seed, parameters=parameters, tables=["plans"]).plans
    last = plans["cancelled_on"].fillna(pd.Timestamp(HISTORY_END) + pd.Timedelta(1, "D"))
    years = (last - plans["started_on"]).dt.days / 365.25
    curve = SurvfuncRight(years.to_numpy(), plans["cancelled_on"].notna().to_numpy().astype(int))
    at = np.array([0.5, 1.0, 2.0, 3.0, 4.0])
    place = np.searchsorted(curve.surv_times, at, side="right") - 1
    table = pd.DataFrame(
        {
            "true": survival(at, parameters.plans.churn_a, parameters.plans.churn_b),
            "Kaplan-Meier": curve.surv_prob[place],
            "standard error": curve.surv_prob_se[place],
        },
        index=pd.Index(at, name="years"),
    )
    return table.assign(z=(table["Kaplan-Meier"] - table["true"]) / table["standard error"])


def cdnow_likeness(copies: int = 40, seed: int = 1) -> pd.DataFrame:
    """Compare CDNOW with the generator fitted to it.

    BG/NBD and gamma-gamma are fitted to all 78 weeks of CDNOW; the generator then plays every customer
    ``copies`` times from the day of their first purchase; purchases of one day are collapsed in both.

    Returns
    -------
    DataFrame
        Indexed by quantity (frequency, recency, monetary value of repeaters, time between purchases, week of
        purchase): Kolmogorov-Smirnov distance and one minus it.
    """
    real = load("cdnow")
    summary = summarise_purchases(real, value="dollars")
    fitted = BGNBD().fit(summary["frequency"], summary["recency"], summary["T"]).parameters_
    repeat = summary[summary["frequency"] > 0]
    money = GammaGamma().fit(repeat["frequency"], repeat["monetary_value"]).parameters_
    made = _play_cdnow(summary, fitted, money, copies, stream(seed, "study/cdnow"))
    quantities = {
        "frequency": (summary["frequency"], made["summary"]["frequency"]),
        "recency of repeaters, weeks": (
            repeat["recency"],
            made["summary"].query("frequency > 0")["recency"],
        ),
        "average value of repeaters, US$": (
            repeat["monetary_value"],
            made["summary"].query("frequency > 0")["monetary_value"],
        ),
        "time between purchases, days": (_gaps(real), _gaps(made["rows"])),
        "week of a repeat purchase": (_repeat_weeks(real), _repeat_weeks(made["rows"])),
    }
    rows = {name: stats.ks_2samp(a, b).statistic for name, (a, b) in quantities.items()}
    table = pd.DataFrame({"distance": pd.Series(rows)})
    return table.assign(likeness=1 - table["distance"])


def _play_cdnow(summary, fitted, money, copies, rng):
    p = Purchases(
        rate_shape=fitted["r"], rate_scale=fitted["alpha"], dropout_a=fitted["a"], dropout_b=fitted["b"]
    )
    age = np.tile(summary["T"].to_numpy(), copies)
    end, n = age.max(), age.size
    rate = rng.gamma(p.rate_shape, 1 / p.rate_scale, n)
    dropout = rng.beta(p.dropout_a, p.dropout_b, n)
    start = end - age
    who, when = draw_purchase_times(start, end, rate, dropout, np.zeros(n, dtype=bool), rng)
    scale = rng.gamma(money["q"], 1 / money["gamma"], n)
    value = rng.gamma(money["p"], 1.0, who.size) / scale[who]
    day = pd.Timestamp("1997-01-01") + pd.to_timedelta(np.floor(when * 7 + 1e-6), unit="D")
    rows = pd.DataFrame({"customer_id": who, "date": day, "dollars": value})
    return {"rows": rows, "summary": summarise_purchases(rows, value="dollars", until="1998-06-30")}


def _visits(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["customer_id", "date"]].drop_duplicates().sort_values(["customer_id", "date"])


def _gaps(rows: pd.DataFrame) -> pd.Series:
    return _visits(rows).groupby("customer_id")["date"].diff().dropna().dt.days


def _repeat_weeks(rows: pd.DataFrame) -> pd.Series:
    visits = _visits(rows)
    repeat = visits[visits["customer_id"].duplicated()]
    return (repeat["date"] - pd.Timestamp("1997-01-01")) // WEEK


def study_recovery(seeds: int = 60) -> str:
    """Parameters recovered from 100,000 customers, seed by seed."""
    rows = pd.DataFrame([recovery(seed) for seed in range(1, seeds + 1)])
    z = rows[[f"{name} z" for name in ("r", "alpha", "a", "b")]]
    within = (z.abs() <= 3).all(axis=1).mean()
    errors = rows[[c for c in rows if c.endswith("error")]]
    table = errors.abs().agg(["median", "max"]).T.map("{:.2%}".format)
    return markdown(table) + f"\n\nall four within 3 standard errors: {within:.1%} of {seeds} seeds"


def study_whole(seeds: int = 10) -> str:
    """The same from the orders of whole worlds of 115,000 people, other causes off."""
    rows = pd.DataFrame([full_recovery(seed) for seed in range(1, seeds + 1)])
    z = rows[[c for c in rows if c.endswith(" z")]].abs()
    return markdown(z.agg(["median", "max"]).T.round(2)) + f"\n\nof {seeds} seeds"


def study_coverage(fits: int = 200) -> str:
    """Coverage of 80% intervals."""
    return markdown(interval_coverage(fits).mean().map("{:.1%}".format).rename("covered"))


def study_cdnow() -> str:
    """CDNOW against the generator fitted to it."""
    return markdown(cdnow_likeness().round(3))


def study_campaign(seeds: int = 400) -> str:
    """95% intervals of a campaign's average effect on visits, over worlds of 4,000 people."""
    with ProcessPoolExecutor(2) as pool:
        rows = pd.DataFrame(pool.map(campaign_interval, range(1, seeds + 1), chunksize=10))
    means = rows[["estimate", "truth", "error"]].mean()
    return markdown(means.map("{:.4f}".format).rename("mean")) + (
        f"\n\ncovered: {rows['covered'].mean():.1%} of {seeds} seeds"
    )


def study_plans() -> str:
    """Kaplan-Meier on the contracts of 100,000 people."""
    return markdown(plan_survival().round(4))


STUDIES: dict[str, Callable[[], str]] = {
    "recovery": study_recovery,
    "whole": study_whole,
    "coverage": study_coverage,
    "cdnow": study_cdnow,
    "plans": study_plans,
    "campaign": study_campaign,
}


def main(chosen: list[str]) -> None:
    """Run the studies named, or all."""
    for name in chosen or STUDIES:
        print(f"## {name}\n\n{STUDIES[name].__doc__}\n\n{STUDIES[name]()}\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
