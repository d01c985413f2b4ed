"""The four source systems and their dirt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labkit.world.parameters.declare import ASSUMED, known


@dataclass(frozen=True)
class Dirt:
    """How one source system spoils what it is told: shares of its records, all assumed.

    Parameters
    ----------
    member : share of its natural customers who have a record (unused by the clinic, see Sources)
    duplicate : share of people who are registered a second time
    cpf_missing, cpf_wrong, cpf_of_household : CPF left out; one digit wrong; that of the head of the household
    birth_missing, birth_swapped, birth_wrong : birth date left out; day and month swapped where that gives a
        date; another day, another year or 1 January
    name_short, name_initials, name_typo, nickname, accents_lost, suffix_lost : a name left out; middle names
        abbreviated; one typing error; nickname for the given name where one is known; no accents; no Filho,
        Júnior, Neto
    phone_missing, phone_typo, household_phone : left out; one digit wrong; in households that share a phone,
        the shared one
    email_missing, email_typo, second_email, household_email : left out; one typing error; of those who have
        two addresses, the second one; in households that share an address, the shared one
    """

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
    household_email: float


def _dirt(what: str, **shares: float) -> Any:
    return field(
        default=Dirt(**shares), metadata={"unit": "share of records", "meaning": what, "source": ASSUMED}
    )


@dataclass(frozen=True)
class Sources:
    """The four source systems and their dirt."""

    ecommerce: Dirt = _dirt(  # noqa: RUF009, it is dataclasses.field
        "web and app accounts, typed by the customer",
        member=0.97, duplicate=0.060, cpf_missing=0.14, cpf_wrong=0.015, cpf_of_household=0.030,
        birth_missing=0.16, birth_swapped=0.040, birth_wrong=0.030, name_short=0.12, name_initials=0.02,
        name_typo=0.035, nickname=0.03, accents_lost=0.20, suffix_lost=0.25, phone_missing=0.08,
        phone_typo=0.015, household_phone=0.08, email_missing=0.0, email_typo=0.010, second_email=0.05,
        household_email=0.20,
    )  # fmt: skip
    shop: Dirt = _dirt(  # noqa: RUF009, it is dataclasses.field
        "loyalty card, typed at the till",
        member=0.86, duplicate=0.055, cpf_missing=0.38, cpf_wrong=0.020, cpf_of_household=0.045,
        birth_missing=0.24, birth_swapped=0.100, birth_wrong=0.035, name_short=0.24, name_initials=0.12,
        name_typo=0.08, nickname=0.02, accents_lost=1.0, suffix_lost=0.60, phone_missing=0.14,
        phone_typo=0.030, household_phone=0.35, email_missing=0.60, email_typo=0.03, second_email=0.12,
        household_email=0.45,
    )  # fmt: skip
    clinic: Dirt = _dirt(  # noqa: RUF009, it is dataclasses.field
        "clinic register, typed at reception",
        member=0.0, duplicate=0.045, cpf_missing=0.55, cpf_wrong=0.015, cpf_of_household=0.040,
        birth_missing=0.32, birth_swapped=0.090, birth_wrong=0.030, name_short=0.26, name_initials=0.04,
        name_typo=0.06, nickname=0.05, accents_lost=0.35, suffix_lost=0.50, phone_missing=0.06,
        phone_typo=0.020, household_phone=0.70, email_missing=0.48, email_typo=0.02, second_email=0.12,
        household_email=0.45,
    )  # fmt: skip
    newsletter: Dirt = _dirt(  # noqa: RUF009, it is dataclasses.field
        "newsletter form: e-mail and mostly a first name",
        member=0.42, duplicate=0.025, cpf_missing=1.0, cpf_wrong=0.0, cpf_of_household=0.0,
        birth_missing=1.0, birth_swapped=0.0, birth_wrong=0.0, name_short=0.86, name_initials=0.0,
        name_typo=0.02, nickname=0.12, accents_lost=0.40, suffix_lost=1.0, phone_missing=1.0,
        phone_typo=0.0, household_phone=0.0, email_missing=0.0, email_typo=0.006, second_email=0.07,
        household_email=0.20,
    )  # fmt: skip
    newsletter_of_shop: float = known(
        0.02, "share", "customers who never bought online who read the newsletter"
    )
    clinic_of_holders: float = known(0.90, "share", "plan holders with a record at the clinic")
    clinic_of_others: float = known(0.20, "share", "other customers with a record at the clinic")
    wrong_system: float = known(0.05, "share", "customers with a record where they do not usually buy")
    birth_placeholder: float = known(0.25, "share", "missing birth dates that the shop fills with 01/01/1900")
