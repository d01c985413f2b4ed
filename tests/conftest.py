"""Shared by all tests. Notebooks under tests/ are material for tests, not lessons for nbval."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from labkit import i18n

collect_ignore_glob = ["*.ipynb"]

# Workers share the machine: threads of numpy and scikit-learn that wait for one another spin, and take several times
# the processor for the same figures. Nothing imported above loads numpy, which reads this once.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("labkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("labkit")


@pytest.fixture(autouse=True)
def no_language_of_another_test() -> Iterator[None]:
    """What begins a lesson, or runs a command, chooses a language for the process; the next test knows nothing of it."""
    i18n.use_language(None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_LANG", "")
        yield
    i18n.use_language(None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Under ``--dist loadscope`` lessons of one step share a worker."""
    if config.getvalue("dist") != "loadscope":
        return None
    from tests.workers import LessonsOfAStepTogether

    return LessonsOfAStepTogether(config, log)
