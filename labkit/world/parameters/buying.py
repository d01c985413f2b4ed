"""What customers buy: goods without a contract, health plans with one."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import ASSUMED, FADER_HARDIE_2005, SBG, known


@dataclass(frozen=True)
class Purchases:
    """Buying without a contract: BG/NBD with gamma-gamma spend; part of the base buys regularly."""

    rate_shape: float = known(
        0.95, "1", "r: shape of the gamma of purchase rates; CDNOW 0.243, pet food is needed by all", ASSUMED
    )
    rate_scale: float = known(
        6.2, "weeks", "alpha: rate of that gamma; CDNOW 4.414 (" + FADER_HARDIE_2005 + ")", ASSUMED
    )
    dropout_a: float = known(
        0.793, "1", "a of the beta of drop-out after a repeat purchase, as in CDNOW", FADER_HARDIE_2005
    )
    dropout_b: float = known(
        6.8, "1", "b of that beta; CDNOW 2.426: pet owners leave more slowly than CD buyers", ASSUMED
    )
    regular_share: float = known(0.34, "share", "customers who replenish with regular (Erlang) timing")
    regular_shape: int = known(4, "1", "k of the Erlang time between purchases of a regular customer")
    spend_p: float = known(
        2.6, "1", "p: shape of an order's value; CDNOW 6.25, baskets here vary more", ASSUMED
    )
    spend_q: float = known(2.6, "1", "q: shape of the spread of average values; CDNOW 3.74", ASSUMED)
    spend_gamma: float = known(
        103.0, "R$", "gamma: scale of average values; mean order p·gamma/(q-1)", ASSUMED
    )
    rate_spend_correlation: float = known(
        0.10, "copula correlation", "frequency and average value; 0.11 in CDNOW", FADER_HARDIE_2005
    )
    satisfaction_dropout: float = known(-0.45, "copula correlation", "satisfaction and drop-out")
    margin_mean: float = known(0.31, "share of revenue", "gross margin after goods, freight and payment")
    margin_spread: float = known(0.06, "share of revenue", "standard deviation of an order's margin")
    freight_brl: float = known(11.0, "R$", "freight that Caramelo bears on a web or app order")
    discounted_share: float = known(0.22, "share", "orders with an everyday discount, average customer")
    discount_seeking: float = known(
        0.8, "log odds per s.d.", "price-sensitive customers buy more at a discount"
    )
    discount_mean: float = known(0.08, "share of value", "average everyday discount where there is one")
    channel_types: tuple = known(
        (("online", 0.38), ("shop", 0.22), ("both", 0.34), ("clinic", 0.06)),
        "share",
        "where a customer buys; clinic: plan and clinic only, no orders",
    )
    app_share: float = known(0.42, "share", "average share of online orders made in the app")


@dataclass(frozen=True)
class HealthPlans:
    """The contractual side: a monthly fee until the customer cancels."""

    holder_share: float = known(0.23, "share", "customers who ever take out a plan")
    second_contract_share: float = known(0.13, "share", "holders with a contract for a second pet")
    churn_a: float = known(0.668, "1", "alpha of the beta of yearly cancellation", SBG)
    churn_b: float = known(3.806, "1", "beta of the beta of yearly cancellation", SBG)
    satisfaction_churn: float = known(-0.45, "copula correlation", "satisfaction and cancellation")
    clinic_holder_share: float = known(0.80, "share", "… of those who come for the clinic only")
    at_once: float = known(0.35, "share", "holders who take the plan when they become customers")
    wait_days: float = known(240.0, "days", "average wait of the others")
    second_wait_days: float = known(200.0, "days", "further wait for a second contract")
    first_start: str = known("2021-07-01", "date", "the plan is launched")
    tiers: tuple = known(
        (("basic", 54.9, 0.45), ("plus", 94.9, 0.38), ("full", 164.9, 0.17)),
        "(name, R$ a month, share)",
        "monthly fee of each plan in 2021",
    )
    fee_growth: float = known(0.055, "a year", "fee of new contracts rises")
    cost_ratio: float = known(0.66, "share of fee", "average cost of vets and exams")
    cost_spread: float = known(0.42, "log s.d.", "spread of that cost among contracts: some lose money")
