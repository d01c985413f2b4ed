"""What Caramelo is made of: every parameter with its value, unit, meaning and source.

``source`` is a citation where one was found and the word "assumed" where none was. A world with other
parameters is ``generate(parameters=Parameters(purchases=Purchases(rate_shape=0.243)))``; a group can
be listed with :func:`describe`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd

HISTORY_START = np.datetime64("2024-01-01")
"""First day of the tables of events (orders, campaigns, answers, spend)."""

HISTORY_END = np.datetime64("2025-12-31")
"""Last day of history; whatever happens later is not seen (contracts still running have no end)."""

COURSE_SEED = 2024
"""Seed of the course base in ``datasets/caramelo``."""

COURSE_PEOPLE = 12_000
"""People in the course base."""

FADER_HARDIE_2005 = "Fader, Hardie & Lee 2005, Marketing Science 24(2)"
HILLSTROM = "MineThatData e-mail challenge (Hillstrom 2008)"
SBG = "Fader & Hardie 2007, J. Interactive Marketing 21(1): fit to survival .869 .743 .653 .593 .551"
ASSUMED = "assumed"


def known(value: Any, unit: str, meaning: str, source: str = ASSUMED) -> Any:
    """Declare a parameter."""
    return field(default=value, metadata={"unit": unit, "meaning": meaning, "source": source})


@dataclass(frozen=True)
class Population:
    """Who there is."""

    household_size: tuple = known((0.55, 0.30, 0.11, 0.04), "share", "households of 1, 2, 3, 4 people")
    spouse_share: float = known(0.56, "share", "second people of a household who are a spouse of the first")
    child_share: float = known(0.26, "share", "… who are a grown-up child")
    twin_share: float = known(0.07, "share", "… who are a twin; the rest are brothers and sisters")
    junior_share: float = known(
        0.30, "share", "sons of a father in the base who bear his name and Filho, Neto"
    )
    homonym_share: float = known(0.025, "share", "people who bear the full name of an unrelated person")
    homonym_same_year: float = known(0.45, "share", "homonyms born in the year of the other")
    homonym_same_city: float = known(0.35, "share", "homonyms who live in the city of the other")
    one_surname: float = known(0.22, "share", "people with a single surname")
    second_name: float = known(0.34, "share", "people with a second given name")
    particle: float = known(0.16, "share", "surnames preceded by da, de, do, dos")
    takes_surname: float = known(0.45, "share", "wives who take the husband's last surname")
    name_changed_share: float = known(0.06, "share", "other women who changed surname between 2022 and 2025")
    moved_share: float = known(0.17, "share", "households that moved between 2022 and 2025")
    new_mobile_share: float = known(0.20, "share", "people who changed mobile between 2022 and 2025")
    second_email_share: float = known(0.22, "share", "people with a second e-mail address")
    shared_email_share: float = known(0.11, "share", "households of two and more with one e-mail for all")
    shared_phone_share: float = known(0.22, "share", "households of two and more that give one phone for all")
    prospect_share: float = known(0.07, "share", "people who only ever read the newsletter")


@dataclass(frozen=True)
class Acquisition:
    """When and how customers are won."""

    before_history: float = known(0.50, "share", "customers won from 2020 to 2023")
    growth_2025: float = known(1.12, "ratio", "customers won in 2025 to customers won in 2024")
    month_weights: tuple = known(
        (0.92, 0.88, 0.98, 0.95, 1.02, 0.96, 0.98, 0.99, 0.97, 1.03, 1.25, 1.07),
        "ratio",
        "customers won in each month of a year (November: Black Friday)",
    )
    channels: tuple = known(
        (
            ("search", 0.20),
            ("social", 0.21),
            ("influencers", 0.08),
            ("shop", 0.24),
            ("partners", 0.11),
            ("referral", 0.10),
            ("organic", 0.06),
        ),
        "share",
        "channel that won the customer; referral and organic have no media spend",
    )


@dataclass(frozen=True)
class Purchases:
    """Buying without a contract: BG/NBD with gamma-gamma spend; part of the base buys regularly."""

    rate_shape: float = known(
        0.95, "1", "r: shape of the gamma of purchase rates; CDNOW 0.243, pet food is needed by all", ASSUMED
    )
    rate_scale: float = known(
        6.2, "weeks", "alpha: rate of that gamma; CDNOW 4.414 (" + FADER_HARDIE_2005 + ")", ASSUMED
    )
    dropout_a: float = known(
        0.62,
        "1",
        "a of the beta of drop-out after a purchase; CDNOW 0.793 (" + FADER_HARDIE_2005 + ")",
        ASSUMED,
    )
    dropout_b: float = known(
        6.8, "1", "b of that beta; CDNOW 2.426: pet owners leave more slowly than CD buyers", ASSUMED
    )
    regular_share: float = known(0.34, "share", "customers who replenish with regular (Erlang) timing")
    regular_shape: int = known(4, "1", "k of the Erlang time between purchases of a regular customer")
    spend_p: float = known(
        2.6, "1", "p: shape of an order's value; CDNOW 6.25, baskets here vary more", ASSUMED
    )
    spend_q: float = known(2.9, "1", "q: shape of the spread of average values; CDNOW 3.74", ASSUMED)
    spend_gamma: float = known(
        118.0, "R$", "gamma: scale of average values; mean order p·gamma/(q-1)", ASSUMED
    )
    rate_spend_correlation: float = known(
        0.10, "rank correlation", "frequency and average value; 0.11 in CDNOW", FADER_HARDIE_2005
    )
    satisfaction_dropout: float = known(-0.45, "rank correlation", "satisfaction and drop-out")
    margin_mean: float = known(0.31, "share of revenue", "gross margin after goods, freight and payment")
    margin_spread: float = known(0.06, "share of revenue", "standard deviation of an order's margin")
    freight_brl: float = known(11.0, "R$", "freight that Caramelo bears on a web or app order")
    discounted_share: float = known(0.22, "share", "orders with an everyday discount")
    discount_mean: float = known(0.08, "share of value", "average everyday discount where there is one")
    channel_types: tuple = known(
        (("online", 0.38), ("shop", 0.22), ("both", 0.34), ("clinic", 0.06)),
        "share",
        "where a customer buys; clinic: plan and clinic only, no orders",
    )
    app_share: float = known(0.42, "share", "average share of online orders made in the app")


@dataclass(frozen=True)
class HealthPlans:
    """The contractual side: a monthly fee until the customer cancels."""

    holder_share: float = known(0.23, "share", "customers who ever take out a plan")
    second_contract_share: float = known(0.13, "share", "holders with a contract for a second pet")
    churn_a: float = known(0.668, "1", "alpha of the beta of yearly cancellation", SBG)
    churn_b: float = known(3.806, "1", "beta of the beta of yearly cancellation", SBG)
    satisfaction_churn: float = known(-0.45, "rank correlation", "satisfaction and cancellation")
    first_start: str = known("2021-07-01", "date", "the plan is launched")
    tiers: tuple = known(
        (("basic", 54.9, 0.45), ("plus", 94.9, 0.38), ("full", 164.9, 0.17)),
        "(name, R$ a month, share)",
        "monthly fee of each plan in 2021",
    )
    fee_growth: float = known(0.055, "a year", "fee of new contracts rises")
    cost_ratio: float = known(0.66, "share of fee", "average cost of vets and exams")
    cost_spread: float = known(0.42, "log s.d.", "spread of that cost among contracts: some lose money")


@dataclass(frozen=True)
class Campaign:
    """One campaign; see :mod:`labkit.world.campaigns` for how it acts."""

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
    drops_bounced: bool = False


@dataclass(frozen=True)
class Campaigns:
    """Three campaigns with a control group each."""

    runs: tuple = known(
        (
            Campaign(
                1, "Come back in May", "2025-05-12", 21, "retention", 0.42, "R$ 20 off from R$ 100", 20.0, 100.0,
                0.5, "active", None, 0.030, 0.006, 0.36,
            ),
            Campaign(
                2, "App welcome", "2025-03-10", 14, "app adoption", 0.18, "free delivery in the app", 12.0, 60.0,
                0.5, "online", 2_400, 0.020, 0.004, 0.30, drops_bounced=True,
            ),
            Campaign(
                3, "We miss you", "2025-09-15", 21, "win-back", 0.42, "R$ 25 off from R$ 120", 25.0, 120.0,
                0.5, "lapsed", None, 0.026, 0.001, 0.60,
            ),
        ),
        "see Campaign",
        "campaigns of 2025; their effects are individual, these are the averages",
    )  # fmt: skip
    email_consent: float = known(0.82, "share", "customers who may be mailed")
    bounce: float = known(0.035, "share", "addresses that bounce")
    open_rate: float = known(0.31, "share", "delivered messages opened")
    click_rate: float = known(0.19, "share", "opened messages clicked")
    browse_rate: float = known(0.075, "share", "customers who visit within two weeks without buying")
    visit_lift: float = known(
        0.055, "share", "visits won by a message, 4.5 to 7.7 points in the e-mail test", HILLSTROM
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
    contact_per_month: tuple = known((38, 105), "answers a month", "after-contact answers, 2024 and 2025")
    mean: float = known(8.05, "points", "average answer of an average customer, relational survey")
    spread: float = known(1.55, "points per s.d.", "how far satisfaction moves an answer")
    noise: float = known(1.25, "points", "spread of answers of one customer")
    after_contact: float = known(0.75, "points", "an answer right after a contact that went well is kinder")
    after_contact_bad: float = known(0.13, "share", "contacts that went badly")
    holder_bonus: float = known(0.45, "points", "plan holders are kinder")
    drift_2025: float = known(-0.20, "points", "everybody is a little less happy in 2025")


@dataclass(frozen=True)
class Partners:
    """Opportunities with shops, clinics and others who resell or refer."""

    per_month_2024: float = known(24.0, "a month", "opportunities created in 2024")
    per_month_2025: float = known(27.0, "a month", "… in 2025, without the bought list")
    list_from: str = known("2025-05-01", "date", "a bought list of addresses is worked from here on")
    list_per_month: float = known(22.0, "a month", "leads from that list")
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
        1.08, "ratio", "the team is a little better in 2025, from proposal to contract"
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
        (("search", 92.0), ("social", 104.0), ("influencers", 128.0), ("shop", 46.0), ("partners", 74.0)),
        "R$ per customer won",
        "media and commission by channel, on average",
    )
    acquisition_team: float = known(27_500.0 / 12, "R$ a month", "share of the team that wins customers")
    retention: tuple = known(
        (("e-mail", 0.22), ("WhatsApp", 0.34), ("loyalty programme", 0.78), ("retargeting", 0.20)),
        "R$ a month per active customer",
        "what keeping in touch costs",
    )
    retention_team: float = known(24_000.0 / 12, "R$ a month", "share of the team that looks after customers")
    inflation_2025: float = known(1.09, "ratio", "media prices, 2025 to 2024")
    wobble: float = known(0.07, "log s.d.", "months differ")


@dataclass(frozen=True)
class Dirt:
    """How one source system spoils what it is told; shares of records."""

    member: float
    duplicate: float
    cpf_missing: float
    cpf_wrong: float
    cpf_of_household: float
    birth_missing: float
    birth_swapped: float
    birth_wrong: float
    name_short: float
    name_initials: float
    name_typo: float
    nickname: float
    accents_lost: float
    suffix_lost: float
    phone_missing: float
    phone_typo: float
    household_phone: float
    email_missing: float
    email_typo: float
    second_email: float


@dataclass(frozen=True)
class Sources:
    """The four source systems and their dirt."""

    ecommerce: Dirt = known(
        Dirt(
            member=0.97, duplicate=0.060, cpf_missing=0.10, cpf_wrong=0.015, cpf_of_household=0.030,
            birth_missing=0.20, birth_swapped=0.015, birth_wrong=0.030, name_short=0.24, name_initials=0.03,
            name_typo=0.035, nickname=0.03, accents_lost=0.28, suffix_lost=0.25, phone_missing=0.06,
            phone_typo=0.015, household_phone=0.05, email_missing=0.0, email_typo=0.012, second_email=0.12,
        ),
        "share", "web and app accounts, typed by the customer",
    )  # fmt: skip
    shop: Dirt = known(
        Dirt(
            member=0.86, duplicate=0.055, cpf_missing=0.30, cpf_wrong=0.020, cpf_of_household=0.060,
            birth_missing=0.22, birth_swapped=0.045, birth_wrong=0.030, name_short=0.34, name_initials=0.14,
            name_typo=0.08, nickname=0.02, accents_lost=1.0, suffix_lost=0.60, phone_missing=0.12,
            phone_typo=0.025, household_phone=0.22, email_missing=0.62, email_typo=0.03, second_email=0.12,
        ),
        "share", "loyalty card, typed at the till",
    )  # fmt: skip
    clinic: Dirt = known(
        Dirt(
            member=0.0, duplicate=0.045, cpf_missing=0.48, cpf_wrong=0.015, cpf_of_household=0.040,
            birth_missing=0.34, birth_swapped=0.040, birth_wrong=0.030, name_short=0.36, name_initials=0.05,
            name_typo=0.06, nickname=0.05, accents_lost=0.35, suffix_lost=0.50, phone_missing=0.04,
            phone_typo=0.020, household_phone=0.45, email_missing=0.50, email_typo=0.02, second_email=0.15,
        ),
        "share", "clinic register, typed at reception",
    )  # fmt: skip
    newsletter: Dirt = known(
        Dirt(
            member=0.40, duplicate=0.025, cpf_missing=1.0, cpf_wrong=0.0, cpf_of_household=0.0,
            birth_missing=1.0, birth_swapped=0.0, birth_wrong=0.0, name_short=0.86, name_initials=0.0,
            name_typo=0.02, nickname=0.12, accents_lost=0.40, suffix_lost=1.0, phone_missing=1.0,
            phone_typo=0.0, household_phone=0.0, email_missing=0.0, email_typo=0.006, second_email=0.10,
        ),
        "share", "newsletter form: e-mail and first name",
    )  # fmt: skip
    clinic_of_holders: float = known(0.90, "share", "plan holders with a record at the clinic")
    clinic_of_others: float = known(0.20, "share", "other customers with a record at the clinic")


@dataclass(frozen=True)
class Parameters:
    """All causes of a world."""

    population: Population = field(default_factory=Population)
    acquisition: Acquisition = field(default_factory=Acquisition)
    purchases: Purchases = field(default_factory=Purchases)
    plans: HealthPlans = field(default_factory=HealthPlans)
    campaigns: Campaigns = field(default_factory=Campaigns)
    voice: Voice = field(default_factory=Voice)
    partners: Partners = field(default_factory=Partners)
    marketing: Marketing = field(default_factory=Marketing)
    sources: Sources = field(default_factory=Sources)


def describe(parameters: Parameters | None = None) -> pd.DataFrame:
    """List every parameter: group, name, value, unit, meaning, source."""
    parameters = parameters or Parameters()
    rows = []
    for group in fields(parameters):
        values = getattr(parameters, group.name)
        rows.extend(
            {"group": group.name, "name": f.name, "value": getattr(values, f.name), **f.metadata}
            for f in fields(values)
        )
    return pd.DataFrame(rows)
