"""How well customers are served: deliveries, mishaps, tickets."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known

TARP = "TARP (Goodman & Newman): 31% of large problems and 97% of small ones are never complained about"


@dataclass(frozen=True)
class Service:
    """Deliveries and service; bad times come in spells, so that troubles are not independent."""

    depots: tuple = known(
        (
            ("São Paulo", ("SP",), 3),
            ("Rio de Janeiro", ("RJ", "ES", "MG"), 4),
            ("Curitiba", ("PR", "SC", "RS"), 4),
            ("Brasília", ("DF", "GO", "MS", "MT"), 5),
            ("Recife", ("BA", "PE", "CE", "RN", "PB", "PA", "AM"), 7),
        ),
        "(city, states, days)",
        "depots, the states they serve, and the days promised for a delivery",
    )
    carriers: tuple = known(
        (
            ("Andorinha", 0.38, 0.0),
            ("Tatu Log", 0.27, 0.25),
            ("Veloz", 0.20, -0.35),
            ("Capivara Express", 0.15, 0.5),
        ),
        "(name, share, log odds)",
        "carriers, their share of parcels, and how they fare",
    )
    carrier_spell: tuple = known((0.030, 0.30), "a week", "a carrier's bad spell begins; ends")
    depot_spell: tuple = known((0.012, 0.25), "a week", "a depot's bad spell begins; ends")
    spell: float = known(1.6, "log odds", "lateness in a bad spell")
    depot_move: tuple = known(
        ("2025-06-09", "2025-07-20", "Rio de Janeiro", 2.0),
        "(from, to, depot, log odds)",
        "a depot moves and delivers badly",
    )
    peak: tuple = known(("11-15", "12-24", 0.9), "(from, to, log odds)", "every year's rush before Christmas")
    late: float = known(0.075, "share", "late deliveries in ordinary weeks")
    late_days: float = known(2.6, "days", "average lateness of what is late; more in a bad spell")
    early: float = known(
        0.2, "share", "days of the promise, but for the first, that an order in time does not need"
    )
    failed: float = known(0.020, "share", "deliveries that fail in ordinary weeks")
    failed_in_spell: float = known(0.6, "ratio", "how much of a spell's log odds failures share")
    failures: tuple = known(
        (("incomplete", 0.45), ("damaged", 0.35), ("lost", 0.20)), "share", "kinds of failure"
    )
    product: float = known(0.009, "share", "orders with goods that are bad or not borne")
    app: float = known(0.020, "share", "web and app orders with trouble on the way")
    question: float = known(0.070, "share", "orders that raise a question and nothing worse")
    praise: float = known(0.007, "share", "orders that are praised")
    billing: float = known(0.16, "a year", "wrong bills of a plan, in ordinary weeks")
    billing_spell: tuple = known((0.02, 0.25), "a week", "a bad spell of billing begins; ends")
    billing_in_spell: float = known(5.0, "ratio", "wrong bills in a bad spell")
    clinic: float = known(0.14, "a year", "mishaps at the clinic, per plan")
    plan_question: float = known(0.70, "a year", "questions about a plan")
    complains: tuple = known(
        (0.12, 0.42, 0.69),
        "share",
        "problems of severity 1, 2, 3 that are told; the last is TARP's, the others assumed",
        TARP,
    )
    backlog: float = known(1.5, "ratio", "further work that a spell, or the rush, puts before support")
    backlog_stays: float = known(0.5, "share", "backlog that is still there a week later")
    answer_hours: float = known(8.0, "hours", "median time to the first answer, without backlog")
    answer_spread: float = known(1.0, "log s.d.", "spread of that time")
    solved: float = known(2.3, "log odds", "tickets of severity 1 that are solved, without backlog")
    solved_by_severity: float = known(-0.45, "log odds per severity", "worse problems are solved less often")
    solved_by_backlog: float = known(-0.6, "log odds per log backlog", "… and so are those of busy weeks")
    good_within: float = known(24.0, "hours", "an answer is good if it solves within this")
    bad_after: float = known(96.0, "hours", "an answer is bad if it does not solve, or comes after this")
    first_contact: float = known(0.78, "share", "solved tickets that need no second contact")
    reopened: tuple = known((0.03, 0.45), "share", "tickets reopened if solved; if not")
    handling_hours: float = known(
        20.0, "hours", "average time from first answer to closing; more if not solved"
    )
    compensated: tuple = known(
        (0.0, 0.22, 0.45), "share", "told problems of severity 1, 2, 3 that are paid for"
    )
    compensation_brl: float = known(14.0, "R$ per severity", "average voucher given")
    staff: int = known(14, "people", "support team; their numbers in the staff table are 1 to this")
