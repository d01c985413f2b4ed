"""Whom may we contact, for what, by which channel, on which day? And what may leave the house about them?

The ledger of consents is a list of events, out of order, some of them twice. What holds at a moment is the last
event *by time* before it, purpose by purpose and channel by channel; no event is no permission; of a grant and a
revocation in the same minute the revocation holds.

Sources
-------
LGPD (Law 13,709 of 2018), as quoted by others: consent is for determined purposes, proved by the controller, revocable at any
time (article 8), one of several legal bases (article 7). What leaves the house: :mod:`labkit.identify.anonymity`.
"""

from __future__ import annotations

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

LEDGER = ("at", "purpose", "channel", "action")
ACTIONS = ("grant", "revoke")
_GROUP = ["purpose", "channel"]


def ledger(events: pd.DataFrame, subject: str = "customer_id") -> pd.DataFrame:
    """Put the events of a ledger into the order of time, each once.

    Parameters
    ----------
    events : DataFrame of shape (n_events, n_columns)
        Columns `subject`, ``at`` (when it was granted or revoked), ``purpose``, ``channel``, ``action`` (grant, revoke).
    subject : str
        Column that says whose consent it is.

    Returns
    -------
    DataFrame
        Sorted by ``at``, revocations last among those of the same moment.

    Raises
    ------
    LabkitError
        If a column is missing, a moment is not known, or an action is neither.
    """
    lacking = [column for column in (subject, *LEDGER) if column not in events]
    if lacking:
        raise LabkitError(
            _("The ledger of consents lacks the columns {lacking}. It has: {found}.").format(
                lacking=", ".join(lacking), found=", ".join(map(str, events.columns))
            )
        )
    at = pd.to_datetime(events["at"], errors="coerce")
    wrong = at.isna() | ~events["action"].isin(ACTIONS) | events[subject].isna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise LabkitError(
            _(
                "Row {row} of the ledger of consents cannot be read: {subject} {who}, at {at}, action {action}. "
                "Expected a customer, a moment, and grant or revoke."
            ).format(
                row=row + 1,
                subject=subject,
                who=events[subject].iloc[row],
                at=events["at"].iloc[row],
                action=repr(events["action"].iloc[row]),
            )
        )
    ordered = events.assign(at=at, _revokes=events["action"].eq("revoke"))
    ordered = ordered.drop_duplicates([subject, *LEDGER])
    return ordered.sort_values(["at", "_revokes"], kind="stable", ignore_index=True).drop(columns="_revokes")


def standing(
    events: pd.DataFrame, moment: str | pd.Timestamp | None = None, subject: str = "customer_id"
) -> pd.DataFrame:
    """What every customer allows at a moment.

    Parameters
    ----------
    events : DataFrame
        As for :func:`ledger`.
    moment : str or Timestamp, optional
        Events after it have not happened yet. A day without a time is its first minute. By default, the end of the ledger.

    Returns
    -------
    DataFrame of shape (n_permissions, 5)
        `subject`, ``purpose``, ``channel``, ``allowed`` (bool), ``since`` (of the event that decides). Who never said anything
        is not in it, and allows nothing.
    """
    ordered = ledger(events, subject)
    if moment is not None:
        ordered = ordered[ordered["at"] <= pd.Timestamp(moment)]
    last = ordered.drop_duplicates([subject, *_GROUP], keep="last")
    said = last.assign(allowed=last["action"].eq("grant")).rename(columns={"at": "since"})
    columns = [subject, *_GROUP, "allowed", "since"]
    return said[columns].sort_values([subject, *_GROUP], ignore_index=True)


def contactable(
    events: pd.DataFrame,
    moment: str | pd.Timestamp,
    purpose: str = "marketing",
    channel: str = "email",
    subject: str = "customer_id",
) -> pd.Index:
    """Customers who may be contacted for a purpose by a channel at a moment."""
    said = standing(events, moment, subject)
    chosen = said[said["allowed"] & said["purpose"].eq(purpose) & said["channel"].eq(channel)]
    return pd.Index(chosen[subject], name=subject)


def contactable_counts(
    events: pd.DataFrame, moment: str | pd.Timestamp | None = None, subject: str = "customer_id"
) -> pd.DataFrame:
    """Customers who allow, and who have revoked, by purpose and channel, at a moment.

    Returns
    -------
    DataFrame of shape (n_purposes_and_channels, 2)
        Indexed by ``purpose`` and ``channel``; ``allowed``, ``revoked``: numbers of customers.
    """
    said = standing(events, moment, subject)
    counted = said.groupby(_GROUP)["allowed"].agg(["sum", "size"])
    return pd.DataFrame({"allowed": counted["sum"], "revoked": counted["size"] - counted["sum"]}).astype(int)


def judge(
    contacts: pd.DataFrame,
    events: pd.DataFrame,
    *,
    at: str = "sent_at",
    purpose: str = "marketing",
    channel: str = "email",
    subject: str = "customer_id",
) -> pd.DataFrame:
    """Say of every contact whether it was allowed at the moment it was made.

    Parameters
    ----------
    contacts : DataFrame of shape (n_contacts, n_columns)
        Columns `subject` and `at`; ``purpose`` and ``channel`` where they differ between contacts.
    events : DataFrame
        As for :func:`ledger`.
    at : str
        Column with the moment of the contact.
    purpose, channel : str
        Of all contacts, where `contacts` has no column of that name.

    Returns
    -------
    DataFrame of shape (n_contacts, 2)
        Indexed like `contacts`. ``verdict``: allowed, revoked (a revocation stood), never granted; ``since``: the moment
        of the event that decides, missing where there is none.
    """
    asked = pd.DataFrame(
        {
            subject: contacts[subject],
            "moment": pd.to_datetime(contacts[at]).astype("datetime64[us]"),
            "purpose": contacts.get("purpose", purpose),
            "channel": contacts.get("channel", channel),
            "_place": range(len(contacts)),
        }
    )
    said = ledger(events, subject)[[subject, *_GROUP, "at", "action"]]
    said = said.assign(moment=said["at"].astype("datetime64[us]"))
    for column in _GROUP:
        asked[column] = asked[column].astype("str")
        said[column] = said[column].astype("str")
    judged = pd.merge_asof(
        asked.sort_values("moment", kind="stable"), said, on="moment", by=[subject, *_GROUP]
    ).sort_values("_place")
    words = {"grant": "allowed", "revoke": "revoked"}
    verdict = judged["action"].map(words).fillna("never granted").astype("str")
    return pd.DataFrame(
        {"verdict": verdict.to_numpy(), "since": judged["at"].to_numpy()}, index=contacts.index
    )


def violations(contacts: pd.DataFrame, events: pd.DataFrame, **how: str) -> pd.DataFrame:
    """Contacts that were not allowed, with ``verdict`` and ``since``; parameters as for :func:`judge`."""
    judged = judge(contacts, events, **how)
    return contacts.join(judged)[judged["verdict"].ne("allowed")]
