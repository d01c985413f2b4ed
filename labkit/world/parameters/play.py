"""The future that a plan can change: channels, messages, reactions, fatigue, and what a customer is worth."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import ASSUMED, HILLSTROM, known

ASCARZA = "Ascarza, Iyengar & Schleicher 2016, J. Marketing Research 53(1)"
BIJMOLT = "Bijmolt, van Heerde & Pieters 2005, J. Marketing Research 42(2)"
FREQUENCY_TEST = "MineThatData (Hillstrom 2018): US$ 0, .10, .17, .19, .20, .205 for 0 to 5 contacts a week"
ZHANG = "Zhang, Kumar & Cosguner 2017, J. Marketing Research 54(6)"
MATOS = "Matos, Henrique & Rossi 2007, J. Service Research 10(1): direction; size assumed"


@dataclass(frozen=True)
class Channel:
    """A way to reach a customer. All values are assumed.

    Parameters
    ----------
    name : str
    cost_brl : float
        Cost of one contact, R$.
    noticed : float
        Share of delivered messages that an average, rested customer opens, reads or answers.
    intrusion : float
        How much a contact tires and annoys, relative to an e-mail.
    bounce : float
        Share that never arrives.
    consent : float
        Share of customers who allow marketing on it, where no ledger says so.
    """

    name: str
    cost_brl: float
    noticed: float
    intrusion: float
    bounce: float
    consent: float


@dataclass(frozen=True)
class Message:
    """Something to say. All values are assumed but where :class:`Play` cites.

    Parameters
    ----------
    name : str
    purpose : str
        marketing (needs consent) or service (does not).
    pull : float
        Impulse given to an average customer who notices it and whom it fits, as a share of his purchase rate.
    discount : float
        Share taken off the next order within the voucher's days.
    mood : float
        What it adds to the memory of experiences, in s.d. of satisfaction.
    burden : float
        How much it tires and annoys, relative to a reminder.
    cost_brl : float
        Cost of what it contains, R$, when it is delivered.
    """

    name: str
    purpose: str
    pull: float
    discount: float
    mood: float
    burden: float
    cost_brl: float


@dataclass(frozen=True)
class Play:
    """Reactions to contacts from 2026-01-01 on."""

    channels: tuple = known(
        (
            Channel("email", 0.04, 0.31, 1.0, 0.03, 0.88),
            Channel("whatsapp", 0.40, 0.62, 1.8, 0.02, 0.52),
            Channel("sms", 0.15, 0.42, 1.6, 0.04, 0.58),
            Channel("push", 0.02, 0.18, 1.2, 0.06, 0.45),
            Channel("phone", 6.50, 0.46, 3.0, 0.10, 0.33),
        ),
        "see Channel", "ways to reach a customer",
    )  # fmt: skip
    messages: tuple = known(
        (
            Message("reminder", "marketing", 1.30, 0.0, 0.0, 1.0, 0.0),
            Message("voucher_10", "marketing", 0.60, 0.10, 0.0, 1.0, 0.0),
            Message("voucher_25", "marketing", 0.75, 0.25, 0.0, 1.0, 0.0),
            Message("content", "marketing", 0.22, 0.0, 0.05, 0.6, 0.0),
            Message("apology", "service", 0.0, 0.0, 0.0, 0.4, 0.0),
            Message("plan_offer", "marketing", 0.05, 0.0, 0.0, 1.2, 0.0),
            Message("sample_box", "marketing", 1.60, 0.0, 0.20, 0.4, 6.0),
        ),
        "see Message", "what can be said",
    )  # fmt: skip

    # The impulse
    impulse_days: float = known(4.0, "days", "half-life of the impulse that a noticed message gives")
    crowding: tuple = known(
        (1.0, 0.7, 0.2, 0.1, 0.05), "ratio",
        "effect of a contact after 0, 1, 2 … others in the seven days up to it; the last holds for more",
        FREQUENCY_TEST + ": the steps between neighbours, relative to the first",
    )  # fmt: skip
    price_pulls: float = known(
        0.6, "log ratio per s.d.", "price-sensitive customers follow a voucher more, as in past campaigns"
    )
    pull_spread: float = known(0.6, "log s.d.", "what else makes customers follow more or less")
    elasticity: float = known(
        -2.6, "1", "purchase rate against price while a voucher is open; mean of 1,851 estimates", BIJMOLT
    )
    elasticity_spread: float = known(0.35, "log ratio per s.d.", "… more so for price-sensitive customers")
    voucher_days: int = known(14, "days", "a voucher is open, unless used before")
    reminder_width: float = known(0.3, "share of the period", "how near replenishment a reminder must come")
    reminder_floor: float = known(0.25, "ratio", "… and far from it")
    reminder_unplanned: float = known(0.55, "ratio", "… and for customers without a rhythm, while expected")
    reminder_late: float = known(
        2.5, "periods", "silence at which nobody expects their order any more, and a reminder falls flat"
    )
    drifting_days: float = known(
        75.0, "days", "silence at which a voucher changes most, as in past campaigns"
    )
    drifting_pulls: float = known(0.8, "ratio", "how much more it does there")
    annoyance: float = known(0.04, "share of the rate", "negative impulse of a delivered contact, on average")
    annoyance_spread: float = known(1.4, "log s.d.", "spread of that annoyance; part of it is tolerance")
    intolerance_annoys: float = known(0.7, "log ratio per s.d.", "who tolerates little is annoyed more")
    holder_annoys: float = known(0.6, "log ratio", "… and so are plan holders, as in past campaigns")
    winback: float = known(0.14, "share of the former rate", "impulses reach those who have left, this much")
    returner_leaves: float = known(0.35, "share", "who was won back leaves after a purchase more often, by")

    # Noticing
    hour_gain: float = known(0.75, "ratio", "noticing at the customer's hour, over that at the worst one")
    hour_width: float = known(2.5, "hours", "how near the customer's hour that is")
    hours: tuple = known(
        ((8, 0.14), (9, 0.12), (12, 0.18), (13, 0.10), (17, 0.08), (18, 0.14), (19, 0.14), (21, 0.10)),
        "(hour, share)", "when customers look at messages",
    )  # fmt: skip
    click_rate: float = known(0.19, "share", "noticed messages clicked, as in past campaigns")
    visit_rate: float = known(
        0.23, "share", "noticed messages that bring a visit (by click or later); all visits won were 4.5 to 7.7 "
        "points in the e-mail test", HILLSTROM,
    )  # fmt: skip

    # Fatigue
    fatigue_days: float = known(21.0, "days", "half-life of fatigue")
    tolerance_spares: float = known(0.5, "log ratio per s.d.", "tolerant customers tire less")
    fatigue_blinds: float = known(0.10, "per contact", "fatigue at which noticing halves is one over this")
    fatigue_free: float = known(4.0, "contacts", "fatigue that does not yet harm buying")
    fatigue_stops: float = known(
        0.009, "per contact", "rate divided by one plus this times the excess; sets the best frequency", ZHANG
    )
    fatigue_leaves: float = known(0.015, "log odds per contact", "drop-out after a purchase, per excess")
    fatigue_cancels: float = known(0.03, "log hazard per contact", "cancellation of a plan, per excess")
    opt_out: float = known(0.0035, "share", "delivered e-mails that make a rested customer opt out")
    opt_out_fatigue: float = known(0.08, "per contact", "… growing with fatigue")
    opt_out_all: float = known(0.25, "share", "of those who opt out, leave all channels at once")
    complaint: float = known(0.0005, "share", "delivered e-mails that make a rested customer complain")

    # Plans
    offer_wakes: float = known(
        0.43,
        "log hazard",
        "plan_offer raises cancellation for wake_days: 6.4% to 10.0% in three months",
        ASCARZA,
    )
    offer_spread: float = known(0.55, "s.d. of log hazard", "… but for some it lowers it")
    wake_days: int = known(90, "days", "a woken customer stays awake", ASCARZA)

    # Experience: what an order leaves is in Experience; an apology moves what they say, not what they do
    apology_restores: float = known(
        1.1,
        "share of the harm to mood",
        "an apology: satisfaction recovers, even above; grievance stays",
        MATOS,
    )
    apology_days: int = known(21, "days", "after a failure, that an apology still works")
    mood_spares: float = known(0.4, "share per s.d.", "opting out and complaining are rarer in a good mood")

    # Value
    discount_rate: float = known(
        0.15, "a year", "what money next year is worth less; about the Selic of 2025 (from memory)"
    )
    kept_contacts: float = known(2.0, "a month", "good e-mails that a customer who may be reached will get")

    # Rules
    budget_brl: float = known(1.30, "R$ per customer", "budget of ninety days", ASSUMED)
    cap_7_days: int = known(4, "contacts", "most that a customer gets in any seven days")
    cap_30_days: int = known(13, "contacts", "… in any thirty days")
    quiet_from: int = known(21, "hour", "no contacts from this hour …")
    quiet_until: int = known(8, "hour", "… until this one")
    sample_boxes: float = known(0.03, "boxes per customer", "stock of sample boxes")
