"""Make the company's tables, in the order in which they rest on each other."""

from __future__ import annotations

from labkit.world.company.contracts import make_contracts
from labkit.world.company.goals import make_goals
from labkit.world.company.invoices import make_receivables
from labkit.world.company.marketing import make_spend
from labkit.world.company.maturity import make_maturity
from labkit.world.company.models import make_models
from labkit.world.company.partners import make_opportunities
from labkit.world.company.premises import make_premises
from labkit.world.company.requests import make_requests
from labkit.world.company.sales import make_sales
from labkit.world.company.service import make_service
from labkit.world.company.targets import make_targets
from labkit.world.company.workforce import make_staff

MAKERS = (
    make_spend, make_opportunities, make_staff, make_sales, make_contracts, make_receivables, make_premises,
    make_requests, make_service, make_targets, make_goals, make_maturity, make_models,
)  # fmt: skip
"""What makes the tables; a step may use what earlier ones have made."""
