"""A rubric is held against the questions before anybody marks with it."""

import pytest

from labkit.errors import LabkitError
from labkit.grading import rubric
from labkit.i18n import speaking
from tests.grading.conftest import MINI

GOOD = (MINI / "rubric.yml").read_text(encoding="utf-8")


def load(mini, tmp_path, text):
    file = tmp_path / "rubric.yml"
    file.write_text(text, encoding="utf-8")
    return rubric.load(mini, file)


def test_criteria_and_levels_are_read(criteria):
    question = criteria.questions["q1-why"]
    assert [(c.id, c.maximum, [level.points for level in c.levels]) for c in question.criteria] == [
        ("evidence", 2, [0, 1, 2]),
        ("reasoning", 4, [0, 2, 4]),
    ]
    assert criteria.criteria == ["evidence", "reasoning"]


def test_descriptors_speak_the_language_in_force(criteria):
    descriptor = criteria.questions["q1-why"].criteria[0].levels[0].descriptor
    with speaking("pt-BR"):
        assert rubric.say(descriptor) == "Nenhum fato citado."
    assert rubric.say(descriptor, "en") == "No fact cited."
    assert rubric.say({"": "the same"}, "pt-BR") == "the same"


def test_a_missing_rubric_names_file_and_questions(mini, tmp_path):
    with pytest.raises(
        LabkitError, match=r"rubric of mini is missing: .*none.yml. Its texts \(q1-why, q2-why\)"
    ):
        rubric.load(mini, tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("assignment: mini", "assignment: other", "is the rubric of other; expected the rubric of mini"),
        ("q2-why:", "q9-why:", "q9-why is no text question"),
        ("points: 6", "points: 5", "add up to 6 points, the rubric says 5, the assignment 6"),
        ("points: 4, desc", "points: 3, desc", "add up to 5 points, the rubric says 6"),
        ("points: 4, desc", "points: 2, desc", "two levels have the same points"),
        ("- id: reasoning", "- id: evidence", "a criterion is there twice"),
        ("- id: reasoning", "- id: 'Rea soning'", "id 'Rea soning'"),
        ("    criteria:", "    nothing:", "expected points and a list of criteria"),
        ("questions:", "questions: [", "cannot be read"),
    ],
)
def test_what_does_not_fit_is_said(mini, tmp_path, before, after, said):
    assert before in GOOD
    with pytest.raises(LabkitError) as error:
        load(mini, tmp_path, GOOD.replace(before, after, 1))
    assert said in str(error.value)


def test_a_question_left_out_is_named(mini, tmp_path):
    with pytest.raises(LabkitError, match="Nothing is said of q2-why"):
        load(mini, tmp_path, GOOD[: GOOD.index("  q2-why:")])


def test_a_code_in_a_comment_stands_for_words_in_the_students_language(criteria):
    assert rubric.written_out("Good. #cite Then #1, C#, #none.", criteria, "pt-BR") == (
        "Good. Diga onde. Then #1, C#, #none."
    )
    assert rubric.written_out("#cite", criteria, "en") == "Say where."
    assert rubric.unknown_codes("#cite #none # heading https://a.b/#part", criteria) == ["none"]


@pytest.mark.parametrize(
    ("bank", "said"),
    [
        ("comments: {a: b}", "is no code"),
        ("comments: [{id: A B, text: x}]", "'A B' is no code"),
        ("comments: [{id: a, text: ''}]", "a has no text"),
        ("comments: [{id: a}]", "a has no text"),
        ("comments: [{id: a, text: x}, {id: a, text: y}]", "a is there twice"),
    ],
)
def test_a_bank_of_comments_that_cannot_be_used_is_said(mini, tmp_path, bank, said):
    text = GOOD[: GOOD.index("comments:")] + bank
    with pytest.raises(LabkitError, match=said):
        load(mini, tmp_path, text)


def test_without_a_bank_a_hash_is_a_hash(mini, tmp_path):
    plain = load(mini, tmp_path, GOOD[: GOOD.index("comments:")])
    assert rubric.unknown_codes("#cite", plain) == []
