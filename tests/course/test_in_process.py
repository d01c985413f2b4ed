"""The stand-in for a kernel shows what a kernel shows, and lets nothing pass that a kernel would not."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from labkit.authoring.build import dumps, require_correct
from labkit.authoring.execute import execute
from labkit.errors import LabkitError
from tests import in_process


def notebook(*sources):
    cells = [
        new_code_cell(source, id=f"c{i}", metadata={"tags": ["check"]}) for i, source in enumerate(sources)
    ]
    return new_notebook(cells=cells)


@pytest.fixture
def run(tmp_path):
    return lambda nb: in_process.run(nb, tmp_path, "mine")


def test_it_shows_what_a_kernel_shows(run, tmp_path):
    sources = [
        "import os; import pandas as pd; import labkit as lk; lk.begin('97')",
        "print('before'); print('after', end='!'); pd.DataFrame({'a': [1.5]})",
        "from IPython.display import display; display(1, 'two'); print('then'); None",
        "import matplotlib.pyplot as plt; lk.show(plt.plot([1, 2])[0].axes, alt='A line that rises.')",
        "os.getcwd() == os.path.realpath(os.curdir), os.environ['LABKIT_LANG'], lk.check('00.q1', None)",
    ]
    here, there = notebook(*sources), notebook(*sources)
    run(here)
    assert dumps(here) == dumps(execute(there, tmp_path, "mine"))


def test_names_are_kept(run):
    assert run(notebook("a = 1", "b = a + 1"))["b"] == 2


def test_what_a_cell_raises_comes_through(run):
    with pytest.raises(ZeroDivisionError):
        run(notebook("1 / 0"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import sys; sys.stderr.write('careful'); None", "careful"),
        ("import warnings; warnings.warn('careful', FutureWarning)", "FutureWarning: careful"),
        ("import warnings; warnings.warn('careful', DeprecationWarning)", "DeprecationWarning: careful"),
        ("import numpy as np; np.float64(1) / 0", "RuntimeWarning: divide by zero"),
    ],
)
def test_stderr_and_warnings_are_refused(run, source, said):
    with pytest.raises(LabkitError, match=rf"(?s)mine: cell 'c1' writes to stderr.*{said}"):
        run(notebook("1", source))


def test_a_warning_is_refused_a_second_time_too(run):
    for _ in range(2):
        with pytest.raises(LabkitError, match="FutureWarning"):
            run(notebook("import warnings; warnings.warn('careful', FutureWarning)"))


def test_a_memory_address_is_refused(run):
    with pytest.raises(LabkitError, match="memory address"):
        run(notebook("object()"))


def test_a_check_that_is_not_correct_is_named(run):
    nb = notebook("import labkit as lk; lk.check('00.q1', None)")
    run(nb)
    with pytest.raises(LabkitError, match="c0: Not answered yet"):
        require_correct(nb, "mine")
