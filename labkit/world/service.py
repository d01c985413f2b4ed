"""How orders are served: the weather of good and bad weeks, deliveries, and what is told to support."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world import lists
from labkit.world.causes import service as cause
from labkit.world.parameters import HISTORY_END, HISTORY_START, Parameters, Service
from labkit.world.purchases import CHANNELS, SHOP, Habits
from labkit.world.streams import stream

FIRST_WEEK, LAST_WEEK = -210, 210
"""Weeks from the start of history for which the weather is drawn: customers come from 2020, the future is played."""

STATUSES = np.array(["delivered", "incomplete", "damaged", "lost", "on the way"], dtype=object)


def draw_weather(seed: int, p: Service) -> cause.Weather:
    """Draw the good and bad weeks of carriers, depots and billing, and the backlog of support that follows."""
    rng = stream(seed, "service/weather")
    weeks = np.arange(FIRST_WEEK, LAST_WEEK)
    carrier = p.spell * _spells(len(p.carriers), len(weeks), p.carrier_spell, rng)
    depot = p.spell * _spells(len(p.depots), len(weeks), p.depot_spell, rng)
    begin, end, city, odds = p.depot_move
    moved = [name for name, _, _ in p.depots].index(city)
    depot[moved] += odds * _between(weeks, np.datetime64(begin), np.datetime64(end))
    billing = 1 + (p.billing_in_spell - 1) * _spells(1, len(weeks), p.billing_spell, rng)[0]
    rush = np.zeros(len(weeks))
    for year in range(2019, 2029):
        first, last = (np.datetime64(f"{year}-{day}") for day in p.peak[:2])
        rush += p.peak[2] * _between(weeks, first, last)
    share = np.array([s for _, s, _ in p.carriers])
    # A rush is on every carrier; a depot's spell is on its region, which counts as its share of parcels.
    load = share @ carrier + depot.mean(axis=0) + rush + 0.15 * (billing - 1)
    backlog = np.empty(len(weeks))
    level = 0.0
    for week in range(len(weeks)):
        level = p.backlog_stays * level + (1 - p.backlog_stays) * p.backlog * load[week]
        backlog[week] = 1 + level
    return cause.Weather(FIRST_WEEK, carrier + rush, depot, billing, backlog)


def depot_of(persons: pd.DataFrame, p: Service) -> np.ndarray:
    """Return the number of the depot that serves each person."""
    state = lists.places()["state"][persons["place_after"].to_numpy()]
    number = {name: i for i, (_, states, _) in enumerate(p.depots) for name in states}
    return np.array([number[name] for name in state], dtype=np.int8)


class Desk:
    """Serves orders round by round and keeps what happened.

    Parameters
    ----------
    traits : pandas.DataFrame
        With the column depot.
    weather : Weather
    seed : int
    parameters : Parameters
    purpose : str
        Of the random numbers.

    Notes
    -----
    ``collect`` gives, in the order of serving: channel (code of CHANNELS), carrier (-1 in the shop), promised_days,
    late_days, kind, severity, told, hours, solved, quality, mood, grievance; see
    :mod:`labkit.world.causes.service`.
    """

    def __init__(
        self,
        traits: pd.DataFrame,
        weather: cause.Weather,
        seed: int,
        parameters: Parameters,
        purpose: str = "service/orders",
    ):
        self._weather, self._parameters = weather, parameters
        self._habits = Habits(traits)
        self._depot = traits["depot"].to_numpy()
        self._promised = np.array([days for _, _, days in parameters.service.depots], dtype=np.int16)
        self._share = np.cumsum([s for _, s, _ in parameters.service.carriers])[:-1]
        self._rng = stream(seed, purpose)
        self._channels = stream(seed, f"{purpose}/channels")
        self._rounds: list[tuple[np.ndarray, ...]] = []

    def serve(self, who: np.ndarray, when: np.ndarray, channel: np.ndarray | None = None) -> np.ndarray:
        """Serve the purchases of ``who`` at ``when`` (weeks) and return the grievance each leaves."""
        p, n = self._parameters.service, len(who)
        if channel is None:
            channel = self._habits.choose(who, self._channels)
        online = channel != SHOP
        u = self._rng.random((1 + cause.ORDER_DRAWS + cause.ANSWER_DRAWS, n))
        carrier = np.searchsorted(self._share, u[0], side="right").astype(np.int8)
        depot = self._depot[who]
        served = cause.serve(when, online, carrier, depot, self._weather, u[1 : 1 + cause.ORDER_DRAWS], p)
        told = cause.answer(when, served.kind, served.severity, self._weather, u[1 + cause.ORDER_DRAWS :], p)
        mood, grievance = cause.impacts(
            served.kind, served.late_days, served.severity, told.told, told.quality,
            self._parameters.experience,
        )  # fmt: skip
        promised = np.where(online, self._promised[depot], 0)
        self._rounds.append(
            (
                channel, np.where(online, carrier, -1), promised, served.late_days, served.kind, served.severity,
                told.told, told.hours, told.solved, told.quality, mood.astype(np.float32),
                grievance.astype(np.float32),
            )
        )  # fmt: skip
        return grievance

    def collect(self) -> pd.DataFrame:
        """Return what happened, one row an order."""
        names = (
            "channel", "carrier", "promised_days", "late_days", "kind", "severity", "told", "hours", "solved",
            "quality", "mood", "grievance",
        )  # fmt: skip
        return pd.DataFrame(
            {
                name: np.concatenate(parts)
                for name, parts in zip(names, zip(*self._rounds, strict=True), strict=True)
            }
        )


def happened_at(orders: pd.DataFrame) -> np.ndarray:
    """Time at which an order was served, in weeks: delivered, missed three days after the promise, or taken home."""
    days = orders["promised_days"] + orders["late_days"] + 3 * (orders["kind"] == cause.LOST)
    return (orders["week"] + days / 7).to_numpy()


def deliveries(orders: pd.DataFrame, seed: int, p: Service) -> pd.DataFrame:
    """Deliveries of web and app orders as the company sees them on the last day of history.

    What is not late often comes a day or two before the promised day.

    Returns
    -------
    pandas.DataFrame
        order_id, promised_on, delivered_on (NaT if lost or still on the way), carrier, status.
    """
    sent = orders[orders["channel"] != CHANNELS[SHOP]]
    day = sent["ordered_on"].to_numpy().astype("datetime64[D]")
    promised = day + sent["promised_days"].to_numpy().astype("timedelta64[D]")
    late = sent["late_days"].to_numpy()
    early = stream(seed, "service/early").binomial(sent["promised_days"].to_numpy() - 1, p.early)
    arrives = promised + np.where(late > 0, late, -early).astype("timedelta64[D]")
    kind = sent["kind"].to_numpy()
    lost = kind == cause.LOST
    status = np.select([kind == cause.INCOMPLETE, kind == cause.DAMAGED, lost], [1, 2, 3], 0)
    known_lost = promised + np.timedelta64(3, "D")
    status[np.where(lost, known_lost, arrives) > HISTORY_END] = 4
    return pd.DataFrame(
        {
            "order_id": sent["order_id"].to_numpy(),
            "promised_on": promised,
            "delivered_on": np.where(np.isin(status, [0, 1, 2]), arrives, np.datetime64("NaT", "D")),
            "carrier": np.array([name for name, _, _ in p.carriers], dtype=object)[sent["carrier"]],
            "status": STATUSES[status],
        }
    )


def _spells(rows: int, weeks: int, change: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Draw a two-state Markov chain a row: 1 in a bad spell."""
    begins, ends = change
    u = rng.random((rows, weeks))
    state = np.zeros((rows, weeks))
    bad = u[:, 0] < begins / (begins + ends)
    for week in range(weeks):
        bad = np.where(bad, u[:, week] >= ends, u[:, week] < begins)
        state[:, week] = bad
    return state


def _between(weeks: np.ndarray, first: np.datetime64, last: np.datetime64) -> np.ndarray:
    """Whether a week lies mostly between two days."""
    middle = weeks * 7 + 3.5
    begin, end = ((day - HISTORY_START).astype(int) for day in (first, last))
    return (middle >= begin) & (middle <= end + 1)
