"""How company and customers meet: consent, sends, web sessions, points, needs, journeys, the next feed."""

from __future__ import annotations

from labkit.data.tables.declare import (
    BLANK,
    CUSTOMER,
    FLAG,
    Column,
    caramelo,
    day,
    identifier,
    moment,
    money,
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
        "web_sessions": (
            "parquet",
            ("session_id",),
            {
                "session_id": identifier(unique=True),
                "customer_id": Column("int", nullable=True, low=1, refers="customers.customer_id"),
                "started_at": moment("2025-07-01"),
                "device": text("app", "mobile", "desktop"),
                "source": text("organic", "email", "search", "social", "direct"),
                "pages": whole(1),
                "seconds": whole(0),
                "viewed_category": text(
                    "dry food",
                    "wet food",
                    "treats",
                    "hygiene",
                    "litter",
                    "pharmacy",
                    "toys",
                    "accessories",
                    nullable=True,
                ),
                "added_to_cart": FLAG,
                "order_id": ORDER,
            },
        ),
        "loyalty": (
            "parquet",
            ("entry_id",),
            {
                "entry_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "on": day("2024-03-01"),
                "kind": text("earn", "redeem", "expire"),
                "points": whole(None),
                "order_id": ORDER,
                "value_brl": money(),
            },
        ),
        "needs_survey": (
            "csv",
            ("respondent_id",),
            {
                "respondent_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "answered_on": day("2025-10-06", "2025-10-31"),
                **dict.fromkeys(STATEMENTS, SCORE),
                "preferred_channel": text(*CHANNEL, nullable=True),
                "contacts_wished_per_month": whole(0, 30, nullable=True),
                "would_pay_brl": money(nullable=True),
                "intends_to_buy": whole(1, 5),
            },
        ),
        "truth/needs": (
            "csv",
            ("customer_id",),
            {
                "customer_id": identifier("customers.customer_id", unique=True),
                "need": text(*NEEDS),
                "style": Column("float"),
            },
        ),
        "touchpoints": (
            "parquet",
            ("touch_id",),
            {
                "touch_id": identifier(unique=True),
                "journey_id": identifier(),
                "customer_id": Column("int", nullable=True, low=1, refers="customers.customer_id"),
                "at": moment("2024-11-01"),
                "channel": text(*MEDIA),
                "cost_brl": money(),
                "brand_search": text("on", "off"),
                "converted": FLAG,
            },
        ),
        "truth/touchpoints": (
            "csv",
            ("journey_id",),
            {
                "journey_id": identifier(unique=True),
                "customer_id": CUSTOMER,
                "incremental_channel": text("social", "influencers", "search_generic", "partners", "none"),
            },
        ),
        "source_shop_feed": (
            "csv",
            (),
            {
                "record_id": text(pattern=r"S\d{6,8}"),
                "nome": text(),
                "nr_cpf": text(nullable=True, pattern=r"\d{1,11}\.0"),
                "telefone": text(nullable=True, pattern=r"\+55 \(\d{2}\) \d{4,6}-\d{4}"),
                "dt_nasc": text(nullable=True, pattern=r"\d{4}-\d{2}-\d{2}"),
                "e_mail": BLANK,
                "cidade": text(),
                "loja": text(pattern=r"L\d{2}"),
                "dt_cadastro": text(pattern=r"\d{2}/\d{2}/\d{4}"),
            },
        ),
        "truth/shop_feed": (
            "csv",
            ("row",),
            {
                "row": identifier(unique=True),
                "record_id": text(pattern=r"S\d{6,8}"),
                "person_id": identifier("truth/people.person_id"),
                "kind": text("new", "update", "repeat"),
            },
        ),
    }
)
