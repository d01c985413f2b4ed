"""Start a Python kernel under limits of memory, CPU and file size: what the kernelspec ``labkit-grading`` runs.

The limits are set in the child process, before anything of a student is read. What could be set is
written to the file that ``LABKIT_LIMITS_REPORT`` names, so that a grade can say what held.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

MEMORY_VARIABLE = "LABKIT_MEMORY_MB"
CPU_VARIABLE = "LABKIT_CPU_SECONDS"
FILE_VARIABLE = "LABKIT_FILE_MB"
REPORT_VARIABLE = "LABKIT_LIMITS_REPORT"

MEMORY_MB = 4096
CPU_SECONDS = 900
FILE_MB = 256
PROCESSES = 96
"""In a sandbox: processes and threads together, the kernel's own dozen among them."""

NOT_SET = "not limited on this system"


def apply_limits(environment: MutableMapping[str, str]) -> dict[str, str]:
    """Limit this process and its children; the variables are taken out of `environment`.

    Returns
    -------
    dict
        ``memory``, ``cpu`` and ``file size``, each with the limit in words, or that it is not limited.
    """
    memory = int(environment.pop(MEMORY_VARIABLE, MEMORY_MB))
    cpu = int(environment.pop(CPU_VARIABLE, CPU_SECONDS))
    file = int(environment.pop(FILE_VARIABLE, FILE_MB))
    try:
        import resource
    except ImportError:  # Windows
        return dict.fromkeys(("memory", "cpu", "file size"), NOT_SET)
    mebi = 1024 * 1024
    _limit(resource, "RLIMIT_CORE", 0)
    return {
        "memory": f"{memory} MB" if _limit(resource, "RLIMIT_AS", memory * mebi) else NOT_SET,
        "cpu": f"{cpu} s" if _limit(resource, "RLIMIT_CPU", cpu) else NOT_SET,
        "file size": f"{file} MB" if _limit(resource, "RLIMIT_FSIZE", file * mebi) else NOT_SET,
    }


def _limit(resource, name: str, value: int) -> bool:
    """Set one limit, not above what already holds; False where the system does not know or refuses it."""
    try:
        which = getattr(resource, name)
        _soft, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))
    except (AttributeError, ValueError, OSError):
        return False
    return True


def main() -> None:
    applied = apply_limits(os.environ)
    report = os.environ.pop(REPORT_VARIABLE, None)
    if report:
        Path(report).write_text(json.dumps(applied), encoding="utf-8")
    # `python -m` puts the working directory first; a file there must not stand in for a module.
    if sys.path and sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
