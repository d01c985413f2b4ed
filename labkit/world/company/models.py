"""Business models: Caramelo's canvas, and twelve other companies on cards.

The canvas was drawn in January 2025 from the figures of 2024. Planted for lessons: two blocks (channels, cost structure)
state what the board believes, and the tables contradict; the figures of the others are those of 2024, rounded (amounts billed: of the
365 days to its end, hence without the invoices of 1 January).
The market and the bond of each card's company are in ``truth/company_cards``. All companies are fictional.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company import measures
from labkit.world.company.goals import BASELINE
from labkit.world.company.tools import records
from labkit.world.draft import Draft, numbered


def make_models(draft: Draft) -> None:
    """Put the canvas and the company cards into the draft."""
    canvas = records("canvas")
    figures = canvas_figures(draft.tables)
    stated = pd.to_numeric(canvas["stated"])
    computed = canvas["measure"].map(figures)
    canvas["stated"] = stated.fillna(computed.map(_two_digits))
    draft.tables["canvas"] = numbered(canvas, "entry_id")
    cards = numbered(records("company_cards"), "company_id")
    draft.tables["company_cards"] = cards.drop(columns=["market", "bond"])
    draft.tables["truth/company_cards"] = cards[["company_id", "market", "bond"]]


def canvas_figures(tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Return what the tables say of 2024, by the measure that a canvas entry names."""
    day = BASELINE
    customers = tables["customers"][tables["customers"]["acquired_on"] <= day]
    plans, contracts, staff = tables["plans"], tables["partner_contracts"], tables["staff"]
    orders = measures.during(tables["orders"], "ordered_on", day, np.timedelta64(366, "D"))
    remote = orders["channel"] != "shop"
    spend = tables["spend"][tables["spend"]["month"].dt.year == 2024]
    nps = tables["nps"][(tables["nps"]["answered_on"].dt.year == 2024)]
    running = plans[(plans["started_on"] <= day) & ~(plans["cancelled_on"] <= day)]
    here = staff[(staff["joined_on"] <= day) & ~(staff["left_on"] < day)]
    revenue = orders["revenue_brl"].sum()
    return {
        "share of customers who live in the state of São Paulo": (customers["state"] == "SP").mean(),
        "share of customers with a running plan": running["customer_id"].nunique() / len(customers),
        "partners with a running contract": (
            (contracts["signed_on"] <= day) & ~(contracts["ended_on"] <= day)
        ).sum(),
        "orders a year per buying customer": measures.frequency(tables, day),
        "average monthly fee of a plan R$": running["monthly_fee_brl"].mean(),
        "share of order revenue by web and app": orders.loc[remote, "revenue_brl"].sum() / revenue,
        "shops": (tables["facilities"]["kind"] == "shop").sum(),
        "support staff": (here["team"] == "support").sum(),
        "answers to relational surveys in the year": (nps["survey"] == "relational").sum(),
        "share of plan contracts cancelled in the year": measures.churn(tables, day),
        "revenue of orders in the year R$": revenue,
        "plan fees billed in the year R$": measures.plan_revenue(tables, day),
        "billed to partners in the year R$": measures.partner_revenue(tables, day),
        "customers at the end of the year": len(customers),
        "staff at the end of the year": len(here),
        "web and app orders in the year": remote.sum(),
        "contracts won with partners in the year": (
            (contracts["signed_on"].dt.year == 2024) & contracts["opportunity_id"].notna()
        ).sum(),
        "share of partner contracts renewed when their term ended": measures.renewal_share(tables, day),
        "share of order revenue that goods freight and payment cost": orders["cost_brl"].sum() / revenue,
        "share of marketing spend for retention": spend.loc[
            spend["purpose"] == "retention", "spend_brl"
        ].sum()
        / spend["spend_brl"].sum(),
    }


def _two_digits(value: float) -> float:
    """Round to two digits that count, as on a canvas on a wall."""
    value = float(value)
    if not np.isfinite(value) or value == 0:
        return value
    return round(value, 1 - int(np.floor(np.log10(abs(value)))))
