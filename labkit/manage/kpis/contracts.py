"""Retention and churn where there is a contract, so that leaving is observed."""

from __future__ import annotations

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.manage.kpis.results import SHARE, Kpi, rate_interval
from labkit.manage.kpis.tables import require_columns, require_dates, require_filled
from labkit.manage.kpis.windows import Window, as_window


def retention_rate(
    contracts: pd.DataFrame,
    window: Window | str | tuple,
    *,
    customer: str = "customer_id",
    started: str = "started_on",
    ended: str = "cancelled_on",
    level: float = 0.95,
) -> Kpi:
    """Share of the customers at the start of a window who are still customers at its end: (E - N) / S.

    S are the customers with a running contract at the end of the day before the window, E those at the
    end of its last day, N those of E who were not in S (won in the window). Customers are counted, not
    contracts: two pets of one tutor are one customer, kept as long as one contract runs. Who left and
    came back within the window is in both S and E, and counts as kept.

    Parameters
    ----------
    contracts : DataFrame
        One row a contract.
    window : Window, text or pair of days
        Such as ``"2025"`` or ``("2025-01-01", "2025-12-31")``.
    customer, started, ended : str
        Names of the columns; `ended` is the first day without the contract, missing while it runs.
    level : float
        Of the interval (Wilson), which takes customers for independent.

    Returns
    -------
    Kpi
        ``parts`` holds start (S), end (E), new (N), lost.

    Raises
    ------
    LabkitError
        If there is nobody to retain, a column is missing, dates are text, or a contract ends before it
        starts.

    Notes
    -----
    Not defined without a contract: a customer who has not bought may buy tomorrow. There, count repeat
    buyers over a stated time, or model it (:class:`labkit.differentiate.BGNBD`).
    """
    window = as_window(window)
    at_start, at_end = _start_and_end(contracts, window, customer, started, ended)
    return _share(
        _("retention rate"),
        at_start.intersection(at_end),
        _("of them still under contract on the evening of {day}"),
        (at_start, at_end),
        window,
        level,
    )


def churn_rate(
    contracts: pd.DataFrame,
    window: Window | str | tuple,
    *,
    customer: str = "customer_id",
    started: str = "started_on",
    ended: str = "cancelled_on",
    level: float = 0.95,
) -> Kpi:
    """Share of the customers at the start of a window who are not customers at its end.

    1 - :func:`retention_rate`, because both stand on the same customers and the same window. Dividing
    the cancellations of the window by anything else (customers at the end, start plus new) gives a
    number that does not add up with retention.

    Parameters, returns and errors are those of :func:`retention_rate`.
    """
    window = as_window(window)
    at_start, at_end = _start_and_end(contracts, window, customer, started, ended)
    return _share(
        _("churn rate"),
        at_start.difference(at_end),
        _("of them no longer under contract on the evening of {day}"),
        (at_start, at_end),
        window,
        level,
    )


def _share(
    name: str,
    counted: pd.Index,
    counts: str,
    customers: tuple[pd.Index, pd.Index],
    window: Window,
    level: float,
) -> Kpi:
    """The rate of those counted among the customers at the start of a window, with its interval."""
    at_start, at_end = customers
    low, high = rate_interval(len(counted), len(at_start), level)
    return Kpi(
        name=name,
        value=len(counted) / len(at_start),
        unit=SHARE,
        numerator=len(counted),
        denominator=len(at_start),
        counts=counts.format(day=window.last.date()),
        per=_("customers under contract on the evening of {day}").format(day=window.eve.date()),
        window=window,
        low=low,
        high=high,
        level=level,
        parts=_parts(at_start, at_end),
    )


def active_on(
    contracts: pd.DataFrame,
    day: str | pd.Timestamp,
    *,
    customer: str = "customer_id",
    started: str = "started_on",
    ended: str = "cancelled_on",
) -> pd.Index:
    """Customers with at least one running contract at the end of a day, each once, sorted.

    A contract runs from its first day; on the day in `ended` it runs no longer.
    """
    _require_contracts(contracts, customer, started, ended)
    day = Window(day, day).first
    return _running(contracts, day, customer, started, ended)


def _start_and_end(contracts, window, customer, started, ended) -> tuple[pd.Index, pd.Index]:
    _require_contracts(contracts, customer, started, ended)
    at_start = _running(contracts, window.eve, customer, started, ended)
    if at_start.empty:
        raise LabkitError(
            _(
                "Nobody was under contract on the evening of {day}, the day before the window: there is nobody "
                "to keep, and the rate would divide by zero. Contracts here start between {first} and {last}."
            ).format(
                day=window.eve.date(),
                first=contracts[started].min().date() if len(contracts) else "-",
                last=contracts[started].max().date() if len(contracts) else "-",
            )
        )
    return at_start, _running(contracts, window.last, customer, started, ended)


def _running(contracts, day, customer, started, ended) -> pd.Index:
    running = (contracts[started] <= day) & ~(contracts[ended] <= day)
    return pd.Index(contracts.loc[running, customer].unique()).sort_values()


def _parts(at_start: pd.Index, at_end: pd.Index) -> dict[str, int]:
    return {
        "start": len(at_start),
        "end": len(at_end),
        "new": len(at_end.difference(at_start)),
        "lost": len(at_start.difference(at_end)),
    }


def _require_contracts(contracts, customer, started, ended) -> None:
    require_columns(contracts, [customer, started, ended])
    require_filled(contracts, customer)
    require_dates(contracts, started)
    require_dates(contracts, ended, empty=True)
    backwards = contracts[ended] < contracts[started]
    if backwards.any():
        raise LabkitError(
            _(
                "{n} contracts end before they start (first: row {row}). Were {started} and {ended} swapped?"
            ).format(n=int(backwards.sum()), row=backwards.idxmax(), started=started, ended=ended)
        )
