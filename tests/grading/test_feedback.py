"""The page a student gets: theirs, inert, readable by everybody, in their language."""

import re
from dataclasses import replace

import pytest

from labkit.grading import feedback
from labkit.grading.marks import Mark
from labkit.grading.notes import note
from labkit.grading.results import CORRECT, PARTIAL, QuestionResult, Result
from labkit.i18n import speaking
from tests.grading.accessibility import Page
from tests.grading.test_sheet import result as written


def result(mini, text="A text of mine [1].", notes=(), extra=None):
    choices = [
        QuestionResult(q.id, q.kind, 2.5, q.points, PARTIAL if q.id == "q1" else CORRECT, value=["A", "B"])
        for q in mini.questions
        if q.kind == "choices"
    ]
    texts = written("ana", text).questions
    rest = [
        QuestionResult(q.id, q.kind, 0.0, q.points, "blank")
        for q in mini.questions
        if q.kind in ("number", "choice")
    ]
    order = {q.id: place for place, q in enumerate(mini.questions)}
    questions = sorted([*choices, *texts, *rest], key=lambda each: order[each.id])
    return Result("mini", "ana", True, "en", tuple(questions), tuple(notes), extra=extra or {})


def page(mini, criteria, marks=None, lang=None, **more):
    return feedback.page(result(mini, **more), mini, criteria, marks or {}, lang)


HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(1)>

![pixel](https://example.org/p.png) [click](javascript:alert(1)) [ok](https://example.org)

# A heading of mine

<style>body{display:none}</style> <iframe src="https://example.org"></iframe> [1]
"""


@pytest.mark.parametrize("where", ["text", "comment", "note", "research", "student"])
def test_nothing_a_student_or_marker_wrote_acts_or_is_fetched(mini, criteria, where):
    hostile = result(mini, text=HOSTILE if where == "text" else "A text [1].")
    marks = {("ana", "q1-why"): Mark("ana", "q1-why", {}, HOSTILE)} if where == "comment" else {}
    if where == "note":
        hostile = replace(hostile, notes=(note("cell error", cell=HOSTILE, error=HOSTILE, message=HOSTILE),))
    if where == "research":
        hostile = replace(hostile, extra={"mini-research": HOSTILE})
    if where == "student":
        hostile = replace(hostile, student=HOSTILE)
    html = feedback.page(hostile, mini, criteria, marks)
    assert not Page(html).names & {"script", "img", "iframe", "object", "embed", "form", "svg", "base"}
    assert html.count("<style") == 1
    assert "onerror=" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert 'href="javascript' not in html
    assert "default-src 'none'" in html


def test_verdicts_are_words_and_points_are_said(mini, criteria):
    html = page(mini, criteria)
    assert "partly correct · 2.5 of 4 points" in html
    assert "2 texts are still" not in html
    assert "1 text is still to be marked" in html


def test_the_page_speaks_the_language_of_the_notebook_or_the_one_asked_for(mini, criteria):
    portuguese = replace(result(mini), language="pt-BR")
    html = feedback.page(portuguese, mini, criteria, {})
    assert '<html lang="pt-BR">' in html
    assert "<h1>Mini: uma tarefa pequena</h1>" in html
    assert '<html lang="en">' in feedback.page(portuguese, mini, criteria, {}, lang="en")


def test_points_are_written_as_the_language_writes_them():
    assert feedback.number(2.5) == "2.5"
    assert feedback.number(2.0) == "2"
    with speaking("pt-BR"):
        assert feedback.number(2.5) == "2,5"


def test_marks_show_what_was_reached_and_no_other_level(mini, criteria):
    from labkit.grading import marks as marking

    marks = {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 1.0, "reasoning": 4.0}, "**Good.**")}
    html = feedback.page(marking.apply(result(mini), marks, criteria), mini, criteria, marks)
    assert "Facts that fit in part." in html
    assert "Reasons lead from facts to the answer." in html
    assert "Some reasons." not in html
    assert "<strong>Good.</strong>" in html


def test_a_note_about_the_instructors_folders_is_not_for_the_student(mini, criteria):
    html = page(mini, criteria, notes=[note("earlier run"), note("moved cells")])
    assert "earlier run" not in html
    assert "had been moved" in html


def test_what_could_not_be_graded_says_so_and_lists_no_noughts(mini, criteria):
    spoilt = replace(
        result(mini),
        graded=False,
        questions=tuple(QuestionResult(q.id, q.kind, 0.0, q.points, "blank") for q in mini.questions),
        notes=(note("empty"),),
    )
    html = feedback.page(spoilt, mini, criteria, {})
    assert "could not be graded" in html
    assert "The file is empty." in html
    assert "of 4 points" not in html


def test_line_breaks_of_a_comment_survive(mini, criteria):
    marks = {("ana", "q1-why"): Mark("ana", "q1-why", {}, "First line\nsecond line\n\nA paragraph")}
    html = page(mini, criteria, marks)
    assert re.search(r"First line<br>\s*second line</p>\s*<p>A paragraph</p>", html)


def test_a_cell_that_stopped_says_why_at_its_question(mini, criteria):
    stopped = result(mini)
    questions = [
        replace(q, verdict="error", value=None, error="NameError", why="name 'A' is not <defined>")
        if q.id == "q1"
        else q
        for q in stopped.questions
    ]
    html = feedback.page(replace(stopped, questions=tuple(questions)), mini, criteria, {})
    assert (
        "It stopped: name &#39;A&#39; is not &lt;defined&gt;"
        in html[html.index('id="q1"') : html.index('id="q2"')]
    )
