"""What Caramelo is made of: every parameter with its value, unit, meaning and source.

``source`` is a citation where one was found and the word "assumed" where none was. A world with other
parameters is ``generate(seed=1, parameters=Parameters(purchases=Purchases(rate_shape=0.243)))``;
:func:`describe` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np
import pandas as pd

from labkit.world.constants import COURSE_PEOPLE, COURSE_SEED
from labkit.world.parameters.bought import Bought
from labkit.world.parameters.buying import HealthPlans, Purchases
from labkit.world.parameters.causes import Experience, Season
from labkit.world.parameters.company import Campaign, Campaigns, Marketing, Partners, Voice
from labkit.world.parameters.company_side import (
    Premises,
    Receivables,
    Requests,
    Sales,
    ServiceCosts,
    Workforce,
)
from labkit.world.parameters.contact import (
    Consent,
    Journeys,
    LoyaltyProgramme,
    NeedsSurvey,
    Preferences,
    Sends,
    ShopFeed,
    Web,
)
from labkit.world.parameters.goods import Goods
from labkit.world.parameters.people import Acquisition, Population
from labkit.world.parameters.pets import Pets
from labkit.world.parameters.play import Play
from labkit.world.parameters.service import Service
from labkit.world.parameters.systems import Dirt, Sources
from labkit.world.parameters.texts import Ideas, Messages, Replies, Talks, Texts

__all__ = [
    "COURSE_PEOPLE", "COURSE_SEED", "HISTORY_END", "HISTORY_START", "Acquisition", "Bought", "Campaign",
    "Campaigns", "Dirt", "Experience", "HealthPlans", "Ideas", "Marketing", "Messages", "Parameters",
    "Partners", "Pets", "Play", "Population", "Premises", "Purchases", "Receivables", "Replies",
    "Requests", "Sales", "Season", "Service", "ServiceCosts", "Sources", "Talks", "Texts", "Voice",
    "Workforce", "describe", "plain",
]  # fmt: skip

HISTORY_START = np.datetime64("2024-01-01")
"""First day of the tables of events (orders, campaigns, answers, spend)."""

HISTORY_END = np.datetime64("2025-12-31")
"""Last day of history; whatever happens later is not seen (contracts still running have no end)."""


@dataclass(frozen=True)
class Parameters:
    """All causes of a world."""

    population: Population = field(default_factory=Population)
    acquisition: Acquisition = field(default_factory=Acquisition)
    pets: Pets = field(default_factory=Pets)
    purchases: Purchases = field(default_factory=Purchases)
    season: Season = field(default_factory=Season)
    service: Service = field(default_factory=Service)
    experience: Experience = field(default_factory=Experience)
    plans: HealthPlans = field(default_factory=HealthPlans)
    campaigns: Campaigns = field(default_factory=Campaigns)
    voice: Voice = field(default_factory=Voice)
    partners: Partners = field(default_factory=Partners)
    marketing: Marketing = field(default_factory=Marketing)
    play: Play = field(default_factory=Play)
    sources: Sources = field(default_factory=Sources)
    goods: Goods = field(default_factory=Goods)
    texts: Texts = field(default_factory=Texts)
    messages: Messages = field(default_factory=Messages)
    replies: Replies = field(default_factory=Replies)
    talks: Talks = field(default_factory=Talks)
    ideas: Ideas = field(default_factory=Ideas)
    workforce: Workforce = field(default_factory=Workforce)
    sales: Sales = field(default_factory=Sales)
    service_costs: ServiceCosts = field(default_factory=ServiceCosts)
    receivables: Receivables = field(default_factory=Receivables)
    premises: Premises = field(default_factory=Premises)
    requests: Requests = field(default_factory=Requests)
    preferences: Preferences = field(default_factory=Preferences)
    consent: Consent = field(default_factory=Consent)
    sends: Sends = field(default_factory=Sends)
    web: Web = field(default_factory=Web)
    loyalty: LoyaltyProgramme = field(default_factory=LoyaltyProgramme)
    survey: NeedsSurvey = field(default_factory=NeedsSurvey)
    journeys: Journeys = field(default_factory=Journeys)
    shop_feed: ShopFeed = field(default_factory=ShopFeed)
    bought: Bought = field(default_factory=Bought)


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


def plain() -> Parameters:
    """Return the causes that the models taught assume, and no others.

    Purchases are exactly BG/NBD with independent gamma-gamma spend, contracts exactly shifted beta-geometric:
    nobody buys regularly, no season, no memory of service, no death of a pet ends a need, no message changes
    what anybody does. Deliveries fail and tickets are answered as always; it only matters to nobody.
    """
    silent = {"persuasion": 0.0, "annoyance": 0.0, "redemption": 0.0}
    without = dict.fromkeys(
        ("leave_fresh", "leave_memory", "leave_centre", "cancel_memory", "cancel_centre", "say"), 0.0
    )
    return Parameters(
        pets=Pets(need_ends=0.0),
        purchases=Purchases(regular_share=0.0, rate_spend_correlation=0.0),
        season=Season(strength=0.0),
        experience=Experience(**without),
        campaigns=Campaigns(runs=tuple(replace(run, **silent) for run in Campaigns().runs), visit_lift=0.0),
    )
