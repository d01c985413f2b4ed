"""A small world that is played, and short ways to write plans."""

from __future__ import annotations

import pandas as pd
import pytest

from labkit.world import World, generate
from labkit.world.play import Rules

FREE = Rules(budget_brl=1e9, cap_7_days=99, cap_30_days=999, sample_boxes=10**6)
"""Rules that never bind, but for consent and quiet hours."""


@pytest.fixture(scope="session")
def town() -> World:
    """Three thousand people."""
    return generate(3000, seed=3)


def contacts(ids, days, *, hour: int = 18, channel: str = "email", message: str = "reminder") -> pd.DataFrame:
    """The same contact for every customer of ``ids`` on every day of ``days``."""
    ids, days = list(ids), list(days)
    return pd.DataFrame(
        {
            "customer_id": [i for _ in days for i in ids],
            "day": [d for d in days for _ in ids],
            "hour": hour,
            "channel": channel,
            "message": message,
        }
    )
