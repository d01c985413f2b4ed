"""Counting the form of a written answer."""

import pytest

from labkit.exercises.structure import (
    Expected,
    citations,
    fact_numbers,
    measure,
    missing,
    unread_in_words,
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("as [5] says", (5,)),
        ("[5, 18]", (5, 18)),
        ("[18; 5]", (5, 18)),
        ("[5-7]", (5, 6, 7)),
        ("[5–7, 9]", (5, 6, 7, 9)),
        ("[5 and 18] [fact 6] [fatos 7 e 8]", (5, 6, 7, 8, 18)),
        ("[5] and again [5]", (5,)),
        ("[7-5]", (5, 7)),
        ("[R1, 5] [6; R2] [R3]", (5, 6)),
        ("[A 18]", ()),
        ("[1-9999]", (1, 9999)),
        ("[see below] [^5] [5a] [2026-01-31]", ()),
        ("code `x[5]` and\n```\ny[6]\n```\n", ()),
    ],
)
def test_citations(text, numbers):
    assert citations(text) == numbers


def test_a_blank_line_separates_paragraphs_and_a_line_break_does_not():
    assert measure("One short line.\nThe same paragraph.\n\nA second paragraph.").paragraphs == 2


def test_headings_rules_comments_and_code_are_not_paragraphs():
    text = "# My answer to this\n\n---\n\n<!-- a note to myself -->\n\n```\nx = 1 + 2 + 3\n```\n\nThe only paragraph here."
    counted = measure(text)
    assert (counted.paragraphs, counted.words) == (1, 4)


def test_words_are_counted_without_citations_and_with_accents():
    assert measure("O tutor não paga R$ 1.200,50 — quem paga? [5, 18]").words == 8


@pytest.mark.parametrize(
    "text", ["*Write your answer here.*", "*Escreva sua resposta aqui.*", "", " \n", "<!-- x -->"]
)
def test_an_untouched_cell_is_blank(text):
    assert measure(text).blank


def test_a_prompt_left_above_the_answer_does_not_count():
    assert measure("*Write your answer here.*\nThree words only").words == 3


def test_unknown_facts_are_told_from_existing_ones():
    counted = measure("Three words only [1, 77]", facts={1, 2})
    assert (counted.unknown, counted.existing) == ((77,), (1,))


def test_nothing_is_missing_from_a_complete_answer():
    expected = Expected.of({"paragraphs": [1, 2], "words": [3, 10], "citations": 1})
    assert missing(measure("Three words only [1]", facts={1}), expected) == []


def test_too_many_words_are_said():
    assert missing(measure("one two three four"), Expected(words=(1, 3))) == [
        "Words: 4; at most 3 are asked for."
    ]


def test_a_case_pack_without_readable_facts_gives_none(tmp_path):
    assert fact_numbers(tmp_path) is None
    (tmp_path / "facts.csv").write_text("number\n1\n", encoding="utf-8")
    assert fact_numbers(tmp_path) is None


def test_own_research_in_brackets_is_told_from_facts_and_is_no_word():
    counted = measure("Three words only [R1, 5] [6; r2] [R1]")
    assert (counted.refs, counted.citations, counted.words) == (("R1", "R2"), (5, 6), 3)


def test_what_was_not_read_as_a_citation_is_named_and_a_link_is_none():
    counted = measure("Words [A 18] here [5a] and [see below] [page 7](https://example.org) [5] [5a]")
    assert counted.unread == ("[A 18]", "[5a]")
    (said,) = unread_in_words(counted)
    assert said.startswith("Not read as a citation: [A 18] [5a].")
    assert unread_in_words(measure("Words [5]")) == []
