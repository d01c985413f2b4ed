"""Step two of the path: who differs from whom, in behaviour and in value.

What lesson 22 builds by hand, as a library:

>>> from labkit import differentiate
>>> summary = differentiate.summarise_purchases(orders, customer="customer_id", date="date")  # doctest: +SKIP
>>> model = differentiate.BGNBD().fit(summary.frequency, summary.recency, summary["T"])       # doctest: +SKIP
"""

from __future__ import annotations

from labkit.differentiate.bgnbd import BGNBD, history_likelihood
from labkit.differentiate.gamma_gamma import GammaGamma
from labkit.differentiate.lifetime_value import customer_lifetime_value
from labkit.differentiate.purchases import TIME_UNITS, gap_shares, summarise_purchases

__all__ = [
    "BGNBD",
    "TIME_UNITS",
    "GammaGamma",
    "customer_lifetime_value",
    "gap_shares",
    "history_likelihood",
    "summarise_purchases",
]
