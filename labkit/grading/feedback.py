"""The feedback page: one self-contained file a student, in their language, with nothing of the key in it."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.exercises import answers, structure
from labkit.grading import isolation
from labkit.grading.assignment import Assignment, heading, options
from labkit.grading.marks import Mark, Marks
from labkit.grading.results import (
    BLANK,
    CORRECT,
    MARKED,
    PARTIAL,
    WRONG,
    QuestionResult,
    Result,
    verdict_in_words,
)
from labkit.grading.rubric import QuestionRubric, Rubric, say
from labkit.grading.shown import Shown
from labkit.i18n import _, language, ngettext, speaking

TEMPLATE = "feedback.html.j2"
_LONGEST = 400
"""Characters of a recorded answer that are shown."""

_TAGS = {
    *("p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "a", "h3", "h4"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ADDRESS = re.compile("https?://", re.IGNORECASE)
_NOTHING = Shown()


@dataclass(frozen=True)
class Reached:
    """One criterion as it was marked."""

    title: str
    points: float
    maximum: float
    descriptor: str


def page(
    result: Result,
    assignment: Assignment,
    rubric: Rubric,
    marks: Marks,
    lang: str | None = None,
    seen: Mapping[str, Shown] | None = None,
) -> str:
    """The page as HTML.

    Parameters
    ----------
    lang : str, optional
        ``en`` or ``pt-BR``; the language of the student's notebook if not said.
    seen : mapping, optional
        What the cells showed, by cell id, see :mod:`labkit.grading.shown`.
    """
    with speaking(lang or result.language or language()):
        questions = told(result, assignment, rubric, marks, seen or {})
        return (
            _environment()
            .get_template(TEMPLATE)
            .render(
                lang=language(),
                title=assignment.title(language()),
                result=result,
                questions=questions,
                notes=[str(note) for note in result.notes if note.code != "earlier run"],
                extra=[inert(text, level=3) for text in result.extra.values()],
                awaiting=len(result.awaiting),
                isolation=isolation.in_words(result.isolation),
                shown=result.graded or result.points > 0,
            )
        )


def get_ready() -> None:
    """Import and compile what the first page would wait for."""
    import nh3  # noqa: F401

    _markdown()
    _environment().get_template(TEMPLATE)


def told(
    result: Result, assignment: Assignment, rubric: Rubric, marks: Marks, seen: Mapping[str, Shown]
) -> list[dict[str, Any]]:
    """What is said of each question, in the language in force; Markdown of it also as it was written."""
    return [
        _told(question, assignment, rubric, marks.get((result.student, question.id)), seen)
        for question in result.questions
    ]


def inert(markdown: str, level: int = 4) -> str:
    """Markdown as HTML in which nothing acts and nothing is fetched: no script, no image, no raw HTML.

    Parameters
    ----------
    level : int
        Of its headings, all of them: the page has an outline of its own.
    """
    import nh3

    html = _markdown().render(markdown, {"heading": f"h{level}"})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        # A page that stands alone has nothing for a relative link to lead to.
        attribute_filter=lambda _tag, name, value: value if name != "href" or _ADDRESS.match(value) else None,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def number(value: float) -> str:
    """Points as the language in force writes them."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return shown.replace(".", ",") if language() == "pt-BR" else shown


def _told(
    question: QuestionResult,
    assignment: Assignment,
    rubric: Rubric,
    mark: Mark | None,
    seen: Mapping[str, Shown],
) -> dict[str, Any]:
    asked = next(each for each in assignment.questions if each.id == question.id)
    criteria = rubric.questions.get(question.id)
    prompt = assignment.prompt(asked, language())
    found = question.structure
    good = question.verdict in (CORRECT, MARKED)
    text = "\n\n".join(filter(None, (question.text, question.beside)))
    # A marker's line breaks are meant; two blanks make one of each in Markdown.
    comment = mark.comment.replace("\n", "  \n") if mark else ""
    chosen = _chosen(question, prompt)
    return {
        "id": question.id,
        "heading": heading(prompt) or _("Question {name}").format(name=question.id),
        "prompt": inert(prompt, level=3),
        "verdict": verdict_in_words(question.verdict),
        "error": question.error,
        "why": question.why,
        "class": "good" if good else "part" if question.verdict == PARTIAL else "plain",
        "points": question.points,
        "maximum": question.maximum,
        "is_text": asked.is_text,
        "is_choices": asked.kind == "choices",
        "blank": question.verdict == BLANK,
        "value": _value(question),
        "said": [str(note) for note in question.said],
        "built_on": built_on(", ".join(question.built_on)) if question.built_on else "",
        "chosen": [(letter, _in_line(words)) for letter, words in chosen],
        "text": inert(text),
        "form": "" if found is None or found.blank else structure.in_words(found),
        "reached": _reached(criteria, mark) if question.verdict == MARKED else [],
        "comment": inert(comment),
        "seen": seen.get(asked.answer, _NOTHING),
        "markdown": {"text": text, "comment": comment, "chosen": chosen},
    }


def _value(question: QuestionResult) -> str:
    """The answer on one line; a long one is cut."""
    value = question.value
    if question.kind == "function" and question.verdict in (CORRECT, PARTIAL, WRONG):
        return _("a function")
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value)
    text = answers.shown(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def built_on(questions: str) -> str:
    """What is said of an answer that was worked out from reference answers, and so is not shown."""
    return _(
        "Your answer was worked out from the reference answer of {questions}, where yours could not be used. What comes of that is judged, but not shown."
    ).format(questions=questions)


def _chosen(question: QuestionResult, prompt: str) -> list[tuple[str, str]]:
    """The letters chosen, each with what it stands for, Markdown."""
    if question.kind != "choices" or not isinstance(question.value, list):
        return []
    words = options(prompt)
    return [(letter, words.get(letter) or _("no option of this question")) for letter in question.value]


def _in_line(markdown: str) -> str:
    """Markdown of one paragraph as HTML without the paragraph."""
    return inert(markdown).removeprefix("<p>").strip().removesuffix("</p>")


def _reached(criteria: QuestionRubric | None, mark: Mark | None) -> list[Reached]:
    if criteria is None or mark is None:
        return []
    reached = []
    for criterion in criteria.criteria:
        level = criterion.level(mark.points[criterion.id])
        words = say(level.descriptor) if level is not None else ""
        reached.append(Reached(say(criterion.title), mark.points[criterion.id], criterion.maximum, words))
    return reached


@functools.cache
def _markdown():
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml

    renderer = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable(["table", "strikethrough"])

    def image(self, tokens, index, options, env):
        description = renderer.renderer.renderInlineAsText(tokens[index].children, options, env)
        return escapeHtml(_("[image: {description}]").format(description=description))

    def heading(self, tokens, index, options, env):
        tokens[index].tag = env["heading"]
        return self.renderToken(tokens, index, options, env)

    def header(self, tokens, index, options, env):
        tokens[index].attrSet("scope", "col")
        return self.renderToken(tokens, index, options, env)

    renderer.add_render_rule("image", image)
    renderer.add_render_rule("th_open", header)
    renderer.add_render_rule("heading_open", heading)
    renderer.add_render_rule("heading_close", heading)
    return renderer


@functools.cache
def _environment():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.globals.update({"_": _, "ngettext": ngettext, "number": number})
    environment.filters["html"] = Markup
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode("ascii")
    return environment
