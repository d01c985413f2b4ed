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
    monkeypatch.setattr(bootstrap, "sandbox", lambda say_how: None)
    bootstrap.main()


def test_a_changed_lock_is_installed_again(bootstrap, monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "sandbox", lambda say_how: None)
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
    monkeypatch.setattr(bootstrap, "sandbox", lambda say_how: None)
    stamp = tmp_path / "made-from"
    monkeypatch.setattr(bootstrap, "STAMP", str(stamp))
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command: 7)
    with pytest.raises(SystemExit):
        bootstrap.main()
    assert not stamp.exists()
    assert "status 7" in capsys.readouterr().err


@pytest.fixture
def without_bubblewrap(bootstrap, monkeypatch):
    """On Linux, without bubblewrap; the commands that would have been run."""
    commands = []
    found = {"apt-get": "/usr/bin/apt-get"}
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap.shutil, "which", found.get)
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command: commands.append(command) or 0)
    return commands


def test_root_on_debian_gets_bubblewrap(bootstrap, without_bubblewrap, monkeypatch):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0, raising=False)
    bootstrap.sandbox(say_how=False)
    assert without_bubblewrap[-1] == ["apt-get", "install", "-y", "-qq", "bubblewrap"]


def test_others_are_told_once_how_to_get_it(bootstrap, without_bubblewrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    bootstrap.sandbox(say_how=False)
    assert capsys.readouterr().out == ""
    bootstrap.sandbox(say_how=True)
    assert "sudo apt-get install bubblewrap" in capsys.readouterr().out
    assert without_bubblewrap == []


def test_elsewhere_the_course_works_and_grading_says_what_it_needs(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "platform", "darwin")
    bootstrap.sandbox(say_how=True)
    assert "Grading other people's notebooks needs Linux" in capsys.readouterr().out


def test_needs_nothing_but_the_standard_library():
    script = "import sys; sys.argv=['x']; import runpy; runpy.run_path('bootstrap.py', run_name='read_only')"
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
