"""Tests of the whole course: notebooks are run by nbval, and rebuilt from the same run."""

pytest_plugins = ["labkit.authoring.pytest_rebuild"]
