"""Shared by all tests. Notebooks under tests/ are material for tests, not lessons for nbval."""

collect_ignore_glob = ["*.ipynb"]
