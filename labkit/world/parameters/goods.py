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
