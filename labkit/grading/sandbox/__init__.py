"""Warm, sandboxed kernels: each submission runs in a fork of one process that has imported everything.

Two layers. The outer one is a *preloader* inside bubblewrap: a read-only system, no network, nothing of
the course but the package and its public data. It imports the scientific stack once. The inner one is a
fork of it for each kernel, which leaves once more for namespaces of its own, with private folders, limits
and a system call filter, before a line of a student's code is read.

Outside: ``bubble`` (the command line, and why it cannot work here), ``pool`` (preloader, kernels in
waiting), ``warm`` (one kernel), ``provisioner`` (what Jupyter calls). Inside: ``preloader``, ``inner`` (the fork),
``guard`` (first process of a kernel's namespace), ``lean`` (what is not imported), ``linux`` and ``seccomp`` (the system
calls).
"""

from __future__ import annotations


def begin() -> bool:
    """Have the preloader import, where there can be a sandbox, while other things are done; whether it does."""
    from labkit.grading.sandbox import bubble

    if bubble.lacking():  # whoever wants a kernel will be told
        return False
    from labkit.grading.sandbox import pool  # which only Linux can import

    try:
        pool.begin()
    except pool.SandboxError:
        return False
    return True
