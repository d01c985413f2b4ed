"""The data that a submission is graded on: the public data, or another Caramelo out of a pool.

Which one a student gets follows by HMAC from a secret and the student's name, see :mod:`labkit.world.variants`.
A variant is made once, outside of any kernel, and kept in a folder of its own: ``data`` is what a kernel gets
to see, ``truth`` never leaves the grader, and ``key-….ipynb`` is the key as it was run on that data, in a kernel
of its own. All of it is made again when what it rests on is another: key, parameters, versions, labkit.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from labkit import paths
from labkit.data import checksums
from labkit.data.loading import find, read
from labkit.data.places import datasets_dir
from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading import basis, files, locking, run
from labkit.grading.assignment import Assignment, Key, OwnData
from labkit.grading.kernel import OK, Limits
from labkit.grading.notes import Note, note
from labkit.i18n import _

PUBLIC = "public"
CACHE = "LABKIT_CACHE"
"""Environment variable: where variants are kept; a folder in the user's cache if not set."""

TRUTH_FILE = "truth.py"

WORLD = ("world", "data", "exercises")
"""Parts of the package that make a variant."""

TAUGHT = ("identify", "differentiate", "interact", "manage")
"""Parts that a key may call: what the lessons build."""

_keys: dict[Path, Key] = {}
"""Keys as they were run on variants, by their files, whose names say what they rest on."""


@dataclass(frozen=True)
class Variant:
    """The data of one submission, and what only the grader knows of it.

    Attributes
    ----------
    assignment : Path
        Folder of the assignment, where ``truth.py`` may lie.
    number : int or None
        None for the public data.
    data : Path or None
        Folder that the kernel gets to see; None: the course's own.
    secrets : Path
        Folder of datasets with the truth.
    seed, people : int
        Of the world; 0 where it is the course's.
    """

    assignment: Path
    number: int | None
    data: Path | None
    secrets: Path
    seed: int = 0
    people: int = 0

    def table(self, name: str) -> Any:
        """A table of this data, visible or of the truth, as a DataFrame."""
        table = find(name)
        for folder in (self.secrets, self.data or datasets_dir(), datasets_dir()):
            if folder != datasets_dir() or self.number is None or not table.generated:
                path = folder / table.file
                if path.is_file():
                    return read(table, path)
        raise LabkitError(_("There is no table {name} in this data.").format(name=repr(name)))

    def truth(self, question: str) -> Any:
        """What came true, as the function of the question's name in ``truth.py`` says."""
        return _truth(self, question)

    def world(self) -> Any:
        """The world that the data is of, to be played."""
        return _world(self.people, self.seed)


@dataclass(frozen=True)
class Pool:
    """Where each student's data and key come from."""

    assignment: Assignment
    key: Key
    secret: bytes | None
    limits: Limits
    isolation: str

    @property
    def own(self) -> OwnData | None:
        return self.assignment.own_data

    def number(self, student: str) -> int | None:
        """Of the student's variant; None for the public data."""
        if self.own is None or self.secret is None:
            return None
        from labkit.world.variants import variant_number

        return variant_number(self.secret, self.assignment.id, student, self.own.pool)

    def parameters(self, student: str) -> dict[str, Any]:
        """What a grade says of the data it rests on."""
        return {} if self.own is None else {"variant": self.number(student) or PUBLIC}

    def notes(self, student: str) -> tuple[Note, ...]:
        return (note("public data"),) if self.parameters(student).get("variant") == PUBLIC else ()

    def prepare(
        self, students: Iterable[str], tell: Callable[[int, int], None] = lambda done, of: None
    ) -> list[int]:
        """Make the data and run the key of every variant that these students have, once.

        Raises
        ------
        LabkitError
            If the key fails on one.
        """
        numbers = sorted({self.number(student) for student in students} - {None})
        for done, number in enumerate(numbers):
            tell(done, len(numbers))
            self.key_of(self.variant(number))
        return numbers

    def of(self, student: str) -> tuple[Variant, Key]:
        """The data of a student, and the key's answers on it."""
        variant = self.variant(self.number(student))
        return variant, self.key_of(variant)

    def variant(self, number: int | None) -> Variant:
        """A variant, made if it is not there yet."""
        folder = self.assignment.folder
        if number is None:
            return Variant(folder, None, None, datasets_dir())
        from labkit.world.constants import COURSE_PEOPLE
        from labkit.world.variants import variant_seed

        seed = variant_seed(self.secret, self.assignment.id, number)
        people = self.own.people or COURSE_PEOPLE
        place = self._place(seed, people)
        with _held(place):
            if not (place / "data" / checksums.NAME).is_file():
                self._make(number, people, place)
        return Variant(folder, number, place / "data", place / "truth", seed, people)

    def key_of(self, variant: Variant) -> Key:
        """The key's answers on a variant; run in a kernel of its own if they are not there yet."""
        if variant.number is None:
            return self.key
        place = variant.data.parent
        digest = _digest(
            self.key.sha256,
            variant.number,
            basis.lock(),
            _code((*WORLD, *TAUGHT)),
            self.assignment.sha256,
        )
        file = place / f"key-{digest[:16]}.ipynb"
        with _held(place):
            if not file.is_file():
                executed = run_key(self.key, self.assignment, variant, self.limits, self.isolation)
                files.write(file, nbformat.writes(executed) + "\n")
        if file not in _keys:
            _keys[file] = assignments.key_from(
                assignments.read_notebook(file), self.assignment, self.key.sha256, str(file)
            )
        return _keys[file]

    def _place(self, seed: int, people: int) -> Path:
        digest = _digest(seed, people, self.own.tables, self._hidden_tables(), basis.lock(), _code())
        return cache() / self.assignment.id / digest[:24]

    def _hidden_tables(self) -> list[str]:
        """Tables of the truth that ``truth.py`` wants; all if it does not say."""
        from labkit.data import names

        program = _program(self.assignment.folder)
        if program is None:
            return []
        hidden = [name for name in names(truth=True) if name.startswith("truth/")]
        return list(getattr(program, "TABLES", hidden))

    def _make(self, number: int, people: int, place: Path) -> None:
        """Write the tables: those that are shown, with a list of checksums, and those that are not."""
        from labkit.data import names
        from labkit.world.variants import write_variant

        shown = [find(name) for name in (self.own.tables or names())]
        hidden = self._hidden_tables()
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, mode=0o700)
        data = place / "data"
        generated = [table.name for table in shown if table.generated]
        write_variant(
            self.secret, self.assignment.id, number, data / "caramelo", place / "truth" / "caramelo" / "truth",
            people=people, tables=[*generated, *hidden],
        )  # fmt: skip
        for table in shown:
            if not table.generated:
                files.write(data / table.file, (datasets_dir() / table.file).read_bytes())
            for card in sorted((datasets_dir() / "cards").glob(f"{table.name}.*md")):
                files.write(data / "cards" / card.name, card.read_bytes())
        for file in [each for each in data.rglob("*") if each.is_file()]:
            file.chmod(0o444)
        checksums.write(data, [table.file for table in shown])


def run_key(key: Key, assignment: Assignment, variant: Variant, limits: Limits, isolated: str) -> Any:
    """Run the key on a variant; returns the executed notebook.

    Raises
    ------
    LabkitError
        If a cell of it fails; says which, and why.
    """
    nb = nbformat.from_dict(json.loads(nbformat.writes(key.nb)))
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    done = run.run(nb, assignment, limits, isolation=isolated, data=variant.data)
    problems = [str(each) for each in done.notes] + [
        f"{cell}: {how['error'] or how['status']} {how['message']}"
        for cell, how in done.statuses.items()
        if how["status"] != OK
    ]
    if not done.ran or problems:
        raise LabkitError(
            _("The key of {name} does not run on variant {number}: {problem}").format(
                name=assignment.id, number=variant.number, problem=problems[0] if problems else "?"
            )
        )
    done.nb.cells = [cell for cell in done.nb.cells if cell.id != run.PARAMETERS_CELL]
    return done.nb


def secret_of(file: Path | None) -> bytes | None:
    """The secret in a file, or that of the environment; None if neither is given.

    Raises
    ------
    LabkitError
        If it cannot be used.
    """
    from labkit.world.variants import SECRET, SECRET_FILE, read_secret

    if file is not None:
        return read_secret({SECRET_FILE: str(file)})
    return read_secret() if {SECRET, SECRET_FILE} & set(os.environ) else None


def cache() -> Path:
    """Where variants are kept."""
    chosen = os.environ.get(CACHE)
    if chosen:
        return Path(chosen) / "variants"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "labkit" / "variants"


def _held(place: Path) -> Any:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return locking.held(place.with_name(f".{place.name}.lock"))


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@functools.cache
def _code(parts: tuple[str, ...] = WORLD) -> str:
    """Of parts of the package: a world made by other code is another world, and a key may call what lessons built."""
    package = paths.ROOT / "labkit"
    digest = hashlib.sha256()
    for part in parts:
        for file in sorted((package / part).rglob("*")):
            if file.is_file() and file.suffix in (".py", ".csv", ".txt"):
                digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


@functools.cache
def _program(folder: Path) -> Any:
    """``truth.py`` of an assignment as a module; None if there is none."""
    import importlib.util

    file = next(
        (place / TRUTH_FILE for place in (folder, folder / "teacher") if (place / TRUTH_FILE).is_file()), None
    )
    if file is None:
        return None
    spec = importlib.util.spec_from_file_location(f"labkit_truth_{folder.name}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.lru_cache(maxsize=64)
def _truth(variant: Variant, question: str) -> Any:
    program, name = _program(variant.assignment), question.replace("-", "_")
    if program is None or not callable(getattr(program, name, None)):
        raise LabkitError(
            _("{folder} has no {file} with a function {name}, which says what came true.").format(
                folder=variant.assignment, file=TRUTH_FILE, name=name
            )
        )
    return getattr(program, name)(variant)


@functools.lru_cache(maxsize=2)
def _world(people: int, seed: int) -> Any:
    from labkit.world.build import course, generate

    return generate(people, seed=seed) if people else course()
