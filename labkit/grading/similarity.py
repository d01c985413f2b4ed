"""Answers that are alike beyond what the assignment itself makes alike.

Two students' answers share much that proves nothing: the cells they were given, the words of the prompt, the
idioms everybody writes. So an answer is cut into overlapping runs of tokens; runs that stand in the assignment are
left out, and a run counts the less the more students have it. What remains is a list of pairs to look at, with the
passages they share. It is a reason to read two answers side by side, and no more than that.

The runs are those of winnowing (Schleimer, Wilkerson & Aiken 2003, *Local Algorithms for Document Fingerprinting*,
SIGMOD), taken whole instead of sampled: a class is small.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import log

import pandas as pd

CODE_RUN, TEXT_RUN = 12, 6
"""Tokens of code, words of text, in one run."""

MOST_COMMON = 0.2
"""A run that more than this share of the class has is an idiom and counts nothing (from six students on)."""

_WORD = re.compile(r"\w+")
_SKIPPED = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What one student wrote in one place."""

    kind: str
    """``code`` or ``text``."""
    source: str


@dataclass
class Pair:
    """Two answers that share runs.

    Attributes
    ----------
    score : float
        Weight of the runs that both have over that of the smaller of the two answers, 0 to 1.
    runs : int
        Runs that both have.
    passages : list of str
        The longest passages they share, in the words of the first.
    """

    question: str
    first: str
    second: str
    score: float
    runs: int
    passages: list[str] = field(default_factory=list)


def pairs(
    answers: Mapping[str, Mapping[str, Answer]],
    skeleton: Iterable[Answer],
    *,
    least: float = 0.5,
    least_runs: int = 8,
) -> list[Pair]:
    """List the pairs of answers to one question that are alike, the most alike first.

    Parameters
    ----------
    answers : mapping
        Answers by question, and in it by student.
    skeleton : iterable of Answer
        Every cell of the assignment as it was handed out, in all its languages.
    least : float
        Least score of a pair that is listed.
    least_runs : int
        Least number of shared runs: short answers are alike by nature.

    Returns
    -------
    list of Pair
        The same for the same answers, whatever their order.
    """
    given = {run for cell in skeleton for kind in ("code", "text") for run in runs(Answer(kind, cell.source))}
    found = []
    for question in sorted(answers):
        found += _alike(question, answers[question], given, least, least_runs)
    return sorted(found, key=lambda pair: (-pair.score, -pair.runs, pair.question, pair.first, pair.second))


def table(found: Iterable[Pair]) -> pd.DataFrame:
    """Pairs as a table: question, first, second, score, runs, passage (the longest)."""
    rows = [
        {
            "question": pair.question, "first": pair.first, "second": pair.second,
            "score": round(pair.score, 3), "runs": pair.runs, "passage": (pair.passages or [""])[0],
        }
        for pair in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["question", "first", "second", "score", "runs", "passage"])


def runs(answer: Answer) -> dict[tuple[str, ...], tuple[int, int]]:
    """Cut an answer into overlapping runs of tokens, each with the place of its first in the source.

    In code, names other than Python's own and those behind a dot become one and the same, numbers and texts too:
    a renamed variable is no new answer. Comments and layout do not count. In text, case and punctuation do not.
    """
    tokens = _code(answer.source) if answer.kind == "code" else _words(answer.source)
    length = CODE_RUN if answer.kind == "code" else TEXT_RUN
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for start in range(len(tokens) - length + 1):
        part = tokens[start : start + length]
        found.setdefault(tuple(token for token, _begin, _end in part), (part[0][1], part[-1][2]))
    return found


def _alike(question, by_student, given, least, least_runs) -> list[Pair]:
    cut = {student: runs(answer) for student, answer in by_student.items()}
    cut = {s: {run: at for run, at in found.items() if run not in given} for s, found in cut.items()}
    students = len(cut)
    having = Counter(run for found in cut.values() for run in found)
    idiom = max(MOST_COMMON * students, 2) if students >= 6 else students
    # What two of a class have weighs most; what nearly all have weighs next to nothing.
    weight = {run: log((students + 1) / n) if n <= idiom else 0.0 for run, n in having.items()}
    holders = defaultdict(list)
    for student in sorted(cut):
        for run in cut[student]:
            if 1 < having[run] <= idiom:
                holders[run].append(student)
    shared: dict[tuple[str, str], list] = defaultdict(list)
    for run, names in holders.items():
        for pair in combinations(names, 2):
            shared[pair].append(run)
    total = {student: sum(weight[run] for run in found) for student, found in cut.items()}
    found = []
    for (first, second), both in sorted(shared.items()):
        smaller = min(total[first], total[second])
        score = sum(weight[run] for run in both) / smaller if smaller else 0.0
        if score >= least and len(both) >= least_runs:
            places = [cut[first][run] for run in both]
            passages = _passages(by_student[first].source, places)
            found.append(Pair(question, first, second, min(score, 1.0), len(both), passages))
    return found


def _passages(source: str, places: list[tuple[int, int]], most: int = 3) -> list[str]:
    """Join runs that overlap or touch, and return the longest passages."""
    joined: list[list[int]] = []
    for begin, end in sorted(places):
        if joined and begin <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([begin, end])
    longest = sorted(joined, key=lambda span: (span[0] - span[1], span[0]))[:most]
    return [source[begin:end] for begin, end in longest]


def _words(source: str) -> list[tuple[str, int, int]]:
    return [(m.group().casefold(), m.start(), m.end()) for m in _WORD.finditer(source)]


def _code(source: str) -> list[tuple[str, int, int]]:
    """Tokens of Python as far as it can be read; the words of what cannot."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: list[tuple[str, int, int]] = []
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in _SKIPPED:
                continue
            begin, end = (starts[line - 1] + column for line, column in (token.start, token.end))
            found.append((_shape(token, before), begin, end))
            before = token.string
    except (tokenize.TokenError, SyntaxError, IndexError):
        return [*found, *(each for each in _words(source) if not found or each[1] >= found[-1][2])]
    return found


def _shape(token: tokenize.TokenInfo, before: str) -> str:
    if token.type == tokenize.NAME:
        return token.string if keyword.iskeyword(token.string) or before == "." else "name"
    if token.type == tokenize.NUMBER:
        return "number"
    if token.type == tokenize.STRING:
        return "text"
    return token.string
