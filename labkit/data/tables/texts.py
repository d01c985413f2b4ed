"""What is written: comments, tickets in words, messages, replies, talks, ideas, priorities."""

from __future__ import annotations

from labkit.data.tables.declare import (
    BLANK,
    FLAG,
    SHARE,
    Column,
    caramelo,
    day,
    identifier,
    moment,
    money,
    text,
    whole,
)

OPPORTUNITY = identifier("opportunities.opportunity_id")
GUIDELINES = ("truthful", "integrity", "balance", "sustainable", "humane")
CAUSES = (
    "late", "incomplete", "damaged", "lost", "product", "app", "question", "praise", "billing", "clinic",
    "plan question",
)  # fmt: skip

TABLES = caramelo(
    {
        "nps_comments": (
            "csv",
            ("answer_id",),
            {"answer_id": identifier("nps.answer_id", unique=True), "text": text()},
        ),
        "ticket_texts": (
            "parquet",
            ("ticket_id",),
            {"ticket_id": identifier("tickets.ticket_id", unique=True), "subject": text(), "text": text()},
        ),
        "messages": (
            "csv",
            ("message_id",),
            {
                "message_id": identifier(unique=True),
                "sent_on": day(),
                "channel": text("email", "whatsapp", "app_push", "sms"),
                "audience": text(
                    "all customers", "dog owners", "cat owners", "plan holders", "lapsed customers", "recent buyers"
                ),
                "purpose": text("offer", "news", "service", "win-back", "replenishment"),
                "product_id": Column("int", nullable=True, low=1, refers="products.product_id"),
                "subject": text(),
                "text": text(),
                "conditions": BLANK,
                "claimed_discount": Column("float", low=0.0, high=1.0, nullable=True),
                "claimed_was_brl": money(nullable=True),
                "claimed_units": whole(1, nullable=True),
                "claimed_until": day(high="2026-01-31", nullable=True),
                "delivered": whole(1),
                "orders": whole(0),
                "opt_outs": whole(0),
            },
        ),
        "complaint_replies": (
            "csv",
            ("ticket_id",),
            {
                "ticket_id": identifier("tickets.ticket_id", unique=True),
                "replied_at": moment(),
                "text": text(),
            },
        ),
        "feature_use": (
            "csv",
            ("month", "feature"),
            {"month": day(), "feature": text(), "users": whole(0), "uses": whole(0), "cost_brl": money()},
        ),
        "ideas": (
            "csv",
            ("idea_id",),
            {
                "idea_id": identifier(unique=True),
                "suggested_on": day(),
                "suggested_by": text("customer", "staff", "board"),
                "area": text("logistics", "technology", "range", "service", "shop"),
                "text": text(),
                "status": text("new", "under review", "rejected", "done"),
                "effort_days": whole(1),
                "done_on": day(nullable=True),
                "users_90_days": whole(0, nullable=True),
            },
        ),
        "priority_list": (
            "csv",
            ("rank",),
            {
                "rank": whole(1, 12),
                "title": text(),
                "description": text(),
                "sponsor_area": text(),
                "proposed_by": text(),
                "cost_brl": money(),
                "months": whole(1, 24),
            },
        ),
        "negotiation_transcripts": (
            "csv",
            ("opportunity_id", "turn"),
            {
                "opportunity_id": OPPORTUNITY,
                "turn": whole(1),
                "speaker": text("seller", "partner"),
                "text": text(),
                "offer_share": Column("float", low=0.0, high=1.0, nullable=True),
            },
        ),
        "truth/texts": (
            "parquet",
            ("source", "source_id"),
            {
                "source": text("nps_comments", "ticket_texts"),
                "source_id": identifier(),
                "topic": text(
                    "product", "price", "delivery", "service", "app", "shop", "plan", "clinic", "loyalty", "general",
                    "need", "catalogue", *(cause for cause in CAUSES if cause not in {"product", "app", "clinic"}),
                ),
                "second_topic": BLANK,
                "sentiment": text("positive", "middling", "negative"),
                "signal": text("fresh food", "printed catalogue", nullable=True),
                "register": text(
                    "terse", "plain", "chatty", "formal", "phone", "whatsapp", "email", "chat", "shop"
                ),
                "contradicts": FLAG,
                "sarcastic": FLAG,
            },
        ),
        "truth/signals": (
            "csv",
            ("signal",),
            {
                "signal": text(),
                "kind": text("emerging need", "obsolete service", "priority nobody voices"),
                "words": text(),
                "first_share": SHARE,
                "last_share": SHARE,
            },
        ),
        "truth/priorities": ("csv", ("rank",), {"rank": whole(1, 12), "signal": BLANK}),
        "truth/messages": (
            "csv",
            ("message_id",),
            {
                "message_id": identifier("messages.message_id", unique=True),
                "guideline": text(*GUIDELINES, nullable=True),
                "breach": text(
                    "raised price", "false scarcity", "false deadline", "failure hidden", "hidden condition",
                    "disrespect", "unequal", "pressure", "guilt", nullable=True,
                ),
                "evidence": BLANK,
            },
        ),
        "truth/complaint_replies": (
            "csv",
            ("ticket_id",),
            {
                "ticket_id": identifier("complaint_replies.ticket_id", unique=True),
                "stance": text("admits", "evades", "blames"),
            },
        ),
        "truth/negotiation_turns": (
            "csv",
            ("opportunity_id", "turn"),
            {
                "opportunity_id": OPPORTUNITY,
                "turn": whole(1),
                "spin": text("situation", "problem", "implication", "need-payoff", nullable=True),
                "move": text(
                    "greet", "question", "answer", "push", "pitch", "ask", "offer", "accept", "refuse", "postpone",
                    "close",
                ),
            },
        ),
        "truth/negotiations": (
            "csv",
            ("opportunity_id",),
            {
                "opportunity_id": Column("int", low=1, unique=True, refers="opportunities.opportunity_id"),
                "seller_limit_share": SHARE,
                "partner_limit_share": SHARE,
                "zopa": FLAG,
            },
        ),
    }
)  # fmt: skip


def _bought_from(f):
    return f["product_id"].notna() | f["claimed_was_brl"].isna() & f["claimed_units"].isna()


RULES = {
    "messages": {
        "prices and units are of a product": _bought_from,
        "orders and opt-outs are of who got it": lambda f: (
            f[["orders", "opt_outs"]].max(axis=1) <= f["delivered"]
        ),
    },
    "feature_use": {"who uses it uses it once or more": lambda f: f["uses"] >= f["users"]},
    "ideas": {
        "users only of what was done": lambda f: f["users_90_days"].notna() == (f["status"] == "done"),
        "done after it was suggested": lambda f: ~(f["done_on"] <= f["suggested_on"]),
    },
    "truth/messages": {"a breach is of a guideline": lambda f: f["breach"].isna() == f["guideline"].isna()},
    "truth/negotiation_turns": {
        "only questions are SPIN questions": lambda f: f["spin"].notna() == (f["move"] == "question")
    },
    "truth/negotiations": {
        "the zone follows from the limits": lambda f: (
            f["zopa"] == (f["partner_limit_share"] <= f["seller_limit_share"])
        )
    },
}
"""What must hold across the columns of a row, by table."""
