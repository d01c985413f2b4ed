"""Events of consent in compact form, and the state they lead to."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from labkit.world import letters
from labkit.world.draft import Draft

PURPOSES = ("marketing", "profiling", "partner_sharing", "service")
CHANNELS = ("email", "whatsapp", "sms", "push", "phone", "any")
BASES = ("consent", "legitimate_interest", "contract")
ORIGINS = (
    "web form",
    "app",
    "shop form",
    "clinic form",
    "preference centre",
    "unsubscribe link",
    "phone call",
)
MINUTE = np.timedelta64(1, "m")
DAY = 1_440
"""Minutes of a day."""

MARKETING, EMAIL = PURPOSES.index("marketing"), CHANNELS.index("email")


def minutes(day: object) -> np.ndarray:
    """Turn dates into minutes since 2020-01-01."""
    return (np.asarray(day, dtype="datetime64[m]") - np.datetime64("2020-01-01", "m")).astype(np.int64)


def rows_of(draft: Draft) -> np.ndarray:
    """Person rows by customer number."""
    rows = np.zeros(int(draft.customer_id.max()) + 1, dtype=np.int64)
    rows[draft.customer_id] = np.arange(len(draft.customer_id))
    return rows


def words(codes: np.ndarray, names: tuple[str, ...]) -> pd.api.extensions.ExtensionArray:
    """Spell codes out."""
    return letters.column(letters.pick(list(names), codes))


@dataclass(frozen=True)
class Events:
    """Events, one entry each: person (row number), minute, and codes of the lists of this module."""

    person: np.ndarray
    minute: np.ndarray
    purpose: np.ndarray
    channel: np.ndarray
    grant: np.ndarray
    basis: np.ndarray
    origin: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def take(self, where: np.ndarray) -> Events:
        """Return the events at ``where``: row numbers or a mask."""
        return Events(*(getattr(self, f.name)[where] for f in fields(self)))

    def changed(self, **columns: np.ndarray) -> Events:
        """Return the events with other values in some columns."""
        return Events(*(columns.get(f.name, getattr(self, f.name)) for f in fields(self)))


def events(person, minute, *, purpose=MARKETING, channel=EMAIL, grant, basis=0, origin) -> Events:
    """Make events; whatever is the same for all may be given once."""
    n = len(person)

    def codes(values) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, dtype=np.int8), n)

    return Events(
        np.asarray(person, dtype=np.int32), np.asarray(minute, dtype=np.int64), codes(purpose), codes(channel),
        np.broadcast_to(np.asarray(grant, dtype=bool), n), codes(basis), codes(origin),
    )  # fmt: skip


def joined(parts: list[Events]) -> Events:
    """Put events together."""
    return Events(*(np.concatenate([getattr(e, f.name) for e in parts]) for f in fields(Events)))


def allowed(
    e: Events, people: int, minute: np.ndarray | int, *, purpose: int = MARKETING, channel: int = EMAIL
) -> np.ndarray:
    """Who has granted and not revoked by ``minute``: the latest event in time decides, not the latest row.

    Returns
    -------
    numpy.ndarray of bool, shape (people,)
    """
    e = e.take((e.purpose == purpose) & (e.channel == channel) & (e.minute <= minute))
    e = e.take(np.argsort(e.minute, kind="stable"))
    state = np.zeros(people, dtype=bool)
    state[e.person] = e.grant  # where a person comes twice, the last one stays
    return state


def latest(e: Events, people: int, minute: int, *, channel: int = EMAIL) -> np.ndarray:
    """Minute of everybody's last event of marketing on a channel by ``minute``; -1 where there is none."""
    e = e.take((e.purpose == MARKETING) & (e.channel == channel) & (e.minute <= minute))
    last = np.full(people, -1, dtype=np.int64)
    np.maximum.at(last, e.person, e.minute)
    return last


def table(e: Events, customer_id: np.ndarray, recorded: np.ndarray) -> pd.DataFrame:
    """Write the ledger: numbered as recorded, which is not always as it happened.

    Parameters
    ----------
    e : Events
    customer_id : numpy.ndarray
        Public numbers by person row.
    recorded : numpy.ndarray, shape (len(e),)
        Minute at which each event was typed in.
    """
    customer = customer_id[e.person]
    key = (recorded << 36) | (customer << 8) | (e.purpose.astype(np.int64) * 16 + e.channel * 2 + e.grant)
    order = np.argsort(key, kind="stable")
    e = e.take(order)

    return pd.DataFrame(
        {
            "event_id": np.arange(1, len(e) + 1),
            "customer_id": customer[order],
            "at": np.datetime64("2020-01-01", "us") + e.minute * MINUTE,
            "purpose": words(e.purpose, PURPOSES),
            "channel": words(e.channel, CHANNELS),
            "action": words(e.grant.astype(np.int8), ("revoke", "grant")),
            "legal_basis": words(e.basis, BASES),
            "origin": words(e.origin, ORIGINS),
        }
    )
