"""How a graded answer is read: forgiving of form, clear about what it cannot use."""

import json
import os
import time

import numpy as np
import pandas as pd
import pytest

from labkit.blank import ____
from labkit.errors import LabkitError
from labkit.exercises import answers
from labkit.i18n import speaking


@pytest.mark.parametrize(
    "value",
    [
        ["a", "C"],
        "A, C",
        "c;a",
        "A C",
        "a c",
        "AC",
        '["A", "C"]',
        {"A", "C"},
        ("C", "A", "a"),
        ["C", "A", "A"],
        ["A, C"],
        "A) C)",
        np.array(["A", "C"]),
        pd.Series(["c", "a"]),
    ],
    ids=repr,
)
def test_the_same_choices_in_any_form_are_one_answer(value):
    assert answers.report("q1", value).value == ["A", "C"]


@pytest.mark.parametrize(
    "value", [____, None, ..., "", "  ", "____", [], set(), [____, ____], ____ + 1], ids=repr
)
def test_a_blank_is_recorded_as_null(value):
    shown = answers.report("q1", value)._repr_mimebundle_()
    assert shown == {"text/plain": "q1: not answered", answers.MIME: {"question": "q1", "value": None}}


@pytest.mark.parametrize("value", [["B", "C", ____], {"B", ____}, ["B", "____"]], ids=repr)
def test_a_choice_left_half_blank_is_said_not_wiped(value):
    with pytest.raises(LabkitError, match="q1: one of your choices is still blank"):
        answers.report("q1", value)


def test_an_answer_is_shown_as_text_and_as_data():
    shown = answers.report("q3", "b,a")._repr_mimebundle_()
    assert shown == {"text/plain": "q3: A, B", answers.MIME: {"question": "q3", "value": ["A", "B"]}}


def test_an_answer_reads_the_same_in_both_languages():
    with speaking("pt-BR"):
        assert repr(answers.report("q3", "b,a")) == "q3: A, B"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("A e C", "'A e C'"),
        ("none", "'none'"),
        ("market B2C", "'market B2C'"),
        ([1, 2], "1"),
        ({"A": True}, "dict"),
        (True, "True"),
        (len, "builtin_function_or_method"),
        (["A", ["B"]], "a list in a list; put all letters into one list"),
    ],
    ids=repr,
)
def test_what_is_no_choice_is_named_with_what_is_expected(value, shown):
    with pytest.raises(LabkitError) as error:
        answers.report("q1", value)
    assert f"q1: found {shown}" in str(error.value)
    assert '["A", "C"]' in str(error.value)


@pytest.mark.parametrize(("value", "recorded"), [(np.float64(0.25), 0.25), (np.int64(3), 3), (2, 2)])
def test_a_number_is_recorded_as_a_plain_number(value, recorded):
    report = answers.report("q1", value)
    assert report.value == recorded
    assert type(report.value) is type(recorded)
    json.dumps(report._repr_mimebundle_())


def test_not_a_number_is_no_answer():
    with pytest.raises(LabkitError, match="finite"):
        answers.report("q1", float("nan"))


def test_a_text_answer_is_recorded_stripped():
    assert answers.report("q1", "  monthly ", kind="text").value == "monthly"


def test_an_unknown_kind_lists_those_there_are():
    with pytest.raises(LabkitError, match="choices, number, text"):
        answers.report("q1", "A", kind="letters")


# --- lk.read_answer ---------------------------------------------------------------------------------------


def cell(source, cell_id, **labkit):
    return {
        "cell_type": "markdown",
        "id": cell_id,
        "source": source,
        "metadata": {"labkit": {"cell": cell_id, **labkit}},
    }


def notebook(text, assignment="mini"):
    question = cell(
        "Why?",
        "mini-q1-why-question",
        id="q1-why",
        kind="text",
        paragraphs=[1, 2],
        citations=2,
        words=[5, 90],
    )
    return {
        "cells": [question, cell(text, "mini-q1-why")],
        "metadata": {"labkit": {"assignment": assignment}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with a case pack of the facts 1, 2 and 5."""
    for name in ("JPY_SESSION_NAME", answers.NOTEBOOK_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "facts.csv").write_text("fact,text\n1,a\n2,b\n5,c\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save(folder, nb, name="mini.ipynb"):
    file = folder / name
    file.write_text(json.dumps(nb), encoding="utf-8")
    return file


def test_a_saved_answer_is_counted(folder):
    save(folder, notebook("The pet uses, the tutor pays [1, 5].\n\nA second short paragraph."))
    shown = answers.read_answer("q1-why")
    assert shown.message.splitlines() == [
        "Found: 2 paragraphs, 10 words; facts cited: 1, 5.",
        "The form is complete. What it says is for your teacher to mark.",
    ]


def test_what_the_form_lacks_is_listed(folder):
    save(folder, notebook("Too short [1]."))
    message = answers.read_answer("q1-why").message
    assert "Paragraphs: 0; asked for: 1 to 2" in message
    assert "Words: 2; at least 5" in message
    assert "Facts of the case pack cited: 1; at least 2" in message


def test_facts_that_do_not_exist_are_named_and_do_not_count(folder):
    save(folder, notebook("One two three four five six [1, 77]."))
    message = answers.read_answer("q1-why").message
    assert "The case pack has no fact 77." in message
    assert "cited: 1; at least 2" in message


def test_the_untouched_prompt_reads_as_not_answered_and_says_to_save(folder):
    save(folder, notebook("*Write your answer here.*"))
    shown = answers.read_answer("q1-why")
    assert shown.status == "not answered"
    assert "Ctrl+S" in shown.message


def test_an_old_file_brings_a_reminder_to_save(folder):
    file = save(folder, notebook("One two three four five six [1, 5]."))
    assert "Ctrl+S" not in answers.read_answer("q1-why").message
    old = time.time() - 120
    os.utime(file, (old, old))
    assert "Ctrl+S" in answers.read_answer("q1-why").message


def test_the_notebook_the_front_end_names_is_the_one_read(folder, monkeypatch):
    mine = save(folder, notebook("Mine has these six words here [1, 5]."), "mine.ipynb")
    newer = save(folder, notebook("*Write your answer here.*"), "newer.ipynb")
    os.utime(mine, (1, 1))
    monkeypatch.setenv("JPY_SESSION_NAME", str(mine))
    assert "6 words" in answers.read_answer("q1-why").message
    monkeypatch.setenv("JPY_SESSION_NAME", str(newer))
    assert answers.read_answer("q1-why").status == "not answered"


def test_without_a_front_end_the_newest_notebook_with_that_question_is_read(folder):
    old = save(folder, notebook("*Write your answer here.*"), "old.ipynb")
    os.utime(old, (1, 1))
    save(folder, {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "lesson.ipynb")
    (folder / "broken.ipynb").write_text("{", encoding="utf-8")
    save(folder, notebook("Six words that were written now [1, 5]."), "new.ipynb")
    assert "6 words" in answers.read_answer("q1-why").message


def test_no_notebook_on_disk_is_said_and_stops_nothing(folder):
    assert "Save it" in answers.read_answer("q1-why").message


def test_an_unknown_question_lists_the_known_ones(folder, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(save(folder, notebook("text"))))
    with pytest.raises(LabkitError, match="no written question 'q9-why'; it has: 'q1-why'"):
        answers.read_answer("q9-why")


def test_an_answer_cell_whose_id_was_lost_is_found_by_its_copy(folder):
    nb = notebook("Six words that were written now [1, 5].")
    nb["cells"][1]["id"] = "0a1b2c"
    save(folder, nb)
    assert "6 words" in answers.read_answer("q1-why").message


def test_a_deleted_answer_cell_is_named(folder):
    nb = notebook("gone")
    del nb["cells"][1]
    save(folder, nb)
    with pytest.raises(LabkitError, match=r"answer cell of q1-why is not in mini\.ipynb"):
        answers.read_answer("q1-why")
