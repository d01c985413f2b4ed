"""Questions that ask for a prediction, scored outside of the kernel by what came true.

metric
    ``auc``, ``log_loss``, ``mae``, ``rmse``; ``money``, the share of what the best choice would have brought;
    ``f1_pairs``, ``f1_clusters``, ``b_cubed`` for the matching of records; ``merge_savings``, what it saves in R$.
key
    The column that says whom a row is about; in the answer also an index of that name, or the only one.
prediction
    The column of the answer; may be left out where there is only one besides the key.
top
    How many may be chosen (money).
prices
    ``{false_merge: ..., missed: ...}`` in R$ (merge_savings).
scale
    ``{naive: ..., excellent: ...}``: what earns nothing and everything: numbers, or ``naive`` (nothing known:
    everybody alike, nothing matched) and ``key`` (what the key's own prediction reaches).

The truth comes from ``truth.py`` of the assignment, see :mod:`labkit.grading.variants`: a DataFrame with the
key and one column more. A key without a usable prediction counts as if nothing were known of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labkit.errors import LabkitError
from labkit.exercises.tabular import UnusableError, has_form, read_table
from labkit.grading.notes import Note, note
from labkit.grading.questions import metrics
from labkit.grading.questions.rules import count, name, one_of, prices, scale
from labkit.grading.questions.said import SAID
from labkit.grading.questions.score import Rules, Scale, Score, Source, figure
from labkit.i18n import _

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NAIVE, KEY = "naive", "key"
DECLARED = {
    "metric": one_of(*metrics.NUMERIC, *metrics.MATCHING),
    "key": name(),
    "prediction": name(),
    "top": count(None),
    "prices": prices("false_merge", "missed"),
    "scale": scale(NAIVE, KEY),
}


def acceptable(value: Any) -> bool:
    return has_form(value)


def score(rules: Rules, answer: Any, right: Any, source: Source) -> Score:
    """Judge a prediction by what came true.

    Raises
    ------
    UnusableError
        If the answer does not say of whom it predicts what.
    LabkitError
        If the truth is not as it should be, which is the author's to mend.
    """
    ids, true = _truth(rules, source)
    predicted, said = _predicted(rules, answer, ids)
    value = _value(rules, predicted, true)

    def stated(where: str, otherwise: str) -> float:
        limit = rules["scale"].get(where, otherwise)
        if limit == NAIVE:
            return _value(rules, None, true)
        return _value(rules, _predicted(rules, right, ids)[0], true) if limit == KEY else float(limit)

    span = Scale(stated("naive", NAIVE), stated("excellent", KEY))
    limits = {"naive": figure(span.naive), "excellent": figure(span.excellent)}
    named = f"metric {rules['metric']}"
    code = named if named in SAID else "metric"
    said.insert(0, note(code, metric=rules["metric"], value=figure(value), **limits))
    return Score(span.share(value), tuple(said))


def _truth(rules: Rules, source: Source) -> tuple[pd.Index, np.ndarray]:
    import pandas as pd

    frame = source.truth(rules["question"])
    who = rules["key"]
    if not isinstance(frame, pd.DataFrame) or who not in frame.columns or frame.shape[1] != 2:
        raise LabkitError(
            _("The truth of {question} is not a DataFrame of {key} and one column more.").format(
                question=rules["question"], key=who or "key"
            )
        )
    if frame.isna().any(axis=None) or frame[who].duplicated().any():
        raise LabkitError(
            _("The truth of {question} has a hole, or an id twice.").format(question=rules["question"])
        )
    frame = frame.sort_values(who)
    true = frame.drop(columns=who).iloc[:, 0]
    values = pd.factorize(true)[0] if rules["metric"] in metrics.MATCHING else true.to_numpy(float)
    return pd.Index(_as_ids(frame[who])), values


def _predicted(rules: Rules, answer: Any, ids: pd.Index) -> tuple[np.ndarray, list[Note]]:
    """What is predicted of each id, in the order of `ids`; NaN (or -1 for a cluster) where nothing is."""
    import numpy as np
    import pandas as pd

    who, what = _columns(rules, answer)
    who = _as_ids(who)
    if who.isna().any():
        raise UnusableError(_("a row without an id"))
    if who.duplicated().any():
        raise UnusableError(_("more than one row for the same id"))
    said = []
    unknown = int((~who.isin(ids)).sum())
    if unknown:
        said.append(note("ids unknown", n=unknown))
    if rules["metric"] in metrics.MATCHING:
        codes = pd.Series(pd.factorize(what)[0], index=who)
        there = codes.reindex(ids, fill_value=-1).to_numpy()
        missing = int((there < 0).sum())
    else:
        if not (pd.api.types.is_numeric_dtype(what.dtype) or pd.api.types.is_bool_dtype(what.dtype)):
            raise UnusableError(_("texts or dates as predictions; expected numbers"))
        values = pd.Series(what.to_numpy(float, na_value=np.nan), index=who)
        there = values.reindex(ids).to_numpy()
        missing = int(np.isnan(there).sum())
    if missing:
        left = "ids left out" if rules["metric"] == "money" else "ids missing"
        code = "ids alone" if rules["metric"] in metrics.MATCHING else left
        said.append(note(code, n=missing, all=len(ids)))
    return there, said


def _columns(rules: Rules, answer: Any) -> tuple[pd.Series, pd.Series]:
    """The ids and the predictions of an answer."""
    frame, levels = read_table(answer)
    named = {level.name: level for level in levels if level.name is not None}
    who = rules["key"]
    if who in frame.columns:
        ids, frame = frame[who], frame.drop(columns=who)
    elif who in named:
        ids = named[who]
    elif len(levels) == 1 and levels[0].name is None:
        ids = levels[0]
    else:
        raise UnusableError(_("no column {name}").format(name=who))
    what = rules["prediction"]
    if what and what in frame.columns:
        return ids.reset_index(drop=True), frame[what]
    if frame.shape[1] != 1:
        raise UnusableError(
            _("{n} columns besides {key}; expected the predictions alone").format(n=frame.shape[1], key=who)
        )
    return ids.reset_index(drop=True), frame.iloc[:, 0]


def _as_ids(column: pd.Series) -> pd.Series:
    """Ids as text: 7, 7.0 and "7" are the same."""
    import pandas as pd

    if pd.api.types.is_float_dtype(column.dtype):
        column = column.map(lambda v: int(v) if v == v and float(v).is_integer() else v)
    return column.astype(object).map(lambda v: None if pd.isna(v) else str(v))


def _value(rules: Rules, predicted: np.ndarray | None, true: np.ndarray) -> float:
    """The metric of a prediction; None stands for one that knows nothing."""
    import numpy as np

    metric = rules["metric"]
    if metric in metrics.MATCHING:
        if predicted is None:
            predicted = np.full(len(true), -1)
        alone = predicted < 0  # what is in no cluster is a cluster of its own
        codes = predicted.copy()
        codes[alone] = np.arange(int(alone.sum())) + predicted.max(initial=-1) + 1
        return metrics.MATCHING[metric](codes, true, **(rules["prices"] if metric == "merge_savings" else {}))
    if metric == "money" and predicted is None and rules["top"]:
        # Whoever is chosen: the mean of all choices there are.
        best = np.sort(true)[::-1][: rules["top"]].sum()
        return float(true.mean() * min(rules["top"], len(true)) / best) if best > 0 else float("nan")
    nothing = _nothing_known(metric, predicted, true)
    predicted = np.full(len(true), nothing) if predicted is None else predicted
    predicted = np.where(np.isnan(predicted), nothing, predicted)
    more = {"top": rules["top"]} if metric == "money" else {}
    return metrics.NUMERIC[metric](predicted, true, **more)


def _nothing_known(metric: str, predicted: np.ndarray | None, true: np.ndarray) -> float:
    """What stands for a prediction where there is none."""
    import numpy as np

    if metric == "mae":
        return float(np.median(true))
    if metric in ("log_loss", "rmse"):
        return float(np.mean(true))
    known = predicted is not None and not np.isnan(predicted).all()
    if metric == "money":
        return -np.inf if known else 0.0  # not chosen
    return float(np.nanmedian(predicted)) if known else 0.0
