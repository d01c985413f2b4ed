"""Who there is, and how they become customers."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known


@dataclass(frozen=True)
class Population:
    """Who there is."""

    female_share: float = known(0.56, "share", "customers of pet shops who are women")
    age_mean: float = known(42.0, "years", "average age at the end of 2025 of who is nobody's parent here")
    age_spread: float = known(13.0, "years", "standard deviation of that age")
    household_size: tuple = known((0.55, 0.30, 0.11, 0.04), "share", "households of 1, 2, 3, 4 people")
    spouse_share: float = known(0.56, "share", "second people of a household who are a spouse of the first")
    child_share: float = known(0.26, "share", "… who are a grown-up child")
    twin_share: float = known(0.038, "share", "… who are a twin; the rest are brothers and sisters")
    junior_share: float = known(
        0.30, "share", "sons of a father in the base who bear his name and Filho, Neto"
    )
    homonym_share: float = known(0.025, "share", "people who bear the full name of an unrelated person")
    homonym_same_year: float = known(0.45, "share", "homonyms born in the year of the other")
    homonym_same_city: float = known(0.35, "share", "homonyms who live in the city of the other")
    one_surname: float = known(0.22, "share", "people with a single surname")
    second_name: float = known(0.34, "share", "people with a second given name")
    particle: float = known(0.36, "share", "surnames heard with da, de, do, dos, das that keep it")
    takes_surname: float = known(0.45, "share", "wives who take the husband's last surname")
    name_changed_share: float = known(0.06, "share", "other women who changed surname between 2022 and 2025")
    moved_share: float = known(0.17, "share", "households that moved between 2022 and 2025")
    new_mobile_share: float = known(0.20, "share", "people who changed mobile between 2022 and 2025")
    second_email_share: float = known(0.15, "share", "people with a second e-mail address")
    shared_email_share: float = known(0.09, "share", "households of two and more with one e-mail for all")
    shared_phone_share: float = known(0.22, "share", "households of two and more that give one phone for all")
    prospect_share: float = known(0.07, "share", "people who only ever read the newsletter")


@dataclass(frozen=True)
class Acquisition:
    """When and how customers are won."""

    before_history: float = known(0.50, "share", "customers won from 2020 to 2023")
    early_growth: tuple = known((0.16, 0.21, 0.28, 0.35), "share", "… of these, in 2020, 2021, 2022 and 2023")
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
