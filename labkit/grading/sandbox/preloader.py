"""The process inside bubblewrap that imports everything once and is forked for each kernel.

    python -m labkit.grading.sandbox.preloader <descriptor>     try, import, serve
    python -m labkit.grading.sandbox.preloader --try            only try: take every step but the kernel's, and say
                                                                which fails

It never reads anything of a submission: a fork is ordered with one byte and one descriptor, and only the
fork reads from that.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from labkit.grading.sandbox import inner, layout, lean, linux, seccomp
from labkit.grading.sandbox.bubble import REFUSED
from labkit.grading.sandbox.guard import send

STACK = (
    *("numpy", "pandas", "pyarrow", "pyarrow.parquet", "scipy.stats", "scipy.optimize", "matplotlib.pyplot"),
    *("matplotlib_inline.backend_inline", "matplotlib.backends.backend_agg", "seaborn"),
    *("sklearn.linear_model", "sklearn.model_selection", "sklearn.metrics"),
    *("sklearn.preprocessing", "sklearn.pipeline", "yaml", "csv"),
    *("labkit", "labkit.data", "labkit.plots", "labkit.exercises.answers", "labkit.exercises.structure"),
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger"),
    *(
        "IPython.core.interactiveshell",
        "IPython.core.completer",
        "IPython.core.ultratb",
        "pexpect",
        "subprocess",
    ),
    # What an IPython kernel imports when it starts,
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect"),
    *("IPython.extensions.storemagic", "IPython.utils.wildcard", "tornado.platform.asyncio"),
    *("encodings.unicode_escape", "zmq.utils.garbage", "pandas.io.formats.string"),
    # and when a cell fails, for half a second.
    *("stack_data", "executing", "asttokens.asttokens"),
    *("pygments.lexers.python", "pygments.formatters.terminal256", "pygments.styles.default"),
)
"""What most assignments import, and what a kernel does; a module that is not installed is passed over."""

_WITHOUT_THREADS = {name.partition(".")[0] for name in STACK} | {"statsmodels", "rapidfuzz", "sqlite3"}
"""Packages known to start none when they are imported: of these, an assignment's own modules are imported too."""


def main() -> None:
    (first,) = sys.argv[1:]
    refused = _tried()
    if refused or first == "--try":
        sys.exit(refused)
    control = socket.socket(fileno=int(first))
    control.set_inheritable(False)
    control.send(json.dumps({"able": True}).encode())
    try:
        _preload(lambda: _wanted(control))
        threads = len(list(Path("/proc/self/task").iterdir()))
        if threads != 1:
            raise RuntimeError(f"{threads} threads run after the imports; only a single one can be forked")
        linux.set_dumpable(False)
    except BaseException:
        control.send(json.dumps({"failed": traceback.format_exc(limit=-4)[-3000:]}).encode())
        raise
    control.send(json.dumps({"ready": True}).encode())
    _serve(control)


def _serve(control: socket.socket) -> NoReturn:
    """Fork when told to, until nobody can tell any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks are reaped by the system
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    user, group = os.getuid(), os.getgid()
    while True:
        try:
            order, descriptors, _flags, _address = socket.recv_fds(control, 16, 1)
        except ConnectionError:
            os._exit(0)
        if not order:
            os._exit(0)
        with socket.socket(fileno=descriptors[0]) as outside:
            try:
                is_fork = linux.fork_into(inner.NAMESPACES, inner.NAMESPACES_IN_WORDS) == 0
            except OSError as error:
                send(outside, failed=str(error))
                continue
            if is_fork:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                control.close()
                inner.begin(outside, user, group)


def _lower_privileges() -> None:
    """Be nobody, where bubblewrap was started by root; and uncover /proc, so that a fork may have its own."""
    if os.getuid() == 0:
        for name in ("sys", "sysrq-trigger", "irq", "bus"):
            with contextlib.suppress(OSError):
                linux.unmount(f"/proc/{name}")
    if linux.is_root_of_the_machine():
        linux.become(layout.NOBODY)
    linux.no_new_privileges()


def _wanted(control: socket.socket) -> list[str]:
    """What the grader says that its assignment imports; it has read that meanwhile."""
    said = control.recv(layout.MESSAGE_BYTES)
    if not said:
        os._exit(0)
    return json.loads(said)["modules"]


def _preload(wanted: Callable[[], Sequence[str]] = tuple) -> None:
    """Import what most kernels need, then of what is `wanted` the modules that start no threads."""
    gc.disable()  # nearly all of what imports make stays: looking through it takes a third of their time
    with lean.imports():
        for name in STACK:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        for name in wanted():
            if name.partition(".")[0] in _WITHOUT_THREADS:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
    _warm_up()
    gc.freeze()  # pages that the collector never touches stay shared
    gc.enable()


def _warm_up() -> None:
    """Do once what is slow the first time: the kernel's class, the list of fonts, a figure, a table, a model."""
    import pandas as pd

    inner.kernel_class()
    table = pd.DataFrame({"a": [1.5, 2.5, 3.5, 4.5] * 3, "b": ["x", "y"] * 6})
    table.groupby("b")["a"].sum().to_frame()._repr_html_()
    _warm_up_pictures(table)
    with contextlib.suppress(ImportError):
        _warm_up_models(table)
    pd.read_csv(io.StringIO("a,b\n2026-01-31,x\n"), parse_dates=["a"]).merge(table, on="b")


def _warm_up_pictures(table: Any) -> None:
    """What matplotlib and seaborn import, and compile, when they draw."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 2), dpi=50)
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    left.plot([0, 1], label="Título")
    with contextlib.suppress(ImportError):
        import seaborn as sns

        sns.boxplot(table, x="b", y="a", ax=left)
        sns.histplot(table, x="a", hue="b", discrete=True, ax=right)
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _warm_up_models(table: Any) -> None:
    """What scikit-learn imports when a model is fitted and judged."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression())
    cross_val_score(model, table[["a"]], table["b"] == "x", cv=2, scoring="roc_auc")


def _tried() -> int:
    """Take every step that needs leave of the system, in a fork; 0 if all were given, else what to exit with."""
    try:
        _lower_privileges()
        user, group = os.getuid(), os.getgid()
        child = linux.fork_into(inner.NAMESPACES, inner.NAMESPACES_IN_WORDS)
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except OSError as error:
        print(error.strerror or error, file=sys.stderr)
        return REFUSED
    try:
        inner.take_up_user(user, group)
        inner.private_folders()
        linux.mount(str(Path(layout.EXCHANGE)), layout.SOCKETS, "", linux.BIND)
        linux.drop_capabilities()
        seccomp.install()
    except OSError as error:
        print(error.strerror or error, file=sys.stderr, flush=True)
        os._exit(REFUSED)
    os._exit(0)


if __name__ == "__main__":
    main()
