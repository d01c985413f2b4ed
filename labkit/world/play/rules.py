"""What the company allows itself: budget, frequency caps, quiet hours, consent, stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labkit.errors import LabkitError
from labkit.i18n import _

REFUSALS = ("", "quiet hours", "consent", "cap 7 days", "cap 30 days", "stock", "budget")
"""Why a contact was refused, by code; the rules are tried in this order and the first breach is reported."""


@dataclass(frozen=True)
class Rules:
    """The rules under which a plan is played; None stands for the default of the world's size.

    A contact that breaks one is refused: it is not sent, costs nothing, and is counted and reported in
    ``Result.contacts`` and ``Result.breaches``.

    Parameters
    ----------
    budget_brl : float, optional
        Most that all contacts together may cost, R$; by default R$ 1.30 a customer for ninety days, and in
        proportion for other horizons. On a day contacts are paid in the order of hour and row; the first that
        cannot be paid closes the day's till, so that no cheaper one slips past it.
    cap_7_days, cap_30_days : int, optional
        Most contacts that a customer is sent in any 7 and 30 days, over all channels.
    quiet_from, quiet_until : int, optional
        No contacts from the first hour until before the second (21 and 8: the last may go out at 20 h).
    consent : bool
        Marketing goes only where the customer allows it: by purpose and channel, as of that moment. Service
        messages (``apology``) need no consent.
    sample_boxes : int, optional
        Stock of sample boxes; by default 3 for every 100 customers.
    """

    budget_brl: float | None = None
    cap_7_days: int | None = None
    cap_30_days: int | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    consent: bool = True
    sample_boxes: int | None = None

    def filled(self, parameters, customers: int, days: int) -> Rules:
        """Return the rules with every default filled in.

        Raises
        ------
        LabkitError
            If a cap, the budget or the stock is negative, or an hour is none.
        """
        p = parameters.play

        def or_default(value, default):
            return default if value is None else value

        rules = Rules(
            budget_brl=float(or_default(self.budget_brl, p.budget_brl * customers * days / 90)),
            cap_7_days=or_default(self.cap_7_days, p.cap_7_days),
            cap_30_days=or_default(self.cap_30_days, p.cap_30_days),
            quiet_from=or_default(self.quiet_from, p.quiet_from),
            quiet_until=or_default(self.quiet_until, p.quiet_until),
            consent=self.consent,
            sample_boxes=or_default(self.sample_boxes, round(p.sample_boxes * customers)),
        )
        for name in ("budget_brl", "cap_7_days", "cap_30_days", "sample_boxes"):
            if not getattr(rules, name) >= 0:
                raise LabkitError(
                    _("Rule {name} is {value}; expected a number from 0 on.").format(
                        name=name, value=getattr(rules, name)
                    )
                )
        for name in ("quiet_from", "quiet_until"):
            if getattr(rules, name) not in range(25):
                raise LabkitError(
                    _("Rule {name} is {value}; expected an hour from 0 to 24.").format(
                        name=name, value=getattr(rules, name)
                    )
                )
        return rules

    def quiet(self) -> np.ndarray:
        """Return for each of the 24 hours whether it is quiet; equal hours mean that none is."""
        hour = np.arange(24)
        if self.quiet_from <= self.quiet_until:
            return (hour >= self.quiet_from) & (hour < self.quiet_until)
        return (hour >= self.quiet_from) | (hour < self.quiet_until)


class Till:
    """Money and boxes left, shared by all contacts of a run."""

    def __init__(self, rules: Rules):
        self.money, self.boxes = rules.budget_brl, rules.sample_boxes

    def sell(self, code: np.ndarray, cost: np.ndarray, box: np.ndarray) -> None:
        """Refuse (in place, in ``code``) what stock or budget does not reach, and take the rest off."""
        wanted = (code == 0) & box
        if wanted.any():
            code[wanted & (np.cumsum(wanted) > self.boxes)] = 5
        paid = np.where(code == 0, cost, 0.0)
        code[(code == 0) & (np.cumsum(paid) > self.money + 1e-9)] = 6
        self.money -= float(cost[code == 0].sum())
        self.boxes -= int(np.count_nonzero((code == 0) & box))
