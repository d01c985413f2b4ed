"""How strongly what customers live through acts on what they do and say."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known

MATOS = "Matos, Henrique & Rossi 2007, J. Service Research 10(1): recovery lifts satisfaction, not repurchase; size assumed"
SOARES = "direction: Soares & Proença 2015, the worse the failure the lower the repurchase; size assumed"


@dataclass(frozen=True)
class Season:
    """When in the year and in the week purchases come."""

    strength: float = known(1.0, "1", "exponent on the factors below; 0 is a world without seasons")
    months: tuple = known(
        (0.98, 0.93, 0.98, 0.97, 1.00, 0.97, 0.99, 0.99, 0.98, 1.00, 1.16, 1.05),
        "ratio",
        "purchases by month; November: Black Friday",
    )
    weekdays: tuple = known(
        (0.95, 0.94, 0.95, 0.98, 1.05, 1.23, 0.90), "ratio", "purchases by day of the week, from Monday"
    )


@dataclass(frozen=True)
class Experience:
    """What an event leaves in a customer's memory, how fast it fades, and what it does.

    Two memories are kept. *Mood* moves what customers say (NPS): failures lower it, answers move it either way.
    *Grievance* moves what they do (leave, cancel): failures raise it, a bad answer too, and a good answer
    does not take it back.
    """

    half_life: float = known(17.0, "weeks", "time in which a memory fades by half, about 120 days")
    late: tuple = known((-0.50, 0.45), "s.d. of mood, grievance", "a very late delivery")
    late_days: float = known(3.0, "days", "scale at which lateness saturates: 1 - exp(-days late / this)")
    incomplete: tuple = known((-0.60, 0.55), "s.d. of mood, grievance", "an order that arrived incomplete")
    damaged: tuple = known((-0.80, 0.90), "s.d. of mood, grievance", "an order that arrived damaged")
    lost: tuple = known((-1.20, 1.60), "s.d. of mood, grievance", "an order that never arrived")
    product: tuple = known((-0.50, 0.45), "s.d. of mood, grievance", "goods that were bad or not borne")
    app: tuple = known((-0.20, 0.10), "s.d. of mood, grievance", "trouble with site or app")
    billing: tuple = known((-0.60, 0.60), "s.d. of mood, grievance", "a wrong bill of the health plan")
    clinic: tuple = known((-1.00, 1.00), "s.d. of mood, grievance", "a mishap at the clinic")
    good_answer: float = known(
        0.42, "s.d. of mood per severity", "… to a problem: lifts mood somewhat above where it was", MATOS
    )
    good_answer_grievance: float = known(0.0, "s.d. per severity", "… and leaves grievance as it is", MATOS)
    bad_answer: float = known(-0.30, "s.d. of mood per severity", "a slow answer, or none that solves")
    bad_answer_grievance: float = known(0.12, "s.d. of grievance per severity", "… adds to the grievance")
    small_talk: float = known(0.3, "ratio", "weight of an answer where there was no problem")
    leave_fresh: float = known(
        1.3, "log odds per s.d.", "drop-out after a purchase: grievance from that purchase", SOARES
    )
    leave_memory: float = known(0.9, "log odds per s.d.", "… and what is left of earlier ones", SOARES)
    leave_centre: float = known(
        0.168, "log odds", "taken off, so that drop-out is on average what it is without this cause"
    )
    cancel_memory: float = known(0.9, "log hazard per s.d.", "cancellation of a plan: grievance", SOARES)
    cancel_centre: float = known(
        0.19, "log hazard", "taken off, so that survival is on average that of the shifted beta-geometric"
    )
    say: float = known(1.0, "ratio", "weight of mood's memory beside lasting satisfaction in NPS answers")
