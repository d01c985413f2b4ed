"""Pets, and how well customers are served: deliveries and tickets."""

from __future__ import annotations

from labkit.data.tables.declare import (
    CUSTOMER,
    FLAG,
    Column,
    caramelo,
    day,
    identifier,
    text,
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
    }
)
