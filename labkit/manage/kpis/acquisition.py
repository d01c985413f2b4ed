"""What it costs to win a customer, and what is in that cost."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.manage.kpis.results import LEVEL, MONEY, Kpi
from labkit.manage.kpis.tables import require_columns, require_dates, require_numbers
from labkit.manage.kpis.windows import Window, as_window


def acquisition_cost(
    spend: pd.DataFrame,
    customers: pd.DataFrame,
    window: Window | str | tuple,
    *,
    leave_out: Iterable[str] = (),
    won_by: Iterable[str] | None = None,
    level: float = LEVEL,
) -> Kpi:
    """Acquisition spend of a window per customer won in it (CAC).

    Parameters
    ----------
    spend : DataFrame
        One row a month, channel and purpose: ``month`` (its first day), ``channel``, ``purpose``
        (acquisition or retention), ``spend_brl``. Retention spend is never counted.
    customers : DataFrame
        One row a customer: ``acquired_on``, and ``acquisition_channel`` if `won_by` is used.
    window : Window, text or pair of days
        Whole months, because spend is known by month.
    leave_out : iterable of str
        Spend channels not counted, such as ``["team"]``; the note says so.
    won_by : iterable of str, optional
        Count only customers won by these channels, and only the spend of these channels. By default all
        spend over all customers ("blended"), referral and organic included.
    level : float
        Of the interval.

    Returns
    -------
    Kpi
        In R$ a customer; ``parts`` holds the spend by channel. The interval takes the spend as known and
        the number of customers won as a count that could have come out otherwise (Poisson, exact: Garwood
        1936): how far the cost moves by luck though nothing has changed. The spend of a month also wins
        customers later; a long window makes that matter less.

    Raises
    ------
    LabkitError
        If the window cuts a month or lacks spend, a channel is unknown, or nobody was won.
    """
    window = as_window(window)
    require_columns(spend, ["month", "channel", "purpose", "spend_brl"])
    require_columns(customers, ["acquired_on"])
    require_dates(spend, "month")
    require_dates(customers, "acquired_on")
    require_numbers(spend, "spend_brl")
    _require_whole_months(spend, window)
    paid = spend[window.holds(spend["month"]) & (spend["purpose"] == "acquisition")]
    won = customers[window.holds(customers["acquired_on"])]
    if won_by is not None:
        require_columns(customers, ["acquisition_channel"])
        won_by = list(won_by)
        _require_known(won_by, set(spend["channel"]) | set(customers["acquisition_channel"]))
        paid = paid[paid["channel"].isin(won_by)]
        won = won[won["acquisition_channel"].isin(won_by)]
    leave_out = list(leave_out)
    _require_known(leave_out, set(spend["channel"]))
    counted = paid[~paid["channel"].isin(leave_out)]
    if won.empty:
        raise LabkitError(
            _("Nobody was won from {window}: the cost per customer would divide by zero.").format(
                window=window
            )
        )
    by_channel = counted.groupby("channel")["spend_brl"].sum()
    notes = ()
    if leave_out:
        left = float(paid["spend_brl"].sum() - counted["spend_brl"].sum())
        notes = (
            _("left out: {channels}, R$ {spend:,.0f}").format(channels=", ".join(leave_out), spend=left),
        )
    fewest, most = _count_interval(len(won), level)
    return Kpi(
        name=_("CAC"),
        value=float(by_channel.sum()) / len(won),
        unit=MONEY,
        numerator=round(float(by_channel.sum()), 2),
        denominator=len(won),
        counts=_("R$ of acquisition spend: {channels}").format(channels=", ".join(by_channel.index)),
        per=_("customers won")
        if won_by is None
        else _("customers won by {channels}").format(channels=", ".join(won_by)),
        window=window,
        low=float(by_channel.sum()) / most,
        high=float(by_channel.sum()) / fewest,
        level=level,
        notes=notes,
        parts={channel: float(amount) for channel, amount in by_channel.items()},
    )


def _count_interval(count: int, level: float) -> tuple[float, float]:
    """Exact interval of a Poisson count above zero (Garwood 1936)."""
    from scipy.stats import chi2

    tail = (1 - level) / 2
    return float(chi2.ppf(tail, 2 * count) / 2), float(chi2.ppf(1 - tail, 2 * count + 2) / 2)


def _require_whole_months(spend: pd.DataFrame, window: Window) -> None:
    month_end = window.last + pd.offsets.MonthEnd(0)
    if window.first.day != 1 or window.last != month_end:
        raise LabkitError(
            _(
                "The window {window} cuts a month, and spend is known by whole months: customers and spend "
                "would be of different periods. Take the first to the last day of months."
            ).format(window=window)
        )
    wanted = pd.date_range(window.first, window.last, freq="MS")
    missing = wanted.difference(pd.DatetimeIndex(spend["month"].unique()))
    if len(missing):
        raise LabkitError(
            _(
                "There is no spend for {n} months of the window, first {month}: the cost would be too low."
            ).format(n=len(missing), month=missing[0].strftime("%Y-%m"))
        )


def _require_known(channels: list[str], known: set[str]) -> None:
    unknown = [channel for channel in channels if channel not in known]
    if unknown:
        raise LabkitError(
            _("There is no channel {unknown}; there are: {known}.").format(
                unknown=", ".join(unknown), known=", ".join(sorted(known))
            )
        )
