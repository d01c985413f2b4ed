"""Both futures of every customer: what one contact would change, for scoring only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.play.rivals import to_everybody
from labkit.world.play.rules import Rules


def uplift_groups(
    world,
    *,
    message: str = "voucher_10",
    channel: str = "email",
    hour: int = 18,
    days: int = 14,
    seed: int | None = None,
) -> pd.DataFrame:
    """Return what one contact on 2026-01-01 would change for each customer, consent or not.

    Customers' futures do not touch each other, so one run with everybody contacted and one with nobody give both
    futures of all.

    Parameters
    ----------
    world : World
    message, channel, hour
        Of the contact.
    days : int
        Window.
    seed : int, optional
        Which future.

    Returns
    -------
    pandas.DataFrame
        customer_id, uplift_group (persuadable, sure thing, lost cause, sleeping dog: by buying in the window),
        bought_control, bought_treated, margin_control_brl, margin_treated_brl (of orders).
    """
    from labkit.world.play import run

    rules = Rules(
        budget_brl=1e12,
        cap_7_days=10,
        cap_30_days=10,
        quiet_from=0,
        quiet_until=0,
        consent=False,
        sample_boxes=10**9,
    )
    treated = run(
        world, to_everybody(world, np.array([0]), channel, message, hour), days, seed=seed, rules=rules
    )
    with_, without = treated.customers, treated.nothing.customers
    before, after = without["orders"] > 0, with_["orders"] > 0
    group = np.select(
        [before & after, ~before & after, before & ~after],
        ["sure thing", "persuadable", "sleeping dog"],
        "lost cause",
    )
    return pd.DataFrame(
        {
            "customer_id": with_["customer_id"],
            "uplift_group": group,
            "bought_control": before,
            "bought_treated": after,
            "margin_control_brl": without["order_margin_brl"],
            "margin_treated_brl": with_["order_margin_brl"],
        }
    )
