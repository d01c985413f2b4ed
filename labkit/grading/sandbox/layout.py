"""Where things lie inside the sandbox, and what outside and inside say to each other."""

from __future__ import annotations

HOME = "/home/student"
WORK = f"{HOME}/work"
"""Working directory of a kernel: its own, writable; data folders are shown in it, read-only."""

NOTEBOOK = f"{HOME}/notebook.ipynb"
"""A link to the notebook in the working directory, at a place known before its name is."""

EXCHANGE = "/run/exchange"
"""Folder shared with the grader: one numbered folder a kernel, of which a kernel sees only its own data."""

SOCKETS = "/run/kernel"
"""The kernel's sockets, seen by the trusted part of its start only."""

SOCKET_PREFIX = f"{SOCKETS}/k"
SOCKETS_FOLDER, DATA_FOLDER = "sockets", "data"

PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}

USER = 1000
"""Number of the user that a student's code is, inside."""

NOBODY = 65534
"""Whom the preloader becomes, outside, where the grader itself is root."""

MESSAGE_BYTES = 65536
