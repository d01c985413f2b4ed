"""Open the course in JupyterLab."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from labkit.i18n import _

HOME = "00_start_here.ipynb"
SETTINGS = Path(__file__).parent / "jupyter"
"""JupyterLab settings of the course: saved every ten seconds, long lines wrapped, no news fetched."""


def command(folder: Path, extra: list[str], *, as_root: bool, has_browser: bool) -> list[str]:
    """The command line that opens JupyterLab on the course home in `folder`."""
    line = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    # Nothing of the course needs a registry of extensions, and it works with the network off.
    line += [f"--LabApp.default_url=/lab/tree/{HOME}", "--LabApp.extension_manager=readonly"]
    if as_root:
        line.append("--allow-root")
    if not has_browser:
        line.append("--no-browser")
    return line + extra


def has_browser() -> bool:
    """Whether a browser can be opened here: on Linux only with a display."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_lab(folder: Path, extra: list[str]) -> None:
    """Replace this process by JupyterLab on `folder`; `extra` is passed on to it."""
    browser = has_browser()
    if not browser:
        print(_("No display found, so no browser is opened: copy the address that JupyterLab prints below."))
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    environment = dict(os.environ)
    config_path = environment.get("JUPYTER_CONFIG_PATH")
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [str(SETTINGS), config_path]))
    # So that `labkit pdf` and `labkit preview` are there in JupyterLab's terminal and after `!` in a cell.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    line = command(folder.resolve(), extra, as_root=as_root, has_browser=browser)
    sys.stdout.flush()
    if sys.platform == "win32":  # there execve would give the prompt back while JupyterLab runs
        import subprocess

        raise SystemExit(subprocess.call(line, env=environment))
    os.execve(line[0], line, environment)
