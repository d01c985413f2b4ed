"""What the base is worth: expected discounted margin of a customer, given what nobody sees.

Goods. A living customer orders at times with Laplace transform L(s) = (kλ/(kλ+s))^k (k = 1: exponential;
4: regular) and leaves after an order with probability p. Seen from a moment at which the last order is τ
ago, the first order has the transform L₁(s) = Σ_j w_j (kλ/(kλ+s))^(k-j), where w_j ∝ (kλτ)^j/j! is the
distribution over the stages j < k that an Erlang clock of that age has passed. With δ the discount rate
the expected discounted number of orders to come is

    D = L₁(δ) · [1 + (1-p₁) · L(δ) / (1 - (1-p) L(δ))],

a geometric sum; for k = 1 and p₁ = p it is λ/(δ + pλ). p₁ is the drop-out after the next order, shifted by what
mood, failures and fatigue of today will still be worth then: a memory with half-life h is expected to be
at L₁(ln 2/h) of today's level. Later orders have the customer's own p.

Consent. Who may be reached will get ``kept_contacts`` good reminders a month, which raise the rate by
ρ = contacts a day × noticing × (pull × following - annoyance) × mean life of an impulse, and D with it
in proportion (messages move orders and not leaving: see :mod:`labkit.world.causes.response`); their cost is
taken off. Consent withdrawn is that part lost.

Plans. A contract that brings c a day and lapses at the hazard μ is worth c/(μ+δ); what today's mood, fatigue or
an offer adds to the hazard fades, and costs survival: exp(-μ(e^s - 1)h/ln 2) of it is left.

Vouchers still open and impulses still running at the horizon count for nothing.
"""

from __future__ import annotations

import numpy as np

LN2 = float(np.log(2.0))


def next_order(
    rate: np.ndarray, age: np.ndarray, regular: np.ndarray, s: float, shape: int = 4
) -> np.ndarray:
    """Laplace transform at ``s`` of the time to the next order of a living customer.

    Parameters
    ----------
    rate : numpy.ndarray, shape (n,)
        Orders a day.
    age : numpy.ndarray, shape (n,)
        Days since the last order.
    regular : numpy.ndarray of bool, shape (n,)
    s : float
        A day.
    shape : int
        k of the Erlang.
    """
    memoryless = rate / (rate + s)
    x = shape * rate * age
    q = shape * rate / (shape * rate + s)
    # Weights of the stages passed; scaled so that a very old age does not overflow.
    weights = [np.ones_like(x)]
    for j in range(1, shape):
        weights.append(weights[-1] * x / j)
    total = sum(weights)
    erlang = sum(w / total * q ** (shape - j) for j, w in enumerate(weights))
    return np.where(regular, erlang, memoryless)


def orders_to_come(
    rate: np.ndarray,
    age: np.ndarray,
    regular: np.ndarray,
    dropout_next: np.ndarray,
    dropout: np.ndarray,
    discount: float,
    shape: int = 4,
) -> np.ndarray:
    """Expected discounted number of orders of a living customer; see the module for the derivation.

    ``discount`` is a continuous rate a day; ages in days, rates a day.
    """
    first = next_order(rate, age, regular, discount, shape)
    between = next_order(rate, np.zeros_like(age), regular, discount, shape)
    return first * (1 + (1 - dropout_next) * between / (1 - (1 - dropout) * between))


def contract_value(margin: np.ndarray, hazard: np.ndarray, shifts: list, discount: float) -> np.ndarray:
    """Expected discounted margin of running contracts.

    Parameters
    ----------
    margin, hazard : numpy.ndarray, shape (m,)
        R$ a day; cancellations a day.
    shifts : list of (numpy.ndarray, float)
        What today adds to the logarithm of the hazard, and the days in which that halves.
    discount : float
        A day.
    """
    survival = np.ones_like(hazard)
    for shift, half_life in shifts:
        survival = survival * np.exp(-hazard * np.expm1(shift) * half_life / LN2)
    return margin / (hazard + discount) * np.minimum(survival, 1.5)
