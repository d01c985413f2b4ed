"""Tickets: what customers told support, how long it took, and how it ended.

What happened and whether the answer was good was decided when it happened (:mod:`labkit.world.causes.service`),
because what customers do next depends on it; here it is written up as the desk would have it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.causes import service as cause
from labkit.world.parameters import HISTORY_END, HISTORY_START, Service
from labkit.world.purchases import CHANNELS, SHOP
from labkit.world.service import happened_at
from labkit.world.streams import stream

HOUR = np.timedelta64(3600, "s")
MINUTE = np.timedelta64(60, "s")
TOPICS = np.array(
    ["delivery", "product", "app", "question", "praise", "billing", "clinic", "plan"], dtype=object
)
_TOPIC = np.array([-1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7])  # by code of KINDS
WAYS = np.array(["phone", "whatsapp", "email", "chat", "shop"], dtype=object)
_WAY = np.array(
    [[0.22, 0.38, 0.22, 0.18, 0.00], [0.20, 0.30, 0.08, 0.04, 0.38], [0.34, 0.38, 0.18, 0.10, 0.00]]
)
"""Share of each way to reach support, for web and app orders, shop orders, and plans. Assumed."""
_HOURS = np.array([1, 1, 1, 1, 1, 1, 2, 5, 9, 11, 11, 10, 8, 8, 9, 9, 9, 9, 8, 7, 6, 5, 3, 2], dtype=float)
"""Tickets by hour of the day, relative. Assumed."""
WORK_HOURS, SHOP_HOURS = (8, 22), (9, 20)
"""Hours of support and of the shops, every day. Assumed."""
QUALITY = np.array(["bad", "fair", "good"], dtype=object)
_NAT = np.datetime64("NaT", "s")


def draw_tickets(orders: pd.DataFrame, mishaps: pd.DataFrame, seed: int, p: Service) -> pd.DataFrame:
    """Write up the tickets of history.

    Parameters
    ----------
    orders : pandas.DataFrame
        With the hidden columns of how they were served, and order_id.
    mishaps : pandas.DataFrame
        What happened with plans.
    seed : int
    p : Service

    Returns
    -------
    pandas.DataFrame
        person, order_id (missing for plans), opened_at, channel, topic, severity, first_answer_at, closed_at (NaT
        where later than history), reopened, resolved_first_contact, compensation_brl, staff_id; hidden: cause,
        answer (good, fair, bad), solved, mood and grievance (s.d. left by the event and its answer) and week.
    """
    columns = ["person", "kind", "severity", "hours", "solved", "quality", "mood", "grievance"]
    told = orders[orders["told"]]
    of_orders = told[columns].assign(
        order_id=told["order_id"],
        week=happened_at(told),
        where=np.where(told["channel"] == CHANNELS[SHOP], 1, 0),
    )
    of_plans = mishaps.loc[mishaps["told"], [*columns, "week"]].assign(order_id=0, where=2)
    tickets = pd.concat([of_orders, of_plans], ignore_index=True)
    tickets = tickets.sort_values(["week", "person", "kind"], kind="stable", ignore_index=True)
    rng = stream(seed, "tickets")
    n = len(tickets)
    severe, solved = tickets["severity"].to_numpy(), tickets["solved"].to_numpy()
    way = (rng.random(n)[:, None] > np.cumsum(_WAY, axis=1)[tickets["where"]]).sum(axis=1).clip(max=4)
    opened = _opened(tickets["week"].to_numpy(), WAYS[way] == "shop", rng)
    waits = np.maximum(np.round(tickets["hours"].to_numpy() * 60), 4).astype(int) * MINUTE
    answered = _at_work(opened + waits, rng)
    first_contact = solved & (rng.random(n) < p.first_contact)
    handling = (
        rng.exponential(p.handling_hours, n) * np.where(solved, 1.0, 2.5) * np.where(first_contact, 0.25, 1.0)
    )
    closed = answered + np.ceil(handling * 60).astype(int) * MINUTE
    closed = _in_hours(closed, answered, stream(seed, "tickets/closing"))
    reopened = rng.random(n) < np.where(solved & ~first_contact, p.reopened[0] / (1 - p.first_contact), 0.0)
    reopened |= ~solved & (rng.random(n) < p.reopened[1])
    trouble = ~cause.TALK[tickets["kind"]]
    paid = trouble & (rng.random(n) < np.concatenate([[0.0], p.compensated])[severe])
    amount = np.maximum(np.round(severe * p.compensation_brl * rng.gamma(4.0, 0.25, n) / 5) * 5, 5.0)
    end = (HISTORY_END + np.timedelta64(1, "D")).astype("datetime64[s]")
    frame = pd.DataFrame(
        {
            "person": tickets["person"],
            "order_id": tickets["order_id"].astype("Int64").mask(tickets["order_id"] == 0),
            "opened_at": opened,
            "channel": WAYS[way],
            "topic": TOPICS[_TOPIC[tickets["kind"]]],
            "severity": severe.astype(np.int64),
            "first_answer_at": np.where(answered < end, answered, _NAT),
            "closed_at": np.where(closed < end, closed, _NAT),
            "reopened": reopened & (closed < end),
            "resolved_first_contact": first_contact & (closed < end),
            "compensation_brl": np.where(paid & (closed < end), amount, 0.0),
            "staff_id": 1 + rng.integers(0, p.staff, n),
            "cause": cause.KINDS[tickets["kind"]],
            "answer": QUALITY[tickets["quality"] + 1],
            "solved": solved,
            "mood": tickets["mood"],
            "grievance": tickets["grievance"],
            "week": tickets["week"],
        }
    )
    start = HISTORY_START.astype("datetime64[s]")
    return frame[(opened >= start) & (opened < end)].reset_index(drop=True)


def _opened(week: np.ndarray, in_shop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw when a ticket is opened: a day or so after what happened, at an hour when people write or shops are open."""
    day = np.floor(week * 7 + rng.exponential(0.6, len(week))).astype("timedelta64[D]")
    hour = rng.choice(24, len(week), p=_HOURS / _HOURS.sum())
    hour = np.where(in_shop, rng.integers(*SHOP_HOURS, len(week)), hour)
    minute = rng.integers(0, 60, len(week))
    return (HISTORY_START + day).astype("datetime64[s]") + hour * HOUR + minute * MINUTE


def _in_hours(closed: np.ndarray, answered: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move what would be closed at night into the hours of work of the same day, never before the answer."""
    day = closed.astype("datetime64[D]").astype("datetime64[s]")
    hour = (closed - day) // HOUR
    minute = rng.integers(0, 240, len(closed)) * MINUTE
    morning = day + WORK_HOURS[0] * HOUR + minute
    last = day + WORK_HOURS[1] * HOUR - MINUTE
    evening = np.maximum(last - minute // 2, np.minimum(answered, last))
    return np.where(hour < WORK_HOURS[0], morning, np.where(hour >= WORK_HOURS[1], evening, closed))


def _at_work(moment: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Put off what would be answered at night to the first hour of work."""
    day = moment.astype("datetime64[D]")
    hour = (moment - day) // HOUR
    early, late = hour < WORK_HOURS[0], hour >= WORK_HOURS[1]
    morning = WORK_HOURS[0] * HOUR + rng.integers(0, 60, len(moment)) * MINUTE
    put_off = (day + late.astype("timedelta64[D]")).astype("datetime64[s]") + morning
    return np.where(early | late, put_off, moment)
