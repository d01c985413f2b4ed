"""Indicators of maturity, computed from the tables for each year, and what the areas think of themselves.

Six dimensions, after those in which the five levels of the CIO Codex chapter differ. An indicator comes with the
least value for levels 2 to 5 (assumed: where they lie is a matter of judgement, and the lesson says so); what the
areas believe is kinder than the evidence.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from labkit.world.company.measures import Tables, distinct, during, year_to
from labkit.world.draft import Draft, numbered

DIMENSIONS = (
    "strategy", "customer understanding", "sales process", "response to problems", "experience", "improvement",
)  # fmt: skip
OPINION = 3.6
"""What areas think of a dimension on average, on the scale of five levels (assumed)."""


def _met(t: Tables, day: np.datetime64) -> float:
    goals = during(t["targets"], "month", day, year_to(day))
    return float((goals["actual"] >= goals["target"]).mean())


def _on_time(t: Tables, day: np.datetime64) -> float:
    due = during(t["hand_off_requests"], "due_on", day, year_to(day))
    return float((due["done_on"] <= due["due_on"]).mean())


def _cpf(t: Tables, day: np.datetime64) -> float:
    accounts = t["source_ecommerce"]
    return float((accounts.loc[accounts["criado_em"] <= str(day), "cpf"] != "").mean())


def _heard(t: Tables, day: np.datetime64) -> float:
    buyers = distinct(during(t["orders"], "ordered_on", day, year_to(day))["customer_id"])
    answered = during(t["nps"], "answered_on", day, year_to(day))["customer_id"].unique()
    return float(buyers[answered[answered < len(buyers)]].sum() / buyers.sum())


def _promoters(t: Tables, day: np.datetime64) -> float:
    answers = during(t["nps"], "answered_on", day, year_to(day))
    score = answers.loc[answers["survey"] == "relational", "score"]
    return 100 * float((score >= 9).mean() - (score <= 6).mean())


def _won(t: Tables, day: np.datetime64) -> float:
    closed = during(t["opportunities"], "closed_on", day, year_to(day))
    return float((closed["status"] == "won").mean())


def _first_contact(t: Tables, day: np.datetime64) -> float:
    tickets = t["tickets"][["closed_at", "resolved_first_contact"]]
    closed = during(tickets, "closed_at", day + np.timedelta64(1, "D"), year_to(day))
    return float(closed["resolved_first_contact"].mean())


def _prompt(t: Tables, day: np.datetime64) -> float:
    stages = t["opportunity_stages"]
    entered = stages.loc[stages["stage"] == "proposal", ["opportunity_id", "entered_on"]]
    sent = during(t["proposals"], "sent_on", day, year_to(day)).drop_duplicates("opportunity_id")
    both = sent.merge(entered, on="opportunity_id")
    return float(((both["sent_on"] - both["entered_on"]).dt.days <= 5).mean()) if len(both) else np.nan


def _reviewed(t: Tables, day: np.datetime64) -> float:
    signed = during(t["partner_contracts"], "signed_on", day, year_to(day))
    return float(signed["reviewed_on"].notna().mean()) if len(signed) else np.nan


def _told(t: Tables, day: np.datetime64) -> float:
    noticed = during(t["security_incidents"], "noticed_on", day, year_to(day))
    told = (noticed["notified_on"] - noticed["noticed_on"]).dt.days <= 3
    return float(told.mean()) if len(noticed) else np.nan


def _failed(t: Tables, day: np.datetime64) -> float:
    year = t["cost_of_service"][t["cost_of_service"]["year"] == int(str(day)[:4])]
    return 1.0 - year["failed_deliveries"].sum() / year["deliveries"].sum()


def _with_control(t: Tables, day: np.datetime64) -> float:
    sent = during(t["campaigns"], "sent_on", day, year_to(day))
    return float((sent["planned_treated_share"] < 1).mean()) if len(sent) else 0.0


def _trained(t: Tables, day: np.datetime64) -> float:
    staff = t["staff"]
    here = ((staff["joined_on"] <= day) & ~(staff["left_on"] < day)).sum()
    return float(during(t["training"], "held_on", day, year_to(day))["hours"].sum() / here)


INDICATORS: tuple[tuple[str, str, str, str, tuple[float, ...], Callable], ...] = (
    ("strategy", "targets met", "share", "targets", (0.2, 0.35, 0.5, 0.7), _met),
    ("strategy", "requests between areas done by the day agreed", "share", "hand_off_requests", (0.3, 0.5, 0.7, 0.9), _on_time),
    ("customer understanding", "web accounts with a CPF", "share", "source_ecommerce", (0.5, 0.7, 0.85, 0.95), _cpf),
    ("customer understanding", "buyers who were heard in a survey", "share", "nps", (0.02, 0.08, 0.2, 0.35), _heard),
    ("sales process", "proposals sent within five days", "share", "proposals", (0.3, 0.5, 0.7, 0.9), _prompt),
    ("sales process", "contracts reviewed before they are signed", "share", "partner_contracts", (0.5, 0.75, 0.9, 0.98), _reviewed),
    ("sales process", "opportunities won among those closed", "share", "opportunities", (0.05, 0.12, 0.2, 0.3), _won),
    ("response to problems", "tickets solved at the first contact", "share", "tickets", (0.4, 0.55, 0.7, 0.85), _first_contact),
    ("response to problems", "incidents told to those affected within three days", "share", "security_incidents", (0.2, 0.5, 0.75, 0.95), _told),
    ("experience", "deliveries that arrived whole", "share", "cost_of_service", (0.85, 0.93, 0.97, 0.99), _failed),
    ("experience", "net promoter score", "points", "nps", (0.0, 20.0, 40.0, 60.0), _promoters),
    ("improvement", "campaigns with a control group", "share", "campaigns", (0.1, 0.4, 0.7, 0.95), _with_control),
    ("improvement", "hours of training", "hours a person", "training", (1.0, 4.0, 12.0, 24.0), _trained),
)  # fmt: skip
"""Dimension, indicator, unit, table, least value for levels 2 to 5, and how it is computed."""


def make_maturity(draft: Draft) -> None:
    """Put indicators and opinions into the draft."""
    rows = [
        (dimension, name, unit, table, year, compute(draft.tables, np.datetime64(f"{year}-12-31")), *levels)
        for dimension, name, unit, table, levels, compute in INDICATORS
        for year in (2024, 2025)
    ]
    columns = [
        "dimension",
        "indicator",
        "unit",
        "table",
        "year",
        "value",
        *(f"level_{k}" for k in range(2, 6)),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame["value"] = frame["value"].round(4)
    draft.tables["maturity_indicators"] = numbered(
        frame.rename(columns={"table": "watched_in"}), "indicator_id"
    )
    areas = draft.tables["areas"]["area"].to_numpy()
    rng = draft.stream("company/opinions")
    mood = OPINION + 0.4 * rng.standard_normal(len(areas))[:, None]
    level = np.clip(np.round(mood + 0.6 * rng.standard_normal((len(areas), len(DIMENSIONS)))), 1, 5)
    draft.tables["maturity_opinions"] = pd.DataFrame(
        {
            "area": np.repeat(areas, len(DIMENSIONS)),
            "dimension": np.tile(np.array(DIMENSIONS, dtype=object), len(areas)),
            "opinion": level.ravel().astype(int),
        }
    )
