"""Goods: products and prices, order lines, stock and suppliers; and visits to the clinic."""

from __future__ import annotations

from labkit.data.tables.declare import CUSTOMER, FLAG, Column, caramelo, day, identifier, money, text

PRODUCT = identifier("products.product_id")
AMOUNT = Column("float", low=0.0)

TABLES = caramelo(
    {
        "products": (
            "csv",
            ("product_id",),
            {
                "product_id": identifier(unique=True),
                "name": text(),
                "category": text(
                    "bulk",
                    "dry food",
                    "wet food",
                    "treats",
                    "hygiene",
                    "litter",
                    "accessories",
                    "toys",
                    "pharmacy",
                ),
                "species": text("dog", "cat", "any"),
                "pack_kg": Column("float", low=0.01, high=25.0, nullable=True),
                "list_price_brl": money(),
                "unit_cost_brl": money(),
                "brand": text(),
                "subscription": FLAG,
                "launched_on": day("2020-01-01"),
                "discontinued_on": day(nullable=True),
            },
        ),
        "order_items": (
            "parquet",
            ("order_id", "product_id"),
            {
                "order_id": identifier("orders.order_id"),
                "product_id": PRODUCT,
                "quantity": Column("float", low=0.001),
                "unit_price_brl": money(),
                "discount_brl": money(),
                "line_brl": money(),
            },
        ),
        "price_history": (
            "csv",
            ("product_id", "valid_from"),
            {
                "product_id": PRODUCT,
                "valid_from": day(),
                "list_price_brl": money(),
                "price_brl": money(),
            },
        ),
        "competitor_prices": (
            "parquet",
            ("week", "product_id", "competitor"),
            {"week": day(), "product_id": PRODUCT, "competitor": text(), "price_brl": money()},
        ),
        "stock": (
            "parquet",
            ("week", "product_id"),
            {
                "week": day(),
                "product_id": PRODUCT,
                "received": AMOUNT,
                "sold": AMOUNT,
                "lost_sales": AMOUNT,
                "on_hand": AMOUNT,
            },
        ),
        "supplier_deliveries": (
            "csv",
            ("delivery_id",),
            {
                "delivery_id": identifier(unique=True),
                "supplier": text(),
                "product_id": PRODUCT,
                "ordered_on": day("2023-12-01"),
                "promised_on": day(),
                "delivered_on": day(),
                "quantity": Column("float", low=0.001),
                "unit_cost_brl": money(),
            },
        ),
        "clinic_visits": (
            "parquet",
            ("visit_id",),
            {
                "visit_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "pet_id": identifier("pets.pet_id"),
                "visited_on": day(),
                "reason": text("consultation", "vaccination", "exam", "emergency", "dental", "surgery"),
                "charged_brl": money(),
                "cost_brl": money(),
                "covered_by_contract_id": Column("int", low=1, nullable=True, refers="plans.contract_id"),
            },
        ),
    }
)
