"""Pets, and how well customers are served: deliveries and tickets."""

from __future__ import annotations

from labkit.data.tables.declare import (
    CUSTOMER,
    FLAG,
    NUMBER,
    Column,
    caramelo,
    day,
    identifier,
    moment,
    money,
    text,
    whole,
)

TABLES = caramelo(
    {
        "pets": (
            "parquet",
            ("pet_id",),
            {
                "pet_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "name": text(),
                "species": text("dog", "cat"),
                "breed": text(),
                "weight_kg": Column("float", low=1.0, high=70.0),
                "born_on": day("2000-01-01"),
                "died_on": day(nullable=True),
                "neutered": FLAG,
            },
        ),
        "deliveries": (
            "parquet",
            ("order_id",),
            {
                "order_id": identifier("orders.order_id", unique=True),
                "promised_on": day(high="2026-01-31"),
                "delivered_on": day(nullable=True),
                "carrier": text("Andorinha", "Tatu Log", "Veloz", "Capivara Express"),
                "status": text("delivered", "incomplete", "damaged", "lost", "on the way"),
            },
        ),
        "tickets": (
            "parquet",
            ("ticket_id",),
            {
                "ticket_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "order_id": Column("int", nullable=True, low=1, refers="orders.order_id"),
                "opened_at": moment(),
                "channel": text("phone", "whatsapp", "email", "chat", "shop"),
                "topic": text(
                    "delivery", "product", "app", "question", "praise", "billing", "clinic", "plan"
                ),
                "severity": whole(1, 3),
                "first_answer_at": moment(nullable=True),
                "closed_at": moment(nullable=True),
                "reopened": FLAG,
                "resolved_first_contact": FLAG,
                "compensation_brl": money(),
                "staff_id": whole(1, 14),
            },
        ),
        "truth/tickets": (
            "parquet",
            ("ticket_id",),
            {
                "ticket_id": identifier("tickets.ticket_id", unique=True),
                "cause": text(
                    "late",
                    "incomplete",
                    "damaged",
                    "lost",
                    "product",
                    "app",
                    "question",
                    "praise",
                    "billing",
                    "clinic",
                    "plan question",
                ),
                "answer": text("good", "fair", "bad"),
                "solved": FLAG,
                "mood": NUMBER,
                "grievance": Column("float", low=0.0),
            },
        ),
    }
)
