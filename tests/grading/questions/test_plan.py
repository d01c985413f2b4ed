"""What a plan earns for what it brings; the world that plays it is the test's own, and brings R$ 10 a contact."""

from types import SimpleNamespace

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.exercises import wire
from labkit.exercises.tabular import UnusableError
from labkit.grading import questions
from labkit.world import play
from labkit.world.play import rivals

NO_BREACH = pd.DataFrame({"rule": ["no consent"], "refused": [0]})


@pytest.fixture
def games(monkeypatch):
    """Every game that was played: how many contacts, how many days, in which future."""
    played = []

    def run(world, plan, *, days, seed):
        if "channel" not in plan.columns:
            raise LabkitError("The plan has no column channel.")
        played.append((len(plan), days, seed))
        return SimpleNamespace(score=10.0 * len(plan) + 100 * (seed - world.seed), breaches=world.breaches)

    monkeypatch.setattr(play, "run", run)
    monkeypatch.setattr(rivals, "spray_everyone", lambda world, days: contacts(40))
    monkeypatch.setattr(rivals, "recency_rule", lambda world: contacts(20))
    return played


def contacts(n):
    return pd.DataFrame({"customer_id": range(n), "day": 0, "hour": 10, "channel": "email"})


def scored(answer, rules=None, right=8, breaches=NO_BREACH):
    stated = {**questions.read_rules("plan", rules or {}, "q1"), "question": "q1"}
    world = SimpleNamespace(seed=7, breaches=breaches)
    source = SimpleNamespace(world=lambda: world)
    answer = contacts(answer) if isinstance(answer, int) else answer
    return questions.kind("plan").score(stated, wire.plain(answer), wire.plain(contacts(right)), source)


@pytest.mark.parametrize(
    ("rules", "n", "expected"),
    [
        ({}, 8, 1),  # as much as the key
        ({}, 2, 0.25),  # from doing nothing, R$ 0, to the key's R$ 80
        ({}, 9, 1),  # more than the key's is no more than all
        ({"scale": {"naive": 40, "excellent": 120}}, 3, 0),
        ({"scale": {"naive": 40, "excellent": 120}}, 6, 0.25),
        ({"scale": {"naive": "recency_rule", "excellent": "spray_everyone"}}, 25, 0.25),
    ],
)
def test_a_plan_earns_from_naive_to_excellent(games, rules, n, expected):
    assert scored(n, rules).share == expected


def test_it_is_played_over_the_days_and_futures_stated_and_its_score_is_their_mean(games):
    found = scored(8, {"days": 30, "futures": 3, "scale": {"excellent": 360}})
    assert games == [(8, 30, 7), (8, 30, 8), (8, 30, 9)]
    assert found.share == pytest.approx((80 + 180 + 280) / 3 / 360)


def test_a_reference_is_played_once_a_world(games):
    stated = {**questions.read_rules("plan", {}, "q1"), "question": "q1"}
    world = SimpleNamespace(seed=7, breaches=NO_BREACH)
    source = SimpleNamespace(world=lambda: world)
    for n in (1, 2, 3):
        plan, key = wire.plain(contacts(n)), wire.plain(contacts(8))
        questions.kind("plan").score(stated, plan, key, source)
    assert [n for n, _days, _seed in games] == [1, 8, 2, 3]


def test_contacts_that_were_refused_are_told(games):
    breaches = pd.DataFrame({"rule": ["no consent", "quiet hours"], "refused": [3, 0]})
    (_value, told) = scored(8, breaches=breaches).said
    assert told.code == "plan refused"
    assert told.details == {"n": 3, "all": 8, "rules": "no consent"}


def test_a_table_that_is_no_plan_is_unusable_in_the_worlds_own_words(games):
    with pytest.raises(UnusableError, match="no column channel"):
        scored(contacts(3).drop(columns="channel"))
