"""Reading a plan: a table of contacts, or a function asked every day; and what makes one invalid."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.world.play.state import START

COLUMNS = ("customer_id", "day", "hour", "channel", "message")


@dataclass
class Contacts:
    """Contacts of a plan as numbers, in the order in which they are made: by day, hour and row."""

    row: np.ndarray
    who: np.ndarray
    day: np.ndarray
    hour: np.ndarray
    channel: np.ndarray
    message: np.ndarray

    def __len__(self) -> int:
        return len(self.who)

    def __getitem__(self, chosen) -> Contacts:
        return Contacts(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Reader:
    """Reads plans against what exists: customers 1 to ``customers``, ``days`` days, channels, messages.

    ``latent`` are the names of columns that no plan may have.
    """

    customers: int
    days: int
    channels: tuple[str, ...]
    messages: tuple[str, ...]
    latent: frozenset[str]

    def read(self, plan: pd.DataFrame, today: int | None = None) -> Contacts:
        """Turn a plan's table into contacts.

        Parameters
        ----------
        plan : pandas.DataFrame
            Columns customer_id, hour (0 to 23), channel, message, and day (days since 2026-01-01) or
            date. Further columns are left aside, unless they are latent.
        today : int, optional
            The day for which a function has been asked; day and date may then be missing.

        Raises
        ------
        LabkitError
            Naming the row (the index label) and the rule.
        """
        if not isinstance(plan, pd.DataFrame):
            raise _wrong(
                _("found {found}, expected a DataFrame with the columns {columns}").format(
                    found=type(plan).__name__, columns=", ".join(COLUMNS)
                ),
                today,
            )
        self._columns(plan, today)
        who = self._whole(plan, "customer_id", today) - 1
        self._stop(
            plan, (who < 0) | (who >= self.customers), "customer_id", today,
            _("no such customer; customer_id goes from 1 to {n}").format(n=self.customers),
        )  # fmt: skip
        day = self._day(plan, today)
        hour = self._whole(plan, "hour", today)
        self._stop(plan, (hour < 0) | (hour > 23), "hour", today, _("an hour is a whole number from 0 to 23"))
        channel = self._word(plan, "channel", self.channels, today)
        message = self._word(plan, "message", self.messages, today)
        key = (who * self.days + day) * len(self.channels) + channel
        twice = pd.Series(key).duplicated().to_numpy()
        self._stop(
            plan, twice, "customer_id", today,
            _("a duplicate: at most one contact a customer, day and channel"),
        )  # fmt: skip
        order = np.argsort((day * 24 + hour).astype(np.int32), kind="stable")
        return Contacts(order, who[order], day[order], hour[order], channel[order], message[order])

    def _columns(self, plan: pd.DataFrame, today: int | None) -> None:
        for name in plan.columns:
            if name in self.latent:
                raise latent_error(name, today)
        needed = [c for c in COLUMNS if c != "day"]
        missing = [c for c in needed if c not in plan.columns]
        if today is None and not {"day", "date"} & set(plan.columns):
            missing.insert(0, "day")
        if missing:
            raise _wrong(
                _(
                    "column {missing} is missing; found {found}; expected {columns} (date may stand for day)"
                ).format(
                    missing=missing[0],
                    found=", ".join(map(str, plan.columns)) or "—",
                    columns=", ".join(COLUMNS),
                ),
                today,
            )
        if not plan.columns.is_unique:
            twice = plan.columns[plan.columns.duplicated()][0]
            raise _wrong(_("column {name} is there twice").format(name=twice), today)

    def _day(self, plan: pd.DataFrame, today: int | None) -> np.ndarray:
        if "day" in plan.columns:
            name, day = "day", self._whole(plan, "day", today)
        elif "date" in plan.columns:
            name = "date"
            if not pd.api.types.is_datetime64_any_dtype(plan["date"]):
                try:
                    dates = pd.to_datetime(plan["date"])
                except (ValueError, TypeError) as problem:
                    raise _wrong(
                        _("column date cannot be read as dates: {problem}").format(problem=problem), today
                    ) from None
            else:
                dates = plan["date"]
            self._stop(plan, dates.isna().to_numpy(), "date", today, _("the value is missing (NaN)"))
            dates = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
            day = (dates.to_numpy().astype("datetime64[D]") - START).astype(int)
        else:
            return np.full(len(plan), today, dtype=np.int64)
        past = day < (0 if today is None else today)
        first = START + np.timedelta64(today or 0, "D")
        self._stop(
            plan, past, name, today,
            _("a contact in the past; the first possible day is {day} ({date})").format(
                day=today or 0, date=first
            ),
        )  # fmt: skip
        if today is not None:
            self._stop(
                plan, day > today, name, today,
                _("a plan that is a function speaks for the day it is asked about, day {day}").format(day=today),
            )  # fmt: skip
        self._stop(
            plan, day >= self.days, name, today,
            _("after the horizon; the last day is {day}").format(day=self.days - 1),
        )  # fmt: skip
        return day

    def _whole(self, plan: pd.DataFrame, name: str, today: int | None) -> np.ndarray:
        column = plan[name]
        self._stop(plan, column.isna().to_numpy(), name, today, _("the value is missing (NaN)"))
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        if not numeric:
            if len(column) == 0:
                return np.zeros(0, dtype=np.int64)
            whole = np.array([isinstance(v, int | np.integer) and not isinstance(v, bool) for v in column])
            self._stop(plan, ~whole, name, today, _("expected a whole number"))
            return column.to_numpy().astype(np.int64)
        values = column.to_numpy()
        if values.dtype.kind == "f" or values.dtype == object:
            values = values.astype(float)
            self._stop(
                plan, ~np.isfinite(values) | (values != np.floor(values)), name, today,
                _("expected a whole number"),
            )  # fmt: skip
        return values.astype(np.int64)

    def _word(self, plan: pd.DataFrame, name: str, known: tuple[str, ...], today: int | None) -> np.ndarray:
        column = plan[name]
        self._stop(plan, column.isna().to_numpy(), name, today, _("the value is missing (NaN)"))
        code, found = pd.factorize(column)
        place = np.array([known.index(v) if v in known else -1 for v in found], dtype=np.int64)
        result = place[code] if len(found) else np.zeros(0, dtype=np.int64)
        self._stop(
            plan, result < 0, name, today, _("unknown; known are {known}").format(known=", ".join(known))
        )
        return result

    def _stop(self, plan: pd.DataFrame, bad: np.ndarray, column: str, today: int | None, rule: str) -> None:
        """Raise at the first bad row."""
        if not bad.any():
            return
        at = int(np.argmax(bad))
        value = plan[column].iloc[at]
        value = value.item() if isinstance(value, np.generic) else value
        raise _wrong(
            _("row {row}, {column} = {value!r}: {rule} ({n} such rows)").format(
                row=plan.index[at], column=column, value=value, rule=rule, n=int(bad.sum())
            ),
            today,
        )


def latent_error(name: str, today: int | None = None) -> LabkitError:
    """The error of a plan that uses what only the truth knows."""
    return _wrong(
        _("column {name} is latent: no company sees it, and a plan may use visible tables only").format(
            name=name
        ),
        today,
    )


def raised_error(problem: Exception, latent: frozenset[str], today: int) -> LabkitError:
    """The error of a plan that raised on a day; one that looked for a latent column is told so."""
    words = set(re.findall(r"\w+", str(problem)))
    if isinstance(problem, KeyError | AttributeError | NameError) and words & latent:
        return latent_error(sorted(words & latent)[0], today)
    where = problem.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    line = where.tb_lineno if where is not None else 0
    return _wrong(
        _("it raised {kind}: {problem} (line {line})").format(
            kind=type(problem).__name__, problem=problem, line=line
        ),
        today,
    )


def _wrong(what: str, today: int | None) -> LabkitError:
    if today is None:
        return LabkitError(_("The plan cannot be played: {what}.").format(what=what))
    return LabkitError(_("The plan cannot be played on day {day}: {what}.").format(day=today, what=what))
