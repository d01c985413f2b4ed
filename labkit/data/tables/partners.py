"""How partners are won and what they bring: leads, stages, proposals, contracts, invoices."""

from __future__ import annotations

from labkit.data.tables.declare import (
    FLAG,
    SHARE,
    Column,
    caramelo,
    day,
    identifier,
    money,
    text,
    whole,
)

PARTNERS = ("pet_shop", "clinic", "groomer", "breeder")
SOURCES = ("inbound", "referral", "fair", "cold_call", "bought_list")


def perhaps(refers: str, *, unique: bool = False) -> Column:
    """A number of another table that may be missing."""
    return Column("int", low=1, nullable=True, unique=unique, refers=refers)


TABLES = caramelo(
    {
        "leads": (
            "csv",
            ("lead_id",),
            {
                "lead_id": identifier(unique=True),
                "entered_on": day(),
                "source": text(*SOURCES),
                "partner_type": text(*PARTNERS),
                "attempts": whole(1),
                "fit_score": whole(0, 100),
                "decision_maker": FLAG,
                "need": text(
                    "prices", "stock on hand", "delivery", "own brand", "plan commission", nullable=True
                ),
                "outcome": text("opportunity", "no_answer", "not_a_fit", "duplicate", "bad_data"),
                "opportunity_id": perhaps("opportunities.opportunity_id"),
            },
        ),
        "opportunity_stages": (
            "csv",
            ("opportunity_id", "stage"),
            {
                "opportunity_id": identifier("opportunities.opportunity_id"),
                "stage": text("lead", "qualified", "proposal", "contract"),
                "entered_on": day(),
                "left_on": day(nullable=True),
                "outcome": text("advanced", "lost", "open", "won"),
                "staff_id": identifier("staff.staff_id"),
            },
        ),
        "proposals": (
            "csv",
            ("proposal_id",),
            {
                "proposal_id": identifier(unique=True),
                "opportunity_id": identifier("opportunities.opportunity_id"),
                "sent_on": day(),
                "list_value_brl": money(),
                "discount_share": SHARE,
                "monthly_value_brl": money(),
                "valid_until": day(high="2026-01-30"),
                "status": text("accepted", "refused", "expired", "superseded", "open"),
                "reason_lost": text("price", "competitor", "timing", "terms", "no decision", nullable=True),
            },
        ),
        "partner_contracts": (
            "csv",
            ("partner_contract_id",),
            {
                "partner_contract_id": identifier(unique=True),
                "opportunity_id": perhaps("opportunities.opportunity_id"),
                "partner_type": text(*PARTNERS),
                "signed_on": day("2022-01-01"),
                "term_months": Column("int", values=(12, 24)),
                "monthly_value_brl": money(),
                "reviewed_on": day("2021-12-01", nullable=True),
                "renewals": whole(0, 4),
                "renews_on": day("2026-01-01", "2027-12-31", nullable=True),
                "ended_on": day(nullable=True),
                "co_marketing_on": day(nullable=True),
            },
        ),
        "receivables": (
            "parquet",
            ("invoice_id",),
            {
                "invoice_id": identifier(unique=True),
                "kind": text("plan", "partner"),
                "contract_id": perhaps("plans.contract_id"),
                "partner_contract_id": perhaps("partner_contracts.partner_contract_id"),
                "issued_on": day(),
                "due_on": day(),
                "paid_on": day(nullable=True),
                "amount_brl": money(),
            },
        ),
    }
)

RULES = {
    "leads": {
        "an opportunity's number if it became one": lambda f: (
            f["opportunity_id"].notna() == (f["outcome"] == "opportunity")
        ),
        "who was not reached has said nothing": lambda f: (
            f["need"].isna() == f["outcome"].isin(["no_answer", "bad_data"])
        ),
    },
    "opportunity_stages": {
        "left after it was entered": lambda f: ~(f["left_on"] < f["entered_on"]),
        "left unless it stands": lambda f: f["left_on"].isna() == f["outcome"].isin(["open", "won"]),
        "won with a contract": lambda f: (f["outcome"] == "won") == (f["stage"] == "contract"),
    },
    "proposals": {
        "the value is the list value less the discount": lambda f: (
            (f["list_value_brl"] * (1 - f["discount_share"]) - f["monthly_value_brl"]).abs() < 0.006
        ),
        "a reason if it was lost": lambda f: (
            f["reason_lost"].notna() == f["status"].isin(["refused", "expired"])
        ),
    },
    "partner_contracts": {
        "ended after it was signed": lambda f: ~(f["ended_on"] <= f["signed_on"]),
        "to be renewed unless ended": lambda f: f["renews_on"].notna() == f["ended_on"].isna(),
    },
    "receivables": {
        "of a plan or of a partner": lambda f: (
            (f["contract_id"].notna() == (f["kind"] == "plan"))
            & (f["partner_contract_id"].notna() == (f["kind"] == "partner"))
        ),
        "due after it was issued": lambda f: f["due_on"] > f["issued_on"],
    },
}
"""What must hold across the columns of a row, by table."""
