"""Customer lifetime value, with and without a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.manage.kpis.results import MONEY, Kpi
from labkit.manage.kpis.tables import require_columns, require_dates, require_numbers
from labkit.manage.kpis.windows import Window

if TYPE_CHECKING:
    import pandas as pd


def contract_lifetime_value(
    margin: float | Sequence[float],
    retention: float | Sequence[float] | Kpi,
    discount_rate: float,
    *,
    margin_at_start: bool,
    acquisition_cost: float = 0.0,
) -> Kpi:
    """Value of a customer under contract: the sum of m_t · S_t / (1 + i)^t, less acquisition cost.

    S_t is the share still there after t periods, the product of the retention rates up to t. With one
    margin and one rate for ever, it is m·r / (1 + i - r) when the first margin comes after one period
    (Gupta & Lehmann's margin multiple) and m·(1 + i) / (1 + i - r) when it comes at once; they differ by
    exactly one m.

    Parameters
    ----------
    margin : float or sequence
        Margin (not revenue) of a period, in R$: one for ever, or one a period.
    retention : float, sequence or Kpi
        Share kept from one period to the next: one for ever, or one a period (r_1, r_2, …). The Kpi of
        :func:`retention_rate` brings its interval and window along: the value's interval is the value
        at both ends of it, with the margin taken as known. One average
        rate undervalues a base whose weakest customers leave first (Fader & Hardie 2010, *Marketing
        Science* 29(1), 85-93).
    discount_rate : float
        Of the same period as margin and retention: 0.10 for 10% a year.
    margin_at_start : bool
        Whether a margin m_0 is earned at once, at t = 0. There is no default, because the answer changes
        the value by one period's margin: True for a newly won customer who pays in advance, False for
        the value of a customer at a renewal, after this period's margin is in the bank.
    acquisition_cost : float
        Subtracted, in R$; 0 for a customer who is already there.

    Returns
    -------
    Kpi
        In R$ a customer. ``parts`` holds multiple (value before acquisition cost per R$ 1 of margin,
        where there is one margin).

    Raises
    ------
    LabkitError
        If a rate is not a share, the sum is endless (retention 1 without discounting), or sequences
        differ in length.

    Examples
    --------
    >>> round(contract_lifetime_value(1.0, 0.8, 0.1, margin_at_start=False).value, 2)
    2.67
    """
    if isinstance(retention, Kpi):
        return _with_interval(margin, retention, discount_rate, margin_at_start, acquisition_cost)
    rates, margins = _checked(margin, retention, discount_rate)
    first = 0 if margin_at_start else 1
    if rates.ndim == 0 and margins.ndim == 0:
        r, m = float(rates), float(margins)
        if 1 + discount_rate - r <= 0:
            raise LabkitError(
                _("Retention {r} at a discount rate of {i} never ends: the sum is infinite.").format(
                    r=r, i=discount_rate
                )
            )
        multiple = (1 + discount_rate if margin_at_start else r) / (1 + discount_rate - r)
        present = m * multiple
        numerator, denominator, horizon = multiple * (1 + discount_rate - r) * m, 1 + discount_rate - r, None
        parts = {"multiple": multiple}
    else:
        present, horizon = _finite_sum(margins, rates, discount_rate, first)
        numerator = denominator = None
        parts = {"multiple": present / float(margins)} if margins.ndim == 0 and margins else {}
    notes = [
        _("the first margin comes at once (t = 0)")
        if margin_at_start
        else _("the first margin comes after one period (t = 1); none at t = 0")
    ]
    if horizon is not None:
        notes.append(_("{n} periods, nothing after").format(n=horizon))
    if acquisition_cost:
        notes.append(_("less R$ {cost:,.2f} to win the customer").format(cost=acquisition_cost))
    return Kpi(
        name=_("CLV, contract"),
        value=present - acquisition_cost,
        unit=MONEY,
        numerator=numerator,
        denominator=denominator,
        counts=_("discounted margins")
        if horizon is not None
        else (_("m · (1 + i)") if margin_at_start else _("m · r")),
        per=_("a customer") if horizon is not None else _("1 + i - r"),
        notes=tuple(notes),
        parts=parts,
    )


def order_lifetime_value(
    orders: pd.DataFrame,
    until: str | pd.Timestamp,
    *,
    horizon_weeks: int,
    yearly_discount_rate: float,
    revenue: str = "revenue_brl",
    margin: str = "margin_brl",
) -> Kpi:
    """Average value of customers without a contract: what they are expected to buy within a horizon.

    BG/NBD for how often, Gamma-Gamma for how much, times the margin rate of these orders
    (:func:`labkit.differentiate.customer_lifetime_value`). What the customers brought before, and what
    winning them cost, is not in it.

    Parameters
    ----------
    orders : DataFrame
        One row an order, from each customer's *first* on: ``customer_id``, ``ordered_on`` and the two money
        columns (R$). Leave out customers whose first orders are not in the table: their age would be
        too low.
    until : str or Timestamp
        Last day observed.
    horizon_weeks : int
    yearly_discount_rate : float
        Such as 0.10.
    revenue, margin : str
        Names of the columns; revenue not negative.

    Returns
    -------
    Kpi
        In R$ a customer, over all customers who first ordered before `until`.

    Raises
    ------
    LabkitError
        If columns, dates or money are not as above, or a model finds no maximum.
    """
    from labkit.differentiate import BGNBD, GammaGamma, customer_lifetime_value, summarise_purchases

    require_columns(orders, ["customer_id", "ordered_on", revenue, margin])
    require_dates(orders, "ordered_on")
    require_numbers(orders, revenue, margin)
    until = Window(until, until).last
    seen = orders[Window(orders["ordered_on"].min(), until).holds(orders["ordered_on"])]
    summary = summarise_purchases(seen, date="ordered_on", value=revenue, until=until)
    # Nobody can be watched for no time at all: who first bought on the last day tells the model nothing.
    summary = summary[summary["T"] > 0]
    purchases = BGNBD().fit(summary["frequency"], summary["recency"], summary["T"])
    repeat = summary[summary["frequency"] > 0]
    value = GammaGamma().fit(repeat["frequency"], repeat["monetary_value"])
    margin_rate = float(seen[margin].sum() / seen[revenue].sum())
    worth = customer_lifetime_value(
        purchases,
        value,
        summary["frequency"],
        summary["recency"],
        summary["T"],
        summary["monetary_value"],
        horizon=horizon_weeks,
        yearly_discount_rate=yearly_discount_rate,
        margin_rate=margin_rate,
    )
    lacking = int(worth.isna().sum())
    if lacking:
        raise LabkitError(
            _(
                "The models give no number for {n} of {total} customers: these orders do not determine them. "
                "Take a longer history or more customers."
            ).format(n=lacking, total=len(worth))
        )
    return Kpi(
        name=_("CLV, no contract"),
        value=float(worth.mean()),
        unit=MONEY,
        numerator=round(float(worth.sum()), 2),
        denominator=len(worth),
        counts=_("R$ of margin expected in the {n} weeks after {day}").format(
            n=horizon_weeks, day=until.date()
        ),
        per=_("customers who first ordered before then"),
        notes=(
            _("BG/NBD and Gamma-Gamma, {rate:.0%} a year, margin {margin:.1%} of revenue").format(
                rate=yearly_discount_rate, margin=margin_rate
            ),
        ),
        parts={"margin_rate": margin_rate},
    )


def _with_interval(
    margin: float, retention: Kpi, discount_rate: float, margin_at_start: bool, acquisition_cost: float
) -> Kpi:
    """The value at the measured rate, between the values at the ends of the rate's interval."""
    ends = (retention.value, retention.low, retention.high)
    at_rate, *at_ends = (
        contract_lifetime_value(
            margin, rate, discount_rate, margin_at_start=margin_at_start, acquisition_cost=acquisition_cost
        )
        for rate in ends
        if rate is not None
    )
    low, high = sorted(end.value for end in at_ends) if at_ends else (None, None)
    note = _("retention {rate:.3f} of {window}, for ever").format(
        rate=retention.value, window=retention.window
    )
    return replace(
        at_rate,
        low=low,
        high=high,
        level=retention.level,
        window=retention.window,
        notes=(*at_rate.notes, note),
    )


def _finite_sum(
    margins: np.ndarray, rates: np.ndarray, discount_rate: float, first: int
) -> tuple[float, int]:
    """Sum over t = first … n of m_t · S_t / (1 + i)^t, with S_0 = 1."""
    if margins.ndim and rates.ndim and margins.size != rates.size + 1 - first:
        raise LabkitError(
            _(
                "{margins} margins and {rates} retention rates do not fit: give one rate for each step, so "
                "{needed} margins here."
            ).format(margins=margins.size, rates=rates.size, needed=rates.size + 1 - first)
        )
    periods = rates.size if rates.ndim else margins.size - 1 + first
    rates = np.broadcast_to(rates, periods)
    survival = np.concatenate([[1.0], np.cumprod(rates)])[first:]
    t = np.arange(first, periods + 1)
    return float(np.sum(np.broadcast_to(margins, t.shape) * survival / (1 + discount_rate) ** t)), periods


def _checked(margin, retention, discount_rate) -> tuple[np.ndarray, np.ndarray]:
    rates, margins = np.asarray(retention, dtype=float), np.asarray(margin, dtype=float)
    if rates.ndim > 1 or margins.ndim > 1 or rates.size == 0 or margins.size == 0:
        raise LabkitError(_("Margin and retention are one number each, or one number a period."))
    if not ((rates >= 0) & (rates <= 1)).all():
        raise LabkitError(
            _("Retention is {found}; it must be a share from 0 to 1, such as 0.80 for 80%.").format(
                found=retention
            )
        )
    if not np.isfinite(margins).all():
        raise LabkitError(_("A margin is missing or infinite."))
    if not 0 <= discount_rate < 1:
        raise LabkitError(
            _("The discount rate is {found}; write 0.10 for 10% a period.").format(found=discount_rate)
        )
    return rates, margins
