"""The gradebook as a database: SQLite in the folder of grades, or whatever a SQLAlchemy URL names.

It is made from the journal and holds nothing else: deleted, it is made again. A writer takes the journal's row
first, so that of two at the same time one waits and then finds the work done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, delete, event, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from labkit.errors import LabkitError
from labkit.grading import marks, results
from labkit.grading import schema as tables
from labkit.grading.journal import GRADED, Entry, Journal, State
from labkit.grading.rubric import Rubric
from labkit.i18n import _

_WAIT_SECONDS = 60
_CLOCK = {"at"}
"""Columns that differ between two runs that give the same grades."""

_OWN = {"journal", "line", "position", "chain", "id"}
"""Columns that name one journal and the places in it."""


class Gradebook:
    """A database of grades.

    Attributes
    ----------
    shown : str
        Its URL without a password.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = sqlalchemy.make_url(url)
            self.engine = _engine(self.url)
        except (SQLAlchemyError, ImportError) as error:
            raise LabkitError(
                _(
                    "{url} is no gradebook that can be opened here: {reason}. "
                    "Expected a SQLAlchemy URL, such as sqlite:///grades.sqlite or "
                    "postgresql+psycopg://user@server/grades, and its driver to be installed."
                ).format(url=_without_password(url), reason=error)
            ) from None
        self.shown = self.url.render_as_string(hide_password=True)
        if self.url.get_backend_name() == "sqlite" and self.url.database:
            self.shown = self.url.database

    def open(self) -> None:
        """Make the tables that are not there yet.

        Raises
        ------
        LabkitError
            If the database cannot be reached or written.
        """
        with self._said():
            if self.url.get_backend_name() == "sqlite" and self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            try:
                tables.METADATA.create_all(self.engine)
            except SQLAlchemyError:  # another writer was making them at the same time
                tables.METADATA.create_all(self.engine)

    def take(self, journal: Journal, rubric: Rubric) -> int:
        """Bring the tables up to the journal; returns how many lines of it were new to them."""
        if not journal.id:
            return 0
        with self._said():
            self._register(journal)
            with self.engine.begin() as connection:
                return _Update(connection, journal, rubric).run()

    def canonical(self, journal: str) -> str:
        """All there is of a journal but for the clock and the order of events, as text: same grades, same bytes."""
        said: dict[str, list[dict[str, Any]]] = {}
        with self._said(), self.engine.connect() as connection:
            for table in tables.OF_A_STUDENT:
                found = connection.execute(select(table).where(table.c.journal == journal)).mappings()
                kept = [{k: v for k, v in row.items() if k not in _CLOCK | _OWN} for row in found]
                said[table.name] = sorted(kept, key=lambda row: json.dumps(row, sort_keys=True))
        return json.dumps(said, indent=1, sort_keys=True) + "\n"

    def rows(self, table: sqlalchemy.Table) -> list[dict[str, Any]]:
        """All rows of one table, in the order of its key."""
        with self._said(), self.engine.connect() as connection:
            found = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            return [dict(row) for row in found]

    def _register(self, journal: Journal) -> None:
        """See that the journal has its row, which writers then take in turn."""
        row = {"id": journal.id, "assignment": journal.assignment, "position": 0, "chain": ""}
        try:
            with self.engine.begin() as connection:
                if connection.execute(_row_of(journal)).first() is None:
                    connection.execute(insert(tables.JOURNALS).values(row))
        except IntegrityError:
            pass  # another writer was quicker

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise LabkitError(
                _(
                    "The gradebook {url} cannot be used: {reason}. The grades are safe in the journal; "
                    "the same command, given again, writes them there."
                ).format(url=self.shown, reason=reason)
            ) from None


class _Update:
    """One transaction that brings the tables from one line of the journal to another."""

    def __init__(self, connection: Connection, journal: Journal, rubric: Rubric) -> None:
        self.connection, self.journal, self.rubric = connection, journal, rubric

    def run(self) -> int:
        shown = self.connection.execute(_row_of(self.journal).with_for_update()).mappings().one()
        done, state, touched, history = shown["position"], State(), {}, []
        entries = list(self.journal.entries())
        if done and not any((e.position, e.chain) == (done, shown["chain"]) for e in entries):
            self._forget()  # the journal was put back to an earlier copy
            done = 0
        last = {}
        for entry in entries:
            if entry.position > done:
                touched[entry.data["student"]] = True
                history += _history(entry, state)
            state.apply(entry)
            if entry.kind == GRADED:
                last[entry.data["student"]] = entry.position
        if not touched:
            return 0
        self._clear(list(touched))
        for student in touched:
            if student in state.results:
                self._write(student, state, last[student])
        self._add(tables.HISTORY, history)
        self.connection.execute(
            update(tables.JOURNALS)
            .where(tables.JOURNALS.c.id == self.journal.id)
            .values(position=entries[-1].position, chain=entries[-1].chain)
        )
        return sum(entry.position > done for entry in entries)

    def _forget(self) -> None:
        for table in (*tables.OF_A_STUDENT, tables.HISTORY):
            self.connection.execute(delete(table).where(table.c.journal == self.journal.id))

    def _clear(self, students: list[str]) -> None:
        for table in tables.OF_A_STUDENT:
            for start in range(0, len(students), 500):  # a statement takes only so many parameters
                some = students[start : start + 500]
                own = (table.c.journal == self.journal.id) & table.c.student.in_(some)
                self.connection.execute(delete(table).where(own))

    def _write(self, student: str, state: State, line: int) -> None:
        result = marks.apply(state.results[student], state.marks, self.rubric)
        own = {"student": student}
        self._add(tables.STUDENTS, [{**own, "language": result.language}])
        self._add(tables.SUBMISSIONS, [{**own, **_submission(result), "line": line}])
        self._add(
            tables.QUESTIONS,
            [
                {
                    **own, "question": each.id, "place": place, "kind": each.kind, "points": each.points,
                    "maximum": each.maximum, "verdict": each.verdict, "error": each.error, "value": each.value,
                    "text": each.text,
                }
                for place, each in enumerate(result.questions)
            ],
        )  # fmt: skip
        given = [mark for key, mark in sorted(state.marks.items()) if key[0] == student]
        self._add(
            tables.MARKS,
            [
                {
                    **own,
                    "question": mark.question,
                    "criterion": name,
                    "points": points,
                    "text_id": mark.text_id,
                }
                for mark in given
                for name, points in sorted(mark.points.items())
            ],
        )
        self._add(
            tables.COMMENTS,
            [{**own, "question": mark.question, "comment": mark.comment} for mark in given if mark.comment],
        )
        self._add(
            tables.NOTES,
            [
                {**own, "place": place, "code": each.code, "details": each.details, "look": each.look}
                for place, each in enumerate(result.notes)
            ],
        )

    def _add(self, table: sqlalchemy.Table, rows: Iterable[Mapping[str, Any]]) -> None:
        rows = [{"journal": self.journal.id, **row} for row in rows]
        if rows:
            self.connection.execute(insert(table), rows)


def _submission(result: results.Result) -> dict[str, Any]:
    hashes = {
        f"{name}_sha256": result.hashes.get(name, "") for name in ("submission", "assignment", "key", "lock")
    }
    return {
        "file": result.file, "graded": result.graded, "points": result.points, "maximum": result.maximum,
        "awaiting": len(result.awaiting), "isolation": result.isolation, "labkit": result.labkit,
        "parameters": result.parameters, "limits": result.limits, **hashes,
    }  # fmt: skip


def _history(entry: Entry, before: State) -> list[dict[str, Any]]:
    """What an entry changed: a row a question, or one for all if that is all there is to say."""
    student = entry.data["student"]
    row = {"line": entry.position, "at": entry.at, "kind": entry.kind, "student": student}
    if entry.kind != GRADED:
        question, mark = entry.data["question"], entry.data["mark"]
        old = before.marks.get((student, question))
        was = None if old is None else {"points": dict(old.points), "comment": old.comment}
        now = None if mark is None else {"points": mark["points"], "comment": mark["comment"]}
        return [{**row, "question": question, "before": was, "after": now, "why": entry.data["source"]}]
    why = ", ".join(entry.data["why"])
    result = results.loads(json.dumps(entry.data["result"]))
    old = before.results.get(student)
    if old is None:
        return [{**row, "question": "", "before": None, "after": result.points, "why": why}]
    earlier = {each.id: each for each in old.questions}
    changed = [
        each for each in result.questions if each.id not in earlier or each.points != earlier[each.id].points
    ]
    return [
        {
            **row, "question": each.id, "before": earlier[each.id].points if each.id in earlier else None,
            "after": each.points, "why": why,
        }
        for each in changed
    ] or [{**row, "question": "", "before": old.points, "after": result.points, "why": why}]  # fmt: skip


def _row_of(journal: Journal):
    return select(tables.JOURNALS).where(tables.JOURNALS.c.id == journal.id)


def _engine(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    # Every use takes a connection of its own: few uses, and no connection is left open in between.
    if url.get_backend_name() != "sqlite":
        return sqlalchemy.create_engine(url, poolclass=NullPool)
    engine = sqlalchemy.create_engine(url, poolclass=NullPool, connect_args={"timeout": _WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection, _record) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _take_the_lock_at_once(connection) -> None:
        # SQLite's own way reads first and then finds that another has written: it would have to start over.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _without_password(url: str) -> str:
    scheme, at, rest = url.rpartition("@")
    return f"{scheme.split('://')[0]}://…@{rest}" if at else url
