"""The ten areas, the thirty hand-offs between them and CRM, and the log of requests.

The areas and what passes between them re-express the interdependencies of the CIO Codex chapter on commerce and
relationship in Caramelo's own terms. Each hand-off names one table of the course in which it can be watched.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company.tools import any_day, records, seen, span
from labkit.world.company.workforce import active
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, Requests


def make_requests(draft: Draft) -> None:
    """Put areas, hand-offs and requests into the draft."""
    staff = draft.tables["staff"]
    here = staff[active(staff, np.array([HISTORY_END]))[0]]
    areas = numbered(records("areas"), "area_id")
    areas["people"] = areas["area"].map(here["team"].value_counts()).fillna(0).astype(int)
    draft.tables["areas"] = areas
    hand_offs = numbered(records("hand_offs").rename(columns={"table": "watched_in"}), "hand_off_id")
    rng = draft.stream("company/requests")
    low, high = draft.parameters.requests.agreed_days
    hand_offs["agreed_days"] = rng.integers(low, high + 1, len(hand_offs))
    draft.tables["hand_offs"] = hand_offs
    draft.tables["hand_off_requests"] = draw_requests(rng, hand_offs, draft.parameters.requests)


def draw_requests(rng: np.random.Generator, hand_offs: pd.DataFrame, p: Requests) -> pd.DataFrame:
    """Draw requests: from whom to whom, when, by when, and when done.

    Returns
    -------
    pandas.DataFrame
        hand_off_id, from_area (asks), to_area (delivers), requested_on, due_on, done_on (missing while open), redone.
    """
    row = np.repeat(np.arange(len(hand_offs)), 1 + rng.poisson(p.per_month * 24, len(hand_offs)))
    n = len(row)
    area = hand_offs["area"].to_numpy()[row]
    direction = hand_offs["direction"].to_numpy()[row]
    # "to_crm": CRM needs it, so CRM asks; a hand-off in both directions is asked for by either.
    crm_asks = (direction == "to_crm") | ((direction == "both") & (rng.random(n) < 0.5))
    agreed = hand_offs["agreed_days"].to_numpy()[row]
    slow = pd.Series(area).map(dict(p.slow)).to_numpy()
    took = agreed * np.where(crm_asks, slow, 0.8) * rng.lognormal(0, p.spread, n)
    redone = rng.random(n) < p.redo
    asked = any_day(rng, n)
    frame = pd.DataFrame(
        {
            "hand_off_id": hand_offs["hand_off_id"].to_numpy()[row],
            "from_area": np.where(crm_asks, "crm", area),
            "to_area": np.where(crm_asks, area, "crm"),
            "requested_on": asked,
            "due_on": asked + agreed.astype("timedelta64[D]"),
            "done_on": seen(asked + span(took * np.where(redone, 1.6, 1.0))),
            "redone": redone,
        }
    )
    # Whether it had to be done again is known only of what is done.
    frame["redone"] &= frame["done_on"].notna()
    return numbered(frame.sort_values(["requested_on", "hand_off_id", "due_on", "done_on"]), "request_id")
