"""Conversion: who was won of whom, from which stage, in which cohort."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _, ngettext
from labkit.manage.kpis.results import SHARE, Kpi, rate_interval
from labkit.manage.kpis.tables import require_columns, require_dates, require_filled
from labkit.manage.kpis.windows import Window, as_window

STAGES = ("lead", "qualified", "proposal", "contract")
"""Stages of the partner funnel, in order."""

COHORTS = {"created": "created_on", "decided": "closed_on"}


def conversion_rate(
    opportunities: pd.DataFrame,
    window: Window | str | tuple,
    *,
    of: str,
    cohort: str = "created",
    stages: Sequence[str] = STAGES,
    level: float = 0.95,
) -> Kpi:
    """Share of opportunities that were won, of those that reached a stage.

    Parameters
    ----------
    opportunities : DataFrame
        One row an opportunity: ``stage`` (the last it reached), ``status`` (open, won, lost),
        ``created_on``, ``closed_on`` (missing while open).
    window : Window, text or pair of days
        Days in which the cohort was created or decided.
    of : str
        The stage that forms the denominator. There is no default, because "conversion" of leads and
        of proposals are different questions.
    cohort : {"created", "decided"}
        "created": everything created in the window, followed to today. What is still open counts as not
        won *yet*; the note says how far the rate can still rise. Same opportunities above and below.
        "decided": everything won or lost in the window, whenever created. Final, and mixed: in a
        growing funnel quick losses come before slow wins.
    stages : sequence of str
        In order.
    level : float
        Of the interval (Wilson).

    Returns
    -------
    Kpi
        ``parts`` holds won, lost, open; for a created cohort ``highest`` and ``decided_rate`` (won of
        decided) too.

    Raises
    ------
    LabkitError
        If the stage or cohort is unknown, nothing lies in the window, or the columns are not as above.
    """
    window = as_window(window)
    _require_funnel(opportunities, of, cohort, stages)
    in_window = window.holds(opportunities[COHORTS[cohort]])
    reached = opportunities["stage"].map({stage: at for at, stage in enumerate(stages)}) >= stages.index(of)
    chosen = opportunities.loc[in_window & reached, "status"]
    if chosen.empty:
        raise LabkitError(
            _(
                "No opportunity {cohort} from {window} reached {stage!r}: there is nothing to divide by."
            ).format(cohort=_cohort_in_words(cohort), window=window, stage=of)
        )
    counts = chosen.value_counts().reindex(["won", "lost", "open"], fill_value=0)
    won, lost, still_open = (int(n) for n in counts)
    low, high = rate_interval(won, len(chosen), level)
    notes, parts = (), {"won": won, "lost": lost, "open": still_open}
    if cohort == "created":
        highest = (won + still_open) / len(chosen)
        parts |= {"highest": highest, "decided_rate": won / (won + lost) if won + lost else float("nan")}
        if still_open:
            notes = (
                ngettext(
                    "{open} is still open: the rate can end anywhere from {now:.3f} to {highest:.3f}",
                    "{open} are still open: the rate can end anywhere from {now:.3f} to {highest:.3f}",
                    still_open,
                ).format(open=still_open, now=won / len(chosen), highest=highest),
            )
    return Kpi(
        name=_("conversion rate"),
        value=won / len(chosen),
        unit=SHARE,
        numerator=won,
        denominator=len(chosen),
        counts=_("of them won"),
        per=_("opportunities {cohort} in the window that reached “{stage}”").format(
            cohort=_cohort_in_words(cohort), stage=of
        ),
        window=window,
        low=low,
        high=high,
        level=level,
        notes=notes,
        parts=parts,
    )


def _cohort_in_words(cohort: str) -> str:
    return _("created") if cohort == "created" else _("decided")


def _require_funnel(opportunities: pd.DataFrame, of: str, cohort: str, stages: Sequence[str]) -> None:
    if cohort not in COHORTS:
        raise LabkitError(
            _("cohort is {found!r}; it must be one of {known}.").format(
                found=cohort, known=", ".join(COHORTS)
            )
        )
    if of not in stages:
        raise LabkitError(
            _("There is no stage {found!r}; the stages are {known}.").format(
                found=of, known=", ".join(stages)
            )
        )
    require_columns(opportunities, ["stage", "status", "created_on", "closed_on"])
    require_filled(opportunities, "stage", "status")
    require_dates(opportunities, "created_on")
    require_dates(opportunities, "closed_on", empty=True)
    for column, known in (("stage", stages), ("status", ("open", "won", "lost"))):
        odd = sorted(set(opportunities[column]) - set(known))
        if odd:
            raise LabkitError(
                _("Column {column} holds {odd}; expected only {known}.").format(
                    column=column, odd=", ".join(map(str, odd)), known=", ".join(known)
                )
            )
    undated = opportunities["status"].ne("open") & opportunities["closed_on"].isna()
    if undated.any():
        raise LabkitError(
            _("{n} opportunities are won or lost without a closed_on date: they belong to no window.").format(
                n=int(undated.sum())
            )
        )
