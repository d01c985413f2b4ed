import numpy as np
import pytest
from statsmodels.stats.power import tt_ind_solve_power
from statsmodels.stats.proportion import power_proportions_2indep

from labkit.errors import LabkitError
from labkit.interact import (
    difference_of_means,
    power_means,
    power_proportions,
    sample_size_means,
    sample_size_proportions,
    smallest_effect_means,
)


def test_size_for_proportions_by_hand():
    # (1.95996 + .84162)² = 7.84888; times (.10*.90 + .12*.88), over .02²: 3838.1 an arm
    size = sample_size_proportions(control=0.10, treated=0.12)
    assert (size.treated, size.control) == (3839, 3839)
    assert size.total == 7678


def test_size_for_proportions_reaches_the_power_statsmodels_gives_it():
    size = sample_size_proportions(control=0.10, treated=0.12, power=0.9)
    power = power_proportions_2indep(0.02, 0.10, size.treated, ratio=1, return_results=False)
    assert power == pytest.approx(0.9, abs=0.001)


def test_size_for_means_by_hand():
    # 7.84888 * (40² + 40²) / 5² = 1004.7 an arm
    assert sample_size_means(effect=5, sd=40).treated == 1005


def test_size_for_means_agrees_with_statsmodels():
    n = tt_ind_solve_power(effect_size=5 / 40, alpha=0.05, power=0.8, ratio=1)
    assert sample_size_means(effect=5, sd=40).treated == pytest.approx(n, abs=2)


def test_money_of_the_email_test_needs_thirteen_hundred_thousand_customers():
    # A tenth of the 0.6528 spent without e-mail: 7.84888 * (11.588² + 15.116²) / .06528²
    size = sample_size_means(effect=0.06528, sd=11.588, sd_treated=15.116)
    assert size.total == pytest.approx(2 * 668_167, abs=4)


def test_half_the_effect_needs_four_times_the_customers():
    assert sample_size_means(2.5, 40).total == pytest.approx(4 * sample_size_means(5, 40).total, abs=4)


def test_a_tenth_kept_back_needs_almost_three_times_as_many():
    # 1/.9 + 1/.1 = 11.11 against 1/.5 + 1/.5 = 4
    uneven = sample_size_means(5, 40, treated_share=0.9)
    assert uneven.total == pytest.approx(sample_size_means(5, 40).total * 11.111 / 4, rel=1e-3)
    assert uneven.treated == pytest.approx(9 * uneven.control, rel=0.01)


def test_power_at_the_size_asked_for_is_the_power_asked_for():
    rates = sample_size_proportions(0.10, 0.12, treated_share=0.7, power=0.85)
    assert power_proportions(0.10, 0.12, rates.treated, rates.control) == pytest.approx(0.85, abs=0.001)
    means = sample_size_means(5, 40, 55, treated_share=0.7, power=0.85)
    assert power_means(5, 40, means.treated, means.control, 55) == pytest.approx(0.85, abs=0.001)


def test_power_without_an_effect_is_the_false_alarm_rate():
    assert power_means(0, 40, 500, 500) == pytest.approx(0.05)


def test_the_sign_of_the_effect_does_not_matter():
    assert power_means(-5, 40, 500, 500) == pytest.approx(power_means(5, 40, 500, 500))


def test_smallest_effect_is_the_inverse_of_the_size():
    size = sample_size_means(effect=5, sd=40, sd_treated=50, treated_share=0.6)
    effect = smallest_effect_means(40, size.treated, size.control, sd_treated=50)
    assert effect == pytest.approx(5, rel=1e-3)


def test_power_is_what_a_simulation_finds():
    rng = np.random.default_rng(34)
    found = sum(
        not difference_of_means(rng.normal(5, 40, 600), rng.normal(0, 40, 400)).spans_zero
        for _ in range(2000)
    )
    assert found / 2000 == pytest.approx(power_means(5, 40, 600, 400), abs=0.035)  # 3 standard errors


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sample_size_proportions(10, 12), "Write 10% as 0.10"),
        (lambda: sample_size_proportions(0.1, 0.1), "difference of zero"),
        (lambda: sample_size_means(5, 40, treated_share=1.0), "between 0 and 1"),
        (lambda: sample_size_means(5, 40, power=80), "shares between 0 and 1"),
    ],
)
def test_senseless_plans_are_refused(call, words):
    with pytest.raises(LabkitError, match=words):
        call()
