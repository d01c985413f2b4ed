"""The sandbox imports without documentation and debugger: what is left out comes back, what functions do stays."""

import json
import subprocess
import sys

import pytest

from labkit.grading.sandbox import lean

LEAN = """
import json, sys
from labkit.grading.sandbox import lean
with lean.imports():
    import scipy.stats, matplotlib.pyplot as plt, ipykernel.debugger as debugger
    from scipy._lib import _docscrape
found = scipy.stats.ttest_ind([1, 2, 3, float("nan")], [2, 3, 4, 6], nan_policy="omit")
line, = plt.plot([0, 1])
line.set(linewidth=3)
later = _docscrape.NumpyDocString("One line.")
import debugpy, numpy
print(json.dumps({
    "p": found.pvalue, "width": line.get_linewidth(), "later": later["Summary"],
    "fortran": numpy.f2py.__name__ + hasattr(numpy.f2py, "run_main") * " is there",
    "documented": "equal_var : bool" in scipy.stats.ttest_ind.__doc__, "debugger": debugger._is_debugpy_available,
}))
"""


def run():
    done = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_functions_do_the_same_and_what_was_left_out_is_back_afterwards():
    from scipy import stats

    found = run()
    assert found["p"] == stats.ttest_ind([1, 2, 3], [2, 3, 4, 6]).pvalue
    assert found["width"] == 3
    assert found["later"] == ["One line."]
    assert not found["documented"]
    assert "equal_var : bool" in stats.ttest_ind.__doc__
    assert not found["debugger"]
    assert found["fortran"] == "numpy.f2py is there"


def test_a_version_with_other_insides_is_imported_whole(monkeypatch):
    from matplotlib.artist import Artist

    elsewhere = {"scipy._lib.elsewhere": ("A", "b", None), "matplotlib.artist": ("B", "c", None)}
    monkeypatch.setattr(lean, "_QUICK", elsewhere)
    before = Artist.__dict__["_update_set_signature_and_docstring"]
    with lean.imports():
        assert Artist.__dict__["_update_set_signature_and_docstring"] is before


def test_all_is_put_back_after_an_error():
    from scipy._lib._docscrape import NumpyDocString

    before = NumpyDocString.__dict__["__init__"]
    with lean.imports():
        assert NumpyDocString.__dict__["__init__"] is not before
    with pytest.raises(ZeroDivisionError), lean.imports():
        raise ZeroDivisionError
    assert NumpyDocString.__dict__["__init__"] is before
    assert sys.modules.get("debugpy", sys) is not None
