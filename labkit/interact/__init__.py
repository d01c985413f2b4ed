"""Interact: what lessons of the third step build by hand, then import."""

from labkit.interact.experiments import (
    difference_of_means,
    difference_of_proportions,
    incremental_profit,
    incremental_response,
    sample_ratio,
)
from labkit.interact.lots import WidestGap, widest_gap
from labkit.interact.power import (
    power_means,
    power_proportions,
    sample_size_means,
    sample_size_proportions,
    smallest_effect_means,
)
from labkit.interact.ratios import ratio_interval
from labkit.interact.results import (
    Arm,
    Difference,
    IncrementalProfit,
    IncrementalResponse,
    SampleRatio,
    SampleSize,
)

__all__ = [
    "Arm",
    "Difference",
    "IncrementalProfit",
    "IncrementalResponse",
    "SampleRatio",
    "SampleSize",
    "WidestGap",
    "difference_of_means",
    "difference_of_proportions",
    "incremental_profit",
    "incremental_response",
    "power_means",
    "power_proportions",
    "ratio_interval",
    "sample_ratio",
    "sample_size_means",
    "sample_size_proportions",
    "smallest_effect_means",
    "widest_gap",
]
