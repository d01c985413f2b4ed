"""The bridge from a company's own customer numbers to the matched customers.

Orders and consents often carry the number of a ledger, and the ledger knows little: a name, perhaps a birth date, a city,
the first day. A number finds its customer where two of these agree with one record; the surest pairs of facts are asked
first, and whatever points two ways finds nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
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
    # Numbers and customers by their places: comparing texts takes long.
    said = records.reset_index(drop=True).assign(record=records.index.astype("str").to_numpy())
    said["whose"], whose = pd.factorize(customers.reindex(records.index).to_numpy())
    said = said[said["whose"] >= 0].sort_values("record")
    numbers = ledger.reset_index().assign(place=range(len(ledger)))
    served, named = np.zeros(len(ledger), dtype=bool), np.zeros(len(whose), dtype=bool)
    found = []
    for key in map(list, keys):
        left = numbers.loc[~served[numbers["place"]], ["place", *key]].dropna()
        right = said.loc[~named[said["whose"]], ["record", "whose", *key]].dropna()
        met = left.merge(right.drop_duplicates(["whose", *key]), on=key)
        alone = ~met["place"].duplicated(keep=False) & ~met["whose"].duplicated(keep=False)
        sure = met.loc[alone, ["place", "whose", "record"]].assign(key=" + ".join(key))
        found.append(sure)
        served[sure["place"]], named[sure["whose"]] = True, True
    bridged = pd.concat(found)
    result = pd.DataFrame(
        {
            "customer_id": whose[bridged["whose"]],
            "record": bridged["record"].to_numpy(),
            "key": bridged["key"].to_numpy(),
        },
        index=pd.Index(ledger.index[bridged["place"]], name="number"),
    )
    return result.astype("str").sort_index()


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
