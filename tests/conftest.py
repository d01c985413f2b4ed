"""Shared by all tests. Notebooks under tests/ are material for tests, not lessons for nbval."""

from hypothesis import HealthCheck, settings

collect_ignore_glob = ["*.ipynb"]

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("labkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("labkit")
