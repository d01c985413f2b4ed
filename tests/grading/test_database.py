"""The gradebook in a database: made from the journal, whatever database it is."""

import multiprocessing
import sqlite3

import pytest
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import CreateTable

from labkit.errors import LabkitError
from labkit.grading import schema
from labkit.grading.database import Gradebook
from labkit.grading.journal import Journal
from labkit.grading.marks import Mark
from tests.grading.conftest import MINI
from tests.grading.test_sheet import result


def url(folder):
    return f"sqlite:///{folder / 'grades.sqlite'}"


@pytest.fixture
def book(tmp_path):
    made = Gradebook(url(tmp_path))
    made.open()
    return made


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path, "mini")
    for student in ("ana", "bia"):
        made.grade(result(student), {})
    made.mark({("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 2.0, "reasoning": 4.0}, "bom", "t1")})
    return made


def test_every_table_shows_what_the_journal_says(book, journal, criteria):
    assert book.take(journal, criteria) == 3
    submissions = {row["student"]: row for row in book.rows(schema.SUBMISSIONS)}
    assert {name: (row["points"], row["awaiting"]) for name, row in submissions.items()} == {
        "ana": (6.0, 0), "bia": (0.0, 1),
    }  # fmt: skip
    questions = {(row["student"], row["question"]): row for row in book.rows(schema.QUESTIONS)}
    assert questions["ana", "q1-why"]["verdict"] == "marked"
    assert questions["bia", "q1-why"]["points"] is None
    assert [(row["criterion"], row["points"]) for row in book.rows(schema.MARKS)] == [
        ("evidence", 2.0), ("reasoning", 4.0),
    ]  # fmt: skip
    assert [row["comment"] for row in book.rows(schema.COMMENTS)] == ["bom"]
    assert [(row["kind"], row["student"]) for row in book.rows(schema.HISTORY)] == [
        ("graded", "ana"), ("graded", "bia"), ("marked", "ana"),
    ]  # fmt: skip


def test_only_what_is_new_is_taken(book, journal, criteria):
    book.take(journal, criteria)
    assert book.take(journal, criteria) == 0
    journal.mark({})
    assert book.take(journal, criteria) == 1
    assert book.rows(schema.MARKS) == []
    assert book.rows(schema.HISTORY)[-1]["after"] is None
    assert len(book.rows(schema.HISTORY)) == 4


def test_deleted_it_is_made_again_the_same(book, journal, criteria, tmp_path):
    book.take(journal, criteria)
    tables = [*schema.OF_A_STUDENT, schema.HISTORY, schema.JOURNALS]
    before = [book.rows(table) for table in tables]
    (tmp_path / "grades.sqlite").unlink()
    book.open()
    book.take(journal, criteria)
    assert [book.rows(table) for table in tables] == before


def test_piece_by_piece_or_at_once_the_tables_are_the_same(book, tmp_path, criteria):
    journal = Journal(tmp_path, "mini")
    for text in ("one", "two"):
        for student in ("ana", "bia"):
            journal.grade(result(student, text), {})
            book.take(journal, criteria)
    at_once = Gradebook(url(tmp_path) + "2")
    at_once.open()
    at_once.take(journal, criteria)
    for table in (*schema.OF_A_STUDENT, schema.HISTORY):
        assert book.rows(table) == at_once.rows(table)


def test_a_journal_put_back_to_an_earlier_copy_is_followed(book, journal, criteria):
    copy = journal.file.read_bytes()
    journal.grade(result("eva"), {})
    book.take(journal, criteria)
    journal.file.write_bytes(copy)
    older = Journal(journal.file.parent, "mini")
    older.grade(result("zoe"), {})
    book.take(older, criteria)
    assert {row["student"] for row in book.rows(schema.SUBMISSIONS)} == {"ana", "bia", "zoe"}
    assert len(book.rows(schema.HISTORY)) == 4


def test_two_folders_share_a_database(book, journal, criteria, tmp_path):
    other = Journal(tmp_path / "other", "mini")
    (tmp_path / "other").mkdir()
    other.grade(result("ana", "another class"), {})
    book.take(journal, criteria)
    book.take(other, criteria)
    journal.mark({})
    book.take(journal, criteria)
    found = [(row["journal"], row["student"]) for row in book.rows(schema.SUBMISSIONS)]
    assert sorted(found) == sorted([(journal.id, "ana"), (journal.id, "bia"), (other.id, "ana")])


def _grade_and_take(folder, database, name):
    from labkit.grading import assignment, rubric

    criteria = rubric.load(assignment.load(MINI))
    journal, book = Journal(folder, "mini"), Gradebook(database)
    book.open()
    for number in range(8):
        journal.grade(result(f"{name}{number}"), {})
        book.take(journal, criteria)


def test_writers_at_the_same_time_lose_and_double_nothing(tmp_path):
    """Three processes, two of them on one journal, one on another, all on one database that is not there yet."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    context = multiprocessing.get_context("spawn")
    jobs = [
        (tmp_path / "one", url(tmp_path), "a"),
        (tmp_path / "one", url(tmp_path), "b"),
        (tmp_path / "two", url(tmp_path), "c"),
    ]
    writers = [context.Process(target=_grade_and_take, args=job) for job in jobs]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    book = Gradebook(url(tmp_path))
    assert sorted(row["student"] for row in book.rows(schema.SUBMISSIONS)) == [
        f"{name}{number}" for name in "abc" for number in range(8)
    ]
    assert len(book.rows(schema.HISTORY)) == 24


@pytest.mark.parametrize("dialect", [postgresql.dialect(), mysql.dialect()], ids=["postgresql", "mysql"])
def test_the_tables_can_be_made_on_a_server(dialect):
    for table in schema.METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))


def test_it_is_plain_sqlite(book, journal, criteria, tmp_path):
    book.take(journal, criteria)
    with sqlite3.connect(tmp_path / "grades.sqlite") as connection:
        [[points]] = connection.execute("SELECT points FROM labkit_submissions WHERE student = 'ana'")
    assert points == 6.0


@pytest.mark.parametrize(
    "wrong", ["nonsense", "sqlite:////nowhere/at/all/x.sqlite", "oracle9://a:secret@b/c"]
)
def test_a_database_that_cannot_be_used_is_said_without_the_password(wrong, journal, criteria, monkeypatch):
    def refuse(*_args, **_options):
        raise OSError("read-only")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(LabkitError) as said:
        Gradebook(wrong).open()
    assert "secret" not in str(said.value)
    assert "gradebook" in str(said.value)
