"""One list of versions: the lock. Everything else agrees with it."""

import re
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from labkit.paths import ROOT

USERS_SIX = {"jupyterlab", "pandas", "seaborn", "scikit-learn", "nbval", "papermill"}


def locked() -> list[Requirement]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]


def locked_here() -> dict[str, str]:
    """Name → version of what the lock installs on this Python and system."""
    here = default_environment()
    return {
        canonicalize_name(each.name): next(iter(each.specifier)).version
        for each in locked()
        if each.marker is None or each.marker.evaluate(here)
    }


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"] + project["optional-dependencies"]["dev"]]


def test_every_locked_version_is_pinned_exactly_and_hashed():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+==[^\s]+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_lock_names_no_host():
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize("requirement", declared(), ids=lambda r: r.name)
def test_declared_range_admits_the_locked_version(requirement):
    version = locked_here()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=False), f"{requirement} against {version}"


def test_installed_versions_are_the_locked_ones():
    installed = {name: metadata.version(name) for name in locked_here()}
    assert installed == locked_here()


def test_environment_yml_names_the_six_packages_at_the_locked_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pins = dict(
        text.split("=", 1) for text in environment["dependencies"] if isinstance(text, str) and "=" in text
    )
    pins.pop("python")
    assert set(pins) == USERS_SIX
    assert pins == {name: locked_here()[name] for name in USERS_SIX}


def test_environment_yml_installs_the_rest_through_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    [pip] = [each["pip"] for each in environment["dependencies"] if isinstance(each, dict)]
    assert pip == ["-r requirements.lock"]


def test_every_import_of_labkit_is_declared():
    """Whatever labkit imports, a user gets: no module works only because something else brought it."""
    provided = metadata.packages_distributions()
    names = {canonicalize_name(requirement.name) for requirement in declared()}
    undeclared = set()
    for path in (ROOT / "labkit").rglob("*.py"):
        for module in re.findall(
            r"^\s*(?:import|from) ([a-zA-Z_]\w*)", path.read_text(encoding="utf-8"), re.M
        ):
            distributions = {canonicalize_name(name) for name in provided.get(module, [])}
            if distributions and not distributions & (names | {"labkit"}):
                undeclared.add(f"{path.relative_to(ROOT)}: {module}")
    assert not undeclared
