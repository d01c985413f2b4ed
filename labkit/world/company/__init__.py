"""The company itself: what it spends, whom it sells to, who works there, what it owes and plans.

Everything here is what a company writes down about itself. Customers act elsewhere; these tables are computed
from what they did (targets, cost of service, objectives and key results, indicators of maturity), drawn around it
(partners, staff, invoices, requests between areas) or plainly written (:mod:`labkit.world.company.records`).
"""

from __future__ import annotations

from labkit.world.company.making import MAKERS

__all__ = ["MAKERS"]
