"""Marketing spend by month, channel and purpose."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.parameters import Marketing
from labkit.world.streams import stream

DAY = np.timedelta64(1, "D")


def make_spend(draft: Draft) -> None:
    """Put the spend into the draft."""
    campaigns = draft.tables["campaigns"]
    draft.tables["spend"] = draw_spend(
        draft.tables["customers"], draft.frames["orders"], draft.frames["contacts"],
        dict(zip(campaigns["campaign_id"], campaigns["contact_cost_brl"], strict=True)),
        dict(zip(campaigns["campaign_id"], campaigns["sent_on"].astype(str), strict=True)),
        draft.seed, draft.parameters.marketing, draft.size,
    )  # fmt: skip


def draw_spend(
    customers: pd.DataFrame, orders: pd.DataFrame, contacts: pd.DataFrame, costs: dict[int, float],
    sent: dict[int, str], seed: int, p: Marketing, size: float = 1.0,
) -> pd.DataFrame:  # fmt: skip
    """Draw spend: acquisition follows the customers won, retention the active base and the campaigns' contacts.

    Parameters
    ----------
    customers : pandas.DataFrame
        acquired_on, acquisition_channel.
    orders : pandas.DataFrame
        person, ordered_on: who is active.
    contacts : pandas.DataFrame
        campaign_id, arm: contacts to be paid.
    costs, sent : dict
        Cost of a contact (R$) and day sent, by campaign_id.
    seed : int
    p : Marketing
    size : float
        Base relative to the course base: teams grow with it.

    Returns
    -------
    pandas.DataFrame
        month, channel, purpose, spend_brl.
    """
    rng = stream(seed, "spend")
    months = np.arange(np.datetime64("2024-01"), np.datetime64("2026-01"))
    won_in = customers["acquired_on"].to_numpy().astype("datetime64[M]")
    rows = []
    day, person = orders["ordered_on"].to_numpy().astype("datetime64[D]"), orders["person"].to_numpy()
    treated = contacts.loc[contacts["arm"] == "treated", "campaign_id"].value_counts()
    for month in months:
        first = month.astype("datetime64[D]")
        price = p.inflation_2025 if month >= np.datetime64("2025-01") else 1.0
        won = customers.loc[won_in == month, "acquisition_channel"].value_counts()
        # Budgets are planned before customers come: they follow the month's expectation more than its luck.
        for channel, cost in p.acquisition:
            expected = won.get(channel, 0)
            rows.append((first, channel, "acquisition", expected * cost * price * rng.lognormal(0, p.wobble)))
        rows.append((first, "team", "acquisition", p.acquisition_team * size * price))
        lately = np.bincount(person[(day < first) & (day >= first - 365 * DAY)])
        active = max(np.count_nonzero(lately), len(customers) * 0.25)
        for channel, cost in p.retention:
            amount = active * cost * price * rng.lognormal(0, p.wobble)
            if channel == "e-mail":
                amount += sum(
                    costs[c] * treated.get(c, 0)
                    for c in costs
                    if np.datetime64(sent[c]).astype("datetime64[M]") == month
                )
            rows.append((first, channel, "retention", amount))
        rows.append((first, "team", "retention", p.retention_team * size * price))
    frame = pd.DataFrame(rows, columns=["month", "channel", "purpose", "spend_brl"])
    frame["spend_brl"] = frame["spend_brl"].round(2)
    return frame
