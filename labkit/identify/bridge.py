"""The bridge from a company's own customer numbers to the matched customers.

Orders and consents often carry the number of a ledger, and the ledger knows little: a name, perhaps a birth date, a city,
the first day. A number finds its customer where two of these agree with one record; the surest pairs of facts are asked
first, and whatever points two ways finds nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify import standardise as to

KEYS: tuple[tuple[str, ...], ...] = (
    ("name", "birth_date"),
    ("name", "registered"),
    ("birth_date", "registered"),
    ("name", "city"),
    ("birth_date", "city"),
)
"""Facts that must agree, the surest pair first; lesson 13 measures each."""

LEDGER = ("name", "birth_date", "city", "registered")
"""What a ledger may say of a number."""


def standard_ledger(
    table: pd.DataFrame, number: str = "customer_id", since: str = "acquired_on"
) -> pd.DataFrame:
    """Put a ledger into the spelling of the records.

    Parameters
    ----------
    table : DataFrame
        `number`, ``name`` and, where known, ``birth_date``, ``city`` and `since`, the day of becoming a customer.

    Returns
    -------
    DataFrame of shape (n_numbers, 4)
        Indexed by ``number`` (text), with the columns :data:`LEDGER`; what the ledger does not have is blank.

    Raises
    ------
    LabkitError
        If there is no `number` or no ``name``, or a number stands there twice or is blank.
    """
    lacking = [column for column in (number, "name") if column not in table]
    if lacking:
        raise LabkitError(
            _("The ledger of customers lacks the columns {lacking}. It has: {found}.").format(
                lacking=", ".join(lacking), found=", ".join(map(str, table.columns))
            )
        )
    numbers = table[number].astype("str")
    if numbers.isna().any() or numbers.duplicated().any():
        row = int((numbers.isna() | numbers.duplicated()).to_numpy().argmax())
        raise LabkitError(
            _(
                "The ledger of customers has the number {number} in row {row}, missing or there before."
            ).format(number=numbers.iloc[row], row=row + 1)
        )
    blank = pd.Series(None, index=table.index, dtype="str")
    days = {
        column: pd.to_datetime(table.get(said, blank), errors="coerce").astype("datetime64[us]")
        for column, said in (("birth_date", "birth_date"), ("registered", since))
    }
    city = table.get("city", blank).astype("str").map(to.plain, na_action="ignore")
    name = to.names(table["name"].astype("str"))["name"]
    said = pd.DataFrame({"name": name, "city": city.astype("str"), **days})[list(LEDGER)]
    return said.set_axis(pd.Index(numbers, name="number"), axis=0)


def bridge(
    ledger: pd.DataFrame,
    records: pd.DataFrame,
    customers: pd.Series,
    keys: Sequence[Sequence[str]] = KEYS,
) -> pd.DataFrame:
    """Find the customer of each number of a ledger.

    Key by key, numbers that still have nobody are compared with customers that still have no number. A pair stays if the
    number meets one customer only and the customer one number only; everything else is left to the next key, or to nobody.

    Parameters
    ----------
    ledger : DataFrame
        Of :func:`standard_ledger`.
    records : DataFrame
        Indexed by record id, with the columns that `keys` name.
    customers : Series
        Customer of each record, indexed by record id.
    keys : sequence of sequences of str
        Columns that must all be known and agree.

    Returns
    -------
    DataFrame of shape (n_bridged, 3)
        Indexed by ``number``: ``customer_id``, ``record`` (the record that agreed; of several, the id that comes first),
        ``key`` (such as ``name + birth_date``). A number without a customer is not in it.
    """
    said = records.assign(customer_id=customers.reindex(records.index)).rename_axis("record").reset_index()
    numbers = ledger.reset_index()
    found = []
    for key in map(list, keys):
        met = (
            numbers[["number", *key]]
            .dropna()
            .merge(said[["record", "customer_id", *key]].dropna(subset=key), on=key)
        )
        met = met.sort_values("record").drop_duplicates(["number", "customer_id"])
        alone = ~met["number"].duplicated(keep=False) & ~met["customer_id"].duplicated(keep=False)
        sure = met.loc[alone, ["number", "customer_id", "record"]].assign(key=" + ".join(key))
        found.append(sure)
        numbers = numbers[~numbers["number"].isin(sure["number"])]
        said = said[~said["customer_id"].isin(sure["customer_id"])]
    return pd.concat(found).astype("str").set_index("number").sort_index()


def with_records(events: pd.DataFrame, bridged: pd.DataFrame, number: str = "customer_id") -> pd.DataFrame:
    """Put the record that stands for each number beside it, and call the number ``customer_number``.

    Parameters
    ----------
    events : DataFrame
        Orders, consents and the like; `number` holds numbers of the ledger.
    bridged : DataFrame
        Of :func:`bridge`.

    Returns
    -------
    DataFrame
        As many rows; ``record`` and ``customer_number`` in front, the record blank where no customer was found. Events then
        follow their record when a refresh joins or parts customers.
    """
    numbers = events[number].astype("str")
    result = events.drop(columns=number)
    result.insert(0, "record", numbers.map(bridged["record"]).astype("str"))
    result.insert(1, "customer_number", events[number])
    return result
