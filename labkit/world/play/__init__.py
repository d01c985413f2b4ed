"""The future of a world, which a plan of contacts can change: ``world.run(plan, days=90)``."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pandas as pd

from labkit.data.tables import TABLES
from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.world.play.engine import Engine
from labkit.world.play.groups import uplift_groups
from labkit.world.play.plan import COLUMNS, Contacts, Reader, latent_error, raised_error
from labkit.world.play.reactions import Desk
from labkit.world.play.result import Result
from labkit.world.play.rules import Rules
from labkit.world.play.state import begin
from labkit.world.play.view import View
from labkit.world.play.worth import base_value

__all__ = ["Result", "Rules", "View", "run", "uplift_groups"]

LONGEST = 3650


def run(
    world,
    plan: pd.DataFrame | Callable[[View], pd.DataFrame] | None = None,
    days: int = 90,
    *,
    seed: int | None = None,
    rules: Rules | None = None,
    name: str | None = None,
) -> Result:
    """Play a plan from 2026-01-01 on.

    Parameters
    ----------
    world : World
        A generated world.
    plan : pandas.DataFrame or callable, optional
        A table of contacts: customer_id, day (0: 2026-01-01) or date, hour (0 to 23), channel (email, whatsapp,
        sms, push, phone) and message (reminder, voucher_10, voucher_25, content, apology, plan_offer,
        sample_box), at most one contact a customer, day and channel. Or a function that is called every morning
        with a :class:`View` of what the company could see up to yesterday and returns the contacts of that
        day (day may be left out; None: none). None does nothing.
    days : int
        Horizon.
    seed : int, optional
        Which future; by default the world's own. The expected score of a plan is the mean over futures.
    rules : Rules, optional
        Budget, caps, quiet hours, consent, stock; the documented ones by default.
    name : str, optional
        Shown with the result; by default the function's name.

    Returns
    -------
    Result

    Raises
    ------
    LabkitError
        If the plan is none, naming the row and the rule. A contact that breaks one of ``rules`` is no error: it
        is refused, counted and reported.

    Notes
    -----
    Customers whom two plans treat alike have the same future under both, to the byte, as long as neither budget
    nor stock binds: see :mod:`labkit.world.play.draws`.
    """
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= LONGEST:
        raise LabkitError(
            _("days is {days!r}; expected a whole number from 1 to {longest}.").format(
                days=days, longest=LONGEST
            )
        )
    if plan is not None and not callable(plan) and not isinstance(plan, pd.DataFrame):
        raise LabkitError(
            _("A plan is a DataFrame of contacts or a function of the view, found {found}.").format(
                found=type(plan).__name__
            )
        )
    seed = world.seed if seed is None else seed
    if plan is None:
        return _nothing(world, days, seed)
    cast, _state = begin(world)
    rules = (rules or Rules()).filled(world.parameters, cast.n, days)
    return _play(world, plan, days, seed, rules, name or getattr(plan, "__name__", None) or _("plan"))


def _nothing(world, days: int, seed: int) -> Result:
    """Doing nothing, which every score refers to; kept on the world."""
    kept = world.__dict__.setdefault("_played", {})
    if (days, seed) not in kept:
        cast, _state = begin(world)
        rules = Rules().filled(world.parameters, cast.n, days)
        kept[days, seed] = _play(world, None, days, seed, rules, "do nothing")
    return kept[days, seed]


def _play(world, plan, days: int, seed: int, rules: Rules, name: str) -> Result:
    cast, state = begin(world)
    start = state.copy()
    desk = Desk(cast, state, rules)
    engine = Engine(cast, state, desk, seed)
    p = world.parameters.play
    reader = Reader(
        cast.n,
        days,
        tuple(c.name for c in p.channels),
        tuple(m.name for m in p.messages),
        latent_columns(),
    )
    ask = _asker(plan, reader, world, engine, days)
    for day in range(days):
        engine.play(day, ask(day))
    nothing = None if plan is None else functools.partial(_nothing, world, days, seed)
    return Result(
        name=name, days=days, seed=seed, rules=rules, world=world, cast=cast, start=start, end=state,
        diary=engine.diary, value=base_value(cast, state), do_nothing=nothing,
    )  # fmt: skip


def _asker(plan, reader: Reader, world, engine: Engine, days: int) -> Callable[[int], Contacts]:
    """Return a function that gives the contacts of a day."""
    nobody = reader.read(pd.DataFrame(columns=list(COLUMNS)))
    if isinstance(plan, pd.DataFrame) or plan is None:
        all_ = nobody if plan is None else reader.read(plan)
        ends = all_.day.searchsorted(range(days + 1))
        return lambda day: all_[slice(ends[day], ends[day + 1])]
    view = View(world, engine, days, reader.latent)

    def ask(day: int) -> Contacts:
        view._turn(day)
        truth, world.truth = world.truth, _Hidden(day)
        try:
            answer = plan(view)
        except LabkitError:
            raise
        except Exception as problem:
            raise raised_error(problem, reader.latent, day) from problem
        finally:
            world.truth = truth
        return nobody if answer is None else reader.read(answer, today=day)

    return ask


class _Hidden:
    """Stands in the place of the truth while a plan is asked: a plan may hold the world in its hands."""

    def __init__(self, day: int):
        self.__dict__["day"] = day

    def __getattr__(self, name: str):
        raise latent_error(name, self.__dict__["day"])

    def __getitem__(self, name: str):
        raise latent_error(name, self.__dict__["day"])


@functools.cache
def latent_columns() -> frozenset[str]:
    """Names of columns of the truth that no visible table has."""
    made = {name: set(table.columns) for name, table in TABLES.items() if table.generated}
    hidden = set().union(*(columns for name, columns in made.items() if name.startswith("truth/")))
    seen = set().union(*(columns for name, columns in made.items() if not name.startswith("truth/")))
    return frozenset(hidden - seen - {"customer_id"})
