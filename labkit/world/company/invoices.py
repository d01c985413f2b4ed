"""Invoices of plan contracts and of partners, and when they are paid.

Whether an invoice is late is the payer's habit. It does not announce a cancellation: only the last invoice of a
cancelled contract goes unpaid more often.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.company.tools import MONTHS, NO_DAY, days, seen, span
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_END, Receivables, Sales


def make_receivables(draft: Draft) -> None:
    """Put the invoices into the draft."""
    p = draft.parameters
    draft.tables["receivables"] = draw_invoices(
        draft.stream("company/invoices"),
        draft.tables["plans"],
        draft.tables["partner_contracts"],
        p.receivables,
        p.sales,
    )


def draw_invoices(
    rng: np.random.Generator, plans: pd.DataFrame, partners: pd.DataFrame, p: Receivables, sales: Sales
) -> pd.DataFrame:
    """Draw one invoice a month and contract, issued on the first to whoever has a contract running then.

    Returns
    -------
    pandas.DataFrame
        kind (plan, partner), contract_id or partner_contract_id (the other is missing), issued_on, due_on, paid_on
        (missing while unpaid), amount_brl.
    """
    habits = {name: (a, b) for name, a, b in p.late}
    plan_late = rng.beta(*habits["plan"], len(plans))
    kind = partners["partner_type"].to_numpy()
    a, b = (np.array([habits[k][i] for k in kind]) for i in (0, 1))
    partner_late = rng.beta(a, b)
    spread, growth = sales.activity
    parts = []
    for month in MONTHS:
        issued = month.astype("datetime64[D]")
        holds, last = _running(plans["started_on"], plans["cancelled_on"], issued)
        due = issued + np.timedelta64(p.plan_due_day - 1, "D")
        parts.append(
            _bill(rng, p, plan_late[holds], last, issued, due)
            | {
                "contract_id": plans["contract_id"].to_numpy()[holds],
                "partner_contract_id": np.full(len(holds), -1),
                "amount_brl": plans["monthly_fee_brl"].to_numpy()[holds],
            }
        )
        holds, last = _running(partners["signed_on"], partners["ended_on"], issued)
        years = (issued - days(partners["signed_on"])[holds]).astype(int) / 365.25
        amount = partners["monthly_value_brl"].to_numpy()[holds] * (1 + growth) ** years
        due = issued + np.timedelta64(p.partner_due_days, "D")
        parts.append(
            _bill(rng, p, partner_late[holds], last, issued, due)
            | {
                "contract_id": np.full(len(holds), -1),
                "partner_contract_id": partners["partner_contract_id"].to_numpy()[holds],
                "amount_brl": np.round(amount * rng.lognormal(-(spread**2) / 2, spread, len(holds)), 2),
            }
        )
    frame = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    plan = (frame["contract_id"] > 0).to_numpy()
    frame["kind"] = np.array(["partner", "plan"], dtype=object)[plan.astype(int)]
    for name, there in (("contract_id", plan), ("partner_contract_id", ~plan)):
        frame[name] = frame[name].astype("Int64").mask(~there)
    return numbered(frame, "invoice_id")


def _running(start: pd.Series, end: pd.Series, day: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the contracts that run on a day, and which of them will not run a month later."""
    start, end = days(start), days(end)
    holds = np.flatnonzero((start <= day) & ~(end <= day))
    following = (day.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return holds, end[holds] <= following


def _bill(rng, p: Receivables, habit, last, issued, due) -> dict[str, np.ndarray]:
    n = len(habit)
    early = rng.integers(0, 6, n)
    late = rng.random(n) < habit
    median, spread = p.late_days
    delay = span(median * rng.lognormal(0, spread, n))
    paid = np.where(late, due + delay, due - early)
    unpaid = (late & (rng.random(n) < p.never)) | (last & (rng.random(n) < p.last_unpaid))
    paid = seen(np.where(unpaid, NO_DAY, paid))
    assert not (paid > HISTORY_END).any()
    return {"issued_on": np.full(n, issued), "due_on": np.full(n, due), "paid_on": paid}
