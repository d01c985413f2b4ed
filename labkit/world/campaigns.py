"""Campaigns with control groups, and what each message would have changed for each customer.

For everybody in an audience both futures are drawn: orders and visits in the window without the message
(the orders that :mod:`labkit.world.purchases` drew) and with it. The arm decides which of the two happens; the
other stays in ``truth/effects``. So the effect of a campaign is known exactly, and orders, contacts
and effects agree with one another.

With the message a customer may buy who would not have (persuadable), stay away who would have bought
(sleeping dog), or do what he would have done anyway (sure thing, lost cause); a sure thing may use
the voucher on an order that would have come without it. Orders won are served like any other, but how they were
served weighs only on what their customers say, not on what they do later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.world.causes.service import Weather
from labkit.world.parameters import COURSE_PEOPLE, HISTORY_START, Campaign, Campaigns, Parameters
from labkit.world.plans import holders
from labkit.world.purchases import Habits, describe_orders, settle_orders
from labkit.world.service import Desk
from labkit.world.streams import stream

DAY = np.timedelta64(1, "D")
CAMPAIGN_COLUMNS = [
    "campaign_id", "name", "sent_on", "window_days", "goal", "contact_cost_brl", "offer", "planned_treated_share",
]  # fmt: skip
GROUPS = ("lost cause", "sure thing", "persuadable", "sleeping dog")


def campaign_table(p: Campaigns) -> pd.DataFrame:
    """Return the campaigns as the company lists them."""
    rows = [
        {c: getattr(run, c) for c in CAMPAIGN_COLUMNS} for run in sorted(p.runs, key=lambda c: c.campaign_id)
    ]
    table = pd.DataFrame(rows, columns=CAMPAIGN_COLUMNS)
    return table.assign(sent_on=pd.to_datetime(table["sent_on"]))


@dataclass
class CampaignResults:
    """Orders after all campaigns, contacts seen by the company, and effects that nobody sees."""

    orders: pd.DataFrame
    contacts: pd.DataFrame
    effects: pd.DataFrame


def run_campaigns(
    orders: pd.DataFrame,
    plans: pd.DataFrame,
    traits: pd.DataFrame,
    consent: np.ndarray,
    weather: Weather,
    seed: int,
    parameters: Parameters,
) -> CampaignResults:
    """Run all campaigns of history in the order of their dates.

    Parameters
    ----------
    orders, plans, traits : pandas.DataFrame
        As drawn by the modules of those names.
    consent : numpy.ndarray of bool, shape (people,)
        Who may be mailed when history begins; whoever opts out of one campaign is left out of the next.
    weather : Weather
        How orders won by a message are served.
    seed : int
    parameters : Parameters

    Returns
    -------
    CampaignResults
        ``contacts`` and ``effects`` have one row a campaign and person of the audience.
    """
    consent = consent.copy()
    contacts, effects = [], []
    for run in sorted(parameters.campaigns.runs, key=lambda c: c.sent_on):
        orders, seen, hidden = _run(run, orders, plans, traits, consent, weather, seed, parameters)
        consent[seen.loc[seen["opted_out"], "person"]] = False
        contacts.append(seen)
        effects.append(hidden)
    return CampaignResults(
        orders, pd.concat(contacts, ignore_index=True), pd.concat(effects, ignore_index=True)
    )


def draw_consent(traits: pd.DataFrame, seed: int, p: Campaigns) -> np.ndarray:
    """Draw who may be mailed when history begins."""
    return stream(seed, "campaigns/consent").random(len(traits)) < p.email_consent


def audience(
    run: Campaign, orders: pd.DataFrame, consent: np.ndarray, p: Campaigns, rng: np.random.Generator
) -> np.ndarray:
    """Row numbers of the people a campaign is planned for, chosen by what the company sees."""
    sent = pd.Timestamp(run.sent_on)
    past = orders[orders["ordered_on"] < sent]
    last = past.groupby("person")["ordered_on"].max()
    silent = (sent - last).dt.days
    if run.audience == "known":
        chosen = silent.index
    elif run.audience == "lapsed":
        chosen = silent.index[silent > p.lapsed_days]
    elif run.audience == "online":
        online = past.loc[past["channel"] != "shop", "person"].unique()
        chosen = silent.index[(silent <= p.recent_days) & silent.index.isin(online)]
    else:
        raise ValueError(f"Unknown audience {run.audience!r}; expected known, lapsed or online.")
    people = np.asarray(chosen)[consent[np.asarray(chosen)]]
    if run.size is not None:
        size = min(len(people), round(run.size * len(consent) / COURSE_PEOPLE))
        people = np.sort(rng.choice(people, size, replace=False))
    return people


def _run(run, orders, plans, traits, consent, weather, seed, parameters):
    p = parameters.campaigns
    name = f"campaign {run.campaign_id}"
    people = audience(run, orders, consent, p, stream(seed, f"{name}/audience"))
    n = len(people)
    sent = np.datetime64(run.sent_on)
    end = sent + run.window_days * DAY
    rng = stream(seed, f"{name}/arms")
    treated = rng.random(n) < run.planned_treated_share
    silent = silence(orders, people, sent)
    long_silent = (np.log1p(silent) - np.log1p(silent).mean()) / max(np.log1p(silent).std(), 1e-9)
    weight = np.exp(p.bounce_of_silent * long_silent)
    bounces = rng.random(n) < run.bounce * weight / weight.mean()

    in_window = ((orders["ordered_on"] >= sent) & (orders["ordered_on"] < end)).to_numpy()
    in_window = in_window & orders["person"].isin(people).to_numpy()
    base = orders[in_window]
    buys = np.isin(people, base["person"])

    rng = stream(seed, f"{name}/effects")
    persuaded, annoyed = _minds(run, people, buys, bounces, silent, plans, traits, p, rng)
    with_message = _orders_with_message(
        run, base, people, persuaded, annoyed, bounces, traits, weather, seed, parameters
    )

    rng = stream(seed, f"{name}/visits")
    browses = rng.random(n) < p.browse_rate * run.window_days / 14
    lifted = (rng.random(n) < p.visit_lift * run.window_days / 14 / (1 - buys.mean())) & ~bounces
    bought_treated = np.isin(people, with_message["person"])
    visited_control = buys | browses
    visited_treated = bought_treated | browses | lifted

    group = np.select(
        [buys & bought_treated, ~buys & bought_treated, buys & ~bought_treated],
        [GROUPS[1], GROUPS[2], GROUPS[3]],
        GROUPS[0],
    )
    effects = pd.DataFrame(
        {
            "campaign_id": run.campaign_id,
            "person": people,
            "uplift_group": group,
            "visited_control": visited_control,
            "visited_treated": visited_treated,
            "bought_control": buys,
            "bought_treated": bought_treated,
            "margin_control_brl": _margin(base, people),
            "margin_treated_brl": _margin(with_message, people),
        }
    )
    contacts = _contacts(run, people, treated, bounces, effects, traits, stream(seed, f"{name}/contacts"), p)
    keep_base = ~in_window | ~orders["person"].isin(people[treated]).to_numpy()
    happened = with_message[with_message["person"].isin(people[treated])]
    after = pd.concat([orders[keep_base], happened], ignore_index=True)
    after = after.sort_values(["ordered_on", "person", "value_brl"], kind="stable", ignore_index=True)
    if run.drops_bounced:  # the mailing tool's list lacks what bounced; the control list was never mailed
        contacts = contacts[~((contacts["arm"] == "treated") & ~contacts["delivered"])]
    return after, contacts.reset_index(drop=True), effects


def silence(orders: pd.DataFrame, people: np.ndarray, day: np.datetime64) -> np.ndarray:
    """Days since the last order before ``day`` of each of ``people``."""
    past = orders[orders["ordered_on"] < day]
    return (pd.Timestamp(day) - past.groupby("person")["ordered_on"].max().reindex(people)).dt.days.to_numpy()


def _minds(run, people, buys, bounces, silent, plans, traits, p, rng):
    """Draw who would be persuaded and who annoyed; both depend on what can be seen and on what cannot."""
    price = traits["price_sensitivity"].to_numpy()[people]
    tolerance = traits["tolerance"].to_numpy()[people]
    holder = np.isin(people, holders(plans, np.datetime64(run.sent_on)))
    # A bell on the logarithm of silence, with half its height at about twice and half the days.
    drifting = np.exp(-(((np.log(np.maximum(silent, 3)) - np.log(p.drifting_days)) / 0.8) ** 2))
    persuasion = np.exp(
        p.price_persuades * price + p.drifting_persuades * drifting + p.holder_persuades * holder
    )
    annoyance = np.exp(-p.intolerance_annoys * tolerance + p.holder_annoys * holder)
    for values, at in ((persuasion, ~buys), (annoyance, buys)):
        values /= values[at].mean() if at.any() else 1.0
    u, v = rng.random(len(people)), rng.random(len(people))
    # Rates are per member of the audience; only those who would not buy can be persuaded, and so on.
    persuaded = ~buys & ~bounces & (u < run.persuasion / (1 - buys.mean()) * persuasion)
    annoyed = buys & ~bounces & (v < run.annoyance / max(buys.mean(), 1e-9) * annoyance)
    return persuaded, annoyed


def _orders_with_message(run, base, people, persuaded, annoyed, bounces, traits, weather, seed, parameters):
    """Orders in the window if everybody got the message."""
    name = f"campaign {run.campaign_id}"
    rng = stream(seed, f"{name}/vouchers")
    price = pd.Series(traits["price_sensitivity"].to_numpy()[people], index=people)
    uses = pd.Series(rng.random(len(people)), index=people) < run.redemption * np.exp(0.45 * price - 0.1)
    uses &= ~pd.Series(bounces, index=people)
    kept = base[~base["person"].isin(people[annoyed])].copy()
    first = ~kept["person"].duplicated() & (kept["value_brl"] >= run.voucher_floor_brl)
    redeemed = first & uses.reindex(kept["person"]).to_numpy()
    kept["discount_brl"] = np.round(kept["discount_brl"] + np.where(redeemed, run.voucher_brl, 0.0), 2)

    new = people[persuaded]
    rng = stream(seed, f"{name}/persuaded")
    wait = np.minimum(np.floor(rng.exponential(run.window_days / 3.5, len(new))), run.window_days - 1)
    day = np.datetime64(run.sent_on) + wait.astype("timedelta64[D]")
    channel = Habits(traits).choose(new, rng)
    extra = describe_orders(new, day, channel, traits, rng, parameters.purchases)
    week = ((day - HISTORY_START).astype(int) + 0.5) / 7
    desk = Desk(traits, weather, seed, parameters, f"{name}/service")
    desk.serve(new, week, channel)
    extra = pd.concat([extra, desk.collect().drop(columns="channel").assign(week=week)], axis=1)
    with_voucher = rng.random(len(new)) < parameters.campaigns.persuaded_with_voucher
    floor = np.round(run.voucher_floor_brl * rng.uniform(1.0, 1.25, len(new)), 2)
    extra["value_brl"] = np.where(with_voucher, np.maximum(extra["value_brl"], floor), extra["value_brl"])
    voucher = np.minimum(np.where(with_voucher, run.voucher_brl, 0.0), 0.5 * extra["value_brl"])
    extra["discount_brl"] = np.round(np.where(with_voucher, voucher, extra["discount_brl"]), 2)
    return pd.concat([kept, extra], ignore_index=True)


def _margin(orders: pd.DataFrame, people: np.ndarray) -> np.ndarray:
    total = settle_orders(orders).groupby("person")["margin_brl"].sum()
    return np.round(total.reindex(people).fillna(0.0).to_numpy(), 2)


def _contacts(run, people, treated, bounces, effects, traits, rng, p):
    n = len(people)
    delivered = treated & ~bounces
    warm = effects["visited_treated"].to_numpy()
    opened = delivered & (rng.random(n) < p.open_rate * np.where(warm, 1.7, 0.85))
    opened |= delivered & warm & ~effects["visited_control"].to_numpy()
    clicked = opened & (rng.random(n) < np.where(warm, 0.55, p.click_rate * 0.4))
    tolerance = traits["tolerance"].to_numpy()[people]
    annoyed = (effects["uplift_group"] == "sleeping dog").to_numpy()
    weary = np.exp(-0.8 * tolerance) / np.exp(0.32) * np.where(annoyed, 12.0, 1.0)
    opted_out = delivered & (rng.random(n) < p.opt_out * weary)
    complained = delivered & (rng.random(n) < p.complaint * weary)
    return pd.DataFrame(
        {
            "campaign_id": run.campaign_id,
            "person": people,
            "arm": np.where(treated, "treated", "control").astype(object),
            "delivered": delivered,
            "opened": opened,
            "clicked": clicked,
            "visited": np.where(treated, effects["visited_treated"], effects["visited_control"]),
            "opted_out": opted_out,
            "complained": complained,
        }
    )
