"""BG/NBD: the published digits, and what must hold for any parameters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import roots_legendre
from scipy.stats import beta, gamma

from labkit.data import load
from labkit.differentiate import BGNBD, history_likelihood, summarise_purchases
from labkit.errors import LabkitError

PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}

positive = st.floats(0.05, 8.0)
parameters = st.fixed_dictionaries(dict.fromkeys(PUBLISHED, positive))


@st.composite
def histories(draw):
    age = draw(st.floats(1.0, 200.0))
    frequency = draw(st.integers(0, 60))
    recency = age * draw(st.floats(0.01, 1.0)) if frequency else 0.0
    return {"frequency": frequency, "recency": recency, "T": age}


@pytest.fixture(scope="module")
def cdnow():
    return summarise_purchases(load("cdnow"), value="dollars", until="1997-09-30")


@pytest.fixture(scope="module")
def fitted(cdnow):
    return BGNBD().fit(cdnow["frequency"], cdnow["recency"], cdnow["T"])


# The published digits: Fader, Hardie & Lee (2005), table 2 and section 4.


def test_cdnow_customers(cdnow):
    assert len(cdnow) == 2357
    assert (cdnow["frequency"] > 0).sum() == 946


@pytest.mark.parametrize(("name", "value"), PUBLISHED.items())
def test_cdnow_parameters(fitted, name, value):
    assert round(fitted.parameters_[name], 3) == value


def test_cdnow_log_likelihood(fitted, cdnow):
    assert fitted.log_likelihood_ == pytest.approx(-9582.4, abs=0.05)
    by_customer = fitted.log_likelihood(cdnow["frequency"], cdnow["recency"], cdnow["T"])
    assert by_customer.sum() == pytest.approx(fitted.log_likelihood_)


def test_published_conditional_expectation():
    model = BGNBD.from_parameters(**PUBLISHED)
    assert round(model.expected_purchases(39, frequency=2, recency=30.43, T=38.86), 3) == 1.226


def test_cdnow_holdout_correlation(fitted, cdnow):
    orders = load("cdnow")
    later = orders[orders["date"] > "1997-09-30"].drop_duplicates(["customer_id", "date"])
    bought = later.groupby("customer_id").size().reindex(cdnow.index, fill_value=0)
    expected = fitted.expected_purchases(39, cdnow["frequency"], cdnow["recency"], cdnow["T"])
    assert round(expected.corr(bought), 3) == 0.626


# Fitting.


def test_grouping_identical_histories_changes_nothing(fitted, cdnow):
    grouped = cdnow.groupby(["frequency", "recency", "T"]).size().reset_index(name="customers")
    again = BGNBD().fit(grouped["frequency"], grouped["recency"], grouped["T"], weights=grouped["customers"])
    assert len(grouped) == fitted.n_histories_ < fitted.n_customers_ == again.n_customers_
    pd.testing.assert_series_equal(again.parameters_, fitted.parameters_)
    assert again.log_likelihood_ == fitted.log_likelihood_


def test_the_order_of_customers_changes_nothing(fitted, cdnow):
    shuffled = cdnow.sample(frac=1, random_state=1)
    again = BGNBD().fit(shuffled["frequency"], shuffled["recency"], shuffled["T"])
    pd.testing.assert_series_equal(again.parameters_, fitted.parameters_)


def test_the_unit_of_time_only_rescales_alpha(fitted, cdnow):
    in_days = BGNBD().fit(cdnow["frequency"], cdnow["recency"] * 7, cdnow["T"] * 7)
    expected = fitted.parameters_ * [1, 7, 1, 1]
    pd.testing.assert_series_equal(in_days.parameters_, expected, rtol=1e-4)


def test_a_customer_first_seen_on_the_last_day_tells_nothing(fitted, cdnow):
    newcomer = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0]})
    more = pd.concat([cdnow, newcomer])
    again = BGNBD().fit(more["frequency"], more["recency"], more["T"])
    pd.testing.assert_series_equal(again.parameters_, fitted.parameters_, rtol=1e-4)


def test_no_step_away_from_the_fit_is_more_likely(fitted, cdnow):
    for name in PUBLISHED:
        for factor in (0.98, 1.02):
            moved = fitted.parameters_.copy()
            moved[name] *= factor
            elsewhere = BGNBD.from_parameters(**moved).log_likelihood(
                cdnow["frequency"], cdnow["recency"], cdnow["T"]
            )
            assert elsewhere.sum() < fitted.log_likelihood_


def test_recovers_the_parameters_of_a_simulated_base():
    truth = {"r": 0.8, "alpha": 6.0, "a": 1.2, "b": 3.0}
    base = BGNBD.from_parameters(**truth).simulate(np.full(100_000, 52.0), np.random.default_rng(5))
    # At this size the standard errors are near 1% of r and alpha and 3% of a and b.
    assert BGNBD().fit(**base).parameters_.to_dict() == pytest.approx(truth, rel=0.1)


def test_the_simulated_base_buys_as_often_as_the_model_expects():
    model = BGNBD.from_parameters(r=0.8, alpha=6.0, a=1.2, b=3.0)
    base = model.simulate(np.full(100_000, 52.0), np.random.default_rng(6))
    assert base["frequency"].mean() == pytest.approx(model.expected_purchases_new(52), rel=0.02)


# One history, its customer's habits known.


def test_likelihood_of_a_history_by_hand():
    """Stayed: 0.1² 0.8² exp(-3.9) = 1.2955e-4. Left with the second: 0.1² 0.8 0.2 exp(-3) = 7.966e-5."""
    assert history_likelihood(2, 30, 39, rate=0.1, dropout=0.2) == pytest.approx(2.0921e-4, rel=1e-4)


def test_who_never_repeated_cannot_have_left():
    assert history_likelihood(0, 0, 39, rate=0.05, dropout=1.0) == pytest.approx(np.exp(-1.95))


@pytest.mark.parametrize("history", [(0, 0.0, 38.86), (2, 30.43, 38.86), (5, 12.0, 26.0)])
def test_averaged_over_the_habits_it_is_the_models_likelihood(history):
    nodes, weights = roots_legendre(600)
    share, weights = (nodes + 1) / 2, weights / 2
    rate = gamma.ppf(share, PUBLISHED["r"], scale=1 / PUBLISHED["alpha"])
    dropout = beta.ppf(share, PUBLISHED["a"], PUBLISHED["b"])
    average = weights @ history_likelihood(*history, rate[:, None], dropout[None, :]) @ weights
    assert np.log(average) == pytest.approx(
        BGNBD.from_parameters(**PUBLISHED).log_likelihood(*history), abs=1e-3
    )


@pytest.mark.parametrize(("rate", "dropout"), [(-0.1, 0.2), (0.1, -0.2), (0.1, 1.2)])
def test_impossible_habits_are_refused(rate, dropout):
    with pytest.raises(LabkitError, match="between 0 and 1"):
        history_likelihood(2, 30, 39, rate, dropout)


# Expectations, against integrals that share no code with them.


def integrated(model, t, frequency, recency, T):
    """E[Y(t)] as an average over the drop-out probability; over the rate it is averaged by hand.

    An alive customer's rate is gamma(r + x, alpha + T) and drop-out probability beta(a, b + x);
    given both, (1 - exp(-rate p t)) / p purchases are expected (Fader, Hardie & Lee 2005, section 4.1).
    """
    r, alpha, a, b = model.parameters_
    nodes, weights = roots_legendre(400)
    p = beta.ppf((nodes + 1) / 2, a, b + frequency)
    p = np.maximum(p, 1e-12)  # below, the number expected no longer depends on it
    ahead = np.log1p(p * t / (alpha + T))
    expected = weights @ (-np.expm1(-(r + frequency) * ahead) / p) / 2
    return model.probability_alive(frequency, recency, T) * expected


@settings(max_examples=60, deadline=None)
@given(parameters, histories(), st.floats(0.5, 100.0))
def test_expected_purchases_equal_the_integral(values, history, t):
    model = BGNBD.from_parameters(**values)
    assert model.expected_purchases(t, **history) == pytest.approx(
        integrated(model, t, **history), rel=1e-4, abs=1e-9
    )


SINGULAR = {
    "a is 1": (0.6, 3.0, 1.0, 2.0),
    "a is nearly 1": (0.6, 3.0, 1.0 + 1e-9, 2.0),
    "a + b is 1": (0.6, 3.0, 0.3, 0.7),
    "r - a is whole": (0.3, 0.05, 0.3, 2.449457544102803),
    "r - a is nearly whole": (1.5025918735207173, 0.05, 3.5025918735207173, 2.0),
    "all of these": (1.0, 0.05, 1.0, 1e-12),
}


@pytest.mark.parametrize("values", SINGULAR.values(), ids=SINGULAR)
@pytest.mark.parametrize(("frequency", "T"), [(0, 0.0), (0, 30.0), (2, 30.0), (4, 20.0)])
def test_removable_singularities_are_removed(values, frequency, T):
    model = BGNBD.from_parameters(**dict(zip(PUBLISHED, values, strict=True)))
    history = {"frequency": frequency, "recency": T / 2 if frequency else 0.0, "T": T}
    expected = model.expected_purchases(300, **history)
    assert expected == pytest.approx(integrated(model, 300, **history), rel=1e-3)


def test_a_thousand_purchases_do_not_overflow():
    # A customer who bought three times a day for a year, and only just now.
    model = BGNBD.from_parameters(**PUBLISHED)
    with np.errstate(all="raise"):
        expected = model.expected_purchases(52, frequency=1000, recency=52.0, T=52.0)
    assert expected == pytest.approx(integrated(model, 52, 1000, 52.0, 52.0), rel=1e-4)


def test_nothing_is_expected_of_no_time():
    model = BGNBD.from_parameters(**PUBLISHED)
    assert model.expected_purchases(0, 3, 20.0, 30.0) == 0
    assert model.expected_purchases_new(0) == 0


@settings(max_examples=100, deadline=None)
@given(parameters, histories(), st.floats(0.5, 50.0))
def test_more_time_brings_no_fewer_purchases(values, history, t):
    model = BGNBD.from_parameters(**values)
    assert 0 <= model.expected_purchases(t, **history) <= model.expected_purchases(2 * t, **history) + 1e-9


@settings(max_examples=100, deadline=None)
@given(parameters, st.floats(1.0, 100.0))
def test_a_new_customer_is_one_without_history(values, t):
    model = BGNBD.from_parameters(**values)
    assert model.expected_purchases_new(t) == pytest.approx(model.expected_purchases(t, 0, 0.0, 0.0))


# P(alive).


@settings(max_examples=200, deadline=None)
@given(parameters, histories())
def test_probability_alive_is_a_probability(values, history):
    assert 0 <= BGNBD.from_parameters(**values).probability_alive(**history) <= 1


@settings(max_examples=100, deadline=None)
@given(parameters, histories(), st.floats(1.0, 50.0))
def test_silence_never_makes_a_customer_likelier_to_be_alive(values, history, silence):
    model = BGNBD.from_parameters(**values)
    later = history | {"T": history["T"] + silence}
    assert model.probability_alive(**later) <= model.probability_alive(**history) + 1e-12


@given(parameters, st.floats(1.0, 500.0))
def test_who_never_repeated_is_always_alive(values, age):
    # Drop-out can only follow a repeat purchase (Fader, Hardie & Lee 2008): 1 after ten silent years too.
    assert BGNBD.from_parameters(**values).probability_alive(0, 0.0, age) == 1


def test_the_keener_customer_is_given_up_sooner():
    # The "increasing frequency paradox": equally silent, the frequent buyer is likelier gone.
    model = BGNBD.from_parameters(**PUBLISHED)
    alive = model.probability_alive(np.array([3, 10, 20]), 20.0, 39.0)
    assert alive[0] > alive[1] > alive[2]


# What goes in and comes out.


def test_series_in_series_out(fitted, cdnow):
    few = cdnow.tail(3)
    expected = fitted.expected_purchases(39, few["frequency"], few["recency"], few["T"])
    assert expected.index.equals(few.index)
    assert isinstance(fitted.expected_purchases(39, 2, 30.43, 38.86), float)


HISTORY = {"frequency": [2, 0], "recency": [5.0, 0.0], "T": [10.0, 10.0]}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"recency": [11.0, 0.0]}, "recency cannot exceed T"),
        ({"frequency": [-1, 0]}, "frequency cannot be negative"),
        ({"frequency": [1.5, 0]}, "whole number"),
        ({"recency": [5.0, 3.0]}, "recency must be 0 for customers who never repeated"),
        ({"recency": [0.0, 0.0]}, "collapse several purchases on one day"),
        ({"recency": [np.nan, 0.0]}, "missing or infinite in 1 places"),
        ({"T": [10.0, 10.0, 10.0]}, "different lengths: 2, 2 and 3"),
        ({"frequency": ["two", 0]}, "numbers only"),
        ({"frequency": [0, 0], "recency": [0.0, 0.0]}, "None of the 2 customers bought again"),
        ({"weights": [1.0]}, "one number for each customer"),
    ],
)
def test_impossible_histories_are_refused(wrong, words):
    with pytest.raises(LabkitError, match=words):
        BGNBD().fit(**(HISTORY | wrong))


def test_the_message_says_where():
    with pytest.raises(LabkitError, match="Found in 1 of 3 customers, first at position 2"):
        BGNBD().fit([2, 1, 1], [5.0, 4.0, 12.0], [10.0, 10.0, 10.0])


def test_predicting_before_fitting_is_explained():
    with pytest.raises(LabkitError, match="call fit"):
        BGNBD().expected_purchases(39, 2, 30.43, 38.86)


@pytest.mark.parametrize("values", [{"r": 1.0}, PUBLISHED | {"r": -1.0}, PUBLISHED | {"s": 1.0}])
def test_parameters_are_checked(values):
    with pytest.raises(LabkitError):
        BGNBD.from_parameters(**values)


def test_undetermined_parameters_are_announced():
    # Everybody keeps buying like clockwork until the end: nothing tells how customers drop out.
    with pytest.warns(RuntimeWarning, match="do not determine"):
        BGNBD().fit([10] * 50, [10.0] * 50, [10.0] * 50)


# Standard errors.


def test_standard_errors_are_the_spread_of_the_estimates(fitted, cdnow):
    # The bootstrap knows nothing of derivatives: it must give about the same spread.
    rng = np.random.default_rng(1)
    estimates = []
    for _ in range(60):
        drawn = cdnow.sample(len(cdnow), replace=True, random_state=rng)
        estimates.append(BGNBD().fit(drawn["frequency"], drawn["recency"], drawn["T"]).parameters_)
    spread = pd.DataFrame(estimates).std()
    for name in ("r", "alpha"):
        assert fitted.standard_errors_[name] == pytest.approx(spread[name], rel=0.3)


def test_standard_errors_follow_the_unit_of_time(fitted, cdnow):
    in_days = BGNBD().fit(cdnow["frequency"], cdnow["recency"] * 7, cdnow["T"] * 7)
    expected = fitted.standard_errors_ * [1, 7, 1, 1]
    assert in_days.standard_errors_.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-3)


def test_given_parameters_have_no_standard_errors():
    with pytest.raises(LabkitError, match="fit the model first"):
        _ = BGNBD.from_parameters(**PUBLISHED).standard_errors_
