"""What the company does and hears: campaigns, surveys, partners, spend."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import HILLSTROM, known


@dataclass(frozen=True)
class Campaign:
    """One campaign; :mod:`labkit.world.campaigns` says how it acts. All values are assumed.

    Parameters
    ----------
    campaign_id : int
    name, goal, offer : str
        As the company lists them.
    sent_on : str
        Day of sending, and first day of the window.
    window_days : int
        Days counted, the first included.
    contact_cost_brl : float
        Cost of one contact, R$ (message fees; the voucher is paid when used).
    voucher_brl, voucher_floor_brl : float
        Value of the voucher and least order value for it, R$.
    planned_treated_share : float
        Share of the audience that gets the message.
    audience : str
        known (anybody with an order since 2024), online (an order by web or app, the last of any kind at
        most a year ago), lapsed (silent for long); always with consent.
    size : int or None
        The audience is cut to this number at random, in a world of the course's size.
    persuasion, annoyance : float
        Share of the audience that buys only because of the message; that would have bought and does not.
    redemption : float
        Share of those who would have bought anyway with a large enough order who use the voucher.
    bounce : float
        Share of addresses that bounce.
    drops_bounced : bool
        The mailing tool leaves out what bounced, hence of the treated only.
    """

    campaign_id: int
    name: str
    sent_on: str
    window_days: int
    goal: str
    contact_cost_brl: float
    offer: str
    voucher_brl: float
    voucher_floor_brl: float
    planned_treated_share: float
    audience: str
    size: int | None
    persuasion: float
    annoyance: float
    redemption: float
    bounce: float = 0.03
    drops_bounced: bool = False


@dataclass(frozen=True)
class Campaigns:
    """Three campaigns with a control group each."""

    runs: tuple = known(
        (
            Campaign(
                1, "Come back in May", "2025-05-12", 14, "retention", 1.35, "R$ 20 off from R$ 100", 20.0, 100.0,
                0.5, "known", None, 0.025, 0.005, 0.52,
            ),
            Campaign(
                2, "Autumn basket", "2025-03-10", 14, "frequency", 0.18, "R$ 12 off from R$ 60", 12.0,
                60.0, 0.5, "online", 2_400, 0.016, 0.004, 0.30, bounce=0.15, drops_bounced=True,
            ),
            Campaign(
                3, "We miss you", "2025-09-15", 21, "win-back", 0.60, "R$ 25 off from R$ 120", 25.0, 120.0,
                0.5, "lapsed", None, 0.026, 0.001, 0.60,
            ),
        ),
        "see Campaign",
        "campaigns of 2025; their effects are individual, these are the averages",
    )  # fmt: skip
    email_consent: float = known(0.88, "share", "customers who may be mailed")
    recent_days: int = known(365, "days", "silence up to which a customer counts as active")
    lapsed_days: int = known(150, "days", "silence beyond which a customer counts as lapsed")
    price_persuades: float = known(
        0.75, "log ratio per s.d.", "price-sensitive customers are easier to persuade"
    )
    drifting_persuades: float = known(1.2, "log ratio", "… and those who have been silent for drifting_days")
    drifting_days: float = known(75.0, "days", "silence at which a message changes most")
    holder_persuades: float = known(-0.3, "log ratio", "… and plan holders are harder")
    intolerance_annoys: float = known(0.7, "log ratio per s.d.", "who tolerates little is annoyed more")
    holder_annoys: float = known(0.9, "log ratio", "… and so are plan holders")
    persuaded_with_voucher: float = known(0.8, "share", "persuaded customers who use the voucher")
    bounce_of_silent: float = known(
        0.8, "log ratio per s.d. of log days", "who has long been silent bounces more"
    )
    open_rate: float = known(0.31, "share", "delivered messages opened")
    click_rate: float = known(0.19, "share", "opened messages clicked")
    browse_rate: float = known(0.075, "share", "customers who visit within two weeks without buying")
    visit_lift: float = known(
        0.045,
        "share",
        "visits without order won by a message; all visits won were 4.5 to 7.7 points in the e-mail test",
        HILLSTROM,
    )
    opt_out: float = known(0.006, "share", "delivered messages that make a customer opt out")
    complaint: float = known(0.0008, "share", "delivered messages that make a customer complain")


@dataclass(frozen=True)
class Voice:
    """Net promoter score: who is asked, who answers, what they say."""

    relational_waves: tuple = known(
        ("2024-03-11", "2024-09-09", "2025-03-17", "2025-09-15"), "dates", "customers are asked by e-mail"
    )
    relational_asked: float = known(0.45, "share", "customers with a recent order or a plan who are asked")
    relational_answer: float = known(0.16, "share", "… who answer")
    extreme_answers: float = known(
        0.75, "log odds per squared s.d.", "the very happy and unhappy answer more"
    )
    holder_answers: float = known(0.9, "log odds", "plan holders answer more")
    contact_per_month: tuple = known(
        (30, 165),
        "answers a month",
        "after-contact answers, 2024 and 2025, in the course base, if so many tickets",
    )
    mean: float = known(8.18, "points", "average answer of an average customer, relational survey")
    spread: float = known(1.55, "points per s.d.", "how far satisfaction moves an answer")
    noise: float = known(1.25, "points", "spread of answers of one customer")
    after_contact: float = known(1.75, "points", "an answer right after a contact is kinder if it went well")
    bad_contact: float = known(-1.2, "points", "… and less kind if it went badly")
    holder_bonus: float = known(0.45, "points", "plan holders are kinder")
    drift_2025: float = known(-0.18, "points", "everybody is a little less happy in 2025")


@dataclass(frozen=True)
class Partners:
    """Opportunities with shops, clinics and others who resell or refer."""

    per_month_2024: float = known(34.0, "a month", "opportunities created in 2024")
    per_month_2025: float = known(37.0, "a month", "… in 2025, without the bought list")
    list_from: str = known("2025-05-01", "date", "a bought list of addresses is worked from here on")
    list_per_month: float = known(30.0, "a month", "leads from that list")
    partner_types: tuple = known(
        (("pet_shop", 0.40), ("clinic", 0.32), ("groomer", 0.18), ("breeder", 0.10)),
        "share",
        "kinds of partner",
    )
    sources: tuple = known(
        (("inbound", 0.34, 1.25), ("referral", 0.22, 1.45), ("fair", 0.20, 0.9), ("cold_call", 0.24, 0.65)),
        "(name, share, odds)",
        "where opportunities come from and how they fare",
    )
    list_odds: float = known(0.30, "odds", "how leads of the bought list fare at the first step")
    advance: tuple = known((0.52, 0.60, 0.62), "share", "lead → qualified → proposal → contract, in 2024")
    advance_2025: float = known(
        1.12, "ratio", "the team is a little better in 2025, from proposal to contract"
    )
    stage_days: tuple = known((16.0, 27.0, 38.0), "days", "median time in each stage")
    stage_spread: float = known(0.65, "log s.d.", "spread of time in a stage")
    value_brl: tuple = known(
        (("pet_shop", 1450.0), ("clinic", 2600.0), ("groomer", 520.0), ("breeder", 780.0)),
        "R$ a month",
        "median value of a contract",
    )
    value_spread: float = known(0.7, "log s.d.", "spread of that value")


@dataclass(frozen=True)
class Marketing:
    """Spend by month, channel and purpose."""

    acquisition: tuple = known(
        (("search", 101.0), ("social", 116.0), ("influencers", 141.0), ("shop", 52.0), ("partners", 83.0)),
        "R$ per customer won",
        "media and commission by channel, on average",
    )
    acquisition_team: float = known(37_200.0 / 12, "R$ a month", "share of the team that wins customers")
    retention: tuple = known(
        (("e-mail", 0.09), ("WhatsApp", 0.16), ("loyalty programme", 0.35), ("retargeting", 0.10)),
        "R$ a month per active customer",
        "what keeping in touch costs",
    )
    retention_team: float = known(13_200.0 / 12, "R$ a month", "share of the team that looks after customers")
    inflation_2025: float = known(1.09, "ratio", "media prices, 2025 to 2024")
    wobble: float = known(0.07, "log s.d.", "months differ")
