"""The PDF a student hands in, made offline by Typst.

What the student wrote reaches Typst as data, a tree of blocks and spans in JSON: nothing of it is ever
read as Typst code.
"""

from __future__ import annotations

import datetime
import functools
import json
from pathlib import Path
from typing import Any

from labkit.exercises import answers
from labkit.grading import assignment as assignments
from labkit.grading.handin import BLANK, FAILED, RECORDED, Preview, Seen
from labkit.grading.results import verdict_in_words
from labkit.i18n import _, ngettext, speaking

TEMPLATE = "handin.typ"
_TEMPLATES = Path(__file__).parent / "templates"
# Not the day it was made: the same notebook gives the same bytes.
_TIMESTAMP = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def render(preview: Preview, name: str = "") -> bytes:
    """The PDF of a previewed notebook.

    Parameters
    ----------
    name : str
        The student's name, printed below the title if given.
    """
    with speaking(preview.language):
        return compiled(TEMPLATE, document(preview, name))


def compiled(template: str, said: dict[str, Any]) -> bytes:
    """A template of this package filled with data, as a PDF: the same data, the same bytes."""
    import typst

    return typst.compile(
        b"\n".join((_TEMPLATES / name).read_bytes() for name in ("common.typ", template)),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(said, ensure_ascii=False, sort_keys=True)},
        timestamp=_TIMESTAMP,
    )


def document(preview: Preview, name: str = "") -> dict[str, Any]:
    """What the PDF says, as data: strings, and Markdown as blocks (see :func:`blocks`)."""
    assignment, language = preview.assignment, preview.language
    return {
        "lang": language.split("-")[0],
        "region": language.split("-")[1] if "-" in language else None,
        "title": assignment.title(language),
        "name": name,
        "name_label": _("Student"),
        "page_label": _("Page"),
        "questions": [_question(seen, preview) for seen in preview.seen],
        "extra": [
            {"title": extra_title(cell, preview), "blocks": blocks(text)}
            for cell, text in preview.extra.items()
        ],
    }


def _question(seen: Seen, preview: Preview) -> dict[str, Any]:
    prompt = preview.assignment.prompt(seen.question, preview.language)
    options = assignments.options(prompt)
    said: dict[str, Any] = {
        "prompt": blocks(_without_options(prompt) if options else prompt, headings=True),
        "points": ngettext("{n} point", "{n} points", seen.question.points).format(
            n=f"{seen.question.points:g}"
        ),
        "chosen": [],
        "blocks": blocks(seen.text) + blocks(seen.beside),
        "plain": "",
        "line": "",
    }
    if seen.state == BLANK:
        said["line"] = (
            _("The answer cell is empty; this text was added elsewhere in the notebook.")
            if seen.beside
            else _("Not answered.")
        )
    elif seen.state == FAILED:
        said["line"] = _("No answer ({verdict}).").format(verdict=verdict_in_words(seen.failure))
    elif seen.state == RECORDED and seen.question.kind == "choices":
        said["chosen"] = [
            {"letter": letter, "blocks": blocks(options.get(letter) or _("no option of this question"))}
            for letter in seen.value
        ]
    elif seen.state == RECORDED:
        said["plain"] = recorded(seen)
    elif seen.found is not None:
        facts = ", ".join(map(str, seen.found.citations)) or _("none")
        said["line"] = _("{words} words · facts cited: {facts}").format(words=seen.found.words, facts=facts)
    return said


def recorded(seen: Seen, longest: int = 400) -> str:
    """A recorded answer on one line."""
    text = _("a function") if seen.question.kind == "function" else answers.shown(seen.value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def extra_title(cell_id: str, preview: Preview) -> str:
    """The heading that stands before an answer cell without a question."""
    title = ""
    for cell in preview.assignment.notebook(preview.language).cells:
        if cell.id == cell_id:
            break
        for line in cell.source.splitlines():
            if cell.cell_type == "markdown" and line.startswith("#"):
                title = line.lstrip("#").strip()
    return title


def _without_options(prompt: str) -> str:
    return "\n".join(line for line in prompt.splitlines() if not assignments.OPTION.match(line))


def blocks(markdown: str, headings: bool = False) -> list[dict[str, Any]]:
    """Markdown as a tree that the template draws.

    A block has a ``kind``: ``p``, ``h``, ``ul``, ``ol``, ``quote``, ``code``, ``rule`` or ``table``; a
    span is ``text``, ``em``, ``strong``, ``strike``, ``code``, ``link`` or ``break``. HTML is text, and
    of an image its description is left.

    Parameters
    ----------
    headings : bool
        Keep headings as such; a student's headings become bold paragraphs.
    """
    from markdown_it.tree import SyntaxTreeNode

    tree = SyntaxTreeNode(_parser().parse(markdown))
    return [block for node in tree.children if (block := _block(node, headings)) is not None]


def _block(node: Any, headings: bool) -> dict[str, Any] | None:
    inner = functools.partial(_inner, headings=headings)
    match node.type:
        case "paragraph":
            return {"kind": "p", "spans": _spans(node)}
        case "heading":
            level = int(node.tag[1])
            return {"kind": "h" if headings else "bold", "level": level, "spans": _spans(node)}
        case "bullet_list":
            return {"kind": "ul", "items": [inner(item) for item in node.children]}
        case "ordered_list":
            start = int(node.attrs.get("start", 1))
            return {"kind": "ol", "start": start, "items": [inner(item) for item in node.children]}
        case "blockquote":
            return {"kind": "quote", "blocks": inner(node)}
        case "fence" | "code_block":
            return {"kind": "code", "text": node.content.rstrip("\n")}
        case "hr":
            return {"kind": "rule"}
        case "table":
            rows = [row for part in node.children for row in part.children]
            return {"kind": "table", "rows": [[_spans(cell) for cell in row.children] for row in rows]}
        case "html_block":
            return {"kind": "p", "spans": [{"kind": "text", "text": node.content.strip()}]}
    return None


def _inner(node: Any, headings: bool) -> list[dict[str, Any]]:
    return [block for child in node.children if (block := _block(child, headings)) is not None]


def _spans(node: Any) -> list[dict[str, Any]]:
    spans: list[dict[str, Any]] = []
    for child in node.children:
        match child.type:
            case "inline":
                spans += _spans(child)
            case "text" | "html_inline":
                spans.append({"kind": "text", "text": child.content})
            case "code_inline":
                spans.append({"kind": "code", "text": child.content})
            case "softbreak":
                spans.append({"kind": "text", "text": " "})
            case "hardbreak":
                spans.append({"kind": "break"})
            case "em" | "strong":
                spans.append({"kind": child.type, "spans": _spans(child)})
            case "s":
                spans.append({"kind": "strike", "spans": _spans(child)})
            case "link":
                spans.append(
                    {"kind": "link", "spans": _spans(child), "url": str(child.attrs.get("href", ""))}
                )
            case "image":
                said = _("[image: {description}]").format(description=child.content)
                spans.append({"kind": "text", "text": said})
    return spans


@functools.cache
def _parser():
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
