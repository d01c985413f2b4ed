"""Real data: published, not generated."""

from __future__ import annotations

from labkit.data.tables.declare import Column, Table, day, money, text

TABLES = {
    "cdnow": Table(
        "cdnow",
        "cdnow/cdnow.csv",
        {
            "customer_id": Column("int", low=1, high=2357),
            "date": day("1997-01-01", "1998-06-30"),
            "quantity": Column("int", low=1),
            "dollars": money(),
        },
        generated=False,
    ),
    "email_test": Table(
        "email_test",
        "email_test/arms.csv",
        {
            "arm": text("men's e-mail", "women's e-mail", "no e-mail"),
            "bought_womens": text("all", "yes", "no"),
            "customers": Column("int", low=1),
            "visited": Column("int", low=0),
            "converted": Column("float", nullable=True, low=0),
            "mean_spend_usd": money(nullable=True),
            "sd_spend_usd": money(nullable=True),
        },
        key=("arm", "bought_womens"),
        generated=False,
    ),
}
