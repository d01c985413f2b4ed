"""Make the company's tables, in the order in which they rest on each other."""

from __future__ import annotations

from labkit.world.company.marketing import make_spend
from labkit.world.company.partners import make_opportunities
from labkit.world.draft import Draft

STEPS = (make_spend, make_opportunities)
"""What makes the tables; a step may use what earlier ones have made."""


def make(draft: Draft) -> None:
    """Put the company's tables into the draft; customers, orders, plans, campaigns are there."""
    for step in STEPS:
        step(draft)
