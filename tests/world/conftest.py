"""The course base, generated once for all tests of the world."""

from __future__ import annotations

import pytest

from labkit.world import COURSE_SEED, World, generate


@pytest.fixture(scope="session")
def world() -> World:
    return generate(seed=COURSE_SEED)


@pytest.fixture(scope="session")
def small() -> World:
    return generate(600, seed=5)
