"""What can be counted in a free-text answer: paragraphs, words, facts cited. Never what it says.

The student's notebook and the grader count with the same functions, so what a student was shown is
what a marker is shown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.i18n import _, ngettext

PROMPTS = ("Write your answer here.", "Escreva sua resposta aqui.")
"""What stands in a free-text cell until the student writes there, in each language of the course."""

FACTS = "facts.csv"
"""The file of the case pack whose column ``fact`` lists the numbers that can be cited."""

MIN_WORDS = 3
"""A block of fewer words is a heading or a stray mark, not a paragraph."""

_WIDEST_RANGE = 100  # "[1-999999]" is a slip, not a list of a million facts
_ITEM = r"\d{1,4}(?:\s*[-–—]\s*\d{1,4})?"
_BRACKET = re.compile(r"\[([^\[\]\n]{1,80})\]")
_SEPARATOR = re.compile(r",|;|&|\be\b|\band\b", re.IGNORECASE)
_FACT = re.compile(rf"(?:facts?|fatos?|n[º°o]\.?)?\s*({_ITEM})", re.IGNORECASE)
_REFERENCE = re.compile(r"R\s?(\d{1,3})", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:[-'’.,/]\w+)*")
_NOT_PROSE = re.compile(r"^(#{1,6}\s|[-*_=]{3,}\s*$)")


@dataclass(frozen=True)
class Structure:
    """The countable side of one answer.

    Attributes
    ----------
    paragraphs, words : int
    citations : tuple of int
        Distinct fact numbers cited, ascending, whether or not they exist.
    unknown : tuple of int
        Those of them that are not in the case pack; empty if the pack could not be read.
    refs : tuple of str
        Distinct rows of the student's own research cited, such as ``R1``.
    unread : tuple of str
        What stands in brackets and holds a number, but is no citation, such as ``[5a]``.
    """

    paragraphs: int
    words: int
    citations: tuple[int, ...]
    unknown: tuple[int, ...] = ()
    refs: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing was written."""
        return self.words == 0 and not self.citations

    @property
    def existing(self) -> tuple[int, ...]:
        """The distinct facts cited that exist."""
        return tuple(number for number in self.citations if number not in self.unknown)


@dataclass(frozen=True)
class Expected:
    """What a question asks of the form of its answer; None where it asks nothing."""

    paragraphs: tuple[int, int] | None = None
    words: tuple[int, int] | None = None
    citations: int = 0

    @classmethod
    def of(cls, question: Mapping[str, Any]) -> Expected:
        """Read it from a question cell's ``metadata.labkit``."""
        return cls(_pair(question.get("paragraphs")), _pair(question.get("words")), _count(question))


def measure(text: str, facts: Collection[int] | None = None, prompt: str = "") -> Structure:
    """Count paragraphs, words and citations of an answer.

    Parameters
    ----------
    text : str
        Markdown as the student saved it. The untouched prompt, headings, rules, comments and fenced
        code do not count.
    facts : collection of int, optional
        The fact numbers that exist.
    prompt : str, optional
        A further prompt to leave out, beside those of :data:`PROMPTS`.
    """
    blocks = [block for block in _blocks(without_prompt(text, prompt)) if len(_words(block)) >= MIN_WORDS]
    numbers = citations(text)
    unknown = tuple(number for number in numbers if facts is not None and number not in facts)
    everything = _words(_prose(without_prompt(text, prompt)))
    return Structure(len(blocks), len(everything), numbers, unknown, references(text), unread(text))


def missing(found: Structure, expected: Expected) -> list[str]:
    """Say what the form of an answer still lacks, in sentences; an empty list if nothing."""
    said: list[str] = []
    if expected.paragraphs:
        fewest, most = expected.paragraphs
        if not fewest <= found.paragraphs <= most:
            said.append(
                _("Paragraphs: {found}; asked for: {wanted}. A blank line starts a new paragraph.").format(
                    found=found.paragraphs, wanted=_range(fewest, most)
                )
            )
    if expected.words:
        fewest, most = expected.words
        if found.words < fewest:
            said.append(
                _("Words: {found}; at least {wanted} are asked for.").format(found=found.words, wanted=fewest)
            )
        elif found.words > most:
            said.append(
                _("Words: {found}; at most {wanted} are asked for.").format(found=found.words, wanted=most)
            )
    if len(found.existing) < expected.citations:
        said.append(
            _(
                "Facts of the case pack cited: {found}; at least {wanted} are asked for. Cite them like [1] or [1, 50]."
            ).format(found=len(found.existing), wanted=expected.citations)
        )
    if found.unknown:
        said.append(
            ngettext(
                "The case pack has no fact {numbers}.",
                "The case pack has no facts {numbers}.",
                len(found.unknown),
            ).format(numbers=", ".join(map(str, found.unknown)))
        )
    return said


def in_words(found: Structure) -> str:
    """``"2 paragraphs, 104 words; facts cited: 5, 18"``."""
    return _("{paragraphs}, {words}; facts cited: {facts}").format(
        paragraphs=ngettext("{n} paragraph", "{n} paragraphs", found.paragraphs).format(n=found.paragraphs),
        words=ngettext("{n} word", "{n} words", found.words).format(n=found.words),
        facts=", ".join(map(str, found.citations)) or _("none"),
    )


def citations(text: str) -> tuple[int, ...]:
    """Distinct fact numbers cited as ``[5]``, ``[5, 18]``, ``[5; R2]`` or ``[5-7]``, ascending."""
    numbers: set[int] = set()
    for match in _BRACKET.finditer(_without_code(text)):
        for item in _cited(match[1])[0]:
            ends = [int(number) for number in re.findall(r"\d+", item)]
            if len(ends) == 2 and ends[0] <= ends[1] <= ends[0] + _WIDEST_RANGE:
                numbers.update(range(ends[0], ends[1] + 1))
            else:
                numbers.update(ends)
    return tuple(sorted(numbers))


def references(text: str) -> tuple[str, ...]:
    """Distinct rows of own research cited as ``[R1]`` or ``[5, R2]``, such as ``("R1", "R2")``."""
    found = {
        int(number) for match in _BRACKET.finditer(_without_code(text)) for number in _cited(match[1])[1]
    }
    return tuple(f"R{number}" for number in sorted(found))


def unread(text: str) -> tuple[str, ...]:
    """What stands in brackets with a number in it and is no citation, as written; links are left out."""
    text = _without_code(text)
    return tuple(
        dict.fromkeys(
            match[0]
            for match in _BRACKET.finditer(text)
            if re.search(r"\d", match[1]) and not any(_cited(match[1])) and text[match.end() :][:1] != "("
        )
    )


def unread_in_words(found: Structure) -> list[str]:
    """One sentence that names what was not read as a citation; an empty list if there is nothing."""
    if not found.unread:
        return []
    said = _("Not read as a citation: {found}. Cite facts like [1] or [1, 50], your own research like [R1].")
    return [said.format(found=" ".join(found.unread))]


def _cited(inside: str) -> tuple[list[str], list[str]]:
    """Facts and research rows named between two brackets; neither if any part is something else."""
    facts: list[str] = []
    rows: list[str] = []
    for part in _SEPARATOR.split(inside):
        if match := _FACT.fullmatch(part.strip()):
            facts.append(match[1])
        elif match := _REFERENCE.fullmatch(part.strip()):
            rows.append(match[1])
        else:
            return [], []
    return facts, rows


def without_prompt(text: str, prompt: str = "") -> str:
    """The text less the line that says where to write."""
    known = {_bare(line) for line in (*PROMPTS, *prompt.splitlines()) if line.strip()}
    return "\n".join(line for line in text.splitlines() if _bare(line) not in known).strip()


def fact_numbers(case_dir: Path) -> frozenset[int] | None:
    """The fact numbers of a case pack, or None if it has no readable ``facts.csv``."""
    try:
        with (case_dir / FACTS).open(encoding="utf-8-sig", newline="") as file:
            return frozenset(int(row["fact"]) for row in csv.DictReader(file))
    except (OSError, KeyError, TypeError, ValueError, csv.Error):
        return None


def _blocks(text: str) -> list[str]:
    """What blank lines separate."""
    return re.split(r"\n\s*\n", _prose(text))


def _prose(text: str) -> str:
    lines = _without_code(re.sub(r"<!--.*?(-->|\Z)", "", text, flags=re.DOTALL)).splitlines()
    return "\n".join("" if _NOT_PROSE.match(line.strip()) else line for line in lines)


def _without_code(text: str) -> str:
    text = re.sub(r"^ {0,3}(```|~~~).*?(^ {0,3}\1|\Z)", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "x", text)


def _words(text: str) -> list[str]:
    return _WORD.findall(_BRACKET.sub(lambda match: " " if any(_cited(match[1])) else match[0], text))


def _bare(line: str) -> str:
    return line.strip().strip("*_ ").casefold()


def _pair(value: Any) -> tuple[int, int] | None:
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(v, int) for v in value):
        return (value[0], value[1])
    return None


def _count(question: Mapping[str, Any]) -> int:
    value = question.get("citations", 0)
    return value if isinstance(value, int) else 0


def _range(fewest: int, most: int) -> str:
    return str(fewest) if fewest == most else _("{fewest} to {most}").format(fewest=fewest, most=most)
