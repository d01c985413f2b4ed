"""The start page: one exercise, so that every button has been pressed once."""

from __future__ import annotations

from types import SimpleNamespace

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

YEAR = 2025


def _data() -> SimpleNamespace:
    from labkit.data import load

    orders = load("orders")
    return SimpleNamespace(
        orders=orders,
        bought=orders[orders["ordered_on"].dt.year == YEAR],
        customers=len(load("customers")),
    )


def _per_customer(orders) -> float:
    return len(orders) / orders["customer_id"].nunique()


LESSON = Lesson(
    id="00",
    title=N_("Start here"),
    step="start",
    data=_data,
    exercises=[
        Exercise(
            id="00.q1",
            answer="orders_per_customer",
            expected=lambda d: _per_customer(d.bought),
            tolerance=0.05,
            unit="orders",
            hints=[
                N_(
                    "An average is a total divided by a count. What is counted above the line, and what below?"
                ),
                N_(
                    "Above the line: the rows of `bought`, one an order. Below it: its different customers, "
                    '`bought["customer_id"].nunique()`.'
                ),
            ],
            misconceptions={
                "counts both years": (
                    lambda d: _per_customer(d.orders),
                    N_(
                        "You used `orders`, which holds 2024 as well. The orders of 2025 are in the table `bought`."
                    ),
                ),
                "divides by everybody who ever ordered": (
                    lambda d: len(d.bought) / d.orders["customer_id"].nunique(),
                    N_(
                        "You divided the orders of 2025 by everybody who ordered in 2024 *or* 2025. Only those who "
                        "ordered in 2025 are asked; choosing whom to count below the line is half of every measure."
                    ),
                ),
                "divides by all customers": (
                    lambda d: len(d.bought) / d.customers,
                    N_(
                        "You divided by all customers Caramelo knows, also those who did not order in 2025. "
                        "Count the different customers in `bought`."
                    ),
                ),
                "counts the orders": (
                    lambda d: len(d.bought),
                    N_("That is how many orders there were. Divide them by the customers who placed them."),
                ),
                "counts repeat buyers only": (
                    lambda d: _per_customer(d.bought[d.bought.duplicated("customer_id", keep=False)]),
                    N_(
                        "You left out those who ordered only once. They ordered in 2025 too: the average is over "
                        "everybody in `bought`."
                    ),
                ),
                "takes the median": (
                    lambda d: d.bought.groupby("customer_id").size().median(),
                    N_(
                        "That is the median: half of the customers ordered this often or less. The average is asked; "
                        "a few customers with very many orders pull it up."
                    ),
                ),
                "turns the ratio over": (
                    lambda d: 1 / _per_customer(d.bought),
                    N_("You divided customers by orders. Orders per customer: orders go above the line."),
                ),
            },
            success=N_(
                "A fifth of them ordered only once, and still the average is above four: a few customers order very "
                "often. One average can hide two kinds of customer."
            ),
        ),
    ],
)
