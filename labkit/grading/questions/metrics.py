"""How good a prediction is, by what came true.

Each takes what was predicted and what is true, in the same order, and returns one number.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

CLIP = 1e-6
"""A probability counts as at least this, and at most 1 less this, in a log loss."""


def auc(predicted: np.ndarray, true: np.ndarray) -> float:
    """Area under the ROC curve: how often a case ranks above a non-case; ties count half."""
    from scipy.stats import rankdata

    cases = true > 0
    n, m = int(cases.sum()), int((~cases).sum())
    if n == 0 or m == 0:
        return float("nan")
    return float((rankdata(predicted)[cases].sum() - n * (n + 1) / 2) / (n * m))


def log_loss(predicted: np.ndarray, true: np.ndarray) -> float:
    """Mean negative log likelihood of what came true, natural logarithm."""
    p = np.clip(predicted, CLIP, 1 - CLIP)
    return float(-np.mean(np.where(true > 0, np.log(p), np.log(1 - p))))


def mae(predicted: np.ndarray, true: np.ndarray) -> float:
    """Mean absolute error, in the unit of what is predicted."""
    return float(np.mean(np.abs(predicted - true)))


def rmse(predicted: np.ndarray, true: np.ndarray) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.mean((predicted - true) ** 2)))


def money(predicted: np.ndarray, true: np.ndarray, top: int | None = None) -> float:
    """Money that the chosen ones bring, as a share of the best choice there was.

    Parameters
    ----------
    predicted : ndarray
        With `top`, a score: the `top` highest are chosen, the first of equals; without, above 0 is chosen.
    true : ndarray
        What each brings if chosen, R$; may be negative.
    """
    if top is None:
        chosen, best = predicted > 0, true[true > 0].sum()
    else:
        chosen = np.zeros(len(true), bool)
        chosen[np.argsort(-predicted, kind="stable")[:top]] = True
        best = np.sort(true)[::-1][:top].sum()
    return float(true[chosen].sum() / best) if best > 0 else float("nan")


def f1_pairs(predicted: np.ndarray, true: np.ndarray) -> float:
    """F1 over pairs of records: a pair is predicted if both are in one cluster, and true if they are one entity."""
    together = _pairs(np.unique(_joint(predicted, true), return_counts=True)[1])
    made = _pairs(np.unique(predicted, return_counts=True)[1])
    real = _pairs(np.unique(true, return_counts=True)[1])
    return 2 * together / (made + real) if made + real else 1.0


def f1_clusters(predicted: np.ndarray, true: np.ndarray) -> float:
    """F1 over clusters: one is right if it holds all records of an entity and no other.

    Clusters of one record do not count on either side: a list in which nothing is matched finds none.
    """
    size = np.bincount(predicted)
    entity = np.bincount(true)
    _joints, first, count = np.unique(_joint(predicted, true), return_index=True, return_counts=True)
    same = (count == size[predicted[first]]) & (count == entity[true[first]]) & (count > 1)
    made, real = int((size > 1).sum()), int((entity > 1).sum())
    return 2 * int(same.sum()) / (made + real) if made + real else 1.0


def b_cubed(predicted: np.ndarray, true: np.ndarray) -> float:
    """F1 of B-cubed precision and recall, averaged over records (Bagga & Baldwin 1998)."""
    _values, where, count = np.unique(_joint(predicted, true), return_inverse=True, return_counts=True)
    together = count[where]
    precision = float(np.mean(together / np.bincount(predicted)[predicted]))
    recall = float(np.mean(together / np.bincount(true)[true]))
    return 2 * precision * recall / (precision + recall)


def merge_savings(predicted: np.ndarray, true: np.ndarray, false_merge: float, missed: float) -> float:
    """What a matching saves against matching nothing, as a share of what a perfect one saves; negative if it costs.

    The mistakes are counted as the splits and merges that would put it right: the generalised merge distance of Menestrina,
    Whang & Garcia-Molina (2010, PVLDB 3(1)) with one price each.

    Parameters
    ----------
    false_merge, missed : float
        R$ of one entity too many in a cluster, and of one cluster too many that an entity is spread over.
    """
    parts = len(np.unique(_joint(predicted, true)))
    clusters, entities = len(np.unique(predicted)), len(np.unique(true))
    if len(true) == entities:
        return float("nan")
    cost = false_merge * (parts - clusters) + missed * (parts - entities)
    return 1 - cost / (missed * (len(true) - entities))


def _joint(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    return predicted.astype(np.int64) * (int(true.max(initial=0)) + 1) + true


def _pairs(sizes: np.ndarray) -> int:
    sizes = sizes.astype(object)  # a cluster of a million makes more pairs than 64 bits of float tell apart
    return int((sizes * (sizes - 1) // 2).sum()) if len(sizes) else 0


NUMERIC: dict[str, Callable[..., float]] = {
    "auc": auc, "log_loss": log_loss, "mae": mae, "rmse": rmse, "money": money,
}  # fmt: skip
MATCHING: dict[str, Callable[..., float]] = {
    "f1_pairs": f1_pairs, "f1_clusters": f1_clusters, "b_cubed": b_cubed, "merge_savings": merge_savings,
}  # fmt: skip
