"""Every cell runs, whatever the cells before it did: one notebook of disasters, run once."""

import os
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from labkit.grading import run as runs
from labkit.grading.assignment import Assignment
from labkit.grading.kernel import NONE, SANDBOX, Limits
from tests.grading.conftest import needs_sandbox

# What a cell does, by id; "!" marks a cell of the assignment, the others are the student's.
DISASTERS = {
    "!parameters": 'case_dir = "nowhere"',
    "!import": "from labkit.exercises import answers as lk\nimport os, time",
    "helper": "counted = []\ndef letters(text):\n    counted.append(text)\n    return list(text)",
    "q1": 'q1 = letters("AC")\nraise ValueError("after the answer was set")',
    "!q1-report": 'lk.report("q1", q1)',
    "environment": "print(case_dir, sorted(name for name in os.environ if 'SECRET' in name), sorted(os.listdir('.')))",
    "q2": "print('before the loop')\nwhile True:\n    pass",
    "!q2-report": 'lk.report("q2", q2)',
    "q3": 'q3 = letters("B")',
    "!q3-report": 'lk.report("q3", q3)',
    "q4": "q4 = ['A']\nexit()",
    "!q4-report": 'lk.report("q4", q4)',
    "q5": 'q5 = letters("D")\nprint(counted)',
    "!q5-report": 'lk.report("q5", q5)',
    "q6": "q6 = bytearray(3_000_000_000)",
    "q7": "os.kill(os.getpid(), 9)",
    "q8": "import subprocess\nchild = subprocess.Popen(['sleep', '31.4159'])\nprint('child', child.pid)",
    "q9": "class Slow:\n    def __str__(self):\n        return 'x'\nq9 = ['A']\nlk.report = lambda *a: time.sleep(60)",
    "!q9-report": 'lk.report("q9", q9)',
    "q10": "q10 = letters('E')",
    "!q10-report": 'lk.report("q10", q10)',
    "flood": "for i in range(30_000):\n    print('x' * 100)",
    "surrogate": "print(chr(0xd800))",
    "last": "last = 'alive'\nprint(last)",
}


def notebook(cells):
    made = []
    for name, source in cells.items():
        cell = new_code_cell(source, id=name.lstrip("!"))
        kind = "student" if not name.startswith("!") else "report" if name.endswith("-report") else name[1:]
        cell.metadata["tags"] = [kind]
        made.append(cell)
    nb = new_notebook(cells=made)
    nb.metadata["labkit"] = {"assignment": "disasters"}
    return nb


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    case = tmp_path_factory.mktemp("disasters") / "case"
    case.mkdir()
    (case / "facts.csv").write_text("fact\n1\n")
    return Assignment("disasters", case.parent, {}, (), case)


@pytest.fixture(scope="module", params=[pytest.param(SANDBOX, marks=needs_sandbox), NONE])
def run(request, assignment):
    os.environ["MY_SECRET"] = "of the instructor"
    limits = Limits(cell_seconds=2.5, total_seconds=120, memory_mb=2048, output_bytes=20_000)
    done = runs.run(notebook(DISASTERS), assignment, limits, isolation=request.param)
    del os.environ["MY_SECRET"]
    return done


def status(run, name):
    return run.statuses[name]["status"], run.statuses[name]["error"]


def text(run, name):
    cell = next(each for each in run.nb.cells if each.id == name)
    return "".join(
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs
    )


def test_an_answer_that_raises_does_not_stop_the_later_ones(run):
    assert status(run, "q1") == ("error", "ValueError")
    assert text(run, "q1-report") == "q1: A, C"


def test_parameters_reach_the_notebook_and_the_instructors_environment_does_not(run):
    assert text(run, "environment") == "case [] ['case', 'disasters.ipynb']\n"


def test_a_loop_is_stopped_and_what_it_printed_is_kept(run):
    assert status(run, "q2") == ("timeout", "")
    assert text(run, "q2") == "before the loop\n"


def test_the_report_of_a_looping_answer_finds_nothing(run):
    assert status(run, "q2-report") == ("error", "NameError")


def test_later_answers_find_in_the_fresh_kernel_what_cells_above_defined(run):
    assert text(run, "q3-report") == "q3: B"


def test_a_cell_that_exits_the_kernel_is_named_and_its_answer_is_lost(run):
    assert status(run, "q4") == ("dead kernel", "SystemExit")
    assert status(run, "q4-report") == ("error", "NameError")


def test_each_fresh_kernel_starts_from_the_cells_above_once(run):
    # helper, q1 and q3 ran again, then q5 itself: nothing of the kernels before is left
    assert text(run, "q5") == "['AC', 'B', 'D']\n"
    assert text(run, "q5-report") == "q5: D"


def test_memory_is_limited(run):
    assert status(run, "q6") == ("error", "MemoryError")


def test_a_killed_kernel_is_named(run):
    assert status(run, "q7") == ("dead kernel", "")


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX")
def test_processes_a_cell_started_do_not_outlive_the_run(run):
    assert text(run, "q8").startswith("child ")
    running = psutil.process_iter(["status", "cmdline"])
    alive = [each.info["cmdline"] for each in running if each.info["status"] != psutil.STATUS_ZOMBIE]
    assert ["sleep", "31.4159"] not in alive


def test_a_locked_cell_that_a_student_made_hang_is_blamed_on_the_cell_above(run):
    assert status(run, "q9-report") == ("timeout", "")
    assert text(run, "q10-report") == "q10: E"


def test_output_beyond_the_limit_is_dropped(run):
    assert status(run, "flood") == ("ok", "")
    assert 0 < len(text(run, "flood")) <= 20_000
    assert run.statuses["flood"]["cut"] is True


def test_the_notebook_goes_on_to_its_last_cell(run):
    assert text(run, "last") == "alive\n"


def test_the_limits_that_held_are_said(run):
    expected = {"memory": "2048 MB", "cpu": "121 s", "file size": "256 MB"}
    assert run.limits == {**expected, **({"processes": "96"} if run.isolation == SANDBOX else {})}


def test_notes_name_the_cells(run):
    said = [str(note) for note in run.notes]
    assert "“print('before the loop')” did not end within 2.5 seconds and was stopped. " in said[1]
    assert [note.code for note in run.notes][:3] == ["cell error", "cell timeout", "dead kernel"]


def test_nothing_of_papermill_or_of_this_machine_is_left(run):
    import nbformat

    written = nbformat.writes(run.nb)
    assert "papermill" not in written
    scratch = Path(tempfile.gettempdir()) / "labkit-"  # how the grader's own folders begin
    assert str(scratch) not in written
    assert all(cell.execution_count for cell in run.nb.cells)


def test_letters_without_quotes_are_recognised(assignment):
    how = {"status": "error", "error": "NameError", "message": "name 'A' is not defined"}
    nb = notebook({"!answer": "q1 = [A, B]", "!import": "x = 1"})
    (noted,) = runs._notes(nb, {"answer": how}, Limits())
    assert str(noted) == 'answer stopped: name \'A\' is not defined. Letters need quotes, such as ["A", "C"].'
    (noted,) = runs._notes(nb, {"answer": {**how, "message": "name 'AB' is not defined"}}, Limits())
    assert noted.code == "cell error"


def test_when_the_time_is_over_the_rest_is_not_run(assignment):
    cells = {"!parameters": "x = 1", "a": "import time\ntime.sleep(30)", "b": "print('b')", "c": "print('c')"}
    done = runs.run(notebook(cells), assignment, Limits(cell_seconds=20, total_seconds=1), isolation=NONE)
    assert [done.statuses[name]["status"] for name in ("a", "b", "c")] == ["not run"] * 3
    assert done.seconds < 15
    assert [note.code for note in done.notes] == ["time over"]


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux")
def test_a_kernel_that_cannot_start_is_a_note_not_a_crash(assignment):
    done = runs.run(notebook({"!parameters": "x = 1"}), assignment, Limits(memory_mb=1), isolation=NONE)
    assert not done.ran
    assert [note.code for note in done.notes] == ["not run"]
