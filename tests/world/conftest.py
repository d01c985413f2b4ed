"""Worlds that many tests look at, each generated once for all of them."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from labkit.world import World, course, generate


@pytest.fixture(scope="session")
def world() -> World:
    """The course base."""
    return course()


@pytest.fixture(scope="session")
def small() -> World:
    return generate(600, seed=5)


@pytest.fixture(scope="session")
def smallest() -> Callable[[int], World]:
    """Worlds of as few people as there can be, by seed."""
    return functools.cache(lambda seed: generate(100, seed=seed))
