"""Net promoter score, with the number of answers and an interval."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.manage.kpis.results import POINTS, Kpi
from labkit.manage.kpis.windows import Window, as_window

PROMOTER, DETRACTOR = 9, 6
"""Promoters answer 9 or 10, detractors 0 to 6; 7 and 8 are passives (*neutros*)."""


def net_promoter_score(
    scores: pd.Series | Iterable[int],
    *,
    name: str = "",
    window: Window | str | tuple | None = None,
    level: float = 0.95,
) -> Kpi:
    """Percent of promoters minus percent of detractors, with its interval.

    SE = sqrt((p + d - (p - d)^2) / n): the standard error of the mean of +1, 0 and -1.

    Parameters
    ----------
    scores : Series or iterable of int
        Answers to one question, asked of one kind of people in one way: 0 to 10.
    name : str
        Which survey it is ("relational"): scores of different surveys are different KPIs, and
        :func:`change` refuses to compare them.
    window : Window, text or pair of days, optional
        When the answers were given; the caller has filtered them.
    level : float
        Of the interval (normal approximation, cut at -100 and 100).

    Returns
    -------
    Kpi
        In points; ``parts`` holds promoters, passives, detractors.

    Raises
    ------
    LabkitError
        If there is no answer, one is missing, or one is not a whole number from 0 to 10.
    """
    answers = _answers(scores)
    n = len(answers)
    promoters, detractors = int((answers >= PROMOTER).sum()), int((answers <= DETRACTOR).sum())
    p, d = promoters / n, detractors / n
    standard_error = math.sqrt((p + d - (p - d) ** 2) / n)
    value = 100 * (promoters - detractors) / n
    margin = 100 * _normal_quantile(level) * standard_error
    return Kpi(
        name=_("NPS, {survey}").format(survey=name) if name else _("NPS"),
        value=value,
        unit=POINTS,
        numerator=promoters - detractors,
        denominator=n,
        counts=_("promoters (9-10) less detractors (0-6), {promoters} - {detractors}").format(
            promoters=promoters, detractors=detractors
        ),
        per=_("answers"),
        window=None if window is None else as_window(window),
        low=max(-100.0, value - margin),
        high=min(100.0, value + margin),
        level=level,
        parts={"promoters": promoters, "passives": n - promoters - detractors, "detractors": detractors},
    )


def _answers(scores: pd.Series | Iterable[int]) -> np.ndarray:
    answers = np.asarray(scores if isinstance(scores, pd.Series) else list(scores))
    if answers.size == 0:
        raise LabkitError(_("There is no answer: an NPS would divide by zero."))
    if answers.dtype.kind not in "iuf":
        raise LabkitError(
            _("The answers are {dtype}, not numbers. Convert them first: pd.to_numeric(scores).").format(
                dtype=answers.dtype
            )
        )
    missing = int(np.isnan(answers).sum())
    if missing:
        raise LabkitError(
            _("{n} of {total} answers are missing. Who did not answer is not a detractor: drop them.").format(
                n=missing, total=answers.size
            )
        )
    odd = answers[(answers < 0) | (answers > 10) | (answers != np.floor(answers))]
    if odd.size:
        raise LabkitError(
            _("{n} answers are not whole numbers from 0 to 10, the first is {found}.").format(
                n=odd.size, found=odd[0]
            )
        )
    return answers


def _normal_quantile(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf((1 + level) / 2))
