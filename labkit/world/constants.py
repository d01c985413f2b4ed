"""Which world the course base is. Apart, for what has to know no more: it imports nothing."""

COURSE_SEED = 2026
"""Seed of the course base in ``datasets/caramelo``."""

COURSE_PEOPLE = 12_000
"""People in the course base."""
