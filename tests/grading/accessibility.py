"""An accessibility check of a page: what of WCAG 2.2, level AA, a program can tell from its HTML."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

_EMPTY = {"meta", "br", "hr", "img", "link", "input", "col"}
_LEAST_CONTRAST = 4.5


class Page(HTMLParser):
    """The elements of a page: name, attributes, those around it, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[dict] = []
        self._open: list[dict] = []
        self.unclosed: list[str] = []
        self.feed(html)
        self.unclosed += [each["name"] for each in self._open]

    def handle_starttag(self, tag, attrs):
        element = {
            "name": tag,
            "attributes": dict(attrs),
            "around": [e["name"] for e in self._open],
            "text": "",
        }
        self.elements.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag):
        while self._open and self._open[-1]["name"] != tag:
            self.unclosed.append(self._open.pop()["name"])
        if self._open:
            self._open.pop()

    def handle_data(self, data):
        for element in self._open:
            element["text"] += data

    @property
    def names(self) -> set[str]:
        return {each["name"] for each in self.elements}

    def all(self, *names: str) -> list[dict]:
        return [each for each in self.elements if each["name"] in names]


def problems(html: str) -> list[str]:
    """What is wrong with a page, one sentence each."""
    page = Page(html)
    return [
        *(f"<{name}> is not closed" for name in page.unclosed),
        *_document(page),
        *_landmarks(page),
        *_headings(page),
        *_tables(page),
        *_names(page),
        *_ids(page),
        *contrasts(html),
    ]


def _document(page: Page):
    if not page.html.lstrip().lower().startswith("<!doctype html>"):
        yield "no doctype"
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", page.all("html")[0]["attributes"].get("lang") or ""):
        yield "the page does not say its language"
    if [each["text"].strip() for each in page.all("title")] in ([], [""]):
        yield "no title"
    for meta in page.all("meta"):
        content = meta["attributes"].get("content") or ""
        if meta["attributes"].get("name") == "viewport" and re.search(
            "user-scalable=no|maximum-scale", content
        ):
            yield "the page cannot be made larger"


def _landmarks(page: Page):
    if len(page.all("main")) != 1:
        yield "not exactly one main part"
    outside = {"html", "head", "meta", "title", "style", "body", "header", "main", "footer"}
    for each in page.elements:
        if each["name"] not in outside and not {"head", "main", "header", "footer"} & set(each["around"]):
            yield f"<{each['name']}> lies in no landmark"


def _headings(page: Page):
    levels = [int(each["name"][1]) for each in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"not one first heading: {levels}"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} below one of level {before}"
    for each in page.all("h1", "h2", "h3", "h4"):
        if not each["text"].strip():
            yield "an empty heading"


def _tables(page: Page):
    for each in page.all("th"):
        if each["attributes"].get("scope") not in ("col", "row"):
            yield f"a header cell without scope: {each['text']!r}"
        if not each["text"].strip():
            yield "an empty header cell"
    if len(page.all("table")) > len(page.all("th")):
        yield "a table without headers"


def _names(page: Page):
    for each in page.all("img"):
        if not (each["attributes"].get("alt") or "").strip():
            yield "a picture without a description"
    for each in page.all("a", "summary", "li", "caption"):
        if not each["text"].strip():
            yield f"<{each['name']}> without text"
    for each in page.elements:
        attributes = each["attributes"]
        if attributes.get("role") == "region" and not attributes.get("aria-label"):
            yield "a region without a name"
        # What scrolls sideways must be reached by the keyboard.
        if "shown" in (attributes.get("class") or "").split() and attributes.get("tabindex") != "0":
            yield "a box that scrolls and cannot be focused"


def _ids(page: Page):
    ids = [each["attributes"]["id"] for each in page.elements if "id" in each["attributes"]]
    yield from (f"the id {name} twice" for name in set(ids) if ids.count(name) > 1)
    for each in page.elements:
        links = [each["attributes"].get("aria-labelledby") or ""]
        href = each["attributes"].get("href") or ""
        links += [href[1:]] if href.startswith("#") else []
        yield from (f"{name} leads nowhere" for name in links if name and name not in ids)
    labels = [
        each["attributes"]["aria-label"] for each in page.elements if "aria-label" in each["attributes"]
    ]
    yield from (f"two regions are called {name}" for name in set(labels) if labels.count(name) > 1)


def contrasts(html: str):
    """Every colour of text against every background of the page: at least 4.5 to 1."""
    style = html[html.index("<style>") : html.index("</style>")]
    texts = set(re.findall(r"(?<![-\w])color: (#[0-9a-f]{3,6})", style))
    grounds = set(re.findall(r"background: (#[0-9a-f]{3,6})", style))
    if not texts or not grounds:
        yield "the page states no colours"
    for text in sorted(texts):
        for ground in sorted(grounds):
            if (found := contrast(text, ground)) < _LEAST_CONTRAST:
                yield f"{text} on {ground} has a contrast of {found:.1f}"


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    colour = colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
