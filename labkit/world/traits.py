"""What drives each person and nobody sees: satisfaction, rates, drop-out, spend, tolerance, channel."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from labkit.world.parameters import HISTORY_END, Parameters
from labkit.world.streams import stream


def draw_traits(people: int, seed: int, parameters: Parameters) -> pd.DataFrame:
    """Draw the latent traits of ``people`` people, one row each.

    Marginal distributions are exactly those of the parameters; what goes together (satisfaction and
    drop-out, frequency and value) is tied by a Gaussian copula.

    Returns
    -------
    pandas.DataFrame
        satisfaction (s.d. units), purchase_rate (a week), dropout (probability after a purchase), regular
        (bool), mean_spend_brl (an order), plan_churn (probability a year), tolerance and price_sensitivity
        (s.d. units), channel_type, app_share, prospect (bool), acquired_on, acquisition_channel.
    """
    p = parameters.purchases
    rng = stream(seed, "traits")
    satisfaction = rng.standard_normal(people)
    rate_normal = rng.standard_normal(people)
    dropout_normal = tied(rng.standard_normal(people), satisfaction, p.satisfaction_dropout)
    spend_normal = tied(rng.standard_normal(people), rate_normal, p.rate_spend_correlation)
    churn_normal = tied(rng.standard_normal(people), satisfaction, parameters.plans.satisfaction_churn)
    cdf = stats.norm.cdf
    nu = stats.gamma.ppf(cdf(-spend_normal), p.spend_q) / p.spend_gamma
    kinds = p.channel_types
    frame = pd.DataFrame(
        {
            "satisfaction": satisfaction,
            "purchase_rate": stats.gamma.ppf(cdf(rate_normal), p.rate_shape) / p.rate_scale,
            "dropout": stats.beta.ppf(cdf(dropout_normal), p.dropout_a, p.dropout_b),
            "regular": rng.random(people) < p.regular_share,
            "mean_spend_brl": p.spend_p / nu,
            "plan_churn": stats.beta.ppf(
                cdf(churn_normal), parameters.plans.churn_a, parameters.plans.churn_b
            ),
            "tolerance": rng.standard_normal(people),
            "price_sensitivity": rng.standard_normal(people),
            "channel_type": np.array([k for k, _ in kinds], dtype=object)[
                rng.choice(len(kinds), people, p=[s for _, s in kinds])
            ],
            "app_share": rng.beta(1.1, 1.1 * (1 - p.app_share) / p.app_share, people),
            "shop_share": rng.beta(2.0, 2.0, people),
            "prospect": rng.random(people) < parameters.population.prospect_share,
        }
    )
    frame["acquired_on"] = _acquired(people, stream(seed, "acquisition/dates"), parameters)
    frame["acquisition_channel"] = _channel(frame, stream(seed, "acquisition/channels"), parameters)
    return frame


def tied(noise: np.ndarray, to: np.ndarray, correlation: float) -> np.ndarray:
    """Standard normals correlated with the standard normals ``to``."""
    return correlation * to + np.sqrt(1 - correlation**2) * noise


def _acquired(people: int, rng: np.random.Generator, parameters: Parameters) -> np.ndarray:
    p = parameters.acquisition
    month_weight = np.array(p.month_weights) / np.sum(p.month_weights)
    recent = (1 - p.before_history) / (1 + p.growth_2025)
    # Before history the base grew year by year; in history the split between the years is the parameter.
    early = np.array(p.early_growth) * p.before_history
    years = np.concatenate([early, [recent, recent * p.growth_2025]])
    weight = (years[:, None] * month_weight).ravel()
    month = rng.choice(len(weight), people, p=weight / weight.sum())
    first = np.datetime64("2020-01") + month.astype("timedelta64[M]")
    length = (first + np.timedelta64(1, "M")).astype("datetime64[D]") - first.astype("datetime64[D]")
    day = np.floor(rng.random(people) * length.astype(int)).astype("timedelta64[D]")
    return np.minimum(first.astype("datetime64[D]") + day, HISTORY_END)


def _channel(frame: pd.DataFrame, rng: np.random.Generator, parameters: Parameters) -> np.ndarray:
    """Shop customers come mostly through the shop, online ones mostly through media."""
    names = np.array([name for name, _ in parameters.acquisition.channels], dtype=object)
    base = np.array([share for _, share in parameters.acquisition.channels])
    tilt = {
        "online": {"shop": 0.15, "search": 1.3, "social": 1.4, "influencers": 1.4},
        "shop": {"shop": 2.8, "search": 0.4, "social": 0.45, "influencers": 0.4},
        "clinic": {"partners": 4.0, "referral": 2.0, "shop": 0.5},
        "both": {},
    }
    chosen = np.empty(len(frame), dtype=object)
    u = rng.random(len(frame))
    for kind, factors in tilt.items():
        here = (frame["channel_type"] == kind).to_numpy()
        weight = base * np.array([factors.get(name, 1.0) for name in names])
        chosen[here] = names[np.searchsorted(np.cumsum(weight / weight.sum())[:-1], u[here], side="right")]
    return chosen
