"""Goods: what is sold, at what price, from which stock; and what the clinic does.

The products themselves are listed in ``labkit/world/goods/products.csv``, with their price of January 2024,
margin and popularity, all assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known

BIJMOLT = "Bijmolt, van Heerde & Pieters 2005, J. Marketing Research 42(2): mean of 1,851 estimates"
GROCERY = "dog food and pet accessories in a real grocery panel: lift 6.6"


@dataclass(frozen=True)
class Sale:
    """One announced sale; it lasts from a Monday for whole weeks. All values are assumed.

    Parameters
    ----------
    product_id : int
        As in ``products``.
    sale_on : str
        First day, a Monday.
    announced : float
        Share off the list price of that day, as the company announces it.
    weeks : int
        How long it lasts.
    raised_on : str
        Monday on which the list price was raised before the sale; empty if it was not. It falls back to where
        it was when the sale ends.
    raised_by : float
        By which share of the earlier list price.
    """

    product_id: int
    sale_on: str
    announced: float
    weeks: int = 2
    raised_on: str = ""
    raised_by: float = 0.0

    @property
    def honest(self) -> bool:
        """Whether the announced discount is one on the price that was asked before."""
        return not self.raised_on

    @property
    def real(self) -> float:
        """Share off the price that was asked before any raise; below nought: dearer than before."""
        return 1 - (1 + self.raised_by) * (1 - self.announced)


@dataclass(frozen=True)
class Goods:
    """Products, baskets, prices, stock and clinic visits."""

    sales: tuple = known(
        (
            Sale(40, "2024-03-11", 0.25),
            Sale(16, "2024-05-13", 0.20, raised_on="2024-04-15", raised_by=0.22),
            Sale(46, "2024-06-10", 0.20),
            Sale(68, "2024-08-12", 0.15),
            Sale(55, "2024-09-16", 0.30, raised_on="2024-08-19", raised_by=0.35),
            Sale(65, "2024-10-07", 0.30),
            Sale(53, "2024-11-25", 0.40, 1, raised_on="2024-10-28", raised_by=0.60),
            Sale(29, "2024-11-25", 0.25, 1),
            Sale(14, "2024-11-25", 0.20, 1),
            Sale(44, "2025-02-10", 0.25, raised_on="2025-01-13", raised_by=0.28),
            Sale(39, "2025-03-10", 0.20),
            Sale(60, "2025-03-10", 0.25),
            Sale(43, "2025-05-12", 0.30),
            Sale(71, "2025-06-09", 0.25, raised_on="2025-05-05", raised_by=0.30),
            Sale(38, "2025-07-14", 0.20),
            Sale(66, "2025-08-11", 0.25),
            Sale(51, "2025-09-15", 0.30, raised_on="2025-08-11", raised_by=0.32),
            Sale(70, "2025-10-06", 0.20),
            Sale(52, "2025-11-24", 0.30, 1),
            Sale(62, "2025-11-24", 0.50, 1, raised_on="2025-10-20", raised_by=0.80),
            Sale(18, "2025-11-24", 0.35, 1, raised_on="2025-10-27", raised_by=0.45),
            Sale(10, "2025-11-24", 0.20, 1),
        ),
        "see Sale",
        "sales announced by the company; eight of them on a list price raised some weeks before",
    )
    inflation: float = known(
        0.045, "a year", "list prices and costs rise; Brazil's target is 0.03 ± 0.015 (from memory)"
    )
    revision_weeks: float = known(
        26.0, "weeks", "between two revisions of a product's list price, on average"
    )
    revision_spread: float = known(0.05, "log s.d.", "a revised list price around its trend")
    elasticity: float = known(
        -2.6, "% of units per % of price", "own price: units of a product by week", BIJMOLT
    )
    dilution: float = known(
        1.14, "ratio", "exponents of choice to the elasticity of sales: a product chosen often gains less"
    )
    cross_elasticity: float = known(0.5, "% of units per % of price", "… by the cheapest rival's price")
    payment_share: float = known(
        0.02, "share of value", "part of an order's cost that is card fees, not goods"
    )
    favourite_regular: float = known(0.92, "share", "orders of regular customers with their own dry food")
    favourite_other: float = known(0.50, "share", "… of other customers")
    young_days: tuple = known((60, 365), "days of age", "a pet is bought food for puppies or kittens")
    young_food: float = known(0.60, "share", "orders for a young pet with such food")
    accessory_with_puppy_food: float = known(
        0.62, "share", "baskets with puppy food and an accessory for dogs, so that the lift is 6.6", GROCERY
    )
    further_lines: tuple = known(
        (0.94, 0.55, 0.50, 0.50), "share", "orders with room left that take a first, second … further product"
    )
    room: float = known(12.0, "R$", "an order with less left takes no further packed product")
    size_matters: float = known(1.1, "1", "exponent: large orders take dear products")
    rich_baskets: float = known(
        0.6, "log ratio per s.d. per 10 points", "orders of a high margin hold products of a high margin"
    )
    cheapest_cut: tuple = known(
        (("2025-10-06", 0.06), ("2025-10-13", 0.10), ("2025-10-27", 0.14), ("2025-11-10", 0.17)),
        "(Monday, share)",
        "price war: the first rival cuts its prices of food, from each of these days on",
    )
    rivals: tuple = known(
        (("Bicho Ligeiro", 0.985), ("Lojas Jatobá Pet", 1.03), ("Quatro Luas", 1.06)),
        "(name, ratio)",
        "fictional competitors, and their prices to the trend of ours",
    )
    rival_spread: float = known(0.035, "log s.d.", "a rival's price of one product around that")
    rival_weeks: float = known(9.0, "weeks", "between two changes of a rival's price of one product")
    delivery_weeks: tuple = known(
        (1, 2, 2, 3, 4), "weeks", "between two deliveries of a product, one is drawn"
    )
    cover: float = known(0.9, "weeks of sales", "stock left when the next delivery comes, median")
    cover_spread: float = known(0.6, "log s.d.", "… and how it varies")
    shortage: float = known(0.06, "share", "deliveries that come late, so that the product sells out")
    in_stock: tuple = known((0.25, 0.75), "share", "of the week of a shortage in which there still is some")
    reasons: tuple = known(
        (
            ("consultation", 0.40, 95.0),
            ("vaccination", 0.22, 70.0),
            ("exam", 0.20, 190.0),
            ("emergency", 0.08, 380.0),
            ("dental", 0.06, 310.0),
            ("surgery", 0.04, 1_100.0),
        ),
        "(reason, share, R$)",
        "visits to the clinic and what one costs, on average",
    )
    visit_spread: float = known(0.35, "log s.d.", "cost of one visit around that")
    visits_of_others: float = known(0.8, "a year", "visits of a customer of the clinic without a plan")
    clinic_margin: float = known(0.32, "share of charge", "what such a visit leaves")
