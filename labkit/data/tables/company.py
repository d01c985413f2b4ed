"""The company from inside: staff, targets, places, costs, areas, goals, maturity, business models."""

from __future__ import annotations

from labkit.data.tables.declare import (
    CUSTOMER,
    FLAG,
    NUMBER,
    SHARE,
    STATE,
    Column,
    caramelo,
    day,
    identifier,
    money,
    text,
    whole,
)
from labkit.data.tables.partners import perhaps

AREAS = (
    "product", "warehouse", "marketing", "support", "management", "finance", "legal", "facilities", "people", "it",
)  # fmt: skip
TEAMS = (*AREAS, "crm", "sales", "shops", "clinic")
DIMENSIONS = (
    "strategy", "customer understanding", "sales process", "response to problems", "experience", "improvement",
)  # fmt: skip
FIGURE = Column("float", nullable=True)
YEAR = whole(2024, 2025)
EARLIER = "2015-01-01"

TABLES = caramelo(
    {
        "staff": (
            "csv",
            ("staff_id",),
            {
                "staff_id": identifier(unique=True),
                "code": Column("text", unique=True, pattern=r"[A-Z]{2,3}-\d{2}"),
                "team": text(*TEAMS),
                "role": text(),
                "hours_a_week": whole(1, 44),
                "joined_on": day(EARLIER),
                "left_on": day(nullable=True),
                "monthly_cost_brl": money(),
            },
        ),
        "targets": (
            "csv",
            (),
            {
                "month": day(),
                "team": text(*TEAMS),
                "staff_id": perhaps("staff.staff_id"),
                "measure": text(),
                "target": money(),
                "actual": money(),
            },
        ),
        "training": (
            "csv",
            ("training_id",),
            {
                "training_id": identifier(unique=True),
                "held_on": day(),
                "topic": text(),
                "given_by": text(*AREAS),
                "staff_id": identifier("staff.staff_id"),
                "hours": whole(1, 40),
                "score_before": whole(0, 100),
                "score_after": whole(0, 100),
            },
        ),
        "facilities": (
            "csv",
            ("facility_id",),
            {
                "facility_id": identifier(unique=True),
                "code": Column("text", unique=True, pattern=r"[A-Z]\d{2}"),
                "kind": text("shop", "clinic", "warehouse", "office"),
                "city": text(),
                "state": STATE,
                "opened_on": day(EARLIER),
                "area_m2": Column("float", low=1.0),
                "monthly_rent_brl": money(),
                "capacity_a_day": whole(1),
            },
        ),
        "maintenance": (
            "csv",
            ("maintenance_id",),
            {
                "maintenance_id": identifier(unique=True),
                "facility_id": identifier("facilities.facility_id"),
                "reported_on": day(),
                "mended_on": day(nullable=True),
                "what": text(),
                "hours_closed": Column("float", low=0.0),
                "cost_brl": money(),
            },
        ),
        "security_incidents": (
            "csv",
            ("incident_id",),
            {
                "incident_id": identifier(unique=True),
                "happened_on": day(),
                "noticed_on": day(),
                "what": text(),
                "system": text("newsletter", "office", "ecommerce", "support", "shop", "clinic"),
                "records_affected": whole(1),
                "notified_on": day(nullable=True),
            },
        ),
        "unit_costs": (
            "csv",
            ("year", "item"),
            {"year": YEAR, "item": text(), "unit": text(), "cost_brl": money()},
        ),
        "cost_of_service": (
            "parquet",
            ("customer_id", "year"),
            {
                "customer_id": CUSTOMER,
                "year": YEAR,
                "deliveries": whole(),
                "failed_deliveries": whole(),
                "returns": whole(),
                "help_minutes": whole(),
                "tickets": whole(),
                "messages": whole(),
                "compensation_brl": money(),
                "cost_brl": money(),
            },
        ),
        "areas": (
            "csv",
            ("area_id",),
            {
                "area_id": identifier(unique=True),
                "area": Column("text", unique=True, values=AREAS),
                "name": text(),
                "purpose": text(),
                "people": whole(),
            },
        ),
        "hand_offs": (
            "csv",
            ("hand_off_id",),
            {
                "hand_off_id": identifier(unique=True),
                "area": text(*AREAS),
                "direction": text("to_area", "to_crm", "both"),
                "what": text(),
                "agreed": text(),
                "agreed_days": whole(1),
                "watched_in": text(),
            },
        ),
        "hand_off_requests": (
            "csv",
            ("request_id",),
            {
                "request_id": identifier(unique=True),
                "hand_off_id": identifier("hand_offs.hand_off_id"),
                "from_area": text("crm", *AREAS),
                "to_area": text("crm", *AREAS),
                "requested_on": day(),
                "due_on": day(high="2026-01-31"),
                "done_on": day(nullable=True),
                "redone": FLAG,
            },
        ),
        "objectives": (
            "csv",
            ("objective_id",),
            {
                "objective_id": identifier(unique=True),
                "statement": text(),
                "measure": text(),
                "baseline": FIGURE,
                "target": FIGURE,
                "due_on": day(high="2026-12-31"),
            },
        ),
        "roles": (
            "csv",
            ("role_id",),
            {
                "role_id": identifier(unique=True),
                "role": Column("text", unique=True),
                "purpose": text(),
                "hours_needed_a_week": whole(1, 44),
                "cost_hour_brl": money(),
            },
        ),
        "structures": (
            "csv",
            ("structure", "role"),
            {
                "structure": text("inside marketing", "a team of its own", "one in each channel"),
                "role": Column("text", refers="roles.role"),
                "area": text(*TEAMS),
                "share_of_hours": SHARE,
                "coordination_hours_a_week": whole(),
                "days_to_decide": whole(),
            },
        ),
        "okrs": (
            "csv",
            ("key_result_id",),
            {
                "key_result_id": identifier(unique=True),
                "objective": text(),
                "key_result": text(),
                "measure": text(),
                "unit": text(),
                "baseline": FIGURE,
                "target": FIGURE,
                "due_on": day(),
            },
        ),
        "okr_progress": (
            "csv",
            ("key_result_id", "quarter_end"),
            {
                "key_result_id": identifier("okrs.key_result_id"),
                "quarter_end": day("2025-01-01"),
                "value": FIGURE,
            },
        ),
        "initiatives": (
            "csv",
            ("initiative_id",),
            {
                "initiative_id": identifier(unique=True),
                "measure": text(),
                "what": text(),
                "channel": text(nullable=True),
                "began_on": day(),
                "ended_on": day(nullable=True),
                "count": whole(),
                "reached": whole(),
            },
        ),
        "maturity_indicators": (
            "csv",
            ("indicator_id",),
            {
                "indicator_id": identifier(unique=True),
                "dimension": text(*DIMENSIONS),
                "indicator": text(),
                "unit": text(),
                "watched_in": text(),
                "year": YEAR,
                "value": FIGURE,
                "level_2": NUMBER,
                "level_3": NUMBER,
                "level_4": NUMBER,
                "level_5": NUMBER,
            },
        ),
        "maturity_opinions": (
            "csv",
            ("area", "dimension"),
            {"area": text(*AREAS), "dimension": text(*DIMENSIONS), "opinion": whole(1, 5)},
        ),
        "canvas": (
            "csv",
            ("entry_id",),
            {
                "entry_id": identifier(unique=True),
                "block": text(
                    "customer segments", "value propositions", "channels", "customer relationships",
                    "revenue streams", "key resources", "key activities", "key partnerships", "cost structure",
                ),
                "entry": text(),
                "measure": text(),
                "stated": FIGURE,
            },
        ),
        "company_cards": (
            "csv",
            ("company_id",),
            {
                "company_id": identifier(unique=True),
                "name": Column("text", unique=True),
                "sells": text(),
                "to_whom": text(),
                "who_contracts": text(),
                "who_pays": text(),
                "who_owns_the_data": text(),
                "who_uses": text(),
                "how_they_come_and_go": text(),
            },
        ),
        "truth/company_cards": (
            "csv",
            ("company_id",),
            {
                "company_id": identifier("company_cards.company_id", unique=True),
                "market": text("B2C", "B2B", "B2B2C", "C2C", "D2C", "B2G", "marketplace"),
                "bond": text("contractual", "non-contractual", "mixed"),
            },
        ),
    }
)  # fmt: skip

RULES = {
    "staff": {"left after they joined": lambda f: ~(f["left_on"] < f["joined_on"])},
    "maintenance": {"mended after it was reported": lambda f: ~(f["mended_on"] < f["reported_on"])},
    "security_incidents": {
        "noticed after it happened": lambda f: f["noticed_on"] >= f["happened_on"],
        "told after it was noticed": lambda f: ~(f["notified_on"] < f["noticed_on"]),
    },
    "cost_of_service": {"what failed was sent": lambda f: f["failed_deliveries"] <= f["deliveries"]},
    "hand_off_requests": {
        "between CRM and another area": lambda f: (f["from_area"] == "crm") != (f["to_area"] == "crm"),
        "done after it was asked for": lambda f: ~(f["done_on"] < f["requested_on"]),
    },
    "initiatives": {"ended after it began": lambda f: ~(f["ended_on"] < f["began_on"])},
    "maturity_indicators": {
        "levels rise": lambda f: (f[[f"level_{k}" for k in range(2, 6)]].diff(axis=1).iloc[:, 1:] > 0).all(
            axis=1
        )
    },
}
"""What must hold across the columns of a row, by table."""
