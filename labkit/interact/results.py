"""What an experiment says: the arms, the difference with its interval, the profit, the size needed.

Plain data with a readable ``repr``; :mod:`labkit.interact.experiments` and :mod:`labkit.interact.power`
compute them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.interact.ratios import ratio_interval


@dataclass(frozen=True)
class Arm:
    """Summary of one arm: everybody assigned to it, with zero for whoever bought nothing.

    Parameters
    ----------
    n : int
        Customers assigned.
    mean, sd : float
        Mean and standard deviation *between customers*, in the unit measured. Not the standard error.
    """

    n: int
    mean: float
    sd: float

    def __post_init__(self) -> None:
        if self.n < 2:
            raise LabkitError(_("An arm of {n} customers has no spread: give at least two.").format(n=self.n))
        if not self.sd >= 0:
            raise LabkitError(
                _("The standard deviation is {sd}; it must be zero or more.").format(sd=self.sd)
            )

    @classmethod
    def of(cls, rows: ArrayLike) -> Arm:
        """Summarise one value a customer (shape ``(n,)``)."""
        values = np.asarray(rows, dtype=float).ravel()
        missing = int(np.isnan(values).sum())
        if missing:
            raise LabkitError(
                _(
                    "{missing} of {n} values are missing. A customer who bought nothing counts as 0: "
                    "use .fillna(0), or you compare buyers with buyers."
                ).format(missing=missing, n=len(values))
            )
        if len(values) < 2:
            raise LabkitError(
                _("An arm of {n} customers has no spread: give at least two.").format(n=len(values))
            )
        return cls(n=len(values), mean=float(values.mean()), sd=float(values.std(ddof=1)))

    @property
    def variance_of_mean(self) -> float:
        """``sd² / n``: what this arm adds to the variance of a difference."""
        return self.sd**2 / self.n


@dataclass(frozen=True, repr=False)
class Difference:
    """Treated minus control, with its interval.

    ``estimate``, ``low`` and ``high`` are in the unit measured: 0.045 of a rate is 4.5 points.
    ``treated_error`` and ``control_error`` are the standard errors of the two arms.
    """

    treated: float
    control: float
    n_treated: int
    n_control: int
    low: float
    high: float
    level: float
    method: str
    treated_error: float
    control_error: float

    @property
    def estimate(self) -> float:
        """Treated minus control."""
        return self.treated - self.control

    @property
    def relative(self) -> float:
        """The difference as a share of the control (0.43 = 43% more than without)."""
        return self.estimate / self.control if self.control else math.nan

    @property
    def relative_interval(self) -> tuple[float, float]:
        """Low and high of :attr:`relative`, by Fieller: the control's mean is uncertain as well.

        Not ``low / control`` and ``high / control``, which take the control's mean as known. It may
        hold zero where the interval of the difference does not, or the other way round, if only just.
        """
        low, high = ratio_interval(
            self.treated, self.treated_error, self.control, self.control_error, self.level
        )
        return low - 1, high - 1

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2

    @property
    def spans_zero(self) -> bool:
        """Whether the interval holds zero: the sign of the effect is then not established."""
        return self.low <= 0 <= self.high

    def __repr__(self) -> str:
        places = _places(self.half_width)
        return _(
            "treated {treated} (n = {n_treated:,}), control {control} (n = {n_control:,})\n"
            "difference {estimate}, {level:.0%} interval {low} to {high} ({method})"
        ).format(
            treated=f"{self.treated:.{places}f}",
            control=f"{self.control:.{places}f}",
            n_treated=self.n_treated,
            n_control=self.n_control,
            estimate=f"{self.estimate:+.{places}f}",
            low=f"{self.low:+.{places}f}",
            high=f"{self.high:+.{places}f}",
            level=self.level,
            method=self.method,
        )


@dataclass(frozen=True, repr=False)
class SampleRatio:
    """Do the arms have the sizes that were planned?"""

    counts: dict[str, int]
    planned: dict[str, float]
    chi_square: float
    p_value: float
    alpha: float

    @property
    def broken(self) -> bool:
        """True if the split is too far from the plan to be chance: do not read the result."""
        return self.p_value < self.alpha

    @property
    def expected(self) -> dict[str, float]:
        """Customers that each arm should hold."""
        total = sum(self.counts.values())
        return {arm: share * total for arm, share in self.planned.items()}

    def __repr__(self) -> str:
        arms = "\n".join(
            _("{arm}: {n:,} customers, {expected:,.0f} planned").format(
                arm=arm, n=n, expected=self.expected[arm]
            )
            for arm, n in self.counts.items()
        )
        p = f"{self.p_value:.2g}" if self.p_value < 0.01 else f"{self.p_value:.2f}"
        verdict = (
            _("BROKEN: chance does not split like this. Find the cause; do not read the result.")
            if self.broken
            else _("The split is as planned, as far as chance allows.")
        )
        return f"{arms}\n" + _("chi-square {x:.2f}, p = {p}").format(x=self.chi_square, p=p) + f"\n{verdict}"


@dataclass(frozen=True, repr=False)
class IncrementalResponse:
    """What the response rate says, and what the campaign changed."""

    response_rate: float
    difference: Difference

    @property
    def anyway_share(self) -> float:
        """Share of the treated responders who would have responded without the contact."""
        return self.difference.control / self.difference.treated if self.difference.treated else math.nan

    @property
    def anyway_interval(self) -> tuple[float, float]:
        """Low and high of :attr:`anyway_share`, by Fieller. Above 1 the campaign would have cost responders."""
        d = self.difference
        return ratio_interval(d.control, d.control_error, d.treated, d.treated_error, d.level)

    @property
    def extra_responders(self) -> float:
        """Responders that exist because of the campaign, among those treated."""
        return self.difference.estimate * self.difference.n_treated

    def __repr__(self) -> str:
        rate = _("response rate {rate:.1%} (responders / delivered)").format(rate=self.response_rate)
        if not self.difference.treated:
            return f"{rate}\n{self.difference!r}"
        reading = _("of the responders, {anyway:.0%} would have come anyway; {extra:,.0f} are extra").format(
            anyway=self.anyway_share, extra=self.extra_responders
        )
        return f"{rate}\n{reading}\n{self.difference!r}"


@dataclass(frozen=True, repr=False)
class IncrementalProfit:
    """Incremental margin less the cost of the contact, per customer assigned to treatment and in all."""

    margin: Difference
    cost: float
    currency: str

    @property
    def estimate(self) -> float:
        """Profit per treated customer."""
        return self.margin.estimate - self.cost

    @property
    def low(self) -> float:
        """Lower end of the interval of the profit per treated customer."""
        return self.margin.low - self.cost

    @property
    def high(self) -> float:
        """Upper end of the interval of the profit per treated customer."""
        return self.margin.high - self.cost

    @property
    def spans_zero(self) -> bool:
        """Whether the interval holds zero: the campaign may have lost or earned."""
        return self.low <= 0 <= self.high

    @property
    def total(self) -> tuple[float, float, float]:
        """Estimate, low and high for all who were treated."""
        return self.for_customers(self.margin.n_treated)

    @property
    def roi(self) -> tuple[float, float, float]:
        """Estimate, low and high of profit per unit of cost (1.0 = 100%)."""
        if not self.cost:
            raise LabkitError(_("A contact that costs nothing has no return on investment."))
        return self.estimate / self.cost, self.low / self.cost, self.high / self.cost

    def for_customers(self, n: int) -> tuple[float, float, float]:
        """Estimate, low and high if ``n`` customers like these were treated alike."""
        return self.estimate * n + 0.0, self.low * n + 0.0, self.high * n + 0.0  # + 0.0: no "-0" for nobody

    def __repr__(self) -> str:
        total, low, high = self.total
        return _(
            "per treated customer: margin {margin:+.2f} - contact {cost:.2f} "
            "= profit {currency} {profit:+.2f}, {level:.0%} interval {low:+.2f} to {high:+.2f} ({method})\n"
            "on {n:,} treated: {currency} {total:+,.0f}, interval {total_low:+,.0f} to {total_high:+,.0f}"
        ).format(
            margin=self.margin.estimate,
            cost=self.cost,
            profit=self.estimate,
            currency=self.currency,
            level=self.margin.level,
            low=self.low,
            high=self.high,
            method=self.margin.method,
            n=self.margin.n_treated,
            total=total,
            total_low=low,
            total_high=high,
        )


@dataclass(frozen=True, repr=False)
class SampleSize:
    """Customers to assign to each arm."""

    treated: int
    control: int
    power: float
    level: float

    @property
    def total(self) -> int:
        """Customers in both arms."""
        return self.treated + self.control

    def __repr__(self) -> str:
        return _(
            "{treated:,} treated + {control:,} control = {total:,} customers "
            "(power {power:.0%}, level {level:.0%})"
        ).format(
            treated=self.treated,
            control=self.control,
            total=self.total,
            power=self.power,
            level=self.level,
        )


def _places(half_width: float) -> int:
    """Decimals that show two digits of an interval's half width: more would be noise."""
    if not math.isfinite(half_width) or half_width <= 0:
        return 4
    return max(0, 1 - math.floor(math.log10(half_width)))
