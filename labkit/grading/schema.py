"""The tables of the gradebook, for any database that SQLAlchemy knows.

A journal is one folder of grades; several can share a server. Every row says whose journal it is of.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table, Text

_NAME, _HASH = String(255), String(64)

METADATA = MetaData()


def _journal() -> Column:
    return Column("journal", String(16), ForeignKey("labkit_journals.id"), primary_key=True)


def _key(name: str, kind=_NAME) -> Column:
    """A part of the primary key, which is never counted up by the database."""
    return Column(name, kind, primary_key=True, autoincrement=False)


JOURNALS = Table(
    "labkit_journals",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("assignment", _NAME, nullable=False),
    Column("position", Integer, nullable=False, comment="lines of the journal that the tables show"),
    Column("chain", _HASH, nullable=False, comment="hash of the last of them"),
)

STUDENTS = Table("labkit_students", METADATA, _journal(), _key("student"), Column("language", String(16)))

SUBMISSIONS = Table(
    "labkit_submissions",
    METADATA,
    _journal(),
    _key("student"),
    Column("file", Text, nullable=False),
    Column("graded", Boolean, nullable=False),
    Column("points", Float, nullable=False, comment="so far: texts that await marks count nothing"),
    Column("maximum", Float, nullable=False),
    Column("awaiting", Integer, nullable=False, comment="texts that await marks"),
    Column("isolation", String(16), nullable=False),
    Column("labkit", String(64), nullable=False),
    Column("submission_sha256", _HASH, nullable=False),
    Column("assignment_sha256", _HASH, nullable=False),
    Column("key_sha256", _HASH, nullable=False),
    Column("lock_sha256", _HASH, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("line", Integer, nullable=False, comment="of the journal, where the grade stands"),
)

QUESTIONS = Table(
    "labkit_questions",
    METADATA,
    _journal(),
    _key("student"),
    _key("question"),
    Column("place", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("points", Float, comment="empty while a text awaits its marks"),
    Column("maximum", Float, nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("error", Text, nullable=False),
    Column("value", JSON),
    Column("text", Text, nullable=False),
)

MARKS = Table(
    "labkit_marks",
    METADATA,
    _journal(),
    _key("student"),
    _key("question"),
    _key("criterion"),
    Column("points", Float, nullable=False),
    Column("text_id", String(16), nullable=False, comment="of the text that was marked"),
)

COMMENTS = Table(
    "labkit_comments",
    METADATA,
    _journal(),
    _key("student"),
    _key("question"),
    Column("comment", Text, nullable=False),
)

NOTES = Table(
    "labkit_notes",
    METADATA,
    _journal(),
    _key("student"),
    _key("place", Integer),
    Column("code", String(64), nullable=False),
    Column("details", JSON, nullable=False),
    Column("look", Boolean, nullable=False, comment="asks the instructor to look"),
)

HISTORY = Table(
    "labkit_history",
    METADATA,
    _journal(),
    _key("line", Integer),
    _key("question"),
    Column("at", String(32), nullable=False, comment="UTC"),
    Column("kind", String(16), nullable=False),
    Column("student", _NAME, nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("why", Text, nullable=False),
)

OF_A_STUDENT = (STUDENTS, SUBMISSIONS, QUESTIONS, MARKS, COMMENTS, NOTES)
"""What is written anew when something of a student changes."""
