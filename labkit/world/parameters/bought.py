"""Patavina, the rival whose customer base Caramelo buys: how many people, and what its files hide."""

from __future__ import annotations

from dataclasses import dataclass, field

from labkit.world.parameters.declare import ASSUMED, known
from labkit.world.parameters.systems import Dirt


def _dirt(what: str, **shares: float) -> Dirt:
    return field(
        default=Dirt(**shares), metadata={"unit": "share of records", "meaning": what, "source": ASSUMED}
    )


@dataclass(frozen=True)
class Bought:
    """Patavina's base. The codes of shops and partners that go wrong are the same in every world."""

    people_share: float = known(0.1, "ratio", "people at Patavina to people in the base of Caramelo")
    household_size: tuple = known((0.44, 0.32, 0.16, 0.08), "share", "households of 1, 2, 3, 4 people")
    minor_share: float = known(0.12, "share", "grown-up children of the draw who are made 13 to 17 years old")
    dead_share: float = known(0.03, "share", "people whose death one record states")
    in_app: float = known(0.62, "share", "people with an account in the app")
    in_till: float = known(0.70, "share", "people with a card of a shop")
    in_clinic: float = known(0.50, "share", "people with a record at a partner clinic")
    app: Dirt = _dirt(  # noqa: RUF009, it is dataclasses.field
        "accounts in the app, typed by the customer",
        member=0.0, duplicate=0.06, cpf_missing=0.18, cpf_wrong=0.015, cpf_of_household=0.03,
        birth_missing=0.12, birth_swapped=0.0, birth_wrong=0.02, name_short=0.12, name_initials=0.02,
        name_typo=0.03, nickname=0.03, accents_lost=0.20, suffix_lost=0.25, phone_missing=0.06,
        phone_typo=0.01, household_phone=0.10, email_missing=0.14, email_typo=0.01, second_email=0.25,
        household_email=0.15,
    )  # fmt: skip
    till: Dirt = _dirt(  # noqa: RUF009, it is dataclasses.field
        "cards of the shops, typed at the till",
        member=0.0, duplicate=0.16, cpf_missing=0.42, cpf_wrong=0.02, cpf_of_household=0.04,
        birth_missing=0.18, birth_swapped=0.0, birth_wrong=0.03, name_short=0.22, name_initials=0.10,
        name_typo=0.07, nickname=0.03, accents_lost=1.0, suffix_lost=0.55, phone_missing=0.30,
        phone_typo=0.02, household_phone=0.25, email_missing=0.45, email_typo=0.02, second_email=0.25,
        household_email=0.30,
    )  # fmt: skip
    clinic: Dirt = _dirt(  # noqa: RUF009, it is dataclasses.field
        "records of the partner clinics, typed at reception",
        member=0.0, duplicate=0.14, cpf_missing=0.25, cpf_wrong=0.015, cpf_of_household=0.05,
        birth_missing=0.26, birth_swapped=0.0, birth_wrong=0.025, name_short=0.22, name_initials=0.03,
        name_typo=0.05, nickname=0.05, accents_lost=0.35, suffix_lost=0.45, phone_missing=0.08,
        phone_typo=0.015, household_phone=0.30, email_missing=0.35, email_typo=0.02, second_email=0.25,
        household_email=0.30,
    )  # fmt: skip
    migrated_share: float = known(
        0.15, "share", "accounts that came from an older app, one column too far right"
    )
    tests_share: float = known(0.008, "share", "accounts that are tests")
    counter_share: float = known(0.08, "share", "cards for nobody in particular, for sales at the counter")
    shop_phone: float = known(0.75, "share", "missing phones for which the till has the shop's own")
    cashier_cpf: float = known(0.70, "share", "missing CPF for which one shop has a cashier's")
    pet_as_name: float = known(
        0.80, "share", "cards of one shop that have the pet's name where the tutor's should be"
    )
    family_plan: float = known(
        0.65, "share", "households of two and more whose clinic record has the payer's data"
    )
    birth_unasked: float = known(0.45, "share", "birth dates that two partners do not even ask")
    default_birth: float = known(
        0.90, "share", "missing birth dates that two partners fill with 1 January 1980"
    )
    marketing: float = known(0.78, "share", "people who were asked for marketing, by channel, and agreed")
    reminders: float = known(0.70, "share", "people with a clinic record who agreed to reminders, by channel")
    revoked: float = known(0.24, "share", "… who revoked later")
    granted_again: float = known(0.15, "share", "… of these, who agreed once more")
    opt_out: float = known(0.07, "share", "people who asked the call centre to be left alone")
