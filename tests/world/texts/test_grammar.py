"""The grammar: what a phrase stands for, and how phrases are drawn and filled."""

import numpy as np
import pytest

from labkit.world.texts import surface
from labkit.world.texts.grammar import Phrases, choose, draw, expand, fill, vocabulary

VOCABULARIES = ("comments", "tickets", "messages", "replies", "talks", "ideas")


def test_a_choice_is_written_out_in_full_and_may_be_nothing():
    assert expand("a (b|c)(!|)") == ["a b!", "a b", "a c!", "a c"]


def test_lines_are_equally_likely_however_many_ways_they_have():
    phrases = Phrases.of(["(a|b|c|d|e|f|g|h|i)", "z"])
    said = phrases.pick(*np.random.default_rng(1).random((2, 20_000)))
    assert (said == "z").mean() == pytest.approx(0.5, abs=0.02)


def test_a_section_drawn_for_one_row_does_not_move_the_others():
    phrases = vocabulary("comments")
    one = draw(phrases, np.array(["app.negative"] * 50, dtype=object), np.random.default_rng(1))
    sections = np.array(["app.negative"] * 49 + ["shop.negative"], dtype=object)
    assert (draw(phrases, sections, np.random.default_rng(1))[:49] == one[:49]).all()


def test_an_unknown_section_is_an_error_and_a_blank_one_is_silence():
    with pytest.raises(KeyError):
        draw(vocabulary("comments"), np.array(["no.such"]), np.random.default_rng(1))
    assert draw(vocabulary("comments"), np.array([""]), np.random.default_rng(1)).tolist() == [""]


def test_facts_go_where_they_belong():
    assert fill(["{pet} is late by {late}", "ok"], {"pet": ["Mel", "Bob"], "late": ["2 days", ""]}) == [
        "Mel is late by 2 days",
        "ok",
    ]


def test_columns_are_chosen_in_proportion_to_their_weights():
    chosen = choose(np.tile([1.0, 0.0, 3.0], (20_000, 1)), np.random.default_rng(1))
    assert np.bincount(chosen, minlength=3) / 20_000 == pytest.approx([0.25, 0.0, 0.75], abs=0.01)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_phrase_is_well_formed(name):
    for section, phrases in vocabulary(name).items():
        for said in phrases.said:
            assert "(" not in said, (section, said)
            assert "|" not in said, (section, said)
            assert said.count("{") == said.count("}"), (section, said)


def test_sentences_begin_with_a_capital_and_end_once():
    assert surface.tidy("late again.. so sad , really") == "Late again. so sad, really".replace("so", "So")


def test_what_follows_an_unfinished_sentence_is_in_lower_case():
    assert surface.follow("Honestly,", "The box came") == "Honestly, the box came"
    assert surface.follow("Hello!", "The box came") == "Hello! The box came"
    assert surface.follow("Honestly,", "I waited") == "Honestly, I waited"


def test_a_slip_changes_a_word_and_not_much_more():
    for kind in (0.1, 0.5, 0.9):
        slipped = surface.misspelt("the delivery was late", 0.0, kind)
        assert slipped != "the delivery was late"
        assert abs(len(slipped) - len("the delivery was late")) <= 1
