"""The journal: only ever added to, whole or noticed, and all else made from it."""

import json
import multiprocessing
from dataclasses import replace

import pytest

from labkit.errors import LabkitError
from labkit.grading import journal as journals
from labkit.grading.journal import Journal
from labkit.grading.marks import Mark
from labkit.grading.notes import note
from tests.grading.test_sheet import result

BASIS = {"key": "k1"}
MARK = {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 2.0}, "bom", "t1")}


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path, "mini")


def again(journal):
    return Journal(journal.file.parent, "mini")


def test_what_was_kept_is_read_back(journal):
    given = replace(result("ána"), notes=(note("empty"),), hashes={"submission": "s"})
    assert journal.grade(given, BASIS) == given
    journal.mark(MARK, "sheet.csv")
    read = again(journal)
    assert read.state == journal.state
    assert (read.state.results, read.state.marks, read.state.bases) == ({"ána": given}, MARK, {"ána": BASIS})
    assert [(each.position, each.kind) for each in read.entries()] == [(2, "graded"), (3, "marked")]


def test_nothing_is_written_by_looking(tmp_path):
    journal = Journal(tmp_path / "nowhere", "mini")
    assert (list(journal.entries()), journal.id) == ([], "")
    assert not (tmp_path / "nowhere").exists()


def test_a_later_grade_holds_and_the_earlier_one_stays_written(journal):
    journal.grade(result("ana", "one"), BASIS)
    before = journal.file.read_bytes()
    journal.grade(result("ana", "two"), BASIS)
    assert journal.file.read_bytes().startswith(before)
    assert again(journal).state.results["ana"].question("q1-why").text == "two"


def test_marks_that_are_the_same_are_not_written_again_and_one_taken_back_is(journal):
    assert journal.mark(MARK) == 1
    assert journal.mark(MARK) == 0
    assert journal.mark({}) == 1
    state = again(journal).state
    assert state.marks == {}
    assert state.marked == {("ana", "q1-why")}


@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_torn_last_line_is_set_aside(journal, kept):
    journal.grade(result("ana"), BASIS)
    whole = journal.file.read_bytes()
    journal.grade(result("bia"), BASIS)
    torn = journal.file.read_bytes()[len(whole) :][:kept]
    journal.file.write_bytes(whole + torn)
    read = again(journal)
    assert set(read.state.results) == {"ana"}
    read.grade(result("bia"), BASIS)
    assert journal.file.with_name(journals.TORN).read_bytes() == torn + b"\n"
    assert set(again(journal).state.results) == {"ana", "bia"}
    assert journal.file.read_bytes().startswith(whole)


def test_a_last_line_of_garbage_is_torn_even_if_it_ends(journal):
    journal.grade(result("ana"), BASIS)
    with journal.file.open("ab") as file:
        file.write(b"\0\0\0\0\n")
    assert set(again(journal).state.results) == {"ana"}


def test_a_torn_header_is_no_journal_yet(journal):
    journal.file.write_bytes(b'{"kind": "jour')
    read = again(journal)
    read.grade(result("ana"), BASIS)
    assert set(again(journal).state.results) == {"ana"}


@pytest.mark.parametrize("what", ["altered", "lost", "swapped", "added"])
def test_a_line_that_is_not_as_it_was_written_is_an_error(journal, what):
    for name in ("ana", "bia", "eva"):
        journal.grade(result(name), BASIS)
    lines = journal.file.read_bytes().splitlines(keepends=True)
    if what == "altered":
        assert b'"points":0.0' in lines[1]
        lines[1] = lines[1].replace(b'"points":0.0', b'"points":6.0')
    elif what == "lost":
        del lines[2]
    elif what == "swapped":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines.append(lines[1])
    journal.file.write_bytes(b"".join(lines))
    with pytest.raises(LabkitError, match=r"line \d: it is not as it was written"):
        again(journal)


def test_a_journal_of_another_assignment_is_refused(journal):
    journal.grade(result("ana"), BASIS)
    with pytest.raises(LabkitError, match="holds grades of mini; expected other"):
        Journal(journal.file.parent, "other")


def test_a_name_that_is_no_text_can_be_kept(journal):
    odd = b"jo\xe3o".decode("utf-8", "surrogateescape")
    journal.grade(replace(result("joao"), student=odd), BASIS)
    assert set(again(journal).state.results) == {odd}


def _write_many(folder, name, n):
    journal = Journal(folder, "mini")
    for number in range(n):
        journal.grade(result(f"{name}{number}"), BASIS)


def test_writers_at_the_same_time_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(tmp_path, name, 20)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    read = Journal(tmp_path, "mini")
    assert set(read.state.results) == {f"{name}{number}" for name in "abc" for number in range(20)}
    lines = (tmp_path / journals.FILE).read_text().splitlines()
    assert sum(json.loads(line)["kind"] == "journal" for line in lines) == 1
    assert len(lines) == 61
