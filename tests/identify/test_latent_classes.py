import numpy as np
import pytest

from labkit.identify import latent_classes


def simulated_pairs(n, share, m, u, rng):
    """Levels of n pairs, of which a share are matches, and which those are."""
    match = rng.random(n) < share
    levels = np.column_stack(
        [
            np.where(match, rng.choice(len(a), n, p=a), rng.choice(len(b), n, p=b))
            for a, b in zip(m, u, strict=True)
        ]
    )
    return levels, match


M = [[0.05, 0.05, 0.9], [0.1, 0.9], [0.2, 0.8], [0.1, 0.9]]
U = [[0.9, 0.08, 0.02], [0.95, 0.05], [0.7, 0.3], [0.9, 0.1]]


@pytest.fixture(scope="module")
def pairs():
    return simulated_pairs(20_000, 0.3, M, U, np.random.default_rng(5))


def test_m_u_and_share_are_learned_without_labels(pairs):
    levels, match = pairs
    model = latent_classes.fit(levels, [3, 2, 2, 2])
    assert model.share == pytest.approx(match.mean(), abs=0.01)
    for found, true in zip(model.m + model.u, M + U, strict=True):
        assert found == pytest.approx(true, abs=0.02)


def test_bits_are_the_log_odds_of_a_match(pairs):
    levels, match = pairs
    bits = latent_classes.fit(levels, [3, 2, 2, 2]).bits(levels)
    near_two = np.abs(bits - 2) < 0.5  # odds of about four to one
    assert near_two.sum() > 50
    assert match[near_two].mean() == pytest.approx(0.8, abs=0.08)


def test_a_blank_is_worth_nothing():
    model = latent_classes.TwoClasses(
        m=[np.array([0.2, 0.8]), np.array([0.5, 0.5])],
        u=[np.array([0.9, 0.1]), np.array([0.5, 0.5])],
        share=0.5,
    )
    assert model.bits(np.array([[-1, -1], [1, -1]])).tolist() == [0.0, 3.0]  # 0.8 / 0.1 is three bits


def test_what_was_not_seen_is_rare_and_not_impossible():
    levels = np.array([[1, 1]] * 50 + [[0, 0]] * 50)
    model = latent_classes.fit(levels, [3, 2])  # level 2 of the first comparison never occurs
    for shares in (*model.m, *model.u):
        assert (shares > 0).all()
        assert shares.sum() == pytest.approx(1)
    assert np.isfinite(model.bits(np.array([[2, 1]]))).all()
