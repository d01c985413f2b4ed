"""Make the company's tables, in the order in which they rest on each other."""

from __future__ import annotations

from labkit.world.company.contracts import make_contracts
from labkit.world.company.invoices import make_receivables
from labkit.world.company.marketing import make_spend
from labkit.world.company.partners import make_opportunities
from labkit.world.company.sales import make_sales
from labkit.world.company.workforce import make_staff
from labkit.world.draft import Draft

STEPS = (make_spend, make_opportunities, make_staff, make_sales, make_contracts, make_receivables)
"""What makes the tables; a step may use what earlier ones have made."""


def make(draft: Draft) -> None:
    """Put the company's tables into the draft; customers, orders, plans, campaigns are there."""
    for step in STEPS:
        step(draft)
