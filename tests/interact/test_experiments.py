"""Hand-worked figures are of the e-mail test of 2008: 3,238 of 21,387 visited with the women's e-mail,
2,262 of 21,306 without any; mean spend 1.0772 (s.d. 15.116) against 0.6528 (11.588)."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from labkit.errors import LabkitError
from labkit.interact import (
    Arm,
    difference_of_means,
    difference_of_proportions,
    incremental_profit,
    incremental_response,
    sample_ratio,
)

WOMENS = Arm(21_387, 1.0772, 15.116)
NO_EMAIL = Arm(21_306, 0.6528, 11.588)


class TestSampleRatio:
    def test_statistic_is_the_squared_gap_over_the_expected(self):
        # 4,800 expected in each arm: 200²/4800 + 200²/4800
        result = sample_ratio({"treated": 4600, "control": 5000})
        assert result.chi_square == pytest.approx(16.6667, abs=1e-4)
        assert result.p_value == pytest.approx(4.4557e-5, rel=1e-3)
        assert result.broken

    def test_three_arms_of_the_email_test_agree_with_scipy(self):
        counts = {"men": 21_307, "women": 21_387, "none": 21_306}
        result = sample_ratio(counts)
        expected = stats.chisquare(list(counts.values()))
        assert result.chi_square == pytest.approx(expected.statistic)
        assert result.p_value == pytest.approx(expected.pvalue)
        assert not result.broken

    def test_planned_shares_may_be_unequal_and_any_weights(self):
        counts = pd.Series({"control": 1000, "treated": 9000})
        assert sample_ratio(counts, {"treated": 9, "control": 1}).p_value == pytest.approx(1)
        assert sample_ratio(counts).broken

    def test_order_of_the_plan_does_not_matter(self):
        counts = {"control": 980, "treated": 9020}
        assert sample_ratio(counts, {"treated": 0.9, "control": 0.1}) == sample_ratio(
            counts, {"control": 0.1, "treated": 0.9}
        )

    def test_verdict_is_in_the_repr(self):
        assert "BROKEN" in repr(sample_ratio({"treated": 4600, "control": 5000}))
        assert "as planned" in repr(sample_ratio({"treated": 5010, "control": 5000}))

    def test_arms_must_be_those_planned(self):
        with pytest.raises(LabkitError, match="same arms"):
            sample_ratio({"treated": 1, "control": 1}, {"treated": 0.5, "holdout": 0.5})

    def test_an_empty_table_is_said_to_be_empty(self):
        with pytest.raises(LabkitError, match="empty"):
            sample_ratio({"treated": 0, "control": 0})

    def test_false_alarms_are_as_rare_as_alpha(self):
        rng = np.random.default_rng(34)
        treated = rng.binomial(2000, 0.5, size=4000)
        alarms = sum(sample_ratio({"t": n, "c": 2000 - n}, alpha=0.05).broken for n in treated)
        assert alarms / 4000 == pytest.approx(0.05, abs=0.012)  # 3.5 standard errors


class TestDifferenceOfProportions:
    def test_visits_of_the_email_test_by_hand(self):
        result = difference_of_proportions(3238, 21_387, 2262, 21_306)
        # .151400 - .106167; Wald: 1.96 * sqrt(.1514*.8486/21387 + .106167*.893833/21306) = .006339
        assert result.estimate == pytest.approx(0.045233, abs=1e-6)
        assert result.low == pytest.approx(0.045233 - 0.006339, abs=1e-5)
        assert result.high == pytest.approx(0.045233 + 0.006339, abs=1e-5)
        assert result.relative == pytest.approx(0.42605, abs=1e-5)

    @pytest.mark.parametrize(
        ("counts", "low", "high"),
        # Newcombe (1998), table II, method 10
        [
            ((56, 70, 48, 80), 0.0524, 0.3339),
            ((9, 10, 3, 10), 0.1705, 0.8090),
            ((10, 10, 0, 10), 0.6075, 1.0),
        ],
    )
    def test_interval_is_newcombes(self, counts, low, high):
        result = difference_of_proportions(*counts)
        assert (result.low, result.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))

    def test_interval_agrees_with_simulated_differences(self):
        rng = np.random.default_rng(34)
        draws = rng.binomial(21_387, 3238 / 21_387, 200_000) / 21_387
        draws -= rng.binomial(21_306, 2262 / 21_306, 200_000) / 21_306
        result = difference_of_proportions(3238, 21_387, 2262, 21_306)
        assert np.quantile(draws, [0.025, 0.975]) == pytest.approx([result.low, result.high], abs=1e-4)

    def test_a_small_control_group_is_covered_where_the_textbook_interval_fails(self):
        # 200 treated at 8%, 20 kept back at 5%: coverage summed over every possible outcome
        true = 0.08 - 0.05
        newcombe = wald = 0.0
        for x in range(201):
            for y in range(21):
                weight = stats.binom.pmf(x, 200, 0.08) * stats.binom.pmf(y, 20, 0.05)
                if weight < 1e-9:
                    continue
                result = difference_of_proportions(x, 200, y, 20)
                newcombe += weight * (result.low <= true <= result.high)
                p, q = x / 200, y / 20
                wald += weight * (abs(p - q - true) <= 1.96 * math.sqrt(p * (1 - p) / 200 + q * (1 - q) / 20))
        assert 0.94 <= newcombe <= 0.98
        assert wald < 0.75

    @given(st.integers(1, 300), st.integers(1, 300), st.data())
    def test_interval_holds_the_estimate_and_stays_within_one(self, n, m, data):
        result = difference_of_proportions(data.draw(st.integers(0, n)), n, data.draw(st.integers(0, m)), m)
        assert -1 - 1e-9 <= result.low <= result.estimate + 1e-9
        assert result.estimate - 1e-9 <= result.high <= 1 + 1e-9

    @pytest.mark.parametrize("counts", [(11, 10, 1, 10), (1, 10, 1, 0), (-1, 10, 1, 10)])
    def test_impossible_counts_are_refused(self, counts):
        with pytest.raises(LabkitError, match="counts, not rates"):
            difference_of_proportions(*counts)

    @pytest.mark.parametrize("counts", [(0.15, 21_387, 0.10, 21_306), (3238.5, 21_387, 2262, 21_306)])
    def test_rates_for_counts_are_refused(self, counts):
        with pytest.raises(LabkitError, match="counts, not rates"):
            difference_of_proportions(*counts)


class TestDifferenceOfMeans:
    def test_spend_of_the_email_test_by_hand(self):
        result = difference_of_means(WOMENS, NO_EMAIL)
        # sqrt(15.116²/21387 + 11.588²/21306) = sqrt(.0106837 + .0063025) = .130331
        assert result.estimate == pytest.approx(0.4244, abs=1e-9)
        assert result.half_width == pytest.approx(1.96 * 0.130331, abs=1e-4)
        assert not result.spans_zero

    def test_rows_and_scipy_agree(self):
        rng = np.random.default_rng(34)
        treated, control = rng.gamma(0.2, 300, size=120), rng.gamma(0.2, 250, size=40)
        result = difference_of_means(treated, control, level=0.9)
        scipy = stats.ttest_ind(treated, control, equal_var=False).confidence_interval(0.9)
        assert (result.low, result.high) == (pytest.approx(scipy.low), pytest.approx(scipy.high))

    def test_a_summary_says_the_same_as_its_rows(self):
        treated, control = np.arange(10.0), np.arange(7.0)
        by_rows = difference_of_means(treated, control)
        by_summary = difference_of_means(Arm.of(treated), pd.Series(control))
        assert by_rows == by_summary

    def test_skewed_money_is_covered(self):
        """95 of 100 intervals hold the truth although 9 of 10 customers spend nothing."""
        rng = np.random.default_rng(34)
        covered, one_arm_only, runs, n, m = 0, 0, 2000, 2000, 1000
        # The window's margin: 10% buy, log-normal baskets; the contact adds 2 points of buyers.
        basket_mean = math.exp(3.5 + 0.8**2 / 2)
        truth = (0.12 - 0.10) * basket_mean
        for _ in range(runs):
            treated = (rng.random(n) < 0.12) * rng.lognormal(3.5, 0.8, n)
            control = (rng.random(m) < 0.10) * rng.lognormal(3.5, 0.8, m)
            result = difference_of_means(treated, control)
            covered += result.low <= truth <= result.high
            one_arm_only += abs(result.estimate - truth) <= 1.96 * math.sqrt(Arm.of(treated).variance_of_mean)
        assert covered / runs == pytest.approx(0.95, abs=0.015)  # 3 standard errors
        assert one_arm_only / runs < 0.80  # forgetting the control group's spread is not a detail

    def test_missing_rows_are_explained(self):
        with pytest.raises(LabkitError, match=r"1 of 3 values.*counts as 0"):
            difference_of_means([1.0, np.nan, 3.0], [1.0, 2.0])

    def test_one_customer_has_no_spread(self):
        with pytest.raises(LabkitError, match="at least two"):
            difference_of_means([1.0], [1.0, 2.0])

    def test_arms_without_spread_give_an_interval_of_no_width(self):
        result = difference_of_means([0.0, 0.0], [0.0, 0.0])
        assert (result.low, result.high) == (0.0, 0.0)


class TestIncrementalResponse:
    def test_response_rate_divides_by_delivered_and_the_effect_by_assigned(self):
        result = incremental_response(300, 2000, 100, 1000, delivered=1800)
        assert result.response_rate == pytest.approx(300 / 1800)
        assert result.difference.estimate == pytest.approx(0.15 - 0.10)
        assert result.anyway_share == pytest.approx(0.10 / 0.15)
        assert result.extra_responders == pytest.approx(100)  # 300 came, 200 would have anyway

    def test_without_delivered_it_divides_by_assigned(self):
        assert incremental_response(300, 2000, 100, 1000).response_rate == pytest.approx(0.15)

    def test_the_repr_reads_like_a_sentence(self):
        assert repr(incremental_response(300, 2000, 100, 1000, delivered=1800)).splitlines()[:2] == [
            "response rate 16.7% (responders / delivered)",
            "of the responders, 67% would have come anyway; 100 are extra",
        ]

    def test_nobody_responding_has_no_share_that_came_anyway(self):
        result = incremental_response(0, 100, 0, 100)
        assert math.isnan(result.anyway_share)
        assert "anyway" not in repr(result)

    def test_the_share_that_came_anyway_has_an_interval(self):
        # "Come back in May": 370 of 2,730 without the message, 436 of 2,729 with it
        result = incremental_response(436, 2729, 370, 2730)
        assert result.anyway_share == pytest.approx(0.848, abs=0.001)
        # log scale by hand: sqrt(.864469/370 + .840235/436) = .06530; .8483 * exp(∓1.96 * .06530)
        assert result.anyway_interval == pytest.approx((0.746, 0.964), abs=0.002)

    def test_it_is_the_relative_change_turned_upside_down(self):
        result = incremental_response(300, 2000, 100, 1000)
        low, high = result.difference.relative_interval
        assert result.anyway_interval == pytest.approx((1 / (1 + high), 1 / (1 + low)))


class TestIncrementalProfit:
    def test_the_contact_cost_moves_the_interval_and_does_not_widen_it(self):
        margin = difference_of_means(WOMENS, NO_EMAIL)
        profit = incremental_profit(WOMENS, NO_EMAIL, contact_cost=0.10)
        assert profit.estimate == pytest.approx(0.4244 - 0.10)
        assert (profit.low, profit.high) == (
            pytest.approx(margin.low - 0.10),
            pytest.approx(margin.high - 0.10),
        )

    def test_total_is_for_the_treated_and_scales_to_any_number(self):
        profit = incremental_profit(WOMENS, NO_EMAIL, contact_cost=0.10)
        assert profit.total[0] == pytest.approx(0.3244 * 21_387)
        assert profit.for_customers(1000)[0] == pytest.approx(324.4)

    def test_only_contacts_made_are_paid(self):
        profit = incremental_profit([10.0, 0.0, 2.0, 0.0], [1.0, 3.0], contact_cost=0.50, contacted=2)
        assert profit.estimate == pytest.approx(3.0 - 2.0 - 0.25)

    def test_roi_is_profit_over_cost(self):
        profit = incremental_profit(WOMENS, NO_EMAIL, contact_cost=0.10)
        assert profit.roi[0] == pytest.approx(3.244)

    def test_a_free_contact_has_no_roi(self):
        with pytest.raises(LabkitError, match="no return on investment"):
            _ = incremental_profit(WOMENS, NO_EMAIL, contact_cost=0).roi

    def test_a_negative_cost_is_refused(self):
        with pytest.raises(LabkitError, match="positive number"):
            incremental_profit(WOMENS, NO_EMAIL, contact_cost=-0.10)


class TestReadableResults:
    def test_a_difference_shows_two_digits_of_its_uncertainty(self):
        assert repr(difference_of_proportions(3238, 21_387, 2262, 21_306)) == (
            "treated 0.1514 (n = 21,387), control 0.1062 (n = 21,306)\n"
            "difference +0.0452, 95% interval +0.0389 to +0.0516 (Newcombe)"
        )

    def test_a_profit_shows_its_parts_and_its_total(self):
        assert repr(incremental_profit(WOMENS, NO_EMAIL, 0.10, currency="US$")) == (
            "per treated customer: margin +0.42 - contact 0.10 = profit US$ +0.32, "
            "95% interval +0.07 to +0.58 (Welch)\n"
            "on 21,387 treated: US$ +6,938, interval +1,475 to +12,401"
        )
