"""The script that makes the environment, as far as it can be tried without making one."""

import importlib.util
import subprocess
import sys

import pytest

from labkit.paths import ROOT


@pytest.fixture
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_pass(bootstrap, version):
    bootstrap.require_python(version)


@pytest.mark.parametrize(
    ("version", "why"), [((3, 10), "too old"), ((2, 7), "too old"), ((3, 14), "newer than")]
)
def test_other_pythons_are_told_why_and_what_to_do(bootstrap, version, why, capsys):
    with pytest.raises(SystemExit) as stopped:
        bootstrap.require_python(version)
    said = capsys.readouterr().err
    assert stopped.value.code == 1
    assert why in said
    assert "Python {}.{}".format(*version) in said
    assert "3.11 to 3.13" in said
    assert "PYTHON=" in said


def test_a_made_environment_is_left_alone(bootstrap, monkeypatch, tmp_path):
    stamp = tmp_path / "made-from"
    stamp.write_text(bootstrap.fingerprint())
    monkeypatch.setattr(bootstrap, "STAMP", str(stamp))
    monkeypatch.setattr(bootstrap, "run", lambda command: pytest.fail(f"ran {command}"))
    bootstrap.main()


def test_a_changed_lock_is_installed_again(bootstrap, monkeypatch, tmp_path):
    stamp = tmp_path / "made-from"
    stamp.write_text("something older")
    commands = []
    monkeypatch.setattr(bootstrap, "STAMP", str(stamp))
    monkeypatch.setattr(bootstrap, "run", commands.append)
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    bootstrap.main()
    assert any("--require-hashes" in command for command in commands)
    assert stamp.read_text() == bootstrap.fingerprint()


def test_a_failed_install_leaves_no_stamp(bootstrap, monkeypatch, tmp_path, capsys):
    stamp = tmp_path / "made-from"
    monkeypatch.setattr(bootstrap, "STAMP", str(stamp))
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command: 7)
    with pytest.raises(SystemExit):
        bootstrap.main()
    assert not stamp.exists()
    assert "status 7" in capsys.readouterr().err


def test_needs_nothing_but_the_standard_library():
    script = "import sys; sys.argv=['x']; import runpy; runpy.run_path('bootstrap.py', run_name='read_only')"
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
