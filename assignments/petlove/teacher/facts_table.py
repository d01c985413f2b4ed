"""Write case/facts.csv from the two texts of the case pack.

case/case.md and case/case.pt-BR.md are edited by hand; the table is made from them, so that the three
cannot drift apart:

    python assignments/petlove/teacher/facts_table.py

A fact reads, in both languages, ``**[7]** (A/B · 2023-06) Text`` and then one line each for what
qualifies it: ``- Conflict: …``, ``- Calculation: …``, ``- Inference: …``, ``- Caution: …``,
``- Not found: …``, and last ``- Source: <address> <address>``.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

CASE = Path(__file__).resolve().parent.parent / "case"
COLUMNS = ["fact", "section", "grade", "date", "text_en", "text_pt", "source", "note"]
HEADING = re.compile(r"## ([A-Z])\. ")
FACT = re.compile(r"\*\*\[(\d+)\]\*\* \((A|B|C|A/B) · ([^)]+)\) (.+)")
QUALIFIER = re.compile(r"- ([^:]+): (.+)")
ADDRESS = re.compile(r"<(https?://[^>]+)>")
UNDATED = {"undated", "sem data"}
NOTES = {
    "Conflict": "conflict",
    "Conflito": "conflict",
    "Calculation": "calc",
    "Conta": "calc",
    "Inference": "inference",
    "Inferência": "inference",
    "Caution": "caution",
    "Cuidado": "caution",
    "Not found": "not found",
    "Não encontrado": "not found",
}
SOURCE = {"Source", "Fonte"}


def read_facts(path: Path) -> dict[int, dict[str, str]]:
    """The facts of one case text by number: section, grade, date, text, source, note."""
    facts: dict[int, dict[str, str]] = {}
    section, current = "", None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if heading := HEADING.match(line):
            section, current = heading[1], None
        elif fact := FACT.fullmatch(line):
            current = int(fact[1])
            if current in facts:
                raise ValueError(f"{path.name}, line {number}: fact {current} stands there twice.")
            date = "undated" if fact[3] in UNDATED else fact[3]
            facts[current] = {
                "section": section, "grade": fact[2], "date": date, "text": fact[4], "source": "", "note": "",
            }  # fmt: skip
        elif current is not None and line.strip():
            qualifier = QUALIFIER.fullmatch(line)
            if qualifier is None or qualifier[1] not in {*NOTES, *SOURCE}:
                raise ValueError(f"{path.name}, line {number}: no fact and no known label: {line[:60]!r}")
            _qualify(facts[current], *qualifier.groups())
    return facts


def _qualify(fact: dict[str, str], label: str, text: str) -> None:
    if label in SOURCE:
        fact["source"] = " ".join(ADDRESS.findall(text))
    else:
        fact["text"] += f" {label}: {text}"
        fact["note"] = "; ".join(filter(None, [fact["note"], NOTES[label]]))


def table(case: Path = CASE) -> str:
    """The text of facts.csv; raises ValueError where the two languages do not say the same of a fact."""
    english, portuguese = read_facts(case / "case.md"), read_facts(case / "case.pt-BR.md")
    if list(english) != list(portuguese):
        raise ValueError(f"The two texts hold different facts: {sorted(set(english) ^ set(portuguese))}.")
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number, fact in english.items():
        other = portuguese[number]
        for field in ("section", "grade", "date", "source", "note"):
            if fact[field] != other[field]:
                raise ValueError(f"Fact {number}, {field}: {fact[field]!r} in English, {other[field]!r} not.")
        row = {name: fact[name] for name in ("section", "grade", "date", "source", "note")}
        writer.writerow({"fact": number, "text_en": fact["text"], "text_pt": other["text"], **row})
    return out.getvalue()


if __name__ == "__main__":
    (CASE / "facts.csv").write_text(table(), encoding="utf-8", newline="\n")
    print(f"{CASE / 'facts.csv'}: {len(read_facts(CASE / 'case.md'))} facts")
