"""How company and customers meet: consent, sends, web sessions, points, needs, journeys, the next feed."""

from __future__ import annotations

from labkit.data.tables.declare import (
    CUSTOMER,
    FLAG,
    Column,
    caramelo,
    identifier,
    moment,
    text,
    whole,
)

CHANNEL = ("email", "whatsapp", "sms", "push", "phone")
ORDER = Column("int", nullable=True, low=1, refers="orders.order_id")
MEDIA = (
    "social",
    "influencers",
    "search_generic",
    "partners",
    "retargeting",
    "email",
    "search_brand",
    "direct",
)
NEEDS = ("low_price", "convenience", "health", "pampering")
LIKE = Column("float", low=0.0)
SCORE = whole(1, 7, nullable=True)
STATEMENTS = (
    "compares_prices",
    "waits_for_offers",
    "no_time_to_shop",
    "wants_food_to_come_by_itself",
    "wants_short_ways",
    "asks_a_vet_first",
    "reads_ingredients",
    "worries_about_health",
    "pet_is_family",
    "likes_to_spoil_the_pet",
)

TABLES = caramelo(
    {
        "consents": (
            "parquet",
            ("event_id",),
            {
                "event_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "at": moment("2020-01-01"),
                "purpose": text("marketing", "profiling", "partner_sharing", "service"),
                "channel": text(*CHANNEL, "any"),
                "action": text("grant", "revoke"),
                "legal_basis": text("consent", "legitimate_interest", "contract"),
                "origin": text(
                    "web form",
                    "app",
                    "shop form",
                    "clinic form",
                    "preference centre",
                    "unsubscribe link",
                    "phone call",
                ),
            },
        ),
        "sends": (
            "parquet",
            ("send_id",),
            {
                "send_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "sent_at": moment("2025-07-01"),
                "channel": text("email", "whatsapp", "push"),
                "purpose": text("marketing", "service"),
                "message_kind": text(
                    "newsletter", "offer", "content", "replenishment_reminder", "order_update"
                ),
                "frequency_arm": text("1 a week", "2 a week", "4 a week", "4 a week, pause", "7 a week"),
                "delivered": FLAG,
                "opened": FLAG,
                "clicked": FLAG,
                "opted_out": FLAG,
                "complained": FLAG,
            },
        ),
        "truth/preferences": (
            "parquet",
            ("customer_id",),
            {
                "customer_id": identifier("customers.customer_id", unique=True),
                **{f"like_{channel}": LIKE for channel in CHANNEL},
                "preferred_hour": whole(0, 23),
            },
        ),
    }
)
