"""The sandbox itself: what a kernel finds there, what it is given, and what is said where there can be none."""

import shutil
import struct
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
import typer
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from labkit import cli_grading
from labkit.errors import LabkitError
from labkit.grading import grade, isolation
from labkit.grading import run as runs
from labkit.grading.assignment import Assignment
from labkit.grading.kernel import JUPYTER_DIR, KERNEL_NAMES, NONE, SANDBOX, Limits
from labkit.grading.sandbox import bubble, pool, preloader, seccomp
from labkit.paths import ROOT
from tests.grading.conftest import MINI, needs_sandbox

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")


@pytest.fixture(scope="module", autouse=True)
def closed_afterwards():
    yield
    pool.close()


def run(*cells, limits=None, case=None):
    nb = new_notebook(cells=[new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)])
    for cell in nb.cells:
        cell.metadata["tags"] = ["student"]
    done = runs.run(nb, Assignment("seen", Path(), {}, (), case), limits or Limits(cell_seconds=20))
    assert done.ran, [str(note) for note in done.notes]
    code = [cell for cell in done.nb.cells if cell.id.startswith("cell-")]
    return ["".join(output.get("text", output.get("evalue", "")) for output in cell.outputs) for cell in code]


# --- what a kernel finds ----------------------------------------------------------------------------------


@needs_sandbox
class TestInside:
    def test_there_can_be_a_sandbox_here(self):
        assert bubble.why_not() is None, bubble.why_not()

    def test_the_kernel_is_somebody_without_rights(self):
        (said,) = run(
            "import os\nprint(os.getuid(), os.geteuid(), os.getpid(), os.getppid())\n"
            "status = open('/proc/self/status').read()\n"
            "print([line.split()[1] for line in status.splitlines() if line.startswith(('Cap', 'NoNew', 'Seccomp:'))])"
        )
        assert said.splitlines()[0] == "1000 1000 2 1"
        assert said.splitlines()[1] == str(["0" * 16] * 5 + ["1", "2"])

    def test_it_sees_its_own_processes_only(self):
        (said,) = run("import os\nprint(sorted(int(n) for n in os.listdir('/proc') if n.isdigit()))")
        assert said == "[1, 2]\n"

    def test_of_the_course_it_sees_package_and_data_only(self):
        (said,) = run("from labkit import paths\nprint(sorted(each.name for each in paths.ROOT.iterdir()))")
        assert set(said.strip("[]\n").replace("'", "").split(", ")) <= {".venv", "datasets", "labkit"}

    def test_it_may_write_in_private_folders_only(self):
        looked = (
            "import os\nfound = set()\n"
            "for place, folders, _files in os.walk('/'):\n"
            "    folders[:] = [name for name in folders if os.path.join(place, name) not in ('/proc', '/usr', '/sys')]\n"
            "    found |= {place} if os.access(place, os.W_OK) else set()\n"
            "print(sorted(found))"
        )
        (said,) = run(looked)
        writable = said.strip("[]\n").replace("'", "").split(", ")
        private = ("/tmp", "/home", "/dev/shm")  # each a fresh one of its own
        assert [place for place in writable if not place.startswith(private)] == []

    def test_the_working_directory_holds_case_and_notebook_and_is_its_own(self, tmp_path):
        (tmp_path / "case").mkdir()
        (tmp_path / "case" / "facts.csv").write_text("fact\n1\n")
        said, again = run(
            "import os\nprint(os.getcwd(), sorted(os.listdir('.')))\nopen('mine.txt', 'w').write('x')",
            "try:\n    open('case/facts.csv', 'a')\nexcept OSError as error:\n    print(error.strerror)",
            case=tmp_path / "case",
        )
        assert said.startswith("/home/student/work ['case', 'seen.ipynb']")
        assert again in ("Read-only file system\n", "Permission denied\n")

    def test_there_is_no_network_but_its_own_loopback(self):
        (said,) = run(
            "import socket\nprint(socket.if_nameindex())\n"
            "with socket.create_server(('127.0.0.1', 0)) as server:\n"
            "    socket.create_connection(server.getsockname()).close()\n    print('itself')"
        )
        assert said == "[(1, 'lo')]\nitself\n"

    @pytest.mark.parametrize("family", ["AF_VSOCK", "AF_PACKET", "AF_ALG"])
    def test_families_of_sockets_that_know_no_network_namespace_are_refused(self, family):
        (said,) = run(f"import socket\nsocket.socket(socket.{family}, socket.SOCK_RAW)")
        assert "Address family not supported" in said

    def test_its_environment_says_nothing_of_this_machine(self, monkeypatch):
        monkeypatch.setenv("MY_SECRET", "of the instructor")
        (said,) = run("import os\nprint(sorted(os.environ))")
        assert "MY_SECRET" not in said
        assert "LABKIT_MEMORY_MB" not in said

    def test_killing_every_process_kills_its_own_only(self):
        every = (
            "import os\ntry:\n    os.kill(1, 9)\n    os.kill(-1, 9)\nfinally:\n    os.kill(os.getpid(), 9)"
        )
        guarded, after = run(every, "print('in a fresh kernel')")
        assert "kernel died" in guarded
        assert after == "in a fresh kernel\n"

    def test_programs_work_as_a_lesson_needs_them(self):
        (said,) = run(
            "import subprocess, tempfile, multiprocessing\n"
            "print(subprocess.run(['echo', 'a program'], capture_output=True, text=True).stdout)\n"
            "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])\n"
            "lines = !echo by the shell\nprint(lines)\n"
            "import duckdb\nprint(duckdb.sql('select 42').fetchall())\n"
            "from joblib import Parallel, delayed\nprint(Parallel(n_jobs=2)(delayed(abs)(n) for n in (-1, -2)))"
        )
        assert said.split("\n") == ["a program", "", "['by the shell']", "[(42,)]", "[1, 2]", ""]

    def test_random_numbers_differ_from_kernel_to_kernel(self):
        draw = "import random, numpy\nprint(random.random(), numpy.random.rand())"
        first, second = run(draw)[0].split(), run(draw)[0].split()
        assert first[0] != second[0]
        assert first[1] != second[1]

    def test_memory_of_all_processes_together_is_limited(self):
        grow = (
            "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n"
            "        much = b'x' * 150_000_000\n        time.sleep(10)\n        os._exit(0)\ntime.sleep(10)\nprint('all there')"
        )
        (said,) = run(grow, limits=Limits(cell_seconds=20, memory_mb=400))
        assert "kernel died" in said


# --- what Jupyter sees ------------------------------------------------------------------------------------


@needs_sandbox
def test_any_jupyter_client_starts_it_by_name(monkeypatch, tmp_path):
    from jupyter_client.manager import start_new_kernel

    monkeypatch.setenv("JUPYTER_PATH", str(JUPYTER_DIR))
    (tmp_path / "case").mkdir()
    (tmp_path / "judged.ipynb").write_text("the notebook that is being judged")
    manager, client = start_new_kernel(kernel_name=KERNEL_NAMES[SANDBOX], cwd=str(tmp_path))
    try:
        said = []
        code = "import os; print(os.listdir('.'), os.getcwd())"
        client.execute_interactive(
            code, timeout=20, output_hook=lambda message: said.append(message["content"])
        )
        assert any(each.get("text") == "['case'] /home/student/work\n" for each in said)
        manager.interrupt_kernel()
        assert manager.is_alive()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert not manager.is_alive()
    assert not Path(manager.provisioner.kernel.folder).exists()


@needs_sandbox
def test_a_worker_borrows_a_preloader_and_when_that_has_ended_starts_its_own():
    pool.begin()
    lender = pool._preloader
    control, exchange = pool.lend()
    pool.borrow(control.dup(), exchange)
    assert run("print('borrowed')") == ["borrowed\n"]
    assert pool.preloader_pid() is None
    below = psutil.Process(lender.pid).children(recursive=True)
    next(each for each in below if _is_preloader(each)).kill()
    psutil.wait_procs(below, timeout=10)
    lender.close()
    assert run("print('own')") == ["own\n"]
    assert pool.preloader_pid() not in (None, lender.pid)


@needs_sandbox
def test_what_an_assignment_imports_is_imported_before_the_kernels_part():
    pool.close()
    pool.begin()
    pool.also(["rapidfuzz", "sklearn.no_such_module", "http.server"])
    pool.also(["sqlite3"])  # too late
    code = "import sys; print([n in sys.modules for n in ('rapidfuzz', 'sqlite3', 'http.server')])"
    assert run(code) == ["[True, False, False]\n"]
    pool.close()


@needs_sandbox
def test_no_kernel_waits_while_the_last_submission_runs():
    pool.keep_one_waiting(False)
    try:
        pool.close()
        assert run("print('last')") == ["last\n"]
        assert pool._preloader._waiting is None
    finally:
        pool.keep_one_waiting(True)
    assert run("print('followed')") == ["followed\n"]
    assert pool._preloader._waiting is not None


@needs_sandbox
def test_when_the_preloader_dies_the_next_kernel_has_a_new_one():
    assert run("print('before')") == ["before\n"]
    victim = psutil.Process(pool.preloader_pid())
    victim.kill()
    victim.wait(5)
    assert run("print('after')") == ["after\n"]
    assert pool.preloader_pid() != victim.pid


@needs_sandbox
def test_a_closed_pool_leaves_no_process_and_no_folder():
    run("print('here')")
    pid, exchange = pool.preloader_pid(), pool._preloader.exchange
    children = psutil.Process(pid).children(recursive=True)
    assert children
    pool.close()
    _gone, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert not psutil.pid_exists(pid)
    assert not exchange.parent.exists()


@needs_sandbox
def test_a_grader_that_is_killed_takes_everything_with_it():
    code = (
        "from labkit.grading.sandbox import pool\n"
        "pool.warm_kernel().activate(dict(memory=500, cpu=60, file=32, processes=64), None, None)\n"
        "pool.prepare_next()\nprint(pool.preloader_pid(), flush=True)\ninput()"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with grader:
        bubblewrap = psutil.Process(int(grader.stdout.readline()))
        below = [bubblewrap, *bubblewrap.children(recursive=True)]
        grader.kill()
    _gone, alive = psutil.wait_procs(below, timeout=10)
    assert len(below) >= 4
    assert alive == []


@needs_sandbox
@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare, to forbid namespaces")
def test_where_nested_namespaces_are_forbidden_the_step_is_named():
    forbid = "echo 0 > /proc/sys/user/max_user_namespaces && exec "
    try_it = "from labkit.grading.sandbox import bubble; print(bubble.why_not())"
    done = subprocess.run(
        ["unshare", "-U", "-r", "sh", "-c", f"{forbid} {sys.executable} -c '{try_it}'"],
        capture_output=True,
        text=True,
    )
    assert "new namespaces (user, mount, pid, ipc, net, uts, cgroup; nested" in done.stdout, done.stderr
    assert "allows no nested user namespaces" in done.stdout


@needs_sandbox
def test_the_preloader_has_one_thread_and_is_closed_to_others():
    run("print('here')")
    process = psutil.Process(pool.preloader_pid())
    found = next(each for each in process.children(recursive=True) if _is_preloader(each))
    assert found.num_threads() == 1
    # What belongs to a process that is not dumpable belongs to root, whoever runs it.
    assert Path(f"/proc/{found.pid}/maps").stat().st_uid == 0


def _is_preloader(process):
    """The first process below bubblewrap's own; the kernels are its forks, and look like it."""
    try:
        return preloader.__name__ in process.cmdline() and "bwrap" in process.parent().name()
    except psutil.Error:
        return False


# --- where there can be none ------------------------------------------------------------------------------


@pytest.fixture
def no_sandbox(monkeypatch):
    pool.close()
    monkeypatch.setattr(bubble, "lacking", lambda: "bubblewrap is not installed.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("sys.platform", "darwin"), "needs Linux"),
        (("platform.machine", lambda: "riscv64"), "x86_64 and aarch64"),
        (("platform.release", lambda: "5.4.0-generic"), "5.14 or later; this is 5.4.0-generic"),
        (("shutil.which", lambda name: None), "sudo apt-get install bubblewrap"),
    ],
)
def test_what_is_missing_is_said(monkeypatch, change, said):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr(*change)
    bubble.lacking.cache_clear()
    try:
        assert said in bubble.why_not()
    finally:
        bubble.lacking.cache_clear()


@linux_only
@pytest.mark.parametrize(
    ("status", "said"), [(3, "no nested user namespaces"), (1, "cannot build a sandbox")]
)
def test_a_step_that_the_system_refuses_is_named(monkeypatch, status, said):
    refusing = ["sh", "-c", f"echo new namespaces: Operation not permitted >&2; exit {status}"]
    monkeypatch.setattr(bubble, "command", lambda *arguments: refusing)
    pool.close()
    for answer in (bubble.why_not(), pool.why_not()):
        assert said in answer
        assert "new namespaces: Operation not permitted" in answer


def test_on_another_system_what_only_linux_has_is_not_even_imported():
    code = (
        "import sys, sysconfig\n"
        "sysconfig.get_config_vars()  # of this Python, before it takes itself for another\n"
        "sys.platform = 'darwin'\n"
        "sys.modules['labkit.grading.sandbox.linux'] = None\n"
        "from labkit.grading import assignment, isolation\n"
        f"isolation.begin(assignment.find({str(MINI)!r}))\n"
        "print(isolation.why_not(), isolation.best())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "needs Linux" in done.stdout, done.stderr
    assert done.stdout.split()[-1] == NONE


def test_without_a_sandbox_nothing_is_graded_unless_it_is_wanted(no_sandbox, submissions, tmp_path):
    with pytest.raises(LabkitError, match=r"bubblewrap is not installed\.\nWith --isolation none they run"):
        grade.grade(str(MINI), submissions, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_isolation_is_in_the_grade_in_the_gradebook_and_on_the_page(no_sandbox, submissions, tmp_path):
    summary = grade.grade(
        str(MINI), submissions / "strong.ipynb", tmp_path, isolated=NONE, limits=Limits(cell_seconds=20)
    )
    assert summary.results[0].isolation == NONE
    assert '"isolation": "none"' in (tmp_path / grade.RESULTS / "strong.json").read_text()
    assert ",none," in (tmp_path / "gradebook.csv").read_text(encoding="utf-8-sig")
    page = (tmp_path / grade.FEEDBACK / "strong.html").read_text(encoding="utf-8")
    assert "Your notebook was run without a sandbox." in page
    assert cli_grading._isolation_said(summary) == ["1 notebook was run without a sandbox."]


def test_texts_alone_can_be_marked_without_running_anything(no_sandbox, mini):
    texts = tuple(question for question in mini.questions if question.is_text)
    only_texts = Assignment(mini.id, mini.folder, mini.notebooks, texts, mini.case)
    assert isolation.settled(SANDBOX, only_texts) == isolation.NOT_RUN


def test_a_students_own_preview_works_without(no_sandbox):
    assert isolation.best() == NONE


def test_an_unknown_isolation_is_an_error(mini):
    with pytest.raises(LabkitError, match="expected sandbox or none"):
        isolation.settled("docker", mini)


def test_the_command_knows_the_two(tmp_path):
    app = typer.Typer()
    cli_grading.register(app)
    done = CliRunner().invoke(app, ["grade", str(MINI), str(tmp_path), "--isolation", "docker"])
    assert done.exit_code == 2


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_well_formed_on_both_machines(machine):
    """Every jump stays within the program, whose last word is a return."""
    program = [struct.unpack("HBBI", piece) for piece in _pieces(seccomp._program(machine))]
    for place, (operation, then, otherwise, _value) in enumerate(program):
        if operation & 7 == 5:
            assert place + 1 + max(then, otherwise) < len(program)
    assert program[-1] == (6, 0, 0, 0x7FFF0000)


def _pieces(program):
    return [program[n : n + 8] for n in range(0, len(program), 8)]


@linux_only
def test_nothing_of_the_course_but_package_and_data_is_mounted(tmp_path):
    command = bubble.command(tmp_path / "exchange")
    mounted = [source for word, source in pairwise(command) if word.startswith("--ro-bind")]
    shown = {Path(each).relative_to(ROOT).parts[:1] for each in mounted if Path(each).is_relative_to(ROOT)}
    assert shown <= {(".venv",), ("labkit",), ("datasets",)}
