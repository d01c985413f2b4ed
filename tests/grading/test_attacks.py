"""No attack earns a point, is seen outside its sandbox, or stands in the way of the others.

Of each attack it is shown first that it works where nothing stops it: in a kernel without a sandbox, in
a check that runs inside the kernel, or on a bare fork server. Then all are handed in and graded in one
run, honest submissions between them.
"""

import contextlib
import io
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

import nbformat
import pandas as pd
import psutil
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from labkit.grading import grade, samples
from labkit.grading import run as runs
from labkit.grading.assignment import Assignment
from labkit.grading.kernel import JUPYTER_DIR, NONE, SANDBOX, Limits
from labkit.world.variants import write_variant
from tests.grading.attacks import behind, exhaustion, interpreter, notebooks, preloaded, reaching
from tests.grading.attacks.attack import HIT, code_cell, filled_in, submission
from tests.grading.conftest import MINI, STRONG, codes, needs_sandbox

pytestmark = needs_sandbox

MODULES = (interpreter, reaching, behind, exhaustion, preloaded, notebooks)
ATTACKS = {attack.name: attack for module in MODULES for attack in module.ATTACKS}
HONEST = ("a-honest", "m-honest", "zz-honest")  # before, between and after the attacks
LIMITS = Limits(
    cell_seconds=8, total_seconds=80, memory_mb=700, file_mb=32, output_bytes=20_000, processes=64
)  # seconds that a cell which is not endless does not reach on a busy machine either
VARIANT_PEOPLE = 100
NO_LIMITS = Limits(cell_seconds=30, total_seconds=120, memory_mb=4096, file_mb=256, output_bytes=20_000)


def of_family(*families):
    return [name for name, attack in ATTACKS.items() if attack.family in families]


def test_the_corpus_is_large_and_every_name_is_there_once():
    assert len(ATTACKS) == sum(len(module.ATTACKS) for module in MODULES) >= 60


# --- the field: what there is to reach --------------------------------------------------------------------


def _answering(family, address, kind=socket.SOCK_STREAM):
    """A server of this machine, which answers whoever reaches it."""
    server = socket.socket(family, kind)
    server.bind(address)

    def serve_datagrams():
        while True:
            with contextlib.suppress(OSError):
                server.sendto(b"reached", server.recvfrom(100)[1])

    def serve_streams():
        while True:
            with contextlib.suppress(OSError):
                there, _address = server.accept()
                with there:
                    there.sendall(b"HTTP/1.0 200 OK\r\n\r\nreached\r\n")
                    there.shutdown(socket.SHUT_WR)
                    while there.recv(1000):
                        pass

    if kind == socket.SOCK_STREAM:
        server.listen()
    serve = serve_streams if kind == socket.SOCK_STREAM else serve_datagrams
    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()


@pytest.fixture(scope="module")
def field(tmp_path_factory):
    """Secrets, other people's work, servers: by the names that attacks use for them."""
    import labkit

    token = f"attack-{secrets.token_hex(6)}"
    place = Path(shutil.copytree(MINI, tmp_path_factory.mktemp("field") / token))
    for name in (
        "rubric.yml",
        "gradebook.csv",
        "submissions/maria.ipynb",
        "graded/maria.ipynb",
        "home/.secret",
    ):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(f"the secret is {token}")
    variant = place / "variant"
    write_variant(
        token.encode(), "mini", 1, variant / "data", variant / "truth",
        people=VARIANT_PEOPLE, tables=["customers", "truth/people"],
    )  # fmt: skip
    customers = pd.read_csv(variant / "data" / "customers.csv")
    _answering(socket.AF_UNIX, str(place / "socket"))
    _answering(socket.AF_UNIX, f"\0{token}")
    return {
        "FIELD": place,
        "FIELD_NAME": token,
        "KEY": place / "key.ipynb",
        "HOME": place / "home",
        "PACKAGE": Path(labkit.__file__).parent,
        "PACKAGES": sysconfig.get_path("purelib"),
        "VARIANT": variant,
        "VARIANT_PEOPLE": VARIANT_PEOPLE,
        "VARIANT_NAMES": repr(customers["name"].head(5).to_list()),
        "TOKEN": repr(token),
        "TOKEN_TEXT": token,
        "GRADER": os.getpid(),
        "PORT": _answering(socket.AF_INET, ("127.0.0.1", 0))[1],
        "PORT_6": _answering(socket.AF_INET6, ("::1", 0))[1] if socket.has_ipv6 else 0,
        "PORT_UDP": _answering(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM)[1],
    }


def bare(cells, isolation, limits=NO_LIMITS):
    """Run cells in one kernel; the outputs and the outcome of each."""
    nb = new_notebook(cells=[new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)])
    for cell in nb.cells:
        cell.metadata["tags"] = ["student"]
    done = runs.run(nb, Assignment("bare", Path(), {}, (), MINI / "case"), limits, isolation=isolation)
    assert done.ran, [str(note) for note in done.notes]
    code = [cell for cell in done.nb.cells if cell.cell_type == "code" and cell.id.startswith("cell-")]
    return [(printed(cell), done.statuses[cell.id]["status"]) for cell in code]


def printed(cell):
    """What a cell gave out, but for errors: a traceback quotes the code."""
    return "".join(
        str(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in cell.outputs
    )


def heard(source):
    """What the test itself prints when it runs this code on the machine."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(source, {})
    return said.getvalue()


# --- each attack works where nothing stops it -------------------------------------------------------------


@pytest.mark.parametrize("name", of_family("interpreter"))
def test_a_check_in_the_same_kernel_is_fooled(name):
    attack = ATTACKS[name]
    *_trick, (said, status) = bare(['q1 = ["B"]', *attack.cells, attack.check], SANDBOX)
    assert "PASSED" in said, status


@pytest.fixture(scope="module")
def unstopped(field):
    """Everything that prints a hit, run in one kernel without a sandbox."""
    names = [name for name in of_family("reaching out", "exhaustion") if name != "answers-from-the-key"]
    cells = [filled_in(ATTACKS[name].cells[0], field) for name in names]
    outcomes = bare(cells, NONE)
    (field["FIELD"] / "written").unlink(missing_ok=True)
    return dict(zip(names, outcomes, strict=True))


@pytest.mark.parametrize(
    "name", [n for n in of_family("reaching out", "exhaustion") if n != "answers-from-the-key"]
)
def test_without_a_sandbox_it_gets_what_it_wants(unstopped, name):
    said, _status = unstopped[name]
    assert HIT in said, unstopped[name]


def test_without_a_sandbox_answers_from_the_key_earn_full_marks(field, pristine, tmp_path):
    nb = submission(ATTACKS["answers-from-the-key"], pristine, field)
    (tmp_path / "thief.ipynb").write_text(json.dumps(nb))
    summary = grade.grade(str(MINI), tmp_path, tmp_path / "out", limits=NO_LIMITS, isolated=NONE)
    assert summary.results[0].points == 12
    assert summary.results[0].isolation == NONE


@pytest.fixture(scope="module")
def left_behind(field):
    """What is found on the machine after a kernel without a sandbox, and taken away."""
    names = [name for name in of_family("staying behind") if ATTACKS[name].outside]
    bare([filled_in(ATTACKS[name].cells[0], field) for name in names], NONE)
    return {name: heard(filled_in(ATTACKS[name].outside, field)) for name in names}


@pytest.mark.parametrize("name", [name for name in of_family("staying behind") if ATTACKS[name].outside])
def test_without_a_sandbox_it_stays_behind(left_behind, name):
    assert HIT in left_behind[name]


def test_in_a_kernel_used_twice_modules_stay_poisoned(field):
    (_poisoned, (said, _status)) = bare([behind.POISON, filled_in(behind.PROBE, field)], SANDBOX)
    assert HIT in said


@pytest.mark.parametrize("name", of_family("endless"))
def test_by_itself_it_does_not_end(name):
    ((_said, status),) = bare(ATTACKS[name].cells, SANDBOX, Limits(cell_seconds=1, processes=64))
    assert status == "timeout"


@pytest.fixture(scope="module")
def ended():
    names = of_family("fatal")
    outcomes = bare([ATTACKS[name].cells[0] for name in names], NONE)
    return {name: status for name, (_said, status) in zip(names, outcomes, strict=True)}


@pytest.mark.parametrize("name", of_family("fatal"))
def test_it_ends_a_kernel(ended, name):
    assert ended[name] == "dead kernel"


def test_a_plain_client_keeps_whatever_is_printed(monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(JUPYTER_DIR))
    nb = new_notebook(cells=[new_code_cell(ATTACKS[name].cells[0]) for name in of_family("output")])
    NotebookClient(nb, kernel_name="labkit-grading", timeout=60).execute()
    assert all(len(printed(cell)) > 1_000_000 for cell in nb.cells)


@pytest.mark.parametrize("name", of_family("preloaded process"))
def test_a_bare_fork_server_is_reached(name):
    (source,) = ATTACKS[name].cells
    done = subprocess.run(
        [sys.executable, "-c", preloaded.BARE_SERVER],
        input=source,
        capture_output=True,
        text=True,
        timeout=60,
    )
    survived = "ALIVE" in done.stdout
    assert HIT in done.stdout or not survived, done.stdout + done.stderr


@pytest.mark.parametrize("name", of_family("hostile notebook"))
def test_who_trusts_the_notebook_falls_for_it(field, pristine, name):
    assert ATTACKS[name].naive(submission(ATTACKS[name], pristine, field))


# --- and none of them works in the sandbox ----------------------------------------------------------------


@pytest.fixture(scope="module")
def pristine(mini):
    return json.loads(nbformat.writes(mini.main))


@pytest.fixture(scope="module")
def graded(field, pristine, mini, tmp_path_factory):
    """All attacks and, between them, honest submissions that look around; graded in one run."""
    folder = tmp_path_factory.mktemp("attacks")
    for name, attack in ATTACKS.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(submission(attack, pristine, field)))
    for name in HONEST:
        nb = json.loads(nbformat.writes(samples.filled(mini, STRONG)))
        place = next(n for n, cell in enumerate(nb["cells"]) if cell["id"] == "mini-q1-question")
        key = '"key-of-the-" + "submission-before-" + "abcd1234"'
        nb["cells"].insert(place, code_cell("probe", f"mine = {key}\n{filled_in(behind.PROBE, field)}"))
        (folder / f"{name}.ipynb").write_text(json.dumps(nb))
    before = set(psutil.pids())
    summary = grade.grade(str(MINI), folder, tmp_path_factory.mktemp("out"), limits=LIMITS, workers=2)
    summary.left_over = _left_over(before)
    return summary


def _left_over(before):
    """Processes that the run started and that are still there two seconds after it."""
    for _attempt in range(20):
        new = [pid for pid in psutil.pids() if pid not in before]
        started = [pid for pid in new if _is_ours(pid)]
        if not started:
            return []
        time.sleep(0.1)
    return started


def _is_ours(pid):
    """Whether a process is a kernel, a guard, a preloader or bubblewrap below this test."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        mine = any(parent.pid == os.getpid() for parent in process.parents())
        return mine and ("bwrap" in process.name() or "preloader" in " ".join(process.cmdline()))
    return False


def result(graded, name):
    return next(each for each in graded.results if each.student == name)


def shown(graded, name):
    file = graded.out / grade.EXECUTED / f"{name}.ipynb"
    return [printed(cell) for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing(graded, name):
    found = result(graded, name)
    assert found.graded, codes(found.notes)
    assert found.isolation == SANDBOX
    assert found.points == 0
    assert found.maximum == 20


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_nothing_it_wanted(graded, name):
    assert not any(HIT in said for said in shown(graded, name))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_as_expected_and_in_time(graded, name):
    found = result(graded, name)
    said = set(codes(found.notes))
    ends = {"cell timeout": "timeout", "dead kernel": "dead kernel"}
    harm = {ends[code] for code in said & set(ends)}
    allowed = set(ATTACKS[name].ends)
    assert harm <= allowed
    if not allowed & {"ok", "error"}:
        assert harm
    assert found.seconds < LIMITS.total_seconds


@pytest.mark.parametrize("name", HONEST)
def test_honest_work_beside_attacks_gets_its_points_and_sees_nothing_of_them(graded, name):
    found = result(graded, name)
    assert found.points == 12
    assert not any(HIT in said for said in shown(graded, name))
    if name != "a-honest":  # which waits for the preloader to begin with
        assert found.seconds < LIMITS.total_seconds / 2


@pytest.mark.parametrize("name", [name for name in of_family("staying behind") if ATTACKS[name].outside])
def test_nothing_is_left_on_the_machine(graded, field, name):
    assert HIT not in heard(filled_in(ATTACKS[name].outside, field))


def test_the_field_is_untouched(graded, field):
    place = field["FIELD"]
    assert not (place / "written").exists()
    assert (place / "gradebook.csv").read_text().count("me,20,20") == 1  # by the proof, without a sandbox


def test_no_process_is_left_over(graded):
    assert graded.left_over == []


def test_outputs_are_kept_up_to_the_limit(graded):
    for name in of_family("output"):
        assert sum(map(len, shown(graded, name))) < 2 * LIMITS.output_bytes
        assert "output cut" in codes(result(graded, name).notes)


def test_pages_show_no_script_no_image_and_no_frame(graded):
    for name in of_family("hostile notebook"):
        page = (graded.out / grade.FEEDBACK / f"{name}.html").read_text(encoding="utf-8")
        assert not any(part in page for part in ("<script", "<img", "<iframe", "onclick=alert(1)>more"))
