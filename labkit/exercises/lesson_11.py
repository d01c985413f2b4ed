"""Lesson 11: can cleaning run every night?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_


def _month_first(text: str) -> str:
    day, month, year = text.split("/")
    return f"{month}/{day}/{year}"


STEPS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "digits only": ("celular", lambda text: re.sub(r"\D", "", text)),
    "prefix": ("celular", lambda text: "+55" + text),
    "small letters": ("email", lambda text: text.strip().lower()),
    "fill up": ("cpf", lambda text: text.zfill(11)),
    "without area code": ("celular", lambda text: text[2:]),
    "month first": ("criado", _month_first),
}
"""Name of a cleaning step → column of the web shop it is for, and what it does to one text."""


class _Data:
    """What the answers are computed from, each part when it is first asked for."""

    @cached_property
    def web(self) -> Any:
        from labkit.data import load

        web = load("source_ecommerce")
        digits = web["celular"].str.replace(r"\D", "", regex=True)
        created = web["criado_em"].str.replace(r"(\d+)-(\d+)-(\d+)", r"\3/\2/\1", regex=True)
        return web.assign(celular=digits, criado=created)

    @cached_property
    def idempotent(self) -> set[str]:
        """Steps that change nothing when they are done again, tried on every value of their column."""

        def is_idempotent(name: str) -> bool:
            column, step = STEPS[name]
            once = self.web[column].dropna().map(step)
            return bool((once.map(step) == once).all())

        return {name for name in STEPS if is_idempotent(name)}

    @cached_property
    def cards(self) -> Any:
        from labkit.data import load

        return load("source_shop")

    @cached_property
    def suffixes(self) -> Any:
        """Suffix of each card after the first and after the second night."""
        import pandas as pd

        from labkit.identify.standardise import names

        first = names(self.cards["nome"])
        return pd.DataFrame({"first": first["suffix"], "second": names(first["name"])["suffix"]})

    @cached_property
    def feed(self) -> Any:
        from labkit.data import load

        return load("source_shop_feed")

    @cached_property
    def days(self) -> Any:
        """Day of registration as read before, and as it is meant."""
        import pandas as pd

        written = self.feed["dt_cadastro"]
        return pd.DataFrame(
            {
                "before": pd.to_datetime(written, format="%d/%m/%Y", errors="coerce"),
                "meant": pd.to_datetime(written, format="%m/%d/%Y"),
            }
        )

    @cached_property
    def in_the_future(self) -> int:
        """Days that lie after the month of the file when they are read as before."""
        return int((self.days["before"] > self.days["meant"].max()).sum())

    @cached_property
    def fates(self) -> dict[str, int]:
        repeated = self.feed["record_id"].duplicated()
        known = self.feed["record_id"].isin(self.cards["record_id"])
        return {
            "new": int((~repeated & ~known).sum()),
            "update": int((~repeated & known).sum()),
            "aside": int(repeated.sum()),
        }

    @cached_property
    def by_row(self) -> dict[str, int]:
        """New and known among all rows of the file, those sent twice included."""
        known = self.feed["record_id"].isin(self.cards["record_id"])
        return {"new": int((~known).sum()), "update": int(known.sum()), "aside": self.fates["aside"]}


LESSON = Lesson(
    id="11",
    title=N_("Clean and standardise"),
    step="identify",
    data=_Data,
    exercises=[
        Exercise(
            id="11.q1",
            answer="idempotent",
            expected=lambda d: d.idempotent,
            hints=[
                N_("Do each step twice in your head. Is the second result the same as the first?"),
                N_("`475699645` filled up is `00475699645`. Filled up again?"),
                N_("Three are idempotent. Whoever adds, cuts off or swaps does it again the next night."),
            ],
            misconceptions={
                "the prefix is harmless": (
                    lambda d: d.idempotent | {"prefix"},
                    N_("`+55` in front of `+5511…` is `+55+5511…`: the prefix is put there again."),
                ),
                "swapping is harmless": (
                    lambda d: d.idempotent | {"month first"},
                    N_(
                        "Swapping twice gives back the date as it *came*: after the second night day and month are where they were. It would "
                        "change all dates every night."
                    ),
                ),
                "filling up adds": (
                    lambda d: d.idempotent - {"fill up"},
                    N_(
                        "`fill up` adds zeros only up to eleven digits. What has eleven already stays as it is, however often it runs."
                    ),
                ),
                "cutting is harmless": (
                    lambda d: d.idempotent | {"without area code"},
                    N_(
                        "The step does not know whether the area code is still there: the second night it takes off the first two digits "
                        "of the number itself."
                    ),
                ),
                "the other three": (
                    lambda d: set(STEPS) - d.idempotent,
                    N_("Those are the three that change something again on the second night."),
                ),
            },
            success=N_(
                "A step that states how a value shall *be* may run twice; a step that says what to *do* to it mostly may not."
            ),
        ),
        Exercise(
            id="11.q2",
            answer="sons_lost",
            expected=lambda d: int((d.suffixes["first"].notna() & d.suffixes["second"].isna()).sum()),
            unit=N_("cards"),
            hints=[
                N_(
                    'The first night is `to.names(cards["nome"])`, a table with the columns `name` and `suffix`.'
                ),
                N_('The second night takes the *cleaned* names: `to.names(first["name"])`.'),
                N_(
                    "Count cards whose suffix is known in the first (`notna`) and not in the second (`isna`)."
                ),
            ],
            misconceptions={
                "cleans what came": (
                    lambda d: 0,
                    N_(
                        'The column `name` does stay as it is; look at `suffix`. Or you cleaned `cards["nome"]` again: that is the cure, but '
                        "the colleague's job starts from the cleaned `name`."
                    ),
                ),
                "share of the cards": (
                    lambda d: float((d.suffixes["first"].notna() & d.suffixes["second"].isna()).mean()),
                    N_("That is a share of all cards. How many cards is it? Take the sum, not the mean."),
                ),
                "blank differs from blank": (
                    lambda d: int((d.suffixes["first"] != d.suffixes["second"]).sum()),
                    N_(
                        "That is every card: after the second night none has a suffix, and to `!=` a blank differs even from a blank. "
                        "Count only cards that *had* one, with `notna` and `isna`."
                    ),
                ),
                "never had one": (
                    lambda d: int(d.suffixes["first"].isna().sum()),
                    N_("Those are cards that had no suffix in the first place. Nothing was lost on them."),
                ),
            },
            success=N_(
                "All that had one: what a step takes out of a column, it cannot find there the next night. Keep what came."
            ),
        ),
        Exercise(
            id="11.q3",
            answer="misread",
            expected=lambda d: int((d.days["before"].notna() & (d.days["before"] != d.days["meant"])).sum()),
            unit=N_("rows"),
            hints=[
                N_(
                    'Read the column twice, with `"%d/%m/%Y"` as before and with `"%m/%d/%Y"` as it is meant.'
                ),
                N_("Count rows in which the first is there (`notna()`) and differs from the second."),
            ],
            misconceptions={
                "all that can be read": (
                    lambda d: int(d.days["before"].notna().sum()),
                    N_(
                        "Those can be *read*. On a few of them, such as 01/01/2026, day and month are the same number, and the reading is right."
                    ),
                ),
                "counts the blanks": (
                    lambda d: int((d.days["before"] != d.days["meant"]).sum()),
                    N_(
                        "You also counted days that could not be read at all: a blank is unequal to everything. They are lost, not misread."
                    ),
                ),
                "the blanks": (
                    lambda d: int(d.days["before"].isna().sum()),
                    N_("Those could *not* be read. They are lost; asked are those that were read wrong."),
                ),
                "read right": (
                    lambda d: int((d.days["before"] == d.days["meant"]).sum()),
                    N_("Those were read *right*: day and month are the same number."),
                ),
                "no error, no fault": (
                    lambda d: 0,
                    N_(
                        "No error is raised, and yet `08/02/2025`, meant as 2 August, is read as 8 February. Compare with the right reading."
                    ),
                ),
                "share of all rows": (
                    lambda d: float(
                        (d.days["before"].notna() & (d.days["before"] != d.days["meant"])).mean()
                    ),
                    N_("That is a share of all rows. How many rows is it? Take the sum, not the mean."),
                ),
                "in the future": (
                    lambda d: d.in_the_future,
                    N_(
                        "Those are misread days that lie after January 2026, which anybody would notice. Others are misread into the past; "
                        "compare with the right reading."
                    ),
                ),
            },
            success=N_(
                "Nine in ten of the days that could be read were read wrong, and none of them raised an error."
            ),
        ),
        Exercise(
            id="11.q4",
            answer="fates",
            expected=lambda d: d.fates,
            unit=N_("rows"),
            hints=[
                N_("`january.table` holds what was taken in, `january.aside` what was set aside."),
                N_(
                    '`january.table["record_id"].isin(cards["record_id"])` says which numbers were known before.'
                ),
            ],
            misconceptions={
                "counts rows of the file": (
                    lambda d: d.by_row,
                    N_(
                        "Your numbers add up to more than the 262 rows: you counted new and known rows in the whole file, the ones sent twice "
                        "included. Count in `january.table`."
                    ),
                ),
                "counts rows of the file, none aside": (
                    lambda d: d.by_row | {"aside": 0},
                    N_(
                        "They add up, but rows that were sent twice were set aside: see `len(january.aside)`. Count new and known in "
                        "`january.table`."
                    ),
                ),
                "all taken in are new": (
                    lambda d: {
                        "new": d.fates["new"] + d.fates["update"],
                        "update": 0,
                        "aside": d.fates["aside"],
                    },
                    N_(
                        "Some of those taken in carry a number that `cards` has already: they are no new cards but changes of old ones."
                    ),
                ),
                "new and update swapped": (
                    lambda d: d.fates | {"new": d.fates["update"], "update": d.fates["new"]},
                    N_("New and update are swapped: `isin` is true where the number was known *before*."),
                ),
                "numbers sent twice, both rows": (
                    lambda d: d.fates | {"aside": 2 * d.fates["aside"]},
                    N_(
                        "Of a row that was sent twice, one is taken in. Only the repeat is set aside: see `len(january.aside)`."
                    ),
                ),
            },
            success=N_("They add up to 262: every row of the file has a fate that somebody can look up."),
        ),
    ],
)
