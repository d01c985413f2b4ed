"""Survivorship: of several records of one customer, which value is *the* value?

Each attribute has a rule: criteria asked one after the other until one value is left. Every golden value keeps its
provenance: the record it comes from, how many records know something, how many say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

CRITERIA = ("trusted", "recent", "complete", "vote", "street")
"""trusted: the source with the smallest number in ``trust``. recent: the latest ``registered``. complete: the value of
most words that are no initials, then of most characters. vote: the value that most records say. street, of a home only:
one with a street before one without."""

RULES: dict[str, tuple[str, ...]] = {
    "name": ("complete", "trusted", "recent"),
    "suffix": ("trusted", "recent"),
    "cpf": ("vote", "trusted", "recent"),
    "birth_date": ("vote", "trusted", "recent"),
    "phone": ("recent", "trusted"),
    "email": ("recent", "trusted"),
    "home": ("street", "recent", "trusted"),
}
"""Rules that lesson 13 arrives at: people keep their birth date, and change their phone and move."""

_NOT_SAID = "-"
HOME = ("address", "cep", "city")
"""Parts of one address. They come from one record: a street of one and a city of another are nobody's home."""


def golden_values(
    records: pd.DataFrame,
    customers: pd.Series,
    trust: Mapping[str, int] | None = None,
    rules: Mapping[str, Sequence[str]] = RULES,
) -> pd.DataFrame:
    """Choose one value of each attribute for each customer.

    Parameters
    ----------
    records : DataFrame of shape (n_records, n_columns)
        Indexed by record id; ``source``, ``registered`` (datetime64, may be missing) and the attributes.
    customers : Series of shape (n_records,)
        Customer of each record, indexed by record id.
    trust : mapping of str to int, optional
        Source → rank, 1 trusted most. Sources not named come last.
    rules : mapping of str to sequence of str
        Attribute → criteria, see :data:`CRITERIA`. ``home`` stands for the parts of :data:`HOME` together.
        What is still tied goes to the record whose id comes first.

    Returns
    -------
    DataFrame of shape (n_values, 8)
        ``customer_id``, ``attribute``, ``value`` (text), ``record``, ``source``, ``rule`` (its first criterion, or
        "only value" where no record says otherwise), ``known`` (records of the customer that say something),
        ``agreeing`` (those that say the same). Sorted by customer and attribute.

    Raises
    ------
    LabkitError
        If a rule asks for an unknown criterion, or an attribute is not in the records.
    """
    for attribute, criteria in rules.items():
        unknown = [each for each in criteria if each not in CRITERIA]
        if unknown:
            raise LabkitError(
                _("The rule of {attribute} asks for {unknown}. Known criteria: {known}.").format(
                    attribute=attribute, unknown=repr(unknown[0]), known=", ".join(CRITERIA)
                )
            )
        for column in HOME if attribute == "home" else (attribute,):
            if column not in records:
                raise LabkitError(
                    _("There is a rule for {column}, but the records have no such column: {found}.").format(
                        column=column, found=", ".join(records.columns)
                    )
                )
    # Customers, records and sources by their places: texts take long.
    place, whose = pd.factorize(customers.reindex(records.index), sort=True)
    system, systems = pd.factorize(records["source"])
    ranks = np.array([(trust or {}).get(each, np.inf) for each in systems] + [np.inf])
    shared = pd.DataFrame(
        {
            "place": place,
            "at": np.arange(len(records)),
            "registered": records["registered"].to_numpy(),
            "trusted": ranks[system],
            "id_order": np.argsort(np.argsort(records.index.astype("str"), kind="stable")),
        }
    )
    found = []
    for attribute, criteria in rules.items():
        if attribute == "home":
            chosen = _choose(shared, _home(records), criteria)
            found += _parts_of_home(chosen, records)
        else:
            chosen = _choose(shared, _text(records[attribute]), criteria)
            found.append(chosen.assign(attribute=attribute))
    columns = ["customer_id", "attribute", "value", "record", "source", "rule", "known", "agreeing"]
    united = pd.concat(found, ignore_index=True)
    united["attribute"] = united["attribute"].astype("str")
    rank, _names = pd.factorize(united["attribute"], sort=True)
    united = united.iloc[np.lexsort((rank, united["place"]))].reset_index(drop=True)
    united["customer_id"] = pd.Series(whose[united["place"]], dtype=customers.dtype)
    united["record"] = pd.Series(records.index[united["at"]].astype("str"))
    united["source"] = records["source"].iloc[united["at"]].reset_index(drop=True)
    return united[columns]


def one_row_each(golden: pd.DataFrame, attributes: Sequence[str] | None = None) -> pd.DataFrame:
    """Golden values as a table of customers: one row each, one column an attribute, blank where nobody knows."""
    wide = golden.pivot(index="customer_id", columns="attribute", values="value")
    wide = wide.rename_axis(columns=None)
    return wide if attributes is None else wide.reindex(columns=list(attributes))


def _choose(shared: pd.DataFrame, values: pd.Series, criteria: Sequence[str]) -> pd.DataFrame:
    """The winning record of each customer that knows anything."""
    known = values.notna().to_numpy() & (shared["place"] >= 0).to_numpy()
    rows = shared[known].assign(value=values.to_numpy()[known])
    rows["known"] = np.bincount(rows["place"])[rows["place"]]
    said, _values = pd.factorize(rows["value"])
    pair = rows["place"].to_numpy() * (said.max(initial=0) + 1) + said
    rows["agreeing"] = rows.groupby(pair)["place"].transform("size")
    order = ["place"]
    for criterion in criteria:
        if criterion == "trusted":
            order.append("trusted")
        elif criterion == "recent":
            rows["recent"] = -rows["registered"].astype("int64").where(rows["registered"].notna(), -(2**62))
            order.append("recent")
        elif criterion == "street":
            rows["street"] = rows["value"].str.startswith(_NOT_SAID)
            order.append("street")
        elif criterion == "vote":
            rows["vote"] = -rows["agreeing"]
            order.append("vote")
        else:
            rows["words"], rows["letters"] = _completeness(rows["value"])
            order += ["words", "letters"]
    winners = rows.sort_values([*order, "id_order"]).drop_duplicates("place")
    first = np.where(winners["known"] == winners["agreeing"], "only value", criteria[0])
    return winners.assign(rule=pd.Series(first, index=winners.index, dtype="str"))


def _completeness(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Words that are no initials, and characters; negative, so that most comes first."""
    return -values.str.count(r"\w\w+"), -values.str.len()


def _text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    return values.astype("str")


def _home(records: pd.DataFrame) -> pd.Series:
    """How much of an address a record has, as one word a part; two records agree if all parts do."""
    parts = [records[column].astype("str").str.replace(r"\W", "", regex=True) for column in HOME]
    first, *more = (part.fillna(_NOT_SAID) for part in parts)
    joined = first.str.cat(more, sep=" ")
    return joined.where(joined != " ".join([_NOT_SAID] * len(HOME)))


def _parts_of_home(chosen: pd.DataFrame, records: pd.DataFrame) -> list[pd.DataFrame]:
    parts = []
    for column in HOME:
        value = pd.Series(records[column].to_numpy()[chosen["at"]], index=chosen.index, dtype="str")
        parts.append(chosen.assign(attribute=column, value=value)[value.notna()])
    return parts
