"""The company's own side: who works there, how it sells to partners, what service costs, who pays late."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known


@dataclass(frozen=True)
class Workforce:
    """Staff and training. The staff is that of the course base at any size of the world."""

    roster: tuple = known(
        (
            ("support", "support agent", 12, 36, 3900.0),
            ("support", "support lead", 2, 40, 6200.0),
            ("crm", "CRM analyst", 3, 40, 7100.0),
            ("crm", "CRM coordinator", 1, 40, 11200.0),
            ("marketing", "media analyst", 2, 40, 6900.0),
            ("marketing", "brand designer", 1, 40, 6600.0),
            ("shops", "regional shop manager", 6, 40, 6400.0),
            ("clinic", "veterinarian", 6, 30, 9800.0),
            ("clinic", "veterinary nurse", 4, 36, 4100.0),
            ("clinic", "receptionist", 3, 36, 3000.0),
            ("warehouse", "picker", 6, 40, 2900.0),
            ("warehouse", "shift lead", 2, 40, 4800.0),
            ("product", "category manager", 3, 40, 8300.0),
            ("it", "developer", 3, 40, 11800.0),
            ("it", "data engineer", 1, 40, 12600.0),
            ("finance", "controller", 1, 40, 10400.0),
            ("finance", "billing assistant", 2, 40, 4300.0),
            ("legal", "lawyer", 1, 30, 10900.0),
            ("people", "people analyst", 2, 40, 6000.0),
            ("facilities", "maintenance technician", 2, 40, 4200.0),
            ("management", "director", 3, 40, 24000.0),
        ),
        "(team, role, positions, hours a week, R$ a month)",
        "positions by team; cost with charges, before a spread by person",
    )
    sellers: tuple = known(
        (
            ("2021-03-08", None),
            ("2022-02-14", None),
            ("2022-08-01", None),
            ("2023-01-16", None),
            ("2023-05-02", "2024-08-30"),
            ("2024-09-16", None),
            ("2025-04-14", None),
            ("2025-04-14", None),
        ),
        "(joined, left)",
        "the sellers; the last two were hired for the bought list",
    )
    seller_cost_brl: float = known(6800.0, "R$ a month", "a seller, with charges and average commission")
    cost_spread: float = known(0.10, "log s.d.", "spread of the cost of a person around that of the role")
    turnover: float = known(0.16, "a year", "people who leave, in all teams but support and sales")
    vacancy_days: tuple = known((15, 70), "days", "least and greatest time until a position is filled again")
    topics: tuple = known(
        (
            ("negotiation", "people", 8, 8.0),
            ("product knowledge", "product", 3, 11.0),
            ("data protection", "legal", 2, 15.0),
            ("service recovery", "people", 4, 6.0),
            ("CRM system refresher", "it", 2, 0.0),
        ),
        "(topic, team that gives it, hours, points)",
        "training and what it truly adds to a score out of 100; the refresher adds nothing",
    )
    trained_a_year: float = known(
        3.0, "a year", "trainings of a person in teams that meet customers or partners"
    )
    knowledge: tuple = known(
        (62.0, 10.0), "points", "what people know of a topic: mean and standard deviation"
    )
    score_noise: float = known(9.0, "points", "how far one test lies from what a person knows")
    refresher_below: float = known(58.0, "points", "whose test is below this is sent to the refresher")


@dataclass(frozen=True)
class Sales:
    """Prospecting, proposals and contracts with partners."""

    lost_leads: tuple = known(
        (("inbound", 0.45), ("referral", 0.25), ("fair", 1.2), ("cold_call", 2.4), ("bought_list", 1.9)),
        "per opportunity",
        "leads that never became an opportunity",
    )
    lead_outcomes: tuple = known(
        (("no_answer", 0.46), ("not_a_fit", 0.30), ("duplicate", 0.11), ("bad_data", 0.13)),
        "share",
        "what became of those",
    )
    needs: tuple = known(
        (
            ("prices", 0.30),
            ("stock on hand", 0.24),
            ("delivery", 0.19),
            ("own brand", 0.15),
            ("plan commission", 0.12),
        ),
        "share",
        "what a lead says it needs",
    )
    fit_reached: tuple = known(
        (-0.8, 0.0, 0.7, 0.9, 1.3),
        "points",
        "fit of leads by how far they come: no opportunity, lead … contract",
    )
    fit_noise: float = known(1.0, "points", "spread of fit among these")
    decider: tuple = known(
        (0.35, 0.7), "log odds", "the decider was spoken to: at a fit of 0, per point of fit"
    )
    list_to_new: float = known(0.75, "share", "leads of the bought list given to the sellers hired for it")
    new_usual: float = known(0.35, "ratio", "other leads that those get, against an old hand")
    prepare_days: tuple = known(
        (4.0, 0.7), "days, log s.d.", "time from the stage proposal to the proposal sent"
    )
    second_proposal: float = known(0.38, "share", "proposals followed by a better one")
    discount: tuple = known(
        (0.04, 0.05), "share", "first discount: mean of its exponential; what a second one adds"
    )
    quarter_push: float = known(
        0.045, "share", "discount added in the last ten days of a quarter; it wins nothing"
    )
    valid_days: int = known(30, "days", "how long a proposal holds")
    reasons: tuple = known(
        (("price", 0.34), ("competitor", 0.21), ("timing", 0.17), ("terms", 0.10), ("no decision", 0.18)),
        "share",
        "why proposals are lost, as the seller writes it",
    )
    old_contracts: float = known(62.0, "contracts", "signed in 2022 and 2023, in the course base")
    two_years: float = known(0.3, "share", "contracts for 24 months; the others for 12")
    renews: float = known(1.35, "log odds", "renewal of a contract without discount")
    discount_renews: float = known(
        -7.0, "log odds per unit", "… and how a discount changes it: who came for the price"
    )
    unreviewed: float = known(0.08, "share", "contracts signed without a legal review")
    co_marketing: float = known(0.06, "share", "partners who join a shared campaign")
    activity: tuple = known(
        (0.18, 0.05), "log s.d., a year", "how far a month lies from the contract's value; growth"
    )


@dataclass(frozen=True)
class ServiceCosts:
    """What serving customers costs, and how much service they ask for. None of it is in the orders' cost."""

    ticket_brl: tuple = known(
        (("phone", 14.5), ("whatsapp", 6.2), ("email", 7.5), ("chat", 5.0), ("shop", 9.0)),
        "R$ per ticket",
        "handling a ticket of 2024, by channel",
    )
    delivery_brl: float = known(
        4.1, "R$", "picking and packing a web or app order of 2024 (freight is in the order)"
    )
    failed_brl: float = known(19.0, "R$", "sending goods again after a failed delivery in 2024")
    return_brl: float = known(24.5, "R$", "taking goods back in 2024: pick-up, check, loss of value")
    minute_brl: float = known(0.62, "R$", "a minute of help before an order in 2024")
    inflation_2025: float = known(1.06, "ratio", "these costs, 2025 to 2024")
    demanding: float = known(
        0.30, "shape", "gamma, mean 1, of what a customer asks for beside goods; a small shape is a long tail"
    )
    returns: float = known(0.08, "per order", "parcels sent back per web or app order kept, on average")
    help_minutes: tuple = known(
        (3.5, 0.5),
        "minutes per order, log s.d.",
        "help asked for before orders: mean, spread beside the gamma",
    )


@dataclass(frozen=True)
class Receivables:
    """Invoices and how they are paid."""

    plan_due_day: int = known(10, "day of month", "plan fees are due; they are issued on the first")
    partner_due_days: int = known(28, "days", "partners' invoices are due after")
    late: tuple = known(
        (
            ("plan", 0.6, 4.4),
            ("pet_shop", 1.0, 3.6),
            ("clinic", 0.9, 4.2),
            ("groomer", 1.3, 2.4),
            ("breeder", 1.3, 2.6),
        ),
        "(payer, a, b)",
        "each payer's own share of late invoices is Beta(a, b)",
    )
    late_days: tuple = known((12.0, 1.0), "days, log s.d.", "how late a late invoice is paid")
    never: float = known(0.06, "share", "late invoices that are never paid")
    last_unpaid: float = known(0.10, "share", "last invoices of cancelled contracts that are never paid")


@dataclass(frozen=True)
class Premises:
    """Shops, clinics, warehouses, what breaks there, and what went wrong with data."""

    shop_area: tuple = known(
        (14.0, 0.4), "m², log s.d.", "area of a shop: a corner in a supermarket or a gallery"
    )
    rent_m2_brl: float = known(42.0, "R$ a month per m²", "rent in São Paulo; cheaper elsewhere")
    rent_elsewhere: float = known(0.72, "ratio", "rent outside São Paulo")
    rent_spread: float = known(0.22, "log s.d.", "spread of rents")
    repairs_a_year: float = known(2.2, "a year", "defects reported at a place of average area")
    repair_days: tuple = known((5.0, 0.9), "days, log s.d.", "time until a defect is mended")
    incidents_a_year: float = known(11.0, "a year", "security incidents")
    detect_days: tuple = known((6.0, 1.4), "days, log s.d.", "time until an incident is noticed")
    notify_days: tuple = known((3.0, 0.9), "days, log s.d.", "time from there until those affected are told")


@dataclass(frozen=True)
class Requests:
    """Requests between CRM and the other areas."""

    per_month: float = known(1.3, "a month", "requests of each hand-off")
    agreed_days: tuple = known((3, 15), "days", "time agreed: least and greatest, by hand-off")
    slow: tuple = known(
        (
            ("product", 0.95), ("warehouse", 0.8), ("marketing", 0.75), ("support", 0.7), ("management", 1.15),
            ("finance", 0.85), ("legal", 1.35), ("facilities", 0.95), ("people", 0.9), ("it", 1.5),
        ),
        "ratio",
        "median time taken to time agreed, by area",
    )  # fmt: skip
    spread: float = known(0.6, "log s.d.", "spread of the time taken")
    redo: float = known(
        0.12, "share", "requests done twice because the first delivery was not what was needed"
    )
