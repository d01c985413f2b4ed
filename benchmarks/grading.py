"""labkit, nbgrader and otter-grader grade the same twenty submissions of one assignment. Prints Markdown.

    python -m benchmarks.grading                          builds what it needs in a temporary folder
    python -m benchmarks.grading --environments ~/envs    keeps the two environments for the next time
    python -m benchmarks.grading --rounds 3               medians of three rounds

nbgrader 0.9.6 and otter-grader 7.0.0 are installed from PyPI, each into an environment of its own, with the
versions of pandas, scikit-learn and seaborn that labkit has. In every round each tool grades all submissions
in one run, one after another; labkit once with one worker and once with two. labkit grades in its sandbox, on
data that the students have not seen, stores outputs, compares, and writes journal, gradebook and feedback. nbgrader is
measured without its feedback, which is a second command (and told apart), and otter by its API, which is faster
than its command line. The start of each program is in its figures; what labkit does once for an assignment,
the variants of the data and the key's answers on them, is told apart.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from importlib.metadata import version
from pathlib import Path

import nbformat
import pandas as pd

from benchmarks import grading_course as course
from benchmarks import meter
from benchmarks.meter import Used
from benchmarks.tables import markdown

TOOLS = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0 ipykernel"}
LIBRARIES = ("pandas", "scikit-learn", "seaborn")
SECRET = "of a benchmark, so no secret at all"
_OTTER = Path(__file__).with_name("grading_otter.py")

LABKIT, BOTH, NBGRADER, FEEDBACK, OTTER = (
    *("labkit, 1 worker", "labkit, 2 workers"),
    *("nbgrader", "nbgrader, its feedback", "otter-grader, API"),
)


def main() -> None:
    options = _options()
    if options.own_work:
        print(json.dumps(own_work(options.own_work)))
        return
    if options.prepare:
        prepare(options.prepare)
        return
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        environments = options.environments or work / "environments"
        pythons = {tool: environment(environments / tool, tool) for tool in TOOLS}
        courses = Courses(work, pythons, options.people, options.pool)
        once = courses.labkit_prepared()
        mine = courses.own_work()
        _say(f"prepared: {once}; own work: {mine}")
        rounds = [courses.round(number) for number in range(1, options.rounds + 1)]
        report(rounds, once, mine, options.pool)


# --- what is graded ---------------------------------------------------------------------------------------


def environment(folder: Path, tool: str) -> Path:
    """A virtual environment with a tool, made if it is not there; returns its folder of programs."""
    done = folder / "installed"
    wanted = " ".join([TOOLS[tool], *(f"{name}=={version(name)}" for name in LIBRARIES)])
    if not done.is_file() or done.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *wanted.split()], check=True)
        done.write_text(wanted)
    return folder / "bin"


class Courses:
    """The assignment and its submissions, as each tool wants them."""

    def __init__(self, work: Path, programs: dict[str, Path], people: int, pool: int) -> None:
        self.work, self.programs = work, programs
        self.public = work / "labkit" / course.NAME / "data"
        self._labkit(people, pool)
        right = course.results(self.public)
        self._nbgrader(right)
        self._otter(right)

    def _labkit(self, people: int, pool: int) -> None:
        from labkit.authoring.execute import execute
        from labkit.world.export import write_world
        from labkit.world.parameters import COURSE_SEED

        folder, handed_in = self.public.parent, self.work / "labkit" / "submissions"
        write_world(self.public / "caramelo", seed=COURSE_SEED, people=people, tables=course.TABLES)
        assignment = course.labkit_notebook(people, pool)
        key = execute(course.labkit_notebook(people, pool, key=True), folder, "key")
        nbformat.write(assignment, folder / "assignment.ipynb")
        nbformat.write(key, folder / "key.ipynb")
        handed_in.mkdir()
        for student in course.STUDENTS:
            nbformat.write(course.labkit_submission(assignment, student), handed_in / f"{student}.ipynb")

    def _nbgrader(self, right: dict) -> None:
        folder = self.work / "nbgrader"
        source = folder / "source" / course.NAME
        source.mkdir(parents=True)
        (folder / "nbgrader_config.py").write_text(
            f'c = get_config()\nc.CourseDirectory.course_id = "{course.NAME}"\n'
        )
        nbformat.write(course.nbgrader_source(self.public, right), source / "work.ipynb")
        self._do("nbgrader", folder, "nbgrader", "generate_assignment", course.NAME, "--create")
        released = nbformat.read(folder / "release" / course.NAME / "work.ipynb", as_version=4)
        for student in course.STUDENTS:
            place = folder / "submitted" / student / course.NAME
            place.mkdir(parents=True)
            nbformat.write(course.nbgrader_submission(released, student), place / "work.ipynb")

    def _otter(self, right: dict) -> None:
        folder = self.work / "otter"
        (folder / "submissions").mkdir(parents=True)
        nbformat.write(course.otter_source(self.public, right), folder / f"{course.NAME}.ipynb")
        self._do("otter", folder, "otter", "assign", f"{course.NAME}.ipynb", "dist")
        handed_out = nbformat.read(folder / "dist" / "student" / f"{course.NAME}.ipynb", as_version=4)
        for student in course.STUDENTS:
            nbformat.write(
                course.otter_submission(handed_out, student), folder / "submissions" / f"{student}.ipynb"
            )

    # --- one round ----------------------------------------------------------------------------------------

    def round(self, number: int) -> dict[str, Used]:
        """Every tool grades all submissions once; raises if one does not give the points expected."""
        used = {}
        for name, workers in ((LABKIT, 1), (BOTH, 2)):
            used[name] = self._grade_labkit(number, workers)
            _say(f"{name}: {used[name]}")
        used |= self._grade_nbgrader(number)
        _say(f"nbgrader: {used[NBGRADER]}, {used[FEEDBACK]}")
        used[OTTER] = self._grade_otter(number)
        _say(f"otter-grader: {used[OTTER]}")
        return used

    def _grade_labkit(self, number: int, workers: int) -> Used:
        out = self.work / "labkit" / f"grades-{number}-{workers}"
        made = self._variants()
        used = meter.run(
            [sys.executable, "-m", "labkit", "grade", str(self.public.parent), str(self.work / "labkit" / "submissions"),
             "--out", str(out), "--workers", str(workers)],
            self.work, self._variables(),
        )  # fmt: skip
        if self._variants() != made:
            raise RuntimeError("labkit changed while it was measured, and made its variants again")
        given = {}
        for file in sorted((out / "results").glob("*.json")):
            result = json.loads(file.read_text())
            assert result["isolation"] == "sandbox", result["notes"]
            given[file.stem] = sum(each["points"] for each in result["questions"])
            assert (out / "executed" / f"{file.stem}.ipynb").is_file()
            assert (out / "feedback" / f"{file.stem}.html").is_file()
        _check(f"labkit, {workers} workers", given)
        return used

    def _variants(self) -> set[Path]:
        return set((self.work / "cache").rglob("*"))

    def _grade_nbgrader(self, number: int) -> dict[str, Used]:
        folder = self.work / f"nbgrader-{number}"
        shutil.copytree(self.work / "nbgrader", folder)
        program = str(self.programs["nbgrader"] / "nbgrader")
        used = {
            NBGRADER: meter.run(
                [program, "autograde", course.NAME, "--create"], folder, self._path("nbgrader")
            ),
            FEEDBACK: meter.run([program, "generate_feedback", course.NAME], folder, self._path("nbgrader")),
        }
        self._do("nbgrader", folder, "nbgrader", "export", "--to", "grades.csv")
        with (folder / "grades.csv").open() as file:
            _check("nbgrader", {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)})
        return used

    def _grade_otter(self, number: int) -> Used:
        folder = self.work / f"otter-{number}"
        folder.mkdir()
        (archive,) = (self.work / "otter" / "dist" / "autograder").glob("*autograder*.zip")
        used = meter.run(
            [str(self.programs["otter"] / "python"), str(_OTTER), str(archive),
             str(self.work / "otter" / "submissions"), "points.json"],
            folder, self._path("otter"),
        )  # fmt: skip
        _check("otter-grader", json.loads((folder / "points.json").read_text()))
        return used

    # --- once, and without a grader -----------------------------------------------------------------------

    def labkit_prepared(self) -> Used:
        """Make the variants of the data and run the key on each."""
        command = [sys.executable, "-m", "benchmarks.grading", "--prepare", str(self.public.parent)]
        return meter.run(command, self.work, self._variables())

    def own_work(self) -> dict[str, float]:
        """Median seconds of a submission's own cells, in a plain process in which all is imported."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.grading", "--own-work", str(self.public)],
            cwd=self.work, env={**os.environ, **self._variables()}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])

    def _variables(self) -> dict[str, str]:
        here = str(Path(__file__).parents[1])
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        return {
            "LABKIT_VARIANT_SECRET": SECRET,
            "LABKIT_CACHE": str(self.work / "cache"),
            "PYTHONPATH": here,
            **one_thread,
        }

    def _path(self, tool: str) -> dict[str, str]:
        return {
            "PATH": f"{self.programs[tool]}{os.pathsep}{os.environ['PATH']}",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def _do(self, tool: str, folder: Path, program: str, *arguments: str) -> None:
        meter.run([str(self.programs[tool] / program), *arguments], folder, self._path(tool))


def _say(what: str) -> None:
    print(f"{what}; load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)


def _check(tool: str, given: dict[str, float]) -> None:
    """Every submission has the points that it must have."""
    wrong = {
        student: (given.get(student), course.expected(student))
        for student in course.STUDENTS
        if given.get(student) != course.expected(student)
    }
    if wrong:
        raise AssertionError(f"{tool} gives other points (found, expected): {wrong}")


# --- in processes of their own ----------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """Make the variants that the students have, and the key's answers on them."""
    from labkit.grading import assignment as assignments
    from labkit.grading.kernel import SANDBOX, Limits
    from labkit.grading.variants import Pool

    assignment = assignments.load(folder)
    pool = Pool(assignment, assignments.load_key(assignment), SECRET.encode(), Limits(), SANDBOX)
    print(pool.prepare(course.STUDENTS))


def own_work(folder: Path) -> dict[str, float]:
    """Seconds by the clock and of the processor that a submission's cells take by themselves."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    class Shell(InteractiveShell):
        """Pictures are made as in a notebook, and shown to nobody."""

        def enable_gui(self, gui: str | None = None) -> None:
            pass

    shell = Shell.instance()
    shell.run_line_magic("matplotlib", "inline")
    walls, cpus = [], []
    first, *_rest = course.STUDENTS
    for student in [first, *course.STUDENTS]:  # the first once more: only to warm up
        wall, cpu = time.perf_counter(), time.process_time()
        with capture_output():
            for code in course.student_code(student, folder):
                shell.run_cell(code)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        shell.reset()
    return {"wall": statistics.mean(walls[1:]), "cpu": statistics.mean(cpus[1:])}


# --- what came of it --------------------------------------------------------------------------------------


def report(rounds: list[dict[str, Used]], once: Used, mine: dict[str, float], pool: int) -> None:
    number = len(course.STUDENTS)

    def median(name: str, what: str) -> float:
        return statistics.median(getattr(used[name], what) for used in rounds)

    def ratio(name: str, what: str) -> float:
        """Of each round, so that what else the machine did weighs on both."""
        return statistics.median(getattr(used[NBGRADER], what) / getattr(used[name], what) for used in rounds)

    rows = {
        name: {
            "wall s": f"{median(name, 'wall') / number:.2f}",
            "CPU s": f"{median(name, 'cpu') / number:.2f}",
            "nbgrader / it, wall": f"{ratio(name, 'wall'):.1f}",
            "CPU": f"{ratio(name, 'cpu'):.1f}",
            "memory MB": f"{median(name, 'memory'):.0f}",
        }
        for name in (LABKIT, BOTH, NBGRADER, FEEDBACK, OTTER)
    }
    print(f"\n{number} submissions, {len(rounds)} rounds; a submission, medians. CPU by {meter.way()}.\n")
    print(markdown(pd.DataFrame.from_dict(rows, orient="index")))
    adds = {what: median(LABKIT, what) / number - mine[what] for what in ("wall", "cpu")}
    print(
        f"\nThe same cells in a plain warm process: {mine['wall']:.2f} s ({mine['cpu']:.2f} s CPU) a submission; "
        f"labkit adds {adds['wall']:.2f} s ({adds['cpu']:.2f} s CPU).\n"
        f"Key and variants, once for an assignment: {once.wall:.1f} s ({once.cpu:.1f} s CPU) for {pool} variants, "
        f"{once.wall / number:.2f} s a submission here.\n"
        f"All {number} submissions have the same points from every tool."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--environments", type=Path, help="where the other two are installed, and kept")
    parser.add_argument("--people", type=int, default=2000, help="of the worlds")
    parser.add_argument("--pool", type=int, default=4, help="variants")
    parser.add_argument("--own-work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
