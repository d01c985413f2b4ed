"""The journal of a folder of grades: every grade and every mark ever given, a line each, only ever added to.

All else in the folder is made from it and can be made again. A line is one entry as JSON, appended in one
write and brought to the disk before anybody is told of it; it carries the hash of itself and of the line
before it, so that a line lost or altered is noticed. A run killed in the middle of a line leaves a torn one
at the end: nobody was told of that entry, so it is set aside in a file beside the journal.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labkit.errors import LabkitError
from labkit.grading import files, locking, results
from labkit.grading.marks import Mark, Marks, plain
from labkit.grading.results import Result
from labkit.i18n import _

FILE = "journal.jsonl"
TORN = "journal.torn"
LOCK = ".journal.lock"
SCHEMA = 1

JOURNAL, GRADED, MARKED = "journal", "graded", "marked"


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes
    ----------
    position : int
        Number of the line, from 1; the first says whose journal it is.
    kind : str
        :data:`GRADED` or :data:`MARKED`.
    at : str
        When, UTC.
    chain : str
        Hash of this line and all before it.
    data : dict
        Of a grade: student, result (as :func:`labkit.grading.results.dumps` writes it), basis, why. Of a mark:
        student, question, mark (None for one that was taken back), source.
    """

    position: int
    kind: str
    at: str
    chain: str
    data: Mapping[str, Any]


@dataclass
class State:
    """What holds after some entries.

    Attributes
    ----------
    results : dict of str to Result
        By student, without marks.
    bases : dict of str to dict
        What each grade rests on: hashes, limits, isolation, version of labkit; see :mod:`labkit.grading.basis`.
    marks : dict
        See :mod:`labkit.grading.marks`.
    marked : set of (str, str)
        Students and questions that ever had a mark, also where it was taken back.
    """

    results: dict[str, Result] = field(default_factory=dict)
    bases: dict[str, dict[str, Any]] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)
    marked: set[tuple[str, str]] = field(default_factory=set)

    def apply(self, entry: Entry) -> None:
        data, student = entry.data, entry.data["student"]
        if entry.kind == GRADED:
            self.results[student] = results.loads(json.dumps(data["result"]))
            self.bases[student] = dict(data["basis"])
            return
        key = (student, data["question"])
        self.marked.add(key)
        if data["mark"] is None:
            self.marks.pop(key, None)
        else:
            self.marks[key] = Mark(**data["mark"])


class Journal:
    """The journal of one folder, read up to where it was last looked at.

    Attributes
    ----------
    id : str
        Tells this journal from any other of the same assignment; empty as long as nothing is written.
    state : State
    torn : bytes
        What stands behind the last whole line.
    """

    def __init__(self, folder: Path, assignment: str) -> None:
        self.file, self.assignment = folder / FILE, assignment
        self.id = ""
        self.state = State()
        self.torn = b""
        self._chain, self._offset, self._lines = "", 0, 0
        self.read_on()

    def read_on(self) -> None:
        """Take in what has been added since, by whomever.

        Raises
        ------
        LabkitError
            If a line cannot be what was written, or the journal is another assignment's.
        """
        for entry in self._lines_from(self._offset):
            if entry.kind in (GRADED, MARKED):
                self.state.apply(entry)

    def entries(self) -> Iterator[Entry]:
        """All entries up to where it was last looked at, from the first."""
        seen = Journal.__new__(Journal)
        seen.file, seen.assignment, seen.id = self.file, self.assignment, ""
        seen.torn, seen._chain, seen._offset, seen._lines = b"", "", 0, 0
        for entry in seen._lines_from(0):
            if entry.position > self._lines:
                return
            if entry.kind != JOURNAL:
                yield entry

    @property
    def position(self) -> int:
        """Number of lines read."""
        return self._lines

    @property
    def chain(self) -> str:
        """The hash of the last line read, and so of all of them."""
        return self._chain

    def grade(self, result: Result, basis: Mapping[str, Any], why: list[str] | None = None) -> Result:
        """Keep a grade; returns it as it will be read again."""
        data = json.loads(results.dumps(result))
        self._append(GRADED, student=result.student, basis=dict(basis), why=why or [], result=data)
        return self.state.results[result.student]

    def mark(self, marks: Marks, source: str = "") -> int:
        """Keep the marks that are not as they were; returns how many."""
        before = self.state.marks
        changed = [key for key in sorted({*marks, *before}) if marks.get(key) != before.get(key)]
        for student, question in changed:
            mark = marks.get((student, question))
            self._append(
                MARKED,
                student=student,
                question=question,
                mark=None if mark is None else plain(mark),
                source=source,
            )
        return len(changed)

    def _append(self, kind: str, **data: Any) -> None:
        """Add an entry, atomically: other writers wait, a reader sees all of the line or a torn end."""
        with locking.held(self.file.with_name(LOCK)):
            self.read_on()
            self._set_aside()
            if not self.id:
                self._write(JOURNAL, schema=SCHEMA, id=secrets.token_hex(8), assignment=self.assignment)
            self._write(kind, **data)

    def _write(self, kind: str, **data: Any) -> None:
        entry = {"kind": kind, "at": datetime.now(UTC).isoformat(timespec="milliseconds"), **data}
        entry["chain"] = _chained(self._chain, entry)
        try:
            files.append(self.file, f"{_json(entry)}\n".encode())
        except OSError as error:
            raise LabkitError(
                _("{file} cannot be written: {reason}. What it holds is safe; grade again to go on.").format(
                    file=self.file, reason=error.strerror
                )
            ) from None
        self.read_on()

    def _set_aside(self) -> None:
        """Move a torn end out of the way, into a file that keeps all of them."""
        if not self.torn:
            return
        files.append(self.file.with_name(TORN), self.torn + b"\n")
        with self.file.open("r+b") as file:
            file.truncate(self._offset)
            file.flush()
            os.fsync(file.fileno())
        self.torn = b""

    def _lines_from(self, offset: int) -> Iterator[Entry]:
        try:
            file = self.file.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(offset)
            self.torn = b""
            line = file.readline()
            while line:
                following = file.readline()
                if not line.endswith(b"\n") or (not following and _entry(line) is None):
                    self.torn = line
                    return
                yield self._checked(line)
                line = following

    def _checked(self, line: bytes) -> Entry:
        number, data = self._lines + 1, _entry(line)
        chain = data.pop("chain", None) if data else None
        if data is None or chain != _chained(self._chain, data):
            raise LabkitError(
                _(
                    "{file}, line {number}: it is not as it was written, or a line before it is missing. "
                    "Restore the file from a copy; nothing was changed."
                ).format(file=self.file, number=number)
            )
        kind, at = data.pop("kind"), data.pop("at")
        if number == 1:
            self._whose(kind, data)
        self._chain, self._offset, self._lines = chain, self._offset + len(line), number
        return Entry(number, kind, at, chain, data)

    def _whose(self, kind: str, data: Mapping[str, Any]) -> None:
        if kind != JOURNAL or data.get("schema") != SCHEMA:
            raise LabkitError(
                _("{file} was written by another version of labkit; use that version, or --out.").format(
                    file=self.file
                )
            )
        if data["assignment"] != self.assignment:
            raise LabkitError(
                _(
                    "{out} holds grades of {found}; expected {expected}. Choose another folder with --out."
                ).format(out=self.file.parent, found=data["assignment"], expected=self.assignment)
            )
        self.id = data["id"]


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and {"kind", "at", "chain"} <= set(data) else None


def _chained(before: str, entry: Mapping[str, Any]) -> str:
    return files.sha256(f"{before}\n{_json(entry)}".encode())


def _json(data: Mapping[str, Any]) -> str:
    # In ASCII: the name of a file may hold what UTF-8 cannot.
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
