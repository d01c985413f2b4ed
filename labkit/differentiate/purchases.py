"""From raw purchase rows to one row a customer: the four numbers the models need."""

from __future__ import annotations

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

TIME_UNITS = {"D": 1.0, "W": 7.0, "M": 365.25 / 12}
"""Days in a unit of time: day, week, average month."""


def summarise_purchases(
    orders: pd.DataFrame,
    *,
    customer: str = "customer_id",
    date: str = "date",
    value: str | None = None,
    until: str | pd.Timestamp | None = None,
    unit: str = "W",
) -> pd.DataFrame:
    """Summarise each customer's purchases up to a date as recency, frequency and age.

    All purchases of one customer on one day count as one purchase day, whose value is their sum. That
    is how the published CDNOW figures were made: two orders on a day are one visit split in two, and
    a visit cannot be its own repeat.

    Parameters
    ----------
    orders : DataFrame
        One row a purchase (or a purchase line).
    customer, date : str
        Names of the columns with the customer and with the moment of purchase (datetime64; only the
        day is used).
    value : str, optional
        Name of the column with the money of the row, in any one currency, not negative.
    until : str or Timestamp, optional
        Last day observed, included. Later rows are left out, and so are customers whose first
        purchase is later. By default the last day in ``orders``.
    unit : {"W", "D", "M"}
        Unit of time of ``recency`` and ``T``: week (7 days), day, or average month (365.25 / 12 days).

    Returns
    -------
    DataFrame
        One row a customer, in the order of the customer key, indexed by it, with the columns

        ``frequency``
            number of *repeat* purchase days: the first is not counted;
        ``recency``
            time from the first to the last purchase day, in ``unit``; 0 for who never repeated;
        ``T``
            time from the first purchase day to ``until``, in ``unit``: the customer's age;
        ``monetary_value``
            mean value of a *repeat* purchase day, 0 for who never repeated (only with ``value``).

    Raises
    ------
    LabkitError
        If a column is missing, dates are not dates, a customer, date or value is missing, a value is
        negative, the unit is unknown, or nothing was bought up to ``until``.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). "Counting Your Customers" the Easy Way.
    *Marketing Science* 24(2), 275-284, section 3 for the data (x, t_x, T).
    """
    if unit not in TIME_UNITS:
        raise LabkitError(
            _("unit is {unit!r}; it must be one of {known}.").format(unit=unit, known=", ".join(TIME_UNITS))
        )
    days = _purchase_days(orders, customer, date, value)
    last_day = days["day"].max() if until is None else _as_day(until)
    days = days[days["day"] <= last_day]
    if days.empty:
        raise LabkitError(
            _("Nobody bought up to {until}: the first purchase in the table is later.").format(
                until=last_day.date()
            )
        )
    by_customer = days.groupby("customer")["day"]
    first, last, purchase_days = by_customer.min(), by_customer.max(), by_customer.size()
    in_days = TIME_UNITS[unit]
    summary = pd.DataFrame(
        {
            "frequency": purchase_days - 1,
            "recency": (last - first).dt.days / in_days,
            "T": (last_day - first).dt.days / in_days,
        }
    )
    if value is not None:
        repeat = days[days["day"] > days["customer"].map(first)]
        mean_value = repeat.groupby("customer")["value"].mean()
        summary["monetary_value"] = mean_value.reindex(summary.index, fill_value=0.0)
    return summary.rename_axis(index=customer)


def gap_shares(orders: pd.DataFrame, *, customer: str = "customer_id", date: str = "date") -> pd.Series:
    """How regular is each customer: their latest two gaps, the earlier as a share of both.

    If a customer buys at random moments (a Poisson process, as BG/NBD and Pareto/NBD assume), the
    share is uniform between 0 and 1, with variance 1/12, whatever the customer's rate. Regular
    buying pulls it towards 1/2: for Erlang-k gaps the variance is 1/(4(2k+1)). Bursts push it to the
    ends. Nothing is estimated, so the check does not rest on the model it checks.

    Parameters
    ----------
    orders : DataFrame
        One row a purchase.
    customer, date : str
        Names of the columns with the customer and with the moment of purchase (datetime64).

    Returns
    -------
    Series
        The share, between 0 and 1, for every customer with at least three purchase days, indexed by
        customer.

    Raises
    ------
    LabkitError
        As :func:`summarise_purchases`.

    References
    ----------
    Wheat, R. D. & Morrison, D. G. (1990). Estimating Purchase Regularity with Two Interpurchase
    Times. *Journal of Marketing Research* 27(1), 87-93.
    """
    days = _purchase_days(orders, customer, date, value=None).sort_values(["customer", "day"])
    gap = days.groupby("customer")["day"].diff().dt.days
    gaps = pd.DataFrame({"earlier": gap.groupby(days["customer"]).shift(), "later": gap})
    gaps = gaps.assign(customer=days["customer"]).dropna().groupby("customer").last()
    return (gaps["earlier"] / (gaps["earlier"] + gaps["later"])).rename("gap_share").rename_axis(customer)


def _purchase_days(orders: pd.DataFrame, customer: str, date: str, value: str | None) -> pd.DataFrame:
    """One row a customer and day: columns customer, day and, if asked for, value (the day's sum)."""
    columns = [customer, date] + ([value] if value is not None else [])
    missing = [column for column in columns if column not in orders.columns]
    if missing:
        raise LabkitError(
            _("The table has no column {missing}. It has: {found}.").format(
                missing=", ".join(missing), found=", ".join(map(str, orders.columns))
            )
        )
    if not pd.api.types.is_datetime64_any_dtype(orders[date]):
        raise LabkitError(
            _(
                "Column {column} holds {dtype}, not dates. Convert it first: "
                "orders[{column!r}] = pd.to_datetime(orders[{column!r}])."
            ).format(column=date, dtype=orders[date].dtype)
        )
    for column in columns:
        empty = int(orders[column].isna().sum())
        if empty:
            raise LabkitError(
                _("Column {column} is empty in {n} rows. Fill or drop them first.").format(
                    column=column, n=empty
                )
            )
    rows = pd.DataFrame(
        {"customer": orders[customer], "day": orders[date].dt.tz_localize(None).dt.normalize()}
    )
    if value is None:
        return rows.drop_duplicates()
    if not pd.api.types.is_numeric_dtype(orders[value]):
        raise LabkitError(
            _("Column {column} holds {dtype}, not numbers.").format(column=value, dtype=orders[value].dtype)
        )
    negative = int((orders[value] < 0).sum())
    if negative:
        raise LabkitError(
            _(
                "Column {column} is negative in {n} rows. A refund is not a purchase: subtract it from the "
                "order it belongs to, or leave it out."
            ).format(column=value, n=negative)
        )
    return rows.assign(value=orders[value]).groupby(["customer", "day"], as_index=False)["value"].sum()


def _as_day(moment: str | pd.Timestamp) -> pd.Timestamp:
    try:
        return pd.Timestamp(moment).tz_localize(None).normalize()
    except (ValueError, TypeError) as error:
        raise LabkitError(
            _("until is {moment!r}; it must be a date such as '1997-09-30'.").format(moment=moment)
        ) from error
