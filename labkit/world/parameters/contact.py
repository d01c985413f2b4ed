"""How Caramelo and its customers meet: consent, sends, web, points, survey, journeys, the next feed."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known


@dataclass(frozen=True)
class Preferences:
    """Where and when a customer likes to be spoken to; nobody sees it, reactions only hint at it."""

    channel_spread: float = known(0.45, "log s.d.", "customers notice more on some channels than on others")
    younger_like: tuple = known(
        (("email", -0.10), ("whatsapp", 0.05), ("sms", 0.0), ("push", 0.15), ("phone", -0.20)),
        "log ratio per 15 years",
        "what the younger notice more",
    )
    hours: tuple = known(
        ((8, 0.14), (9, 0.12), (12, 0.18), (13, 0.10), (17, 0.08), (18, 0.14), (19, 0.14), (21, 0.10)),
        "(hour, share)",
        "when customers look at messages",
    )


@dataclass(frozen=True)
class Consent:
    """The ledger of consent by purpose and channel."""

    marketing: tuple = known(
        (("whatsapp", 0.54), ("sms", 0.58), ("push", 0.46), ("phone", 0.33)),
        "share",
        "customers who allow marketing by channel on registering; e-mail is campaigns.email_consent",
    )
    profiling: float = known(0.62, "share", "customers with a basis for profiling on record")
    partner_sharing: float = known(0.09, "share", "customers who allow their data to be passed on")
    interest: float = known(0.5, "share", "profiling and phone that rest on legitimate interest")
    refused_once_agreed: float = known(
        0.35, "share", "customers without e-mail consent who had once given it"
    )
    revocation: float = known(0.05, "a year", "consents to marketing or profiling that are revoked")
    revocation_sharing: float = known(0.20, "a year", "consents to sharing that are revoked")
    back_and_forth: float = known(0.03, "share", "customers who revoke e-mail and grant it again")
    back_days: tuple = known((3.0, 60.0), "days", "between the two")
    lists_pulled: tuple = known(
        ((3, 10),), "(campaign, days)", "campaigns whose list was pulled days before sending; others that day"
    )
    new_centre: float = known(
        0.035,
        "share",
        "customers who revoke e-mail while such a list waits; a new preference centre made it easy",
    )
    intolerance_revokes: float = known(0.5, "log ratio per s.d.", "who tolerates little revokes more")
    doubled: float = known(0.012, "share", "events recorded twice")
    on_paper: float = known(0.25, "share", "of those, grant again on a form in the shop, and soon revoke")
    late: float = known(0.06, "share", "paper forms of new customers typed in days later, hence out of order")
    late_again: float = known(0.7, "share", "… of those who were customers already")
    late_days: tuple = known((1.0, 25.0), "days", "how much later")


@dataclass(frozen=True)
class Sends:
    """Routine sends to a panel of customers, with a randomised test of frequency.

    How customers react is in the group ``play``: they react in 2025 as they will in 2026.
    """

    begin: str = known("2025-07-01", "date", "first day of the test")
    panel: int = known(1_400, "customers", "panel at most; a world of 12,000 people fills it")
    arms: tuple = known(
        (("1 a week", 1, 0.28), ("2 a week", 2, 0.24), ("4 a week", 4, 0.18), ("4 a week, pause", 4, 0.18),
         ("7 a week", 7, 0.12)),
        "(name, marketing messages a week, share)",
        "arms of the frequency test, drawn at random",
    )  # fmt: skip
    pause: tuple = known(
        ("2025-09-29", "2025-10-26"), "dates", "first and last day without marketing in the pause arm"
    )
    before: float = known(1.0, "a week", "messages before the test began")
    channels: tuple = known(
        (("email", 0.62), ("whatsapp", 0.20), ("push", 0.18)),
        "share",
        "channels of routine marketing, as far as a customer allows them",
    )
    first_hour: int = known(8, "hour", "nothing is sent earlier")
    last_hour: int = known(21, "hour", "nothing is sent from this hour on")
    wrong_channel: float = known(
        0.02, "share", "customers who are sent WhatsApp messages by mistake though they never allowed them"
    )
    service_opens: float = known(1.25, "ratio", "messages about one's own order are noticed more")


@dataclass(frozen=True)
class Web:
    """Web and app sessions of the last six months."""

    begin: str = known("2025-07-01", "date", "first day kept")
    customers: int = known(15_000, "customers", "customers whose sessions are kept, at most")
    before_order: float = known(1.3, "sessions", "looking around before an online order")
    before_shop: float = known(0.4, "sessions", "… before an order in a shop")
    before_days: float = known(4.0, "days", "average time from such a session to the order")
    browsing: float = known(0.55, "a month", "sessions of an average customer that lead to nothing")
    browsing_spread: float = known(0.8, "log s.d.", "spread of that among customers")
    fades_days: float = known(130.0, "days", "browsing fades with the days since the last order …")
    fades_to: float = known(0.25, "ratio", "… down to this")
    december: float = known(1.9, "ratio", "browsing in December: gifts, few of them bought here")
    logged_out: float = known(0.18, "share", "sessions of customers that the site does not recognise")
    strangers: float = known(0.22, "ratio", "sessions of people who are no customers, per session of one")


@dataclass(frozen=True)
class LoyaltyProgramme:
    """Points. The programme changes nobody's orders: whoever joins and claims bought more already."""

    begin: str = known("2024-03-01", "date", "the programme starts")
    joins: float = known(0.16, "share", "orders at which a customer not yet in it is won for the programme")
    rate_joins: float = known(0.9, "log odds per log ratio", "those who buy often join sooner")
    bonus: int = known(50, "points", "for joining")
    value_brl: float = known(0.02, "R$ a point", "cost to Caramelo of what is handed out for a point")
    block: int = known(400, "points", "least number redeemed at once, and its multiples")
    redeems: float = known(0.10, "share", "months with an order and enough points in which they are redeemed")
    rate_redeems: float = known(0.8, "log odds per log ratio", "those who buy often redeem more")
    expires_months: int = known(
        12, "months", "points lapse so long after the month in which they were earned"
    )


@dataclass(frozen=True)
class NeedsSurvey:
    """A survey of needs by e-mail."""

    begin: str = known("2025-10-06", "date", "first day of the survey")
    days: int = known(19, "days", "open for")
    share: float = known(0.11, "share", "customers who answer")
    most: int = known(1_200, "respondents", "at most; then the survey is closed")
    keen_answers: float = known(0.5, "log odds per log order", "customers with many orders answer more")
    content_answers: float = known(0.45, "log odds per s.d.", "and the satisfied")
    style: float = known(0.8, "points", "spread of saying yes to everything")
    noise: float = known(0.95, "points", "spread of one answer")
    missing: float = known(0.03, "share", "statements skipped")
    gives_up: float = known(0.07, "share", "respondents who leave out the last statements")
    true_to_channel: float = known(0.6, "share", "respondents who name the channel they react to best")


@dataclass(frozen=True)
class Journeys:
    """Contacts with media before a first purchase, and of people who then did not buy."""

    year: int = known(2025, "year", "first purchases won in it")
    most: int = known(2_400, "journeys", "journeys that end in a purchase, at most")
    not_bought: float = known(1.6, "ratio", "journeys without purchase, per journey with one")
    channels: tuple = known(
        (("social", 0.85), ("influencers", 1.30), ("search_generic", 1.90), ("partners", 2.40), ("retargeting", 0.35),
         ("email", 0.03), ("search_brand", 0.60), ("direct", 0.0)),
        "(name, R$ a contact)",
        "channels of the journeys and what a contact costs",
    )  # fmt: skip
    incremental: tuple = known(
        (("social", 0.16), ("influencers", 0.17), ("search_generic", 0.13), ("partners", 0.09)),
        "share",
        "purchases that would not have happened without the channel; no other channel wins any",
    )
    true_to_record: float = known(
        0.45, "share", "purchases won by a channel where the customer's record names it, too"
    )
    brand_last: float = known(0.72, "share", "buyers who look the shop up by name right before they buy")
    brand_early: float = known(0.06, "share", "… and people who do not buy")
    test: tuple = known(
        ("2025-10-01", "2025-11-30"),
        "dates",
        "brand search is switched off for half of the people, at random",
    )


@dataclass(frozen=True)
class ShopFeed:
    """Next month's export of the shop system, in a changed format."""

    new: int = known(215, "records", "registrations of January 2026 in the course base")
    updates: int = known(35, "records", "changed records of earlier customers")
    repeats: int = known(12, "records", "rows sent twice")
    most: float = known(4.0, "ratio", "feed of a large world, relative to the course base, at most")
