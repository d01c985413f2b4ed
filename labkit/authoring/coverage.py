"""Which concepts of the inventory are exercised somewhere, and which are not yet."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from labkit import lessons, paths
from labkit.lessons import tags

INVENTORY = paths.LESSONS / "concepts.csv"
COVERING_TAGS = {"exercise", "check", "question"}
MOST_AN_EXERCISE = 3


@dataclass(frozen=True)
class Coverage:
    """The coverage report.

    Attributes
    ----------
    covered : dict of str to list of str
        Concept id → the cells that exercise it, as ``22_future_value:22-q1``.
    uncovered : dict of str to str
        Concept id → its name, in the order of the inventory.
    unknown : list of str
        Cells that name a concept the inventory does not have.
    crowded : list of str
        Cells that claim more than three concepts.
    """

    covered: dict[str, list[str]]
    uncovered: dict[str, str]
    unknown: list[str]
    crowded: list[str]

    def __str__(self) -> str:
        total = len(self.covered) + len(self.uncovered)
        lines = [f"{len(self.covered)} of {total} concepts are exercised."]
        lines += [f"  not yet: {concept} {name}" for concept, name in self.uncovered.items()]
        lines += [f"  unknown concept: {cell}" for cell in self.unknown]
        lines += [f"  more than {MOST_AN_EXERCISE} concepts: {cell}" for cell in self.crowded]
        return "\n".join(lines)


def coverage() -> Coverage:
    """Read every lesson and assignment and compare with the inventory."""
    with INVENTORY.open(encoding="utf-8", newline="") as file:
        names = {row["id"]: row["concept_en"] for row in csv.DictReader(file)}
    cells: dict[str, list[str]] = defaultdict(list)
    unknown, crowded = [], []
    for source in _sources():
        label = source.parent.name if source.name == "source.md" else source.stem
        for cell in lessons.read(source).cells:
            concepts = cell.metadata["labkit"].get("concepts", [])
            where = f"{label}:{cell.id}"
            if concepts and not COVERING_TAGS & set(tags(cell)):
                unknown.append(f"{where} names concepts but is no exercise, check or question")
            unknown += [f"{where} {concept}" for concept in concepts if concept not in names]
            if len(concepts) > MOST_AN_EXERCISE:
                crowded.append(where)
            for concept in concepts:
                if concept in names:
                    cells[concept].append(where)
    return Coverage(
        covered={concept: cells[concept] for concept in names if concept in cells},
        uncovered={concept: name for concept, name in names.items() if concept not in cells},
        unknown=unknown,
        crowded=crowded,
    )


def _sources() -> list[Path]:
    return [lesson.path for lesson in lessons.lesson_files()] + sorted(paths.ASSIGNMENTS.glob("*/source.md"))
