"""The report of answers that are alike: a page or a table to read, made and kept on this machine.

It says what two answers share that neither the assignment nor most of the class explains. It does not say why:
people who worked together, used one source, or copied write alike. That is for a person to find out.
"""

from __future__ import annotations

import html
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading import output, similarity
from labkit.grading.assignment import Assignment, heading, tags
from labkit.grading.engine import STUDENT
from labkit.grading.journal import Journal
from labkit.grading.similarity import Answer, Pair
from labkit.i18n import _, language

ADDED = "added cells"
"""Stands for a question where a student added cells of code."""

Answers = dict[str, dict[str, Answer]]


@dataclass(frozen=True)
class Alike:
    """What was found.

    Attributes
    ----------
    pairs : list of Pair
    answers : dict
        By question, and in it by student.
    students : int
        How many were compared.
    """

    assignment: Assignment
    pairs: list[Pair]
    answers: Answers
    students: int


def find(name: str, out: Path | None = None, least: float = 0.5) -> Alike:
    """Compare all answers in a folder of grades with each other.

    Raises
    ------
    LabkitError
        If it holds no grades.
    """
    assignment = assignments.find(name)
    out = output.folder_of(assignment, out)
    journal = Journal(out, assignment.id)
    results = journal.state.results
    if not results:
        raise LabkitError(_("There are no grades in {out} yet; labkit grade makes them.").format(out=out))
    answers: Answers = defaultdict(dict)
    for student, result in results.items():
        for question in result.questions:
            text = "\n\n".join(filter(None, (question.text, question.beside)))
            if text:
                answers[question.id][student] = Answer("text", text)
        file = output.notebook(out, output.EXECUTED, result)
        if file.is_file():
            for question, source in _code(assignments.read_notebook(file), assignment).items():
                answers[question][student] = Answer("code", source)
    skeleton = [
        Answer("code" if cell.cell_type == "code" else "text", cell.source)
        for nb in assignment.notebooks.values()
        for cell in nb.cells
    ]
    return Alike(assignment, similarity.pairs(answers, skeleton, least=least), dict(answers), len(results))


def page(found: Alike) -> str:
    """The report as one page of HTML that works offline; what students wrote is shown as text and does nothing."""
    from labkit.grading.feedback import number

    title = _("{assignment}: answers that are alike").format(assignment=found.assignment.title(language()))
    blocks = []
    for pair in found.pairs:
        both = found.answers[pair.question]
        blocks.append(
            _PAIR.format(
                heading=_said(
                    _("{question}: {first} and {second}").format(
                        question=_asked(found.assignment, pair.question), first=pair.first, second=pair.second
                    )
                ),
                share=_said(
                    _(
                        "{percent}% of what is rare in the shorter answer stands in the other too ({runs} runs of words)."
                    ).format(percent=number(round(100 * pair.score)), runs=pair.runs)
                ),
                shared=_said(_("What they share")),
                passages="".join(f"<pre>{_said(passage)}</pre>" for passage in pair.passages),
                whole=_said(_("Both answers in full")),
                first=_said(pair.first),
                second=_said(pair.second),
                one=_said(both[pair.first].source),
                two=_said(both[pair.second].source),
            )
        )
    none = _said(_("No two answers share more than the assignment and the class explain."))
    shown = "\n".join(blocks) or f"<p>{none}</p>"
    return _PAGE.format(lang=language(), title=_said(title), pairs=shown, caution=_said(caution(found)))


def caution(found: Alike) -> str:
    """What has to be said with every report."""
    return _(
        "{students} students were compared, on this machine; nothing was sent anywhere. Words of the assignment and "
        "what much of the class writes do not count. A pair listed here is a reason to read both answers, and no more: "
        "people who learn together, use one source, or had help write alike. It is no proof of copying, does not say "
        "who wrote first, and must not change a grade by itself. Talk to both before you decide anything."
    ).format(students=found.students)


def _code(nb, assignment: Assignment) -> dict[str, str]:
    """The student's code: by question, and what they added."""
    pristine = {cell.source.strip() for own in assignment.notebooks.values() for cell in own.cells}
    by_cell = {question.answer: question.id for question in assignment.questions if not question.is_text}
    found: dict[str, list[str]] = defaultdict(list)
    for cell in nb.cells:
        if cell.cell_type != "code" or cell.source.strip() in {"", *pristine}:
            continue
        if cell.id in by_cell:
            found[by_cell[cell.id]].append(cell.source)
        elif STUDENT in tags(cell):
            found[ADDED].append(cell.source)
    return {question: "\n\n".join(sources) for question, sources in found.items()}


def _asked(assignment: Assignment, name: str) -> str:
    question = next((each for each in assignment.questions if each.id == name), None)
    if question is None:
        return _("added cells")
    return heading(assignment.prompt(question, language())) or name


def _said(text: str) -> str:
    return html.escape(text, quote=True)


_PAIR = """<section>
<h2>{heading}</h2>
<p>{share}</p>
<h3>{shared}</h3>
{passages}
<details><summary>{whole}</summary>
<div class="both"><div><h4>{first}</h4><pre>{one}</pre></div><div><h4>{second}</h4><pre>{two}</pre></div></div>
</details>
</section>"""

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: #1c1c1c; background: #fff;
  max-width: 64rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }}
h1 {{ font-size: 1.6rem; }} h2 {{ font-size: 1.15rem; margin-top: 2.25rem; border-top: 2px solid #d5d9de; padding-top: 1rem; }}
h3, h4 {{ font-size: 1rem; margin: 1rem 0 .3rem; }}
pre {{ background: #f5f6f8; padding: .5rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
.both {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }} .both > div {{ min-width: 0; }}
summary {{ cursor: pointer; color: #0b4f8a; }}
.caution {{ border-left: .3rem solid #9a5b00; padding-left: .9rem; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="caution">{caution}</p>
{pairs}
</main>
</body>
</html>
"""
