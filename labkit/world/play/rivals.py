"""Plans to compare with: nothing, everybody, chance, two rules that a company could follow, an oracle.

Each takes the world and returns a plan for ``world.run``. All but the oracle use only what a company sees.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from labkit.world.play.plan import COLUMNS
from labkit.world.play.view import View
from labkit.world.streams import stream

CHANNELS = ("email", "whatsapp", "sms", "push", "phone")


def do_nothing(world=None) -> pd.DataFrame:
    """A plan without contacts: what every score is measured against."""
    return pd.DataFrame(columns=list(COLUMNS))


def spray_everyone(
    world,
    days: int = 90,
    *,
    a_week: int = 3,
    channel: str = "email",
    message: str = "reminder",
    hour: int = 10,
) -> pd.DataFrame:
    """The same message to everybody, ``a_week`` times a week: cheap, and the best that one can do for week one."""
    when = np.unique(np.floor(np.arange(0, days, 7 / a_week)).astype(int))
    return to_everybody(world, when, channel, message, hour)


def to_everybody(world, when: np.ndarray, channel: str, message: str, hour: int) -> pd.DataFrame:
    """One contact a customer on each of the days ``when``."""
    ids = world.customers["customer_id"].to_numpy()
    return pd.DataFrame(
        {
            "customer_id": np.tile(ids, len(when)),
            "day": np.repeat(when, len(ids)),
            "hour": hour,
            "channel": channel,
            "message": message,
        }
    )


def random_plan(world, seed: int, days: int = 90) -> pd.DataFrame:
    """A plan drawn at random: whom, how often, when, where and what.

    It picks customers by some visible trait or none, one to three channels and messages, a frequency and an hour,
    so that plans of like volume differ in everything else.
    """
    rng = stream(seed, "play/rivals/random")
    ids = world.customers["customer_id"].to_numpy()
    n = len(ids)
    orders = world.orders
    end = orders["ordered_on"].max()
    last = orders.groupby("customer_id")["ordered_on"].max().reindex(ids)
    silent = (end - last).dt.days.fillna(900).to_numpy()
    spent = orders.groupby("customer_id")["margin_brl"].sum().reindex(ids).fillna(0).to_numpy()
    cheap = (orders.groupby("customer_id")["discount_brl"].mean().reindex(ids).fillna(0)).to_numpy()
    holder = np.isin(ids, world.plans.loc[world.plans["cancelled_on"].isna(), "customer_id"]).astype(float)
    ranks = [
        rng.random(n),
        -silent,
        silent,
        -np.abs(silent - 75),
        spent,
        -spent,
        cheap,
        holder + rng.random(n) / 2,
    ]
    by = ranks[rng.integers(len(ranks))]
    size = int(n * rng.uniform(0.05, 0.8))
    chosen = ids[np.argsort(-by, kind="stable")[:size]]
    each = max(1, round(rng.uniform(2_000, 45_000) * n / 11_000 / size))
    each = min(each, days // 4)
    channels = rng.choice(["email", "email", "push", "sms", "whatsapp"], rng.integers(1, 4))
    messages = rng.choice(
        ["reminder", "reminder", "content", "voucher_10", "voucher_25", "plan_offer"], rng.integers(1, 4)
    )
    gap = days / each
    begin = rng.random(size) * gap if rng.random() < 0.5 else np.full(size, rng.random() * min(gap, 7))
    when = np.floor(begin[:, None] + gap * np.arange(each)[None, :]).astype(int)
    m = size * each
    plan = pd.DataFrame(
        {
            "customer_id": np.repeat(chosen, each),
            "day": np.minimum(when, days - 1).ravel(),
            "hour": rng.choice([9, 12, 15, 18, 20]),
            "channel": rng.choice(channels, m),
            "message": rng.choice(messages, m),
        }
    )
    return plan.drop_duplicates(["customer_id", "day", "channel"], ignore_index=True)


def recency_rule(
    world=None, *, every: int = 7, voucher_from: int = 60, until: int = 180
) -> Callable[[View], pd.DataFrame]:
    """Write when a silence reaches a mark: a reminder by e-mail after each ``every`` days without an order.

    Beyond ``voucher_from`` days a voucher of 10% takes its place, at every fourth mark; beyond ``until`` nothing.
    """

    def rule(view: View) -> pd.DataFrame:
        base = view.base
        days = base["days_since_order"]
        drifting = days > voucher_from
        mark = np.where(drifting, days % (4 * every) == 0, days % every == 0)
        due = mark & (days >= every) & (days <= until) & base["consent_email"]
        message = np.where(drifting, "voucher_10", "reminder")
        return pd.DataFrame(
            {
                "customer_id": base["customer_id"][due], "hour": 18, "channel": "email", "message": message[due],
            }
        )  # fmt: skip

    rule.__name__ = "recency rule"
    return rule


def uplift_rule(world, *, share: float = 0.6, gap: int = 7) -> Callable[[View], pd.DataFrame]:
    """Write to those whom past campaigns changed most: a T-learner on the randomised campaigns of 2025.

    One model of buying in the window is fitted on the treated and one on the controls, on what could be seen when
    each campaign went out; their difference times the customer's average margin ranks the customers with
    e-mail consent. The best ``share`` get 10% off if they have been silent for long, else a reminder, every ``gap``
    days, a part of them each day; every ``gap`` days the choice is made anew.
    """
    treated, control = _t_learner(world)
    chosen: dict[str, np.ndarray] = {}

    def rule(view: View) -> pd.DataFrame:
        base = view.base
        if view.day % gap == 0:
            x = _traits(view.orders, view.plans, view.date, base["customer_id"].to_numpy())
            uplift = treated.predict_proba(x)[:, 1] - control.predict_proba(x)[:, 1]
            gain = uplift * np.exp(x["margin"].to_numpy())
            known = (base["orders"] > 0).to_numpy()
            floor = np.quantile(gain[known], 1 - share)
            chosen["now"] = known & (gain >= max(floor, 0.0))
        today = (base["customer_id"] % gap == view.day % gap).to_numpy()
        due = chosen["now"] & today & base["consent_email"].to_numpy()
        message = np.where(base["days_since_order"] > 60, "voucher_10", "reminder")
        return pd.DataFrame(
            {
                "customer_id": base["customer_id"][due], "hour": 18, "channel": "email", "message": message[due],
            }
        )  # fmt: skip

    rule.__name__ = "uplift rule"
    return rule


def _t_learner(world):
    """Models of buying in the window, among treated and among controls."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    parts = []
    for run in world.campaigns.itertuples():
        contacts = world.contacts[world.contacts["campaign_id"] == run.campaign_id]
        past = world.orders[world.orders["ordered_on"] < run.sent_on]
        end = run.sent_on + pd.Timedelta(days=run.window_days)
        window = world.orders[world.orders["ordered_on"].between(run.sent_on, end, inclusive="left")]
        x = _traits(past, world.plans, run.sent_on, contacts["customer_id"].to_numpy())
        bought = contacts["customer_id"].isin(window["customer_id"]).to_numpy()
        parts.append(x.assign(bought=bought, treated=(contacts["arm"] == "treated").to_numpy()))
    data = pd.concat(parts, ignore_index=True)
    models = []
    for arm in (True, False):
        here = data[data["treated"] == arm]
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
        models.append(model.fit(here.drop(columns=["bought", "treated"]), here["bought"]))
    return models


def _traits(orders: pd.DataFrame, plans: pd.DataFrame, day: pd.Timestamp, ids: np.ndarray) -> pd.DataFrame:
    """What can be seen of customers on a day."""
    by = orders.groupby("customer_id")
    silent = (day - by["ordered_on"].max().reindex(ids)).dt.days.fillna(900).to_numpy()
    count = by.size().reindex(ids).fillna(0).to_numpy()
    margin = by["margin_brl"].mean().reindex(ids).fillna(0).to_numpy()
    money = by[["discount_brl", "revenue_brl"]].sum().reindex(ids).fillna(0)
    running = plans[(plans["started_on"] <= day) & ~(plans["cancelled_on"] <= day)]
    near = np.exp(-(((np.log(np.maximum(silent, 3)) - np.log(75)) / 0.8) ** 2))
    return pd.DataFrame(
        {
            "silent": np.log1p(silent),
            "drifting": near,
            "orders": np.log1p(count),
            "margin": np.log(np.maximum(margin, 5.0)),
            "discount": (money["discount_brl"] / (money["revenue_brl"] + 1.0)).to_numpy(),
            "holder": np.isin(ids, running["customer_id"]).astype(float),
        }
    )
