"""The feedback page as a PDF, made offline by Typst: the same words, from the same data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labkit.grading import feedback, isolation, pdf
from labkit.grading.assignment import Assignment
from labkit.grading.marks import Marks
from labkit.grading.results import Result
from labkit.grading.rubric import Rubric
from labkit.grading.shown import Shown
from labkit.i18n import _, language, ngettext, speaking

TEMPLATE = "feedback.typ"


def render(
    result: Result,
    assignment: Assignment,
    rubric: Rubric,
    marks: Marks,
    lang: str | None = None,
    seen: Mapping[str, Shown] | None = None,
) -> bytes:
    """The PDF of a page; the parameters are those of :func:`labkit.grading.feedback.page`."""
    with speaking(lang or result.language or language()):
        questions = feedback.told(result, assignment, rubric, marks, seen or {})
        said = document(result, assignment, questions)
        try:
            return pdf.compiled(TEMPLATE, said)
        except RuntimeError:
            # A picture with a sound frame and a broken inside. The words are what matters.
            for question in said["questions"]:
                question["pictures"] = []
            return pdf.compiled(TEMPLATE, said)


def document(result: Result, assignment: Assignment, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """What the PDF says, as data: strings, and Markdown as blocks (see :func:`labkit.grading.pdf.blocks`)."""
    shown = result.graded or result.points > 0
    how = isolation.in_words(result.isolation)
    tongue, _sep, region = language().partition("-")
    return {
        "lang": tongue,
        "region": region or None,
        "title": assignment.title(language()),
        "name": result.student,
        "student": result.student,
        "page_label": _("Page"),
        "lines": _lines(result, shown),
        "columns": [_("Question"), _("Result"), _("Points")],
        "notes_title": _("What was noticed"),
        "notes": [str(note) for note in result.notes if note.code != "earlier run"],
        "output_title": _("What your cell showed when it was graded"),
        "marked": [_("Criterion"), _("What was reached"), _("Points")],
        "comment_title": _("Comment"),
        "questions": [_question(question) for question in questions] if shown else [],
        "extra_title": _("Your own research"),
        "extra": [pdf.blocks(text) for text in result.extra.values()],
        "isolation": _("Your notebook was run {how}.").format(how=how) if how else "",
    }


def _lines(result: Result, shown: bool) -> list[str]:
    lines = []
    if not result.graded:
        lines.append(_("This submission could not be graded. Until that changes, it has no points."))
    if shown:
        points, maximum = feedback.number(result.points), feedback.number(result.maximum)
        lines.append(_("{points} of {maximum} points").format(points=points, maximum=maximum))
        if awaiting := len(result.awaiting):
            lines.append(
                ngettext(
                    "{n} text is still to be marked; it is not in this total yet.",
                    "{n} texts are still to be marked; they are not in this total yet.",
                    awaiting,
                ).format(n=awaiting)
            )
    return lines


def _question(told: dict[str, Any]) -> dict[str, Any]:
    points = _("pending") if told["points"] is None else feedback.number(told["points"])
    nothing = not (told["text"] if told["is_text"] else told["value"])
    after = [told["form"]] if told["form"] else []
    if nothing and told["built_on"]:
        after.append(told["built_on"])
    elif nothing:
        after.append(_("No answer was found."))
    picture = _("Picture {n} that your cell drew: {question}")
    return {
        "heading": told["heading"],
        "verdict": told["verdict"] + (f" ({told['error']})" if told["error"] else ""),
        "points": f"{points} / {feedback.number(told['maximum'])}",
        "before": [_("It stopped: {why}").format(why=told["why"])] if told["why"] else [],
        "chosen": [
            {"letter": letter, "blocks": pdf.blocks(words)} for letter, words in told["markdown"]["chosen"]
        ],
        "plain": "" if told["chosen"] or told["is_text"] else told["value"],
        "blocks": pdf.blocks(told["markdown"]["text"]) if told["is_text"] else [],
        "after": [*after, *told["said"]],
        "output": told["seen"].text,
        "pictures": [
            {"bytes": list(data), "alt": picture.format(n=number, question=told["heading"])}
            for number, data in enumerate(told["seen"].pictures, start=1)
        ],
        "reached": [
            [each.title, each.descriptor, f"{feedback.number(each.points)} / {feedback.number(each.maximum)}"]
            for each in told["reached"]
        ],
        "comment": pdf.blocks(told["markdown"]["comment"]),
    }
