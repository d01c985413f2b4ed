"""The causes as pure functions: figures worked by hand, and nothing at strength 0."""

from dataclasses import replace

import numpy as np
import pytest

from labkit.world.causes import service as cause
from labkit.world.causes.leaving import cancellation_hazard, cancellation_times, dropout_probability
from labkit.world.causes.satisfaction import Memory, fade
from labkit.world.causes.timing import Clock, intensity, next_purchase
from labkit.world.parameters import Experience, Parameters, Season, Service, plain
from labkit.world.service import draw_weather

NEUTRAL = plain().experience


def test_a_memory_halves_in_a_half_life_and_adds_up():
    # 1.0 at week 0 and 0.5 at week 10, half-life 10: at week 20 a quarter of the one and half of the other.
    memory = Memory(np.array([0, 0]), np.array([0.0, 10.0]), np.array([1.0, 0.5]), 2, 10.0)
    when = np.array([-1.0, 0.0, 10.0, 20.0])
    assert memory.at(np.zeros(4, dtype=int), when) == pytest.approx([0.0, 1.0, 1.0, 0.5])
    assert memory.at(np.ones(4, dtype=int), when) == pytest.approx(0.0)


def test_a_memory_of_many_is_that_of_each():
    rng = np.random.default_rng(1)
    person, when, impact = rng.integers(0, 50, 800), rng.uniform(-200, 105, 800), rng.standard_normal(800)
    memory = Memory(person, when, impact, 50, 17.0)
    who, at = rng.integers(0, 50, 100), rng.uniform(-200, 150, 100)
    by_hand = [
        (impact * fade(t - when, 17.0))[(person == w) & (when <= t)].sum()
        for w, t in zip(who, at, strict=True)
    ]
    assert memory.at(who, at) == pytest.approx(by_hand, abs=1e-6)


def test_drop_out_without_the_cause_is_the_customers_own():
    own = np.array([0.02, 0.1, 0.5])
    assert dropout_probability(own, np.full(3, 2.0), np.full(3, 1.0), NEUTRAL) == pytest.approx(own)


def test_drop_out_after_a_grave_failure_worked_by_hand():
    # Odds 1/9 times exp(1 · 1.6) are 0.5503; 0.5503 / 1.5503 = 0.355.
    p = replace(NEUTRAL, leave_fresh=1.0)
    assert dropout_probability(np.array([0.1]), np.zeros(1), np.array([1.6]), p)[0] == pytest.approx(
        0.355, abs=5e-4
    )


def test_contracts_end_when_their_hazard_has_done_its_work():
    # One cancellation a year, work 2: after two years; grievance of 1 with strength log 2 halves the time left.
    start, work = np.array([0.0, 0.0]), np.array([2.0, 2.0])
    year = 365.25 / 7
    p = replace(NEUTRAL, cancel_memory=np.log(2.0))

    def grievance(contract, when):
        return contract.astype(float)

    ends = cancellation_times(start, 500.0, np.ones(2), work, grievance, p)
    assert ends == pytest.approx([2 * year, year])
    assert cancellation_hazard(np.ones(1), np.ones(1), p)[0] == pytest.approx(2.0)


@pytest.mark.parametrize("end", [-5.0, 30.0])
def test_beyond_the_end_a_contract_goes_on_at_its_own_hazard(end):
    year = 365.25 / 7
    p = replace(NEUTRAL, cancel_memory=1.0)
    ends = cancellation_times(
        np.zeros(1), end, np.ones(1), np.ones(1), lambda contract, when: np.zeros(len(contract)), p
    )
    assert ends == pytest.approx([year])


def test_without_seasons_time_is_even():
    clock = Clock(Season(strength=0.0))
    weeks = np.array([-100.0, 0.0, 55.5])
    assert (clock.operational(weeks) == weeks).all()


def test_the_seasonal_clock_runs_back_and_forth():
    clock = Clock(Season())
    weeks = np.linspace(-200, 250, 1000)
    assert clock.calendar(clock.operational(weeks)) == pytest.approx(weeks)
    assert clock.operational(np.array([104.0]))[0] - clock.operational(np.array([0.0]))[0] == pytest.approx(
        104.0, rel=0.01
    )


def test_intensity_knows_black_friday_and_saturdays():
    friday, saturday, july = 697, 698, 571  # 2025-11-28, 2025-11-29, 2025-07-25 (a Friday)
    p = Season()
    assert intensity(np.array([friday]), p) / intensity(np.array([july]), p) == pytest.approx(1.16 / 0.99)
    assert intensity(np.array([saturday]), p) / intensity(np.array([friday]), p) == pytest.approx(1.23 / 1.05)


def test_the_death_of_a_pet_slows_the_rest_of_the_wait():
    # Work 1 at one purchase in ten weeks; dead after four weeks, a fifth of the rate left: 4 + 6 / 0.2 = 34.
    when = next_purchase(
        np.zeros(2), np.ones(2), np.full(2, 0.1), None, np.array([4.0, 400.0]), np.full(2, 0.2)
    )
    assert when == pytest.approx([34.0, 10.0])


def test_impacts_worked_by_hand():
    # A lost parcel, told, answered well, answered badly, silent.
    p = Experience()
    kind, severe = np.full(3, cause.LOST), np.full(3, 3)
    told, quality = np.array([True, True, False]), np.array([1, -1, 0])
    mood, grievance = cause.impacts(kind, np.zeros(3), severe, told, quality, p)
    assert mood == pytest.approx([-1.2 + 3 * 0.42, -1.2 - 3 * 0.3, -1.2])
    assert grievance == pytest.approx([1.6, 1.6 + 3 * 0.12, 1.6])


def test_a_good_answer_never_takes_a_grievance_back():
    p = Experience()
    codes = np.arange(len(cause.KINDS))
    days = np.where(codes == cause.LATE, 5, 0)
    severe = cause.severity(codes, days)
    told = np.ones(len(codes), dtype=bool)
    good, silent = (cause.impacts(codes, days, severe, told, np.full(len(codes), q), p)[1] for q in (1, 0))
    assert (good == silent).all()


def test_severity_of_lateness_grows_with_the_days():
    kind = np.full(4, cause.LATE)
    assert cause.severity(kind, np.array([1, 3, 6, 7])).tolist() == [1, 2, 2, 3]


def _served(n, week, parameters=None):
    p = parameters or Service()
    weather = draw_weather(3, p)
    rng = np.random.default_rng(5)
    u = rng.random((cause.ORDER_DRAWS, n))
    when = np.full(n, float(week))
    online = np.ones(n, dtype=bool)
    zeros = np.zeros(n, dtype=int)
    return weather, cause.serve(when, online, zeros, zeros, weather, u, p)


def test_bad_weeks_bring_more_late_and_failed_deliveries():
    weather, _ = _served(1, 0)
    trouble = weather.carrier[0] + weather.depot[0]
    calm, bad = (weather.first + int(np.flatnonzero(at)[0]) for at in (trouble == 0, trouble > 1.5))
    late = {week: (_served(40_000, week)[1].late_days > 0).mean() for week in (calm, bad)}
    failed = {
        week: np.isin(_served(40_000, week)[1].kind, [cause.INCOMPLETE, cause.DAMAGED, cause.LOST]).mean()
        for week in (calm, bad)
    }
    assert late[calm] == pytest.approx(Service().late, abs=0.01)
    assert failed[calm] == pytest.approx(Service().failed, abs=0.003)
    assert late[bad] > 2.5 * late[calm]
    assert failed[bad] > 1.8 * failed[calm]


def test_nothing_goes_wrong_with_a_delivery_in_the_shop():
    p, n = Service(), 5_000
    weather = draw_weather(3, p)
    u = np.random.default_rng(6).random((cause.ORDER_DRAWS, n))
    zeros = np.zeros(n, dtype=int)
    served = cause.serve(np.zeros(n), zeros.astype(bool), zeros, zeros, weather, u, p)
    assert set(cause.KINDS[served.kind]) == {"none", "product", "question", "praise"}
    assert not served.late_days.any()


def test_a_backlog_answers_late_and_badly():
    p, n = Service(), 20_000
    weather = draw_weather(3, p)
    u = np.random.default_rng(7).random((cause.ANSWER_DRAWS, n))
    calm, busy = (weather.first + pick(weather.backlog) for pick in (np.argmin, np.argmax))
    kind, severe = np.full(n, cause.DAMAGED), np.full(n, 2)
    answers = {
        week: cause.answer(np.full(n, float(week)), kind, severe, weather, u, p) for week in (calm, busy)
    }
    assert answers[calm].told.mean() == pytest.approx(p.complains[1], abs=0.01)
    hours = {week: np.median(a.hours[a.told]) for week, a in answers.items()}
    assert hours[busy] / hours[calm] == pytest.approx(weather.backlog.max() / weather.backlog.min(), rel=0.01)
    bad = {week: (a.quality[a.told] < 0).mean() for week, a in answers.items()}
    assert bad[busy] > 1.5 * bad[calm]


def test_plain_parameters_switch_causes_off_and_nothing_else():
    on, off = Parameters(), plain()
    assert off.plans == on.plans
    assert off.service == on.service
    bgnbd = ("rate_shape", "rate_scale", "dropout_a", "dropout_b", "spend_p", "spend_q", "spend_gamma")
    assert all(getattr(off.purchases, name) == getattr(on.purchases, name) for name in bgnbd)
    assert all(run.persuasion == run.annoyance == run.redemption == 0 for run in off.campaigns.runs)
