"""The arrays of a run as tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.play.engine import CHANNELS, STATUS, Diary
from labkit.world.play.reactions import FLAGS
from labkit.world.play.rules import REFUSALS
from labkit.world.play.state import START, Cast

CONTACT_COLUMNS = [
    "row",
    "customer_id",
    "day",
    "date",
    "hour",
    "channel",
    "message",
    "refusal",
    "cost_brl",
    *FLAGS,
]


def words(names: tuple | list, code: np.ndarray) -> pd.Categorical:
    """Codes as categories, which a million rows of text would be slower and larger than."""
    return pd.Categorical.from_codes(np.asarray(code), categories=list(names))


def dates(day: np.ndarray) -> np.ndarray:
    """Days since the start of the future as dates, in the unit that the course's tables have."""
    return (START + np.asarray(day).astype("timedelta64[D]")).astype("datetime64[us]")


def _days(diary: Diary, day: int | None) -> range:
    return range(0) if day is None else range(day, day + 1)


def orders(cast: Cast, diary: Diary, days: range, first_id: int) -> pd.DataFrame:
    """Orders of some days, with the columns of the table ``orders``."""
    parts = [diary.orders[day] for day in days]
    counts = [len(part.who) for part in parts]

    def joined(name: str, kind) -> np.ndarray:
        return np.concatenate([getattr(p, name) for p in parts]) if parts else np.zeros(0, dtype=kind)

    revenue, cost = joined("revenue", float), joined("cost", float)
    channel = np.array(CHANNELS, dtype=object)[joined("channel", int)]
    return pd.DataFrame(
        {
            "order_id": np.arange(first_id, first_id + sum(counts)),
            "customer_id": cast.customer_id[joined("who", int)],
            "ordered_on": dates(np.repeat(np.array(list(days), dtype=int), counts)),
            "channel": pd.array(channel, dtype="str"),
            "revenue_brl": revenue,
            "discount_brl": joined("discount", float),
            "cost_brl": cost,
            "margin_brl": np.round(revenue - cost, 2),
        }
    )


def orders_of_day(cast: Cast, diary: Diary, day: int | None) -> pd.DataFrame:
    """Orders of a day, not yet numbered."""
    return orders(cast, diary, _days(diary, day), 0)


def deliveries_of_day(cast: Cast, diary: Diary, day: int | None) -> pd.DataFrame:
    """How the web and app orders of a day fared, not yet numbered."""
    parts = [diary.orders[d] for d in _days(diary, day)]
    who = np.concatenate([p.who for p in parts]) if parts else np.zeros(0, dtype=int)
    late = np.concatenate([p.late_days for p in parts]) if parts else np.zeros(0, dtype=int)
    status = np.concatenate([p.status for p in parts]) if parts else np.zeros(0, dtype=int)
    sent = late >= 0
    return pd.DataFrame(
        {
            "order_id": np.zeros(int(sent.sum()), dtype=np.int64),
            "customer_id": cast.customer_id[who[sent]],
            "ordered_on": dates(np.full(int(sent.sum()), day or 0)),
            "status": pd.array(np.array(STATUS, dtype=object)[status[sent]], dtype="str"),
            "late_days": late[sent],
        }
    )


def contacts(cast: Cast, diary: Diary, days: range) -> pd.DataFrame:
    """Contacts of some days with refusals and reactions, in the order in which they were made."""
    p = cast.parameters.play
    parts = [outcome for day in days for outcome in diary.outcomes[day]]

    def joined(read, kind) -> np.ndarray:
        return np.concatenate([read(part) for part in parts]) if parts else np.zeros(0, dtype=kind)

    day = joined(lambda o: o.contacts.day, np.int64)
    flags = joined(lambda o: o.flags, np.uint8)
    frame = pd.DataFrame(
        {
            "row": joined(lambda o: o.contacts.row, np.int64),
            "customer_id": cast.customer_id[joined(lambda o: o.contacts.who, np.int64)],
            "day": day,
            "date": dates(day),
            "hour": joined(lambda o: o.contacts.hour, np.int64),
            "channel": words([c.name for c in p.channels], joined(lambda o: o.contacts.channel, np.int64)),
            "message": words([m.name for m in p.messages], joined(lambda o: o.contacts.message, np.int64)),
            "refusal": words(REFUSALS, joined(lambda o: o.refusal, np.int8)),
            "cost_brl": joined(lambda o: o.cost, float),
        }
    )
    for bit, name in enumerate(FLAGS):
        frame[name] = (flags >> bit & 1).astype(bool)
    return frame


def contacts_of_day(cast: Cast, diary: Diary, day: int | None) -> pd.DataFrame:
    """Contacts of a day."""
    return contacts(cast, diary, _days(diary, day))


def plans(world, cast: Cast, diary: Diary) -> pd.DataFrame:
    """The table ``plans`` with the cancellations so far."""
    frame = world.plans.copy()
    ended = [(cast.contract_id[ends], day) for day, ends in enumerate(diary.cancelled) if len(ends)]
    if ended:
        day = pd.Series(
            dates(np.concatenate([np.full(len(ids), day) for ids, day in ended])),
            index=np.concatenate([ids for ids, _ in ended]),
        )
        frame["cancelled_on"] = frame["cancelled_on"].fillna(frame["contract_id"].map(day))
    return frame
