"""Objectives, key results with their progress, initiatives, and the roles that a CRM programme needs.

The five objectives and fifteen key results re-express the sample of the CIO Codex chapter on commerce and
relationship, with what does not fit a company of this size cut to it. Baselines and progress are computed from the
tables; nothing says whether a key result is an outcome or an activity.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company.measures import MEASURES
from labkit.world.company.tools import records
from labkit.world.draft import Draft, numbered

BASELINE = np.datetime64("2024-12-31")
QUARTERS = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31")


def make_goals(draft: Draft) -> None:
    """Put goals, initiatives, roles and structures into the draft."""
    tables = draft.tables
    initiatives = records("initiatives")
    for name in ("began_on", "ended_on"):
        initiatives[name] = pd.to_datetime(initiatives[name])
    for name in ("count", "reached"):
        initiatives[name] = initiatives[name].astype(int)
    tables["initiatives"] = numbered(initiatives.sort_values(["began_on", "what"]), "initiative_id")
    tables["roles"] = numbered(_with_numbers(records("roles")), "role_id")
    tables["structures"] = _with_numbers(records("structures"))
    tables["okrs"], tables["okr_progress"] = key_results(tables)
    objectives = records("objectives")
    now = [MEASURES[name](tables, np.datetime64(QUARTERS[-1])) for name in objectives["measure"]]
    tables["objectives"] = numbered(_with_targets(objectives, np.array(now)), "objective_id")


def key_results(tables: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the key results with baseline and target, and the value of each at the end of every quarter of 2025."""
    listed = records("okrs")
    # What is counted within a year starts at nothing.
    counted = listed["measure"].isin(["reached", "events", "large_partners", "co_marketing"]).to_numpy()
    before = np.array([MEASURES[name](tables, BASELINE) for name in listed["measure"]])
    okrs = numbered(_with_targets(listed, np.where(counted, 0.0, before)), "key_result_id")
    progress = [
        (row.key_result_id, quarter, MEASURES[row.measure](tables, np.datetime64(quarter)))
        for row in okrs.itertuples()
        for quarter in QUARTERS
    ]
    progress = pd.DataFrame(progress, columns=["key_result_id", "quarter_end", "value"])
    progress["quarter_end"] = pd.to_datetime(progress["quarter_end"])
    progress["value"] = progress["value"].round(4)
    return okrs, progress


def _with_numbers(listed: pd.DataFrame) -> pd.DataFrame:
    for name in listed.columns.intersection(["share_of_hours", "cost_hour_brl"]):
        listed[name] = listed[name].astype(float)
    for name in listed.columns.intersection(
        ["hours_needed_a_week", "coordination_hours_a_week", "days_to_decide"]
    ):
        listed[name] = listed[name].astype(int)
    return listed


def _with_targets(listed: pd.DataFrame, baseline: np.ndarray) -> pd.DataFrame:
    factor = pd.to_numeric(listed["factor"]).to_numpy()
    target = pd.to_numeric(listed["target"]).to_numpy()
    return listed.assign(
        baseline=np.round(baseline, 4),
        target=np.round(np.where(np.isnan(target), baseline * factor, target), 4),
        due_on=pd.to_datetime(listed["due_on"]),
    ).drop(columns="factor")
