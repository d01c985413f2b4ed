"""Opening the course: headless, as root, without a browser; and how fast JupyterLab answers."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from labkit import lab


def test_as_root_and_without_a_browser_the_flags_say_so():
    line = lab.command(Path("work"), [], as_root=True, has_browser=False)
    assert {"--allow-root", "--no-browser"} <= set(line)


def test_with_a_browser_and_as_a_user_neither_flag_is_given():
    line = lab.command(Path("work"), ["--port=9999"], as_root=False, has_browser=True)
    assert not {"--allow-root", "--no-browser"} & set(line)
    assert line[-1] == "--port=9999"
    assert any("00_start_here.ipynb" in word for word in line)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a browser can always be opened")
def test_on_linux_a_browser_needs_a_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not lab.has_browser()
    monkeypatch.setenv("DISPLAY", ":0")
    assert lab.has_browser()


@pytest.mark.skipif(os.name == "nt", reason="the server is stopped by a process group")
def test_lab_answers_with_the_course_home_and_the_course_s_settings(tmp_path):
    environment = {**os.environ, "LABKIT_WORK": str(tmp_path / "work"), "LABKIT_LANG": "en"}
    arguments = ["--no-browser", "--port=0", "--ServerApp.port_retries=50", "--IdentityProvider.token=t"]
    runtime = tmp_path / "runtime"
    environment["JUPYTER_RUNTIME_DIR"] = str(runtime)
    server = subprocess.Popen(
        [sys.executable, "-m", "labkit", "lab", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = _url_when_ready(runtime, server)
        home = _get(f"{url}api/contents/00_start_here.ipynb?content=0&token=t")
        assert home["type"] == "notebook"
        settings = _get(f"{url}lab/api/settings/@jupyterlab/docmanager-extension:plugin?token=t")
        assert (
            settings["settings"].get(
                "autosaveInterval", settings["schema"]["properties"]["autosaveInterval"]["default"]
            )
            == 10
        )
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _url_when_ready(runtime: Path, server: subprocess.Popen) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "JupyterLab stopped at once"
        for file in runtime.glob("jpserver-*.json"):
            try:
                url = json.loads(file.read_text())["url"]
                _get(f"{url}api/status?token=t")
                return url
            except (OSError, json.JSONDecodeError):
                pass
        time.sleep(0.1)  # polling a server of our own
    raise AssertionError("JupyterLab did not answer within a minute")


def _get(url: str):
    with urllib.request.urlopen(url, timeout=10) as reply:
        return json.load(reply)
